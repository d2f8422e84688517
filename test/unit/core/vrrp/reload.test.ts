/** A reload touches what has changed and nothing else (VR-ST-29, VR-ST-30, VR-AD-21). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/config/model.ts';
import { equalData, reloadVerdict } from '../../../../src/core/vrrp/reload.ts';
import {
  announce,
  Bench,
  configuration,
  heldBackup,
  instance,
  ip,
  listedAddresses,
  master,
  vip,
} from './support.ts';

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
    expect(bench.lines()).toEqual(['4.000 VI advert p50']);
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
    ['version', { version: 3 }],
    ['unicast', { unicastPeers: [{ address: ip('192.0.2.2'), minTtl: 0, maxTtl: 255 }] }],
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
