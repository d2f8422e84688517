/**
 * The first look at a line: where its content begins and ends, where its comment begins, and whether
 * it holds anything that needs more than splitting into words. One pass, no copies: a configuration
 * may have hundreds of thousands of lines.
 */

/** What a line holds. Offsets are into the text that was scanned. */
export interface LineContent {
  /** First character that is not blank; equal to `end` on a line without content. */
  readonly start: number;
  /** Behind the last character that is not blank, before the comment. */
  readonly end: number;
  /** The comment character, or -1. */
  readonly comment: number;
  readonly hasDollar: boolean;
  /** A double quote is open at the end. */
  readonly isOpen: boolean;
  /** A backslash before a comment character, to be taken out. */
  readonly hasEscape: boolean;
}

const TAB = 9;
const CR = 13;
const SPACE = 32;
const BANG = 33;
const QUOTE = 34;
const HASH = 35;
const DOLLAR = 36;
const BACKSLASH = 92;

/** True for the white space of the language: space, tab, LF, VT, FF, CR. */
export function isBlankCode(code: number): boolean {
  return code === SPACE || (code >= TAB && code <= CR);
}

/** Scans `text[from..to)`. Only double quotes protect a comment character; `\#` and `\!` outside quotes do too. */
export function scanLine(text: string, from: number, to: number): LineContent {
  let start = from;
  while (start < to && isBlankCode(text.charCodeAt(start))) start++;
  let inQuotes = false;
  let hasDollar = false;
  let hasEscape = false;
  let comment = -1;
  let end = start;
  for (let at = start; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code > BACKSLASH) {
      end = at + 1;
      continue;
    }
    if (code === SPACE || (code >= TAB && code <= CR)) continue;
    if (code === QUOTE) inQuotes = !inQuotes;
    else if (code === DOLLAR) hasDollar = true;
    else if ((code === HASH || code === BANG) && !inQuotes) {
      comment = at;
      break;
    } else if (code === BACKSLASH && !inQuotes && at + 1 < to) {
      const next = text.charCodeAt(at + 1);
      if (next === HASH || next === BANG) {
        hasEscape = true;
        at++;
      }
    }
    end = at + 1;
  }
  return { start, end, comment, hasDollar, isOpen: inQuotes, hasEscape };
}

/** The end of the physical line that begins at `from`: before LF or CR LF, or the end of the text. */
export function lineEnd(
  text: string,
  from: number,
): { readonly end: number; readonly next: number } {
  const lf = text.indexOf('\n', from);
  const end = lf < 0 ? text.length : lf;
  const next = lf < 0 ? text.length : lf + 1;
  return { end: end > from && text.charCodeAt(end - 1) === CR ? end - 1 : end, next };
}

/** True when a line of UTF-16 text is longer than `limit` bytes of UTF-8. */
export function exceedsBytes(text: string, from: number, to: number, limit: number): boolean {
  if (to - from > limit) return true;
  if ((to - from) * 3 <= limit) return false;
  let bytes = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code <= 0xdfff ? 2 : 3;
  }
  return bytes > limit;
}
