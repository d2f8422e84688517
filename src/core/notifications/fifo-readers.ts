/**
 * The programs that read FIFOs (keywords `*notify_fifo_script`): started when their FIFO is open, started again after a
 * pause when they end, and ended at a stop when they have had time to read the last lines. Keepalived never starts one
 * again, starts them anew at each reload, and ends them before they can read the last lines.
 */

import { equalData } from '../base/equal-data.ts';
import {
  after,
  type Duration,
  elapsed,
  type Instant,
  microseconds,
  toSeconds,
  ZERO_DURATION,
} from '../base/time.ts';
import type { CommandConfig } from '../model/command.ts';
import { outcomeText } from '../model/program-outcome.ts';
import type { ProgramEnd } from '../programs/program-request.ts';
import { READER_GRACE, READER_PAUSE, READER_PAUSE_MAX } from './limits.ts';
import type { NotifyAction } from './orders.ts';

/** What is to be read by which program. */
export interface ReaderConfig {
  readonly path: string;
  readonly command: CommandConfig;
}

/** The program of one FIFO. */
export class FifoReader {
  readonly #out: (action: NotifyAction) => void;
  readonly #name: string;
  #config: ReaderConfig | undefined;
  #run:
    | { readonly key: string; readonly since: Instant; readonly config: ReaderConfig }
    | undefined;
  #isOpen = false;
  /** When it is started again, or at a stop ended. */
  #due: Instant | undefined;
  #pause: Duration = READER_PAUSE;
  #isStopping = false;
  #runs = 0;

  constructor(name: string, out: (action: NotifyAction) => void) {
    this.#name = name;
    this.#out = out;
  }

  /** When something is to be done. */
  get deadline(): Instant | undefined {
    return this.#due;
  }

  /** At a stop: nothing runs any more. */
  get isIdle(): boolean {
    return this.#run === undefined;
  }

  /** Takes the settings; a program that reads as it should goes on. */
  configure(config: ReaderConfig | undefined, now: Instant): void {
    if (equalData(config, this.#config)) return;
    this.#config = config;
    this.#isOpen = false;
    this.#due = undefined;
    this.#pause = READER_PAUSE;
    if (this.#run !== undefined) this.#out({ type: 'cancel', key: this.#run.key });
    else this.#start(now);
  }

  /** The FIFO is there. */
  opened(now: Instant): void {
    this.#isOpen = true;
    this.#start(now);
  }

  /** The process that runs programs is gone, and with it the FIFO and the program. */
  lost(now: Instant): void {
    this.#isOpen = false;
    const run = this.#run;
    if (run !== undefined)
      this.ended({ key: run.key, outcome: { kind: 'lost' }, ran: ZERO_DURATION }, now);
  }

  /** True when the program was this one. */
  ended({ key, outcome }: ProgramEnd, now: Instant): boolean {
    const run = this.#run;
    if (run === undefined || run.key !== key) return false;
    this.#run = undefined;
    this.#due = undefined;
    if (this.#isStopping || !equalData(run.config, this.#config)) {
      this.#start(now);
      return true;
    }
    if (elapsed(run.since, now) >= READER_PAUSE_MAX) this.#pause = READER_PAUSE;
    const program = run.config.command.argv.join(' ');
    const seconds = toSeconds(this.#pause);
    const end = outcomeText(outcome);
    const { path: fifo } = run.config;
    this.#out({ type: 'tell', fact: { id: 'notify.reader-ended', fifo, program, end, seconds } });
    this.#due = after(now, this.#pause);
    this.#pause = microseconds(Math.min(2 * this.#pause, READER_PAUSE_MAX));
    return true;
  }

  /** The FIFO has been closed with its last line in it: the reader sees its end, or gets SIGTERM a little later. */
  stop(now: Instant): void {
    this.#isStopping = true;
    this.#due = this.#run === undefined ? undefined : after(now, READER_GRACE);
  }

  /** Starts it again, or ends it. */
  deadlineReached(now: Instant): void {
    if (this.#due === undefined || this.#due > now) return;
    this.#due = undefined;
    if (this.#run === undefined) this.#start(now);
    else this.#out({ type: 'cancel', key: this.#run.key });
  }

  /** Ends it at once. */
  giveUp(): void {
    if (this.#run !== undefined) this.#out({ type: 'cancel', key: this.#run.key });
  }

  #start(now: Instant): void {
    const config = this.#config;
    const isWaiting = this.#due !== undefined || this.#run !== undefined;
    if (config === undefined || !this.#isOpen || this.#isStopping || isWaiting) return;
    this.#runs += 1;
    const key = `reader ${this.#name} ${this.#runs}`;
    this.#run = { key, since: now, config };
    const { command, path } = config;
    this.#out({ type: 'run', request: { key, lane: 'system', command, moreArguments: [path] } });
  }
}
