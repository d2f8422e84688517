/** What `ip -json` and `/proc/net` say of a host, read. What is not understood is left out: it is no fault of the host. */
import { type IpAddress, ipFromBytes, parseIp } from '../base/address.ts';
import type { ServiceProtocol } from '../model/config.ts';
import type { HostAddress, HostLink, Listener } from './host.ts';

/** What `ip -json address show` tells. */
export interface LinksAndAddresses {
  readonly links: readonly HostLink[];
  readonly addresses: readonly HostAddress[];
}

/** Links and addresses of `ip -json address show`; undefined when that is not its output. */
export function readAddresses(text: string): LinksAndAddresses | undefined {
  const entries = listOf(text);
  if (entries === undefined) return undefined;
  const named = entries.flatMap(({ ifname, flags, addr_info: found }) =>
    typeof ifname === 'string' ? [{ name: ifname, flags: words(flags), found }] : [],
  );
  return {
    links: named.map(({ name, flags }) => ({
      name,
      isUp: flags.includes('UP'),
      isLoopback: flags.includes('LOOPBACK'),
      hasArp: !flags.includes('LOOPBACK') && !flags.includes('NOARP'),
    })),
    addresses: named.flatMap(({ name: device, found }) =>
      (Array.isArray(found) ? found : []).flatMap(({ local, prefixlen: prefixLength }) => {
        const address = typeof local === 'string' ? parseIp(local) : undefined;
        if (address === undefined || typeof prefixLength !== 'number') return [];
        return [{ address, prefixLength, device }];
      }),
    ),
  };
}

/** Gateways of `ip -json route show default`; `''` for a route without one. */
export function readGateways(text: string): readonly (IpAddress | '')[] {
  return (listOf(text) ?? []).flatMap(({ gateway, via, nexthops }) => {
    const hops = Array.isArray(nexthops) ? nexthops : [{ gateway, via }];
    return hops.map((hop) => gatewayOf(hop as Readonly<Record<string, unknown>>));
  });
}

function gatewayOf({ gateway, via }: Readonly<Record<string, unknown>>): IpAddress | '' {
  const { host } = (via ?? {}) as { host?: unknown };
  const text = gateway ?? host;
  return (typeof text === 'string' ? parseIp(text) : undefined) ?? '';
}

/** Ports of `ip fou show` at which GUE is unpacked. */
export function readUnpackingPorts(text: string): readonly number[] {
  return text.split('\n').flatMap((line) => {
    const port = /\bport (\d+)\b/.exec(line)?.[1];
    return port !== undefined && /\bgue\b/.test(line) ? [Number(port)] : [];
  });
}

/** State of a TCP socket that waits, and of a UDP socket that is not connected, in these tables. */
const WAITING: Readonly<Partial<Record<ServiceProtocol, string>>> = { TCP: '0A', UDP: '07' };

/** Sockets that wait for packets, of `/proc/net/tcp`, `tcp6`, `udp` or `udp6`. */
export function readListeners(protocol: ServiceProtocol, table: string): readonly Listener[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    const [, hex = '', port = ''] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local) ?? [];
    const address = hex === '' ? undefined : ipFromBytes(wordsOf(hex));
    if (address === undefined || state !== WAITING[protocol]) return [];
    return [{ protocol, address, port: Number.parseInt(port, 16) }];
  });
}

/** Words of 32 bits, each with its last byte first: the kernel prints them as numbers, on a little-endian host. */
function wordsOf(hex: string): Uint8Array {
  const words = hex.match(/.{8}/g) ?? [];
  return Uint8Array.from(
    words.flatMap((word) =>
      (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).toReversed(),
    ),
  );
}

function listOf(text: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (text.trim() === '') return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function words(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
