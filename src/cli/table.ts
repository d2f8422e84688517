/** Columns of text for terminals: aligned, coloured by cell, cut to a width. */

/** A cell; `color` is applied after padding, so that widths stay right. */
export interface Cell {
  readonly text: string;
  readonly color?: Color;
}

/** Colours with a meaning. */
export type Color = 'good' | 'bad' | 'unsure' | 'faint' | 'strong';

const CODE: Readonly<Record<Color, string>> = {
  good: '\u001b[32m',
  bad: '\u001b[31m',
  unsure: '\u001b[33m',
  faint: '\u001b[2m',
  strong: '\u001b[1m',
};
const RESET = '\u001b[0m';
const GAP = '  ';

/** How to write a text. */
export interface TextOptions {
  /** Characters in a line; longer ones are cut. 0 = no limit. */
  readonly width: number;
  readonly color: boolean;
}

/** Lines of a table; the last column is not padded. `indent` is a number of blanks. */
export function tableLines(
  rows: readonly (readonly Cell[])[],
  options: TextOptions,
  indent: number,
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.text.length);
    });
  }
  return rows.map((row) => {
    let room = options.width === 0 ? Number.POSITIVE_INFINITY : options.width - indent;
    let line = ' '.repeat(indent);
    row.forEach((cell, column) => {
      const isLast = column === row.length - 1;
      const padded = isLast ? cell.text : cell.text.padEnd(widths[column] ?? 0) + GAP;
      const shown = cut(padded, room);
      room -= shown.length;
      line += paint(shown, cell.color, options.color);
    });
    return line.trimEnd();
  });
}

/** A text in a colour, if colours are wanted. */
export function paint(text: string, color: Color | undefined, isColored: boolean): string {
  if (!isColored || color === undefined || text === '') return text;
  return `${CODE[color]}${text}${RESET}`;
}

/** A text that takes no more than `room` characters; a cut is marked. */
export function cut(text: string, room: number): string {
  if (text.trimEnd().length <= room) return text.length <= room ? text : text.trimEnd();
  return room <= 0 ? '' : `${text.slice(0, room - 1)}…`;
}
