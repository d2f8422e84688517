/**
 * The kernel's table as the file /proc/net/ip_vs has it: the cheapest way to see all services with their members and weights, for there
 * is no netlink request for that. Nothing of it is taken over: each service becomes one number, which is compared with the number that the
 * service should have, and what differs is read by netlink. The file does not have everything: thresholds, tunnels, flags and engines are
 * missing, a mark has no family, and the timeout of persistence is in units of the kernel's clock. The number leaves such things out.
 */
import { type IpAddress, ipBytes } from '../base/address.ts';
import { latin1Text, toHex } from '../base/bytes.ts';
import type { ServiceIdentity } from '../model/config.ts';
import {
  IP_VS_SVC_F_PERSISTENT,
  type IpvsDestination,
  type IpvsForwarding,
  type IpvsServiceEntry,
} from './ipvs-table.ts';

/** One number for each service of the file, by what it is called there (`procKey`). */
export type ProcTable = ReadonlyMap<string, number>;

/** Lines in front of the first service: version, and two of titles. */
const TITLE_LINES = 3;
const NEWLINE = 10;
const SPACE = 32;
const LETTER_P = 112;

/** Offset and factor of FNV-1a with 32 bits. */
const HASH_START = 0x811c_9dc5;
const HASH_FACTOR = 0x0100_0193;
/** What a persistent service has more than another. */
const PERSISTENT = 0x5bd1_e995;

/** `ip_vs_fwd_name` of the kernel. */
const METHOD = {
  masquerade: 'Masq',
  localnode: 'Local',
  tunnel: 'Tunnel',
  direct: 'Route',
  bypass: 'Masq',
} as const satisfies Record<IpvsForwarding, string>;

/** How the file calls a service: `TCP C0000201:0050`, `FWM 00000007`. Marks of both families have one name. */
export function procKey(identity: ServiceIdentity): string {
  if (identity.kind === 'fwmark') return `FWM ${hex(identity.mark, 8)}`;
  return `${identity.protocol} ${procEndpoint(identity.address, identity.port)}`;
}

/** The number that the file should give for this service. */
export function procNumber({ service, destinations }: IpvsServiceEntry): number {
  let sum = hashOf(` ${procKey(service.identity)} ${service.scheduler}`);
  if ((service.flags & IP_VS_SVC_F_PERSISTENT) !== 0) sum = (sum + PERSISTENT) | 0;
  for (const one of destinations.values()) sum = (sum + destinationNumber(one)) | 0;
  return sum;
}

function destinationNumber({ address, port, forwarding, weight }: IpvsDestination): number {
  return hashOf(` ${procEndpoint(address, port)} ${METHOD[forwarding]} ${weight}`);
}

function procEndpoint(address: IpAddress, port: number): string {
  const digits = toHex(ipBytes(address));
  const text = address.includes(':')
    ? `[${digits.match(/.{4}/g)?.join(':') ?? ''}]`
    : digits.toUpperCase();
  return `${text}:${hex(port, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

function hashOf(text: string): number {
  let hash = HASH_START;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), HASH_FACTOR);
  return spread(hash);
}

/** Numbers are added up, so that the sequence of members does not matter: their bits have to be independent before. */
function spread(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}

/** Reads the file in pieces of any size. */
export class ProcTableParser {
  readonly #table = new Map<string, number>();
  #lines = 0;
  #isServer = false;
  /** The word in which the last byte was, or behind which; -1 at the begin of a line. */
  #word = -1;
  #isInWord = false;
  #hash = HASH_START;
  #isPersistent = false;
  #name: number[] = [];
  #key: string | undefined;
  #sum = 0;

  /** The next bytes of the file. */
  feed(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#word < 0 && !this.#isServer) this.#isServer = bytes[at] === SPACE;
      at = this.#isServer ? this.#server(bytes, at) : this.#service(bytes, at);
      if (at < bytes.length) this.#endLine();
      at++;
    }
  }

  /** What there was; the file is read. */
  end(): ProcTable {
    this.#endService();
    return this.#table;
  }

  /** Of a server what counts stands behind the arrow: endpoint, method and weight. Gives where the line or the piece ends. */
  #server(bytes: Uint8Array, start: number): number {
    let [hash, word, isInWord] = [this.#hash, this.#word, this.#isInWord];
    let at = start;
    for (; at < bytes.length && word <= 3; at++) {
      const byte = bytes[at] ?? NEWLINE;
      if (byte === NEWLINE) break;
      if (byte === SPACE) {
        isInWord = false;
        continue;
      }
      if (!isInWord) {
        isInWord = true;
        word++;
        if (word > 3) break;
        if (word > 0) hash = Math.imul(hash ^ SPACE, HASH_FACTOR);
      }
      if (word > 0) hash = Math.imul(hash ^ byte, HASH_FACTOR);
    }
    this.#hash = hash;
    this.#word = word;
    this.#isInWord = isInWord;
    if (word <= 3) return at;
    // Connections are none of its settings.
    const end = bytes.indexOf(NEWLINE, at);
    return end < 0 ? bytes.length : end;
  }

  /** Of a service protocol, endpoint and scheduler count, and whether it is persistent. */
  #service(bytes: Uint8Array, start: number): number {
    let at = start;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] ?? NEWLINE;
      if (byte === NEWLINE) break;
      if (byte === SPACE) {
        this.#isInWord = false;
        continue;
      }
      const isFirst = !this.#isInWord;
      if (isFirst) this.#word++;
      this.#isInWord = true;
      if (this.#word > 2) {
        if (isFirst && byte === LETTER_P) this.#isPersistent = true;
        continue;
      }
      if (isFirst) this.#hash = Math.imul(this.#hash ^ SPACE, HASH_FACTOR);
      this.#hash = Math.imul(this.#hash ^ byte, HASH_FACTOR);
      if (this.#word > 1) continue;
      if (isFirst && this.#word === 1) this.#name.push(SPACE);
      this.#name.push(byte);
    }
    return at;
  }

  #endLine(): void {
    this.#lines++;
    if (this.#lines > TITLE_LINES) {
      if (!this.#isServer) {
        this.#endService();
        this.#key = latin1Text(Uint8Array.from(this.#name));
      }
      const extra = this.#isPersistent ? PERSISTENT : 0;
      this.#sum = (this.#sum + spread(this.#hash) + extra) | 0;
    }
    this.#isServer = false;
    this.#word = -1;
    this.#isInWord = false;
    this.#hash = HASH_START;
    this.#isPersistent = false;
    if (this.#name.length > 0) this.#name = [];
  }

  #endService(): void {
    if (this.#key !== undefined) {
      this.#table.set(this.#key, ((this.#table.get(this.#key) ?? 0) + this.#sum) | 0);
    }
    this.#key = undefined;
    this.#sum = 0;
  }
}
