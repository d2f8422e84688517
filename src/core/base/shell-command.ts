/** Commands that a person, or a program, runs on a host. */

/** A program with its arguments. */
export type ShellCommand = readonly [string, ...string[]];

/** A command as a shell takes it: a word with anything unusual in it is quoted. */
export function shellText(command: ShellCommand): string {
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ');
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
