/** `-L -c`: the entries of `/proc/net/ip_vs_conn` as ipvsadm 1.31 lists them, and that file read. */
import { type IpAddress, ipFromBytes, parseIp } from '../base/address.ts';
import { fromHex } from '../base/bytes.ts';
import { endpointText, type ShownNames } from './text.ts';

/** One entry: a connection, or the template of a persistent client. */
export interface ConnectionEntry {
  /** `TCP`, `UDP`, `SCTP`, `IP` for the template of a mark. */
  readonly protocol: string;
  readonly client: ConnectionEnd;
  /** The virtual service; for the template of a mark the mark stands in place of the address. */
  readonly virtual: ConnectionEnd;
  readonly destination: ConnectionEnd;
  readonly state: string;
  readonly expiresSeconds: number;
  /** What a persistence engine goes by. */
  readonly engine?: { readonly name: string; readonly data: string };
}

/** An address with a port. */
export interface ConnectionEnd {
  readonly address: IpAddress;
  readonly port: number;
}

/** Reads one line; undefined for the title and for what is no entry. */
export function readConnection(line: string): ConnectionEntry | undefined {
  const words = line.trim().split(/\s+/);
  const [protocol = '', a, b, c, d, e, f, state, expires, name, ...data] = words;
  const client = readEnd(a, b);
  const virtual = readEnd(c, d);
  const destination = readEnd(e, f);
  if (client === undefined || virtual === undefined || destination === undefined) return undefined;
  if (state === undefined || !/^\d+$/.test(expires ?? '')) return undefined;
  return {
    protocol,
    client,
    virtual,
    destination,
    state,
    expiresSeconds: Number(expires),
    ...(name === undefined ? {} : { engine: { name, data: data.join(' ') } }),
  };
}

function readEnd(address: string = '', port: string = ''): ConnectionEnd | undefined {
  const ip = address.includes(':') ? parseIp(address) : readHexIpv4(address);
  if (ip === undefined || !/^[0-9A-Fa-f]{1,4}$/.test(port)) return undefined;
  return { address: ip, port: Number.parseInt(port, 16) };
}

function readHexIpv4(text: string): IpAddress | undefined {
  const bytes = fromHex(text);
  return bytes?.length === 4 ? ipFromBytes(bytes) : undefined;
}

/** The two lines above the list. */
export function connectionTitle(withEngines: boolean): string {
  const title = 'pro expire state       source             virtual            destination';
  return `IPVS connection entries\n${withEngines ? `${title}        pe name          pe_data` : title}\n`;
}

/** One line of the list. */
export function connectionLine(
  entry: ConnectionEntry,
  names: ShownNames,
  withEngines: boolean,
): string {
  const protocol = entry.protocol.toLowerCase();
  const text = ({ address, port }: ConnectionEnd): string =>
    endpointText(address, port, protocol, names);
  const front = [
    entry.protocol.padEnd(3),
    clock(entry.expiresSeconds).padEnd(6),
    entry.state.padEnd(11),
    text(entry.client).padEnd(18),
    text(entry.virtual).padEnd(18),
  ].join(' ');
  const destination = text(entry.destination);
  const { engine } = entry;
  if (!withEngines || engine === undefined) return `${front} ${destination}\n`;
  return `${front} ${destination.padEnd(16)} ${engine.name.padEnd(18)} ${engine.data}\n`;
}

/** Minutes and seconds; minutes may have more than two digits. */
function clock(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}
