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

/** Settings of an interface for IPv4, `net.ipv4.conf.IF.*`, that are read and changed. */
export type LinkSetting =
  | 'acceptLocal'
  | 'arpAnnounce'
  | 'arpFilter'
  | 'arpIgnore'
  | 'forwarding'
  | 'promoteSecondaries'
  | 'rpFilter';

/** Values of settings. */
export type LinkSettings = Readonly<Partial<Record<LinkSetting, number>>>;

/** What rtnetlink tells of an interface beyond `InterfaceFact`: read only where interfaces are held. */
export interface LinkFact {
  readonly ifindex: number;
  readonly name: string;
  /** Set up by whoever manages it (IFF_UP); the carrier does not matter. */
  readonly isUp: boolean;
  readonly mac?: MacAddress;
  /** Index of the interface that it stands on (IFLA_LINK). */
  readonly parent?: number;
  /** `macvlan`, `ipvlan`, `vrf`, ...; absent for plain devices. */
  readonly kind?: string;
  /** Of a macvlan or an ipvlan in layer 2; absent for any other. */
  readonly mode?: 'private' | 'bridge' | 'vepa';
  /** Number of the interface group. */
  readonly group: number;
  /** Text that somebody has put on it (IFLA_IFALIAS). */
  readonly alias?: string;
  /** It gives itself a link-local address; absent where it has no IPv6. */
  readonly makesLinkLocal?: boolean;
  /** It takes addresses and routes from the advertisements of IPv6 routers; absent where it has no IPv6. */
  readonly takesRouters?: boolean;
  /** Empty where the kernel did not tell. */
  readonly settings: LinkSettings;
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
