/**
 * How the vrrp and the health process are scheduled (keywords `vrrp_priority`, `vrrp_rt_priority`, `vrrp_rlimit_rttime`, `vrrp_cpu_affinity`,
 * `max_auto_priority` and their kind). The supervisor sets it from outside, so that they need no CAP_SYS_NICE. Those that take the place of one that
 * died get the same.
 */
import type { Fact } from '../../core/facts/catalogue.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { Config } from '../../core/model/config.ts';
import type { ProcessConfig } from '../../core/model/global-options.ts';
import type { SchedulingPort } from '../../drivers/process-scheduling.ts';
import { troubleFact } from './child-facts.ts';

/** A process that can be scheduled. */
export type Scheduled = 'vrrp' | 'health';

/** Without a keyword: a runaway is ended by the kernel, and another takes over. */
const REAL_TIME_US_DEFAULT = 1_000_000;
/** The least limit: what the runtime does at once (compiling, collecting garbage) may take tens of milliseconds. */
const REAL_TIME_US_LEAST = 100_000;
const AUTO_DELAY_US_DEFAULT = 1_000_000;

/** What is wanted of one process; what is absent is as the main process has it. */
export interface WantedScheduling {
  readonly nice?: number;
  readonly cpus?: readonly number[];
  /** 1 to 99. */
  readonly realTime?: number;
  readonly realTimeUsMax: number;
  /** The memory must not be swapped out. */
  readonly noSwap?: true;
}

/**
 * What the configuration wants. Our BFD runs in the vrrp process: where there are sessions, what is said of the BFD process counts there
 * too, and of two priorities the more urgent one.
 */
export function wantedScheduling(process: Scheduled, config: Config): WantedScheduling {
  const { processes = {}, vrrpRealTimePriority } = config.global;
  if (process === 'health') return wanted([processes.checkers]);
  const own: ProcessConfig = {
    ...processes.vrrp,
    ...(vrrpRealTimePriority === undefined ? {} : { realTimePriority: vrrpRealTimePriority }),
  };
  return wanted(config.tracked.bfd.length === 0 ? [own] : [own, processes.bfd]);
}

/** Of settings one after another; of limits and processors the first counts. */
function wanted(settings: readonly (ProcessConfig | undefined)[]): WantedScheduling {
  const given = settings.filter((one) => one !== undefined);
  const nices = given.flatMap(({ nice }) => nice ?? []);
  const priorities = given.flatMap(({ realTimePriority }) => realTimePriority ?? []);
  const cpus = given.find((one) => one.cpus !== undefined && one.cpus.length > 0)?.cpus;
  const limit = given.find(({ realTimeUsMax }) => realTimeUsMax !== undefined)?.realTimeUsMax;
  return {
    ...(nices.length === 0 ? {} : { nice: Math.min(...nices) }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(priorities.length === 0 ? {} : { realTime: Math.max(...priorities) }),
    ...(given.some(({ locksMemory }) => locksMemory === true) ? { noSwap: true as const } : {}),
    realTimeUsMax: Math.max(limit ?? REAL_TIME_US_DEFAULT, REAL_TIME_US_LEAST),
  };
}

/** What was set last, and for which process. */
interface InForce extends Partial<WantedScheduling> {
  readonly pid: number;
}

/** The scheduling of one process after another, of both roles. */
export class Scheduling {
  readonly #port: SchedulingPort;
  readonly #tell: (fact: Fact) => void;
  readonly #inForce = new Map<Scheduled, InForce>();
  /** Real-time priority to which a process was raised. */
  readonly #raised = new Map<Scheduled, number>();

  constructor(port: SchedulingPort, tell: (fact: Fact) => void) {
    this.#port = port;
    this.#tell = tell;
  }

  /** A process gets a configuration: sets what differs from before, and says it. */
  configure(process: Scheduled, pid: number | undefined, config: Config): void {
    if (pid === undefined) return;
    const before = this.#inForce.get(process);
    const past: InForce = before?.pid === pid ? before : { pid };
    const limit = config.global.processes?.maxAutoPriority ?? 0;
    const raised = Math.min(this.#raised.get(process) ?? 0, limit);
    const plain = wantedScheduling(process, config);
    const realTime = Math.max(plain.realTime ?? 0, raised);
    const now = realTime > 0 ? { ...plain, realTime } : plain;
    const words = this.#set(process, past, now);
    this.#inForce.set(process, { ...now, pid });
    if (words.length > 0) this.#tell({ id: 'component.scheduled', component: process, words });
  }

  /** A process told how late a timer was: raises its priority one step, if the configuration wants that and there is one left. */
  late(process: Scheduled, latenessUs: number, config: Config): void {
    const { maxAutoPriority = 0, autoPriorityDelayUs = AUTO_DELAY_US_DEFAULT } =
      config.global.processes ?? {};
    const past = this.#inForce.get(process);
    if (past === undefined || latenessUs < autoPriorityDelayUs) return;
    const priority = (past.realTime ?? 0) + 1;
    if (priority > maxAutoPriority) return;
    const now = {
      ...past,
      realTime: priority,
      realTimeUsMax: past.realTimeUsMax ?? REAL_TIME_US_DEFAULT,
    };
    if (this.#set(process, past, now).length === 0) return;
    this.#raised.set(process, priority);
    this.#inForce.set(process, now);
    const latenessSeconds = latenessUs / 1e6;
    this.#tell({
      id: 'component.priority-raised',
      component: process,
      priority,
      priorityMax: maxAutoPriority,
      latenessSeconds,
    });
  }

  /** Locking the memory is no way: V8 ends the process when the lock refuses it memory. */
  #withoutSwap(process: Scheduled): readonly string[] {
    const swap = this.#port.swap();
    if (swap !== 'possible') return [WITHOUT_SWAP[swap]];
    this.#tell({ id: 'component.may-be-swapped', component: process });
    return [];
  }

  /** What was set, in words. What the system refuses is a trouble. */
  #set(process: Scheduled, past: InForce, now: WantedScheduling): readonly string[] {
    const { pid } = past;
    const own = this.#port.own();
    const words: string[] = [];
    const change = (operation: Trouble['operation'], about: string, set: () => void): boolean => {
      try {
        set();
        words.push(about);
        return true;
      } catch (error) {
        this.#tell(troubleFact(process, troubleOf(operation, about, error)));
        return false;
      }
    };
    if (past.nice !== now.nice) {
      const nice = now.nice ?? own.nice;
      change('schedule', `nice value ${nice}`, () => this.#port.setNice(pid, nice));
    }
    if (String(past.cpus) !== String(now.cpus)) {
      const { cpus = own.cpus } = now;
      const about = now.cpus === undefined ? 'any processor' : `processor ${cpus.join(', ')}`;
      change('schedule', about, () => this.#port.setCpus(pid, cpus));
    }
    if (now.noSwap === true && past.noSwap !== true) words.push(...this.#withoutSwap(process));
    const { realTime, realTimeUsMax } = now;
    const isLimited =
      realTime === undefined ||
      (past.realTime !== undefined && past.realTimeUsMax === realTimeUsMax) ||
      // Without the limit nobody could end a runaway.
      change('schedule-real-time', `at most ${realTimeUsMax / 1e6} s without a pause`, () =>
        this.#port.setRealTimeLimit(pid, realTimeUsMax),
      );
    if (isLimited && past.realTime !== realTime) {
      const about =
        realTime === undefined ? 'no real-time priority' : `real-time priority ${realTime}`;
      // The vrrp process collects garbage in its main thread; the threads of the health process must not be starved by their own.
      const threads = process === 'vrrp' ? 'main' : 'all';
      change('schedule-real-time', about, () => this.#port.setRealTime(pid, realTime, threads));
    }
    return words;
  }
}

const WITHOUT_SWAP = {
  none: 'memory that is not swapped out: the host has no swap',
  forbidden: 'memory that is not swapped out: the service may not use swap',
} as const;

function troubleOf(operation: Trouble['operation'], about: string, error: unknown): Trouble {
  const {
    code = '',
    info,
    message,
  } = error as NodeJS.ErrnoException & {
    readonly info?: { readonly code?: string };
  };
  return { operation, about, errno: info?.code ?? code, detail: message };
}
