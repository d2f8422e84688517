/**
 * The heartbeat between two Tandems: a UDP payload, all numbers big-endian.
 * ```
 *  0  magic "TdHb"
 *  4  version 1
 *  5  flags: 1 = the sender leaves
 *  6  number of this part, from 0
 *  7  number of parts; 0 = this datagram says nothing of virtual routers
 *  8  boot: 8 random bytes, others for each start of the sender's session
 * 16  counter, 8 bytes, from 1; grows with each datagram of one boot
 * 24  challenge: 8 random bytes that the receiver answers
 * 32  answer: the last challenge that the sender has heard; zeroes when it has heard none
 * 40  interval between datagrams, microseconds, 4 bytes
 * 44  number of entries, 2 bytes
 * 46  zero, 2 bytes
 * 48  entries of 44 bytes
 *     HMAC-SHA-256 over everything before it, 32 bytes
 * ```
 * An entry is one virtual router of the sender:
 * ```
 *  0  family: 4 or 6
 *  1  virtual router id, 1..255
 *  2  state: 0 INIT, 1 BACKUP, 2 MASTER, 3 FAULT
 *  3  flags: 1 = interface and sending are all right, 2 = enough witnesses answer
 *  4  effective priority
 *  5  zero, 3 bytes
 *  8  for how long in this state, milliseconds, 4 bytes
 * 12  source of its advertisements, 16 bytes: IPv4 in the first 4; zeroes = none
 * 28  first virtual address, likewise
 * ```
 * The router id alone names no virtual router: another segment may use it too. So both addresses are said, and a
 * receiver knows the router by either. The digest is a function passed in: core has no cryptography.
 */
import {
  addressLength,
  type IpAddress,
  type IpFamily,
  ipBytes,
  ipFromBytes,
} from '../base/address.ts';
import {
  concatBytes,
  equalBytesConstantTime,
  fromHex,
  readU16,
  readU32,
  toHex,
  writeU16,
  writeU32,
} from '../base/bytes.ts';
import { ok, type Result } from '../base/result.ts';
import type { Duration } from '../base/time.ts';
import { type DecodeError, decodeError } from './decode-error.ts';
import type { KeyedDigest } from './keyed-digests.ts';

/** Bytes before the entries. */
export const HEARTBEAT_HEADER_LENGTH = 48;

/** Bytes of an entry. */
export const HEARTBEAT_ENTRY_LENGTH = 44;

/** Bytes of the digest at the end. */
export const HEARTBEAT_TAG_LENGTH = 32;

/** Entries of one datagram, which so fits in one packet of any path (RFC 8200 section 5: 1280 bytes). */
export const HEARTBEAT_ENTRIES_MAX = 24;

/** The longest datagram. */
export const HEARTBEAT_LENGTH_MAX: number =
  HEARTBEAT_HEADER_LENGTH + HEARTBEAT_ENTRIES_MAX * HEARTBEAT_ENTRY_LENGTH + HEARTBEAT_TAG_LENGTH;

/** An answer of a sender that has heard no challenge. */
export const NO_ANSWER: string = '0'.repeat(16);

const LENGTH_MIN = HEARTBEAT_HEADER_LENGTH + HEARTBEAT_TAG_LENGTH;
const MAGIC = 0x54_64_48_62;
const VERSION = 1;
const LEAVING = 1;
const STATES_MAX = 3;
const [SOUND, WITNESSED] = [1, 2];
const NUMBERS: Readonly<Record<IpFamily, number>> = { ipv4: 4, ipv6: 6 };

/** One virtual router, as the wire has it. */
export interface HeartbeatEntry {
  readonly family: IpFamily;
  readonly vrid: number;
  /** 0..3, see above. */
  readonly state: number;
  readonly priority: number;
  readonly isSound: boolean;
  readonly hasWitnesses: boolean;
  /** Milliseconds. */
  readonly ageMs: number;
  readonly source?: IpAddress;
  readonly virtual?: IpAddress;
}

/** A whole datagram; 8-byte values are 16 hexadecimal digits. */
export interface HeartbeatDatagram {
  readonly isLeaving: boolean;
  readonly part: number;
  readonly parts: number;
  readonly boot: string;
  /** Up to 2 ** 53 - 1. */
  readonly counter: number;
  readonly challenge: string;
  readonly answer: string;
  readonly interval: Duration;
  readonly entries: readonly HeartbeatEntry[];
}

/** The bytes of a datagram with their digest. */
export function encodeHeartbeat(
  datagram: HeartbeatDatagram,
  key: Uint8Array,
  hmacSha256: KeyedDigest,
): Uint8Array {
  const { entries } = datagram;
  const body = new Uint8Array(HEARTBEAT_HEADER_LENGTH + entries.length * HEARTBEAT_ENTRY_LENGTH);
  writeU32(body, 0, MAGIC);
  body[4] = VERSION;
  body[5] = datagram.isLeaving ? LEAVING : 0;
  body[6] = datagram.part;
  body[7] = datagram.parts;
  writeHex(body, 8, datagram.boot);
  writeU32(body, 16, Math.floor(datagram.counter / 2 ** 32));
  writeU32(body, 20, datagram.counter % 2 ** 32);
  writeHex(body, 24, datagram.challenge);
  writeHex(body, 32, datagram.answer);
  writeU32(body, 40, datagram.interval);
  writeU16(body, 44, entries.length);
  entries.forEach((entry, index) => {
    writeEntry(body, HEARTBEAT_HEADER_LENGTH + index * HEARTBEAT_ENTRY_LENGTH, entry);
  });
  return concatBytes([body, hmacSha256(key, body)]);
}

/**
 * Reads a datagram by its shape alone: who sent it says `isHeartbeatOf`. Refused are other magic and version, a length
 * that is not that of its entries, more entries than fit, a part beyond the number of parts, entries without parts,
 * a counter of 0 or above 2 ** 53 - 1, an interval of 0, and entries with unknown family or state or VRID 0. Unknown
 * flags and bytes that should be zero are passed over.
 */
export function decodeHeartbeat(bytes: Uint8Array): Result<HeartbeatDatagram, DecodeError> {
  if (bytes.length < LENGTH_MIN) return decodeError('truncated', bytes.length);
  if (readU32(bytes, 0) !== MAGIC) return decodeError('bad-value', 0);
  if (bytes[4] !== VERSION) return decodeError('bad-version', 4);
  const count = readU16(bytes, 44);
  const length = HEARTBEAT_HEADER_LENGTH + count * HEARTBEAT_ENTRY_LENGTH + HEARTBEAT_TAG_LENGTH;
  if (count > HEARTBEAT_ENTRIES_MAX || bytes.length !== length) {
    return decodeError('bad-length', 44);
  }
  const [part = 0, parts = 0] = bytes.subarray(6, 8);
  if (parts === 0 ? part > 0 || count > 0 : part >= parts) return decodeError('bad-value', 6);
  const counter = counterOf(bytes);
  if (counter === 0 || !Number.isSafeInteger(counter)) return decodeError('bad-value', 16);
  const interval = readU32(bytes, 40) as Duration;
  if (interval === 0) return decodeError('bad-value', 40);
  const entries: HeartbeatEntry[] = [];
  for (let index = 0; index < count; index++) {
    const at = HEARTBEAT_HEADER_LENGTH + index * HEARTBEAT_ENTRY_LENGTH;
    const entry = readEntry(bytes, at);
    if (entry === undefined) return decodeError('bad-value', at);
    entries.push(entry);
  }
  return ok({
    isLeaving: ((bytes[5] ?? 0) & LEAVING) !== 0,
    part,
    parts,
    boot: toHex(bytes.subarray(8, 16)),
    counter,
    challenge: toHex(bytes.subarray(24, 32)),
    answer: toHex(bytes.subarray(32, 40)),
    interval,
    entries,
  });
}

/** Whether the bytes may be a heartbeat at all: a look that costs next to nothing, for each of a flood. */
export function isHeartbeat(bytes: Uint8Array): boolean {
  return (
    bytes.length >= LENGTH_MIN &&
    bytes.length <= HEARTBEAT_LENGTH_MAX &&
    readU32(bytes, 0) === MAGIC &&
    bytes[4] === VERSION
  );
}

/** Whether a datagram is of this boot. */
export function isOfBoot(bytes: Uint8Array, boot: Uint8Array): boolean {
  for (let at = 0; at < 8; at++) if (bytes[8 + at] !== boot[at]) return false;
  return true;
}

/** The counter of a datagram. */
export function counterOf(bytes: Uint8Array): number {
  return readU32(bytes, 16) * 2 ** 32 + readU32(bytes, 20);
}

/** Whether a datagram that could be read comes from somebody who has the key. */
export function isHeartbeatOf(
  bytes: Uint8Array,
  key: Uint8Array,
  hmacSha256: KeyedDigest,
): boolean {
  const end = bytes.length - HEARTBEAT_TAG_LENGTH;
  return equalBytesConstantTime(bytes.subarray(end), hmacSha256(key, bytes.subarray(0, end)));
}

function writeEntry(bytes: Uint8Array, at: number, entry: HeartbeatEntry): void {
  bytes[at] = NUMBERS[entry.family];
  bytes[at + 1] = entry.vrid;
  bytes[at + 2] = entry.state;
  bytes[at + 3] = (entry.isSound ? SOUND : 0) | (entry.hasWitnesses ? WITNESSED : 0);
  bytes[at + 4] = entry.priority;
  writeU32(bytes, at + 8, entry.ageMs);
  if (entry.source !== undefined) bytes.set(ipBytes(entry.source), at + 12);
  if (entry.virtual !== undefined) bytes.set(ipBytes(entry.virtual), at + 28);
}

function readEntry(bytes: Uint8Array, at: number): HeartbeatEntry | undefined {
  const [number = 0, vrid = 0, state = 0, flags = 0, priority = 0] = bytes.subarray(at, at + 5);
  const family = number === 4 ? 'ipv4' : number === 6 ? 'ipv6' : undefined;
  if (family === undefined || vrid === 0 || state > STATES_MAX) return undefined;
  const source = readAddress(bytes, at + 12, family);
  const virtual = readAddress(bytes, at + 28, family);
  return {
    family,
    vrid,
    state,
    priority,
    isSound: (flags & SOUND) !== 0,
    hasWitnesses: (flags & WITNESSED) !== 0,
    ageMs: readU32(bytes, at + 8),
    ...(source && { source }),
    ...(virtual && { virtual }),
  };
}

function readAddress(bytes: Uint8Array, at: number, family: IpFamily): IpAddress | undefined {
  const part = bytes.subarray(at, at + addressLength(family));
  return part.every((byte) => byte === 0) ? undefined : ipFromBytes(part);
}

function writeHex(bytes: Uint8Array, at: number, digits: string): void {
  bytes.set(fromHex(digits) ?? [], at);
}
