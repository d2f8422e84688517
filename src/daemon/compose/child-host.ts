/** What every child process is built on: its channel to the supervisor and the kernel's clock. */
import { monotonicUs, Timer } from 'dgram-extensions';
import { instant } from '../../core/base/time.ts';
import { OwnProcess } from '../../drivers/own-process.ts';
import type { ProcessClock } from '../frame/clock.ts';
import type { Message } from '../frame/dispatch.ts';
import { connectToParent } from '../frame/ipc.ts';
import type { WaitingRules } from '../frame/outbox.ts';
import type { ProcessHost } from '../frame/process-frame.ts';

/** The kernel's clock, which a timerfd wakes. */
export const KERNEL_CLOCK: ProcessClock = {
  now: () => instant(monotonicUs()),
  timer: (onDue) => new Timer(onDue),
};

/**
 * The host of a child process of `tandem run`.
 *
 * @param rules what becomes of messages that the supervisor does not read
 * @param stopMsMax an orderly stop that takes longer ends all the same, milliseconds
 */
export function childHost<Out extends Message>(
  rules: WaitingRules<Out>,
  stopMsMax: number,
): ProcessHost<Out> {
  const own = new OwnProcess();
  let limit = stopMsMax;
  return {
    clock: KERNEL_CLOCK,
    connect: (handlers) => connectToParent<Out>(handlers, rules),
    exit: (status) => process.exit(status),
    settle: ({ name, umask, stopMs }) => {
      own.rename(name);
      own.mask(umask);
      limit = stopMs ?? stopMsMax;
    },
    get stopMsMax() {
      return limit;
    },
  };
}
