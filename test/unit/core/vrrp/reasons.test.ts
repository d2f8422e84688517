/** Every reason carries what it is about as data: an interface by name, a tracker, a router, a member. */
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import { causeText } from '../../../../src/core/facts/causes.ts';
import { REASON_IDS, REASONS } from '../../../../src/core/vrrp/reasons.ts';
import { vip } from '../../../support/builders/addresses.ts';
import { HOST, type Host, hostWith } from '../../../support/builders/host.ts';
import { configuration, instance } from '../../../support/builders/instance.ts';
import { Bench, heldBackup, master } from '../../../support/vrrp-bench.ts';

/** Reason and cause of the present state. */
function why(bench: Bench, name?: string): unknown {
  const { reason, cause } = bench.view(name);
  return cause === undefined ? { reason } : { reason, cause };
}

function without(name: string): Host {
  return { ...HOST, interfaces: HOST.interfaces.filter((one) => one.name !== name) };
}

const interfaceCause = (name: string, state: string, addressed?: string): unknown => ({
  kind: 'interface',
  interface: name,
  state,
  ...(addressed !== undefined && { addressed }),
});

describe('O3: a fault names the interface and what is wrong with it', () => {
  it.each([
    ['no carrier', hostWith('eth0', { up: false }), 'interface-down', 'no-carrier'],
    ['down', hostWith('eth0', { up: false, disabled: true }), 'interface-down', 'down'],
    ['deleted', without('eth0'), 'interface-missing', 'deleted'],
    ['renamed', hostWith('eth0', { name: 'lan0' }), 'interface-missing', 'renamed'],
  ])('of the instance: %s', (_what, host, reason, state) => {
    expect(why(master(instance()).network(host))).toEqual({
      reason,
      cause: interfaceCause('eth0', state),
    });
  });

  it('that never was there is missing, not deleted', () => {
    const bench = new Bench(instance({ interface: 'eth7' }));
    const cause = interfaceCause('eth7', 'missing');
    expect(why(bench)).toEqual({ reason: 'interface-missing', cause });
  });

  it('a tracked one', () => {
    const config = instance({ trackInterfaces: [{ name: 'eth1', weight: 0 }] });
    const bench = master(config).network(hostWith('eth1', { up: false }));
    expect(why(bench)).toEqual({ reason: 'tracking', cause: interfaceCause('eth1', 'no-carrier') });
    expect(why(bench.network(HOST))).toEqual({
      reason: 'tracking-recovered',
      cause: interfaceCause('eth1', 'up'),
    });
  });

  it('V8: the dev of a virtual address that is deleted', () => {
    const config = instance({ addresses: [vip('192.0.2.100'), vip('198.51.100.9', 'eth1')] });
    const bench = master(config).network(without('eth1'));
    const cause = interfaceCause('eth1', 'deleted', '198.51.100.9');
    expect(why(bench)).toEqual({ reason: 'vip-interface', cause });
    expect(bench.actions('transition').at(-1)).toMatchObject({ to: 'FAULT', cause });
    expect(causeText(bench.view().cause ?? { kind: 'socket', interface: '' })).toBe(
      'eth1, the interface of 198.51.100.9, was deleted',
    );
  });

  it('an interface without an address, and without a socket', () => {
    const bench = master(instance()).network({ ...HOST, addresses: [] });
    const cause = { kind: 'no-address', interface: 'eth0', family: 'ipv4' };
    expect(why(bench)).toEqual({ reason: 'no-primary-address', cause });
    bench.network({ ...HOST, deaf: ['VI'] });
    expect(why(bench)).toEqual({
      reason: 'no-socket',
      cause: { kind: 'socket', interface: 'eth0' },
    });
    expect(why(bench.network(HOST))).toEqual({ reason: 'socket-opened' });
  });
});

describe('O3: becoming Master tells from whom, and how', () => {
  const router = { kind: 'router', address: '192.0.2.2', priority: 90 };
  const lower = { priority: 90 };

  it('no-master-heard when there was none', () => {
    expect(why(master(instance()))).toEqual({ reason: 'no-master-heard' });
  });

  it('master-timeout when the Master fell silent', () => {
    const bench = heldBackup(instance({ preempt: false }), lower).run(10);
    expect(why(bench)).toEqual({ reason: 'master-timeout', cause: router });
  });

  it('master-resigned after priority 0', () => {
    const bench = heldBackup(instance({ preempt: false }), lower)
      .run(1)
      .packet({ priority: 0 });
    expect(why(bench.run(2))).toEqual({ reason: 'master-resigned', cause: router });
  });

  it('preempted from a Master of lower priority that is alive', () => {
    const bench = new Bench(instance());
    for (const at of [0.5, 1.5, 2.5, 3.5]) bench.run(at).packet(lower);
    expect(why(bench.run(4))).toEqual({ reason: 'preempted', cause: router });
  });

  it('master-timeout when that one fell silent before it could be preempted', () => {
    const bench = new Bench(instance());
    for (const at of [0.2, 1.2]) bench.run(at).packet(lower);
    expect(why(bench.run(4))).toEqual({ reason: 'master-timeout', cause: router });
  });

  it('preempted from a live Master whose interval is longer than ours', () => {
    const slow = { priority: 90, interval: 300 };
    const bench = new Bench(instance({ version: 3 })).run(1).packet(slow);
    expect(why(bench.run(5))).toEqual({ reason: 'preempted', cause: router });
  });

  it('master-timeout when the one with a short interval is silent, though we learned a long one', () => {
    const bench = new Bench(instance({ version: 3 })).packet({ priority: 200, interval: 300 });
    bench.run(5).packet({ priority: 90, interval: 100, source: '192.0.2.3' });
    const cause = { ...router, address: '192.0.2.3' };
    expect(why(bench.run(20))).toEqual({ reason: 'master-timeout', cause });
  });
});

describe('O3: a running preempt_delay is visible', () => {
  it('with its end and the Master that it leaves alone, until it is over', () => {
    const bench = heldBackup(instance({ preemptDelay: seconds(60) }), { priority: 90 });
    expect(bench.run(1).view()).toMatchObject({
      state: 'BACKUP',
      preemptNotBefore: 60_000_000,
      masterAddress: '192.0.2.2',
      masterPriority: 90,
    });
    expect(bench.packet({ priority: 200 }).view().preemptNotBefore).toBeUndefined();
  });

  it('not in another state', () => {
    const bench = heldBackup(instance({ preemptDelay: seconds(5) }), { priority: 90 }).run(20);
    expect(bench.state()).toBe('MASTER');
    expect(bench.view().preemptNotBefore).toBeUndefined();
  });
});

describe('O3: a change of priority is a fact', () => {
  const config = instance({
    priority: 150,
    trackInterfaces: [
      { name: 'eth1', weight: -80 },
      { name: 'eth0', weight: -10 },
    ],
  });
  const facts = (bench: Bench): unknown[] =>
    bench.actions('priorityChanged').map(({ from, to, trackers }) => ({ from, to, trackers }));

  it('that names the trackers which changed', () => {
    const bench = master(config).network(hostWith('eth1', { up: false }));
    const tracker = { kind: 'interface', name: 'eth1' };
    const down = { ...tracker, state: 'no-carrier', adds: -80 };
    expect(facts(bench)).toEqual([{ from: 150, to: 70, trackers: [down] }]);
    const up = { ...tracker, state: 'up', adds: 0 };
    expect(facts(bench.forget().network(HOST))).toEqual([{ from: 70, to: 150, trackers: [up] }]);
    expect(facts(bench.forget().network(HOST))).toEqual([]);
  });

  it('or the configuration', () => {
    const bench = master(config).reload({ ...config, priority: 120 });
    expect(facts(bench)).toEqual([{ from: 150, to: 120, trackers: [] }]);
  });
});

describe('O3: a member of a sync group tells whom it follows, and why', () => {
  const inside = instance({
    name: 'IN',
    interface: 'eth1',
    vrid: 52,
    addresses: [vip('198.51.100.9', 'eth1')],
  });
  const config = configuration([instance({ name: 'OUT' }), inside], {
    syncGroups: [{ name: 'G', members: ['OUT', 'IN'] }],
  });
  const member = (name: string, reason: string, cause?: unknown): unknown => ({
    reason: 'sync-group',
    cause: { kind: 'member', group: 'G', member: name, reason, ...(cause ? { cause } : {}) },
  });

  it('into FAULT and out of it', () => {
    const bench = new Bench(config).run(4).network(hostWith('eth1', { up: false }));
    const cause = interfaceCause('eth1', 'no-carrier');
    expect(why(bench, 'OUT')).toEqual(member('IN', 'interface-down', cause));
    expect(why(bench.network(HOST), 'OUT')).toEqual({ reason: 'sync-group-recovered' });
  });

  it('and of the next fault when the first has ended', () => {
    const three = instance({ name: 'THREE', vrid: 53, addresses: [vip('192.0.2.101')] });
    const tracks = [{ name: 'eth1', weight: 0 }];
    const bench = new Bench(
      configuration(
        [
          three,
          { ...inside, trackInterfaces: [] },
          instance({ name: 'OUT', trackInterfaces: tracks }),
        ],
        {
          syncGroups: [{ name: 'G', members: ['THREE', 'IN', 'OUT'] }],
        },
      ),
    ).run(4);
    const down = hostWith('eth1', { up: false });
    bench.network(down);
    const cause = interfaceCause('eth1', 'no-carrier');
    expect(why(bench, 'THREE')).toEqual(member('IN', 'interface-down', cause));
    bench.network({ ...down, deaf: ['OUT'] }).network({ ...HOST, deaf: ['OUT'] });
    const socket = { kind: 'socket', interface: 'eth0' };
    expect(why(bench, 'THREE')).toEqual(member('OUT', 'no-socket', socket));
    expect(why(bench, 'IN')).toEqual(member('OUT', 'no-socket', socket));
  });

  it('out of MASTER', () => {
    const bench = new Bench(config).run(4).packet({}, 'OUT');
    const cause = { kind: 'router', address: '192.0.2.2', priority: 200 };
    expect(why(bench, 'IN')).toEqual(member('OUT', 'higher-priority', cause));
    const resigned = new Bench(config).run(4).send({ type: 'resign', instance: 'OUT' });
    expect(why(resigned, 'IN')).toEqual(member('OUT', 'operator'));
  });

  it('into MASTER for what is true then, not for what it was when it began to wait', () => {
    const bench = new Bench(config);
    for (let at = 0.5; at < 10; at++) bench.run(at).packet({}, 'OUT');
    // IN hears a lower Master, while OUT is still kept quiet by a higher one.
    for (let at = 10; at < 14; at += 0.5) {
      bench.run(at).packet({ priority: 90, source: '198.51.100.2' }, 'IN');
    }
    expect(bench.state('IN')).toBe('MASTER');
    const cause = { kind: 'router', address: '198.51.100.2', priority: 90 };
    expect(why(bench, 'IN')).toEqual({ reason: 'preempted', cause });
  });

  it('into MASTER, each for its own reason', () => {
    const bench = new Bench(config).packet({ source: '198.51.100.2' }, 'IN').run(10);
    const cause = { kind: 'router', address: '198.51.100.2', priority: 200 };
    expect(why(bench, 'IN')).toEqual({ reason: 'master-timeout', cause });
    expect(why(bench, 'OUT')).toEqual({ reason: 'no-master-heard' });
  });
});

describe('V19: a member of a sync group that hears no Master', () => {
  const inside = instance({
    name: 'IN',
    interface: 'eth1',
    vrid: 52,
    addresses: [vip('198.51.100.9', 'eth1')],
  });
  const group = { syncGroups: [{ name: 'G', members: ['OUT', 'IN'] }] };
  const deafBench = (seconds: number): Bench => {
    const bench = new Bench(configuration([instance({ name: 'OUT' }), inside], group));
    for (let at = 0.5; at < seconds; at++) bench.run(at).packet({}, 'OUT');
    return bench.run(seconds);
  };
  const said = (bench: Bench): readonly unknown[] =>
    bench.actions('notice').map(({ id, instance }) => [id, instance]);

  it('says nothing while the others may still miss the Master, too', () => {
    const bench = deafBench(6);
    expect(said(bench)).toEqual([]);
    expect(bench.view('IN').groupWaitSince).toBeUndefined();
  });

  it('says so after one more down interval, and again every 5 minutes', () => {
    const bench = deafBench(320);
    expect(said(bench)).toEqual([
      ['vrrp.groupWaits', 'IN'],
      ['vrrp.groupWaits', 'IN'],
    ]);
    expect(bench.view('IN')).toMatchObject({ state: 'BACKUP', groupWaitSince: 3_609_375 });
    expect(bench.view('OUT').groupWaitSince).toBeUndefined();
  });

  it('says that it hears one again', () => {
    const bench = deafBench(60).packet({ source: '198.51.100.2' }, 'IN');
    expect(said(bench)).toEqual([
      ['vrrp.groupWaits', 'IN'],
      ['vrrp.groupHeard', 'IN'],
    ]);
    expect(bench.view('IN').groupWaitSince).toBeUndefined();
  });

  it('ends with the Master of the others: all take over', () => {
    const bench = deafBench(60).run(70);
    expect(why(bench, 'IN')).toEqual({ reason: 'no-master-heard' });
    expect(bench.view('IN')).toMatchObject({ state: 'MASTER' });
    expect(bench.view('IN').groupWaitSince).toBeUndefined();
  });
});

it('O3: each reason has words and an explanation in whole sentences', () => {
  for (const id of REASON_IDS) {
    const { words, explanation } = REASONS[id];
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(words).toMatch(/^[a-zA-Z].*[^.]$/);
    expect(explanation).toMatch(/^[A-Z].*\.$/);
  }
});
