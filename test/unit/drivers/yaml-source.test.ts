/** The YAML reader: limits that no text can pass, and no text that breaks it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONFIG_LIMITS } from '../../../src/core/language/limits.ts';
import { YAML_READER } from '../../../src/drivers/yaml-source.ts';
import { parseYaml } from '../../support/parse-yaml.ts';

/** Codes and messages of the problems with a text. */
function problems(text: string): string[] {
  return YAML_READER(text).problems.map(({ code, message }) => `${code}: ${message}`);
}

describe('limits', () => {
  it('the length of a file', () => {
    const text = '#'.repeat(CONFIG_LIMITS.yamlLength + 1);
    expect(problems(text)).toEqual(['yaml-limit: the file is longer than 16777216 characters']);
  });

  it.each([
    ['lists', '['.repeat(100_000)],
    ['maps', '{a: '.repeat(100_000)],
    ['block lists', '- '.repeat(50_000)],
    ['keys', '? '.repeat(50_000)],
    ['indentation', Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
  ])('nesting of %s', (_, text) => {
    expect(problems(text)).toEqual(['yaml-limit: values are nested more than 64 deep']);
  });

  it('aliases of aliases', () => {
    const levels = Array.from(
      { length: 30 },
      (_, level) => `- &l${level + 1} [${`*l${level}, `.repeat(9)}*l${level}]`,
    );
    expect(problems(`- &l0 [a]\n${levels.join('\n')}\n`)).toEqual([
      'yaml-limit: aliases make more than 4000000 values',
    ]);
  });

  it('an alias inside what it stands for', () => {
    expect(problems('&a [*a]')).toEqual([
      'yaml-syntax: no complete value before *a has the anchor &a',
    ]);
  });
});

describe('what is not taken', () => {
  it.each([
    ['an alias without its anchor', 'a: *b', 'no complete value before *b has the anchor &b'],
    [
      'a second document',
      'a: 1\n---\nb: 2\n',
      'a file holds one document; another one begins here',
    ],
    ['a tag of another program', 'a: !vault x', 'Unresolved tag: !vault'],
    ['a merge of something that is no map', 'a: {<<: 5}', '<< takes a map or a list of maps'],
    ['a tab as indentation', 'a:\n\tb: 1', 'Tabs are not allowed as indentation'],
  ])('%s', (_, text, message) => {
    expect(problems(text)).toContain(`yaml-syntax: ${message}`);
  });
});

describe('values', () => {
  it.each([
    ['a number keeps its text', '0x1F', '0x1F', 'text', 3],
    ['a decimal keeps its zeros', '1.0', '1.0', 'text', 3],
    ['a quoted text stands behind its quote', '"a b"', 'a b', 'text', 4],
    ['an escape moves the text', '"a\\tb"', 'a\tb', 'text', -1],
    ['a boolean is in lower case', 'True', 'true', 'boolean', -1],
    ['a quoted boolean is text', '"true"', 'true', 'text', 4],
    ['nothing is null', '', '', 'null', -1],
    ['the words of YAML 1.1 are text', 'yes', 'yes', 'text', 3],
    ['several lines have no place of their own', '|\n  a\n  b', 'a\nb\n', 'text', -1],
  ])('%s', (_, written, text, type, verbatim) => {
    const { root } = YAML_READER(`a: ${written}`);
    const value = root?.kind === 'map' ? root.entries[0]?.value : undefined;
    expect(value).toMatchObject({ text, type, verbatim });
  });
});

describe('any text', () => {
  const PIECE = fc.constantFrom(
    'vrrp_instance',
    'virtual_server',
    'global_defs',
    'real_server',
    'priority',
    'notify',
    'url',
    'address',
    'A',
    '10.0.0.1',
    '5',
    'true',
    ': ',
    ':',
    '- ',
    '-',
    '\n',
    '\n  ',
    '\n    ',
    '\n      ',
    '[',
    ']',
    '{',
    '}',
    ', ',
    '"',
    "'",
    '#',
    ' # c',
    '&a ',
    '*a',
    '<<',
    '? ',
    '|',
    '>',
    '|2-',
    '!!str ',
    '!x ',
    '%YAML 1.1\n',
    '---',
    '...',
    '\t',
    '\r\n',
    '\0',
    '\ufeff',
    '\u2028',
    '\ud800',
    '\\',
    '\\x',
    '@',
    '`',
    '~',
  );
  const TEXT = fc.oneof(
    fc.array(PIECE, { maxLength: 60 }).map((pieces) => pieces.join('')),
    fc.string({ maxLength: 80 }),
  );

  it('is read without an exception, and every finding is inside it', () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const lines = text.split('\n');
        for (const { span } of parseYaml(text).diagnostics) {
          if (span === undefined) continue;
          const line = lines[span.line - 1];
          expect(line).toBeDefined();
          expect(span.column).toBeLessThanOrEqual((line ?? '').length + 2);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('may be long, with an alias and a comment on each line', () => {
    const item = '- {address: 10.0.0.1, port: 80, <<: *d} # c\n';
    const text = `x-d: &d {weight: 1}\nreal_server:\n${item.repeat(20_000)}`;
    expect(YAML_READER(text).problems).toEqual([]);
  });
});
