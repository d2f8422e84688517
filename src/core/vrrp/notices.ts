/**
 * What instances report beside their transitions, as data; the catalogue of facts words it. Each has the id of its
 * fact. How often one instance speaks about one thing is limited here, where a stream of broken packets costs
 * counters only: the first is reported, then one at most every NOTICE_GAP, with the number of the silent ones
 * (reference: log lines for rejected packets are rate limited, counters are exact).
 */

import type { IpAddress } from '../base/address.ts';
import { after, type Duration, type Instant, seconds } from '../base/time.ts';
import type { AddressNotice } from '../holdings/address-reports.ts';
import type { LinkNotice } from '../holdings/link-reports.ts';
import type { RoutingNotice } from '../holdings/routing-reports.ts';
import type { Rejection } from './counters.ts';
import type { PacketDifference } from './packet-difference.ts';
import type { StrangerNotice } from './strangers.ts';
import type { TakeoverHold } from './takeover-hold.ts';

/** Ids of notices about a packet; each names the counter that the packet raised. */
export type PacketNoticeId = `vrrp.${Rejection}`;

/** A packet that was dropped, or accepted with a difference that is worth a line. */
export interface PacketNotice {
  readonly id: PacketNoticeId;
  readonly source: IpAddress;
  readonly outcome: 'dropped' | 'accepted';
  /** Its length in bytes, when it is longer than any advertisement. */
  readonly cutFrom?: number;
  /** What is not as ours, where the counter does not say it all. */
  readonly difference?: PacketDifference;
}

/** What one instance reports, limited here. */
export type InstanceNotice =
  | PacketNotice
  /** The Master's interval, which its advertisements carry in version 3, is another one now. */
  | { readonly id: 'vrrp.intervalLearned'; readonly before: Duration; readonly now: Duration }
  /** `auth_hmac`: the clocks of the two hosts are about to differ by more than the window; seconds. */
  | {
      readonly id: 'vrrp.clockDrift';
      readonly source: IpAddress;
      readonly behind: number;
      readonly window: number;
    }
  | { readonly id: 'vrrp.sameAddress' | 'vrrp.ownerHeard'; readonly source: IpAddress }
  /** This Master heard an advertisement that loses against it. */
  | {
      readonly id: 'vrrp.lowerPriorityHeard';
      readonly source: IpAddress;
      readonly priority: number;
    }
  /** `master-down`: it listens once more; `advertisement`: it was sent late. */
  | {
      readonly id: 'vrrp.lateDeadline';
      readonly timer: 'master-down' | 'advertisement';
      readonly late: Duration;
    }
  /** A member of a sync group hears no Master while another one does; it hears one again. */
  | {
      readonly id: 'vrrp.groupWaits' | 'vrrp.groupHeard';
      readonly group: string;
      readonly waited: Duration;
    }
  /** The down timer has run out, and this holds the takeover. `unheard`: for so long the Master was not heard. */
  | {
      readonly id: 'vrrp.takeoverHeld';
      readonly hold: TakeoverHold;
      readonly unheard?: Duration;
    }
  /** A held takeover is over, after `held`. */
  | {
      readonly id: 'vrrp.takeoverReleased';
      readonly outcome: 'takes-over' | 'master-heard';
      readonly hold: TakeoverHold;
      readonly held: Duration;
    }
  | { readonly id: 'vrrp.actionFailed'; readonly operation: string; readonly errno: string };

/** No instance starts for `delay`, and which keyword says so. */
export interface StartDelayedNotice {
  readonly id: 'vrrp.startDelayed';
  readonly keyword: 'vrrp_startup_delay' | 'vrrp_delay_after_boot';
  readonly delay: Duration;
}

/** What the router reports about all instances or about a start. */
export type RouterNotice =
  | {
      /** Late: the kernel has refused them for long. Left: they have been sent after all. */
      readonly id: 'vrrp.announcementsLate' | 'vrrp.announcementsLeft';
      readonly kind: 'arp' | 'na';
      /** Name, or the index of one that is gone. */
      readonly interface: string;
      /** Addresses that wait. */
      readonly waiting: number;
      /** Frames that left since the first was refused, and how long ago that was. */
      readonly sent: number;
      readonly since: Duration;
      /** Of the last refusal. */
      readonly errno: string;
    }
  | { readonly id: 'vrrp.duplicateVrid'; readonly instance: string }
  | StartDelayedNotice
  | {
      readonly id: 'vrrp.unknownVrid';
      readonly source: IpAddress;
      readonly vrid: number;
      /** Name, or the index of one that is gone. */
      readonly interface: string;
    };

/** Every notice, without the name of its instance and the number of silent ones. */
export type NoticeBody =
  | InstanceNotice
  | RouterNotice
  | AddressNotice
  | LinkNotice
  | RoutingNotice
  | StrangerNotice;

/** Id of a notice: that of its fact. */
export type NoticeId = NoticeBody['id'];

/** A notice. `instance` is absent where it is about the whole router. */
export type VrrpNotice = NoticeBody & {
  readonly instance?: string;
  /** Of the same id and instance, not reported since the last one; absent when there were none. */
  readonly suppressed?: number;
};

/** Least time between two notices of one id from one instance. */
export const NOTICE_GAP: Duration = seconds(30);

/** Notices of one id from all instances that pass in one NOTICE_GAP: one cause often meets many instances. */
export const NOTICES_PER_GAP = 25;

/** Most things of which one limiter remembers when it was last reported. */
const REMEMBERED_MAX = 64;

/** Counts the notices of all instances, by id: a closed set, so this does not grow. */
export class NoticeBudget {
  readonly #windows = new Map<NoticeId, { until: Instant; passed: number }>();

  /** True when one more notice of this id may go out now; it is counted then. */
  take(id: NoticeId, now: Instant): boolean {
    let window = this.#windows.get(id);
    if (window === undefined || now >= window.until) {
      window = { until: after(now, NOTICE_GAP), passed: 0 };
      this.#windows.set(id, window);
    }
    if (window.passed >= NOTICES_PER_GAP) return false;
    window.passed += 1;
    return true;
  }
}

/** Remembers when one instance last reported each id. */
export class NoticeLimiter {
  readonly #budget: NoticeBudget;
  readonly #last = new Map<string, { quietUntil: Instant; suppressed: number }>();

  constructor(budget: NoticeBudget) {
    this.#budget = budget;
  }

  /**
   * Defined when a notice of this id may go out now: `suppressed` is the number of silent ones since the last.
   * Undefined means: stay silent. `about` tells things apart that one id is about, as interfaces; of those only a few
   * are remembered.
   */
  admit(
    id: NoticeId,
    now: Instant,
    about: string = '',
  ): { readonly suppressed: number } | undefined {
    const key = `${id} ${about}`;
    const entry = this.#last.get(key) ?? { quietUntil: now, suppressed: 0 };
    this.#remember(key, entry);
    if (now < entry.quietUntil || !this.#budget.take(id, now)) {
      entry.suppressed += 1;
      return undefined;
    }
    const { suppressed } = entry;
    entry.quietUntil = after(now, NOTICE_GAP);
    entry.suppressed = 0;
    return { suppressed };
  }

  /** The one that was heard of longest ago is forgotten: it may be reported again too soon, which the budget limits. */
  #remember(key: string, entry: { quietUntil: Instant; suppressed: number }): void {
    this.#last.delete(key);
    this.#last.set(key, entry);
    if (this.#last.size <= REMEMBERED_MAX) return;
    const [oldest] = this.#last.keys();
    if (oldest !== undefined) this.#last.delete(oldest);
  }

  /**
   * Appends the notice of an instance, if it may go out now. It is made only then: most notices of a flood are not
   * admitted.
   */
  say(
    instance: string,
    id: InstanceNotice['id'],
    make: () => InstanceNotice,
    now: Instant,
    out: { push(action: { readonly type: 'notice' } & VrrpNotice): void },
  ): void {
    const admitted = this.admit(id, now);
    if (admitted === undefined) return;
    out.push({ type: 'notice', instance, ...make(), ...silentOnes(admitted) });
  }
}

/** The number of silent ones as a notice tells it: not at all when there were none. */
export function silentOnes({ suppressed }: { readonly suppressed: number }): {
  readonly suppressed?: number;
} {
  return suppressed === 0 ? {} : { suppressed };
}

/** The notice of an action that could not be carried out. */
export function actionFailedNotice(event: {
  readonly operation: string;
  readonly errno: string;
}): InstanceNotice {
  const { operation, errno } = event;
  return { id: 'vrrp.actionFailed', operation, errno };
}
