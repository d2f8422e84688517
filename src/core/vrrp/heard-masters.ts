/**
 * What was heard of other Masters, and so why this router takes over: it fell silent, it resigned, it is alive and
 * has a lower priority, or there was none.
 */
import type { IpAddress } from '../base/address.ts';
import { type Duration, elapsed, type Instant } from '../base/time.ts';
import type { AcceptedAdvertisement } from './accepted-advertisement.ts';
import type { TransitionCause, TransitionReason } from './events-and-actions.ts';

/** The sender of the last advertisement that passed all checks, and when it came. */
export interface HeardMaster {
  readonly address: IpAddress;
  readonly priority: number;
  readonly at: Instant;
  /** Between two of its advertisements: in version 3 as they say, in version 2 our own. */
  readonly interval: Duration;
}

/** Why an instance becomes Master, and who was it before. */
export interface Takeover {
  readonly reason: TransitionReason;
  readonly cause?: TransitionCause;
}

/** A reason with its cause, where there is one. */
export function because(reason: TransitionReason, cause: TransitionCause | undefined): Takeover {
  return { reason, ...(cause && { cause }) };
}

/** A Master that was heard so many of its intervals ago is alive: one advertisement may be missing. */
const ALIVE_INTERVALS = 2;

/** The Masters that one instance has heard. */
export class HeardMasters {
  #last: HeardMaster | undefined;
  /** What was last heard since the instance began to listen; `passed-over` did not restart the down timer. */
  #lately: 'nothing' | 'heeded' | 'passed-over' | 'resigned' = 'nothing';
  #resigned: IpAddress | undefined;

  /** The last one, of whatever priority; it outlives a change of state. */
  get last(): HeardMaster | undefined {
    return this.#last;
  }

  /** The instance begins to listen: what it heard before counts no more. */
  begin(): void {
    this.#lately = 'nothing';
  }

  /** An advertisement; `isHeeded` when it keeps this router quiet. */
  heard(
    { source, priority, interval }: Pick<AcceptedAdvertisement, 'source' | 'priority' | 'interval'>,
    at: Instant,
    isHeeded: boolean,
  ): void {
    this.#last = { address: source, priority, at, interval };
    this.#lately = isHeeded ? 'heeded' : 'passed-over';
  }

  /** A resignation. */
  resigned(source: IpAddress): void {
    this.#lately = 'resigned';
    this.#resigned = source;
  }

  /** Why this router takes over at `now`, when its down timer has run out. */
  takeover(now: Instant): Takeover {
    const last = this.#last;
    if (this.#lately === 'resigned') return this.#afterResignation();
    if (this.#lately === 'nothing' || last === undefined) return { reason: 'no-master-heard' };
    const { address, priority, at, interval } = last;
    const isAlive = elapsed(at, now) <= ALIVE_INTERVALS * interval;
    const isPreempted = this.#lately === 'passed-over' && isAlive;
    const cause = { kind: 'router', address, priority } as const;
    return { reason: isPreempted ? 'preempted' : 'master-timeout', cause };
  }

  #afterResignation(): Takeover {
    const address = this.#resigned;
    if (address === undefined) return { reason: 'master-resigned' };
    const priority = this.#last?.address === address ? this.#last.priority : undefined;
    const cause = { kind: 'router', address, ...(priority !== undefined && { priority }) } as const;
    return { reason: 'master-resigned', cause };
  }
}
