/** An address of an instance or of the host, and its options that nothing acts on yet. */
import type { IpAddress } from '../base/address.ts';

/** A line of `virtual_ipaddress`. */
export interface VirtualAddressConfig {
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
  /** IFA_F_HOMEADDRESS, IPv6. */
  readonly isHome?: true;
  /** Duplicate address detection is done; without it IFA_F_NODAD is set, IPv6. */
  readonly detectsDuplicates?: true;
  /** IFA_F_MANAGETEMPADDR, IPv6. */
  readonly managesTemporary?: true;
  /** IFA_F_MCAUTOJOIN. */
  readonly joinsMulticast?: true;
  /** The state of its interface does not matter. */
  readonly isUntracked?: true;
  readonly preferredLifetime?: number | 'forever';
  /** On a VMAC of its own. */
  readonly hasOwnVmac?: true;
}

/** The options of one virtual address. */
export interface VirtualAddressOptionsConfig extends AddressOptionsConfig {
  /** Address and interface name the one of the instance that has them. */
  readonly address: IpAddress;
  readonly interface: string;
}
