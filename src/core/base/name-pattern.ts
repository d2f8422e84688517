/** Patterns of file names as the shell has them: `*`, `?`, `[a-z]`, `[!a-z]`, and `\` before a character that is meant itself (POSIX.1, 2.13). */

/** Takes one character of a name, or is `*`. */
type Part = '*' | ((character: string) => boolean);

/** A test for names that match `pattern`. Its time grows with the product of both lengths, whatever the pattern. */
export function namePattern(pattern: string): (name: string) => boolean {
  const parts = partsOf(pattern);
  return (name) => isMatch(parts, [...name]);
}

/** Goes back to the last `*` only: what earlier ones took need not be tried again. */
function isMatch(parts: readonly Part[], name: readonly string[]): boolean {
  let at = 0;
  let part = 0;
  let star: { readonly part: number; at: number } | undefined;
  for (;;) {
    const next = parts[part];
    const character = name[at];
    if (next === '*') {
      star = { part, at };
      part += 1;
    } else if (next === undefined && character === undefined) return true;
    else if (character !== undefined && next?.(character) === true) {
      part += 1;
      at += 1;
    } else if (star !== undefined && star.at < name.length) {
      star.at += 1;
      part = star.part + 1;
      at = star.at;
    } else return false;
  }
}

function partsOf(pattern: string): Part[] {
  const parts: Part[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at];
    const set = character === '[' ? setAt(characters, at) : undefined;
    if (set !== undefined) {
      parts.push(set.has);
      at = set.end;
    } else if (character === '*') {
      if (parts.at(-1) !== '*') parts.push('*');
    } else if (character === '?') parts.push(() => true);
    else {
      if (character === '\\' && at + 1 < characters.length) at += 1;
      const wanted = characters[at];
      parts.push((one) => one === wanted);
    }
  }
  return parts;
}

/** The set that begins at `start`, with the place of its end; undefined without one: the bracket is then meant itself. */
function setAt(
  characters: readonly string[],
  start: number,
): { readonly has: (one: string) => boolean; readonly end: number } | undefined {
  const isInverted = characters[start + 1] === '!' || characters[start + 1] === '^';
  const first = start + (isInverted ? 2 : 1);
  // A bracket that closes at once is a member.
  const end = characters.indexOf(']', first + 1);
  if (end < 0) return undefined;
  const members = characters.slice(first, end);
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < members.length; at++) {
    const from = members[at] ?? '';
    const to = members[at + 1] === '-' ? members[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  const has = (one: string): boolean =>
    ranges.some(([from, to]) => from <= one && one <= to) !== isInverted;
  return { has, end };
}
