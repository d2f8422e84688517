/** Keys that stand in the configuration or in a file of their own. */
import type { Token } from '../tree.ts';
import { atWord, type BuildContext } from './context.ts';

/** A key as it was found. */
export interface ReadKey {
  /** The text itself or `hex:DIGITS`; of a key in a file its content, empty where it could not be read. */
  readonly secret: string;
  /** Where it was read from; absent: it stands in the configuration. */
  readonly file?: string;
  /** No host is known to read it from: it may be anything. */
  readonly isUnread?: boolean;
}

const FILE = 'file:';

/**
 * Reads the key that a word is or names, of a file without the newline at its end. Reports a file that cannot be read or that others can read;
 * `owner` is what has the key.
 */
export function readKey(word: string, at: Token, owner: string, context: BuildContext): ReadKey {
  if (!word.startsWith(FILE)) return { secret: word };
  const path = word.slice(FILE.length);
  const found = context.host.secretFile?.(path);
  if (found === undefined) return { secret: '', file: path, isUnread: true };
  if (found.state === 'unreadable') {
    atWord(context, 'invalid-value', at, `the file "${path}" of ${owner} cannot be read`);
    return { secret: '', file: path };
  }
  if (found.state === 'exposed') {
    atWord(context, 'secret-exposed', at, `the file "${path}" of ${owner} can be read by others`, {
      suggestion: `chmod 600 ${path}`,
    });
  }
  return { secret: found.text.replace(/\r?\n$/, ''), file: path };
}
