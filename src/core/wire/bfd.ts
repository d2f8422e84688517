/**
 * The BFD control packet (RFC 5880 section 4.1), as it stands behind the UDP header.
 * ```
 * 0        1        2        3
 * [ver|diag][st|PFCADM][ mult  ][ length ]
 * [ my discriminator                     ]
 * [ your discriminator                   ]
 * [ desired min TX, microseconds         ]
 * [ required min RX, microseconds        ]
 * [ required min echo RX, microseconds   ]
 * ```
 * Decoding is about the shape and the checks that need no session (section 6.8.6, first half).
 */
import { readU32, writeU32 } from '../base/bytes.ts';
import { ok, type Result } from '../base/result.ts';
import type { Duration } from '../base/time.ts';
import { type DecodeError, decodeError } from './decode-error.ts';

/** UDP port of single-hop sessions (RFC 5881 section 4). */
export const BFD_PORT = 3784;

/** UDP port of multihop sessions (RFC 5883 section 5). */
export const BFD_MULTIHOP_PORT = 4784;

/** Bytes of a packet without authentication. */
export const BFD_PACKET_LENGTH = 24;

/** Bytes that a reader needs to see: a packet with the longest authentication section has 52. */
export const BFD_READ_LENGTH = 64;

const VERSION = 1;

/** States in the order of their numbers (section 4.1). */
export const BFD_STATES = ['AdminDown', 'Down', 'Init', 'Up'] as const;

/** State of a session. */
export type BfdState = (typeof BFD_STATES)[number];

/** Why a session left Up, in the order of the numbers (section 4.1). */
export const BFD_DIAGNOSTICS = [
  'none',
  'detection-time-expired',
  'echo-failed',
  'neighbour-signalled-down',
  'forwarding-plane-reset',
  'path-down',
  'concatenated-path-down',
  'administratively-down',
  'reverse-concatenated-path-down',
] as const;

/** A diagnostic by its name. */
export type BfdDiagnostic = (typeof BFD_DIAGNOSTICS)[number];

/** Everything a packet says. */
export interface BfdPacket {
  readonly diagnostic: BfdDiagnostic;
  readonly state: BfdState;
  readonly poll: boolean;
  readonly final: boolean;
  readonly demand: boolean;
  /** 1..255. */
  readonly multiplier: number;
  /** Never 0. */
  readonly myDiscriminator: number;
  /** 0 while the sender knows none. */
  readonly yourDiscriminator: number;
  readonly desiredMinTx: Duration;
  /** 0: the sender wants no periodic packets. */
  readonly requiredMinRx: Duration;
}

const POLL = 0x20;
const FINAL = 0x10;
const AUTHENTICATION = 0x04;
const DEMAND = 0x02;
const MULTIPOINT = 0x01;

/** The bytes of a packet without authentication and echo. */
export function encodeBfd(packet: BfdPacket): Uint8Array {
  const bytes = new Uint8Array(BFD_PACKET_LENGTH);
  bytes[0] = (VERSION << 5) | BFD_DIAGNOSTICS.indexOf(packet.diagnostic);
  bytes[1] =
    (BFD_STATES.indexOf(packet.state) << 6) |
    (packet.poll ? POLL : 0) |
    (packet.final ? FINAL : 0) |
    (packet.demand ? DEMAND : 0);
  bytes[2] = packet.multiplier;
  bytes[3] = BFD_PACKET_LENGTH;
  writeU32(bytes, 4, packet.myDiscriminator);
  writeU32(bytes, 8, packet.yourDiscriminator);
  writeU32(bytes, 12, packet.desiredMinTx);
  writeU32(bytes, 16, packet.requiredMinRx);
  return bytes;
}

/**
 * Reads a packet. Refused are: another version, a length field that is below 24 or above the bytes there are, multiplier 0, the multipoint bit,
 * discriminator 0, no discriminator of ours in Init or Up, poll and final at once, and the authentication bit, because sessions here have none.
 * A diagnostic above those that are defined is read as `none`: it changes nothing.
 */
export function decodeBfd(bytes: Uint8Array): Result<BfdPacket, DecodeError> {
  if (bytes.length < BFD_PACKET_LENGTH) return decodeError('truncated', bytes.length);
  const [first = 0, flags = 0, multiplier = 0, length = 0] = bytes;
  if (first >> 5 !== VERSION) return decodeError('bad-version', 0);
  if (length < BFD_PACKET_LENGTH || length > bytes.length) return decodeError('bad-length', 3);
  if (multiplier === 0) return decodeError('bad-value', 2);
  const [poll, final] = [(flags & POLL) !== 0, (flags & FINAL) !== 0];
  if ((flags & (MULTIPOINT | AUTHENTICATION)) !== 0 || (poll && final)) {
    return decodeError('bad-value', 1);
  }
  const state = BFD_STATES[flags >> 6] ?? 'AdminDown';
  const myDiscriminator = readU32(bytes, 4);
  const yourDiscriminator = readU32(bytes, 8);
  if (myDiscriminator === 0) return decodeError('bad-value', 4);
  if (yourDiscriminator === 0 && (state === 'Init' || state === 'Up')) {
    return decodeError('bad-value', 8);
  }
  return ok({
    diagnostic: BFD_DIAGNOSTICS[first & 0x1f] ?? 'none',
    state,
    poll,
    final,
    demand: (flags & DEMAND) !== 0,
    multiplier,
    myDiscriminator,
    yourDiscriminator,
    desiredMinTx: readU32(bytes, 12) as Duration,
    requiredMinRx: readU32(bytes, 16) as Duration,
  });
}
