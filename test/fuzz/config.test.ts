/** The configuration front end under damaged, made and mixed configurations, in both forms. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { parseConfig } from '../../src/core/language/parse-config.ts';
import { printTree } from '../../src/core/language/print.ts';
import { REGEX_PROBLEM } from '../../src/drivers/regex.ts';
import { YAML_READER } from '../../src/drivers/yaml-source.ts';
import { ANY_CONFIGURATION } from '../support/any-configuration.ts';
import { loaderOf } from '../support/parse-text.ts';
import { budget, TIMEOUT_MS } from './budget.ts';
import { checkParse } from './check-result.ts';
import { damaged } from './damage.ts';

const ROOT = join(import.meta.dirname, '../..');
const CORPUS = process.env['TANDEM_CORPUS'] ?? join(ROOT, '../shared/corpus');
const CONF = textsBelow([join(ROOT, 'conf'), join(ROOT, 'test/corpus/clumsy'), CORPUS], /\.conf$/);
const YAML = textsBelow([join(ROOT, 'conf')], /\.yaml$/);

function textsBelow(directories: readonly string[], pattern: RegExp): string[] {
  return directories
    .filter((directory) => existsSync(directory))
    .flatMap((directory) =>
      readdirSync(directory, { recursive: true, encoding: 'utf8' })
        .filter((name) => pattern.test(name))
        .sort()
        .map((name) => readFileSync(join(directory, name), 'utf8')),
    );
}

/** Reads a text as the main file, with a second one for whatever it includes. */
function check(text: string, included = 'priority 5\n}\n', file = '/etc/f.conf'): void {
  const files = { [file]: text, '/etc/x': included };
  checkParse(files, () =>
    parseConfig({
      file,
      text,
      loader: { ...loaderOf(files), glob: () => ['/etc/x'] },
      yaml: YAML_READER,
      regexProblem: REGEX_PROBLEM,
      configId: 'x',
      environment: () => 'y',
      host: {
        interfaces: new Set(['lo', 'eth0']),
        program: (path) => (path.includes('a') ? 'usable' : 'missing'),
        userExists: (name) => name === 'root',
        groupExists: (name) => name === 'root',
      },
    }),
  );
}

describe('the configuration front end', () => {
  it('survives damaged configurations', { timeout: TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(damaged(CONF), (text) => check(text)),
      budget(500),
    );
  });

  it('survives configurations made from the tables, damaged', { timeout: TIMEOUT_MS }, () => {
    const made = ANY_CONFIGURATION.chain((text) => damaged([text]));
    fc.assert(
      fc.property(made, (text) => check(text)),
      budget(300),
    );
  });

  it('survives damaged files that include damaged files', { timeout: TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(damaged(CONF), damaged(CONF), (text, included) =>
        check(text.replace('\n', '\ninclude x\n'), included),
      ),
      budget(200),
    );
  });

  it('survives arbitrary characters', { timeout: TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => check(text)),
      budget(300),
    );
  });

  it('survives damaged YAML', { timeout: TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(damaged(YAML), (text) => check(text, '', '/etc/f.yaml')),
      budget(200),
    );
  });

  it('prints whatever it has read, and reads that again', { timeout: TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(damaged(CONF), (text) => {
        const { tree } = parseConfig({ file: '/f', text, loader: loaderOf({}) });
        check(printTree(tree));
      }),
      budget(150),
    );
  });
});
