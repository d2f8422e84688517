/** What one instance's machine is told and what it answers: the router's inner vocabulary. */
import type { Instant } from '../base/time.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { KeyedDigests } from '../wire/keyed-digests.ts';
import type { AnnouncementBurst } from './announcement.ts';
import type {
  PacketEvent,
  TransitionCause,
  TransitionReason,
  VrrpAction,
  VrrpEvent,
} from './events-and-actions.ts';
import type { NetworkPicture } from './network-picture.ts';
import type { NoticeBudget } from './notices.ts';
import type { SendResult } from './send-watch.ts';
import type { TakeoverFacts } from './takeover-facts.ts';
import type { WallClock } from './wall-clock.ts';

/** How an instance stands to a sync group. */
export interface Membership {
  /** Name of the group; mastership is then the group's decision. */
  readonly group: string | undefined;
  /**
   * True when the instance is the owner with initial state MASTER, and so are all members of its group:
   * only then it is Master at once (keyword `state`, RFC 9568 section 6.4.1).
   */
  readonly startsAsMaster: boolean;
}

/** What a machine is built from. */
export interface VrrpMachineOptions {
  readonly config: VrrpInstanceConfig;
  readonly membership: Membership;
  readonly digests: KeyedDigests;
  /** Shared by all instances. */
  readonly clock: WallClock;
  readonly now: Instant;
  /** Shared by all instances: how often they may speak about one thing together. */
  readonly noticeBudget: NoticeBudget;
  /** What peers and witnesses say, for all instances. */
  readonly takeover: TakeoverFacts;
}

/** What a machine is told. */
export type InstanceEvent =
  /** The host has changed, or is known for the first time. */
  | { readonly type: 'network'; readonly network: NetworkPicture }
  /** Leave INIT. `adopt`: go on as MASTER at once, this process died a moment ago. */
  | { readonly type: 'start'; readonly adopt: boolean }
  /** Stay in INIT for a while: what a predecessor held goes, because nobody speaks for it. */
  | { readonly type: 'wait' }
  | PacketEvent
  /** The group has decided that all members become Master; `cause` for those that join one that is. */
  | { readonly type: 'becomeMaster'; readonly cause?: TransitionCause }
  /** Give mastership away; announced with priority 0. */
  | {
      readonly type: 'stepDown';
      readonly reason: Extract<TransitionReason, 'sync-group' | 'operator' | 'routing-lost'>;
      readonly cause?: TransitionCause;
    }
  /** A member of the group is at fault, and which (true), or none is any more (false). */
  | { readonly type: 'hold'; readonly held: boolean; readonly cause?: TransitionCause }
  /** The master of another member has resigned: do not wait for three missing advertisements. */
  | { readonly type: 'expectSilence' }
  /** What a peer or a witness of this instance says is another thing now, or was said again. */
  | { readonly type: 'takeover' }
  /** Another member of the group heard a losing advertisement: announce again. */
  | { readonly type: 'announceAgain' }
  /** A new configuration that can be taken in place. */
  | {
      readonly type: 'reconfigure';
      readonly config: VrrpInstanceConfig;
      readonly membership: Membership;
    }
  /** End of a reload that changed this instance in place: a Master advertises at once. */
  | { readonly type: 'speakUp' }
  | Extract<VrrpEvent, { readonly type: 'actionFailed' }>
  | SendResult
  /** End: resign if Master, hold nothing. The machine is INIT from then on. */
  | {
      readonly type: 'stop';
      readonly reason: Extract<TransitionReason, 'shutdown' | 'configuration'>;
    }
  | { readonly type: 'deadline' };

/** What a machine answers: the router's actions, and matters for the router and the group. */
export type InstanceAction =
  | VrrpAction
  | AnnouncementBurst
  /** The down timer has run out; the group decides. */
  | { readonly type: 'wantsMaster' }
  /** The master of this member resigned. */
  | { readonly type: 'resignationHeard' }
  /** This Master heard a losing advertisement. */
  | { readonly type: 'lowerPriorityHeard' }
  /** The reason for a fault appeared, changed or went. */
  | { readonly type: 'faultChanged' };
