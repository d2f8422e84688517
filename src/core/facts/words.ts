/** Small pieces of wording that several facts share. */

/** `1 service`, `2 services`. */
export function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

/** The first `max` names, and how many more there are: `a, b and 3 more`. */
export function named(names: readonly string[], max: number): string {
  const more = names.length > max ? ` and ${names.length - max} more` : '';
  return `${names.slice(0, max).join(', ')}${more}`;
}
