/**
 * Real-time scheduling of the vrrp process (keyword `vrrp_rt_priority`). The supervisor sets it from outside, so
 * that the process itself needs no CAP_SYS_NICE.
 */
import { OsError, setScheduler } from 'dgram-extensions';
import type { Trouble } from '../../core/facts/troubles.ts';

/** The scheduling of one process after another. */
export class RealTime {
  #pid: number | undefined;
  #priority: number | undefined;

  /** Schedules the main thread of a process; undefined is the ordinary way. What went wrong, or undefined. */
  apply(pid: number | undefined, priority: number | undefined): Trouble | undefined {
    // A process begins in the ordinary way.
    const before = pid === this.#pid ? this.#priority : undefined;
    this.#pid = pid;
    this.#priority = priority;
    if (pid === undefined || priority === before) return undefined;
    try {
      if (priority === undefined) setScheduler({ policy: 'other', priority: 0, pid });
      else setScheduler({ policy: 'rr', priority, resetOnFork: true, pid });
      return undefined;
    } catch (error) {
      const errno = error instanceof OsError ? error.code : '';
      return { operation: 'schedule-real-time', errno, detail: String(error) };
    }
  }
}
