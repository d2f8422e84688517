/**
 * The interfaces of this network namespace, as far as a configuration is checked against them. `/sys` shows the namespace it was mounted in, which
 * need not be ours: a unit with `NetworkNamespacePath`, or the word `net_namespace`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { parseIp } from '../core/base/address.ts';
import type { HostAddress } from '../core/language/host.ts';

const SYSTEM_INTERFACES = '/sys/class/net';
/** Of the namespace of the calling process (proc(5)): two lines of heading, then a line for each interface. */
const DEVICES = '/proc/net/dev';

/** Of Ethernet: a tunnel has something else there, which is told in another form. */
const HARDWARE_ADDRESS = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/;

/** Where the kernel shows interfaces; tests give other places. */
export interface InterfacePlaces {
  readonly system: string;
  readonly devices: string;
}

const PLACES: InterfacePlaces = { system: SYSTEM_INTERFACES, devices: DEVICES };

/** Names of all interfaces, also of those that are down. */
export function interfaceNames({ devices }: InterfacePlaces = PLACES): ReadonlySet<string> {
  const names = textOf(devices)
    .split('\n')
    .slice(2)
    // A name may hold a colon, the numbers behind it do not.
    .map((line) => line.slice(0, line.lastIndexOf(':')).trim())
    .filter((name) => name !== '');
  return new Set(names.length > 0 ? names : Object.keys(networkInterfaces()));
}

/** Addresses as the kernel lists them: of interfaces that are up, labels cut off. */
export function interfaceAddresses(): readonly HostAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, entries]) =>
    (entries ?? []).flatMap(({ address: text, cidr }) => {
      const address = parseIp(text);
      const prefixLength = Number(cidr?.split('/')[1]);
      if (address === undefined || Number.isNaN(prefixLength)) return [];
      return [{ interface: name.split(':')[0] ?? name, address, prefixLength }];
    }),
  );
}

/**
 * Gives the octets that a packet may have on an interface; undefined when it is not there, or when nothing here shows it. Whether `/sys` is ours is
 * looked at once, when this is called.
 */
export function mtuReader(places: InterfacePlaces = PLACES): (name: string) => number | undefined {
  const isOurs = isSystemOurs(places);
  return (name) => {
    // A name with a slash is none of an interface.
    if (!isOurs || name === '' || name.includes('/')) return undefined;
    const mtu = Number(textOf(`${places.system}/${name}/mtu`));
    return Number.isSafeInteger(mtu) && mtu > 0 ? mtu : undefined;
  };
}

/** True when `/sys` shows this namespace: the same names, and the hardware addresses that the kernel tells us itself. */
function isSystemOurs(places: InterfacePlaces): boolean {
  const ours = interfaceNames(places);
  const shown = entriesOf(places.system).filter((name) => name !== 'bonding_masters');
  if (shown.length !== ours.size || shown.some((name) => !ours.has(name))) return false;
  return Object.entries(networkInterfaces()).every(([name, entries = []]) => {
    const address = textOf(`${places.system}/${name}/address`).trim();
    return !HARDWARE_ADDRESS.test(address) || entries.every(({ mac }) => mac === address);
  });
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
