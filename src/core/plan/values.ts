/** Texts of the parts of the model that are more than a number or a word. */

import type {
  TrackInterfaceConfig,
  UnicastPeerConfig,
  VirtualAddressConfig,
} from '../model/config.ts';
import { type ForwardingConfig, type ServiceIdentity, serviceKey } from '../model/config.ts';
import { plainText } from './fields.ts';

/** `192.0.2.1/24 dev eth0 label eth0:1`. */
export function addressText(value: unknown): string {
  const address = value as VirtualAddressConfig;
  const { label, broadcast, peer, scope } = address;
  return [
    `${address.address}/${address.prefixLength} dev ${address.interface}`,
    label === undefined ? '' : `label ${label}`,
    broadcast === undefined ? '' : `brd ${broadcast}`,
    peer === undefined ? '' : `peer ${peer}`,
    scope === 0 ? '' : `scope ${scope}`,
    address.noPrefixRoute ? 'noprefixroute' : '',
    rest(address, ADDRESS_KEYS),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** What makes two addresses the same: address and interface. */
export function addressIdentity(value: unknown): string {
  const { address, interface: device } = value as VirtualAddressConfig;
  return `${address}%${device}`;
}

/** `192.0.2.2 min_ttl 254`. */
export function peerText(value: unknown): string {
  const { address, minTtl, maxTtl } = value as UnicastPeerConfig;
  const min = minTtl === 0 ? '' : ` min_ttl ${minTtl}`;
  return `${address}${min}${maxTtl === 255 ? '' : ` max_ttl ${maxTtl}`}`;
}

/** The address. */
export function peerIdentity(value: unknown): string {
  return (value as UnicastPeerConfig).address;
}

/** `eth1 weight 5`. */
export function trackerText(value: unknown): string {
  const { name, weight } = value as TrackInterfaceConfig;
  return weight === 0 ? name : `${name} weight ${weight}`;
}

/** The name. */
export function trackerIdentity(value: unknown): string {
  return (value as TrackInterfaceConfig).name;
}

/** `DR`, `TUN type gue port 6080 csum`. */
export function forwardingText(value: unknown): string {
  const forwarding = value as ForwardingConfig;
  if (forwarding.method !== 'TUN') return forwarding.method;
  const port = forwarding.port === 0 ? '' : ` port ${forwarding.port}`;
  const checksum = forwarding.checksum === 'none' ? '' : ` ${forwarding.checksum}`;
  return `TUN type ${forwarding.tunnel}${port}${checksum}`;
}

/** `tcp:192.0.2.1:80`. */
export function serviceText(value: unknown): string {
  return serviceKey(value as ServiceIdentity);
}

/** `PASS (secret)`: the secret itself is never shown. */
export function authenticationText(value: unknown): string {
  return `${(value as { readonly type: string }).type} (secret)`;
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
]);

/** What a text does not name yet, so that a difference always shows. */
function rest(value: object, known: ReadonlySet<string>): string {
  return Object.entries(value)
    .filter(([name]) => !known.has(name))
    .map(([name, inner]) => `${name} ${plainText(inner)}`)
    .join(' ');
}
