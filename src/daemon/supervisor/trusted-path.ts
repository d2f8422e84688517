/**
 * Who could put another file in the place of a path: whoever may write one of the directories above it. They are
 * looked at one by one, through symbolic links.
 */
import { readFileSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { stepsTo } from '../../drivers/path-steps.ts';

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * What is wrong with a directory above `path`, with its name; undefined when only root and the user of this process
 * can change the way. What does not exist yet ends the look. Throws as `lstat`.
 */
export function wrongAncestor(path: string): string | undefined {
  for (const { at, stats, isEndless } of stepsTo(resolve(dirname(path)))) {
    const reason = whyChangeable(stats);
    if (reason !== undefined) return `${at} ${reason}`;
    if (isEndless) return `${at} leads from link to link`;
  }
  return undefined;
}

function whyChangeable(found: Stats): string | undefined {
  if (found.uid !== 0 && found.uid !== process.geteuid?.() && !isOutside(found)) {
    return `belongs to the user with the number ${found.uid}`;
  }
  // In a sticky directory (/tmp) nobody renames what belongs to another; the mode of a link means nothing.
  const mayWrite = (found.mode & WRITABLE_BY_OTHERS) !== 0 && (found.mode & STICKY) === 0;
  if (found.isSymbolicLink() || !mayWrite) return undefined;
  return `may be written by others (mode ${(found.mode & 0o7777).toString(8)})`;
}

/** In a user namespace the machine's root has no number of its own, but the overflow number (user_namespaces(7)). */
function isOutside({ uid }: Stats): boolean {
  try {
    const overflow = Number(readFileSync('/proc/sys/kernel/overflowuid', 'utf8'));
    const isWhole = /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
    return uid === overflow && !isWhole;
  } catch {
    return false;
  }
}
