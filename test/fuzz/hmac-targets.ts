/** The trailer of `auth_hmac`: read, written again, and in front of routers that require it. */
import assert from 'node:assert/strict';
import type { IpFamily } from '../../src/core/base/address.ts';
import { equalBytes } from '../../src/core/base/bytes.ts';
import { microseconds } from '../../src/core/base/time.ts';
import type { HmacConfig } from '../../src/core/model/hmac.ts';
import {
  decodeHmacTrailer,
  encodeHmacTrailer,
  HMAC_TRAILER_LENGTH,
  isHmacRight,
  splitHmacTrailer,
} from '../../src/core/wire/vrrp-hmac.ts';
import { instance, instance6 } from '../support/builders/instance.ts';
import { DIGESTS } from '../support/builders/packet.ts';
import { Bench } from '../support/vrrp-bench.ts';
import type { FuzzTarget } from './engine.ts';

/** The wall clock at the start of each bench, microseconds since 1970. */
const EPOCH = microseconds(1_795_953_600_000_000);
/** When a router hears what was recorded, in seconds of a bench. */
const HEARD_AT = 4.5;

function hmac(mode: HmacConfig['mode']): HmacConfig {
  const keys = [{ id: 1, secret: '1'.repeat(32) }];
  return { keys, activeKey: 1, antiReplay: 'time', mode, windowSeconds: 30 };
}

function benchOf(version: 2 | 3, family: IpFamily, mode: HmacConfig['mode']): Bench {
  const make = family === 'ipv4' ? instance : instance6;
  const config = make({ ...(family === 'ipv4' && { version }), hmac: hmac(mode) });
  const bench = new Bench(config);
  return bench.send({ type: 'wallClock', ahead: EPOCH });
}

/** What a Master sends, as it stands in the packet. */
function recorded(version: 2 | 3, family: IpFamily): readonly Uint8Array[] {
  const bench = benchOf(version, family, 'enforce').run(HEARD_AT);
  return bench.actions('sendAdvertisement').map(({ message }) => message);
}

const SAMPLES = {
  ipv4: [...recorded(2, 'ipv4'), ...recorded(3, 'ipv4')],
  ipv6: recorded(3, 'ipv6'),
} as const;

/** Whatever is changed in a packet, a router that requires signatures takes in what was signed and nothing else, and that once. */
function router(version: 2 | 3, family: IpFamily): FuzzTarget {
  const samples = recorded(version, family);
  return {
    name: `vrrp-router-hmac-${family}-${version}`,
    samples,
    run: (input) => {
      const isSigned = samples.some((sample) => equalBytes(sample, input));
      for (const mode of ['enforce', 'permissive'] as const) {
        const bench = benchOf(version, family, mode).run(HEARD_AT - 3);
        const event = { ...bench.packetEvent({}), message: input };
        bench.send(event).send(event);
        const { advertisementsReceived: taken = 0 } = bench.counters();
        const isLonger = splitHmacTrailer(input, family).trailer !== undefined;
        if (mode === 'enforce' || isLonger)
          assert.ok(taken <= (isSigned ? 1 : 0), `${taken} ${mode}`);
        bench.run(HEARD_AT + 3);
      }
    },
  };
}

function trailer(input: Uint8Array, family: IpFamily): void {
  const { message, trailer: found } = splitHmacTrailer(input, family);
  const length = message.length + (found?.length ?? 0);
  assert.equal(length, input.length, 'nothing is lost');
  if (found === undefined) return;
  assert.equal(found.length, HMAC_TRAILER_LENGTH);
  const decoded = decodeHmacTrailer(found);
  if (decoded === undefined) return;
  assert.ok(decoded.stamp >= 0n && decoded.stamp < 1n << 64n);
  const source = new Uint8Array(family === 'ipv4' ? 4 : 16).fill(1);
  const security = { key: new Uint8Array(32), ...DIGESTS, family, source };
  const again = encodeHmacTrailer(message, decoded, security);
  assert.deepEqual(decodeHmacTrailer(again), decoded);
  assert.deepEqual([...again.subarray(0, 12)], [...found.subarray(0, 12)]);
  assert.ok(isHmacRight(message, again, security));
  assert.equal(isHmacRight(message, found, security), equalBytes(again, found));
}

/** `auth_hmac`. */
export const HMAC_TARGETS: readonly FuzzTarget[] = [
  { name: 'hmac-trailer-ipv4', samples: SAMPLES.ipv4, run: (input) => trailer(input, 'ipv4') },
  { name: 'hmac-trailer-ipv6', samples: SAMPLES.ipv6, run: (input) => trailer(input, 'ipv6') },
  router(2, 'ipv4'),
  router(3, 'ipv4'),
  router(3, 'ipv6'),
];
