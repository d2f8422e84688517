/**
 * Carries out what the machine orders. Advertisements leave at once, and what became of them is told before anything else.
 * Addresses and announcements go in slices: the addresses of a slice in one batch to the kernel, then their announcements.
 * Every wish is declared at once, before the first slice: an address that moves from one instance to another is then wanted
 * all the time. The advertisements of a thousand instances that take over together leave at once, and between slices the
 * event loop reads sockets and timers. One instance is one slice: nothing waits for it.
 */
import type { HoldingWish } from '../../core/holdings/wish.ts';
import type { AnnounceResult, VrrpAction } from '../../core/vrrp/events-and-actions.ts';
import type { SendResult } from '../../core/vrrp/send-watch.ts';
import { AdvertisementSender, type SendOne } from './advertisement-sender.ts';

type Announcement = Extract<VrrpAction, { type: 'announce' }>;

/** What is reported and nothing else. */
type Report = Exclude<VrrpAction, { type: 'sendAdvertisement' | 'setAddresses' | 'announce' }>;

/** What is done in slices. */
type Step = Extract<VrrpAction, { type: 'setAddresses' | 'announce' }>;

/** Who does the work. */
export interface VrrpOrdersOptions {
  readonly advertise: SendOne;
  /** Told what became of the advertisements of a batch. */
  readonly onSent: (result: SendResult) => void;
  /** The wish counts from now on. */
  readonly declare: (wish: HoldingWish) => void;
  /** The requests of these instances are in the kernel when it returns. */
  readonly carryOut: (instances: readonly string[]) => void;
  /** Sends one frame; the name of the errno when the kernel did not take it. */
  readonly announce: (action: Announcement) => string | undefined;
  /** Told after each slice what became of its announcements. */
  readonly onAnnounced: (results: readonly AnnounceResult[]) => void;
  readonly report: (action: Report) => void;
  /** Told after a batch in which an instance changed its state. */
  readonly onTransition: () => void;
}

/** Wishes in one slice: the kernel needs about a quarter of a millisecond for an address. */
const WISHES_MAX = 32;

/** The orders of all instances. */
export class VrrpOrders {
  readonly #options: VrrpOrdersOptions;
  readonly #sender: AdvertisementSender;
  #steps: Step[] = [];
  /** Number of the first step in `#steps` since the start. */
  #first = 0;
  /** Number of the last step by which an instance gave its addresses up: announcements before it are void. */
  readonly #gaveUp = new Map<string, number>();
  #isPlanned = false;

  constructor(options: VrrpOrdersOptions) {
    this.#options = options;
    this.#sender = new AdvertisementSender(options.advertise);
  }

  /** Carries out what an event has led to, but for what goes in slices: that is for `run`. */
  execute(actions: readonly VrrpAction[]): void {
    for (const action of actions) {
      switch (action.type) {
        case 'sendAdvertisement':
          this.#sender.send(action);
          break;
        case 'setAddresses':
        case 'announce':
          this.#add(action);
          break;
        default:
          this.#options.report(action);
      }
    }
    for (const result of this.#sender.results()) this.#options.onSent(result);
    if (actions.some(({ type }) => type === 'transition')) this.#options.onTransition();
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

  #add(action: Step): void {
    if (action.type === 'setAddresses') {
      this.#options.declare(action);
      if (!action.present) this.#gaveUp.set(action.instance, this.#first + this.#steps.length);
    }
    this.#steps.push(action);
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
