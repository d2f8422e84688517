/** Names that stand in a directory. */

/** Whether a text can be the name of one file in one directory, and leads to no other: as `ip netns add` has it. */
export function isFileName(text: string): boolean {
  return text !== '' && text !== '.' && text !== '..' && !/[/\0]/.test(text);
}
