/** The processes of the host as /proc shows them (proc_pid_stat(5), proc_pid_cmdline(5)), read as little as possible at each look. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import type { ProcessFact } from '../core/tracking/process-match.ts';

/** A process that is younger than this many looks is read again: it may have forked a moment ago, and execute something else now. */
const YOUNG_LOOKS = 4;

/** Bytes of a command line that are read: anybody may run programs with millions of arguments, and each look would hold them all. */
const LINE_BYTES_MAX = 4_096;

const line: Buffer = Buffer.alloc(LINE_BYTES_MAX);

interface Known {
  readonly fact: ProcessFact;
  /** Looks since it was first seen. */
  age: number;
}

/** What is wanted at a look. */
export interface ProcessLook {
  /** Command lines are read too. */
  readonly commandLines: boolean;
  /**
   * Which processes are read again besides new ones: every one, because names can change; none; or these, of which the kernel has told, and
   * no other gets older by this look.
   */
  readonly again: 'everything' | 'new' | ReadonlySet<string>;
  /** Those that are read again in any case: one that has ended and waits for its parent is still listed. */
  readonly counts: (fact: ProcessFact) => boolean;
}

/** The list of processes. */
export class ProcessList {
  readonly #root: string;
  #known = new Map<string, Known>();

  /** @param root where the kernel shows processes */
  constructor(root = '/proc') {
    this.#root = root;
  }

  /** Those that run now. Throws when the list cannot be read. */
  look({ commandLines, again, counts }: ProcessLook): readonly ProcessFact[] {
    const now = new Map<string, Known>();
    const years = typeof again === 'object' ? 0 : 1;
    for (const pid of readdirSync(this.#root)) {
      if (!/^\d+$/.test(pid)) continue;
      const before = this.#known.get(pid);
      const isFresh =
        before === undefined ||
        again === 'everything' ||
        (typeof again === 'object' && again.has(pid)) ||
        before.age < YOUNG_LOOKS ||
        counts(before.fact);
      const fact = isFresh ? this.#read(pid, commandLines) : before.fact;
      if (fact !== undefined) now.set(pid, { fact, age: (before?.age ?? 0) + years });
    }
    this.#known = now;
    return Array.from(now.values(), ({ fact }) => fact);
  }

  /** Undefined for one that has ended. */
  #read(pid: string, commandLines: boolean): ProcessFact | undefined {
    try {
      const stat = readFileSync(`${this.#root}/${pid}/stat`, 'latin1');
      // The name may hold anything, parentheses too.
      const [open, close] = [stat.indexOf('('), stat.lastIndexOf(')')];
      const state = stat.charAt(close + 2);
      if (state === 'Z' || state === 'X') return undefined;
      const comm = Buffer.from(stat.slice(open + 1, close), 'latin1').toString('utf8');
      return { comm, argv: commandLines ? this.#argv(pid) : [] };
    } catch {
      return undefined;
    }
  }

  #argv(pid: string): readonly string[] {
    const text = beginningOf(`${this.#root}/${pid}/cmdline`);
    return text === '' ? [] : text.replace(/\0$/, '').split('\0');
  }
}

function beginningOf(path: string): string {
  const fd = openSync(path, 'r');
  try {
    return line.toString('utf8', 0, readSync(fd, line, 0, LINE_BYTES_MAX, 0));
  } finally {
    closeSync(fd);
  }
}
