/** What goes on the wire: bytes against captures, numbering, sources, authentication (VR-TX). */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../../src/core/base/bytes.ts';
import { centiseconds, milliseconds, seconds } from '../../../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import type { VrrpAction } from '../../../../src/core/vrrp/events-and-actions.ts';
import { encodeIpv4Header } from '../../../../src/core/wire/ipv4.ts';
import { ip, vip } from '../../../support/builders/addresses.ts';
import { fact } from '../../../support/builders/host.ts';
import { instance, instance6 } from '../../../support/builders/instance.ts';
import { Bench, listedAddresses, master } from '../../../support/vrrp-bench.ts';
import { advertisementVector, packetOf } from '../../../vectors/vrrp.ts';

type Sent = Extract<VrrpAction, { readonly type: 'sendAdvertisement' }>;

/** Every advertisement of the first seconds, a resignation at the end. */
function sent(config: VrrpInstanceConfig): readonly Sent[] {
  const bench = new Bench(config).run(6).send({ type: 'shutdown' });
  return bench.actions('sendAdvertisement');
}

/** The packet a driver makes of an action, as the vectors have it. */
function packetText(action: Sent | undefined): string {
  if (action === undefined) return 'nothing';
  const bytes = (text: string) => Uint8Array.from(text.split('.'), Number);
  const header = encodeIpv4Header({
    tos: 0xc0,
    payloadLength: action.message.length,
    identification: action.ipId,
    dontFragment: false,
    ttl: 255,
    protocol: action.protocol,
    source: bytes(action.source),
    destination: bytes(action.destination),
  });
  return toHex(header) + toHex(action.message);
}

const vector = (id: string): string => toHex(packetOf(advertisementVector(id)));

describe('packets equal those of keepalived', () => {
  it('version 2, first advert and resignation (VR-TX-01, -06, -13..-16, -19; V01, V02)', () => {
    const packets = sent(instance());
    expect(packetText(packets[0])).toBe(vector('V01'));
    expect(packets.length).toBe(4);
    expect(packetText(packets[3])).toBe(vector('V02'));
  });

  it('version 3 IPv4 (VR-TX-02, -20; V07, V09)', () => {
    const packets = sent(instance({ version: 3 }));
    expect(packetText(packets[0])).toBe(vector('V07'));
    expect(packetText(packets[3])).toBe(vector('V09'));
  });

  it('version 3 IPv4 with the RFC 9568 checksum (VR-TX-02; V08)', () => {
    const config = instance({ version: 3, checksumWithoutPseudoHeader: true });
    expect(packetText(sent(config)[0])).toBe(vector('V08a'));
  });

  it('PASS (VR-TX-27; V05)', () => {
    const config = instance({ authentication: { type: 'PASS', secret: 's3cr3t' } });
    expect(packetText(sent(config)[0])).toBe(vector('V05'));
  });

  it('a password beyond 8 bytes is cut (VR-TX-27)', () => {
    const config = instance({ authentication: { type: 'PASS', secret: 's3cr3tXYZZZ' } });
    expect(toHex(sent(config)[0]?.message.slice(-8) ?? new Uint8Array())).toBe('7333637233745859');
  });

  it('AH, sequence and identification counting (V06)', () => {
    const config = instance({ authentication: { type: 'AH', secret: 's3cr3t' } });
    // keepalived counts from 1, we count from the second of the wall clock: its first one.
    const bench = new Bench(config).send({ type: 'wallClock', ahead: seconds(-3) }).run(6);
    const packets = bench.send({ type: 'shutdown' }).actions('sendAdvertisement');
    expect(packetText(packets[0])).toBe(vector('V06a'));
    expect(packetText(packets[1])).toBe(vector('V06b'));
    expect(packetText(packets[3])).toBe(vector('V06c'));
  });

  it('AH: the numbers of a process begin with the wall clock, beyond those of its predecessor', () => {
    const config = instance({ authentication: { type: 'AH', secret: 's3cr3t' } });
    const numbers = (clock: number): number[] => {
      const bench = new Bench(config);
      bench.send({ type: 'wallClock', ahead: seconds(clock) }).run(60);
      return bench
        .actions('sendAdvertisement')
        .map(({ message }) => new DataView(message.buffer, message.byteOffset).getUint32(8));
    };
    const before = numbers(1_790_000_000);
    const after = numbers(1_790_000_060);
    expect(before.every((one, i) => i === 0 || one === (before[i - 1] ?? 0) + 1)).toBe(true);
    expect(after[0]).toBeGreaterThan(before.at(-1) ?? Number.POSITIVE_INFINITY);
  });

  it('version 3 IPv6 (VR-TX-03, -07, -21; V12)', () => {
    const packets = sent(instance6());
    const text = (action: Sent | undefined) => toHex(action?.message ?? new Uint8Array());
    const message = (id: string) => toHex(packetOf(advertisementVector(id)).subarray(40));
    expect(text(packets[0])).toBe(message('V12a'));
    expect(text(packets.at(-1))).toBe(message('V12c'));
    expect(packets[0]).toMatchObject({ source: 'fe80::ff:fe00:a', destination: 'ff02::12' });
  });

  it('unicast: one checksum per peer, one identification for all (VR-TX-20; V14, V15)', () => {
    const peer = (address: string) => ({ address: ip(address), minTtl: 0, maxTtl: 255 });
    const unicastPeers = [peer('192.0.2.2'), peer('192.0.2.3')];
    const v3 = sent(instance({ version: 3, priority: 150, unicastPeers }));
    expect([packetText(v3[0]), packetText(v3[1])]).toEqual([vector('V15a'), vector('V15b')]);
    const v2 = sent(instance({ priority: 150, unicastPeers }));
    expect([packetText(v2[0]), packetText(v2[1])]).toEqual([vector('V14a'), vector('V14b')]);
    expect(v2.map(({ ipId }) => ipId).slice(0, 4)).toEqual([1, 1, 2, 2]);
  });

  it('twenty addresses in configured order (VR-TX-15; V04)', () => {
    const addresses = Array.from({ length: 20 }, (_, i) => vip(`203.0.113.${i + 1}`));
    const config = instance({ vrid: 9, priority: 255, initialState: 'MASTER', addresses });
    expect(packetText(sent(config)[0])).toBe(vector('V04'));
  });
});

describe('fields', () => {
  it.each([
    ['3 s, version 2', 2 as const, seconds(3), 3],
    ['0.01 s', 3 as const, milliseconds(10), 1],
    ['0.1 s', 3 as const, milliseconds(100), 10],
    ['40.95 s', 3 as const, centiseconds(4095), 4095],
  ])('interval %s (VR-TX-16, VR-TX-17)', (_what, version, advertInterval, field) => {
    const config = instance({ version, advertInterval, priority: 255, initialState: 'MASTER' });
    const [advert] = sent(config);
    const [high = 0, low = 0] = advert?.message.slice(4, 6) ?? [];
    expect(version === 2 ? low : (high << 8) | low).toBe(field);
  });

  it('255 addresses fit one message (VR-TX-22)', () => {
    const addresses = Array.from({ length: 255 }, (_, i) => vip(`203.0.113.${i}`));
    const [advert] = sent(instance({ addresses }));
    expect(advert && listedAddresses(advert).length).toBe(255);
  });

  it('excluded addresses are held, not listed', () => {
    const bench = master(instance({ excludedAddresses: [vip('192.0.2.200')] })).run(5);
    const [advert] = bench.actions('sendAdvertisement');
    expect(advert && listedAddresses(advert)).toEqual(['192.0.2.100']);
    bench.packet();
    expect(bench.actions('setAddresses')[0]?.addresses.length).toBe(2);
  });

  it('the identification counts from 1 and skips 0', () => {
    const bench = new Bench(
      instance({
        version: 3,
        advertInterval: milliseconds(10),
        priority: 255,
        initialState: 'MASTER',
      }),
    ).run(656);
    const ids = bench.actions('sendAdvertisement').map(({ ipId }) => ipId);
    expect(ids.slice(0, 3)).toEqual([1, 2, 3]);
    expect(ids.slice(65_533, 65_537)).toEqual([65_534, 65_535, 1, 2]);
  });

  it('steady state sends the same bytes without encoding them again', () => {
    const bench = master(instance()).run(6);
    const [first, second] = bench.actions('sendAdvertisement');
    expect(first?.message).toBe(second?.message);
  });
});

describe('AH between two routers', () => {
  const config = instance({ authentication: { type: 'AH', secret: 's3cr3t' } });
  const arrive = (bench: Bench, packet: Uint8Array): Bench =>
    bench.send({ ...bench.packetEvent({ source: '192.0.2.1' }), ipPacket: packet });
  /** A Backup on another host than the vectors' sender. */
  const backup = (changes: Partial<VrrpInstanceConfig> = {}): Bench =>
    new Bench(
      { ...config, priority: 90, ...changes, sourceAddress: ip('192.0.2.2') },
      {
        host: {
          interfaces: [{ ifindex: 2, name: 'eth0', up: true, mtu: 1500, noArp: false }],
          addresses: [fact('192.0.2.2')],
        },
      },
    );
  const [first, second, farewell] = ['V06a', 'V06b', 'V06c'].map((id) =>
    packetOf(advertisementVector(id)),
  ) as [Uint8Array, Uint8Array, Uint8Array];

  it('accepts growing sequence numbers and continues them as Master', () => {
    const bench = arrive(arrive(backup(), first), second);
    expect(bench.counters()).toEqual({ advertisementsReceived: 2 });
    arrive(bench, farewell).run(5);
    const [advert] = bench.actions('sendAdvertisement');
    expect(advert?.message.slice(8, 12)).toEqual(Uint8Array.of(0, 0, 0, 5));
  });

  it('two Masters that count in step hear each other: own numbers are no replay', () => {
    const peer = { name: 'VI', priority: 100, sourceAddress: ip('192.0.2.1') };
    const [a, b] = [backup(), new Bench({ ...config, ...peer })];
    for (const bench of [a, b]) bench.run(4).forget().run(5);
    const [mine] = b.actions('sendAdvertisement');
    const packet = Uint8Array.from(Buffer.from(packetText(mine), 'hex'));
    expect(arrive(a, packet).state()).toBe('BACKUP');
  });

  it('an owner that ignores others goes on with their numbers: they would take its own for replays', () => {
    const owner = { priority: 255, initialState: 'MASTER', strict: true } as const;
    const bench = arrive(arrive(backup(owner), first), second)
      .forget()
      .run(1.5);
    expect(bench.counters().ownerConflicts).toBe(2);
    const [advert] = bench.actions('sendAdvertisement');
    expect(advert && toHex(advert.message.subarray(8, 12))).toBe('00000003');
  });

  it('drops a replay, another key, and an open packet', () => {
    const replayed = arrive(arrive(backup(), second), first);
    expect(replayed.counters()).toMatchObject({ replays: 1, advertisementsReceived: 1 });
    expect(replayed.counters()).not.toHaveProperty('authFailures');
    const other = backup({ authentication: { type: 'AH', secret: 'other' } });
    expect(arrive(other, first).counters()).toEqual({ authFailures: 1 });
    expect(backup().packet({ source: '192.0.2.1' }).counters()).toEqual({ authTypeMismatch: 1 });
    const open = backup().packet({ source: '192.0.2.1', auth: { type: 2 } });
    expect(open.counters()).toEqual({ authFailures: 1 });
  });

  it('O2: a replayed packet does not make its sender a second Master', () => {
    const bench = arrive(backup(), second).run(20);
    expect(bench.state()).toBe('MASTER');
    for (let at = 20; at < 25; at++) arrive(bench.run(at), first);
    expect(bench.counters()).toMatchObject({ replays: 5 });
    expect(bench.actions('conflict')).toEqual([]);
    expect(bench.actions('notice').map(({ id }) => id)).toEqual(['vrrp.replays']);
  });

  it('drops AH where none is configured, and cut packets without a crash', () => {
    const plain = new Bench(instance({ sourceAddress: ip('192.0.2.2') }), {
      host: {
        interfaces: [{ ifindex: 2, name: 'eth0', up: true, mtu: 1500, noArp: false }],
        addresses: [fact('192.0.2.2')],
      },
    });
    expect(arrive(plain, first).counters()).toEqual({ authTypeMismatch: 1 });
    for (let length = 0; length < first.length; length++) {
      expect(
        arrive(backup(), first.subarray(0, length)).counters().advertisementsReceived,
      ).toBeUndefined();
    }
  });
});
