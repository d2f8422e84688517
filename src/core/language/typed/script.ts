/**
 * Script-valued keywords read their line again with shell-like rules: both kinds of quotes, escapes,
 * and adjacent parts joined. The first word is the whole command; it is split once more into program
 * and arguments; user and group follow it.
 */
import type { ScriptType } from '../schema/keyword-table.ts';
import type { Statement } from '../tree.ts';
import { atRange, wordAt } from '../tree.ts';
import { complain, type ReadPlace } from './context.ts';
import type { ScriptValue } from './values.ts';

/** Reads the command of a script keyword; undefined when it is missing, empty or malformed. */
export function readScript(
  type: ScriptType,
  statement: Statement,
  from: number,
  place: ReadPlace,
): ScriptValue | undefined {
  const token = wordAt(statement, 1);
  const before = wordAt(statement, from - 1);
  const raw = token.line.text.slice(before.end, statement.end);
  const outer = splitShell(raw, false);
  if (outer === undefined) {
    complain(place, 'unterminated-script-quote', token, 'a quote is not closed');
    return undefined;
  }
  const [command = '', user, group] = outer;
  if (command === '') {
    if (type.strict === true) complain(place, 'missing-value', token, 'the command is empty');
    return undefined;
  }
  const argv = splitShell(command, true);
  if (argv === undefined || argv.length === 0) {
    complain(place, 'unterminated-script-quote', token, 'a quote inside the command is not closed');
    return undefined;
  }
  const names = type.noUser === true ? [undefined, undefined] : [user, group];
  const script: ScriptValue = { kind: 'script', command, argv, user: names[0], group: names[1] };
  place.context.scripts.push({
    script,
    keyword: place.name,
    token,
    missing: type.missing,
    strict: type.strict === true,
    ownsUser: type.noUser === true,
  });
  return script;
}

/** Reads the only word of a line with shell-like quotes and escapes. */
export function readQuoted(
  statement: Statement,
  from: number,
  place: ReadPlace,
): string | undefined {
  const token = wordAt(statement, from);
  const before = wordAt(statement, from - 1);
  const words = splitShell(before.line.text.slice(before.end, statement.end), true);
  if (words === undefined) {
    complain(place, 'unterminated-script-quote', token, 'a quote is not closed');
    return undefined;
  }
  const [word, ...more] = words;
  if (more.length === 0) return word;
  complain(place, 'extra-words', token, 'these are several words', {
    ...atRange(token.line, token.start, statement.end),
    expected: 'one word; put it into double quotes if it holds blanks',
  });
  return undefined;
}

/** Splits by the rules of section "script-valued keywords"; undefined when a quote is open at the end. */
export function splitShell(text: string, decodeEscapes: boolean): string[] | undefined {
  const words: string[] = [];
  let word = '';
  let inWord = false;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\' && at + 1 < text.length && quote !== "'") {
      const decoded = decodeEscapes
        ? decodeEscape(text, at + 1)
        : { text: text.slice(at, at + 2), length: 1 };
      word += decoded.text;
      at += decoded.length;
      inWord = true;
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      inWord = true;
    } else if (/\s/.test(character)) {
      if (inWord) words.push(word);
      word = '';
      inWord = false;
    } else {
      word += character;
      inWord = true;
    }
  }
  if (quote !== '') return undefined;
  if (inWord) words.push(word);
  return words;
}

const SIMPLE: Readonly<Record<string, string | undefined>> = {
  a: '\x07',
  b: '\b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** What stands behind a backslash at `at`: its text and how many characters it takes. */
function decodeEscape(
  text: string,
  at: number,
): { readonly text: string; readonly length: number } {
  const character = text.charAt(at);
  const simple = SIMPLE[character];
  if (simple !== undefined) return { text: simple, length: 1 };
  const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3))?.[0];
  if (octal !== undefined)
    return { text: String.fromCharCode(Number.parseInt(octal, 8)), length: octal.length };
  const hex = /^x[0-9a-fA-F]{1,2}/.exec(text.slice(at, at + 3))?.[0];
  if (hex !== undefined)
    return { text: String.fromCharCode(Number.parseInt(hex.slice(1), 16)), length: hex.length };
  const control = character === 'c' ? text.charAt(at + 1) : '';
  if (control !== '') return { text: String.fromCharCode(control.charCodeAt(0) & 0x1f), length: 2 };
  return { text: character, length: 1 };
}
