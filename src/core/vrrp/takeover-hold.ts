/** A takeover that is held, as data. */
import type { IpAddress } from '../base/address.ts';
import type { Instant } from '../base/time.ts';

/** What keeps a Backup from becoming Master. */
export type TakeoverHold =
  /** The peer lives and is MASTER by its heartbeat. */
  | {
      readonly kind: 'heartbeat';
      readonly heartbeat: string;
      readonly peer: IpAddress;
      readonly priority: number;
    }
  /** Too few of the witnesses answer; `isAwaited`: nothing is known yet. */
  | {
      readonly kind: 'witness';
      readonly witness: string;
      readonly answering: number;
      readonly atLeast: number;
      readonly total: number;
      readonly isAwaited: boolean;
    };

/** A takeover that is held, and since when. */
export interface HeldTakeover {
  readonly since: Instant;
  readonly hold: TakeoverHold;
}
