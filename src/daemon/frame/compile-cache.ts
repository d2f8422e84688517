/**
 * Node's cache of compiled code (`module.enableCompileCache`, Node 22.1 and later), in a directory that only root can change: what lies there is run
 * as root. Compiling is most of what loading the program costs. Without the directory, and for other users, there is none.
 */
import { lstatSync, readdirSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';

/** Made by the installer and the systemd unit. Node keeps a directory for each of its versions and each user in it. */
export const COMPILE_CACHE = '/var/cache/tandem';

const WRITABLE_BY_OTHERS = 0o022;

/** Whether only root can change what lies in a directory; false as well when it is none or a link. */
export function isRootsOwn(directory: string): boolean {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  return (
    found?.isDirectory() === true && found.uid === 0 && (found.mode & WRITABLE_BY_OTHERS) === 0
  );
}

/**
 * Has this process use the cache, where there is one. Imports behind this call are taken from it; what is new is written when the process ends.
 * Node makes directories in it with no mode of its own, so nobody else may write there by the umask.
 */
export function useCompileCache(directory: string = COMPILE_CACHE): void {
  const { enableCompileCache } = nodeModule as {
    readonly enableCompileCache?: (directory: string) => unknown;
  };
  if (enableCompileCache === undefined || process.geteuid?.() !== 0) return;
  try {
    const inside = readdirSync(directory).map((name) => join(directory, name));
    if (![directory, ...inside].every(isRootsOwn)) return;
    const before = process.umask(0o077);
    enableCompileCache(directory);
    process.umask(before);
  } catch {
    // A start without it is slower, and nothing else.
  }
}
