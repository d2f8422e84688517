/**
 * What happened to addresses beyond what was ordered: left over, replaced, removed by somebody else. Addresses of
 * one instance, interface and cause are one notice.
 */
import type { FightNumbers } from './fight.ts';

/** Ids of the notices. */
export type AddressNoticeId =
  /** An address was removed that this process had not added. */
  | 'vrrp.addressRemoved'
  /** An address was there with other attributes. */
  | 'vrrp.addressReplaced'
  /** Somebody else changed an address; it has been put right. */
  | 'vrrp.addressRepaired'
  /** Somebody else changes an address again and again. */
  | 'vrrp.addressContested'
  /** A virtual address is not removed, because the interface needs it. */
  | 'vrrp.addressKept';

/** One thing that happened to one address. */
export interface AddressEvent {
  readonly id: AddressNoticeId;
  readonly instance: string;
  readonly interface: string;
  /** `192.0.2.1/24`. */
  readonly address: string;
  readonly cause: AddressCause;
}

/** Why, for each code. */
export type AddressCause =
  /** Not held now; `origin` tells what is known of who added it. */
  | { readonly type: 'not-held'; readonly origin: AddressOrigin; readonly isConfigured: boolean }
  | { readonly type: 'other-form'; readonly wanted: string; readonly isAdded: boolean }
  | { readonly type: 'removed' | 'added' }
  /** Removed, and not tracked: it comes back with the next change of state. */
  | { readonly type: 'untracked' }
  | ({ readonly type: 'keeps-removing' | 'keeps-adding' } & FightNumbers)
  | { readonly type: 'only-source'; readonly family: 'ipv4' | 'ipv6' };

/** Who added an address, as far as the kernel tells: `marked` is what Tandem and keepalived leave. */
export type AddressOrigin = 'marked' | 'foreign' | 'unknown';

/** A notice about addresses. */
export interface AddressNotice {
  readonly id: AddressNoticeId;
  readonly instance: string;
  readonly interface: string;
  /** At most ADDRESSES_MAX of them. */
  readonly addresses: readonly string[];
  readonly cause: AddressCause;
}

/** Most addresses that one notice names. */
export const ADDRESSES_MAX = 32;

/** The notices of some events. */
export function addressNotices(events: readonly AddressEvent[]): AddressNotice[] {
  const groups = new Map<string, AddressEvent[]>();
  for (const event of events) {
    const key = JSON.stringify([event.id, event.instance, event.interface, event.cause]);
    const group = groups.get(key) ?? [];
    group.push(event);
    groups.set(key, group);
  }
  const notices: AddressNotice[] = [];
  for (const group of groups.values()) {
    for (let start = 0; start < group.length; start += ADDRESSES_MAX) {
      const part = group.slice(start, start + ADDRESSES_MAX);
      const [first] = part;
      if (first === undefined) continue;
      const { id, instance, interface: device, cause } = first;
      const addresses = part.map(({ address }) => address);
      notices.push({ id, instance, interface: device, addresses, cause });
    }
  }
  return notices;
}
