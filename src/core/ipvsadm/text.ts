/** How ipvsadm writes addresses, ports and numbers. */
import { type IpAddress, ipBytes } from '../base/address.ts';
import type { ServiceIdentity, ServiceProtocol } from '../model/config.ts';

/** What stands for addresses and ports in a listing. */
export interface ShownNames {
  /** The name of a host; undefined where there is none, or numbers are wanted. */
  readonly hostOf: (address: IpAddress) => string | undefined;
  readonly portOf: (port: number, protocol: string) => string | undefined;
}

/** Numbers only, as with `-n`. */
export const NUMERIC: ShownNames = { hostOf: () => undefined, portOf: () => undefined };

/** An address as inet_ntop(3) of glibc writes it: other than in RFC 5952 an address that embeds an IPv4 one shows it. */
export function addressText(address: IpAddress): string {
  // `::x:y` and `::ffff:x:y` in their canonical text.
  if (!/^::(?:ffff:)?[0-9a-f]+:[0-9a-f]+$/.test(address) && !/^::ffff:0:0$/.test(address)) {
    return address;
  }
  const last = ipBytes(address).subarray(12).join('.');
  return `${address.startsWith('::ffff:') ? '::ffff:' : '::'}${last}`;
}

/** `192.0.2.1:80`, `[2001:db8::1]:http`. A protocol in small letters, empty for a mark. */
export function endpointText(
  address: IpAddress,
  port: number,
  protocol: string,
  { hostOf, portOf }: ShownNames,
): string {
  const host = hostOf(address) ?? addressText(address);
  const service = (protocol === '' ? undefined : portOf(port, protocol)) ?? String(port);
  return address.includes(':') ? `[${host}]:${service}` : `${host}:${service}`;
}

/** The protocol of a service for the names of its ports; empty for a mark. */
export function protocolName(identity: ServiceIdentity): string {
  return identity.kind === 'address' ? identity.protocol.toLowerCase() : '';
}

/** A mark as ipvsadm prints it: as a signed number. */
export function markText(mark: number): string {
  return String(mark | 0);
}

/** The words of a protocol in lists, and on a command line. */
export const PROTOCOL_OPTIONS: Readonly<Record<ServiceProtocol, string>> = {
  TCP: '-t',
  UDP: '-u',
  SCTP: '--sctp-service',
};

/** An IPv4 name is cut to this width, an IPv6 one is not. */
const IPV4_NAME_MAX = 28;

/** An endpoint as a list has it. */
export function listedEndpoint(...endpoint: Parameters<typeof endpointText>): string {
  const text = endpointText(...endpoint);
  return endpoint[0].includes(':') ? text : text.slice(0, IPV4_NAME_MAX);
}

/** Powers of ten from which on a number is written with the letter of the unit behind it. */
const UNITS: readonly (readonly [limit: number, unit: number, letter: string])[] = [
  [1e8, 1, ' '],
  [1e9, 1e3, 'K'],
  [1e11, 1e6, 'M'],
  [1e14, 1e9, 'G'],
  [Number.POSITIVE_INFINITY, 1e12, 'T'],
];

/** A counter: nine columns, `   25` or `102400K`. With `isExact` all of its digits, and a blank in front. */
export function counterText(value: number, isExact: boolean): string {
  if (isExact) return ` ${wholeText(value).padStart(8)}`;
  const [, unit, letter] = UNITS.find(([limit]) => value < limit) ?? [0, 1, ''];
  const digits = wholeText(Math.floor(value / unit));
  return unit === 1 ? ` ${digits.padStart(8)}` : `${digits.padStart(8)}${letter}`;
}

/** All digits, of the largest numbers too. */
function wholeText(value: number): string {
  return value < 1e21 ? String(value) : BigInt(value).toString();
}
