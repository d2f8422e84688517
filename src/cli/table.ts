/**
 * Columns of text for terminals: aligned, coloured by cell. Nothing is ever cut: what does not fit beside the other
 * columns goes on below them.
 */
import { wrappedWords } from './wrap.ts';

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
/** A last column with less room than this is hard to read; it goes below the row. */
const LAST_COLUMN_MIN = 32;
/** Further indentation of what goes below its row. */
const BELOW_INDENT = 4;

/** How to write a text. */
export interface TextOptions {
  /** Characters in a line; longer ones are wrapped. 0 = no limit. */
  readonly width: number;
  readonly color: boolean;
}

/** Lines of a table; the last column is not padded. `indent` is a number of blanks. */
export function tableLines(
  rows: readonly (readonly Cell[])[],
  options: TextOptions,
  indent: number,
): string[] {
  const layout = layoutOf(rows, options, indent);
  return rows.flatMap((row) => rowLines(row, [], layout, options));
}

/** The same below a line with names of the columns. Where a column goes below its row, its name stands before the value. */
export function headedTableLines(
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: TextOptions,
  indent: number,
): string[] {
  const head = columns.map((text): Cell => ({ text, color: 'faint' }));
  const layout = layoutOf([head, ...rows], options, indent);
  const names = columns.map((name, column) =>
    column < columns.length - 1 ? `${name.toLowerCase()} ` : '',
  );
  return [
    ...rowLines(head.slice(0, layout.beside), [], layout, options),
    ...rows.flatMap((row) => rowLines(row, names, layout, options)),
  ];
}

/** A text in a colour, if colours are wanted. */
export function paint(text: string, color: Color | undefined, isColored: boolean): string {
  if (!isColored || color === undefined || text === '') return text;
  return `${CODE[color]}${text}${RESET}`;
}

/** Cells one behind the other, wrapped at blanks; lines after the first are indented. */
export function flowLines(
  cells: readonly Cell[],
  options: TextOptions,
  indent: { readonly first: number; readonly rest: number },
): string[] {
  const words = cells.flatMap(({ text, color }) =>
    text
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => ({ text: paint(word, color, options.color), length: word.length })),
  );
  return wrappedWords(words, options.width, indent);
}

/** What stands where. */
interface Layout {
  readonly indent: number;
  readonly widths: readonly number[];
  /** Number of columns that stand beside each other; the others flow below. */
  readonly beside: number;
}

function layoutOf(
  rows: readonly (readonly Cell[])[],
  options: TextOptions,
  indent: number,
): Layout {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.text.length);
    });
  }
  const room = options.width === 0 ? Number.POSITIVE_INFINITY : options.width - indent;
  let used = 0;
  let beside = 0;
  for (const [column, width] of widths.entries()) {
    const isLast = column === widths.length - 1;
    const wanted = isLast ? Math.min(width, LAST_COLUMN_MIN) : width;
    if (column > 0 && used + wanted > room) break;
    used += width + GAP.length;
    beside = column + 1;
  }
  return { indent, widths, beside };
}

function rowLines(
  row: readonly Cell[],
  names: readonly string[],
  layout: Layout,
  options: TextOptions,
): string[] {
  const { indent, widths, beside } = layout;
  let before = ' '.repeat(indent);
  let column = indent;
  const fixed = row.slice(0, Math.min(beside, widths.length - 1));
  for (const [index, { text, color }] of fixed.entries()) {
    const width = widths[index] ?? 0;
    before += `${paint(text, color, options.color)}${' '.repeat(width - text.length)}${GAP}`;
    column += width + GAP.length;
  }
  if (beside === widths.length) return besideLines(before, column, row.at(fixed.length), options);
  const below = row.slice(beside).flatMap(({ text, color }, index): Cell[] => {
    if (text === '' || text === '-') return [];
    const comma = beside + index < row.length - 1 ? ',' : '';
    const named = `${names[beside + index] ?? ''}${text}${comma}`;
    return [color === undefined ? { text: named } : { text: named, color }];
  });
  const at = indent + BELOW_INDENT;
  return [
    ...(fixed.every(({ text }) => text === '') ? [] : [before.trimEnd()]),
    ...(below.length === 0 ? [] : flowLines(below, options, { first: at, rest: at })),
  ];
}

/** The last column: as it is where it fits, else wrapped below its beginning. */
function besideLines(
  before: string,
  column: number,
  last: Cell | undefined,
  options: TextOptions,
): string[] {
  if (last === undefined) return [before.trimEnd()];
  const fits = options.width === 0 || column + last.text.length <= options.width;
  if (fits) return [`${before}${paint(last.text, last.color, options.color)}`.trimEnd()];
  const [first = '', ...more] = flowLines([last], options, { first: column, rest: column });
  return [`${before}${first.slice(column)}`, ...more];
}
