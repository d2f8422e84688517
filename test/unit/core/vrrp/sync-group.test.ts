/** Sync groups: all members Master or none (VR-ST-27), and the group's way out of a half-dead peer. */
import { describe, expect, it } from 'vitest';
import { vip } from '../../../support/builders/addresses.ts';
import { HOST, hostWith } from '../../../support/builders/host.ts';
import { configuration, instance } from '../../../support/builders/instance.ts';
import { Bench } from '../../../support/vrrp-bench.ts';

const inside = instance({
  name: 'IN',
  interface: 'eth1',
  vrid: 52,
  addresses: [vip('198.51.100.9', 'eth1')],
});
const outside = instance({ name: 'OUT' });
const syncGroups = [{ name: 'G', members: ['OUT', 'IN'] }];
const config = configuration([outside, inside], { syncGroups });
const peerIn = { source: '198.51.100.2' };

function states(bench: Bench): string {
  return `${bench.state('OUT')} ${bench.state('IN')}`;
}

function masters(): Bench {
  const bench = new Bench(config).run(4);
  expect(states(bench)).toBe('MASTER MASTER');
  return bench.forget();
}

describe('becoming Master', () => {
  it('happens together, when the slowest member wants it', () => {
    const bench = new Bench(config).run(2).packet(peerIn, 'IN').forget().run(5.6);
    expect(states(bench)).toBe('BACKUP BACKUP');
    expect(bench.lines()).toEqual([]);
    bench.run(5.7);
    expect(bench.lines()).toEqual([
      '5.609375 OUT advert p100',
      '5.609375 IN advert p100',
      '5.609375 OUT addresses +192.0.2.100',
      '5.609375 OUT arp 192.0.2.100',
      '5.609375 OUT BACKUP -> MASTER (no-master-heard)',
      '5.609375 IN addresses +198.51.100.9',
      '5.609375 IN arp 198.51.100.9',
      '5.609375 IN BACKUP -> MASTER (master-timeout)',
      '5.609375 group G BACKUP -> MASTER',
    ]);
  });

  it('a wish is taken back by an accepted advert', () => {
    const bench = new Bench(config).run(2).packet(peerIn, 'IN').run(4).packet({}, 'OUT').run(6);
    expect(states(bench)).toBe('BACKUP BACKUP');
    expect(bench.run(7.7).router.view().groups).toEqual([
      { name: 'G', state: 'MASTER', members: ['OUT', 'IN'] },
    ]);
  });

  it('a wish outlives a discarded advert', () => {
    const bench = new Bench(config).run(2).packet(peerIn, 'IN').run(4);
    bench.packet({ priority: 50 }, 'OUT').run(5.7);
    expect(states(bench)).toBe('MASTER MASTER');
  });

  it('owners start together only when all are owners with state MASTER', () => {
    const owner = { priority: 255, initialState: 'MASTER' as const };
    const all = new Bench(
      configuration(
        [
          { ...outside, ...owner },
          { ...inside, ...owner },
        ],
        { syncGroups },
      ),
    );
    expect(states(all)).toBe('MASTER MASTER');
    expect(all.now).toBe(0);
    const one = new Bench(configuration([{ ...outside, ...owner }, inside], { syncGroups }));
    expect(states(one)).toBe('BACKUP BACKUP');
    expect(states(one.run(3.7))).toBe('MASTER MASTER');
  });
});

describe('losing mastership', () => {
  it('one displaced member takes the others along; they resign', () => {
    const bench = masters().packet({}, 'OUT');
    expect(bench.lines()).toEqual([
      '4.000 OUT addresses -192.0.2.100',
      '4.000 OUT MASTER -> BACKUP (higher-priority)',
      '4.000 IN advert p0',
      '4.000 IN addresses -198.51.100.9',
      '4.000 IN MASTER -> BACKUP (sync-group)',
      '4.000 group G MASTER -> BACKUP',
    ]);
  });

  it('an operator resigns the whole group', () => {
    const bench = masters().send({ type: 'resign', instance: 'IN' });
    expect(bench.actions('sendAdvertisement').length).toBe(2);
    expect(states(bench)).toBe('BACKUP BACKUP');
  });

  it('a failed member puts all in FAULT, and the group comes back as Backup', () => {
    const bench = masters().network(hostWith('eth1', { up: false }));
    expect(bench.lines()).toEqual([
      '4.000 IN advert p0',
      '4.000 IN addresses -198.51.100.9',
      '4.000 IN MASTER -> FAULT (interface-down)',
      '4.000 OUT advert p0',
      '4.000 OUT addresses -192.0.2.100',
      '4.000 OUT MASTER -> FAULT (sync-group)',
      '4.000 group G MASTER -> FAULT',
    ]);
    bench.run(20).network(HOST);
    expect(states(bench)).toBe('BACKUP BACKUP');
    expect(bench.lines().at(-1)).toBe('20.000 group G FAULT -> BACKUP');
    expect(states(bench.run(24))).toBe('MASTER MASTER');
  });

  it('two failed members keep it in FAULT until both are well', () => {
    const down = { up: false };
    const bothDown = {
      ...HOST,
      interfaces: HOST.interfaces.map((one) => ({ ...one, ...down })),
    };
    const bench = masters().network(bothDown).network(hostWith('eth1', down));
    expect(states(bench)).toBe('FAULT FAULT');
    expect(states(bench.network(HOST))).toBe('BACKUP BACKUP');
  });

  it('a group that starts with a failed member starts in FAULT', () => {
    const bench = new Bench(config, { host: hostWith('eth1', { up: false }) });
    expect(states(bench)).toBe('FAULT FAULT');
    expect(bench.lines()).not.toContain('0.000 OUT INIT -> BACKUP (startup)');
  });
});

describe('a peer that loses one link', () => {
  // Keepalived's Backup leaves the healthy member without a Master for 3.1 s (reference 8.6).
  it('its resignation of one member shortens the wait for the other to one missed advert', () => {
    const bench = new Bench(config).forget();
    for (let t = 0.5; t < 5; t++) bench.run(t).packet({}, 'OUT').packet(peerIn, 'IN');
    // At 4.51 s the peer resigns OUT; IN's link is dead, its last advert came at 4.5 s.
    bench.run(4.51).packet({ priority: 0 }, 'OUT').run(8);
    const [first] = bench.actions('sendAdvertisement');
    expect(first?.at).toBe(4_500_000 + 1_000_000 + 609_375);
    expect(states(bench)).toBe('MASTER MASTER');
  });

  it('a Master that lives on in the other member keeps the group Backup', () => {
    const bench = new Bench(config).forget();
    bench.run(0.5).packet({}, 'OUT').packet(peerIn, 'IN');
    bench.run(0.6).packet({ priority: 0 }, 'OUT');
    for (let t = 1.5; t < 9; t++) bench.run(t).packet(peerIn, 'IN');
    expect(states(bench)).toBe('BACKUP BACKUP');
    expect(bench.actions('sendAdvertisement')).toEqual([]);
  });

  it('nothing is shortened where no Master was heard yet', () => {
    const bench = new Bench(config).forget().run(0.5).packet({ priority: 0 }, 'OUT').run(3.6);
    expect(states(bench)).toBe('BACKUP BACKUP');
  });
});

it('a losing advert to one member makes all announce again', () => {
  const bench = masters().packet({ priority: 50 }, 'OUT');
  expect(bench.lines()).toEqual([
    '4.000 OUT advert p100',
    '4.000 OUT arp 192.0.2.100',
    '4.000 OUT notice lowerPriorityHeard',
    '4.000 IN arp 198.51.100.9',
  ]);
});

describe('reload', () => {
  it('without a change touches nothing', () => {
    const bench = masters().reload(structuredClone(config));
    expect(bench.lines()).toEqual([]);
    expect(bench.router.view().groups[0]?.state).toBe('MASTER');
  });

  it('a new member joins a group that is Master', () => {
    const third = instance({ name: 'DMZ', vrid: 53, addresses: [vip('192.0.2.120')] });
    const bench = masters().reload(
      configuration([outside, inside, third], {
        syncGroups: [{ name: 'G', members: ['OUT', 'IN', 'DMZ'] }],
      }),
    );
    expect(bench.state('DMZ')).toBe('MASTER');
    expect(states(bench)).toBe('MASTER MASTER');
    expect(bench.actions('groupTransition')).toEqual([]);
  });

  it('members that disagree become Backup', () => {
    const bench = new Bench(configuration([outside, inside])).run(2).packet(peerIn, 'IN').run(4);
    expect(states(bench)).toBe('MASTER BACKUP');
    bench.forget().reload(config);
    expect(states(bench)).toBe('BACKUP BACKUP');
    expect(bench.lines()[0]).toBe('4.000 OUT advert p0');
  });

  it('a member that leaves its group is free to become Master', () => {
    const bench = new Bench(config).run(2).packet(peerIn, 'IN').run(4);
    expect(states(bench)).toBe('BACKUP BACKUP');
    bench.reload(configuration([outside, inside])).run(4);
    expect(states(bench)).toBe('MASTER BACKUP');
  });

  it('a member that leaves a group in FAULT starts', () => {
    const bench = new Bench(config, { host: hostWith('eth1', { up: false }) });
    bench.reload(configuration([outside, inside]));
    expect(states(bench)).toBe('BACKUP FAULT');
  });

  it('the removal of a member leaves the others Master', () => {
    const bench = masters().reload(
      configuration([outside], { syncGroups: [{ name: 'G', members: ['OUT'] }] }),
    );
    expect(bench.state('OUT')).toBe('MASTER');
    expect(bench.lines()).toEqual([
      '4.000 IN advert p0',
      '4.000 IN addresses -198.51.100.9',
      '4.000 IN MASTER -> INIT (configuration)',
    ]);
  });
});

it('shutdown resigns each member once', () => {
  const lines = masters().send({ type: 'shutdown' }).lines();
  expect(lines.filter((line) => line.includes('advert'))).toEqual([
    '4.000 OUT advert p0',
    '4.000 IN advert p0',
  ]);
  expect(lines.at(-1)).toBe('4.000 group G MASTER -> INIT');
});
