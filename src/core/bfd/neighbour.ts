/** What is known of the neighbour of a session, and what of it a successor of this process is told. */
import type { IpAddress } from '../base/address.ts';
import { type Duration, type Instant, microseconds, seconds } from '../base/time.ts';
import type { BfdDiagnostic, BfdState } from '../wire/bfd.ts';

/** Packets of a session that is not up leave once a second at most (RFC 5880 section 6.8.3). */
export const SLOW: Duration = seconds(1);

/** What was heard of the neighbour; before the first packet, what RFC 5880 section 6.8.1 begins with. */
export interface BfdNeighbour {
  readonly state: BfdState;
  readonly diagnostic: BfdDiagnostic;
  /** 0 while it is not known. */
  readonly discriminator: number;
  readonly requiredMinRx: Duration;
  readonly desiredMinTx: Duration;
  readonly multiplier: number;
  readonly demand: boolean;
}

/** Nothing was heard of it. */
export const UNKNOWN_NEIGHBOUR: BfdNeighbour = {
  state: 'Down',
  diagnostic: 'none',
  discriminator: 0,
  requiredMinRx: microseconds(1),
  desiredMinTx: microseconds(0),
  multiplier: 0,
  demand: false,
};

/** A session to go on with. */
export interface BfdContinuation {
  readonly name: string;
  /** Whom it was with; a session with another neighbour is another one. */
  readonly peer: BfdPeer;
  /** Since when it was in its state. */
  readonly since: Instant;
  /** How it was Up; absent for one that was on its way back there. */
  readonly up?: {
    /** Ours, which the neighbour knows. */
    readonly discriminator: number;
    readonly neighbour: BfdNeighbour;
  };
  /** It counts as up until then at the longest, unless it is up again. */
  readonly until: Instant;
}

/** What makes two sessions of one name the same. */
export interface BfdPeer {
  readonly neighbour: IpAddress;
  readonly source?: IpAddress | undefined;
  readonly multihop: boolean;
}

/** True for two sessions with the same neighbour. */
export function isSamePeer(a: BfdPeer, b: BfdPeer): boolean {
  return a.neighbour === b.neighbour && a.source === b.source && a.multihop === b.multihop;
}
