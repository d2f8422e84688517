/** Interfaces and addresses of a host, as a dump of the kernel shows them. */
import { ipFamily } from '../../../src/core/base/address.ts';
import type { AddressFact, InterfaceFact } from '../../../src/core/vrrp/events-and-actions.ts';
import { ip, mac } from './addresses.ts';

/** An interface that is up. */
export function device(changes: Partial<InterfaceFact> = {}): InterfaceFact {
  return {
    ifindex: 2,
    name: 'eth0',
    up: true,
    mac: mac('02:00:00:00:00:0a'),
    mtu: 1500,
    noArp: false,
    ...changes,
  };
}

/** An address that is there. */
export function fact(text: string, ifindex: number = 2, flags: number = 0x80): AddressFact {
  const address = ip(text);
  const prefixLength = ipFamily(address) === 'ipv4' ? 24 : 64;
  return { ifindex, address, prefixLength, flags, scope: 0 };
}

/** A host as a dump shows it. */
export interface Host {
  readonly interfaces: readonly InterfaceFact[];
  readonly addresses: readonly AddressFact[];
  readonly deaf?: readonly string[];
}

/** The host of the vectors: eth0 with 192.0.2.1 and fe80::ff:fe00:a, eth1 with 198.51.100.1. */
export const HOST: Host = {
  interfaces: [device(), device({ ifindex: 3, name: 'eth1', mac: mac('02:00:00:00:01:0a') })],
  addresses: [fact('192.0.2.1'), fact('fe80::ff:fe00:a'), fact('198.51.100.1', 3)],
};

/** The host with one interface changed. */
export function hostWith(name: string, changes: Partial<InterfaceFact>): Host {
  return {
    ...HOST,
    interfaces: HOST.interfaces.map((one) => (one.name === name ? { ...one, ...changes } : one)),
  };
}
