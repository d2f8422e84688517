/**
 * What a configuration needs of the kernel besides what Tandem itself programs: a list of settings, each
 * with what goes wrong without it. `check` looks at them once, the running health process at each beat:
 * anybody can change them at any time.
 */
import { type IpFamily, ipFamily } from '../base/address.ts';
import { isFullNat } from '../firewall/full-nat/wish.ts';
import type { RealServerConfig, SorryServerConfig, VirtualServerConfig } from '../model/config.ts';

/** One setting of the kernel that some configurations need. */
export interface Precondition {
  /** Value of the label `check` in the metrics. */
  readonly name:
    | 'ip_forward'
    | 'ipv6_forwarding'
    | 'vs_conntrack'
    | 'expire_quiescent_template'
    | 'expire_nodest_conn';
  /** The setting; it must not be 0. */
  readonly sysctl: string;
  /** Whether a kernel that does not have the setting will do. */
  readonly isMetWhenAbsent: boolean;
  /** `error`: the service does not work; `warning`: it does, with a fault; `notice`: a default that few want, which a running director does not watch. */
  readonly severity: 'error' | 'warning' | 'notice';
  /** What goes wrong without it, as a clause. */
  readonly consequence: string;
  /** The first part of a virtual server that needs it. */
  readonly neededBy: (server: VirtualServerConfig) => object | undefined;
}

/** IPVS connections are known to connection tracking, so that their source can be translated. */
export const VS_CONNTRACK = 'net.ipv4.vs.conntrack';

/** Every precondition. */
export const PRECONDITIONS: readonly Precondition[] = [
  {
    name: 'ip_forward',
    sysctl: 'net.ipv4.ip_forward',
    isMetWhenAbsent: true,
    severity: 'error',
    consequence: 'answers of NAT servers never reach the clients',
    neededBy: translatedServer('ipv4'),
  },
  {
    name: 'ipv6_forwarding',
    sysctl: 'net.ipv6.conf.all.forwarding',
    isMetWhenAbsent: true,
    severity: 'error',
    consequence: 'answers of NAT servers never reach the clients',
    neededBy: translatedServer('ipv6'),
  },
  {
    name: 'vs_conntrack',
    sysctl: VS_CONNTRACK,
    // It comes with the module, and starts as 0.
    isMetWhenAbsent: false,
    severity: 'error',
    consequence: 'servers of FNAT see the client, and their answers miss the director',
    neededBy: ({ realServers, sorryServer }) =>
      realServers.find(isFullNat) ??
      (sorryServer !== undefined && isFullNat(sorryServer) ? sorryServer : undefined),
  },
  {
    name: 'expire_quiescent_template',
    sysctl: 'net.ipv4.vs.expire_quiescent_template',
    // It comes with the module, and starts as 0.
    isMetWhenAbsent: false,
    severity: 'warning',
    consequence: 'persistent clients stay with a failed server that inhibit_on_failure keeps',
    neededBy: ({ persistence, realServers }) =>
      persistence === undefined ? undefined : realServers.find((server) => server.inhibitOnFailure),
  },
  {
    name: 'expire_nodest_conn',
    sysctl: 'net.ipv4.vs.expire_nodest_conn',
    // It comes with the module, and starts as 0.
    isMetWhenAbsent: false,
    severity: 'notice',
    consequence:
      'open connections to a server that fails and is removed hang until the clients give up, instead of a reset',
    // With inhibit_on_failure it is not removed.
    neededBy: ({ realServers }) =>
      realServers.find(({ checks, inhibitOnFailure }) => checks.length > 0 && !inhibitOnFailure),
  },
];

/** Those that a configuration needs and that are watched while it runs. */
export function neededPreconditions(
  virtualServers: readonly VirtualServerConfig[],
): readonly Precondition[] {
  return PRECONDITIONS.filter(
    ({ neededBy, severity }) =>
      severity !== 'notice' && virtualServers.some((server) => neededBy(server) !== undefined),
  );
}

/** Whether it holds, from the text of the setting; undefined = the kernel does not have it. */
export function isMet(precondition: Precondition, value: string | undefined): boolean {
  return value === undefined ? precondition.isMetWhenAbsent : value.trim() !== '0';
}

/** The row of a precondition. */
export function preconditionOf(name: Precondition['name']): Precondition | undefined {
  return PRECONDITIONS.find((one) => one.name === name);
}

function translatedServer(family: IpFamily): Precondition['neededBy'] {
  const isTranslated = ({ address, forwarding }: RealServerConfig | SorryServerConfig): boolean =>
    forwarding.method === 'NAT' && ipFamily(address) === family;
  return ({ realServers, sorryServer }) =>
    realServers.find(isTranslated) ??
    (sorryServer !== undefined && isTranslated(sorryServer) ? sorryServer : undefined);
}
