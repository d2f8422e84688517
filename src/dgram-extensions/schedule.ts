/**
 * Scheduling of threads and limits of the process: sched(7), setrlimit(2). Everything here
 * throws OsError: EPERM without the right, EINVAL for a value out of range.
 */

import { native } from './native.ts';
import { checked } from './os-error.ts';

/** Scheduling policies by the names of sched(7). */
const POLICIES = { other: 0, fifo: 1, rr: 2 } as const;
const SCHED_RESET_ON_FORK = 0x40000000;

/** How a thread is scheduled. */
export interface SchedulerOptions {
  readonly policy: 'other' | 'fifo' | 'rr';
  /** 1 to 99 for the real-time policies, 0 for `other`. */
  readonly priority: number;
  /** Children and threads started later begin with `other`; wanted whenever anything is forked. */
  readonly resetOnFork?: boolean;
  /** A thread of another process, by its number, which of a main thread is that of the process; absent: the calling thread. */
  readonly pid?: number;
}

/**
 * Sets the scheduling policy of a thread; the main thread of a Node process is the JavaScript thread alone,
 * not the threads of the garbage collector. Start such a process with `--single-threaded-gc`, or the thread
 * waits for helpers it starves.
 */
export function setScheduler(options: SchedulerOptions): void {
  const flag = options.resetOnFork === true ? SCHED_RESET_ON_FORK : 0;
  const result = native().setScheduler(
    options.pid ?? 0,
    POLICIES[options.policy] | flag,
    options.priority,
  );
  checked(`sched_setscheduler(${options.policy}, ${options.priority})`, result);
}

/**
 * Binds a thread to processors, numbered from 0, below 1024.
 *
 * @param thread the number of a thread of any process; 0: the calling thread
 */
export function setAffinity(cpus: readonly number[], thread: number = 0): void {
  const bytes = new Uint8Array(Uint32Array.from(cpus).buffer);
  checked('sched_setaffinity', native().setAffinity(thread, bytes));
}

/** Resources by the names of setrlimit(2), asm-generic/resource.h. */
const RESOURCES = {
  cpu: 0,
  fsize: 1,
  data: 2,
  stack: 3,
  core: 4,
  nproc: 6,
  nofile: 7,
  memlock: 8,
  as: 9,
  rtprio: 14,
  rttime: 15,
} as const;

/** A resource that can be limited. `rttime` is in microseconds of real-time CPU without a pause. */
export type Resource = keyof typeof RESOURCES;

/**
 * Sets a limit of a process; Infinity is "unlimited".
 *
 * @param pid of another process, of the same user; 0: this one
 */
export function setResourceLimit(
  resource: Resource,
  soft: number,
  hard: number,
  pid: number = 0,
): void {
  const result = native().setResourceLimit(pid, RESOURCES[resource], soft, hard);
  checked(`setrlimit(${resource})`, result);
}

/** Sets the nice value of the calling thread, -20 (favoured) to 19. */
export function setNice(nice: number): void {
  checked(`setpriority(${nice})`, native().setNice(nice));
}
