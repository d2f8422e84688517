/** What tells that a file was written, exchanged or made between two looks. */
import { statSync } from 'node:fs';

/**
 * A text that changes with a file: which one it is, its size, the times of its content and its attributes. Devices and
 * pipes have none: reading them twice gives something else anyhow.
 */
export function fileStamp(path: string): string {
  try {
    const stat = statSync(path, { bigint: true });
    if (!stat.isFile()) return 'special';
    const { dev, ino, size, mtimeNs, ctimeNs } = stat;
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}
