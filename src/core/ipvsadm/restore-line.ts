/** A line of a saved table -> the words of a command line. There are no quotes, escapes or comments. */

/** The words; none for an empty line. `ipvsadm` itself may stand anywhere in it. */
export function restoreWords(line: string): string[] {
  return line
    .split(/[ \t\r\n]+/)
    .map((word) => word.split('\0', 1)[0] ?? '')
    .filter((word) => word !== '' && word !== 'ipvsadm');
}
