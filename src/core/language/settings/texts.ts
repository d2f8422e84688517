/** Texts of the values of settings: plain ones, and parts of the model that are more than a number or a word. */

import { rangeText } from '../../base/address-range.ts';
import type { VirtualAddressConfig } from '../../model/address.ts';
import type {
  ForwardingConfig,
  GatheredAddresses,
  TrackInterfaceConfig,
  UnicastPeerConfig,
} from '../../model/config.ts';
import type { FifoConfig } from '../../model/notify.ts';
import { optionWords } from '../../model/routing-text.ts';
import type { LeftOutTracker, TrackerConfig } from '../../model/tracking.ts';
import type { OwnLinkConfig } from '../../model/vmac.ts';
import { VRRP_TTL } from '../../wire/protocol.ts';

/** Any value: booleans as on and off, what has no words of its own as JSON. */
export function plainText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `/run/notify.fifo of user:group`. */
export function fifoText({ path, user, group }: FifoConfig): string {
  const who = user === undefined ? '' : ` of ${user}${group === undefined ? '' : `:${group}`}`;
  return `${path}${who}`;
}

/** `tcp 900 s, udp 300 s`. */
export function timeoutsText(timeouts: object): string {
  return Object.entries(timeouts)
    .map(([name, seconds]) => `${name.toLowerCase()} ${seconds} s`)
    .join(', ');
}

/** `192.0.2.1/24 dev eth0 label eth0:1`. */
export function addressText(address: VirtualAddressConfig): string {
  return [addressWords(address), rest(address, ADDRESS_KEYS)].filter((part) => part).join(' ');
}

/** The same without what a text does not name. */
export function addressWords(address: VirtualAddressConfig): string {
  const { label, broadcast, peer, scope } = address;
  return [
    `${address.address}/${address.prefixLength} dev ${address.interface}`,
    label === undefined ? '' : `label ${label}`,
    broadcast === undefined ? '' : `brd ${broadcast}`,
    peer === undefined ? '' : `peer ${peer}`,
    scope === 0 ? '' : `scope ${scope}`,
    address.noPrefixRoute ? 'noprefixroute' : '',
    optionWords(address),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** What makes two addresses the same: address and interface. */
export function addressIdentity({ address, interface: device }: VirtualAddressConfig): string {
  return `${address}%${device}`;
}

/** `192.0.2.2 min_ttl 254`. */
export function peerText({ address, minTtl, maxTtl }: UnicastPeerConfig): string {
  const min = minTtl === 0 ? '' : ` min_ttl ${minTtl}`;
  return `${address}${min}${maxTtl === VRRP_TTL ? '' : ` max_ttl ${maxTtl}`}`;
}

/** The address. */
export function peerIdentity({ address }: UnicastPeerConfig): string {
  return address;
}

/** `eth1 weight 5`. */
export function trackerText({ name, weight, reverse }: TrackInterfaceConfig): string {
  return `${name}${weightText(weight, reverse)}`;
}

/** The name. */
export function trackerIdentity({ name }: TrackInterfaceConfig): string {
  return name;
}

/** `script chk_web weight -20`. */
export function entryText({ kind, name, weight, reverse }: TrackerConfig): string {
  return `${kind} ${name}${weightText(weight, reverse)}`;
}

function weightText(weight: number, reverse: boolean | undefined): string {
  if (weight === 0 && reverse !== true) return '';
  return ` weight ${weight}${reverse === true ? ' reverse' : ''}`;
}

/** `script chk: "/opt/chk" does not exist`. */
export function leftOutText({ kind, name, why }: LeftOutTracker): string {
  return `${kind} ${name}: ${why}`;
}

/** Kind and name. */
export function entryIdentity({ kind, name }: Pick<TrackerConfig, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** `vmac name vrrp.51`, `ipvlan name ipv1 mode bridge`. */
export function ownLinkText({ kind, ...settings }: OwnLinkConfig): string {
  const parts = Object.entries(settings).filter(([, value]) => value !== false);
  return [kind, ...parts.map(([name, value]) => (value === true ? name : `${name} ${value}`))].join(
    ' ',
  );
}

/** The method as it is written: `DR`, `NAT`, `FNAT`, `TUN`. */
export function methodWord(forwarding: ForwardingConfig): string {
  return forwarding.method === 'NAT' && forwarding.isFull === true ? 'FNAT' : forwarding.method;
}

/** `DR`, `TUN type gue port 6080 csum`. */
export function forwardingText(forwarding: ForwardingConfig): string {
  if (forwarding.method !== 'TUN') return methodWord(forwarding);
  const port = forwarding.port === 0 ? '' : ` port ${forwarding.port}`;
  const checksum = forwarding.checksum === 'none' ? '' : ` ${forwarding.checksum}`;
  return `TUN type ${forwarding.tunnel}${port}${checksum}`;
}

/** `PASS (secret)`: the secret itself is never shown. */
export function authenticationText({ type }: { readonly type: string }): string {
  return `${type} (secret)`;
}

/** `192.0.2.11 80` as in the configuration. */
export function endpointText(address: string, port: number): string {
  return port === 0 ? address : `${address} ${port}`;
}

const ADDRESS_KEYS: ReadonlySet<string> = new Set([
  'address',
  'prefixLength',
  'interface',
  'label',
  'broadcast',
  'peer',
  'scope',
  'noPrefixRoute',
  'isHome',
  'detectsDuplicates',
  'managesTemporary',
  'joinsMulticast',
  'isUntracked',
  'preferredLifetime',
  'trackGroup',
]);

/** What a text does not name yet, so that a difference always shows. */
function rest(value: object, known: ReadonlySet<string>): string {
  return Object.entries(value)
    .filter(([name]) => !known.has(name))
    .map(([name, inner]) => `${name} ${plainText(inner)}`)
    .join(' ');
}

/** `1000 for TCP 10.0.0.10-10.0.0.20 80, 10.0.1.3 443`. */
export function gatheredText({ mark, protocol, entries }: GatheredAddresses): string {
  const places = entries.map(({ range, port }) => endpointText(rangeText(range), port));
  return `${mark} for ${protocol} ${places.join(', ')}`;
}
