/** Reads YAML text in tests, with everything it may need from outside. */
import { formatDiagnostic } from '../../src/core/language/format-diagnostic.ts';
import { type ParseResult, parseConfig } from '../../src/core/language/parse-config.ts';
import { printTree } from '../../src/core/language/print.ts';
import { YAML_READER } from '../../src/drivers/yaml-source.ts';
import { isFinding, loaderOf } from './parse-text.ts';

/** The name of the YAML file in tests. */
export const YAML_FILE = 't.yaml';

/** Parses `text` as a YAML file. */
export function parseYaml(text: string): ParseResult {
  return parseConfig({
    file: YAML_FILE,
    text,
    loader: loaderOf({}),
    yaml: YAML_READER,
    configId: 'host1',
    host: {},
  });
}

/** What a YAML text is in the other form. */
export function asConf(text: string): string {
  return printTree(parseYaml(text).tree);
}

/** The findings as a person sees them, without hints. */
export function shownFindings(text: string): string[] {
  return parseYaml(text)
    .diagnostics.filter(isFinding)
    .map((item) => formatDiagnostic(item).replace(/\n {2}(expected|help):.*/g, ''));
}
