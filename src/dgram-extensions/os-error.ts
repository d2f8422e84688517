/**
 * The error of a failed system call. Calls on the hot path return negative errnos instead; this class is
 * for set-up, where a failure ends what the caller was doing, and for errors reported to handlers.
 */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { HERE } from './here.ts';

/** A system call failed: which one, and with what errno. */
export class OsError extends Error {
  override readonly name: string = 'OsError';
  /** The errno's name, as in errno(3): `ENOBUFS`. `ERRNO_n` for one the system has no name for. */
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

/** The name of an errno, given negative or positive: `ENOBUFS` for -105; `ERRNO_n` when there is none. */
export function errnoName(errno: number): string {
  const number = Math.abs(errno);
  return kernelNames().get(number) ?? nodesName(number) ?? `ERRNO_${number}`;
}

/** Node's own table knows a few more (`ESOCKTNOSUPPORT`); from 3000 on it has errors that are none of the kernel's. */
function nodesName(number: number): string | undefined {
  if (!Number.isInteger(number) || number === 0 || number >= 3_000) return undefined;
  const name: string | undefined = getSystemErrorName(-number);
  return name !== undefined && /^E[A-Z0-9]+$/.test(name) ? name : undefined;
}

/** Of two names for one number the kernel's is taken (`EOPNOTSUPP`); the other is kept by POSIX. */
const ALIASES: ReadonlySet<string> = new Set(['EWOULDBLOCK', 'ENOTSUP']);

let known: ReadonlyMap<number, string> | undefined;

/** Made when a first call fails: most processes get by without. */
function kernelNames(): ReadonlyMap<number, string> {
  known ??= readNames();
  return known;
}

function readNames(): ReadonlyMap<number, string> {
  const load = createRequire(join(HERE, 'os-error.js'));
  const { constants } = load('node:os') as typeof import('node:os');
  return new Map(
    Object.entries(constants.errno)
      .filter(([name]) => !ALIASES.has(name))
      .map(([name, number]) => [number, name]),
  );
}

/** Passes a result on, or throws it as an OsError when it is a negative errno. */
export function checked(syscall: string, result: number): number {
  if (result < 0) throw new OsError(syscall, result);
  return result;
}
