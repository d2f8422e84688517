/** The state of one instance: since when, for which reason, and what that is about. */
import type { Instant } from '../base/time.ts';
import type {
  TransitionCause,
  TransitionReason,
  VrrpAction,
  VrrpState,
} from './events-and-actions.ts';

/** The present state, and how it changes. */
export class Standing {
  #state: VrrpState = 'INIT';
  #since: Instant;
  #reason: TransitionReason = 'startup';
  #cause: TransitionCause | undefined;

  constructor(since: Instant) {
    this.#since = since;
  }

  /** The present state. */
  get state(): VrrpState {
    return this.#state;
  }

  /** When it began. */
  get since(): Instant {
    return this.#since;
  }

  /** Why it began, or in FAULT why it goes on. */
  get reason(): TransitionReason {
    return this.#reason;
  }

  /** What the reason is about. */
  get cause(): TransitionCause | undefined {
    return this.#cause;
  }

  /** Changes the state, and says so. */
  enter(
    change: {
      readonly instance: string;
      readonly to: VrrpState;
      readonly reason: TransitionReason;
    },
    cause: TransitionCause | undefined,
    now: Instant,
    out: { push(action: VrrpAction): void },
  ): void {
    const { instance, to, reason } = change;
    const from = this.#state;
    this.#state = to;
    this.#since = now;
    this.restate(reason, cause);
    out.push({ type: 'transition', instance, from, to, reason, ...(cause && { cause }) });
  }

  /** The state stays, for another reason. */
  restate(reason: TransitionReason, cause: TransitionCause | undefined): void {
    this.#reason = reason;
    this.#cause = cause;
  }
}
