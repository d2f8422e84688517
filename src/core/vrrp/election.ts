/** Who of two routers is the better Master (RFC 9568 sections 6.4.2 and 6.4.3). */
import { ipBytes } from '../base/address.ts';
import { compareBytes } from '../base/bytes.ts';
import type { InstanceFacts } from './tracking.ts';

/** What a router says of itself. */
export interface Claim {
  readonly priority: number;
  /** Primary address in network order. */
  readonly address: Uint8Array;
}

/** How another router's claim stands against ours. */
export type ClaimOutcome = 'higher-priority' | 'equal-priority-higher-address' | 'lower' | 'same';

/**
 * Compares another router's claim with ours, as a Master does: priority first, then the primary addresses
 * as unsigned integers. 'same' means equal in both, which two routers on one segment must never be.
 */
export function compareClaims(other: Claim, own: Claim): ClaimOutcome {
  if (other.priority !== own.priority) {
    return other.priority > own.priority ? 'higher-priority' : 'lower';
  }
  const order = compareBytes(other.address, own.address);
  if (order === 0) return 'same';
  return order > 0 ? 'equal-priority-higher-address' : 'lower';
}

/** How an advertisement compares with what we advertise ourselves. */
export function outcomeAgainst(
  { priority, sourceBytes }: { readonly priority: number; readonly sourceBytes: Uint8Array },
  { effectivePriority, primaryAddress }: InstanceFacts,
): ClaimOutcome {
  const own = primaryAddress === undefined ? new Uint8Array(0) : ipBytes(primaryAddress);
  const theirs = { priority, address: sourceBytes };
  return compareClaims(theirs, { priority: effectivePriority, address: own });
}
