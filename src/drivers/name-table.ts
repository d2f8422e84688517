/** The tables that give numbers names: /etc/iproute2/rt_tables and its like, and /etc/protocols. */

/** The number of a name: the first line that has both; undefined when none has. `#` begins a comment. */
export function numberIn(text: string, name: string): number | undefined {
  for (const line of text.split('\n')) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/);
    const number = Number(words.find((word) => /^[0-9]/.test(word)));
    if (words.includes(name) && Number.isInteger(number)) return number;
  }
  return undefined;
}
