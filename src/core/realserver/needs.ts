/** What a host needs for the services that it serves. */
import type { IpAddress, IpFamily } from '../base/address.ts';
import { ipFamily } from '../base/address.ts';
import type { ForwardingConfig, ServiceProtocol } from '../model/config.ts';
import type { ServerRole } from './roles.ts';

/** One thing that a host needs. */
export type Need =
  /** Answer ARP for addresses of the receiving interface alone, and never ask with a virtual address as sender. */
  | { readonly kind: 'arp'; readonly setting: 'arp_ignore' | 'arp_announce' }
  /** A device that takes tunnelled packets, and is up; `make` creates it where the module does not. */
  | {
      readonly kind: 'device';
      readonly name: string;
      readonly module: string;
      readonly make?: readonly string[];
    }
  /** A UDP port at which GUE is unpacked. */
  | { readonly kind: 'unpacking'; readonly port: number; readonly family: IpFamily }
  /** No strict reverse-path filter on a device. */
  | { readonly kind: 'loose-filter'; readonly device: string }
  /** A virtual address where nobody asks for it, with its longest prefix. */
  | { readonly kind: 'address'; readonly address: IpAddress }
  /** The virtual addresses of a firewall mark, which a configuration does not name. */
  | { readonly kind: 'addresses-of-mark'; readonly title: string }
  /** The way to clients leads through the director. */
  | { readonly kind: 'gateway'; readonly family: IpFamily; readonly server: IpAddress }
  /** A program takes what arrives. */
  | {
      readonly kind: 'listener';
      readonly protocol: ServiceProtocol;
      readonly address: IpAddress;
      readonly port: number;
    };

/** What the roles need, each thing once, in the order in which it has to be set. */
export function needsOf(roles: readonly ServerRole[]): readonly Need[] {
  const needs = roles.flatMap(needsOfRole);
  const once = new Map(needs.map((need) => [JSON.stringify(need), need]));
  return [...once.values()].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/** Settings come before the addresses that they are about; a device before its settings. */
const ORDER: readonly Need['kind'][] = [
  'arp',
  'unpacking',
  'device',
  'loose-filter',
  'address',
  'addresses-of-mark',
  'gateway',
  'listener',
];

const QUIET: readonly Need[] = [
  { kind: 'arp', setting: 'arp_ignore' },
  { kind: 'arp', setting: 'arp_announce' },
];

function needsOfRole(role: ServerRole): readonly Need[] {
  switch (role.forwarding.method) {
    case 'DR':
      return [...(role.family === 'ipv4' ? QUIET : []), ...addressOf(role), ...listener(role)];
    case 'TUN':
      return [...tunnel(role, role.forwarding), ...listener(role)];
    case 'NAT':
      return [
        // Full-NAT comes from an address of the director, and goes back there.
        ...(role.forwarding.isFull ? [] : [gatewayTo(role)]),
        ...listener({ ...role, virtualAddress: role.server }),
      ];
  }
}

function gatewayTo({ server }: ServerRole): Need {
  return { kind: 'gateway', family: ipFamily(server), server };
}

function tunnel(
  role: ServerRole,
  forwarding: Extract<ForwardingConfig, { readonly method: 'TUN' }>,
): readonly Need[] {
  const device = deviceOf(role, forwarding);
  const isIpv4 = role.family === 'ipv4';
  return [
    ...(isIpv4 ? QUIET : []),
    ...(forwarding.tunnel === 'gue'
      ? [{ kind: 'unpacking', port: forwarding.port, family: ipFamily(role.server) } as const]
      : []),
    device,
    ...(isIpv4 ? [{ kind: 'loose-filter', device: device.name } as const] : []),
    ...addressOf(role),
  ];
}

function deviceOf(
  { family, server }: ServerRole,
  { tunnel: type, checksum }: Extract<ForwardingConfig, { readonly method: 'TUN' }>,
): Extract<Need, { readonly kind: 'device' }> {
  const outer = ipFamily(server);
  const csum = checksum === 'none' ? [] : ['csum'];
  if (type === 'gre' && outer === 'ipv4') {
    if (checksum === 'none') return { kind: 'device', name: 'gre0', module: 'ip_gre' };
    // Packets with checksums are dropped by a device that was made without.
    return {
      ...own('tandem-gre', 'ip_gre'),
      make: [
        'tunnel',
        'add',
        'tandem-gre',
        'mode',
        'gre',
        'local',
        server,
        'remote',
        'any',
        'csum',
      ],
    };
  }
  if (outer === 'ipv4') {
    return family === 'ipv4'
      ? { kind: 'device', name: 'tunl0', module: 'ipip' }
      : { kind: 'device', name: 'sit0', module: 'sit' };
  }
  if (type === 'gre') {
    return {
      ...own('tandem-gre6', 'ip6_gre'),
      make: ['-6', 'tunnel', 'add', 'tandem-gre6', 'mode', 'ip6gre', 'local', server, ...csum],
    };
  }
  if (family === 'ipv6') return { kind: 'device', name: 'ip6tnl0', module: 'ip6_tunnel' };
  // ip6tnl0 takes IPv6 in IPv6 alone.
  return {
    ...own('tandem-ip6', 'ip6_tunnel'),
    make: ['-6', 'tunnel', 'add', 'tandem-ip6', 'mode', 'any', 'local', server, 'remote', '::'],
  };
}

/** A device of ours, where the kernel has none that fits. */
function own(name: string, module: string) {
  return { kind: 'device', name, module } as const;
}

function addressOf({ virtualAddress: address, title }: ServerRole): readonly Need[] {
  return [
    address === undefined ? { kind: 'addresses-of-mark', title } : { kind: 'address', address },
  ];
}

function listener({ protocol, virtualAddress: address, port }: ServerRole): readonly Need[] {
  if (protocol === undefined || address === undefined || port === 0) return [];
  return [{ kind: 'listener', protocol, address, port }];
}
