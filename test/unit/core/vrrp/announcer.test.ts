/** The schedule of announcements: counts, second bursts, refresh, gaps, and silence outside Master. */
import { describe, expect, it } from 'vitest';
import { milliseconds, seconds, ZERO_DURATION } from '../../../../src/core/base/time.ts';
import type { AnnounceConfig, VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import { decodeArp } from '../../../../src/core/wire/arp.ts';
import { decodeNeighbourAdvertisement } from '../../../../src/core/wire/neighbour-advertisement.ts';
import { vip } from '../../../support/builders/addresses.ts';
import { HOST, hostWith } from '../../../support/builders/host.ts';
import {
  announce,
  configuration,
  instance,
  instance6,
} from '../../../support/builders/instance.ts';
import { Bench, master } from '../../../support/vrrp-bench.ts';

const KEEPALIVED: Partial<AnnounceConfig> = {
  repeat: 5,
  delay: seconds(5),
  lowerPriorityRepeat: 5,
  lowerPriorityDelay: seconds(5),
};
const two = [vip('192.0.2.100'), vip('192.0.2.101')];

function speaker(changes: Partial<AnnounceConfig>, more: Partial<VrrpInstanceConfig> = {}): Bench {
  return new Bench(
    instance({ priority: 255, initialState: 'MASTER', announce: announce(changes), ...more }),
  );
}

/** Times (seconds) and addresses of all announcements so far. */
function announced(bench: Bench): readonly string[] {
  return bench.actions('announce').map(({ at, address }) => `${at / 1e6} ${address}`);
}

it('five at once round by round over the addresses, five more after 5 s (VR-AD-06)', () => {
  const bench = speaker(KEEPALIVED, { addresses: two }).run(20);
  const round = (at: number) => [`${at} 192.0.2.100`, `${at} 192.0.2.101`];
  const burst = (at: number) => Array.from({ length: 5 }, () => round(at)).flat();
  expect(announced(bench)).toEqual([...burst(0), ...burst(5)]);
  expect(bench.counters().arpSent).toBe(20);
});

it('frames are those of section 2.6, for excluded addresses too (VR-AD-01)', () => {
  const bench = speaker({}, { excludedAddresses: [vip('192.0.2.200')] });
  expect(bench.actions('announce').map(({ address }) => address)).toEqual([
    '192.0.2.100',
    '192.0.2.200',
  ]);
  for (const { frame, ifindex } of bench.actions('announce')) {
    expect(ifindex).toBe(2);
    expect(decodeArp(frame)).toMatchObject({ ok: true, value: { operation: 1 } });
  }
});

it('IPv6 addresses are announced by neighbour advertisements with O and R set (VR-AD-02, -03)', () => {
  const bench = master(instance6());
  bench.run(4).packet({ priority: 50 });
  const frames = bench.actions('announce');
  expect(frames.map(({ kind, address }) => `${kind} ${address}`)).toEqual([
    'na fe80::100',
    'na 2001:db8:1::100',
  ]);
  for (const { frame } of frames) {
    const decoded = decodeNeighbourAdvertisement(frame);
    expect(decoded).toMatchObject({ ok: true, value: { flags: 0xa0 } });
  }
  expect(bench.counters().naSent).toBe(4);
});

it('nothing is announced in Backup, nor after stepping down (VR-AD-05)', () => {
  const backup = new Bench(instance({ announce: announce(KEEPALIVED) })).run(3.6);
  expect(announced(backup)).toEqual([]);
  const config = instance({ announce: announce({ ...KEEPALIVED, refresh: seconds(1) }) });
  const left = master(config).packet().forget().run(7);
  expect(announced(left)).toEqual([]);
});

it('is refreshed periodically while Master', () => {
  const bench = speaker({ refresh: seconds(10), refreshRepeat: 2 })
    .forget()
    .run(35);
  const at = (t: number) => [`${t} 192.0.2.100`, `${t} 192.0.2.100`];
  expect(announced(bench)).toEqual([...at(10), ...at(20), ...at(30)]);
});

describe('after a losing advert', () => {
  it('announces with its own count and delay', () => {
    const bench = speaker({ lowerPriorityRepeat: 2, lowerPriorityDelay: seconds(1) }).forget();
    bench.run(10).packet({ priority: 50 }).run(20);
    expect(announced(bench)).toEqual([10, 10, 11, 11].map((t) => `${t} 192.0.2.100`));
  });

  it('announces nothing with count 0 (strict mode)', () => {
    const bench = speaker({ lowerPriorityRepeat: 0 }).forget().run(10).packet({ priority: 50 });
    expect(announced(bench)).toEqual([]);
  });
});

describe('with a gap between frames', () => {
  it('keeps the count and takes turns over the addresses (VR-AD-06)', () => {
    const bench = speaker(
      { repeat: 5, arpGap: milliseconds(50), delay: seconds(5) },
      { addresses: two },
    ).run(20);
    const times = bench.actions('announce').map(({ at }) => at);
    expect(times.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, i) => i * 50_000));
    expect(times.slice(10)).toEqual(Array.from({ length: 10 }, (_, i) => 5e6 + i * 50_000));
    const addresses = bench.actions('announce').map(({ address }) => address);
    expect(addresses.slice(0, 4)).toEqual([
      '192.0.2.100',
      '192.0.2.101',
      '192.0.2.100',
      '192.0.2.101',
    ]);
  });

  it('shares the pace of an interface between instances, not between interfaces', () => {
    const gap = announce({ arpGap: milliseconds(100) });
    const owner = { priority: 255, initialState: 'MASTER' as const, announce: gap };
    const bench = new Bench(
      configuration([
        instance({ ...owner, name: 'A', vrid: 1 }),
        instance({ ...owner, name: 'B', vrid: 2, addresses: [vip('192.0.2.101')] }),
        instance({
          ...owner,
          name: 'C',
          vrid: 3,
          interface: 'eth1',
          addresses: [vip('198.51.100.9', 'eth1')],
        }),
      ]),
    ).run(1);
    const seen = bench.actions('announce').map(({ at, instance: who }) => `${at / 1e6} ${who}`);
    expect(seen.sort()).toEqual(['0 A', '0 C', '0.1 B']);
  });

  it('a burst that comes before the last is through adds to it', () => {
    const bench = speaker({ repeat: 4, delay: milliseconds(150), arpGap: milliseconds(100) }).run(
      5,
    );
    expect(announced(bench).length).toBe(8);
  });

  it('drops what waits when the instance steps down', () => {
    const config = instance({ announce: announce({ repeat: 50, arpGap: milliseconds(100) }) });
    const bench = master(config).run(4).packet().forget().run(7);
    expect(announced(bench)).toEqual([]);
  });

  it('sends at most one frame for a late wake-up', () => {
    const bench = speaker({ repeat: 5, arpGap: milliseconds(100) });
    bench.stall(0.95).send({ type: 'deadline' });
    expect(announced(bench).length).toBe(2);
  });

  it('the gap of ARP does not slow neighbour advertisements', () => {
    const config = instance6({ announce: announce({ repeat: 3, arpGap: seconds(1) }) });
    const bench = new Bench(config).run(3.7);
    expect(bench.actions('announce').length).toBe(6);
  });
});

describe('interfaces', () => {
  it.each([['without ARP', { noArp: true }]])('%s are passed over', (_what, changes) => {
    const bench = new Bench(instance({ priority: 255, initialState: 'MASTER' }), {
      host: hostWith('eth0', changes),
    });
    expect(announced(bench)).toEqual([]);
    expect(bench.state()).toBe('MASTER');
  });

  it('without a hardware address are passed over', () => {
    const interfaces = HOST.interfaces.map(({ mac: _mac, ...rest }) => rest);
    const bench = new Bench(instance({ priority: 255, initialState: 'MASTER' }), {
      host: { ...HOST, interfaces },
    });
    expect(announced(bench)).toEqual([]);
  });

  it('an address on another interface is announced there, with its hardware address', () => {
    const bench = speaker({}, { addresses: [vip('198.51.100.9', 'eth1')] });
    const [frame] = bench.actions('announce');
    expect(frame?.ifindex).toBe(3);
    expect(frame?.frame.slice(6, 12)).toEqual(Uint8Array.of(2, 0, 0, 0, 1, 0x0a));
  });
});

it('with delay 0 there is no second burst', () => {
  expect(announced(speaker({ repeat: 1, delay: ZERO_DURATION }).run(60)).length).toBe(1);
});
