/** Scheduling and limits of another process, which needs no right of its own for them: sched(7), prlimit(2). */
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { OsError, setAffinity, setResourceLimit, setScheduler } from 'dgram-extensions';

/** How this process itself runs: what others go back to. */
export interface OwnScheduling {
  readonly nice: number;
  /** Numbers of the processors it may run on. */
  readonly cpus: readonly number[];
}

/** What can be set from outside. All throw OsError, or the error of `os.setPriority`, which has a `code` too. */
export interface SchedulingPort {
  own(): OwnScheduling;
  /** Whether memory of ours can be swapped out: the host has no swap, our control group may use none, or it can. */
  swap(): 'none' | 'forbidden' | 'possible';
  /** -20 (favoured) to 19, of all threads; what a thread starts later inherits it. */
  setNice(pid: number, nice: number): void;
  setCpus(pid: number, cpus: readonly number[]): void;
  /** Round robin at 1 to 99, or the ordinary way without a number: the main thread alone, or all threads. */
  setRealTime(pid: number, priority: number | undefined, threads: 'main' | 'all'): void;
  /** Real-time CPU without a pause after which the kernel ends the process, microseconds. */
  setRealTimeLimit(pid: number, us: number): void;
}

/** Of the system that this runs on. */
export const PROCESS_SCHEDULING: SchedulingPort = {
  own: () => ({ nice: getPriority(), cpus: allowedCpus() }),
  swap: swapUse,
  setNice: (pid, nice) => forThreads(pid, (thread) => setPriority(thread, nice)),
  setCpus: (pid, cpus) => forThreads(pid, (thread) => setAffinity(cpus, thread)),
  setRealTime: (pid, priority, threads) => {
    const set = (thread: number): void =>
      setScheduler(
        priority === undefined
          ? { policy: 'other', priority: 0, pid: thread }
          : // Threads that it starts later are as the rest of it.
            { policy: 'rr', priority, resetOnFork: threads === 'main', pid: thread },
      );
    if (threads === 'main') set(pid);
    else forThreads(pid, set);
  },
  setRealTimeLimit: (pid, us) => {
    const hard = hardLimit(pid);
    setResourceLimit('rttime', Math.min(us, hard), hard, pid);
  },
};

/** The greatest limit that may be set: to raise it takes CAP_SYS_RESOURCE. */
function hardLimit(pid: number): number {
  const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
  const hard = Number(/^Max realtime timeout +\S+ +(\d+) /m.exec(limits)?.[1]);
  return Number.isNaN(hard) ? Number.POSITIVE_INFINITY : hard;
}

/** A thread that ends meanwhile is no failure. */
function forThreads(pid: number, set: (thread: number) => void): void {
  for (const name of readdirSync(`/proc/${pid}/task`)) {
    try {
      set(Number(name));
    } catch (error) {
      if (!isGone(error) || Number(name) === pid) throw error;
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof OsError
    ? error.code === 'ESRCH'
    : (error as { info?: { code?: string } }).info?.code === 'ESRCH';
}

/** `0-3,8` of proc(5) status. Without /proc: the first 1024. */
function allowedCpus(): readonly number[] {
  const status = read('/proc/self/status');
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '0-1023';
  return list.split(',').flatMap((span) => {
    const [from = 0, to = from] = span.split('-').map(Number);
    return Array.from({ length: Math.min(to, 1023) - from + 1 }, (_, index) => from + index);
  });
}

/** Of `/proc/swaps` and cgroup v2 (`memory.swap.max`); where neither can be read, swapping is possible. */
function swapUse(): 'none' | 'forbidden' | 'possible' {
  if (/^Filename[^\n]*\n?$/.test(read('/proc/swaps'))) return 'none';
  for (let group = /^0::(.*)$/m.exec(read('/proc/self/cgroup'))?.[1]; group !== undefined; ) {
    if (read(`/sys/fs/cgroup${group}/memory.swap.max`).trim() === '0') return 'forbidden';
    if (group === '/' || group === '') break;
    group = group.slice(0, group.lastIndexOf('/'));
  }
  return 'possible';
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
