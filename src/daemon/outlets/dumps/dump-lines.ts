/** Lines of keepalived's data dumps: a section has a title, a level is two blanks deep behind the first. */

/** A key with its value, or a line of its own. */
export type DumpLine =
  | string
  | readonly [key: string, value: string | number | boolean | undefined];

/** `------< VRRP Topology >------` and its lines; nothing for a section without lines. */
export function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`------< ${title} >------`, ...lines];
}

/** A block such as ` VRRP Instance = A` with its lines below. */
export function block(head: string, lines: readonly DumpLine[]): readonly string[] {
  return [` ${head}`, ...entries(lines, 3)];
}

/** Lines so many blanks deep. One whose value is not known is left out. */
export function entries(lines: readonly DumpLine[], depth: number): readonly string[] {
  const margin = ' '.repeat(depth);
  return lines.flatMap((line) => {
    if (typeof line === 'string') return `${margin}${line}`;
    const [key, value] = line;
    return value === undefined ? [] : `${margin}${key} = ${value}`;
  });
}

/** A heading of a list with its items two blanks deeper; nothing without items. */
export function items(heading: string, list: readonly string[]): readonly DumpLine[] {
  return list.length === 0 ? [] : [heading, ...list.map((item) => `  ${item}`)];
}
