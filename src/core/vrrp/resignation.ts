/** What an order to resign does to an instance, told before it is carried out. */
import type { Duration } from '../base/time.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { configuredDownInterval } from '../wire/intervals.ts';
import { OWNER_PRIORITY } from '../wire/protocol.ts';
import type {
  TransitionCause,
  TransitionReason,
  VrrpInstanceView,
  VrrpState,
} from './events-and-actions.ts';

/** The answer to an order to resign. */
export type ResignAnswer =
  /** No such instance runs. */
  | { readonly outcome: 'unknown' }
  /** It is not Master: there is nothing to give away. */
  | {
      readonly outcome: 'refused';
      readonly state: VrrpState;
      readonly reason: TransitionReason;
      /** What the reason is about. */
      readonly cause?: TransitionCause;
    }
  | {
      readonly outcome: 'resigned';
      /**
       * True when it preempts: it takes over again from a Master of lower priority. Without preemption it does so
       * only when no other Master is heard.
       */
      readonly comesBack: boolean;
      /** When it takes over again; a peer has it until then. */
      readonly after: Duration;
      /** The sync group that resigns with it. */
      readonly group?: string;
    };

/** Foretells what comes of it; the instance is as `view` and `config` say. */
export function foretellResignation(
  view: VrrpInstanceView,
  config: VrrpInstanceConfig,
): ResignAnswer {
  const { state, reason, cause, effectivePriority: priority, syncGroup: group } = view;
  if (state !== 'MASTER') {
    return { outcome: 'refused', state, reason, ...(cause && { cause }) };
  }
  const isOwner = priority === OWNER_PRIORITY;
  const silence = configuredDownInterval({ ...config, priority });
  const comesBack = config.preempt || isOwner;
  const delay = comesBack && !isOwner ? config.preemptDelay : 0;
  return {
    outcome: 'resigned',
    comesBack,
    after: (silence + delay) as Duration,
    ...(group === undefined ? {} : { group }),
  };
}
