/**
 * Which lines may hold a secret, told from their text alone: a line that is misspelt, misplaced or cut by a comment
 * gives no keyword to look up, and shows its password all the same.
 */
import { nearestWord } from './spelling.ts';

/** Keywords of the language whose values are secrets; a test holds them against the tables. */
export const SECRET_KEYWORDS: readonly string[] = ['auth_pass', 'key', 'password'];

/** Words of other programs, and what people call their own definitions. */
const SECRET_NAME =
  /pass(?![a-z])|passw|passphrase|secret|credential|token|auth_?key|hmac_?key|(?<![a-z])pwd/i;

/** Shorter words have too many neighbours. */
const MISSPELT_MIN = 6;

/** True for a word whose value must not be shown: a secret keyword, a slip of the pen for one, a telling name. */
export function isSecretWord(word: string): boolean {
  const name = word.toLowerCase();
  if (SECRET_KEYWORDS.includes(name) || SECRET_NAME.test(name)) return true;
  if (name.length < MISSPELT_MIN) return false;
  return (
    nearestWord(name, LONG_KEYWORDS) !== undefined ||
    LONG_KEYWORDS.some((one) => name.startsWith(one))
  );
}

/** A slip of the pen for `key`, where a statement begins: no keyword is that near to it. */
function isMisspeltKey(word: string): boolean {
  return word.length <= 'key'.length && nearestWord(word, ['key']) !== undefined;
}

const LONG_KEYWORDS = SECRET_KEYWORDS.filter((name) => name.length >= MISSPELT_MIN);

/** Words that may stand before the keyword of a line: conditions, definitions, repetitions, comment characters. */
const LEADING = /^[\s#!]*(?:@\S*\s+)?(?:~\w+\([^)]*\)\s*)?[\s$"'{-]*/;

/** Where what must not be shown begins in a line, or -1. */
export function secretStart(line: string): number {
  if (line !== LAST.line) {
    LAST.line = line;
    LAST.start = findSecret(line);
  }
  return LAST.start;
}

/** Several texts are asked about one line after the other. */
const LAST = { line: '', start: -1 };

/** Of longer lines everything behind this is hidden. */
const LOOKED_AT_MAX = 2_048;

function findSecret(line: string): number {
  const begin = LEADING.exec(line)?.[0].length ?? 0;
  const words = /[A-Za-z_][\w-]*/g;
  words.lastIndex = begin;
  for (let match = words.exec(line); match !== null; match = words.exec(line)) {
    const [word] = match;
    if (match.index > LOOKED_AT_MAX) return match.index;
    const isFirst =
      match.index === begin ||
      /[{}]\s*["']?$/.test(line.slice(Math.max(0, match.index - NEAR), match.index));
    // In the middle of a line only a telling word counts, a short one with "=" behind it (`/?token=`): "key" is a common one.
    const isTelling =
      isFirst ||
      word.length >= MISSPELT_MIN ||
      (SECRET_NAME.test(word) && line.charAt(match.index + word.length) === '=');
    if (isPathPart(line, match.index, word)) continue;
    if (!isTelling || !(isSecretWord(word) || (isFirst && isMisspeltKey(word)))) continue;
    return valueStart(line, match.index, word);
  }
  return -1;
}

/** A directory or a file is called so (`/etc/secret/a.sh`): what follows is the rest of its name, which an operator has to read. */
function isPathPart(line: string, at: number, word: string): boolean {
  if (!/^[/.]/.test(line.slice(at + word.length, at + word.length + 1))) return false;
  return /\/[\w.-]*$/.test(line.slice(Math.max(0, at - NAME_MAX), at));
}

/** Longest name of a file. */
const NAME_MAX = 255;

/** A word that a keyword begins has its value without a blank. */
const NEAR = 16;

function valueStart(line: string, at: number, word: string): number {
  const glued = LONG_KEYWORDS.find((one) => word.toLowerCase().startsWith(one));
  const end = at + (glued ?? word).length;
  return end + (/^["']?\s*[=:]?\s*/.exec(line.slice(end))?.[0].length ?? 0);
}

/** The line with stars for what may be a secret; columns stay. */
export function maskedLine(line: string): string {
  const start = secretStart(line);
  if (start < 0) return line;
  return line.slice(0, start) + line.slice(start).replace(/\S/g, '*');
}

/** The secrets of a line as they may be quoted elsewhere. */
export function secretsOf(line: string): readonly string[] {
  const start = secretStart(line);
  if (start < 0) return [];
  const words = line.slice(start).split(/[\s"';{}\\]+/);
  return words.filter((word) => word.length >= QUOTED_MIN);
}

/** Shorter ones cannot be told from other words. */
const QUOTED_MIN = 3;

/** A text about a line, without that line's secrets. */
export function withoutSecretsOf(line: string, text: string): string {
  return secretsOf(line).reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}
