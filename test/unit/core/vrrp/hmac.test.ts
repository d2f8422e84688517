/** `auth_hmac`: what is sent and what is accepted, against recordings of keepalived 2.4.3. */
import { describe, expect, test } from 'vitest';
import { ipBytes } from '../../../../src/core/base/address.ts';
import { fromHex, toHex } from '../../../../src/core/base/bytes.ts';
import { seconds } from '../../../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import type { HmacConfig } from '../../../../src/core/model/hmac.ts';
import {
  encodeHmacTrailer,
  stampAt,
  withHmacTrailer,
} from '../../../../src/core/wire/vrrp-hmac.ts';
import { ip, peer, vip } from '../../../support/builders/addresses.ts';
import { device, fact } from '../../../support/builders/host.ts';
import { configuration, instance, instance6 } from '../../../support/builders/instance.ts';
import { DIGESTS } from '../../../support/builders/packet.ts';
import { Bench } from '../../../support/vrrp-bench.ts';
import {
  HMAC_KEYS,
  HMAC_RECEIVE_ONLY,
  HMAC_VECTORS,
  type HmacVector,
} from '../../../vectors/vrrp-hmac.ts';

/** 2026-11-29, microseconds since 1970. */
const NOON = 1_795_953_600_000_000;

const TEXT = HMAC_KEYS.text;

function hmac(changes: Partial<HmacConfig> = {}): HmacConfig {
  const keys = [{ id: 1, secret: TEXT }];
  return { keys, activeKey: 1, antiReplay: 'time', mode: 'enforce', windowSeconds: 5, ...changes };
}

/** The instance that sent a recording. */
function sender(vector: HmacVector, mode: HmacConfig['mode'] = 'enforce'): VrrpInstanceConfig {
  const { version, vrid, keyId } = vector;
  const changes: Partial<VrrpInstanceConfig> = {
    version,
    vrid,
    priority: 150,
    addresses: [vip(vector.vip)],
    hmac: hmac({ keys: [{ id: keyId, secret: HMAC_KEYS[vector.key] }], activeKey: keyId, mode }),
    ...(vector.peer !== undefined && { unicastPeers: [peer(vector.peer)] }),
  };
  return vector.vip.includes(':') ? instance6(changes) : instance(changes);
}

/** What stands behind the IP header of a packet in hexadecimal digits. */
function payloadOf(packet: string): Uint8Array {
  const bytes = fromHex(packet) ?? new Uint8Array();
  return bytes.subarray((bytes[0] ?? 0) >> 4 === 4 ? 20 : 40);
}

/** Unix microseconds that the trailer of a payload tells, in the middle of its fraction. */
function timeOf(payload: Uint8Array): number {
  const view = new DataView(payload.buffer, payload.byteOffset + payload.length - 24);
  return view.getUint32(0) * 1e6 + Math.ceil((view.getUint16(4) * 1e6) / 65_536);
}

/** A Backup on another host than the senders of the recordings. */
function receiver(config: VrrpInstanceConfig, wallClock: number): Bench {
  const bench = new Bench(
    {
      ...config,
      priority: 90,
      ...(config.unicastPeers.length > 0 && { unicastPeers: [peer('192.0.2.1')] }),
    },
    {
      host: {
        interfaces: [device()],
        addresses: [fact('192.0.2.2'), fact('fe80::ff:fe00:b')],
      },
    },
  );
  return bench.send({ type: 'wallClock', ahead: (wallClock - bench.now) as never });
}

function hear(
  bench: Bench,
  payload: Uint8Array,
  source = '192.0.2.1',
  destination?: string,
): Bench {
  const event = bench.packetEvent({ source, ...(destination !== undefined && { destination }) });
  return bench.send({ ...event, message: payload });
}

describe('auth_hmac on the wire', () => {
  test.each(HMAC_VECTORS)('$id: sends what keepalived sends', (vector) => {
    const { packets } = vector;
    const bench = new Bench(sender(vector)).run(3);
    bench.send({
      type: 'wallClock',
      ahead: (timeOf(payloadOf(packets[0] ?? '')) - bench.now) as never,
    });
    bench.forget().send({ type: 'deadline' });
    const deadline = bench.router.deadline ?? bench.now;
    bench.send({
      type: 'wallClock',
      ahead: (timeOf(payloadOf(packets[0] ?? '')) - deadline) as never,
    });
    bench.run(deadline / 1e6);
    const last = payloadOf(packets.at(-1) ?? '');
    const sent = bench.actions('sendAdvertisement');
    expect(toHex(sent.at(-1)?.message ?? new Uint8Array())).toBe(
      toHex(payloadOf(packets[0] ?? '')),
    );
    bench.send({ type: 'wallClock', ahead: (timeOf(last) - bench.now) as never }).forget();
    bench.send({ type: 'shutdown' });
    expect(toHex(bench.actions('sendAdvertisement')[0]?.message ?? new Uint8Array())).toBe(
      toHex(last),
    );
  });

  test.each(HMAC_VECTORS)('$id: accepts what keepalived sends', (vector) => {
    const [first = '', ...rest] = vector.packets.map(payloadOf);
    const bench = receiver(sender(vector), timeOf(first as Uint8Array));
    const source = vector.vip.includes(':') ? 'fe80::ff:fe00:a' : '192.0.2.1';
    for (const payload of [first as Uint8Array, ...rest]) hear(bench, payload, source, vector.peer);
    const { packets } = vector;
    expect(bench.counters()).toMatchObject({
      advertisementsReceived: packets.length,
      priorityZeroReceived: 1,
    });
  });

  test('H05: mode receive-only sends no trailer', () => {
    const { vrid, vip: address, packet } = HMAC_RECEIVE_ONLY;
    const config = instance({
      version: 3,
      vrid,
      priority: 150,
      addresses: [vip(address)],
      hmac: hmac({ mode: 'receive-only' }),
    });
    const bench = new Bench(config).run(5);
    const [sent] = bench.actions('sendAdvertisement');
    expect(toHex(sent?.message ?? new Uint8Array())).toBe(toHex(payloadOf(packet)));
  });

  test('each advertisement has a number of its own, all peers the same, also when the clock stands still', () => {
    const config = instance({ hmac: hmac(), unicastPeers: [peer('192.0.2.2'), peer('192.0.2.3')] });
    const bench = new Bench(config).run(9);
    const numbers: string[] = [];
    for (let i = 0; i < 3; i++) {
      const at = bench.router.deadline ?? bench.now;
      bench.send({ type: 'wallClock', ahead: (NOON - at) as never });
      bench.forget().run(at / 1e6);
      const trailers = bench
        .actions('sendAdvertisement')
        .map(({ message }) => toHex(message.subarray(-28)));
      expect(trailers).toHaveLength(2);
      expect(trailers[0]).toBe(trailers[1]);
      numbers.push(trailers[0]?.slice(8, 24) ?? '');
    }
    const [first = '0'] = numbers;
    expect(numbers.map((one) => BigInt(`0x${one}`) - BigInt(`0x${first}`))).toEqual([0n, 1n, 2n]);
  });

  test('a clock that is set back: time mode follows beyond the window, monotonic mode counts on', () => {
    const numbersOf = (antiReplay: HmacConfig['antiReplay'], back: number): bigint => {
      const bench = new Bench(instance({ hmac: hmac({ antiReplay }) }));
      bench.send({ type: 'wallClock', ahead: NOON as never }).run(5);
      const before = lastNumber(bench);
      bench.send({ type: 'wallClock', ahead: (NOON - back * 1e6) as never }).run(6);
      return (lastNumber(bench) >> 32n) - (before >> 32n);
    };
    expect(numbersOf('time', 100)).toBe(-99n);
    expect(numbersOf('time', 4)).toBe(0n);
    // From the advertisement before to the moment at which the clock was set.
    expect(numbersOf('monotonic', 100)).toBe(1n);
  });

  test('in monotonic mode an instance that has yet to sign, or was made anew, counts on as well', () => {
    const config = instance({ hmac: hmac({ antiReplay: 'monotonic' }) });
    const early = new Bench(config);
    early.send({ type: 'wallClock', ahead: NOON as never }).run(1);
    early.send({ type: 'wallClock', ahead: (NOON - 100e6) as never }).run(6);
    expect(lastNumber(early) >> 32n).toBeGreaterThan(BigInt(NOON / 1e6));

    const made = new Bench(config);
    made.send({ type: 'wallClock', ahead: NOON as never }).run(5);
    made.send({ type: 'wallClock', ahead: (NOON - 100e6) as never }).run(6);
    const before = lastNumber(made);
    made.reload(configuration([])).reload(configuration([config]));
    expect(lastNumber(made.run(12)) > before).toBe(true);
  });
});

function lastNumber(bench: Bench): bigint {
  const { message } = bench.actions('sendAdvertisement').at(-1) ?? { message: new Uint8Array(28) };
  return BigInt(`0x${toHex(message.subarray(message.length - 24, message.length - 16))}`);
}

describe('auth_hmac at the receiver', () => {
  interface Made {
    readonly keyId?: number;
    readonly secret?: string;
    /** Seconds that the sender's clock is off. */
    readonly off?: number;
    readonly counter?: number;
    readonly priority?: number;
    readonly source?: string;
    readonly mutate?: (payload: Uint8Array) => Uint8Array;
  }

  /** A signed advertisement of 192.0.2.1 as it arrives. */
  function signed(bench: Bench, made: Made = {}): Bench {
    const source = made.source ?? '192.0.2.1';
    const event = bench.packetEvent({ source, priority: made.priority ?? 200 });
    const stamp = stampAt(NOON + bench.now + (made.off ?? 0) * 1e6) + BigInt(made.counter ?? 0);
    const key = new TextEncoder().encode(made.secret ?? TEXT);
    const security = {
      key,
      hmacSha256: DIGESTS.hmacSha256,
      family: 'ipv4' as const,
      source: ipBytes(ip(source)),
    };
    const trailer = encodeHmacTrailer(event.message, { keyId: made.keyId ?? 1, stamp }, security);
    const addresses = { source: ipBytes(ip(source)), destination: ipBytes(event.destination) };
    const payload = withHmacTrailer(event.message, trailer, 'ipv4', addresses);
    return bench.send({ ...event, message: made.mutate?.(payload) ?? payload });
  }

  const listening = (changes: Partial<HmacConfig> = {}): Bench =>
    receiver(instance({ hmac: hmac(changes) }), NOON);
  const flip =
    (at: number, value: number) =>
    (payload: Uint8Array): Uint8Array => {
      const out = payload.slice();
      const index = out.length - 28 + at;
      out[index] = (out[index] ?? 0) ^ value;
      return out;
    };

  test.each([
    [
      'no trailer',
      { mutate: (p: Uint8Array) => p.subarray(0, -28) },
      ['hmacMissing', 'ok', 'ok', 'hmacMissing'],
    ],
    ['a good one', {}, ['ok', 'ok', 'ok', 'ok']],
    ['type 3 instead of 1', { mutate: flip(0, 2) }, 'hmacMalformed'],
    ['a reserved bit', { mutate: flip(3, 1) }, 'hmacMalformed'],
    ['an unknown key', { keyId: 9 }, 'hmacUnknownKey'],
    [
      'an unknown key, 7 s old',
      { keyId: 9, off: -7 },
      ['hmacStale', 'hmacStale', 'hmacStale', 'hmacUnknownKey'],
    ],
    ['one bit of the MAC', { mutate: flip(27, 1) }, 'hmacInvalid'],
    ['one bit of the time', { mutate: flip(9, 1) }, 'hmacInvalid'],
    ['another secret', { secret: HMAC_KEYS.other }, 'hmacInvalid'],
    ['7 s old', { off: -7 }, ['hmacStale', 'hmacStale', 'hmacStale', 'ok']],
    ['7 s in the future', { off: 7 }, ['hmacStale', 'hmacStale', 'hmacStale', 'ok']],
    ['5 s old, the window', { off: -5 }, 'ok'],
    ['one byte less', { mutate: (p: Uint8Array) => p.subarray(0, -1) }, 'packetLengthErrors'],
    [
      '4 bytes more',
      { mutate: (p: Uint8Array) => Uint8Array.of(...p, 0, 0, 0, 0) },
      'packetLengthErrors',
    ],
    ['a resignation with a wrong MAC', { priority: 0, secret: HMAC_KEYS.other }, 'hmacInvalid'],
  ] as const)('%s', (_title, made, expected) => {
    const modes = [
      listening(),
      listening({ mode: 'permissive' }),
      listening({ mode: 'receive-only' }),
      listening({ antiReplay: 'monotonic' }),
    ];
    const results = modes.map((bench) => {
      const before = bench.view();
      signed(bench, made);
      const counters = bench.counters();
      const isAccepted = counters.advertisementsReceived === 1;
      if (isAccepted) return 'ok';
      // A packet that is dropped changes nothing else.
      const { counters: _, ...now } = bench.view();
      const { counters: __, ...then } = before;
      expect(now).toEqual(then);
      return Object.keys(counters).join();
    });
    expect(results).toEqual(typeof expected === 'string' ? Array(4).fill(expected) : expected);
  });

  test('a repeated packet, and an older one of the same sender, are replays in every mode', () => {
    for (const changes of [{}, { antiReplay: 'monotonic' }, { mode: 'permissive' }] as const) {
      const bench = listening(changes);
      signed(signed(signed(bench), {}), { off: -2 });
      expect(bench.counters()).toEqual({ advertisementsReceived: 1, hmacReplays: 2 });
      signed(bench, { counter: 1 });
      expect(bench.counters()).toMatchObject({ advertisementsReceived: 2 });
    }
  });

  test('senders have numbers of their own, and a flood of forged senders forgets none', () => {
    const bench = listening();
    signed(signed(bench, { off: 2 }), { source: '192.0.2.3' });
    expect(bench.counters()).toEqual({ advertisementsReceived: 2 });
    for (let i = 10; i < 200; i++)
      signed(bench, { source: `192.0.2.${i}`, secret: HMAC_KEYS.other });
    signed(signed(bench, { off: 2 }), { source: '192.0.2.3' });
    expect(bench.counters()).toMatchObject({ advertisementsReceived: 2, hmacReplays: 2 });
  });

  test('a sender whose clock was set back by more than the window is heard again once its number is out of it', () => {
    const bench = listening();
    signed(bench, { off: 4 });
    bench.run(1);
    signed(bench, { off: -4 });
    expect(bench.counters()).toMatchObject({ hmacReplays: 1 });
    // What the receiver remembers lies 4 s ahead; its clock is set back by 3 s.
    bench.send({ type: 'wallClock', ahead: (NOON - 3e6) as never });
    signed(bench, { off: -4 });
    expect(bench.counters()).toMatchObject({ advertisementsReceived: 2 });
  });

  test('a reload keeps the numbers: what was recorded before it is still a replay', () => {
    const bench = listening();
    const config = bench.view();
    signed(bench);
    bench.reload({
      ...instance({ hmac: hmac({ windowSeconds: 20 }) }),
      priority: config.basePriority,
    });
    signed(bench);
    expect(bench.counters()).toEqual({ advertisementsReceived: 1, hmacReplays: 1 });
  });

  test('a clock that has used up more than half of the window is told, and the advertisement counts', () => {
    const bench = listening();
    signed(bench, { off: -3 });
    expect(bench.counters()).toEqual({ advertisementsReceived: 1 });
    expect(bench.actions('notice')).toMatchObject([
      { id: 'vrrp.clockDrift', source: '192.0.2.1', behind: 3, window: 5 },
    ]);
  });

  test('roll-out: an unsigned receiver names what it dropped; permissive accepts both', () => {
    const plain = receiver(instance(), NOON);
    signed(plain);
    expect(plain.counters()).toEqual({ authTypeMismatch: 1 });
    expect(plain.actions('notice')).toMatchObject([
      {
        id: 'vrrp.authTypeMismatch',
        difference: { kind: 'authentication', theirs: 'HMAC', ours: 'none' },
      },
    ]);
  });

  test('two Masters that do not trust each other are a conflict with its reason', () => {
    const bench = listening().run(8);
    expect(bench.state()).toBe('MASTER');
    for (let at = 8; at < 16; at++)
      signed(bench.run(at), { secret: HMAC_KEYS.other, priority: 50 });
    expect(bench.view().conflicts).toMatchObject([{ name: 'other-authentication' }]);
  });

  test('unicast: who is no peer cannot sign, although the source is not checked', () => {
    const config = instance({ hmac: hmac(), unicastPeers: [peer('192.0.2.1')] });
    const bench = receiver(config, NOON);
    const make = (source: string): void => {
      const event = bench.packetEvent({ source, destination: '192.0.2.2' });
      const security = {
        key: new TextEncoder().encode(TEXT),
        hmacSha256: DIGESTS.hmacSha256,
        family: 'ipv4' as const,
        source: ipBytes(ip(source)),
      };
      const trailer = encodeHmacTrailer(
        event.message,
        { keyId: 1, stamp: stampAt(NOON) },
        security,
      );
      bench.send({ ...event, message: Uint8Array.of(...event.message, ...trailer) });
    };
    make('192.0.2.9');
    make('192.0.2.1');
    expect(bench.counters()).toEqual({ unknownPeer: 1, advertisementsReceived: 1 });
  });

  test('the window is three whole seconds of the interval, 5 at least', () => {
    const wide = receiver(instance({ advertInterval: seconds(10), hmac: noWindow() }), NOON);
    signed(signed(wide, { off: -30 }), { off: -31, counter: 1 });
    expect(wide.counters()).toEqual({ advertisementsReceived: 1, hmacStale: 1 });
  });
});

function noWindow(): HmacConfig {
  const { windowSeconds: _, ...rest } = hmac();
  return rest;
}
