/** Ways in which configurations get damaged: characters, words, lines and whole parts lost, doubled, swapped or mixed. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what the language calls a definition
import fc from 'fast-check';
import { allTables } from '../../src/core/language/keywords/root.ts';

const KEYWORDS: readonly string[] = allTables().flatMap((table) =>
  table.keywords.map((keyword) => keyword.name),
);

/** Pieces that mean something to some part of the front end. */
const PIECES: readonly string[] = [
  ...'{}"\'\\#!$@~|()[]:,;=*?<>%&-_ \t\r\n\u0000\u3000\u00a0\ufeff\u201c\u200b\ud800'.split(''),
  '${',
  '$A',
  '${A}',
  '\n$A=x\n',
  '\n$A= \\\n',
  '~SEQ(i,1,3) ',
  '~SEQx(i,9,-1,1) ',
  '~LST({a,b},{1,2}) ',
  '@x ',
  '@^x ',
  'include *\n',
  'includea /x/{a,b}\n',
  '10.0.0.1/24',
  '10.0.0.0/9',
  '10.0.0.1-9',
  'fe80::1%eth0',
  '::ffff:1.2.3.4',
  '18446744073709551616',
  '-9223372036854775809',
  '0x7fffffff',
  '1e309',
  '.5.5',
  'constructor',
  '__proto__',
  'toString',
];

/** A change to a text. */
type Change = (text: string) => string;

const place = fc.double({ min: 0, max: 1, noNaN: true });

function at(text: string, where: number): number {
  return Math.floor(where * (text.length + 1));
}

/** Lines of a text, changed. */
function byLine(change: (lines: string[], i: number, j: number) => void): fc.Arbitrary<Change> {
  return fc.tuple(place, place).map(([first, second]) => (text) => {
    const lines = text.split('\n');
    const i = Math.min(lines.length - 1, Math.floor(first * lines.length));
    const j = Math.min(lines.length - 1, Math.floor(second * lines.length));
    change(lines, i, j);
    return lines.join('\n');
  });
}

const insert: fc.Arbitrary<Change> = fc
  .tuple(place, fc.oneof(fc.constantFrom(...PIECES), fc.constantFrom(...KEYWORDS), fc.string()))
  .map(([where, piece]) => (text) => {
    const offset = at(text, where);
    return text.slice(0, offset) + piece + text.slice(offset);
  });

const cut: fc.Arbitrary<Change> = fc
  .tuple(place, fc.nat({ max: 200 }))
  .map(([where, length]) => (text) => {
    const offset = at(text, where);
    return text.slice(0, offset) + text.slice(offset + length);
  });

const repeat: fc.Arbitrary<Change> = fc
  .tuple(place, fc.nat({ max: 400 }), fc.nat({ max: 40 }))
  .map(([where, length, times]) => (text) => {
    const offset = at(text, where);
    const piece = text.slice(offset, offset + length);
    return text.slice(0, offset) + piece.repeat(times) + text.slice(offset);
  });

const word: fc.Arbitrary<Change> = fc
  .tuple(place, fc.constantFrom(...KEYWORDS, ...PIECES))
  .map(([where, piece]) => (text) => {
    const offset = at(text, where);
    const rest = text.slice(offset);
    const found = /\S+/.exec(rest);
    if (found === null) return text;
    return text.slice(0, offset) + rest.replace(/\S+/, () => piece);
  });

const CHANGE: fc.Arbitrary<Change> = fc.oneof(
  insert,
  cut,
  repeat,
  word,
  byLine((lines, i) => lines.splice(i, 1)),
  byLine((lines, i, j) => lines.splice(i, 0, lines[j] ?? '')),
  byLine((lines, i, j) => {
    [lines[i], lines[j]] = [lines[j] ?? '', lines[i] ?? ''];
  }),
  byLine((lines, i, j) => lines.splice(Math.min(i, j), Math.abs(i - j))),
);

/** One of the texts, or two of them joined in the middle, with some damage. */
export function damaged(texts: readonly string[]): fc.Arbitrary<string> {
  const whole = fc.constantFrom(...texts);
  const mixed = fc
    .tuple(whole, place, whole, place)
    .map(([a, i, b, j]) => a.slice(0, at(a, i)) + b.slice(at(b, j)));
  return fc
    .tuple(fc.oneof(whole, mixed), fc.array(CHANGE, { maxLength: 6 }))
    .map(([text, changes]) =>
      changes.reduce((now, change) => change(now), text).slice(0, LENGTH_MAX),
    );
}

/** Inputs of properties stay small; large ones are the business of `limits.test.ts`. */
const LENGTH_MAX = 20_000;
