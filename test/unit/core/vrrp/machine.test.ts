/** Every row of the state tables of RFC 9568 section 6.4, and the events beside them. */
import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../../../src/core/base/time.ts';
import { vip } from '../../../support/builders/addresses.ts';
import { fact, HOST, hostWith } from '../../../support/builders/host.ts';
import { configuration, instance, instance6 } from '../../../support/builders/instance.ts';
import { Bench, heldBackup, master } from '../../../support/vrrp-bench.ts';

describe('Initialize', () => {
  it('an owner starts as Master: advert, addresses, announcement (6.4.1, VR-ST-01)', () => {
    const bench = new Bench(instance({ priority: 255, initialState: 'MASTER' }));
    expect(bench.lines()).toEqual([
      '0.000 VI advert p255',
      '0.000 VI addresses +192.0.2.100',
      '0.000 VI arp 192.0.2.100',
      '0.000 VI INIT -> MASTER (owner)',
    ]);
    expect(bench.run(1).lines()).toEqual(['1.000 VI advert p255']);
  });

  it('an owner with state BACKUP waits its down interval (keepalived)', () => {
    const bench = new Bench(instance({ priority: 255 })).forget().run(4);
    expect(bench.lines()[0]).toBe('3.003906 VI advert p255');
  });

  it('others start as Backup, silent for the whole down interval (VR-ST-02, VR-TM-01)', () => {
    const bench = new Bench(instance());
    expect(bench.lines()).toEqual([
      '0.000 VI addresses -192.0.2.100',
      '0.000 VI INIT -> BACKUP (startup)',
    ]);
    expect(bench.run(3.6).lines()).toEqual([]);
    expect(bench.run(3.7).lines()[0]).toBe('3.609375 VI advert p100');
  });

  it('state MASTER of a non-owner changes nothing (VR-ST-02)', () => {
    const bench = new Bench(instance({ initialState: 'MASTER' }));
    expect(bench.state()).toBe('BACKUP');
    expect(bench.router.deadline).toBe(3_609_375);
  });

  it('does nothing before the host is known (VR-TX-26)', () => {
    const bench = new Bench(instance(), { host: { interfaces: [], addresses: [] } });
    expect(bench.state()).toBe('FAULT');
    expect(bench.router.deadline).toBeUndefined();
    expect(bench.actions('sendAdvertisement')).toEqual([]);
  });
});

describe('Backup', () => {
  it('takes over when the down timer runs out: advert, addresses, announcement (VR-ST-03)', () => {
    const bench = new Bench(instance()).forget().run(5.7);
    expect(bench.lines()).toEqual([
      '3.609375 VI advert p100',
      '3.609375 VI addresses +192.0.2.100',
      '3.609375 VI arp 192.0.2.100',
      '3.609375 VI BACKUP -> MASTER (no-master-heard)',
      '4.609375 VI advert p100',
      '5.609375 VI advert p100',
    ]);
  });

  it('priority 0 sets the timer to Skew_Time (VR-ST-04)', () => {
    const bench = heldBackup(instance()).run(0.7).packet({ priority: 0 });
    expect(bench.router.deadline).toBe(700_000 + 609_375);
    expect(bench.run(1.4).lines()[0]).toBe('1.309375 VI advert p100');
  });

  it('priority 0 is heard from whatever source (VR-ST-04)', () => {
    const bench = heldBackup(instance()).run(0.7).packet({ priority: 0, source: '192.0.2.77' });
    expect(bench.router.deadline).toBe(1_309_375);
  });

  it.each([
    ['higher priority', { priority: 200 }],
    ['equal priority, lower address (VR-ST-05)', { priority: 100, source: '192.0.2.0' }],
    ['equal priority, higher address (VR-ST-05)', { priority: 100, source: '192.0.2.200' }],
    ['the owner', { priority: 255 }],
  ])('%s restarts the timer', (_what, packet) => {
    const bench = heldBackup(instance()).run(0.7).packet(packet);
    expect(bench.router.deadline).toBe(700_000 + 3_609_375);
    expect(bench.state()).toBe('BACKUP');
    expect(bench.lines()).toEqual([]);
  });

  it('lower priority is discarded while preempting: the timer runs on (VR-ST-06)', () => {
    const bench = heldBackup(instance()).run(0.7).packet({ priority: 99 });
    expect(bench.router.deadline).toBe(3_609_375);
  });

  it('lower priority restarts the timer with preemption off (VR-ST-07)', () => {
    const bench = heldBackup(instance({ preempt: false }))
      .run(0.7)
      .packet({ priority: 99 });
    expect(bench.router.deadline).toBe(700_000 + 3_609_375);
  });

  it('the owner preempts also with preemption off (VR-ST-08)', () => {
    const bench = new Bench(instance({ priority: 255, preempt: false }));
    bench.packet({ priority: 254 }).run(0.7).packet({ priority: 254 });
    expect(bench.router.deadline).toBe(3_003_906);
  });

  it('shutdown sends nothing (6.4.2, VR-ST-18)', () => {
    const bench = heldBackup(instance()).send({ type: 'shutdown' });
    expect(bench.lines()).toEqual(['0.000 VI BACKUP -> INIT (shutdown)']);
    expect(bench.router.deadline).toBeUndefined();
  });

  it('a resignation order means nothing in Backup', () => {
    expect(heldBackup(instance()).send({ type: 'resign', instance: 'VI' }).lines()).toEqual([]);
  });
});

describe('Master', () => {
  it('advertises on a beat without drift, however late each timer is noticed (VR-TX-23)', () => {
    const bench = master(instance());
    const start = bench.now;
    for (let i = 1; i <= 60; i++) {
      bench.stall((start + i * 1e6 + 900) / 1e6).send({ type: 'deadline' });
    }
    expect(bench.router.deadline).toBe(start + 61e6);
    expect(bench.actions('sendAdvertisement').length).toBe(60);
  });

  it('answers priority 0 at once and restarts its timer, without announcing (VR-ST-16)', () => {
    const bench = master(instance()).run(4).packet({ priority: 0 });
    expect(bench.lines()).toEqual(['4.000 VI advert p100']);
    expect(bench.router.deadline).toBe(5_000_000);
  });

  it.each([
    ['higher priority (VR-ST-09)', { priority: 101, source: '192.0.2.2' }, 'higher-priority', {}],
    [
      'higher priority with preemption off (VR-ST-10)',
      { priority: 101, source: '192.0.2.2' },
      'higher-priority',
      { preempt: false },
    ],
    [
      'equal priority, higher address (VR-ST-11)',
      { priority: 100, source: '192.0.2.200' },
      'equal-priority-higher-address',
      {},
    ],
  ])('%s: steps down and sends nothing', (_what, packet, reason, changes) => {
    const bench = master(instance(changes)).run(4).packet(packet);
    expect(bench.lines()).toEqual([
      '4.000 VI addresses -192.0.2.100',
      `4.000 VI MASTER -> BACKUP (${reason})`,
    ]);
    expect(bench.router.deadline).toBe(4_000_000 + 3_609_375);
    expect(bench.view().masterAddress).toBe(packet.source);
  });

  it('names who displaced it', () => {
    const bench = master(instance()).packet({ priority: 150 });
    expect(bench.actions('transition')).toMatchObject([
      { cause: { kind: 'router', address: '192.0.2.2', priority: 150 } },
    ]);
  });

  it.each([
    ['lower priority', { priority: 50, source: '192.0.2.200' }],
    ['equal priority, lower address (VR-ST-12)', { priority: 100, source: '192.0.2.0' }],
  ])('%s: answers at once, announces, and stays (VR-ST-14, VR-AD-07)', (_what, packet) => {
    const bench = master(instance()).run(4).packet(packet);
    expect(bench.lines()).toEqual([
      '4.000 VI advert p100',
      '4.000 VI arp 192.0.2.100',
      '4.000 VI notice lowerPriorityHeard',
    ]);
    // RFC 9568: the beat of its own advertisements stays.
    expect(bench.router.deadline).toBe(4_609_375);
  });

  it('does not answer a losing advert where told so (VR-ST-15, RFC 5798)', () => {
    const bench = master(instance({ answerLowerPriority: false }))
      .run(4)
      .packet({ priority: 50 });
    expect(bench.lines()).toEqual([
      '4.000 VI arp 192.0.2.100',
      '4.000 VI notice lowerPriorityHeard',
    ]);
  });

  it('sends one advert more to a better router where told so', () => {
    const bench = master(instance({ answerHigherPriority: true }))
      .run(4)
      .packet({ priority: 200 });
    expect(bench.lines()[0]).toBe('4.000 VI advert p100');
    expect(bench.state()).toBe('BACKUP');
  });

  it('compares IPv6 addresses over all 16 bytes, unsigned (VR-ST-13)', () => {
    const first = master(instance6()).packet({ priority: 100, source: 'febf::1' });
    expect(first.state()).toBe('BACKUP');
    const last = master(instance6()).packet({ priority: 100, source: 'fe80::ff:fe00:b' });
    expect(last.state()).toBe('BACKUP');
    const lower = master(instance6()).packet({ priority: 100, source: 'fe80::fe:ffff:b' });
    expect(lower.state()).toBe('MASTER');
  });

  it('shutdown sends exactly one advert with priority 0 and the same list (VR-ST-17, -20)', () => {
    const bench = master(instance()).send({ type: 'shutdown' });
    expect(bench.lines()).toEqual([
      '3.609375 VI advert p0',
      '3.609375 VI addresses -192.0.2.100',
      '3.609375 VI MASTER -> INIT (shutdown)',
    ]);
    expect(bench.router.deadline).toBeUndefined();
    expect(bench.run(20).packet().lines()).toEqual([]);
  });

  it('an operator makes it resign; it is Backup for a full down interval', () => {
    const bench = master(instance()).run(4).send({ type: 'resign', instance: 'VI' });
    expect(bench.lines()).toEqual([
      '4.000 VI advert p0',
      '4.000 VI addresses -192.0.2.100',
      '4.000 VI MASTER -> BACKUP (operator)',
    ]);
    expect(bench.router.deadline).toBe(7_609_375);
  });

  it('stale timers do nothing after stepping down (VR-TM-17)', () => {
    const bench = master(instance()).run(4).packet({ priority: 200 }).forget();
    bench.send({ type: 'deadline' }).run(4.7).send({ type: 'deadline' });
    expect(bench.lines()).toEqual([]);
  });

  it('equal priority and equal address: nobody wins, it is reported', () => {
    const host = { ...HOST, addresses: [fact('192.0.2.100')] };
    const bench = new Bench(instance({ priority: 255, initialState: 'MASTER' }), { host }).forget();
    bench.packet({ priority: 255, source: '192.0.2.100' });
    expect(bench.lines()).toEqual(['0.000 VI notice ownerHeard', '0.000 VI notice sameAddress']);
    expect(bench.state()).toBe('MASTER');
  });
});

describe('intervals', () => {
  it.each([
    ['v2, priority 1', { priority: 1 }, 3_996_094],
    ['v2, priority 254', { priority: 254 }, 3_007_813],
    ['v2, 2 s', { advertInterval: seconds(2) }, 6_609_375],
    ['v3, 2 s', { version: 3 as const, advertInterval: seconds(2) }, 7_218_750],
    ['v3, 0.1 s', { version: 3 as const, advertInterval: milliseconds(100) }, 360_938],
    ['v3, 0.01 s', { version: 3 as const, advertInterval: milliseconds(10) }, 36_094],
    ['down_timer_adverts 5', { downTimerAdverts: 5 }, 5_609_375],
  ])('first advert of %s after %i us (VR-TM-02..06)', (_what, changes, expected) => {
    expect(new Bench(instance(changes)).router.deadline).toBe(expected);
  });

  it('a Backup learns the interval of version 3 (VR-TM-08, VR-RX-20)', () => {
    const bench = heldBackup(instance({ version: 3 }))
      .run(0.7)
      .packet({ interval: 200 });
    expect(bench.view().masterAdvertInterval).toBe(2_000_000);
    expect(bench.router.deadline).toBe(700_000 + 7_218_750);
    expect(bench.counters().intervalErrors).toBe(1);
    // As Master it sends its own again (VR-TM-09).
    bench.run(10);
    const adverts = bench.actions('sendAdvertisement');
    expect(adverts.map(({ at }) => at)).toEqual([7_918_750, 8_918_750, 9_918_750]);
    expect(adverts[0]?.message.slice(4, 6)).toEqual(Uint8Array.of(0, 100));
  });

  it('priority 0 teaches no interval (VR-TM-10)', () => {
    const bench = heldBackup(instance({ version: 3 })).packet({ priority: 0, interval: 500 });
    expect(bench.router.deadline).toBe(609_375);
  });

  it('a losing advert teaches no interval (VR-TM-11)', () => {
    const bench = heldBackup(instance({ version: 3 })).packet({ priority: 50, interval: 500 });
    expect(bench.view().masterAdvertInterval).toBe(1_000_000);
  });

  it('a Master that steps down uses the interval of the winner (VR-TM-12)', () => {
    const bench = master(instance({ version: 3 }))
      .run(4)
      .packet({ interval: 300 });
    expect(bench.router.deadline).toBe(4_000_000 + 9_000_000 + 1_828_125);
  });

  it('a fault makes it forget what it learned (VR-TM-13)', () => {
    const bench = heldBackup(instance({ version: 3 })).packet({ interval: 300 });
    bench.network(hostWith('eth0', { up: false })).network(HOST);
    expect(bench.view().masterAdvertInterval).toBe(1_000_000);
  });

  it('close priorities at 0.1 s get different down intervals (VR-TM-07)', () => {
    const down = (priority: number): number =>
      new Bench(instance({ version: 3, advertInterval: milliseconds(100), priority })).view()
        .masterDownInterval;
    expect(down(100) - down(101)).toBe(391);
    expect(new Bench(instance({ priority: 255 })).view().skewTime).toBeGreaterThan(0);
  });
});

describe('preempt delay', () => {
  const config = instance({ priority: 150, preemptDelay: seconds(3) });

  it('accepts a lower Master until the delay has run out, then preempts (VR-ST-25)', () => {
    const bench = new Bench(config).forget();
    for (let t = 0.5; t < 8; t++) {
      bench.run(t);
      if (bench.state() === 'BACKUP') bench.packet({ priority: 100 });
    }
    // The last accepted one came at 2.5 s, then what is left of the down interval.
    expect(bench.actions('sendAdvertisement')[0]?.at).toBe(2_500_000 + 3_414_063);
  });

  it('is cancelled by a better Master', () => {
    const bench = new Bench(config).packet({ priority: 100 });
    bench.run(2).packet({ priority: 200 }).run(4).packet({ priority: 100 });
    expect(bench.router.deadline).toBe(4_000_000 + 3_414_063);
  });
});

describe('FAULT', () => {
  it('carrier loss in Master: resigns, removes addresses (VR-ST-22)', () => {
    const bench = master(instance())
      .run(4)
      .network(hostWith('eth0', { up: false }));
    expect(bench.lines()).toEqual([
      '4.000 VI advert p0',
      '4.000 VI addresses -192.0.2.100',
      '4.000 VI MASTER -> FAULT (interface-down)',
    ]);
    expect(bench.router.deadline).toBeUndefined();
  });

  it('packets are ignored there and counted (VR-RX-38)', () => {
    const bench = new Bench(instance(), { host: hostWith('eth0', { up: false }) }).forget();
    bench.packet();
    expect(bench.counters()).toEqual({ rejectedByState: 1 });
    expect(bench.lines()).toEqual([]);
  });

  it('carrier return: Backup for a full down interval (VR-ST-23)', () => {
    const bench = master(instance())
      .network(hostWith('eth0', { up: false }))
      .run(10)
      .forget();
    bench.network(HOST);
    expect(bench.lines()).toEqual([
      '10.000 VI addresses -192.0.2.100',
      '10.000 VI FAULT -> BACKUP (interface-recovered)',
    ]);
    expect(bench.router.deadline).toBe(13_609_375);
  });

  it('loss of the primary address: resigns from it and starts again later (VR-ST-24)', () => {
    const bench = master(instance()).network({ ...HOST, addresses: [] });
    expect(bench.lines()).toEqual([
      '3.609375 VI advert p0',
      '3.609375 VI addresses -192.0.2.100',
      '3.609375 VI MASTER -> FAULT (no-primary-address)',
    ]);
    expect(bench.network(HOST).state()).toBe('BACKUP');
  });

  it('V23: a missing interface may have been renamed: the farewell leaves by its index', () => {
    const bench = master(instance()).network({ interfaces: [], addresses: [] });
    const farewell = { priority: 0, ifindex: 2, source: '192.0.2.1' };
    expect(bench.actions('sendAdvertisement')).toMatchObject([farewell]);
    expect(bench.view().reason).toBe('interface-missing');
  });

  it('dont_track_primary keeps it running with the interface down', () => {
    const bench = master(instance({ ignoreOwnInterface: true }));
    expect(bench.network(hostWith('eth0', { up: false })).state()).toBe('MASTER');
  });
});

describe('tracking', () => {
  const tracked = (weight: number) => instance({ trackInterfaces: [{ name: 'eth1', weight }] });
  const down = hostWith('eth1', { up: false });

  it('weight 0: a fault while the interface is down', () => {
    const bench = master(tracked(0)).network(down);
    expect(bench.view()).toMatchObject({ state: 'FAULT', reason: 'tracking' });
    expect(bench.network(HOST).state()).toBe('BACKUP');
  });

  it.each([
    [20, 120, 100],
    [-20, 100, 80],
    [200, 254, 100],
    [-200, 100, 1],
  ])('weight %i: priority %i while up, %i while down, within 1..254 (VR-TX-28)', (w, up, low) => {
    const bench = new Bench(tracked(w));
    expect(bench.view().effectivePriority).toBe(up);
    expect(bench.network(down).view().effectivePriority).toBe(low);
  });

  it('the owner keeps 255', () => {
    const config = { ...tracked(-20), priority: 255 };
    expect(new Bench(config, { host: down }).view().effectivePriority).toBe(255);
  });

  it('shows in the next advert of a Master (VR-ST-28)', () => {
    const bench = master(tracked(-20)).run(4).network(down);
    expect(bench.lines()).toEqual(['4.000 VI priority 100 -> 80']);
    expect(bench.run(5).lines()).toEqual(['4.609375 VI advert p80']);
  });

  it('moves the down timer of a Backup by the change of its skew (VR-ST-28)', () => {
    const bench = heldBackup(tracked(-20)).run(1).network(down);
    expect(bench.router.deadline).toBe(3_000_000 + ((256 - 80) * 1e6) / 256);
    expect(bench.network(HOST).router.deadline).toBe(3_609_375);
  });

  it('an address on another interface makes that interface tracked', () => {
    const bench = master(instance({ excludedAddresses: [vip('198.51.100.9', 'eth1')] }));
    expect(bench.network(down).state()).toBe('FAULT');
  });
});

describe('several instances', () => {
  it('the same VRID twice on one interface: the second does not start (VR-ST-31)', () => {
    const bench = new Bench(configuration([instance(), instance({ name: 'TWO' })]));
    expect(bench.lines()).toContain('0.000 TWO notice duplicateVrid');
    expect(bench.state('VI')).toBe('BACKUP');
    expect(bench.run(10).state('TWO')).toBe('INIT');
  });
});
