/**
 * The lines of one FIFO, in order. While nobody reads and the pipe is full, they wait here, and of each subject only the
 * newest is kept: a reader that comes back learns how things are. Keepalived keeps the oldest and loses the newest.
 */
import { after, type Instant } from '../base/time.ts';
import type { FifoConfig } from '../model/notify.ts';
import { BROKEN_PAUSE, FULL_PAUSE, LINES_AT_ONCE, LINES_MAX } from './limits.ts';
import type { FifoName, NotifyAction, Opened, Written } from './orders.ts';

interface Line {
  /** Lines of one key take each other's place. */
  readonly key: string;
  readonly text: string;
}

/** The lane. */
export class FifoLane {
  readonly name: FifoName;
  readonly fifo: FifoConfig;
  readonly #out: (action: NotifyAction) => void;
  #waiting: Line[] = [];
  #writing: { readonly id: number; readonly lines: readonly Line[] } | undefined;
  /** Until then a full or broken FIFO is left alone. */
  #pausedUntil: Instant | undefined;
  /** The reader is behind: of each subject only the newest line is kept. */
  #isBehind = false;
  #problem: string | undefined;
  #isUp = false;
  #isOurs = false;
  #writes = 0;

  constructor(name: FifoName, fifo: FifoConfig, out: (action: NotifyAction) => void) {
    this.name = name;
    this.fifo = fifo;
    this.#out = out;
  }

  /** It was made for us. */
  get isOurs(): boolean {
    return this.#isOurs;
  }

  /** When it is tried again. */
  get deadline(): Instant | undefined {
    return this.#waiting.length === 0 ? undefined : this.#pausedUntil;
  }

  get isIdle(): boolean {
    return this.#waiting.length === 0 && this.#writing === undefined;
  }

  /** How many lines have not been written. */
  get lines(): number {
    return this.#waiting.length + (this.#writing?.lines.length ?? 0);
  }

  /** Writes a line, or has it wait. */
  add(key: string, text: string, now: Instant): void {
    this.#waiting.push({ key, text: `${text}\n` });
    if (this.#waiting.length > LINES_MAX) this.#thinOut();
    this.#write(now);
  }

  /** Lines can be written; or what was being written is not known to have arrived, and is written again. */
  runner(isUp: boolean, now: Instant): void {
    this.#isUp = isUp;
    this.#pausedUntil = undefined;
    this.#putBack(0);
    this.#write(now);
  }

  /** Whether it could be opened. */
  opened({ isOurs, problem }: Opened): void {
    this.#isOurs ||= isOurs;
    this.#say(problem);
  }

  /** What came of writing. */
  written({ id, written, problem }: Written, now: Instant): void {
    const order = this.#writing;
    if (order === undefined || order.id !== id) return;
    this.#say(problem);
    const isWhole = written >= order.lines.length;
    this.#putBack(written);
    this.#isBehind = !isWhole && problem === undefined;
    this.#pausedUntil = isWhole
      ? undefined
      : after(now, problem === undefined ? FULL_PAUSE : BROKEN_PAUSE);
    this.#write(now);
  }

  /** Tries again what has waited long enough. */
  deadlineReached(now: Instant): void {
    if (this.#pausedUntil === undefined || this.#pausedUntil > now) return;
    this.#pausedUntil = undefined;
    if (this.#isBehind) this.#thinOut();
    this.#write(now);
  }

  #putBack(written: number): void {
    const rest = this.#writing?.lines.slice(written) ?? [];
    this.#writing = undefined;
    if (rest.length > 0) this.#waiting = [...rest, ...this.#waiting];
  }

  #write(now: Instant): void {
    if (!this.#isUp || this.#writing !== undefined || this.#waiting.length === 0) return;
    if (this.#pausedUntil !== undefined && this.#pausedUntil > now) return;
    const lines = this.#waiting.splice(0, LINES_AT_ONCE);
    this.#writes += 1;
    this.#writing = { id: this.#writes, lines };
    const { name } = this;
    this.#out({ type: 'write', id: this.#writes, name, lines: lines.map(({ text }) => text) });
  }

  /** Keeps the newest line of each key, at its place; then the newest ones at all. */
  #thinOut(): void {
    const newest = new Map(this.#waiting.map((line) => [line.key, line]));
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((line) => newest.get(line.key) === line).slice(-LINES_MAX);
    const lines = before - this.#waiting.length;
    if (lines === 0) return;
    const kept = this.#waiting.length;
    this.#out({
      type: 'tell',
      fact: { id: 'notify.lines-dropped', fifo: this.fifo.path, lines, kept },
    });
  }

  /** A problem is news when it is another one. */
  #say(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    if (problem === undefined) return;
    const { path } = this.fifo;
    this.#out({ type: 'tell', fact: { id: 'notify.fifo-failed', fifo: path, reason: problem } });
  }
}
