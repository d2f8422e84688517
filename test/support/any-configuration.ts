/** Configurations made from the keyword tables: every block, keyword, option and type of word may come up. */
import fc from 'fast-check';
import { ROOT } from '../../src/core/language/keywords/root.ts';
import type {
  ArgSpec,
  ArgType,
  BlockTable,
  Keyword,
  OptionSpec,
} from '../../src/core/language/schema/keyword-table.ts';

const V4 = fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `10.${a}.0.${b}`);
const V6 = fc.constantFrom('2001:db8::1', 'fe80::1', '2001:db8:0:1::20');
const PLAIN = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.:/-]{0,8}$/);
/** Words that YAML or the language itself would take for something else, unless they are quoted well. */
const AWKWARD = fc.constantFrom(
  'true',
  'null',
  '~',
  'no',
  '1.0',
  '0x10',
  '010',
  '1e3',
  '-',
  '- a',
  'a: b',
  'a #b',
  '#b',
  '!a',
  '&a',
  '*a',
  '@x',
  '%a',
  '`',
  "it's",
  'a, b',
  '[a]',
  '{a}',
  'a{b}c',
  '',
  ' ',
  'two words',
  '<<',
  'x-y',
  'é',
  '\u00a0x',
  '|',
  '>',
  '? a',
  '---',
  '\\n',
  'a\\',
);
const COMMANDS = fc.constantFrom(
  '/bin/true',
  '"/bin/sh -c \'echo a\'"',
  '\'/bin/sh -c "echo  a"\'',
  '"/bin/a b" nobody',
  '/bin/a nobody adm',
  '"/bin/x \\"y\\" \\\\"',
  '"/bin/a {b} #c"',
);
const REGEXES = fc.constantFrom('^a', '"^a b$"', '"\\\\d+ {2}"', '\'say "x"\'', '"a\\"b"');

/** A word as it stands in the file. */
function written(word: string): string {
  return /^[A-Za-z0-9_./:+-]+$/.test(word) ? word : `"${word}"`;
}

function range(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max: Math.min(max, 2 ** 31) });
}

/** The words of a type as they stand in the file. */
function wordsOf(type: ArgType): fc.Arbitrary<string> {
  switch (type.kind) {
    case 'integer':
      return range(type.min, type.max).map(String);
    case 'time': {
      const unit = type.unit === 's' ? 1e6 : 1e3;
      const step = unit / 10 ** type.decimals;
      const [from, to] = [Math.ceil(type.minUs / step), Math.floor(type.maxUs / step)];
      return range(from, Math.min(to, from + 1e6)).map((steps) =>
        ((steps * step) / unit).toFixed(type.decimals),
      );
    }
    case 'enum':
      return fc.constantFrom(...type.words);
    case 'boolean':
      return fc.constantFrom('true', 'on', 'yes', 'false', 'off', 'no');
    case 'word': {
      if (type.pattern !== undefined)
        return fc
          .stringMatching(new RegExp(type.pattern))
          .filter((text) => text.length < 40)
          .map(written);
      const max = type.maxLength ?? 100;
      return fc.oneof(PLAIN, AWKWARD).map((text) => written(text.slice(0, max)));
    }
    case 'address':
      if (type.multicast === true)
        return fc.constant(type.family === 'ipv6' ? 'ff02::12' : '224.0.0.18');
      if (type.family !== undefined) return type.family === 'ipv6' ? V6 : V4;
      return fc.oneof(V4, V6);
    case 'prefix':
      return type.family === 'ipv6'
        ? V6.map((address) => `${address}/64`)
        : fc.oneof(
            V4.map((address) => `${address}/24`),
            V4,
          );
    case 'range':
      return V4.map((address) => `${address}-255`);
    case 'port':
      return range(1, 65_535).map(String);
    case 'interface':
      return fc.constantFrom('eth0', 'eth1', 'bond0.100', 'lo');
    case 'script':
      return COMMANDS;
    case 'quoted':
      return REGEXES;
    case 'mac':
      return fc.constant('02:00:00:00:00:01');
    case 'hex':
      return fc.constantFrom('00ff', 'ab 12', '1234');
    case 'number-range':
      return range(type.min, type.max).map((n) =>
        type.rangeOnly === true ? `${n}-${n}` : String(n),
      );
    case 'masked':
      return range(0, type.max).map((n) => `${n}/0xff`);
    case 'named':
      return range(0, Math.min(type.max, 200)).map(String);
    case 'list':
      return fc
        .array(wordsOf(type.of), { minLength: 1, maxLength: 3 })
        .map((words) => words.join(' '));
    case 'options': {
      const positional = fc.tuple(...(type.positional ?? []).map(argWords));
      const options = fc.subarray([...type.options], {
        maxLength: Math.min(4, type.options.length),
      });
      return positional.chain((head) =>
        options.chain((some) =>
          fc.tuple(...some.map(optionWords)).map((tail) => [...head, ...tail].join(' ')),
        ),
      );
    }
  }
}

function optionWords(option: OptionSpec): fc.Arbitrary<string> {
  return fc
    .tuple(...(option.args ?? []).map(argWords))
    .map((words) => [option.name, ...words].join(' '));
}

function argWords(spec: ArgSpec): fc.Arbitrary<string> {
  return spec.optional === true
    ? fc.oneof(fc.constant(''), wordsOf(spec.type))
    : wordsOf(spec.type);
}

/** All words of a keyword; once an optional one is absent, so are those behind it. */
function argsText(args: readonly ArgSpec[]): fc.Arbitrary<string> {
  if (args[0]?.name.includes(' | ') === true) return HEADERS;
  return fc.tuple(...args.map(argWords)).map((words) => {
    const end = words.indexOf('');
    return (end < 0 ? words : words.slice(0, end)).join(' ').trim();
  });
}

const HEADERS = fc.constantFrom('10.0.0.1 80', '10.0.0.1', 'fwmark 5', 'group G', '2001:db8::1 53');
const COMMENT = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom('# why', '! because: of "this"', '#- x', '# {') },
);

function statement(keyword: Keyword, depth: number): fc.Arbitrary<string> {
  const names = [keyword.name, ...(keyword.aliases ?? []).map((alias) => alias.name)];
  const head = fc
    .tuple(fc.constantFrom(...names), argsText(keyword.args ?? []))
    .map(([name, words]) => `${name} ${words}`.trim());
  return fc
    .tuple(
      COMMENT,
      head,
      COMMENT,
      keyword.block === undefined ? fc.constant('') : inside(keyword.block, depth),
    )
    .map(([above, line, behind, block]) => {
      const top = above === '' ? '' : `${above}\n`;
      const tail = behind === '' ? '' : ` ${behind}`;
      return keyword.block === undefined
        ? `${top}${line}${tail}`
        : `${top}${line} {${tail}\n${block}\n}`;
    });
}

function inside(table: BlockTable, depth: number): fc.Arbitrary<string> {
  if (table.content === 'keywords') {
    if (depth > 5 || table.keywords.length === 0) return fc.constant('');
    return fc
      .array(
        fc.constantFrom(...table.keywords).chain((keyword) => statement(keyword, depth + 1)),
        { maxLength: 5 },
      )
      .map((lines) => lines.join('\n'));
  }
  const word = table.word;
  const entry = word === undefined ? argsText(table.entry?.args ?? []) : wordsOf(word);
  const line = fc.tuple(entry, COMMENT).map(([words, comment]) => `${words} ${comment}`.trim());
  return fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n'));
}

/** The inside of a block. */
export function anyBlock(table: BlockTable): fc.Arbitrary<string> {
  return inside(table, 0);
}

/** A whole file. Its statements are well formed; what they mean together may be nonsense. */
export const ANY_CONFIGURATION: fc.Arbitrary<string> = inside(ROOT, 0);
