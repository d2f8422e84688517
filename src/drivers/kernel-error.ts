/**
 * What the kernel answers when it refuses: the operation in our words, the errno by name, and the text
 * of an extended acknowledgement where there is one. It is a value that callers branch on by
 * `errnoName`, not something that is thrown.
 */
export { errnoName } from 'dgram-extensions';

/** A refusal of the kernel. */
export class KernelError extends Error {
  override readonly name: string = 'KernelError';
  /** The same for all of them. */
  readonly code: string = 'KERNEL';
  /** What was asked, in words that may go to a log: `add address 192.0.2.1/24 dev 4`. */
  readonly operation: string;
  /** `EEXIST`, `EPERM`, ...; `ERRNO_n` when the system has no name for it. */
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
