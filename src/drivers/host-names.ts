/** Names of hosts through the resolver of the system (`/etc/hosts`, DNS), and names of ports in `/etc/services`. */
import { lookup, lookupService } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { type IpAddress, parseIp } from '../core/base/address.ts';

/** The first IPv4 address of a host; undefined when it has none or nobody answers. */
export async function ipv4OfHost(host: string): Promise<IpAddress | undefined> {
  try {
    return parseIp((await lookup(host, { family: 4 })).address);
  } catch {
    return undefined;
  }
}

/** The name of an address; undefined when it has none or nobody answers. */
export async function hostOfAddress(address: IpAddress): Promise<string | undefined> {
  try {
    return (await lookupService(address, 0)).hostname;
  } catch {
    return undefined;
  }
}

/** The text of `/etc/services`; empty where there is none. */
export function servicesText(): string {
  try {
    return readFileSync('/etc/services', 'utf8');
  } catch {
    return '';
  }
}
