/** Words of the configuration that change single rules of the protocol, each seen in what the router orders. */
import { describe, expect, test } from 'vitest';
import { ipBytes } from '../../../../src/core/base/address.ts';
import { sumWords } from '../../../../src/core/base/checksum.ts';
import { type Duration, seconds } from '../../../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import { NO_LINKS } from '../../../../src/core/model/links.ts';
import { polledLinks } from '../../../../src/core/vrrp/polled-links.ts';
import { checksumStyleOf } from '../../../../src/core/wire/vrrp.ts';
import { ip, peer, vip } from '../../../support/builders/addresses.ts';
import { HOST, hostWith } from '../../../support/builders/host.ts';
import { announce, configuration, instance } from '../../../support/builders/instance.ts';
import { parse } from '../../../support/parse-text.ts';
import { Bench, heldBackup, master } from '../../../support/vrrp-bench.ts';

describe('vrrp_delay_after_boot', () => {
  const started = (bootDelay: number, startupDelay: number, uptime?: number): Bench => {
    const config = configuration([instance()], {
      bootDelay: seconds(bootDelay),
      startupDelay: seconds(startupDelay),
    });
    return new Bench(config, uptime === undefined ? {} : { uptime: seconds(uptime) });
  };

  test('no instance starts before the host has run for so long', () => {
    const bench = started(60, 0, 50);
    expect(bench.state()).toBe('INIT');
    expect(bench.actions('notice')).toMatchObject([
      { id: 'vrrp.startDelayed', keyword: 'vrrp_delay_after_boot', delay: 10e6 },
    ]);
    expect(bench.run(9.9).state()).toBe('INIT');
    expect(bench.run(10).state()).toBe('BACKUP');
  });

  test('the longer one of it and vrrp_startup_delay counts, and a host that runs for long waits for nothing', () => {
    expect(started(60, 5, 50).run(5).state()).toBe('INIT');
    const startup = started(60, 20, 50).run(10);
    expect(startup.state()).toBe('INIT');
    expect(startup.actions('notice')).toMatchObject([{ keyword: 'vrrp_startup_delay' }]);
    expect(started(60, 0, 60).state()).toBe('BACKUP');
    expect(started(60, 0).state()).toBe('BACKUP');
  });
});

describe('timer_expired_backup', () => {
  const config = (changes: Partial<VrrpInstanceConfig> = {}): VrrpInstanceConfig =>
    instance({ preempt: false, options: { expiredTimerPriority: 200 }, ...changes });

  test('a master that was silent for three intervals and the skew of that priority goes to backup without a word', () => {
    const bench = master(config());
    const from = bench.now / 1e6;
    bench.stall(from + 3.3).send({ type: 'deadline' });
    expect(bench.lines()).toEqual([
      expect.stringContaining('VI addresses -'),
      expect.stringContaining('VI MASTER -> BACKUP (late-deadline)'),
    ]);
    // A whole down time passes before it takes over again: 3 s and 156/256 s.
    expect(bench.run(from + 3.3 + 3.6).state()).toBe('BACKUP');
    expect(bench.run(from + 3.3 + 3.61).state()).toBe('MASTER');
  });

  test('less is late only, and three intervals count whatever down_timer_adverts says', () => {
    const bench = master(config({ downTimerAdverts: 1 }));
    bench.stall(bench.now / 1e6 + 3.2).send({ type: 'deadline' });
    expect(bench.state()).toBe('MASTER');
  });

  test('a group goes as a whole, and none of its members says farewell', () => {
    const members = [config(), config({ name: 'W', vrid: 52, addresses: [vip('192.0.2.101')] })];
    const bench = new Bench(
      configuration(members, { syncGroups: [{ name: 'G', members: ['VI', 'W'] }] }),
    ).run(10);
    expect([bench.state('VI'), bench.state('W')]).toEqual(['MASTER', 'MASTER']);
    bench.forget().stall(15).send({ type: 'deadline' });
    expect([bench.state('VI'), bench.state('W')]).toEqual(['BACKUP', 'BACKUP']);
    expect(bench.actions('sendAdvertisement')).toEqual([]);
  });
});

describe('old_unicast_checksum', () => {
  const GROUP = sumWords(ipBytes(ip('224.0.0.18')));
  const config = (rule?: 'always' | 'never'): VrrpInstanceConfig =>
    instance({
      version: 3,
      unicastPeers: [peer('192.0.2.2'), peer('192.0.2.3')],
      ...(rule && { options: { oldUnicastChecksum: rule } }),
    });
  /** An advertisement of a peer, to our address, with the checksum for another destination. */
  const old = (bench: Bench, source = '192.0.2.2'): Bench => {
    const right = bench.packetEvent({ source, destination: '224.0.0.18', priority: 90 });
    return bench.send({ ...right, destination: ip('192.0.2.1') });
  };
  const current = (bench: Bench, source = '192.0.2.2'): Bench =>
    bench.packet({ source, destination: '192.0.2.1', priority: 90 });
  /** Which destinations are sent the old checksum with the next advertisement. */
  const sentOld = (bench: Bench): readonly string[] => {
    bench.forget().run(bench.now / 1e6 + 1);
    return bench.actions('sendAdvertisement').flatMap(({ destination, message, source }) => {
      const sum = sumWords(ipBytes(source), GROUP);
      const isOld = checksumStyleOf(message, 3, 'ipv4', sum) === 'pseudo-header';
      return isOld ? [destination] : [];
    });
  };

  test('a peer of keepalived 1.3.6 is recognised and answered in its way, the others are not', () => {
    const bench = master(config());
    expect(sentOld(bench)).toEqual([]);
    expect(old(bench).counters()).toMatchObject({ checksumOldUnicast: 1 });
    expect(bench.counters()).not.toHaveProperty('checksumErrors');
    expect(sentOld(bench)).toEqual(['192.0.2.2']);
    expect(sentOld(current(bench))).toEqual([]);
  });

  test('never: it is a wrong checksum; from no peer it is one in any case', () => {
    expect(old(master(config('never'))).counters()).toMatchObject({ checksumErrors: 1 });
    expect(old(master(config()), '192.0.2.9').counters()).toMatchObject({ checksumErrors: 1 });
  });

  test('without a word behind it all peers get it', () => {
    expect(sentOld(master(config('always')))).toEqual(['192.0.2.2', '192.0.2.3']);
  });

  test('the word is read', () => {
    const text = (word: string): string =>
      `vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\nversion 3\nunicast_peer {\n192.0.2.2\n}\nvirtual_ipaddress {\n192.0.2.9\n}\n${word}\n}`;
    const read = (word: string) => parse(text(word)).config?.vrrpInstances[0]?.options;
    expect(read('old_unicast_checksum')).toEqual({ oldUnicastChecksum: 'always' });
    expect(read('old_unicast_checksum never')).toEqual({ oldUnicastChecksum: 'never' });
  });
});

describe('garp_group', () => {
  const eth1 = instance({
    name: 'W',
    interface: 'eth1',
    vrid: 52,
    addresses: [vip('198.51.100.9', 'eth1')],
  });
  const links = {
    ...NO_LINKS,
    announceGroups: [{ interfaces: ['eth0', 'eth1'], arpGap: seconds(0.5) }],
  };

  test('interfaces of a group share one spacing of gratuitous ARPs', () => {
    const both = [
      instance({ announce: announce({ repeat: 2 }) }),
      { ...eth1, announce: announce({ repeat: 2 }) },
    ];
    const bench = new Bench(configuration(both, { links }));
    while (bench.actions('announce').length < 4) bench.run((bench.router.deadline ?? 0) / 1e6);
    const sent = bench.actions('announce');
    expect(new Set(sent.map(({ ifindex }) => ifindex))).toEqual(new Set([2, 3]));
    for (const [i, one] of sent.entries()) {
      if (i > 0) expect(one.at - (sent[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(0.5e6);
    }
  });

  test('without the group each interface announces at once', () => {
    const bench = new Bench(
      configuration([instance({ announce: announce({ repeat: 2 }) }), eth1]),
    ).run(5);
    const [first, second] = bench.actions('announce');
    expect(second?.at).toBe(first?.at);
  });
});

describe('interface_up_down_delays', () => {
  const links = {
    ...NO_LINKS,
    delays: [{ interface: 'eth0', down: seconds(0.5), up: seconds(2) }],
  };
  const down = hostWith('eth0', { up: false });

  test('a change counts after its delay, and one that is taken back meanwhile never happened', () => {
    const bench = new Bench(configuration([instance()], { links })).packet({ priority: 200 });
    bench.network(down).run(0.4);
    expect(bench.state()).toBe('BACKUP');
    bench.network(HOST).run(1).packet({ priority: 200 });
    expect(bench.state()).toBe('BACKUP');
    bench.network(down).run(1.5);
    expect(bench.state()).toBe('FAULT');
    bench.network(HOST).run(3.4);
    expect(bench.state()).toBe('FAULT');
    expect(bench.run(3.5).state()).toBe('BACKUP');
  });

  test('without a delay, at the start and for other interfaces it counts at once', () => {
    const plain = heldBackup(instance()).network(down);
    expect(plain.state()).toBe('FAULT');
    expect(new Bench(configuration([instance()], { links }), { host: down }).state()).toBe('FAULT');
  });

  test('delays as long as the peers wait are shortened, and that is said', () => {
    const text = (delays: string): string =>
      `vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\nadvert_int 1\nvirtual_ipaddress {\n192.0.2.9\n}\n}\ninterface_up_down_delays {\neth0 ${delays}\n}\n`;
    const long = parse(text('3 2'));
    expect(long.config?.links?.delays).toEqual([
      { interface: 'eth0', down: 1_999_000, up: 1_999_000 },
    ]);
    expect(long.diagnostics.map(({ message }) => message).join()).toContain('1.999 s down');
    expect(parse(text('1.5 1')).config?.links?.delays).toEqual([
      { interface: 'eth0', down: 1_500_000, up: 1_000_000 },
    ]);
  });
});

describe('linkbeat', () => {
  test('which interfaces are polled', () => {
    const one = instance({ trackInterfaces: [{ name: 'eth5', weight: 0 }] });
    expect(polledLinks({ instances: [one] })).toEqual(new Map());
    const all = { ...NO_LINKS, pollsAll: true };
    expect([...polledLinks({ instances: [one], links: all }).keys()]).toEqual(['eth0', 'eth5']);
    const own = { ...one, options: { pollsLink: true } };
    expect([...polledLinks({ instances: [own] }).keys()]).toEqual(['eth0']);
    const listed = { ...NO_LINKS, polled: [{ interface: 'eth9', method: 'MII' as const }] };
    expect(polledLinks({ instances: [one], links: listed })).toEqual(new Map([['eth9', 'MII']]));
  });

  test('what the device answers counts, whatever the kernel reports of the carrier; set down is down', () => {
    const bench = heldBackup(instance());
    bench.send({ type: 'network', ...HOST, polled: [{ interface: 'eth0', hasLink: false }] });
    expect(bench.view()).toMatchObject({ state: 'FAULT', reason: 'interface-down' });
    const reported = hostWith('eth0', { up: false });
    bench.send({ type: 'network', ...reported, polled: [{ interface: 'eth0', hasLink: true }] });
    expect(bench.state()).toBe('BACKUP');
    const disabled = hostWith('eth0', { up: false, disabled: true });
    bench.send({ type: 'network', ...disabled, polled: [{ interface: 'eth0', hasLink: true }] });
    expect(bench.state()).toBe('FAULT');
  });
});

describe('sync_group_tracking_weight', () => {
  const text = (word: string): string =>
    `vrrp_sync_group G {\n${word}\ngroup {\nV\n}\n}\nvrrp_instance V {\ninterface eth0\nvirtual_router_id 1\npriority 100\ntrack_interface {\neth1 weight 20\n}\nvirtual_ipaddress {\n192.0.2.9\n}\n}\n`;
  const priority = (word: string): number => {
    const config = parse(text(word)).config;
    const bench = new Bench(
      configuration(config?.vrrpInstances ?? [], { syncGroups: config?.syncGroups ?? [] }),
    );
    return bench.view().effectivePriority;
  };

  test('lets trackers with a weight count for members of a group', () => {
    expect(priority('')).toBe(100);
    expect(priority('sync_group_tracking_weight')).toBe(120);
    expect(priority('global_tracking')).toBe(120);
  });
});

test('a wall clock that is set changes no timer and no state (VR-TM-14)', () => {
  const hour = 3_600e6;
  for (const bench of [master(instance()), heldBackup(instance())]) {
    const before = { deadline: bench.router.deadline, state: bench.state() };
    for (const ahead of [hour, 10 * hour, hour]) {
      bench.forget().send({ type: 'wallClock', ahead: ahead as Duration });
      expect(bench.lines()).toEqual([]);
    }
    expect({ deadline: bench.router.deadline, state: bench.state() }).toEqual(before);
  }
});

test.each([
  ['version 3\nadvert_int 40.95', 40.95e6],
  ['version 3\nadvert_int 0.01', 10_000],
  ['version 3\nadvert_int 41', undefined],
  ['version 3\nadvert_int 0.001', undefined],
  ['version 2\nadvert_int 255', 255e6],
  ['version 2\nadvert_int 256', undefined],
  ['version 2\nadvert_int 0', undefined],
  ['version 2\nadvert_int 1.5', undefined],
] as const)(
  'an interval that no advertisement can tell is refused: %j (VR-TX-18)',
  (words, used) => {
    const { config, diagnostics } = parse(
      `vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\npriority 100\n${words}\nvirtual_ipaddress {\n192.0.2.9/24\n}\n}\n`,
    );
    const found = diagnostics.filter(({ severity }) => severity !== 'notice');
    expect(found.length > 0).toBe(used === undefined);
    const interval = config?.vrrpInstances[0]?.advertInterval ?? 0;
    if (used !== undefined) expect(interval).toBe(used);
    else expect(interval % (words.startsWith('version 2') ? 1e6 : 1e4)).toBe(0);
  },
);

test('an interval of 10 ms: takeover after three of them and the skew, and an advertisement each 10 ms', () => {
  const bench = new Bench(instance({ version: 3, advertInterval: seconds(0.01) }));
  const down = 0.03 + (156 / 256) * 0.01;
  expect(bench.run(down - 0.0001).state()).toBe('BACKUP');
  expect(bench.run(down).state()).toBe('MASTER');
  const sent = bench
    .forget()
    .run(1 + down)
    .actions('sendAdvertisement');
  expect(sent).toHaveLength(100);
});
