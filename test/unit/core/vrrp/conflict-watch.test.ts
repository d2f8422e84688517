/** A conflict as operators see it: who else is Master, since when, what differs, and its end. */
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import { CONFLICT_NAMES, CONFLICTS } from '../../../../src/core/vrrp/conflict-names.ts';
import { RIVALS_MAX } from '../../../../src/core/vrrp/conflict-watch.ts';
import { vip } from '../../../support/builders/addresses.ts';
import { hostWith } from '../../../support/builders/host.ts';
import { instance, instance6 } from '../../../support/builders/instance.ts';
import type { PeerPacket } from '../../../support/builders/packet.ts';
import { type Bench, master } from '../../../support/vrrp-bench.ts';

/** Phases with their times, since the last look. */
function phases(bench: Bench): string[] {
  return bench
    .actions('conflict')
    .map(({ at, phase, rival }) => `${(at / 1e6).toFixed(1)} ${phase} ${rival.name}`);
}

/** The other router advertises once a second from `from` to `to`. */
function advertises(bench: Bench, from: number, to: number, packet: PeerPacket): Bench {
  for (let at = from; at < to; at++) bench.run(at).packet(packet);
  return bench;
}

const lower = { priority: 50 };

describe('O2: a conflict has a begin, an end and a name', () => {
  it('V19: a Master that hears a lower priority every second', () => {
    const bench = advertises(master(instance()).run(20), 20, 60, lower);
    expect(phases(bench)).toEqual(['21.0 began deaf-peer']);
    expect(bench.view().conflicts).toEqual([
      { name: 'deaf-peer', address: '192.0.2.2', priority: 50, since: 20_000_000 },
    ]);
    expect(phases(bench.forget().run(70))).toEqual(['62.5 silent deaf-peer']);
    expect(bench.view().conflicts).toEqual([]);
  });

  it('is none when the other steps down after its next advertisement', () => {
    const bench = master(instance()).run(20).packet(lower).run(20.1).packet(lower).run(40);
    expect(phases(bench)).toEqual([]);
  });

  it('is none when a stalled Master finds what the other sent meanwhile', () => {
    const bench = master(instance()).run(20).forget().stall(30);
    for (const waited of [8, 7, 6, 5, 4, 3, 2, 1]) {
      bench.packet({ ...lower, waited: seconds(waited) });
    }
    expect(phases(bench.run(40))).toEqual([]);
  });

  it('outlives single losses, and begins anew after a silence', () => {
    const bench = advertises(master(instance()).run(20), 20, 23, lower);
    advertises(bench, 25, 28, lower);
    expect(phases(bench.run(35))).toEqual(['21.0 began deaf-peer', '30.5 silent deaf-peer']);
    advertises(bench.forget().run(50), 50, 53, lower);
    expect(phases(bench)).toEqual(['51.0 began deaf-peer']);
  });

  it('is said again at a low rate while it lasts', () => {
    const bench = advertises(master(instance()).run(20), 20, 700, lower);
    expect(phases(bench)).toEqual([
      '21.0 began deaf-peer',
      '321.0 lasts deaf-peer',
      '621.0 lasts deaf-peer',
    ]);
    expect(bench.actions('conflict').at(-1)?.lasted).toBe(601_000_000);
  });

  it('ends when the other resigns, and when we leave Master', () => {
    const resigned = advertises(master(instance()).run(20), 20, 25, lower).forget();
    expect(phases(resigned.packet({ priority: 0 }))).toEqual(['24.0 resigned deaf-peer']);
    const left = advertises(master(instance()).run(20), 20, 25, lower).forget();
    left.network(hostWith('eth0', { up: false }));
    expect(phases(left)).toEqual(['24.0 left-master deaf-peer']);
    expect(left.view().conflicts).toEqual([]);
  });

  it('is none with a host behind a router, whatever it sends', () => {
    const bench = master(instance()).run(20);
    advertises(bench, 20, 40, { ...lower, destination: '192.0.2.1', ttl: 60 });
    expect(phases(bench)).toEqual([]);
  });

  it('is not hidden by packets of many made-up senders', () => {
    const bench = master(instance()).run(20);
    for (let at = 20; at < 24; at++) {
      bench.run(at).packet(lower);
      for (let one = 10; one < 40; one++) bench.packet({ ...lower, source: `192.0.2.${one}` });
    }
    expect(phases(bench)[0]).toBe('21.0 began deaf-peer');
    expect(bench.view().conflicts[0]?.address).toBe('192.0.2.2');
  });

  it('with an owner that drops all advertisements is two owners only when the other one is', () => {
    const owner = (): Bench => master(instance({ priority: 255, strict: true })).run(20);
    const other = advertises(owner(), 20, 24, { priority: 100 });
    expect(phases(other)[0]).toBe('21.0 began deaf-peer');
    expect(phases(advertises(owner(), 20, 24, { priority: 255 }))[0]).toBe('21.0 began two-owners');
  });

  it('follows several rivals, each with its begin and its end', () => {
    const bench = master(instance()).run(20);
    const other = { ...lower, source: '192.0.2.3' };
    for (let at = 20; at < 30; at++) {
      bench.run(at).packet(lower);
      if (at < 25) bench.run(at + 0.5).packet(other);
    }
    const told = bench
      .run(40)
      .actions('conflict')
      .map(({ at, phase, rival }) => `${(at / 1e6).toFixed(1)} ${phase} ${rival.address}`);
    expect(told).toEqual([
      '21.0 began 192.0.2.2',
      '21.5 began 192.0.2.3',
      '28.0 silent 192.0.2.3',
      '32.5 silent 192.0.2.2',
    ]);
  });

  it('tells all of them in the view, and ends only the one that resigns', () => {
    const bench = master(instance()).run(20);
    const other = { ...lower, source: '192.0.2.3' };
    for (let at = 20; at < 24; at++)
      bench
        .run(at)
        .packet(lower)
        .run(at + 0.5)
        .packet(other);
    const addresses = (): string[] => bench.view().conflicts.map(({ address }) => address);
    expect(addresses()).toEqual(['192.0.2.2', '192.0.2.3']);
    bench.packet({ ...other, priority: 0 });
    expect(addresses()).toEqual(['192.0.2.2']);
  });

  it('follows a bounded number of them', () => {
    const bench = master(instance()).run(20);
    for (let at = 20; at < 24; at++) {
      bench.run(at);
      for (let one = 2; one < 14; one++) bench.packet({ ...lower, source: `192.0.2.${one}` });
    }
    expect(bench.view().conflicts).toHaveLength(RIVALS_MAX);
  });

  it('is none when two advertisements cross and the other steps down then', () => {
    // The other one sleeps, wakes, and sends before it reads that we are Master again.
    const bench = master(instance()).run(20).packet(lower);
    const beat = bench.forget().run(20.7).actions('sendAdvertisement')[0]?.at ?? 0;
    bench.run((beat + 1_000) / 1e6 + 0.1).packet({ ...lower, waited: seconds(0.1) });
    expect(phases(bench.run(30))).toEqual([]);
  });

  it('begins with the next advertisement of a router that always sends right behind us', () => {
    const bench = master(instance({ answerLowerPriority: false })).run(20);
    const offset = (bench.router.deadline ?? 0) / 1e6 - 20 + 0.001;
    for (let at = 20; at < 24; at++) bench.run(at + offset).packet(lower);
    expect(bench.actions('conflict').map(({ phase }) => phase)).toEqual(['began']);
    expect(bench.actions('conflict')[0]?.lasted).toBe(2_000_000);
  });
});

describe('O2: what differs', () => {
  const authenticated = instance({ authentication: { type: 'PASS', secret: 'ours' } });
  const unicast = instance({
    unicastPeers: [{ address: vip('192.0.2.9').address, minTtl: 0, maxTtl: 255 }],
    checkUnicastSource: true,
  });

  it.each([
    [
      'another password',
      authenticated,
      { auth: { type: 1, data: new Uint8Array(8) } },
      'other-authentication',
      { kind: 'authentication', theirs: 'PASS', ours: 'PASS' },
    ],
    [
      'no authentication',
      authenticated,
      {},
      'other-authentication',
      { kind: 'authentication', theirs: 'none', ours: 'PASS' },
    ],
    [
      'another interval',
      instance(),
      { interval: 2 },
      'other-interval',
      { kind: 'interval', theirs: seconds(2), ours: seconds(1) },
    ],
    [
      'another version',
      instance(),
      { version: 3 as const },
      'other-version',
      { kind: 'version', theirs: 3, ours: 2 },
    ],
    [
      'V9: unicast to a multicast instance',
      instance(),
      { destination: '192.0.2.1' },
      'other-destination',
      {
        kind: 'destination',
        destination: '192.0.2.1',
        isMulticast: false,
        expectsMulticast: true,
        expected: '224.0.0.18',
      },
    ],
    [
      'V9: multicast to a unicast instance',
      unicast,
      {},
      'other-destination',
      {
        kind: 'destination',
        destination: '224.0.0.18',
        isMulticast: true,
        expectsMulticast: false,
        expected: '192.0.2.1',
      },
    ],
    ['an unlisted peer', unicast, { destination: '192.0.2.1' }, 'unlisted-peer', undefined],
    ['the same address', instance(), { priority: 100, source: '192.0.2.1' }, undefined, undefined],
  ] as const)('%s', (_what, config, packet, name, difference) => {
    const bench = advertises(master(config).run(20), 20, 23, { priority: 50, ...packet });
    const [conflict] = bench.view().conflicts;
    expect(conflict?.name).toBe(name);
    expect(conflict?.difference).toEqual(difference);
  });

  it('another address list, which a strict version 2 router drops', () => {
    const packet = { priority: 50, addresses: ['192.0.2.100', '192.0.2.101'] };
    const bench = advertises(master(instance({ strict: true })).run(20), 20, 23, packet);
    expect(bench.view().conflicts[0]?.name).toBe('other-addresses');
  });

  it('IPv6, version 3', () => {
    const bench = advertises(master(instance6()).run(20), 20, 23, lower);
    expect(bench.view().conflicts[0]).toMatchObject({
      name: 'deaf-peer',
      address: 'fe80::ff:fe00:b',
    });
  });
});

it('O2: each kind of conflict has words and an advice', () => {
  for (const name of CONFLICT_NAMES) {
    expect(CONFLICTS[name].words).toMatch(/[^.]$/);
    expect(CONFLICTS[name].advice).toMatch(/^[A-Z].*\.$/);
  }
});

describe('V19: a Master that wakes after a stall says so', () => {
  it('also when the packets of the meantime are handled first', () => {
    const bench = master(instance()).run(20).forget().stall(30);
    for (const waited of [3, 2, 1]) bench.packet({ ...lower, waited: seconds(waited) });
    expect(bench.actions('notice').map(({ id }) => id)).toEqual([
      'vrrp.lateDeadline',
      'vrrp.lowerPriorityHeard',
    ]);
    expect(bench.state()).toBe('MASTER');
  });

  it('counts it once, however many packets have waited', () => {
    const stalled = (bench: Bench, at: number): Bench => {
      bench.stall(at);
      for (const waited of [3, 2, 1]) bench.packet({ ...lower, waited: seconds(waited) });
      return bench.send({ type: 'deadline' });
    };
    const bench = stalled(
      stalled(
        master(instance({ answerLowerPriority: false }))
          .run(20)
          .forget(),
        30,
      )
        .run(80)
        .forget(),
      90,
    );
    const [late] = bench.actions('notice').filter(({ id }) => id === 'vrrp.lateDeadline');
    expect(late).toMatchObject({ timer: 'advertisement' });
    expect(late).not.toHaveProperty('suppressed');
  });
});
