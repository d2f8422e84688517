/**
 * Drives one machine in Node. One OS timer for its earliest deadline; on every wake sockets are drained
 * before the clock is read, so that a queued advertisement is always seen before an expired timer is
 * believed (style 2.4; without this, 10 of 10 stalls ended in a false takeover).
 */
import type { Machine } from '../../core/base/machine.ts';
import type { Instant } from '../../core/base/time.ts';
import type { ProcessClock, WakeTimer } from './clock.ts';

/** Deadlines handled in one wake-up before the event loop gets a turn. */
const ROUNDS_MAX = 1_000;

/** What a loop drives, and with what. */
export interface MachineLoopOptions<Event, Action> {
  readonly clock: ProcessClock;
  readonly machine: Machine<Event | { readonly type: 'deadline' }, Action, unknown>;
  /** Reads what is queued on all sockets, without blocking, feeding it to this loop. */
  readonly drain: () => void;
  /** Carries out actions; may feed further events, which are handled afterwards. */
  readonly execute: (actions: readonly Action[], now: Instant) => void;
  /** Called when nothing more is to be handled in this wake-up. */
  readonly onSettled?: () => void;
}

/** One machine on the event loop. */
export class MachineLoop<Event, Action> {
  readonly #options: MachineLoopOptions<Event, Action>;
  readonly #timer: WakeTimer;
  readonly #queue: Event[] = [];
  #running = false;
  #armedFor = Number.POSITIVE_INFINITY;
  /** When the deadline that the timer is armed for became known: nobody could have met it before. */
  #knownAt = Number.NEGATIVE_INFINITY;
  /** When the machine was given its last event. */
  #handledAt = Number.NEGATIVE_INFINITY;
  #worstLatenessUs = 0;
  #closed = false;

  constructor(options: MachineLoopOptions<Event, Action>) {
    this.#options = options;
    this.#timer = options.clock.timer(() => this.#onTimer());
  }

  /** Gives the machine an event and carries out what it orders. */
  feed(event: Event): void {
    if (this.#closed) return;
    if (this.#running) {
      this.#queue.push(event);
      return;
    }
    this.#run(event);
    this.#arm();
    this.#options.onSettled?.();
  }

  /** Worst lateness of a deadline since the last call, microseconds. */
  takeLateness(): number {
    const worst = this.#worstLatenessUs;
    this.#worstLatenessUs = 0;
    return worst;
  }

  /** Stops the timer; nothing is delivered any more. */
  close(): void {
    this.#closed = true;
    this.#timer.close();
  }

  #onTimer(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#options.drain();
    for (let round = 0; round < ROUNDS_MAX && !this.#closed; round++) {
      const now = this.#options.clock.now();
      const deadline = this.#options.machine.deadline;
      if (deadline === undefined || deadline > now) break;
      const couldBeMet = Math.max(deadline, this.#knownAt);
      this.#worstLatenessUs = Math.max(this.#worstLatenessUs, now - couldBeMet);
      this.#run({ type: 'deadline' });
    }
    this.#arm();
    this.#options.onSettled?.();
  }

  #run(first: Event | { readonly type: 'deadline' }): void {
    this.#running = true;
    try {
      let event: Event | { readonly type: 'deadline' } | undefined = first;
      while (event !== undefined && !this.#closed) {
        const now = this.#options.clock.now();
        this.#handledAt = now;
        this.#options.execute(this.#options.machine.handle(now, event), now);
        event = this.#queue.shift();
      }
    } finally {
      this.#running = false;
    }
  }

  /** A timer that is armed too early costs one empty wake-up, so it is only ever moved forward. */
  #arm(): void {
    if (this.#closed) return;
    const deadline = this.#options.machine.deadline;
    if (deadline === undefined || deadline >= this.#armedFor) return;
    this.#armedFor = deadline;
    this.#knownAt = this.#handledAt;
    this.#timer.arm(deadline);
  }
}
