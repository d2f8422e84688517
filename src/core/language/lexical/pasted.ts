/**
 * Characters that come with pasting from web pages, documents and chats: full-width forms, exotic
 * blanks, typographic quotes, invisible characters. The programs they are meant for read them as
 * letters of words and fail darkly; here each is named and, where its intention is plain, read as the
 * ASCII character it stands for. Text inside comments is left alone.
 */

/** A pasted character that was found and what became of it. */
export interface PastedCharacter {
  /** Offset in the physical line. */
  readonly at: number;
  /** Such as `full-width space (U+3000)`. */
  readonly name: string;
  /** Such as `a space`; undefined when it was left as it is. */
  readonly readAs: string | undefined;
}

/** A line without pasted characters: same length, column for column, except where `removed` says so. */
export interface RepairedLine {
  readonly text: string;
  readonly found: readonly PastedCharacter[];
  /** Offsets of characters of the physical line that are not in `text`. */
  readonly removed: readonly number[];
}

/** True when the text holds a character this module knows; the cheap test before anything else. */
export function hasPasted(text: string): boolean {
  return PASTED.test(text);
}

/** Control characters except white space and NUL; then blanks, quotes and invisible characters beyond ASCII. */
const PASTED: RegExp = new RegExp(
  '[\\u0001-\\u0008\\u000e-\\u001f\\u007f\\u0085\\u00a0\\u00ad\\u1680\\u2000-\\u200f\\u2018-\\u201f' +
    '\\u2028-\\u202f\\u205f-\\u2060\\u3000\\u300c-\\u300f\\ufeff\\uff01-\\uff5e\\ufffd]',
);

const QUOTES: Readonly<Record<string, string>> = {
  '\u201c': 'left double quotation mark',
  '\u201d': 'right double quotation mark',
  '\u201e': 'low double quotation mark',
  '\u201f': 'reversed double quotation mark',
  '\uff02': 'full-width quotation mark',
};

const APOSTROPHES: Readonly<Record<string, string>> = {
  '\u2018': 'left single quotation mark',
  '\u2019': 'right single quotation mark',
  '\u201a': 'low single quotation mark',
  '\u201b': 'reversed single quotation mark',
};

const BLANKS: Readonly<Record<string, string>> = {
  '\u3000': 'full-width space',
  '\u00a0': 'no-break space',
  '\u202f': 'narrow no-break space',
  '\u2028': 'line separator',
  '\u2029': 'paragraph separator',
  '\u0085': 'next-line control',
  '\u1680': 'ogham space',
  '\u205f': 'mathematical space',
};

const INVISIBLE: Readonly<Record<string, string>> = {
  '\u200b': 'zero-width space',
  '\u200c': 'zero-width non-joiner',
  '\u200d': 'zero-width joiner',
  '\u200e': 'left-to-right mark',
  '\u200f': 'right-to-left mark',
  '\u2060': 'word joiner',
  '\ufeff': 'byte order mark',
  '\u00ad': 'soft hyphen',
};

/** Reads a physical line as it was meant. Looks no further than the comment, if there is one. */
export function repairLine(raw: string): RepairedLine {
  const found: PastedCharacter[] = [];
  const removed: number[] = [];
  let text = '';
  let inQuotes = false;
  for (let at = 0; at < raw.length; at++) {
    const character = raw.charAt(at);
    const replacement = PASTED.test(character) ? reading(character, inQuotes) : undefined;
    const read = replacement === undefined ? character : replacement.read;
    if (replacement !== undefined) {
      found.push({
        at,
        name: `${replacement.name} (${codePoint(character)})`,
        readAs: replacement.as,
      });
      if (read === '') removed.push(at);
    }
    if (read === '"') inQuotes = !inQuotes;
    if ((read === '#' || read === '!') && !inQuotes && raw.charAt(at - 1) !== '\\') {
      return { text: text + read + raw.slice(at + 1), found, removed };
    }
    text += read;
  }
  return { text, found, removed };
}

interface Reading {
  readonly read: string;
  readonly name: string;
  readonly as: string | undefined;
}

function reading(character: string, inQuotes: boolean): Reading {
  const quote = QUOTES[character];
  if (quote !== undefined) return { read: '"', name: quote, as: 'a double quote' };
  const apostrophe = APOSTROPHES[character];
  if (apostrophe !== undefined) return { read: "'", name: apostrophe, as: 'a single quote' };
  const invisible = INVISIBLE[character];
  if (invisible !== undefined) return { read: '', name: invisible, as: 'nothing' };
  const blank =
    BLANKS[character] ?? (isTypographicSpace(character) ? 'typographic space' : undefined);
  if (blank !== undefined) return { read: ' ', name: blank, as: 'a space' };
  const code = character.charCodeAt(0);
  if (code >= 0xff01 && code <= 0xff5e && !inQuotes) {
    const plain = String.fromCharCode(code - 0xfee0);
    return { read: plain, name: `full-width "${plain}"`, as: `"${plain}"` };
  }
  if (code === 0xfffd) return { read: character, name: 'byte that is not UTF-8', as: undefined };
  if (code < 0x20 || code === 0x7f)
    return { read: character, name: 'control character', as: undefined };
  return { read: character, name: 'typographic character', as: undefined };
}

function isTypographicSpace(character: string): boolean {
  return character >= '\u2000' && character <= '\u200a';
}

function codePoint(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
