/**
 * What the kernel answers when it refuses: the operation in our words, the errno by name, and the text
 * of an extended acknowledgement where there is one. It is a value that callers branch on by
 * `errnoName`, not something that is thrown.
 */
import { constants } from 'node:os';

/** A refusal of the kernel. */
export class KernelError extends Error {
  override readonly name: string = 'KernelError';
  /** The same for all of them. */
  readonly code: string = 'KERNEL';
  /** What was asked, in words that may go to a log: `add address 192.0.2.1/24 dev 4`. */
  readonly operation: string;
  /** `EEXIST`, `EPERM`, ...; `E` and the number when the system has no name for it. */
  readonly errnoName: string;
  /** The kernel's own explanation (NLMSGERR_ATTR_MSG); empty when it gave none. */
  readonly explanation: string;

  constructor(operation: string, errnoName: string, explanation: string = '') {
    super(`${operation}: ${errnoName}${explanation === '' ? '' : ` (${explanation})`}`);
    this.operation = operation;
    this.errnoName = errnoName;
    this.explanation = explanation;
  }
}

/** The name of an errno, given positive or negative. */
export function errnoName(errno: number): string {
  return ERRNO_NAMES.get(Math.abs(errno)) ?? `E${Math.abs(errno)}`;
}

/** Of two names for one number the kernel's: the other is kept by POSIX. */
const ALIASES: ReadonlySet<string> = new Set(['EWOULDBLOCK', 'ENOTSUP']);

const ERRNO_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno)
    .filter(([name]) => !ALIASES.has(name))
    .map(([name, number]) => [number, name]),
);
