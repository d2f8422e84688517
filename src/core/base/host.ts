/** The host's network as rtnetlink(7) tells it: interfaces, addresses, routes. */
import type { IpAddress, MacAddress } from './address.ts';

/** A network interface as rtnetlink tells it. */
export interface InterfaceFact {
  readonly ifindex: number;
  readonly name: string;
  /** Administratively up, with carrier (IFF_UP and IFF_LOWER_UP / operstate). */
  readonly up: boolean;
  /** Administratively down (no IFF_UP); otherwise one that is not up has no carrier. */
  readonly disabled?: true;
  readonly mac?: MacAddress;
  readonly mtu: number;
  /** True for devices without ARP/ND (IFF_NOARP) or point-to-point ones: nothing is announced there. */
  readonly noArp: boolean;
  /** Of a VRF: the routing table that it stands for. */
  readonly vrfTable?: number;
}

/** An address present on an interface as rtnetlink tells it. */
export interface AddressFact {
  readonly ifindex: number;
  readonly address: IpAddress;
  readonly prefixLength: number;
  /** IFA_F_* flags; bits that matter: 0x08 dadfailed, 0x40 tentative, 0x80 permanent, 0x01 secondary. */
  readonly flags: number;
  readonly scope: number;
  /** IFA_LABEL (IPv4). */
  readonly label?: string;
  /** Far end of a point-to-point address. */
  readonly peer?: IpAddress;
  readonly broadcast?: IpAddress;
  /** IFA_PROTO, 0..255, kernel 5.18 and later: who added the address. */
  readonly protocol?: number;
}

/** By which interface packets to a destination leave the host, as the kernel answers. */
export interface RouteFact {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly ifindex: number;
}
