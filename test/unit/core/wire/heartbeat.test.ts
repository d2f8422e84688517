/** The heartbeat's bytes: against a vector of another encoder, there and back, and what is refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8Bytes } from '../../../../src/core/base/bytes.ts';
import { microseconds } from '../../../../src/core/base/time.ts';
import {
  decodeHeartbeat,
  encodeHeartbeat,
  HEARTBEAT_ENTRIES_MAX,
  HEARTBEAT_LENGTH_MAX,
  type HeartbeatDatagram,
  type HeartbeatEntry,
  isHeartbeatOf,
} from '../../../../src/core/wire/heartbeat.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { hmacSha256 } from '../../../support/builders/heartbeat.ts';
import { HEARTBEAT_KEY, HEARTBEAT_VECTOR } from '../../../vectors/heartbeat.ts';
import { hex } from '../../../vectors/vrrp.ts';

const KEY = utf8Bytes(HEARTBEAT_KEY);
const FOUR: HeartbeatEntry = {
  family: 'ipv4',
  vrid: 51,
  state: 2,
  priority: 150,
  isSound: true,
  hasWitnesses: true,
  ageMs: 12_000,
  source: ip('10.1.0.1'),
  virtual: ip('10.1.0.100'),
};
const SAID: HeartbeatDatagram = {
  isLeaving: false,
  part: 0,
  parts: 1,
  boot: '1122334455667788',
  counter: 2 ** 32 + 7,
  challenge: '0102030405060708',
  answer: 'f1f2f3f4f5f6f7f8',
  interval: microseconds(200_000),
  entries: [
    FOUR,
    {
      family: 'ipv6',
      vrid: 52,
      state: 3,
      priority: 90,
      isSound: false,
      hasWitnesses: false,
      ageMs: 0,
      virtual: ip('fd00:1::100'),
    },
  ],
};

const encoded = (changes: Partial<HeartbeatDatagram> = {}): Uint8Array =>
  encodeHeartbeat({ ...SAID, ...changes }, KEY, hmacSha256);

/** The bytes with others at `at`. */
function changed(at: number, ...values: readonly number[]): Uint8Array {
  const bytes = encoded();
  bytes.set(values, at);
  return bytes;
}

test('the bytes are those of another encoder, in both directions', () => {
  const bytes = hex(HEARTBEAT_VECTOR);
  expect(Buffer.from(encoded()).toString('hex')).toBe(HEARTBEAT_VECTOR);
  expect(decodeHeartbeat(bytes)).toEqual({ ok: true, value: SAID });
  expect(isHeartbeatOf(bytes, KEY, hmacSha256)).toBe(true);
  expect(isHeartbeatOf(bytes, utf8Bytes(HEARTBEAT_KEY.toUpperCase()), hmacSha256)).toBe(false);
});

test('a full datagram fits in one packet of any path', () => {
  const entries = Array.from({ length: HEARTBEAT_ENTRIES_MAX }, () => FOUR);
  expect(encoded({ entries })).toHaveLength(HEARTBEAT_LENGTH_MAX);
  expect(HEARTBEAT_LENGTH_MAX + 40 + 8).toBeLessThanOrEqual(1280);
  expect(decodeHeartbeat(encoded({ entries }))).toMatchObject({ ok: true, value: { entries } });
});

test('each changed byte is noticed', () => {
  const bytes = hex(HEARTBEAT_VECTOR);
  for (let at = 0; at < bytes.length; at++) {
    const other = bytes.slice();
    other[at] = (other[at] ?? 0) ^ 1;
    expect(isHeartbeatOf(other, KEY, hmacSha256), `byte ${at}`).toBe(false);
  }
});

describe('is refused', () => {
  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'truncated'],
    ['a header without digest', encoded({ entries: [] }).slice(0, 79), 'truncated'],
    ['other magic', changed(0, 0), 'bad-value'],
    ['another version', changed(4, 2), 'bad-version'],
    ['a part beyond the number of parts', changed(6, 1), 'bad-value'],
    ['entries where there are no parts', changed(7, 0), 'bad-value'],
    ['counter 0', changed(16, 0, 0, 0, 0, 0, 0, 0, 0), 'bad-value'],
    ['a counter that is no safe integer', changed(16, 255), 'bad-value'],
    ['interval 0', changed(40, 0, 0, 0, 0), 'bad-value'],
    ['fewer entries than said', encoded().slice(0, -1), 'bad-length'],
    ['more entries than said', changed(45, 1), 'bad-length'],
    ['more entries than fit', changed(44, 255, 255), 'bad-length'],
    ['an unknown family', changed(48, 5), 'bad-value'],
    ['router id 0', changed(49, 0), 'bad-value'],
    ['an unknown state', changed(50, 4), 'bad-value'],
  ])('%s', (_, bytes, kind) => {
    expect(decodeHeartbeat(bytes)).toMatchObject({ ok: false, error: { kind } });
  });
});

test('unknown flags and what should be zero are passed over', () => {
  expect(decodeHeartbeat(changed(5, 0xf0))).toMatchObject({ ok: true, value: SAID });
  expect(decodeHeartbeat(changed(53, 1, 2, 3))).toMatchObject({ ok: true, value: SAID });
});

test('whatever can be said comes back', () => {
  const id = fc
    .uint8Array({ minLength: 8, maxLength: 8 })
    .map((it) => Buffer.from(it).toString('hex'));
  const datagram = fc.record({
    isLeaving: fc.boolean(),
    part: fc.constant(0),
    parts: fc.integer({ min: 1, max: 255 }),
    boot: id,
    counter: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    challenge: id,
    answer: id,
    interval: fc.integer({ min: 1, max: 10_000_000 }).map(microseconds),
    entries: fc.array(
      fc.record({
        family: fc.constant('ipv4' as const),
        vrid: fc.integer({ min: 1, max: 255 }),
        state: fc.nat({ max: 3 }),
        priority: fc.nat({ max: 255 }),
        isSound: fc.boolean(),
        hasWitnesses: fc.boolean(),
        ageMs: fc.nat({ max: 0xffff_ffff }),
      }),
      { maxLength: HEARTBEAT_ENTRIES_MAX },
    ),
  });
  fc.assert(
    fc.property(datagram, (value) => {
      expect(decodeHeartbeat(encodeHeartbeat(value, KEY, hmacSha256))).toEqual({ ok: true, value });
    }),
  );
});
