/** What was seen of a host that is, or is to be, a director. Whatever could not be looked at is undefined or says why. */
import type { IpFamily } from '../base/address.ts';
import type { HostAddress, HostLink } from '../realserver/host.ts';
import type { NftEntry } from './packet-filter.ts';

/** How a link is managed by a service of the host. */
export interface ManagedLink {
  readonly device: string;
  /** systemd-networkd: `KeepConfiguration` keeps addresses of others. */
  readonly keepsForeign?: boolean;
  /** systemd-networkd: its `.network` file. */
  readonly networkFile?: string;
}

/** systemd-networkd as found. */
export interface NetworkdFacts {
  readonly links: readonly ManagedLink[];
  readonly managesForeignRoutes: boolean;
  readonly managesForeignRules: boolean;
}

/** Something that was looked at, or why not. */
export type Looked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string };

/** All that is asked of a host. */
export interface DirectorHost {
  readonly links: readonly HostLink[];
  readonly addresses: readonly HostAddress[];
  /** Devices of the default routes. */
  readonly defaultDevices: Readonly<Record<IpFamily, readonly string[]>>;
  /** The text of a setting such as `net/ipv4/ip_forward`; undefined when the kernel does not have it. */
  setting(path: string): string | undefined;
  mtu(device: string): number | undefined;
  /** `6.12.9-amd64`. */
  readonly kernelRelease: string;
  /** Names of modules that are loaded, built in, or can be loaded. */
  readonly modules: Looked<ReadonlySet<string>>;
  /** Whether IPVS is there now. */
  readonly hasIpvs: boolean;
  /** `y`, `m` or `n`, as the kernel was built; undefined where that is not known. */
  kernelOption(name: string): 'y' | 'm' | 'n' | undefined;
  /** Undefined when it does not run. */
  readonly networkd: NetworkdFacts | undefined;
  /** Links that NetworkManager manages; empty when it does not run. */
  readonly networkManager: readonly ManagedLink[];
  /** All rules of nftables, and of iptables on top of it. */
  readonly ruleset: Looked<readonly NftEntry[]>;
  /** Programs of the older iptables that have rules of their own, which the rules of nftables do not show. */
  readonly legacyTables: readonly string[];
  /** Whether the clock is kept right by a service; undefined where nobody says. */
  readonly isClockSynchronised: boolean | undefined;
}
