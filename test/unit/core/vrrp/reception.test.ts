/** Each reception check of the reference's section 4.1: counter, silence, and no side effect. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeU16 } from '../../../../src/core/base/bytes.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import type { VrrpCounters } from '../../../../src/core/vrrp/events-and-actions.ts';
import { ip, vip } from '../../../support/builders/addresses.ts';
import { configuration, instance, instance6 } from '../../../support/builders/instance.ts';
import type { PeerPacket } from '../../../support/builders/packet.ts';
import { noticeName, noticeText } from '../../../support/facts.ts';
import { Bench, heldBackup, master } from '../../../support/vrrp-bench.ts';
import { hex } from '../../../vectors/vrrp.ts';

const v2 = instance();
const v3 = instance({ version: 3 });
const pass = instance({ authentication: { type: 'PASS', secret: 's3cr3t' } });
const secret = hex('7333637233740000');
const unicast = instance({
  unicastPeers: [{ address: ip('192.0.2.2'), minTtl: 255, maxTtl: 255 }],
  checkUnicastSource: true,
});
const toUs = { destination: '192.0.2.1' };

/** Bytes that no longer fit the checksum; for checks that come before it. */
const setByte =
  (at: number, value: number) =>
  (message: Uint8Array): Uint8Array => {
    const copy = message.slice();
    copy[at] = value;
    return copy;
  };
const cut =
  (length: number) =>
  (message: Uint8Array): Uint8Array =>
    message.slice(0, length);

type Case = readonly [string, VrrpInstanceConfig, PeerPacket, keyof VrrpCounters];

const rejected: readonly Case[] = [
  ['unicast to a multicast instance (VR-RX-29)', v2, toUs, 'wrongDestination'],
  ['multicast to a unicast instance (VR-RX-30)', unicast, {}, 'wrongDestination'],
  ['unicast to another address', unicast, { destination: '192.0.2.9' }, 'wrongDestination'],
  ['our own source', v2, { source: '192.0.2.1' }, 'ownSource'],
  ['our own source on another interface', v2, { source: '198.51.100.1' }, 'ownSource'],
  ['an unknown peer (VR-RX-31)', unicast, { ...toUs, source: '192.0.2.3' }, 'unknownPeer'],
  ['a peer with a low TTL (VR-RX-31)', unicast, { ...toUs, ttl: 64 }, 'ipTtlErrors'],
  ['seven bytes (VR-RX-07)', v2, { mutate: cut(7) }, 'packetLengthErrors'],
  ['TTL 254 (VR-RX-02)', v2, { ttl: 254 }, 'ipTtlErrors'],
  ['TTL 1 (VR-RX-02)', v2, { ttl: 1 }, 'ipTtlErrors'],
  ['TTL 0 (VR-RX-02)', v2, { ttl: 0 }, 'ipTtlErrors'],
  ['hop limit 254 (VR-RX-03)', instance6(), { ttl: 254 }, 'ipTtlErrors'],
  ['version 3 to a version 2 instance (VR-RX-04)', v2, { version: 3 }, 'versionErrors'],
  ['version 2 to a version 3 instance (VR-RX-05)', v3, { version: 2 }, 'versionErrors'],
  ['type 0 (VR-RX-06)', v2, { mutate: setByte(0, 0x20) }, 'invalidTypePackets'],
  ['type 2 (VR-RX-06)', v2, { mutate: setByte(0, 0x22) }, 'invalidTypePackets'],
  ['type 15 (VR-RX-06)', v3, { mutate: setByte(0, 0x3f) }, 'invalidTypePackets'],
  ['a count above the list (VR-RX-08)', v2, { mutate: setByte(3, 3) }, 'packetLengthErrors'],
  [
    'surplus addresses (VR-RX-09)',
    v2,
    { addresses: ['192.0.2.100', '192.0.2.101'], mutate: setByte(3, 1) },
    'packetLengthErrors',
  ],
  ['v2 without authentication data (VR-RX-10)', v2, { mutate: cut(12) }, 'packetLengthErrors'],
  ['a wrong checksum (VR-RX-11)', v2, { mutate: setByte(6, 0) }, 'checksumErrors'],
  ['a third kind of checksum (VR-RX-12)', v3, { mutate: setByte(7, 1) }, 'checksumErrors'],
  [
    'message-only checksum over IPv6',
    instance6(),
    { mutate: (message) => withChecksum(message) },
    'checksumErrors',
  ],
  ['count 0 (VR-RX-23)', v3, { addresses: [] }, 'addressListErrors'],
  ['authentication type 9 (VR-RX-17)', v2, { auth: { type: 9 } }, 'invalidAuthType'],
  ['PASS to an open instance (VR-RX-16)', v2, { auth: { type: 1 } }, 'authTypeMismatch'],
  ['no authentication to PASS (VR-RX-16)', pass, {}, 'authTypeMismatch'],
  [
    'a wrong password (VR-RX-18)',
    pass,
    { auth: { type: 1, data: hex('7333637233740001') } },
    'authFailures',
  ],
  ['AH type without AH', v2, { auth: { type: 2 } }, 'authTypeMismatch'],
  ['v2 interval 0', v2, { interval: 0 }, 'intervalErrors'],
  ['v3 interval 0 (VR-RX-21)', v3, { interval: 0 }, 'intervalErrors'],
  ['another v2 interval (VR-RX-19)', v2, { interval: 2 }, 'intervalErrors'],
  [
    'another v2 list in strict mode (VR-RX-24)',
    instance({ strict: true }),
    { addresses: ['192.0.2.99'] },
    'addressListErrors',
  ],
  [
    'an IPv6 list without link-local in strict mode (VR-RX-28)',
    instance6({ strict: true }),
    { addresses: ['2001:db8:1::100'] },
    'addressListErrors',
  ],
];

describe('a rejected packet', () => {
  it.each(rejected)('%s: one count, no reaction in Backup', (_what, config, packet, counter) => {
    const bench = held(config);
    const before = bench.view();
    bench.run(0.7).packet(packet);
    expect(bench.router.deadline).toBe(3_609_375);
    expect(bench.actions('notice').map(noticeName)).toEqual([counter]);
    expect(bench.record.length).toBe(1);
    expect(bench.view()).toEqual({
      ...before,
      counters: { ...before.counters, [counter]: before.counters[counter] + 1, ...styles(bench) },
    });
  });

  it.each(rejected)('%s: no reaction in Master', (_what, config, packet, counter) => {
    const bench = master(config)
      .run(4)
      .packet({ ...packet, priority: 50 });
    expect(bench.record.filter(({ action }) => action.type !== 'notice')).toEqual([]);
    expect(bench.router.deadline).toBe(4_609_375);
    expect(bench.counters()[counter]).toBe(1);
  });

  it('a stream of them changes no timer (VR-RX-33, VR-RX-34)', () => {
    const backup = held(v2);
    for (let t = 0.3; t < 3.6; t += 0.3) backup.run(t).packet({ mutate: setByte(6, 0) });
    expect(backup.router.deadline).toBe(3_609_375);
    const speaker = master(v2);
    for (let t = 4; t < 10; t += 0.4) speaker.run(t).packet({ mutate: setByte(6, 0) });
    speaker.run(10);
    expect(speaker.actions('sendAdvertisement').map(({ at }) => at)).toEqual([
      4_609_375, 5_609_375, 6_609_375, 7_609_375, 8_609_375, 9_609_375,
    ]);
  });

  it('a thousand of them make few notices and exact counters (VR-RX-36)', () => {
    const bench = held(v2);
    for (let i = 0; i < 1000; i++) bench.packet({ ttl: 64 });
    expect(bench.counters().ipTtlErrors).toBe(1000);
    expect(bench.actions('notice').length).toBe(1);
    bench.run(3.5).packet();
    for (let t = 6; t < 33; t += 3) bench.run(t).packet();
    bench.run(31).forget().packet({ ttl: 64 });
    expect(bench.actions('notice').map(noticeText)[0]).toContain('999 more');
  });

  it.each(['ipv4', 'ipv6'] as const)('random bytes over %s do nothing (VR-RX-37)', (family) => {
    const bench = held(family === 'ipv4' ? v3 : instance6());
    const event = bench.packetEvent({});
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), (message) => {
        bench.send({ ...event, message });
        expect(bench.router.deadline).toBe(3_609_375);
      }),
      { numRuns: 2000 },
    );
  });

  it('random changes of a valid packet never move more than a valid packet may', () => {
    fc.assert(
      fc.property(fc.nat({ max: 11 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bench = held(v3).run(0.7);
        bench.packet({ mutate: (message) => setByte(at, (message[at] ?? 0) ^ flip)(message) });
        expect(bench.router.deadline).toBe(3_609_375);
      }),
    );
  });
});

describe('an accepted packet', () => {
  const accepted: readonly (readonly [string, VrrpInstanceConfig, PeerPacket])[] = [
    ['as we send it (VR-RX-01)', v2, {}],
    ['with the right password', pass, { auth: { type: 1, data: secret } }],
    ['with authentication data that type 0 ignores', v2, { auth: { type: 0, data: secret } }],
    ['v3 with pseudo-header checksum (VR-RX-12)', v3, { style: 'pseudo-header' }],
    ['v3 with message-only checksum (VR-RX-12)', v3, { style: 'message-only' }],
    [
      'of the owner with another v2 list (VR-RX-25)',
      v2,
      { priority: 255, addresses: ['192.0.2.9'] },
    ],
    ['with another v2 list (VR-RX-24)', v2, { addresses: ['192.0.2.9', '192.0.2.100'] }],
    [
      'of the owner with another v2 list in strict mode (VR-RX-25)',
      instance({ strict: true }),
      { priority: 255, addresses: ['192.0.2.9'] },
    ],
    ['without addresses (version 2)', v2, { addresses: [] }],
    ['with another v3 list (VR-RX-26)', v3, { addresses: ['192.0.2.9', '192.0.2.10'] }],
    ['over IPv6', instance6(), {}],
    [
      'with an IPv6 list without link-local (VR-RX-28)',
      instance6({ addresses: [vip('2001:db8:1::100')] }),
      {},
    ],
    ['of a configured peer (VR-RX-31)', unicast, toUs],
    ['whose TTL the socket could not tell', v2, { ttl: -1 }],
    [
      'of an unknown sender where sources are not checked',
      { ...unicast, checkUnicastSource: false },
      { ...toUs, source: '192.0.2.3', ttl: 64 },
    ],
    ['without addresses, like our own list', instance({ addresses: [] }), {}],
  ];

  it.each(accepted)('%s restarts the timer', (_what, config, packet) => {
    const bench = held(config).run(0.7).packet(packet);
    expect(bench.router.deadline).toBe(700_000 + 3_609_375);
  });

  it('checksum styles of v3 over IPv4 are counted apart (VR-RX-12)', () => {
    const bench = held(v3).packet({ style: 'message-only' });
    expect(bench.counters()).toMatchObject({ checksumMessageOnly: 1, checksumPseudoHeader: 1 });
    expect(held(v2).counters()).toEqual({ advertisementsReceived: 1 });
  });

  it('differences of v3 are counted and reported (VR-RX-20, VR-RX-26)', () => {
    const bench = held(v3).packet({ addresses: ['192.0.2.9'], interval: 200 });
    expect(bench.counters()).toMatchObject({ addressListErrors: 1 });
    expect(held(v3).packet({ interval: 200 }).counters()).toMatchObject({ intervalErrors: 1 });
    expect(bench.actions('notice').map(noticeName)).toContain('addressListErrors');
  });

  it('the same addresses in another order are no difference (VR-RX-27)', () => {
    const two = instance({ addresses: [vip('192.0.2.100'), vip('192.0.2.101')] });
    const bench = held(two)
      .run(0.7)
      .packet({ addresses: ['192.0.2.101', '192.0.2.100'] });
    expect(bench.router.deadline).toBe(4_309_375);
    expect(bench.counters()).toEqual({ advertisementsReceived: 2 });
  });

  it('a list that names one address twice is another list', () => {
    const two = instance({ addresses: [vip('192.0.2.100'), vip('192.0.2.101')] });
    const bench = held(two).packet({ addresses: ['192.0.2.100', '192.0.2.100'] });
    expect(bench.counters().addressListErrors).toBe(1);
  });

  it('reserved bits of v3 are passed over (VR-RX-22)', () => {
    const bench = held(v3).run(0.7);
    bench.packet({ style: 'message-only', mutate: (m) => withChecksum(setByte(4, 0xf0)(m)) });
    expect(bench.router.deadline).toBe(4_309_375);
    expect(bench.view().masterAdvertInterval).toBe(1_000_000);
  });
});

describe('an owner that hears others (erratum 8298, VR-RX-39)', () => {
  const owner = instance({ priority: 255, initialState: 'MASTER' });

  it('reports, answers a lower one, stays', () => {
    const bench = new Bench(owner).forget().run(0.5).packet({ priority: 200 });
    expect(bench.counters().ownerConflicts).toBe(1);
    expect(bench.lines()).toEqual([
      '0.500 VI notice ownerHeard',
      '0.500 VI advert p255',
      '0.500 VI arp 192.0.2.100',
      '0.500 VI notice lowerPriorityHeard',
    ]);
  });

  it('steps down for another owner with a higher address', () => {
    const bench = new Bench(owner).packet({ priority: 255, source: '192.0.2.200' });
    expect(bench.state()).toBe('BACKUP');
    expect(new Bench(owner).packet({ priority: 255, source: '192.0.2.0' }).state()).toBe('MASTER');
  });

  it('ignores them when it is told so, out of strict mode', () => {
    const bench = new Bench({ ...owner, ignoreAdvertisements: true }).forget();
    bench.packet({ priority: 255, source: '192.0.2.200' });
    expect(bench.lines()).toEqual(['0.000 VI notice ownerConflicts']);
    expect(bench.state()).toBe('MASTER');
  });

  it('ignores them in strict mode', () => {
    const bench = new Bench({ ...owner, strict: true }).forget().packet({ priority: 255 });
    expect(bench.lines()).toEqual(['0.000 VI notice ownerConflicts']);
    expect(bench.state()).toBe('MASTER');
  });
});

describe('the check of the address list', () => {
  const other = { addresses: ['192.0.2.77'] };

  it('is left out for the master that was heard last, where that is wished for', () => {
    const bench = heldBackup(instance({ skipListCheck: true }), other);
    for (const at of [1, 2, 3]) bench.run(at).packet(other);
    expect(bench.counters()).toMatchObject({ addressListErrors: 1, advertisementsReceived: 4 });
    expect(bench.packet({ ...other, source: '192.0.2.3' }).counters()).toMatchObject({
      addressListErrors: 2,
    });
  });

  it('is made each time otherwise', () => {
    const bench = heldBackup(instance(), other).run(1).packet(other);
    expect(bench.counters()).toMatchObject({ addressListErrors: 2 });
  });
});

describe('packets for nobody', () => {
  it('are reported with their sender, VRID and interface where that is wished for, within limits', () => {
    const bench = new Bench({ ...configuration([v2]), logUnknownVrids: true });
    for (let at = 0; at < 20; at++) bench.run(at).packet({ vrid: 52 });
    bench.packet({ vrid: 53 });
    expect(bench.actions('notice').map(noticeText)).toEqual([
      '192.0.2.2 advertises virtual_router_id 52 on eth0, which no instance here has',
      '192.0.2.2 advertises virtual_router_id 53 on eth0, which no instance here has',
    ]);
    expect(bench.router.view().router.vridErrors).toBe(21);
  });

  it.each<[string, PeerPacket, string]>([
    ['another VRID (VR-RX-13)', { vrid: 52 }, 'vridErrors'],
    ['another interface (VR-RX-15)', { ifindex: 3 }, 'vridErrors'],
    ['another VRID with a wrong TTL', { vrid: 52, ttl: 3 }, 'ipTtlErrors'],
    ['another VRID with a wrong checksum', { vrid: 52, mutate: setByte(6, 0) }, 'checksumErrors'],
    ['another VRID of version 1', { vrid: 52, mutate: setByte(0, 0x11) }, 'versionErrors'],
    ['another VRID of type 3', { vrid: 52, mutate: setByte(0, 0x23) }, 'invalidTypePackets'],
    ['another VRID, too short', { vrid: 52, mutate: cut(11) }, 'packetLengthErrors'],
    ['no byte at all (VR-RX-07)', { mutate: cut(0) }, 'packetLengthErrors'],
    ['one byte (VR-RX-07)', { mutate: cut(1) }, 'packetLengthErrors'],
  ])('%s: counted for the router, not reported', (_what, packet, counter) => {
    const bench = held(v2).packet(packet);
    const counts = Object.entries(bench.router.view().router).filter(([, value]) => value !== 0);
    expect(counts).toEqual([[counter, 1]]);
    expect(bench.lines()).toEqual([]);
    expect(bench.router.deadline).toBe(3_609_375);
  });

  it('the same VRID in the other family (VR-RX-14)', () => {
    const bench = held(v2);
    const other = new Bench(instance6({ vrid: 51 })).packetEvent({});
    bench.send(other);
    expect(bench.router.view().router.vridErrors).toBe(1);
    expect(bench.router.deadline).toBe(3_609_375);
  });
});

/** Held in Backup by a valid packet of the instance's kind. */
function held(config: VrrpInstanceConfig): Bench {
  const isPass = config.authentication?.type === 'PASS';
  return heldBackup(config, {
    ...(isPass && { auth: { type: 1, data: secret } }),
    ...(config.unicastPeers.length > 0 && toUs),
  }).run(0);
}

/** Later checks of version 3 count the checksum's style first. */
function styles(bench: Bench): Partial<VrrpCounters> {
  const { checksumPseudoHeader, checksumMessageOnly } = bench.view().counters;
  return { checksumPseudoHeader, checksumMessageOnly };
}

/** The message with the checksum of the message alone. */
function withChecksum(message: Uint8Array): Uint8Array {
  const copy = message.slice();
  writeU16(copy, 6, 0);
  let sum = 0;
  for (let i = 0; i < copy.length; i += 2) sum += ((copy[i] ?? 0) << 8) | (copy[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  writeU16(copy, 6, ~sum & 0xffff);
  return copy;
}

describe('V3: a packet longer than any advertisement', () => {
  it('is counted and named, and not read', () => {
    const bench = held(instance6()).run(0.7);
    bench.send({ ...bench.packetEvent({}), cutFrom: 4_500 });
    expect(bench.router.deadline).toBe(3_609_375);
    expect(bench.counters().packetLengthErrors).toBe(1);
    expect(bench.actions('notice').map(noticeText)).toEqual([
      'dropped an advertisement of wrong length: from fe80::ff:fe00:b (4500 bytes, more than any advertisement has), dropped',
    ]);
  });

  it('for nobody here is counted for the router', () => {
    const bench = held(instance6());
    bench.send({ ...bench.packetEvent({ vrid: 99 }), cutFrom: 4_500 });
    expect(bench.router.view().router).toMatchObject({ packetLengthErrors: 1, vridErrors: 0 });
  });

  it('of the full length with 255 addresses is read', () => {
    const addresses = Array.from({ length: 255 }, (_, i) => vip(`fe80::1:${(i + 1).toString(16)}`));
    const bench = held(instance6({ addresses })).run(0.7).packet();
    expect(bench.router.deadline).toBe(4_309_375);
  });
});
