/** Interfaces that an instance makes for itself: as they are written, and as they are to be. */
import type { IpAddress, IpFamily, MacAddress } from '../base/address.ts';

/** The interface that an instance wants. */
export type OwnLinkConfig = VmacConfig | IpvlanConfig;

/** `use_vmac`: a macvlan with the virtual hardware address (RFC 9568 section 7.3). */
export interface VmacConfig {
  readonly kind: 'vmac';
  /** Absent: made from `vmac_prefix` and the virtual router id. */
  readonly name?: string;
  /** Six octets, or five behind which the virtual router id is put; absent: the address of VRRP. */
  readonly mac?: string;
  /** Number or name of the interface group. */
  readonly group?: string;
  /** Other software is told about the interface. */
  readonly announcesLink: boolean;
  /** Advertisements leave by the base interface. */
  readonly sendsFromBase: boolean;
}

/** `use_ipvlan`: an ipvlan with an address of its own. */
export interface IpvlanConfig {
  readonly kind: 'ipvlan';
  readonly name?: string;
  /** Source of advertisements; IPv4 needs one. */
  readonly address?: IpAddress;
  readonly prefixLength?: number;
  readonly mode: 'bridge' | 'private' | 'vepa';
  readonly group?: string;
}

/**
 * One interface to make, with everything worked out: `virtual-links.ts` does that for all instances together,
 * because names must not meet and instances may share one.
 */
export interface VirtualLinkConfig {
  readonly kind: 'macvlan' | 'ipvlan';
  readonly name: string;
  /** The interface that it stands on. */
  readonly parent: string;
  /** Of the addresses on it. */
  readonly family: IpFamily;
  /** Of a macvlan. An ipvlan has that of its parent. */
  readonly mac?: MacAddress;
  readonly mode: 'private' | 'bridge' | 'vepa';
  /** Number of the interface group; absent = as the kernel makes it. */
  readonly group?: number;
  /** Other software is told once more when it is complete. */
  readonly isAnnounced?: true;
  /** An address of its own that it keeps all the time, of an ipvlan. */
  readonly address?: { readonly address: IpAddress; readonly prefixLength: number };
}
