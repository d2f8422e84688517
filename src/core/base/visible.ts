/**
 * Text from outside as it may be shown: names, file names and lines can hold escape sequences, which a terminal would
 * obey, and characters that turn the direction of writing, which make a text look like another one.
 */

/** Control characters (C0 without tab and line feed, DEL, C1), and those that order text in both directions. */
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The text with such characters written as escapes: `\x1b`, `\u202e`. Line feeds and tabs stay. */
export function visible(text: string): string {
  return text.replace(HIDDEN, escapeOf);
}

/** The text with each such character as one dot, so that columns stay. */
export function visibleColumns(text: string): string {
  return text.replace(HIDDEN, '\u00b7');
}

/** A value of plain data with all its texts visible. */
export function visibleData<Data>(data: Data): Data {
  return mapTexts(data) as Data;
}

function mapTexts(value: unknown): unknown {
  if (typeof value === 'string') return visible(value);
  if (Array.isArray(value)) return value.map(mapTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapTexts(one)]));
}

function escapeOf(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
