/** What every family is written from: one snapshot of the state, seen as of one moment. */
import type { Instant } from '../../../core/base/time.ts';
import type { ComponentName, DaemonState } from '../../supervisor/state.ts';
import type { Exposition } from './exposition.ts';
import type { History } from './history.ts';

/** One scrape. */
export interface Scrape {
  readonly out: Exposition;
  readonly state: DaemonState;
  readonly history: History;
  /** Unix seconds of a point on the monotonic clock. */
  readonly unixSeconds: (at: number) => number;
}

/** Prefix of all names of ours. */
export const PREFIX = 'tandem_';

/** Whether a process lives and its last words are fresh; without that its series are withdrawn. */
export function isUp(state: DaemonState, component: ComponentName): boolean {
  return state.components.some((candidate) => candidate.name === component && candidate.up);
}

/** Whether this Tandem runs such a process at all. */
export function isPresent(state: DaemonState, component: ComponentName): boolean {
  return state.components.some((candidate) => candidate.name === component);
}

/**
 * Translates monotonic microseconds to Unix seconds with an offset that is kept until the wall clock is
 * set: a computed point in time must not flicker from scrape to scrape.
 */
export class WallClock {
  #offsetUs: number | undefined;

  /** The translation for a state; the offset follows when the wall clock jumped. */
  translator(state: {
    readonly now: Instant | number;
    readonly wallMs: number;
  }): (at: number) => number {
    const offsetUs = state.wallMs * 1_000 - state.now;
    if (this.#offsetUs === undefined || Math.abs(offsetUs - this.#offsetUs) > CLOCK_STEP_US) {
      this.#offsetUs = offsetUs;
    }
    const kept = this.#offsetUs;
    return (at) => Math.round((at + kept) / 1_000) / 1_000;
  }
}

/** Slewing moves the wall clock slowly; only a step beyond this counts as one. */
const CLOCK_STEP_US = 500_000;
