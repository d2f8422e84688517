/**
 * Words that are written inside other text: as part of a line, and commands as the one shell word that
 * script keywords read. How whole statements are written is the business of `../print-words.ts`.
 */
import { unwritableReason, writeWord } from '../print-words.ts';

/** A word as part of a line that is read as words; undefined when no line can hold it. */
export function lineWord(text: string): string | undefined {
  return unwritableReason(text) === undefined ? writeWord(text, false, false) : undefined;
}

/** A text as one shell word whose escapes are decoded when it is read. */
export function quotedWord(text: string): string {
  return inQuotes(text, true);
}

/** A command as one shell word: a backslash in it keeps the next character and stays. */
export function shellWord(command: string): string {
  return inQuotes(command, false);
}

/** Double quotes are used until something needs single ones: a double quote, or a backslash at the end. */
function inQuotes(command: string, escapes: boolean): string {
  let quote = firstQuote(command);
  let out = quote;
  const use = (wanted: '"' | "'"): void => {
    if (quote === wanted) return;
    out += quote + wanted;
    quote = wanted;
  };
  for (let at = 0; at < command.length; at++) {
    const character = command.charAt(at);
    const isLast = at + 1 === command.length;
    if (character === '"' || (character === '\\' && isLast && !escapes)) use("'");
    else if (character === "'") use('"');
    out += character;
    if (character === '\\' && quote === '"') out += escapes ? '\\' : command.charAt(++at);
  }
  return out + quote;
}

/** The quote to begin with: whichever the command's first quote of its own is not. */
function firstQuote(command: string): '"' | "'" {
  const double = command.search(/(?<!\\)"/);
  const single = command.search(/(?<!\\)'/);
  return double >= 0 && (single < 0 || double < single) ? "'" : '"';
}
