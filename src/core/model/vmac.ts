/** Interfaces of an instance's own for its virtual hardware address. Understood and kept; nothing acts on it yet. */
import type { IpAddress } from '../base/address.ts';

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
  /** Addresses on other interfaces get a VMAC there too. */
  readonly forAllAddresses: boolean;
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
