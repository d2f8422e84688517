/**
 * What a machine needs to be a real server of each forwarding method: set up by `tandem realserver`, as an operator would, or as parts of its
 * description. Sysctls come before addresses (the lab keeps that order), or the machine would announce the virtual address as its own.
 */
import type { LabNode } from './node.ts';
import { MAIN_PROGRAM } from './paths.ts';
import type { NodeSpec } from './topology.ts';

/** Sets machines up for what a configuration of their director says of them. Throws with what the command says when something is missing. */
export async function setUpRealServers(nodes: readonly LabNode[], file: string): Promise<void> {
  const setUp = [process.execPath, MAIN_PROGRAM, 'realserver', 'setup', file];
  for (const node of nodes) await node.exec([...setUp, '--record-dir', node.runtimeDirectory]);
}

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
export function directRouting(vip: string): RealServerSettings {
  return {
    sysctls: QUIET_ABOUT_VIP,
    ip: [`address add ${vip}/32 dev lo`],
  };
}

/** Masquerading: nothing but the director as the way to the clients. */
export function masquerading(director: string): RealServerSettings {
  return { sysctls: {}, ip: defaultRoute(director) };
}

/** The way out, where there is one. */
export function defaultRoute(gateway: string | undefined): readonly string[] {
  return gateway === undefined ? [] : [`route add default via ${gateway}`];
}
