/**
 * What a machine needs to be a real server of each forwarding method, as parts of its description. Sysctls come before addresses (the lab
 * keeps that order), or the machine would announce the virtual address as its own.
 */
import type { NodeSpec } from './topology.ts';

/** Settings of a real server, to merge into a `NodeSpec`. */
export type RealServerSettings = Required<Pick<NodeSpec, 'sysctls' | 'ip'>>;

/** Answer ARP only for addresses of the receiving interface, and never ask with the virtual address as sender. */
const QUIET_ABOUT_VIP = {
  'net.ipv4.conf.all.arp_ignore': 1,
  'net.ipv4.conf.default.arp_ignore': 1,
  'net.ipv4.conf.lo.arp_ignore': 1,
  'net.ipv4.conf.all.arp_announce': 2,
  'net.ipv4.conf.default.arp_announce': 2,
  'net.ipv4.conf.lo.arp_announce': 2,
};

/** Direct routing: the virtual address on lo, kept from ARP. Answers leave by the server's own routes. */
export function directRouting(vip: string, gateway?: string): RealServerSettings {
  return {
    sysctls: QUIET_ABOUT_VIP,
    ip: [`address add ${vip}/32 dev lo`, ...defaultRoute(gateway)],
  };
}

/**
 * IP-in-IP tunnel: the virtual address on `tunl0`, which must be up, and no reverse-path filter. Needs the module `ipip` in the topology, so that
 * the namespace has a `tunl0`. In the director's own segment the server must be kept from answering ARP, as with direct routing.
 */
export function tunnel(vip: string, gateway?: string): RealServerSettings {
  return {
    sysctls: {
      ...QUIET_ABOUT_VIP,
      'net.ipv4.conf.all.rp_filter': 0,
      'net.ipv4.conf.default.rp_filter': 0,
      'net.ipv4.conf.lo.rp_filter': 0,
      'net.ipv4.conf.eth0.rp_filter': 0,
      'net.ipv4.conf.tunl0.rp_filter': 0,
    },
    ip: ['link set tunl0 up', `address add ${vip}/32 dev tunl0`, ...defaultRoute(gateway)],
  };
}

/** Masquerading: nothing but the director as the way to the clients. */
export function masquerading(director: string): RealServerSettings {
  return { sysctls: {}, ip: defaultRoute(director) };
}

function defaultRoute(gateway: string | undefined): readonly string[] {
  return gateway === undefined ? [] : [`route add default via ${gateway}`];
}
