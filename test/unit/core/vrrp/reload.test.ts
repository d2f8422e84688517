/** A reload touches what has changed and nothing else (VR-ST-29, VR-ST-30, VR-AD-21). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalData } from '../../../../src/core/base/equal-data.ts';
import { seconds } from '../../../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import { matchInstances, reloadVerdict } from '../../../../src/core/vrrp/reload.ts';
import { ip, vip } from '../../../support/builders/addresses.ts';
import { announce, configuration, instance } from '../../../support/builders/instance.ts';
import { Bench, heldBackup, listedAddresses, master } from '../../../support/vrrp-bench.ts';

const second = instance({ name: 'TWO', vrid: 52, addresses: [vip('192.0.2.101')] });
const both = configuration([instance(), second]);

describe('without a change', () => {
  it('orders nothing, misses no advert, keeps state and counters (VR-ST-29)', () => {
    const bench = new Bench(both).run(4.2).forget();
    const before = bench.router.view();
    bench.reload(structuredClone(both));
    expect(bench.lines()).toEqual([]);
    expect(bench.router.view()).toEqual(before);
    expect(new Set(bench.run(5).lines())).toEqual(
      new Set(['4.609375 VI advert p100', '4.609375 TWO advert p100']),
    );
  });
});

describe('an instance that is gone', () => {
  it('resigns and gives its addresses back; the others are undisturbed (VR-ST-30)', () => {
    const bench = new Bench(both)
      .run(4)
      .forget()
      .reload(configuration([second]));
    expect(bench.lines()).toEqual([
      '4.000 VI advert p0',
      '4.000 VI addresses -192.0.2.100',
      '4.000 VI MASTER -> INIT (configuration)',
    ]);
    expect(bench.router.view().instances.map(({ name }) => name)).toEqual(['TWO']);
    expect(bench.run(5).lines()).toEqual(['4.609375 TWO advert p100']);
  });

  it('in Backup goes silently', () => {
    const bench = heldBackup(instance()).reload(configuration([]));
    expect(bench.lines()).toEqual(['0.000 VI BACKUP -> INIT (configuration)']);
    expect(bench.router.deadline).toBeUndefined();
  });
});

it('a new instance starts as at start-up', () => {
  const bench = new Bench(instance()).run(4).forget().reload(both);
  expect(bench.lines()).toEqual([
    '4.000 TWO addresses -192.0.2.101',
    '4.000 TWO INIT -> BACKUP (startup)',
  ]);
});

describe('in place', () => {
  it('a Master advertises its new priority at once', () => {
    const bench = master(instance())
      .run(4)
      .reload(instance({ priority: 50 }));
    expect(bench.lines()).toEqual(['4.000 VI priority 100 -> 50', '4.000 VI advert p50']);
    expect(bench.run(5).lines()).toEqual(['5.000 VI advert p50']);
  });

  it('a Backup counts its new skew', () => {
    const bench = heldBackup(instance())
      .run(1)
      .reload(instance({ priority: 200 }));
    expect(bench.router.deadline).toBe(3_000_000 + (56 * 1e6) / 256);
  });

  it('an added address is installed, announced, and in the next advert (VR-AD-21)', () => {
    const config = instance({
      addresses: [vip('192.0.2.100'), vip('192.0.2.101')],
      announce: announce({ repeat: 2, delay: seconds(1) }),
    });
    const before = { ...config, addresses: [vip('192.0.2.100')] };
    const bench = master(before).run(6.1).forget().reload(config);
    expect(bench.lines()).toEqual([
      '6.100 VI addresses +192.0.2.100,192.0.2.101',
      '6.100 VI arp 192.0.2.101 x2',
      '6.100 VI advert p100',
    ]);
    bench.run(7.1);
    const [advert] = bench.actions('sendAdvertisement');
    expect(advert && listedAddresses(advert)).toEqual(['192.0.2.100', '192.0.2.101']);
  });

  it('a removed address goes at once and leaves the list', () => {
    const config = instance({ addresses: [vip('192.0.2.100'), vip('192.0.2.101')] });
    const bench = master(config).reload(instance());
    expect(bench.lines()).toEqual([
      '3.609375 VI addresses +192.0.2.100',
      '3.609375 VI advert p100',
    ]);
    bench.run(5);
    const [advert] = bench.actions('sendAdvertisement');
    expect(advert && listedAddresses(advert)).toEqual(['192.0.2.100']);
  });

  it('V7: addresses that change hands are in both orders only as they are in the end', () => {
    const a = (last: number) => instance({ addresses: [vip(`192.0.2.${last}`)] });
    const b = (last: number) => ({ ...second, addresses: [vip(`192.0.2.${last}`)] });
    const bench = new Bench(configuration([a(100), b(101)])).run(4).forget();
    bench.reload(configuration([a(101), b(100)]));
    expect(bench.lines()).toEqual([
      '4.000 VI addresses +192.0.2.101',
      '4.000 VI arp 192.0.2.101',
      '4.000 TWO addresses +192.0.2.100',
      '4.000 TWO arp 192.0.2.100',
      '4.000 VI advert p100',
      '4.000 TWO advert p100',
    ]);
  });

  it('a shorter interval of a Master counts from now', () => {
    const bench = master(instance({ advertInterval: seconds(10) }));
    bench.run(bench.now / 1e6 + 1).reload(instance({ advertInterval: seconds(2) }));
    expect(bench.router.deadline).toBe(bench.now + 2_000_000);
  });

  it('another version 2 interval of a Backup moves its timer', () => {
    const bench = heldBackup(instance())
      .run(1)
      .reload(instance({ advertInterval: seconds(2) }));
    expect(bench.router.deadline).toBe(6_609_375);
  });

  it('a learned interval of version 3 stays', () => {
    const v3 = instance({ version: 3 });
    const bench = heldBackup(v3)
      .packet({ interval: 300 })
      .reload({ ...v3, priority: 101 });
    expect(bench.view().masterAdvertInterval).toBe(3_000_000);
  });

  it('a new secret is used at once', () => {
    const secret = (text: string) => instance({ authentication: { type: 'PASS', secret: text } });
    const bench = master(secret('old')).reload(secret('new')).run(5);
    const [advert] = bench.actions('sendAdvertisement');
    expect(advert?.message.slice(-8)).toEqual(Uint8Array.of(0x6e, 0x65, 0x77, 0, 0, 0, 0, 0));
  });

  it('an interface tracked from now on that is down is a fault at once', () => {
    const trackInterfaces = [{ name: 'eth7', weight: 0 }];
    const bench = master(instance()).reload(instance({ trackInterfaces }));
    expect(bench.view()).toMatchObject({ state: 'FAULT', reason: 'tracking' });
  });

  it('a new refresh starts, a removed one stops', () => {
    const config = (refresh: number) =>
      instance({ announce: announce({ refresh: seconds(refresh) }) });
    const bench = master(config(0)).reload(config(1)).forget().run(5);
    expect(bench.actions('announce').length).toBe(1);
    bench.reload(config(0)).forget().run(20);
    expect(bench.actions('announce').length).toBe(0);
  });
});

describe('restart of one instance', () => {
  it.each<[string, Partial<VrrpInstanceConfig>]>([
    ['VRID', { vrid: 77 }],
    ['interface', { interface: 'eth1', addresses: [vip('192.0.2.100', 'eth1')] }],
  ])('for another %s: it resigns and starts anew, the other goes on', (_what, changes) => {
    const bench = new Bench(both).run(4).forget();
    bench.reload(configuration([instance(changes), second]));
    expect(bench.lines()).toEqual([
      '4.000 VI advert p0',
      '4.000 VI addresses -192.0.2.100',
      '4.000 VI MASTER -> INIT (configuration)',
      '4.000 VI addresses -192.0.2.100',
      '4.000 VI INIT -> BACKUP (startup)',
    ]);
    expect(bench.state('TWO')).toBe('MASTER');
  });
});

describe('V21: the same router goes on', () => {
  const renamed = { ...instance(), name: 'WEB' };

  it('V21: a renamed Master keeps state, timers, addresses and counters; no farewell', () => {
    const bench = master(instance()).run(4).forget();
    const before = bench.view('VI');
    bench.reload(renamed);
    expect(bench.lines()).toEqual(['4.000 WEB addresses +192.0.2.100', '4.000 WEB advert p100']);
    expect(bench.router.view().instances).toMatchObject([
      { name: 'WEB', state: 'MASTER', since: before.since },
    ]);
    expect(bench.view('WEB').counters).toMatchObject({ becomeMaster: 1, releaseMaster: 0 });
    bench.run(6);
    expect(bench.lines()).toEqual(['5.000 WEB advert p100', '6.000 WEB advert p100']);
  });

  it('V21: a renamed Backup keeps its timer and its Master', () => {
    const bench = heldBackup(instance()).run(1);
    const { deadline } = bench.router;
    bench.reload(renamed);
    expect(bench.router.deadline).toBe(deadline);
    expect(bench.view('WEB').masterAddress).toBe('192.0.2.2');
    expect(bench.lines()).toEqual(['1.000 WEB addresses -192.0.2.100']);
  });

  it('V21: two instances that swap their names swap nothing else', () => {
    const bench = new Bench(both).run(4);
    const [one, two] = [instance({ name: 'TWO' }), { ...second, name: 'VI' }];
    bench.forget().reload(configuration([one, two]));
    expect(bench.lines()).toEqual([
      '4.000 TWO addresses +192.0.2.100',
      '4.000 VI addresses +192.0.2.101',
      '4.000 TWO advert p100',
      '4.000 VI advert p100',
    ]);
    expect(bench.view('VI').vrid).toBe(52);
  });

  it('V21: its announcements that wait go on, and end with it', () => {
    const slow = (name: string) =>
      instance({ name, announce: announce({ repeat: 5, arpGap: seconds(1) }) });
    const bench = master(slow('VI')).reload(slow('WEB')).forget();
    bench.run(5);
    expect(bench.actions('announce').map((action) => action.instance)).toEqual(['WEB']);
    bench.send({ type: 'resign', instance: 'WEB' }).forget().run(6);
    expect(bench.actions('announce')).toEqual([]);
  });

  it('V21: its sync group follows, also under another name', () => {
    const group = (name: string, members: string[], instances: VrrpInstanceConfig[]) =>
      configuration(instances, { syncGroups: [{ name, members }] });
    const bench = new Bench(group('G', ['VI', 'TWO'], [instance(), second])).run(5).forget();
    bench.reload(group('H', ['WEB', 'TWO'], [renamed, second]));
    expect(bench.lines()).toEqual([
      '5.000 WEB addresses +192.0.2.100',
      '5.000 WEB advert p100',
      '5.000 TWO advert p100',
    ]);
    expect(bench.router.view().groups).toEqual([
      { name: 'H', state: 'MASTER', members: ['WEB', 'TWO'] },
    ]);
  });

  const peers = [{ address: ip('192.0.2.2'), minTtl: 0, maxTtl: 255 }];
  it.each<[string, Partial<VrrpInstanceConfig>]>([
    ['version', { version: 3 }],
    ['unicast', { unicastPeers: peers }],
    ['authentication', { authentication: { type: 'PASS', secret: 'x' } }],
    ['AH', { authentication: { type: 'AH', secret: 'x' } }],
  ])('V21: a change of %s is made in place, in both directions', (_what, changes) => {
    for (const [from, to] of [
      [instance(), instance(changes)],
      [instance(changes), instance()],
    ] as const) {
      const bench = master(from).run(5).forget().reload(to);
      const [advert, ...more] = bench.lines();
      expect(advert).toMatch(/^5\.000 VI advert p100/);
      expect(more).toEqual([]);
      const backup = heldBackup(from);
      const { deadline } = backup.router;
      backup.forget().reload(to);
      expect(backup.lines()).toEqual([]);
      expect(backup.state()).toBe('BACKUP');
      expect(backup.router.deadline).toBe(deadline);
    }
  });

  it('V21: after a change of version nothing learned counts until the Master is heard', () => {
    const bench = heldBackup(instance({ version: 3 })).packet({ interval: 300 });
    bench.reload(instance({ version: 2 }));
    expect(bench.view().masterAdvertInterval).toBe(1_000_000);
    bench.reload(instance({ version: 3 }));
    expect(bench.view().masterAdvertInterval).toBe(1_000_000);
  });
});

describe('matchInstances', () => {
  const names = (before: VrrpInstanceConfig[], after: VrrpInstanceConfig[]) =>
    Object.fromEntries(
      Array.from(matchInstances(before, after), ([to, { name }]) => [to, name] as const),
    );
  const unicast = (name: string) =>
    instance({ name, unicastPeers: [{ address: ip('192.0.2.2'), minTtl: 0, maxTtl: 255 }] });
  const multicast = (name: string) => instance({ name });

  it('V21: follows the router, then the name and the mode of several, at last the name', () => {
    expect(names([multicast('A')], [multicast('B')])).toEqual({ B: 'A' });
    expect(names([multicast('A'), unicast('B')], [unicast('C'), multicast('D')])).toEqual({
      C: 'B',
      D: 'A',
    });
    expect(names([multicast('A'), unicast('B')], [unicast('A'), multicast('B')])).toEqual({
      A: 'A',
      B: 'B',
    });
    expect(names([instance()], [instance({ vrid: 9 })])).toEqual({ VI: 'VI' });
    expect(names([instance()], [instance({ name: 'B', vrid: 9 })])).toEqual({});
    expect(
      names([instance()], [instance({ name: 'VI', vrid: 9 }), instance({ name: 'B' })]),
    ).toEqual({ B: 'VI' });
  });
});

describe('reloadVerdict', () => {
  it('is "unchanged" for equal configurations only', () => {
    expect(reloadVerdict(instance(), structuredClone(instance()))).toBe('unchanged');
    expect(reloadVerdict(instance(), instance({ priority: 101 }))).toBe('in-place');
    expect(reloadVerdict(instance(), instance({ vrid: 1 }))).toBe('restart');
  });

  it('equalData agrees with JSON for plain data', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(equalData(a, structuredClone(a))).toBe(true);
        if (equalData(a, b)) expect(b).toEqual(a);
      }),
    );
  });

  it('equalData tells absent from undefined, arrays from objects, order from order', () => {
    expect(equalData({ a: undefined }, {})).toBe(false);
    expect(equalData([], {})).toBe(false);
    expect(equalData([1, 2], [2, 1])).toBe(false);
    expect(equalData({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
    expect(equalData(null, {})).toBe(false);
  });
});
