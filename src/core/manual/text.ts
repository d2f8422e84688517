/** Paragraphs and columns for a terminal of 80 columns. */
import type { Fact } from './keyword-phrases.ts';

/** Columns of the terminal that the text is made for. */
const WIDTH = 80;
/** Labels longer than this stand on a line of their own. */
const LABEL_MAX = 26;

/** A text broken into lines, indented; lines after the first by `hanging`. */
export function paragraph(text: string, indent: number, hanging: number = indent): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' '.repeat(hanging);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  lines.push(line);
  return lines;
}

/** Labels in one column, texts beside them. */
export function columns(facts: readonly Fact[], indent: number = 2): string[] {
  const fitting = facts.map(({ label }) => label.length).filter((length) => length <= LABEL_MAX);
  const width = Math.max(0, ...fitting) + 2;
  const column = indent + width;
  return facts.flatMap(({ label, text }) => {
    const [first = '', ...rest] = paragraph(text, column);
    const head = `${' '.repeat(indent)}${label}`;
    if (label.length > LABEL_MAX) return [head, first, ...rest];
    return [`${head.padEnd(column)}${first.trimStart()}`, ...rest];
  });
}

/** A title at the left margin, and where it belongs at the right one, or below it. */
export function titleLine(title: string, place: string): string[] {
  const gap = WIDTH - title.length - place.length;
  if (gap >= 2) return [`${title}${' '.repeat(gap)}${place}`];
  return [...paragraph(title, 0, 2), ...paragraph(place, 2)];
}
