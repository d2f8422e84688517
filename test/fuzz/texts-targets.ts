/** Configurations in both forms, with what the language knows thrown in. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { formatDiagnostic } from '../../src/core/language/format-diagnostic.ts';
import { allTables } from '../../src/core/language/keywords/root.ts';
import { CONFIG_LIMITS } from '../../src/core/language/limits.ts';
import { parseConfig } from '../../src/core/language/parse-config.ts';
import { printTree } from '../../src/core/language/print.ts';
import { REGEX_PROBLEM } from '../../src/drivers/regex.ts';
import { YAML_READER } from '../../src/drivers/yaml-source.ts';
import { loaderOf } from '../support/parse-text.ts';
import type { FuzzTarget } from './engine.ts';
import { texts } from './texts.ts';

const CONF = resolve(import.meta.dirname, '../../conf');
const DECODER = new TextDecoder();

function samples(ending: string): readonly Uint8Array[] {
  return readdirSync(CONF, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => readFileSync(join(CONF, name)));
}

const KEYWORDS = texts(
  ...allTables().flatMap((table) => table.keywords.map(({ name }) => `\n${name} `)),
);
const SIGNS = texts(
  '{',
  '}',
  '"',
  "'",
  '\\',
  '\n',
  '#',
  '!',
  '$A',
  '\n$A=x\n',
  '~SEQ(i,1,9) ',
  '@x ',
  'include *\n',
  '0',
  '-1',
  '99999999999',
  '10.0.0.1/33',
  'fe80::1%eth0',
  '\0',
  '\ufeff',
  '__proto__',
);
const YAML_SIGNS = texts(
  '- ',
  ': ',
  '&a ',
  '*a',
  '!!int ',
  '|',
  '>',
  '[',
  ']',
  '{',
  '}',
  '<<: *a\n',
  '---\n',
  '\t',
  '? ',
);

/** Parses; what it says is whole, and points into the text. */
function parse(text: string, file: string): ReturnType<typeof parseConfig> {
  const files = { [file]: text, '/etc/x': 'priority 5\n}\n' };
  const result = parseConfig({
    file,
    text,
    loader: { ...loaderOf(files), glob: () => ['/etc/x'] },
    yaml: YAML_READER,
    regexProblem: REGEX_PROBLEM,
    configId: 'x',
  });
  assert.equal(result.config === undefined, result.verdict.refused);
  assert.ok(result.diagnostics.length <= CONFIG_LIMITS.diagnostics + 1);
  const lines = text.split('\n').length;
  for (const one of result.diagnostics) {
    assert.ok(formatDiagnostic(one).includes(one.code));
    if (one.span?.file === file) assert.ok(one.span.line >= 1 && one.span.line <= lines);
  }
  return result;
}

/** Configurations. */
export const TEXT_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'config',
    samples: samples('.conf'),
    pieces: [...KEYWORDS, ...SIGNS],
    run: (input) => {
      const { tree } = parse(DECODER.decode(input), '/etc/f.conf');
      parse(printTree(tree), '/etc/f.conf');
    },
  },
  {
    name: 'yaml',
    samples: samples('.yaml'),
    pieces: [...KEYWORDS, ...YAML_SIGNS],
    run: (input) => {
      parse(DECODER.decode(input), '/etc/f.yaml');
    },
  },
];
