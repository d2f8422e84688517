/**
 * Carries addresses and announcements out in slices: the addresses of a slice in one batch to the kernel, then
 * their announcements. Every wish is declared at once, before the first slice: an address that moves from one
 * instance to another is then wanted all the time. The advertisements of a thousand instances that take over together leave at once, and
 * between slices the event loop reads sockets and timers. One instance is one slice: nothing waits for it.
 */
import type { HoldingWish } from '../../core/holdings/wish.ts';
import type { AnnounceResult, VrrpAction } from '../../core/vrrp/events-and-actions.ts';

/** The actions that are carried out here. */
export type TakeoverAction = Extract<VrrpAction, { type: 'setAddresses' | 'announce' }>;

/** Who does the work. */
export interface TakeoverWorkOptions {
  /** The wish counts from now on. */
  readonly declare: (wish: HoldingWish) => void;
  /** The requests of these instances are in the kernel when it returns. */
  readonly carryOut: (instances: readonly string[]) => void;
  /** Sends one frame; the name of the errno when the kernel did not take it. */
  readonly announce: (action: Extract<VrrpAction, { type: 'announce' }>) => string | undefined;
  /** Told after each slice what became of its announcements. */
  readonly onAnnounced: (results: readonly AnnounceResult[]) => void;
}

/** Wishes in one slice: the kernel needs about a quarter of a millisecond for an address. */
const WISHES_MAX = 32;

/** The queue. */
export class TakeoverWork {
  readonly #options: TakeoverWorkOptions;
  #steps: TakeoverAction[] = [];
  /** Number of the first step in `#steps` since the start. */
  #first = 0;
  /** Number of the last step by which an instance gave its addresses up: announcements before it are void. */
  readonly #gaveUp = new Map<string, number>();
  #isPlanned = false;

  constructor(options: TakeoverWorkOptions) {
    this.#options = options;
  }

  /** Takes an action in; `run` carries it out. */
  add(action: TakeoverAction): void {
    if (action.type === 'setAddresses') {
      this.#options.declare(action);
      if (!action.present) this.#gaveUp.set(action.instance, this.#first + this.#steps.length);
    }
    this.#steps.push(action);
  }

  /** Carries one slice out now, and the rest in later turns of the event loop. */
  run(): void {
    if (this.#isPlanned || this.#steps.length === 0) return;
    this.#slice();
    if (this.#steps.length === 0 || this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.run();
    });
  }

  /** Carries everything out now. */
  finish(): void {
    while (this.#steps.length > 0) this.#slice();
  }

  #slice(): void {
    const end = this.#sliceEnd();
    const slice = this.#steps.slice(0, end);
    this.#steps = this.#steps.slice(end);
    this.#options.carryOut(
      slice.flatMap((step) => (step.type === 'setAddresses' ? step.instance : [])),
    );
    const results: AnnounceResult[] = [];
    for (const [index, step] of slice.entries()) {
      if (step.type !== 'announce') continue;
      const gaveUp = this.#gaveUp.get(step.instance) ?? -1;
      if (gaveUp >= this.#first + index) continue;
      const errno = this.#options.announce(step);
      results.push({ action: step, ...(errno !== undefined && { errno }) });
    }
    this.#first += end;
    if (this.#steps.length === 0) this.#gaveUp.clear();
    // Last: what is told may add steps.
    if (results.length > 0) this.#options.onAnnounced(results);
  }

  /** Behind the last announcement that belongs to the last wish of the slice. */
  #sliceEnd(): number {
    let wishes = 0;
    for (const [index, step] of this.#steps.entries()) {
      if (step.type === 'setAddresses' && ++wishes > WISHES_MAX) return index;
    }
    return this.#steps.length;
  }
}
