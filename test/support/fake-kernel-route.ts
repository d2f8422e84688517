/**
 * rtnetlink of the fake kernel: links that a test sets, and addresses that are added and removed with the
 * kernel's refusals and notifications.
 */
import { toHex } from '../../src/core/base/bytes.ts';
import { AttributeWriter, hostU32 } from '../../src/core/netlink/attributes.ts';
import { attributesAt, type FakeAnswer, type FakeFamily, type FakeKernel } from './fake-kernel.ts';

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
const RTM_GETLINK = 18;
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
const RTM_GETADDR = 22;
const IFADDRMSG = 8;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const EEXIST = 17;
const ENODEV = 19;
const EINVAL = 22;
const EADDRNOTAVAIL = 99;
const AF_INET = 2;

/** RTNLGRP_*. */
export const GROUP_LINK = 1;
const GROUP_IPV4_IFADDR = 5;
const GROUP_IPV6_IFADDR = 9;

/** Links and addresses, and what a test may change about them. */
export class FakeRoute {
  /** Payloads of RTM_NEWLINK by index. */
  readonly links = new Map<number, Uint8Array>();
  /** Payloads of RTM_NEWADDR by what names them. */
  readonly addresses = new Map<string, Uint8Array>();
  /** Where notifications go. */
  kernel: FakeKernel | undefined;

  readonly handle: FakeFamily = ({ type, payload, isDump }) => {
    switch (type) {
      case RTM_GETLINK:
        if (!isDump || payload.length !== 16) return { errno: EINVAL };
        return { type: RTM_NEWLINK, data: [...this.links.values()] };
      case RTM_GETADDR:
        if (!isDump || payload.length !== IFADDRMSG) return { errno: EINVAL };
        return { type: RTM_NEWADDR, data: [...this.addresses.values()] };
      case RTM_NEWADDR:
        return this.#add(payload);
      case RTM_DELADDR:
        return this.#remove(payload);
      default:
        return undefined;
    }
  };

  #add(payload: Uint8Array): FakeAnswer {
    const key = nameOf(payload);
    if (!this.links.has(hostU32(payload, 4))) return { errno: ENODEV };
    if (this.addresses.has(key)) return { errno: EEXIST, text: 'ipv4: Address already assigned' };
    this.addresses.set(key, payload.slice());
    this.#tell(RTM_NEWADDR, payload);
    return {};
  }

  #remove(payload: Uint8Array): FakeAnswer {
    const key = nameOf(payload);
    const present = this.addresses.get(key);
    if (present === undefined) return { errno: EADDRNOTAVAIL };
    this.addresses.delete(key);
    this.#tell(RTM_DELADDR, present);
    return {};
  }

  #tell(type: number, payload: Uint8Array): void {
    const group = payload[0] === AF_INET ? GROUP_IPV4_IFADDR : GROUP_IPV6_IFADDR;
    this.kernel?.notify(group, type, payload);
  }
}

/** A link with the attributes that matter. */
export function linkPayload(options: {
  readonly ifindex: number;
  readonly name: string;
  readonly flags: number;
}): Uint8Array {
  const header = new Uint8Array(16);
  const view = new DataView(header.buffer);
  view.setUint16(2, 1, true);
  view.setInt32(4, options.ifindex, true);
  view.setUint32(8, options.flags, true);
  return new AttributeWriter().raw(header).string(3, options.name).u32(4, 1500).finish();
}

/** Interface, prefix length, own address and far end. */
function nameOf(payload: Uint8Array): string {
  const attributes = attributesAt(payload, IFADDRMSG);
  const address = attributes.get(IFA_ADDRESS) ?? new Uint8Array(0);
  const local = attributes.get(IFA_LOCAL) ?? address;
  return `${hostU32(payload, 4)} ${payload[1]} ${toHex(local)} ${toHex(address)}`;
}
