/** Priorities and faults that follow from what is tracked: the tables measured on keepalived 2.4.3. */
import { describe, expect, test } from 'vitest';
import type { VrrpInstanceConfig } from '../../../../src/core/model/config.ts';
import type { TrackerFact } from '../../../../src/core/model/tracker-fact.ts';
import type { TrackerConfig } from '../../../../src/core/model/tracking.ts';
import { device, HOST, type Host, hostWith } from '../../../support/builders/host.ts';
import { configuration, instance } from '../../../support/builders/instance.ts';
import { Bench } from '../../../support/vrrp-bench.ts';

const script = (name: string, isUp: boolean): TrackerFact => ({
  kind: 'script',
  name,
  isUp,
  outcome: { kind: 'exited', status: isUp ? 0 : 1 },
});
const process = (name: string, isUp: boolean, running = isUp ? 1 : 0): TrackerFact => ({
  kind: 'process',
  name,
  isUp,
  running,
});
const file = (name: string, value: number): TrackerFact => ({ kind: 'file', name, value });

const entry = (
  kind: TrackerConfig['kind'],
  name: string,
  weight: number,
  reverse?: boolean,
): TrackerConfig => ({ kind, name, weight, ...(reverse === true && { reverse }) });

function benchOf(
  trackers: readonly TrackerConfig[],
  changes: Partial<VrrpInstanceConfig> = {},
): Bench {
  return new Bench(instance({ trackers, ...changes }));
}

function tell(bench: Bench, ...facts: readonly TrackerFact[]): Bench {
  return bench.send({ type: 'trackers', facts, isComplete: false });
}

const priority = (bench: Bench): number => bench.view().effectivePriority;

describe('scripts: base 100, a +10, b -20, d +5 reverse, c without a weight', () => {
  const trackers = [
    entry('script', 'a', 10),
    entry('script', 'b', -20),
    entry('script', 'd', 5, true),
    entry('script', 'c', 0),
  ];
  const allWell = ['a', 'b', 'c', 'd'].map((name) => script(name, true));

  test('the priorities on the wire', () => {
    const bench = tell(benchOf(trackers), ...allWell);
    expect(priority(bench)).toBe(105);
    expect(priority(tell(bench, script('a', false)))).toBe(95);
    expect(priority(tell(bench, script('a', true), script('b', false)))).toBe(85);
    expect(priority(tell(bench, script('b', true), script('d', false)))).toBe(110);
    expect(priority(tell(bench, ...allWell))).toBe(105);
  });

  test('a failure without a weight ends mastership with priority 0, and the next advertisement has the new priority', () => {
    const bench = tell(benchOf(trackers), ...allWell).run(4.5);
    expect(bench.state()).toBe('MASTER');
    bench.forget();
    tell(bench, script('a', false));
    expect(bench.lines().filter((line) => line.includes('advert'))).toEqual([]);
    bench.run(5);
    expect(bench.lines().filter((line) => line.includes('advert'))).toEqual([
      expect.stringMatching(/ VI advert p95$/),
    ]);
    bench.forget();
    tell(bench, script('c', false));
    expect(bench.state()).toBe('FAULT');
    expect(bench.lines()[0]).toMatch(/ VI advert p0$/);
    expect(bench.view()).toMatchObject({
      reason: 'tracking',
      cause: { kind: 'tracker', tracked: 'script', name: 'c' },
    });
    tell(bench, script('c', true));
    expect([bench.state(), bench.view().reason]).toEqual(['BACKUP', 'tracking-recovered']);
  });

  test('nothing begins before the first result of a script without a weight', () => {
    const bench = benchOf(trackers).run(10);
    expect(bench.state()).toBe('INIT');
    expect(bench.lines()).toEqual(['0.000 VI addresses -192.0.2.100']);
    tell(bench, script('c', true));
    expect(bench.state()).toBe('BACKUP');
    expect(bench.run(13.5).state()).toBe('BACKUP');
    expect(bench.run(13.7).state()).toBe('MASTER');
  });

  test('a first result that is bad is a fault', () => {
    expect(tell(benchOf(trackers), script('c', false)).state()).toBe('FAULT');
  });

  test('with a weight an instance begins at once, without the weight', () => {
    const bench = benchOf([entry('script', 'a', 10), entry('script', 'b', -20)]);
    expect([bench.state(), priority(bench)]).toEqual(['BACKUP', 100]);
  });

  test('a reload that makes a result unknown keeps mastership, and the first result decides', () => {
    const bench = tell(benchOf(trackers), ...allWell).run(4.5);
    bench.send({ type: 'trackers', facts: allWell.slice(0, 2), isComplete: true });
    bench.reload(instance({ trackers, advertInterval: instance().advertInterval }));
    expect([bench.state(), priority(bench)]).toEqual(['MASTER', 110]);
    expect(tell(bench, script('c', false)).state()).toBe('FAULT');
  });

  test('one that goes on for a dead process does not wait', () => {
    const bench = new Bench(instance({ trackers }), { adopt: ['VI'] });
    expect(bench.state()).toBe('MASTER');
  });
});

test('a script without a weight and with reverse is a fault while it succeeds', () => {
  const bench = tell(benchOf([entry('script', 'a', 0, true)]), script('a', true));
  expect(bench.state()).toBe('FAULT');
  expect(tell(bench, script('a', false)).state()).toBe('BACKUP');
});

test('processes: a quorum of 0 and reverse', () => {
  const trackers = [entry('process', 'limited', -60), entry('process', 'none', -100, true)];
  const bench = tell(
    benchOf(trackers, { priority: 130 }),
    process('limited', true),
    process('none', false),
  );
  expect(priority(bench)).toBe(230);
  expect(priority(tell(bench, process('limited', false), process('none', true)))).toBe(70);
});

describe('files: base 100, f1 weight 2, f3 weight 1, f4 weight 1 reverse', () => {
  const trackers = [entry('file', 'f1', 2), entry('file', 'f3', 1), entry('file', 'f4', 1, true)];
  const at = (f1: number): Bench =>
    tell(benchOf(trackers), file('f1', f1), file('f3', 7), file('f4', 16));

  test.each([
    [0, 91],
    [20, 131],
    [126, 254],
    [127, 254],
    [1_000, 254],
    [-126, 1],
  ])('f1 = %i gives %i', (value, expected) => {
    expect([priority(at(value)), at(value).state()]).toEqual([expected, 'BACKUP']);
  });

  test('a product of -254 and less is a fault', () => {
    const bench = at(-127);
    expect(bench.state()).toBe('FAULT');
    expect(tell(bench, file('f1', -126)).state()).toBe('BACKUP');
    expect(tell(bench, file('f4', 300)).state()).toBe('FAULT');
  });

  test('253 is the most that one file adds: several cancel out', () => {
    const bench = tell(benchOf(trackers), file('f1', 1_000), file('f4', 200));
    expect(priority(bench)).toBe(153);
  });
});

test('a file without a weight: any number but 0 is a fault, with reverse 0 is', () => {
  const plain = tell(benchOf([entry('file', 'f', 0)]), file('f', -3));
  expect(plain.state()).toBe('FAULT');
  expect(tell(plain, file('f', 0)).state()).toBe('BACKUP');
  const turned = tell(benchOf([entry('file', 'f', 0, true)]), file('f', 0));
  expect(turned.state()).toBe('FAULT');
  expect(tell(turned, file('f', 5)).state()).toBe('BACKUP');
});

describe('interfaces with reverse', () => {
  const host: Host = {
    ...HOST,
    interfaces: [
      ...HOST.interfaces,
      device({ ifindex: 4, name: 'eth2' }),
      device({ ifindex: 5, name: 'eth3' }),
    ],
  };
  const without = (name: string): Host => ({
    ...host,
    interfaces: host.interfaces.map((one) => (one.name === name ? { ...one, up: false } : one)),
  });

  test('base 100, eth1 -30, eth2 +20 reverse, eth3 +5', () => {
    const trackInterfaces = [
      { name: 'eth1', weight: -30 },
      { name: 'eth2', weight: 20, reverse: true },
      { name: 'eth3', weight: 5 },
    ];
    const bench = new Bench(instance({ trackInterfaces }), { host });
    expect(priority(bench)).toBe(85);
    expect(priority(bench.network(without('eth1')))).toBe(55);
    expect(priority(bench.network(without('eth2')))).toBe(105);
  });

  test('without a weight it is a fault while it is up, and stays one when another comes up', () => {
    const trackInterfaces = [
      { name: 'eth1', weight: 0 },
      { name: 'eth2', weight: 0, reverse: true },
    ];
    const bench = new Bench(instance({ trackInterfaces }), { host });
    expect(bench.state()).toBe('FAULT');
    bench.network(without('eth1'));
    expect(bench.network(host).state()).toBe('FAULT');
    expect(bench.network(without('eth2')).state()).toBe('BACKUP');
  });
});

describe('sync groups', () => {
  const first = instance({ name: 'A' });
  const second = instance({ name: 'B', vrid: 52, interface: 'eth1' });

  test('what a group tracks counts for each member, once', () => {
    const trackers = [entry('script', 'a', -20)];
    const syncGroups = [
      {
        name: 'G',
        members: ['A', 'B'],
        trackers,
        trackInterfaces: [{ name: 'eth1', weight: -30 }],
      },
    ];
    const bench = new Bench(configuration([{ ...first, trackers }, second], { syncGroups }));
    tell(bench, script('a', false));
    expect([bench.view('A'), bench.view('B')].map((view) => view.effectivePriority)).toEqual([
      80, 80,
    ]);
    expect(bench.view('A').trackers).toHaveLength(2);
    bench.network(hostWith('eth1', { up: false }));
    expect(bench.view('A').effectivePriority).toBe(50);
  });

  test('all members wait for the first result that one of them needs, and fall together', () => {
    const syncGroups = [{ name: 'G', members: ['A', 'B'] }];
    const trackers = [entry('script', 'c', 0)];
    const bench = new Bench(configuration([first, { ...second, trackers }], { syncGroups })).run(5);
    expect([bench.state('A'), bench.state('B')]).toEqual(['INIT', 'INIT']);
    tell(bench, script('c', true));
    expect([bench.state('A'), bench.state('B')]).toEqual(['BACKUP', 'BACKUP']);
    expect(bench.run(9).state('A')).toBe('MASTER');
    tell(bench, script('c', false));
    expect([bench.state('A'), bench.state('B')]).toEqual(['FAULT', 'FAULT']);
  });
});
