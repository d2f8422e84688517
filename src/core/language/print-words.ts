/**
 * How words are written so that reading gives them back: which need double quotes, how a command line of
 * a script keyword keeps its own quoting, and which texts the language cannot express at all.
 */
import { isBlankCode } from './lexical/scan.ts';
import type { ArgType } from './schema/keyword-table.ts';
import type { Statement } from './tree.ts';

/** A word as it is written; `first` for the first word of a line, where directives begin. */
export function writeWord(text: string, quoted: boolean, first: boolean): string {
  return quoted || needsQuotes(text) || (first && isDirective(text)) ? `"${text}"` : text;
}

/**
 * Why a text cannot be a word of the language, or undefined when it can: there is no escape for a double
 * quote, a line end or a NUL byte.
 */
export function unwritableReason(text: string): string | undefined {
  if (text.includes('"')) return 'a word cannot hold a double quote';
  if (/[\r\n]/.test(text)) return 'a word cannot hold a line end';
  return text.includes('\0') ? 'a word cannot hold a NUL byte' : undefined;
}

/** The words of a statement as one line, without its block and comments. */
export function statementText(statement: Statement): string {
  const { words, unmatchedQuote } = statement;
  const command = commandStart(statement);
  const shown = command < 0 ? words : words.slice(0, command);
  const parts = shown.map((word, index) => writeWord(word.text, word.quoted, index === 0));
  const last = words.at(-1);
  if (command >= 0) {
    const from = words[command - 1]?.end ?? 0;
    parts.push(writeCommand(last?.line.text.slice(from, statement.end) ?? ''));
  } else if (unmatchedQuote >= 0) {
    parts.push(last?.line.text.slice(unmatchedQuote, statement.end) ?? '');
  }
  return parts.join(' ');
}

/** The text of a command as it stood on its line, comment characters outside double quotes escaped. */
function writeCommand(raw: string): string {
  let start = 0;
  let end = raw.length;
  while (start < end && isBlankCode(raw.charCodeAt(start))) start++;
  while (end > start && isBlankCode(raw.charCodeAt(end - 1))) end--;
  let out = '';
  let inQuotes = false;
  for (let at = start; at < end; at++) {
    const character = raw.charAt(at);
    if (character === '"') inQuotes = !inQuotes;
    out += !inQuotes && (character === '#' || character === '!') ? `\\${character}` : character;
  }
  return out;
}

/** Index of the first word of a command that has its own quoting rules, or -1. */
function commandStart(statement: Statement): number {
  const at = statement.keyword?.args?.findIndex(({ type }) => hasOwnQuoting(type)) ?? -1;
  return at >= 0 && (statement.words.length > at + 1 || statement.unmatchedQuote >= 0)
    ? at + 1
    : -1;
}

function hasOwnQuoting(type: ArgType): boolean {
  return type.kind === 'script' || type.kind === 'quoted';
}

function needsQuotes(text: string): boolean {
  if (text === '') return true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isBlankCode(code) || SPECIAL.includes(text.charAt(at))) return true;
  }
  return false;
}

/** Comment characters and braces. A double quote is not here: quoting does not help it. */
const SPECIAL = '#!{}';

/** True when a line that begins with this word would be a condition, definition, sequence or include. */
function isDirective(text: string): boolean {
  return /^(@|~(SEQx?|LST)\(|\$[A-Za-z_][A-Za-z0-9_]*=|include[rmwba]?$)/.test(text);
}
