/** One `vrrp_track_process`: whether as many processes run as should, and for how long before it counts. */
import { after, type Instant } from '../base/time.ts';
import type { DeadlineItem } from '../base/timing/deadline-heap.ts';
import type { TrackerFact } from '../model/tracker-fact.ts';
import type { TrackProcessConfig } from '../model/tracking.ts';
import type { TrackingAction } from './events-and-actions.ts';

type ProcessFactOfTracker = Extract<TrackerFact, { readonly kind: 'process' }>;

/** Where its actions go. */
interface Out {
  push(action: TrackingAction): void;
}

/** One definition. */
export class ProcessTracker implements DeadlineItem {
  #config: TrackProcessConfig;
  #fact: ProcessFactOfTracker | undefined;
  #count = 0;
  /** A change waits for its delay. */
  #changesAt: Instant | undefined;

  constructor(config: TrackProcessConfig, known: ProcessFactOfTracker | undefined) {
    this.#config = config;
    this.#fact = known;
  }

  /** When a change that waits counts. */
  get deadline(): Instant | undefined {
    return this.#changesAt;
  }

  /** What is known of it; undefined before processes were counted. */
  get fact(): ProcessFactOfTracker | undefined {
    return this.#fact;
  }

  /** Takes another configuration; the next count decides. */
  configure(config: TrackProcessConfig): void {
    this.#config = config;
  }

  /** So many processes match now. */
  counted(count: number, now: Instant, out: Out): void {
    this.#count = count;
    const isUp = this.#hasQuorum();
    if (isUp === this.#fact?.isUp) {
      // It is as it was before the delay was over: nothing has happened.
      this.#changesAt = undefined;
      return;
    }
    const { forkDelay, terminateDelay } = this.#config;
    const delay = isUp ? forkDelay : terminateDelay;
    // At a start no delay counts: nothing has changed.
    if (this.#fact === undefined || delay === 0) this.#change(out);
    else this.#changesAt ??= after(now, delay);
  }

  /** The delay is over. */
  due(out: Out): void {
    this.#change(out);
  }

  #change(out: Out): void {
    this.#changesAt = undefined;
    const isFirst = this.#fact === undefined;
    const { name } = this.#config;
    this.#fact = { kind: 'process', name, isUp: this.#hasQuorum(), running: this.#count };
    out.push({ type: 'trackerChanged', fact: this.#fact, isFirst });
  }

  /** A maximum of 0 means that none may run. */
  #hasQuorum(): boolean {
    const { quorum, quorumMax } = this.#config;
    if (quorumMax === 0) return this.#count === 0;
    return this.#count >= quorum && (quorumMax === undefined || this.#count <= quorumMax);
  }
}
