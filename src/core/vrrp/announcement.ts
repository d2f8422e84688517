/**
 * The frames that tell a segment where an instance's addresses now live: gratuitous ARP for IPv4, unsolicited
 * neighbour advertisement for IPv6 (RFC 9568 section 6.4.2). Frames are built once per address and kept while
 * the interface's hardware address stays.
 */
import { type IpAddress, ipBytes, ipFamily, macBytes } from '../base/address.ts';
import type { Duration } from '../base/time.ts';
import type { VirtualAddressConfig } from '../model/address.ts';
import { encodeGratuitousArp } from '../wire/arp.ts';
import { encodeUnsolicitedNa } from '../wire/neighbour-advertisement.ts';
import type { VrrpCounters } from './events-and-actions.ts';
import type { NetworkPicture } from './network-picture.ts';

/** One frame to send, perhaps several times. */
export interface Announcement {
  readonly kind: 'arp' | 'na';
  readonly ifindex: number;
  readonly address: IpAddress;
  readonly frame: Uint8Array;
}

/** Where an address is announced, as one word: `ifindex address`. */
export function announcedPlace({
  ifindex,
  address,
}: Pick<Announcement, 'ifindex' | 'address'>): string {
  return `${ifindex} ${address}`;
}

/** A wish to send each of some announcements `repeat` times, in turn. */
export interface AnnouncementBurst {
  readonly type: 'burst';
  readonly instance: string;
  readonly repeat: number;
  readonly announcements: readonly Announcement[];
  /** Least time between two frames of an interface, by kind. */
  readonly arpGap: Duration;
  readonly naGap: Duration;
  /** Where frames are counted as they go out. */
  readonly counters: VrrpCounters;
}

/** Builds and keeps the frames of one instance. */
export class AnnouncementFrames {
  readonly #kept = new Map<string, Announcement>();

  /**
   * The announcements of `addresses`. Interfaces that are missing, have no hardware address or no
   * ARP and ND are passed over (keepalived skips them too).
   */
  of(addresses: readonly VirtualAddressConfig[], network: NetworkPicture): readonly Announcement[] {
    const out: Announcement[] = [];
    for (const { address, interface: name } of addresses) {
      const device = network.interface(name);
      if (device?.mac === undefined || device.noArp) continue;
      const key = `${device.ifindex} ${device.mac} ${address}`;
      let announcement = this.#kept.get(key);
      if (announcement === undefined) {
        announcement = build(address, device.ifindex, macBytes(device.mac));
        this.#kept.set(key, announcement);
      }
      out.push(announcement);
    }
    return out;
  }

  /** Forgets frames: addresses or hardware addresses have changed. */
  clear(): void {
    this.#kept.clear();
  }
}

function build(address: IpAddress, ifindex: number, mac: Uint8Array): Announcement {
  const bytes = ipBytes(address);
  return ipFamily(address) === 'ipv4'
    ? { kind: 'arp', ifindex, address, frame: encodeGratuitousArp(mac, bytes) }
    : { kind: 'na', ifindex, address, frame: encodeUnsolicitedNa(mac, bytes, true) };
}
