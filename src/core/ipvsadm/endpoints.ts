/**
 * `host[:port]` of services and servers as ipvsadm reads it: IPv4 by inet_aton or by name, `[IPv6]:port`, IPv6 alone without port. What looks
 * odd here is so in ipvsadm 1.31: a bracketed word that is no IPv6 address counts as a host without port, and digits alone are no address.
 */
import { type IpAddress, ipFamily } from '../base/address.ts';
import { readInetAton, readIpv6, readNumber } from './values.ts';

/** What a text stands for. */
export type ReadEndpoint =
  | { readonly kind: 'endpoint'; readonly address: IpAddress; readonly port: number | undefined }
  /** The address of this host has to be found out first. */
  | { readonly kind: 'unresolved'; readonly host: string }
  | { readonly kind: 'illegal' };

/** What is known of names. */
export interface KnownNames {
  /** IPv4 addresses of the hosts that were looked up; undefined = it has none. */
  readonly hosts: ReadonlyMap<string, IpAddress | undefined>;
  readonly portOf: (name: string) => number | undefined;
}

const ILLEGAL: ReadEndpoint = { kind: 'illegal' };
const PORT_MAX = 0xffff;

/** Reads a text. */
export function readEndpoint(text: string, names: KnownNames): ReadEndpoint {
  if (text.startsWith('[')) return readBracketed(text, names);
  const address = readIpv6(text);
  if (address !== undefined) return { kind: 'endpoint', address, port: undefined };
  const colon = text.indexOf(':');
  if (colon < 0) return /^[-+]?\d+$/.test(text) ? ILLEGAL : readHost(text, undefined, names);
  const port = readPort(text.slice(colon + 1), names);
  return port === undefined ? ILLEGAL : readHost(text.slice(0, colon), port, names);
}

function readBracketed(text: string, names: KnownNames): ReadEndpoint {
  const close = text.indexOf(']');
  if (close < 0 || text[close + 1] !== ':') return ILLEGAL;
  const inside = text.slice(1, close);
  const address = readIpv6(inside);
  if (address === undefined) return readHost(inside, undefined, names);
  const port = readPort(text.slice(close + 2), names);
  return port === undefined ? ILLEGAL : { kind: 'endpoint', address, port };
}

function readHost(host: string, port: number | undefined, names: KnownNames): ReadEndpoint {
  const numeric = readInetAton(host);
  if (numeric !== undefined) return { kind: 'endpoint', address: numeric, port };
  // Nothing else than a name is given to the resolver: a blank or nothing would be a search of the local domain.
  if (!/^[A-Za-z0-9_][\w.-]*$/.test(host)) return ILLEGAL;
  if (!names.hosts.has(host)) return { kind: 'unresolved', host };
  const address = names.hosts.get(host);
  if (address === undefined || ipFamily(address) !== 'ipv4') return ILLEGAL;
  return { kind: 'endpoint', address, port };
}

function readPort(text: string, names: KnownNames): number | undefined {
  return readNumber(text, 0, PORT_MAX) ?? names.portOf(text);
}
