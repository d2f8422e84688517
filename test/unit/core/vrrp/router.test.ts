/** The router: start, start-up delay, adoption, shutdown, failed actions, demultiplexing, cost. */
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import { VrrpRouter } from '../../../../src/core/vrrp/router.ts';
import { ip, mac, vip } from '../../../support/builders/addresses.ts';
import { fact, HOST, hostWith } from '../../../support/builders/host.ts';
import { configuration, instance, instance6 } from '../../../support/builders/instance.ts';
import { DIGESTS } from '../../../support/builders/packet.ts';
import { Bench, master } from '../../../support/vrrp-bench.ts';

const other = instance({ name: 'TWO', vrid: 52, addresses: [vip('192.0.2.101')] });

describe('start', () => {
  it('works whichever of configuration and network comes first', () => {
    const router = new VrrpRouter(DIGESTS);
    const now = new Bench(instance()).now;
    expect(router.handle(now, { type: 'network', ...HOST })).toEqual([]);
    const config = configuration([instance()]);
    const actions = router.handle(now, { type: 'configure', config, adopt: [] });
    expect(actions.map(({ type }) => type)).toEqual(['setAddresses', 'transition']);
  });

  it('asks for left-over addresses of a crashed run to be removed (VR-ST-21)', () => {
    const [order] = new Bench(instance()).actions('setAddresses');
    expect(order).toMatchObject({ present: false, addresses: [{ address: '192.0.2.100' }] });
  });

  it('shifts everything behind vrrp_startup_delay; packets are ignored until then (VR-ST-26)', () => {
    const bench = new Bench(configuration([instance()], { startupDelay: seconds(2.5) }));
    bench.run(1).packet();
    expect(bench.counters()).toEqual({ rejectedByState: 1 });
    // Nobody speaks for what a crashed run may have left.
    expect(bench.lines()).toEqual([
      '0.000 router notice startDelayed',
      '0.000 VI addresses -192.0.2.100',
    ]);
    bench.run(7);
    expect(bench.actions('sendAdvertisement')[0]?.at).toBe(2_500_000 + 3_609_375);
  });

  it('a reload does not start the delay again', () => {
    const config = configuration([instance()], { startupDelay: seconds(2) });
    const bench = new Bench(config).run(3).reload({ ...config, instances: [instance(), other] });
    expect(bench.state('TWO')).toBe('BACKUP');
  });
});

describe('adoption after a crash of the process', () => {
  const five = instance({ announce: { ...instance().announce, repeat: 5, delay: seconds(5) } });

  it('goes on as Master: advert, addresses, one announcement', () => {
    const bench = new Bench(five, { adopt: ['VI'] });
    expect(bench.lines()).toEqual([
      '0.000 VI advert p100',
      '0.000 VI addresses +192.0.2.100',
      '0.000 VI arp 192.0.2.100',
      '0.000 VI INIT -> MASTER (adopted)',
    ]);
    expect(
      bench
        .run(6)
        .lines()
        .filter((line) => line.includes('arp')),
    ).toEqual([]);
  });

  it('does not wait for the start-up delay, nor concern instances not named', () => {
    const config = configuration([instance(), other], { startupDelay: seconds(10) });
    const bench = new Bench(config, { adopt: ['VI'] });
    expect([bench.state('VI'), bench.state('TWO')]).toEqual(['MASTER', 'INIT']);
    expect(bench.run(10).state('TWO')).toBe('BACKUP');
  });

  it('a member that a reload adds to an adopted group does not wait for the delay alone', () => {
    const group = (...members: string[]) => [{ name: 'G', members }];
    const one = configuration([instance()], {
      startupDelay: seconds(10),
      syncGroups: group('VI'),
    });
    const bench = new Bench(one, { adopt: ['VI'] }).run(1);
    expect(bench.state('VI')).toBe('MASTER');
    const two = { ...one, instances: [instance(), other], syncGroups: group('VI', 'TWO') };
    bench.reload(two);
    expect(bench.state('TWO')).not.toBe('INIT');
    expect(bench.state('TWO')).toBe(bench.state('VI'));
    bench.run(5);
    expect([bench.state('VI'), bench.state('TWO')]).toEqual(['MASTER', 'MASTER']);
  });

  it('starts in FAULT where the interface is down', () => {
    const bench = new Bench(instance(), { adopt: ['VI'], host: hostWith('eth0', { up: false }) });
    expect(bench.state()).toBe('FAULT');
    expect(bench.network(HOST).state()).toBe('BACKUP');
  });

  it('with AH starts as Backup: the sequence number is lost', () => {
    const config = instance({ authentication: { type: 'AH', secret: 'k' } });
    expect(new Bench(config, { adopt: ['VI'] }).state()).toBe('BACKUP');
  });

  it('a sync group is adopted whole or not at all', () => {
    const syncGroups = [{ name: 'G', members: ['VI', 'TWO'] }];
    const config = configuration([instance(), other], { syncGroups });
    const whole = new Bench(config, { adopt: ['VI', 'TWO'] });
    expect(whole.lines()).toContain('0.000 group G INIT -> MASTER');
    const half = new Bench(config, { adopt: ['VI'] });
    expect([half.state('VI'), half.state('TWO')]).toEqual(['BACKUP', 'BACKUP']);
  });
});

describe('shutdown', () => {
  it('resigns every Master, and nothing has an effect after it', () => {
    const bench = new Bench(configuration([instance(), other])).run(4).forget();
    bench.send({ type: 'shutdown' });
    expect(bench.lines()).toEqual([
      '4.000 VI advert p0',
      '4.000 VI addresses -192.0.2.100',
      '4.000 VI MASTER -> INIT (shutdown)',
      '4.000 TWO advert p0',
      '4.000 TWO addresses -192.0.2.101',
      '4.000 TWO MASTER -> INIT (shutdown)',
    ]);
    bench.network(HOST).reload(instance()).packet().send({ type: 'deadline' });
    bench.send({ type: 'resign', instance: 'VI' }).send({ type: 'shutdown' });
    expect(bench.lines()).toEqual([]);
    expect(bench.router.deadline).toBeUndefined();
  });
});

describe('failed actions', () => {
  const failed = {
    type: 'actionFailed',
    instance: 'VI',
    action: 'setAddresses',
    errno: 'EPERM',
  } as const;

  it('addresses are ordered again with growing pauses, up to half a minute', () => {
    const bench = master(instance());
    const start = bench.now;
    const repeats: number[] = [];
    bench.send({ ...failed, operation: 'add address 192.0.2.100/32 on eth0' });
    for (let i = 0; i < 10; i++) {
      bench.forget();
      while (bench.actions('setAddresses').length === 0) bench.run((bench.now + 50_000) / 1e6);
      repeats.push((bench.actions('setAddresses')[0]?.at ?? 0) - start);
      bench.send({ ...failed, operation: 'add address 192.0.2.100/32 on eth0' });
    }
    const pauses = repeats.slice(1).map((at, i) => (at - (repeats[i] ?? 0)) / 1e6);
    expect(repeats[0]).toBe(250_000);
    for (const [i, pause] of pauses.entries()) {
      const expected = Math.min(30, 0.5 * 2 ** i);
      expect(pause).toBeGreaterThanOrEqual(expected);
      expect(pause).toBeLessThan(expected + 0.06);
    }
    expect(bench.state()).toBe('MASTER');
  });

  it('a later order replaces the repetition', () => {
    const bench = master(instance()).send({ ...failed, operation: 'add address' });
    bench.packet().forget().run(4);
    expect(bench.actions('setAddresses')).toEqual([]);
  });

  it('the removal of addresses is repeated too', () => {
    const bench = master(instance()).packet().forget();
    bench.send({ ...failed, operation: 'remove address' }).run(4);
    expect(bench.actions('setAddresses')).toMatchObject([{ present: false }]);
  });

  it('they are reported once, not each time', () => {
    const bench = master(instance());
    for (let i = 0; i < 9; i++) bench.send({ ...failed, operation: 'add address' });
    expect(bench.lines()).toEqual(['3.609375 VI notice actionFailed']);
  });

  it('those of an unknown instance mean nothing', () => {
    expect(
      master(instance())
        .send({ ...failed, instance: 'X', operation: 'x' })
        .lines(),
    ).toEqual([]);
  });
});

describe('demultiplexing', () => {
  it('tells instances apart by VRID, family, interface, and group or unicast', () => {
    const onEth1 = instance({
      name: 'ETH1',
      interface: 'eth1',
      addresses: [vip('198.51.100.9', 'eth1')],
    });
    const six = instance6({ name: 'SIX', vrid: 51 });
    const uni = instance({
      name: 'UNI',
      unicastPeers: [{ address: ip('192.0.2.2'), minTtl: 0, maxTtl: 255 }],
      addresses: [vip('192.0.2.102')],
    });
    const bench = new Bench(configuration([instance(), other, onEth1, six, uni]));
    bench.run(1);
    bench.packet({}, 'VI').packet({}, 'TWO').packet({}, 'ETH1').packet({}, 'SIX');
    bench.packet({ destination: '192.0.2.1' }, 'UNI');
    for (const name of ['VI', 'TWO', 'ETH1', 'SIX', 'UNI']) {
      expect(bench.view(name).counters.advertisementsReceived, name).toBe(1);
      expect(bench.view(name).lastAdvertisementAt, name).toBe(1_000_000);
    }
  });

  it('follows an interface that was replaced by another of the same name', () => {
    const bench = new Bench(instance());
    bench.network({
      interfaces: HOST.interfaces.map((one) =>
        one.name === 'eth0' ? { ...one, ifindex: 9 } : one,
      ),
      addresses: [fact('192.0.2.1', 9)],
    });
    expect(bench.view().ifindex).toBe(9);
    expect(bench.packet({ ifindex: 2 }).counters()).toEqual({});
    expect(bench.packet({ ifindex: 9 }).counters()).toEqual({ advertisementsReceived: 1 });
  });
});

describe('the host', () => {
  it('a dump that says what is known already orders nothing', () => {
    const bench = master(instance());
    const installed = { ...HOST, addresses: [fact('192.0.2.100'), ...HOST.addresses] };
    expect(bench.network(installed).network(HOST).lines()).toEqual([]);
  });

  it('another hardware address under a Master is announced', () => {
    const bench = master(instance()).network(hostWith('eth0', { mac: mac('02:00:00:00:00:0c') }));
    expect(bench.lines()).toEqual(['3.609375 VI arp 192.0.2.100']);
    const [again] = master(instance())
      .network(hostWith('eth0', { mac: mac('02:00:00:00:00:0c') }))
      .actions('announce');
    expect(again?.frame.slice(6, 12)).toEqual(Uint8Array.of(2, 0, 0, 0, 0, 0x0c));
  });

  it('the source is the primary address, never a VIP, whatever the order of the dump (VR-TX-09)', () => {
    const bench = new Bench(instance(), {
      host: { ...HOST, addresses: [fact('192.0.2.100'), fact('192.0.2.1'), fact('192.0.2.7')] },
    });
    expect(bench.view().primaryAddress).toBe('192.0.2.1');
    bench.network({ ...HOST, addresses: [fact('192.0.2.7'), fact('192.0.2.1')] });
    expect(bench.view().primaryAddress).toBe('192.0.2.1');
    bench.network({ ...HOST, addresses: [fact('192.0.2.7')] });
    expect(bench.view().primaryAddress).toBe('192.0.2.7');
  });

  it('the IPv6 source is link-local and not a VIP, even a link-local one (VR-TX-10)', () => {
    const addresses = [fact('fe80::100'), fact('2001:db8:1::1'), fact('fe80::ff:fe00:a')];
    const bench = new Bench(instance6(), { host: { ...HOST, addresses } });
    expect(bench.view().primaryAddress).toBe('fe80::ff:fe00:a');
  });

  it('an IPv6 address under duplicate detection is not used yet', () => {
    const addresses = [fact('fe80::ff:fe00:a', 2, 0xc0)];
    const bench = new Bench(instance6(), { host: { ...HOST, addresses } });
    expect(bench.view()).toMatchObject({ state: 'FAULT', reason: 'source-address-unusable' });
    expect(bench.network(HOST).state()).toBe('BACKUP');
  });

  it('an instance without a socket is at fault: it would hear no Master and take over beside it', () => {
    const bench = new Bench(instance(), { host: { ...HOST, deaf: ['VI'] } });
    expect(bench.view()).toMatchObject({ state: 'FAULT', reason: 'no-socket' });
    expect(bench.network({ ...HOST, deaf: ['another'] }).state()).toBe('BACKUP');
  });

  it('the owner may have no address but its VIP', () => {
    const config = instance({ priority: 255, initialState: 'MASTER' });
    const bench = new Bench(config, { host: { ...HOST, addresses: [fact('192.0.2.100')] } });
    expect(bench.view().primaryAddress).toBe('192.0.2.100');
  });

  it('an owner that returns is heard although its source is the VIP we hold', () => {
    const bench = master(instance());
    bench.network({ ...HOST, addresses: [...HOST.addresses, fact('192.0.2.100')] });
    bench.packet({ priority: 255, source: '192.0.2.100' });
    expect(bench.state()).toBe('BACKUP');
  });
});

it('a thousand instances that take over together: the first adverts do not wait for the last', () => {
  const instances = Array.from({ length: 200 }, (_, i) =>
    instance({ name: `VI_${i}`, vrid: i + 1, addresses: [vip(`10.0.0.${i + 1}`)] }),
  );
  const bench = new Bench(configuration(instances)).forget().stall(3.7);
  bench.send({ type: 'deadline' });
  const first = bench.actions('sendAdvertisement').length;
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(50);
  expect(bench.router.deadline).toBeLessThan(bench.now);
  while ((bench.router.deadline ?? Infinity) <= bench.now) bench.send({ type: 'deadline' });
  expect(bench.actions('sendAdvertisement').length).toBe(200);
});

it('a thousand instances: one packet or timer touches one of them', () => {
  const instances = Array.from({ length: 1000 }, (_, i) =>
    instance({
      name: `VI_${i}`,
      vrid: (i % 250) + 1,
      interface: `eth${Math.floor(i / 250)}`,
      addresses: [vip(`10.0.${Math.floor(i / 250)}.${(i % 250) + 1}`, `eth${Math.floor(i / 250)}`)],
    }),
  );
  const interfaces = [0, 1, 2, 3].map((i) => ({ ...device(i), name: `eth${i}` }));
  const addresses = [0, 1, 2, 3].map((i) => fact(`192.0.${i}.1`, i + 2));
  const bench = new Bench(configuration(instances), { host: { interfaces, addresses } }).forget();
  bench.run(1).packet({ source: '192.0.3.9' }, 'VI_999');
  expect(bench.view('VI_999').counters.advertisementsReceived).toBe(1);
  bench.run(3.7);
  const adverts = bench.actions('sendAdvertisement');
  expect(adverts.length).toBe(999);
  bench.forget().run(10);
  expect(bench.actions('sendAdvertisement').length).toBe(999 * 6 + 6);
});

function device(i: number) {
  return {
    ifindex: i + 2,
    name: '',
    up: true,
    mac: mac('02:00:00:00:00:0a'),
    mtu: 1500,
    noArp: false,
  };
}
