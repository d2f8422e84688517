/** What was seen of a host that is, or is to be, a real server. */
import type { IpAddress, IpFamily } from '../base/address.ts';
import type { ServiceProtocol } from '../model/config.ts';

/** One network interface. */
export interface HostLink {
  readonly name: string;
  readonly isUp: boolean;
  readonly isLoopback: boolean;
  /** Neighbours ask there for addresses: neither a loopback nor a tunnel. */
  readonly hasArp: boolean;
}

/** One address on an interface. */
export interface HostAddress {
  readonly address: IpAddress;
  readonly prefixLength: number;
  readonly device: string;
}

/** A socket that waits for packets; at `0.0.0.0` or `::` it takes those for all addresses. */
export interface Listener {
  readonly protocol: ServiceProtocol;
  readonly address: IpAddress;
  readonly port: number;
}

/** All that is asked of a host. */
export interface HostFacts {
  readonly links: readonly HostLink[];
  readonly addresses: readonly HostAddress[];
  /** Gateways of the default routes; `''` for one without a gateway. */
  readonly gateways: Readonly<Record<IpFamily, readonly (IpAddress | '')[]>>;
  /** Value of a setting such as `net/ipv4/conf/eth0/rp_filter`; undefined when the kernel does not have it. */
  setting(path: string): number | undefined;
  /** UDP ports at which packets in UDP are unpacked (`ip fou show`). */
  readonly unpackingPorts: readonly number[];
  /** Undefined where that was not looked at, or could not be read. */
  readonly listeners: readonly Listener[] | undefined;
}

/** A host of which nothing is known but that it has a network: what has to be set on one that nobody prepared. */
export const BARE_HOST: HostFacts = {
  links: [
    { name: 'lo', isUp: true, isLoopback: true, hasArp: false },
    { name: 'eth0', isUp: true, isLoopback: false, hasArp: true },
  ],
  addresses: [],
  gateways: { ipv4: [''], ipv6: [''] },
  // Many distributions have a strict filter.
  setting: (path) => (path.endsWith('/rp_filter') ? 1 : 0),
  unpackingPorts: [],
  listeners: undefined,
};
