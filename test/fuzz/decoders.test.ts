/**
 * Decoders of packets and netlink messages under arbitrary bytes and damaged real ones: they give an answer or
 * an error value, never an exception, and what they give lies inside what they were given.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IpFamily } from '../../src/core/base/address.ts';
import type { Result } from '../../src/core/base/result.ts';
import { instant } from '../../src/core/base/time.ts';
import { HeartbeatSession } from '../../src/core/heartbeat/session.ts';
import { decodeInfo, decodeTimeouts } from '../../src/core/lvs/config-codec.ts';
import { decodeDaemon } from '../../src/core/lvs/daemon-codec.ts';
import { decodeDestination } from '../../src/core/lvs/destination-codec.ts';
import { decodeService } from '../../src/core/lvs/service-codec.ts';
import { decodeStats } from '../../src/core/lvs/stats-codec.ts';
import {
  type Attributes,
  AttributeWriter,
  readAttributes,
  readNested,
} from '../../src/core/netlink/attributes.ts';
import { decodeArp } from '../../src/core/wire/arp.ts';
import { decodeEthernetHeader } from '../../src/core/wire/ethernet.ts';
import { decodeHeartbeat, HEARTBEAT_ENTRIES_MAX } from '../../src/core/wire/heartbeat.ts';
import { decodeIpv4Header } from '../../src/core/wire/ipv4.ts';
import { decodeIpv6Header } from '../../src/core/wire/ipv6.ts';
import { decodeNeighbourAdvertisement } from '../../src/core/wire/neighbour-advertisement.ts';
import { checksumStyleOf, decodeAdvertisement } from '../../src/core/wire/vrrp.ts';
import { decodeAh } from '../../src/core/wire/vrrp-ah.ts';
import { genericAttributes } from '../../src/drivers/genetlink.ts';
import { decodeDatagram } from '../../src/drivers/netlink-frames.ts';
import {
  decodeAddressMessage,
  decodeChange,
  decodeLink,
} from '../../src/drivers/rtnetlink-messages.ts';
import { heartbeat } from '../support/builders/heartbeat.ts';
import { HEARTBEAT_VECTOR } from '../vectors/heartbeat.ts';
import { IPVS_VECTORS } from '../vectors/ipvs.ts';
import { hex, packetOf, VECTORS } from '../vectors/vrrp.ts';
import { budget, TIMEOUT_MS } from './budget.ts';

const FRAMES: readonly Uint8Array[] = [
  ...VECTORS.advertisements.flatMap((vector) => [hex(vector.frame), packetOf(vector)]),
  ...VECTORS.arp.map(({ frame }) => hex(frame)),
  ...VECTORS.neighbourAdvertisements.map(({ frame }) => hex(frame)),
];
const REPLIES: readonly Uint8Array[] = IPVS_VECTORS.flatMap((vector) => vector.replies);

/** Real bytes with some of them changed, cut off, or put in front. */
function damagedBytes(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const flip = fc.tuple(fc.nat(), fc.nat({ max: 255 }));
  return fc
    .record({
      sample: fc.constantFrom(...samples),
      from: fc.nat({ max: 60 }),
      flips: fc.array(flip, { maxLength: 6 }),
      cut: fc.option(fc.nat({ max: 200 })),
    })
    .map(({ sample, from, flips, cut }) => {
      const bytes = sample.slice(from % (sample.length + 1));
      for (const [at, value] of flips) if (bytes.length > 0) bytes[at % bytes.length] = value;
      return cut === null ? bytes : bytes.slice(0, cut);
    });
}

const ANY_BYTES = fc.uint8Array({ maxLength: 200 });
const PACKET = fc.oneof(ANY_BYTES, damagedBytes(FRAMES));
const MESSAGE = fc.oneof(ANY_BYTES, damagedBytes(REPLIES));
const FAMILY: fc.Arbitrary<IpFamily> = fc.constantFrom('ipv4', 'ipv6');

/** The offset of an error lies inside the input, or just behind it. */
function checkResult(bytes: Uint8Array, result: Result<object, { readonly offset: number }>): void {
  if (result.ok) checkViews(bytes, result.value);
  else {
    expect(result.error.offset).toBeGreaterThanOrEqual(0);
    expect(result.error.offset).toBeLessThanOrEqual(bytes.length);
  }
}

/** Views into the input end where it ends, and numbers are numbers. */
function checkViews(bytes: Uint8Array, value: object): void {
  for (const field of Object.values(value)) {
    if (typeof field === 'number') expect(Number.isSafeInteger(field)).toBe(true);
    if (!(field instanceof Uint8Array) || field.buffer !== bytes.buffer) continue;
    expect(field.byteOffset + field.length).toBeLessThanOrEqual(bytes.byteOffset + bytes.length);
  }
}

describe('packet decoders', () => {
  it('of headers and announcements', { timeout: TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(PACKET, (bytes) => {
        checkResult(bytes, decodeEthernetHeader(bytes));
        checkResult(bytes, decodeIpv4Header(bytes));
        checkResult(bytes, decodeIpv6Header(bytes));
        checkResult(bytes, decodeArp(bytes));
        checkResult(bytes, decodeNeighbourAdvertisement(bytes));
      }),
      budget(5000),
    );
  });

  it('of advertisements', { timeout: TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(PACKET, FAMILY, fc.nat({ max: 0x1ffff }), (bytes, family, addressSum) => {
        const result = decodeAdvertisement(bytes, family);
        checkResult(bytes, result);
        if (!result.ok) return;
        checksumStyleOf(bytes, result.value.version, family, addressSum);
        expect(result.value.addresses).toHaveLength(bytes[3] ?? 0);
      }),
      budget(5000),
    );
  });

  it('of authentication headers', { timeout: TIMEOUT_MS }, () => {
    const security = {
      key: new Uint8Array(8),
      hmacMd5: () => new Uint8Array(16),
      unicast: false,
    };
    fc.assert(
      fc.property(PACKET, (bytes) => checkResult(bytes, decodeAh(bytes, security))),
      budget(5000),
    );
  });
});

describe('heartbeats', () => {
  it('of their datagrams, and a session that hears them', { timeout: TIMEOUT_MS }, () => {
    const session = new HeartbeatSession({
      config: heartbeat(),
      key: new Uint8Array(32),
      now: instant(0),
      hmacSha256: () => new Uint8Array(32),
      newId: () => '0000000000000001',
    });
    let now = 0;
    fc.assert(
      fc.property(damagedBytes([hex(HEARTBEAT_VECTOR)]), (bytes) => {
        checkResult(bytes, decodeHeartbeat(bytes));
        now += 50_000;
        session.receive(instant(now), bytes, instant(now));
        session.handleDeadline(instant(now));
        expect(session.fact.routers.length).toBeLessThanOrEqual(255 * HEARTBEAT_ENTRIES_MAX);
      }),
      budget(5000),
    );
  });
});

describe('netlink decoders', () => {
  it('of attributes', { timeout: TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(MESSAGE, fc.nat({ max: 20 }), (bytes, type) => {
        const result = readAttributes(bytes);
        checkResult(bytes, result);
        if (!result.ok) return;
        for (const value of result.value.values()) checkViews(bytes, { value });
        readNested(result.value, type);
      }),
      budget(5000),
    );
  });

  it('of IPVS objects', { timeout: TIMEOUT_MS }, () => {
    const decode = (attributes: Attributes, family: IpFamily): void => {
      decodeService(attributes);
      decodeDestination(attributes, family);
      decodeDaemon(attributes);
      decodeInfo(attributes);
      decodeTimeouts(attributes);
      decodeStats(attributes, 10, 12);
    };
    const list = fc.array(fc.tuple(fc.nat({ max: 20 }), fc.uint8Array({ maxLength: 24 })));
    fc.assert(
      fc.property(list, FAMILY, (attributes, family) => {
        const writer = new AttributeWriter();
        for (const [type, value] of attributes) writer.bytes(type, value);
        const result = readAttributes(writer.finish());
        if (result.ok) decode(result.value, family);
      }),
      budget(3000),
    );
    fc.assert(
      fc.property(MESSAGE, FAMILY, (bytes, family) => {
        const outer = genericAttributes(bytes);
        if (!outer.ok) return;
        decode(outer.value, family);
        for (const type of outer.value.keys()) {
          const inner = readNested(outer.value, type);
          if (inner.ok) decode(inner.value, family);
        }
      }),
      budget(3000),
    );
  });

  it('of datagrams, links, addresses and changes', { timeout: TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(MESSAGE, fc.nat({ max: 100 }), (bytes, type) => {
        decodeDatagram(bytes, (reply) => {
          if (reply.kind !== 'data') return;
          decodeLink(reply.payload);
          decodeAddressMessage(reply.payload);
          decodeChange(reply.type, reply.payload);
        });
        decodeLink(bytes);
        decodeAddressMessage(bytes);
        decodeChange(type, bytes);
      }),
      budget(3000),
    );
  });
});
