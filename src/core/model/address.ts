/** An address of an instance or of the host, and its options. */
import type { IpAddress } from '../base/address.ts';

/** A line of `virtual_ipaddress`. */
export interface VirtualAddressConfig extends AddressOptionsConfig {
  readonly address: IpAddress;
  readonly prefixLength: number;
  /** The instance's interface unless the line names one. */
  readonly interface: string;
  /** IPv4 only. */
  readonly label?: string;
  /** Absent = none set. */
  readonly broadcast?: IpAddress;
  /** Far end of a point-to-point link. */
  readonly peer?: IpAddress;
  /** As rtnetlink number: 0 global, 200 site, 253 link, 254 host. */
  readonly scope: number;
  readonly noPrefixRoute: boolean;
}

/** Flags and lifetime of an address; each absent where the line does not say it. */
export interface AddressOptionsConfig {
  /** IFA_F_HOMEADDRESS (RFC 6275), IPv6. */
  readonly isHome?: true;
  /** Duplicate address detection is done; without it IFA_F_NODAD is set, IPv6. */
  readonly detectsDuplicates?: true;
  /** IFA_F_MANAGETEMPADDR, IPv6. */
  readonly managesTemporary?: true;
  /** IFA_F_MCAUTOJOIN. */
  readonly joinsMulticast?: true;
  /** The state of its interface does not matter, and it stays away when somebody removes it. */
  readonly isUntracked?: true;
  /** Seconds, or for ever, for which it may become the source of new connections. */
  readonly preferredLifetime?: number | 'forever';
}

/** What else is said of one virtual address. */
export interface VirtualAddressOptionsConfig {
  /** Address and interface name the one of the instance that has them. */
  readonly address: IpAddress;
  readonly interface: string;
  /** On a VMAC of its own. */
  readonly hasOwnVmac?: true;
}
