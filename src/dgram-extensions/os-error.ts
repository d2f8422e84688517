/**
 * The error of a failed system call. Calls on the hot path return negative errnos instead; this class is
 * for set-up, where a failure ends what the caller was doing, and for errors reported to handlers.
 */

import { getSystemErrorName } from 'node:util';

/** A system call failed: which one, and with what errno. */
export class OsError extends Error {
  override readonly name: string = 'OsError';
  /** The errno's name, as in errno(3): `ENOBUFS`. `ERRNO_n` for one Node has no name for. */
  readonly code: string;
  /** The errno, negative. */
  readonly errno: number;
  /** The call that failed, with what tells it apart: `setsockopt(0, 35)`. */
  readonly syscall: string;

  constructor(syscall: string, errno: number) {
    const code = errnoName(errno);
    super(`${syscall}: ${code}`);
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
  }
}

/** The name of a negative errno, `ENOBUFS` for -105; `ERRNO_n` when Node knows none. */
export function errnoName(errno: number): string {
  const unknown = `ERRNO_${-errno}`;
  if (!Number.isInteger(errno) || errno >= 0) return unknown;
  const name: string | undefined = getSystemErrorName(errno);
  return name === undefined || !/^E[A-Z0-9]+$/.test(name) ? unknown : name;
}

/** Passes a result on, or throws it as an OsError when it is a negative errno. */
export function checked(syscall: string, result: number): number {
  if (result < 0) throw new OsError(syscall, result);
  return result;
}
