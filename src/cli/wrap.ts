/** Paragraphs for terminals. */

/** A word as it is written, colours included, and how many columns it takes. */
export interface Word {
  readonly text: string;
  readonly length: number;
}

/** A text broken at blanks into lines of at most `width` characters; lines after the first are indented. */
export function wrapped(text: string, width: number, indent: number): string[] {
  const words = text.split(' ').map((word) => ({ text: word, length: word.length }));
  return wrappedWords(words, width, { first: 0, rest: indent });
}

/** Words in lines of at most `width` columns, 0 = one line. A word that is longer has a line of its own. */
export function wrappedWords(
  words: readonly Word[],
  width: number,
  indent: { readonly first: number; readonly rest: number },
): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent.first);
  let used = indent.first;
  let isEmpty = true;
  for (const { text, length } of words) {
    if (!isEmpty && width > 0 && used + 1 + length > width) {
      lines.push(line);
      line = ' '.repeat(indent.rest);
      used = indent.rest;
      isEmpty = true;
    }
    line += isEmpty ? text : ` ${text}`;
    used += (isEmpty ? 0 : 1) + length;
    isEmpty = false;
  }
  lines.push(line);
  return lines;
}
