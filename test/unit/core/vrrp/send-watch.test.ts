/** Refusals of the kernel to send advertisements: what is counted, when they are a fault, how it ends. */
import { describe, expect, it } from 'vitest';
import { milliseconds, toSeconds } from '../../../../src/core/base/time.ts';
import { causeText } from '../../../../src/core/facts/causes.ts';
import { peer, vip } from '../../../support/builders/addresses.ts';
import { HOST, hostWith } from '../../../support/builders/host.ts';
import { configuration, instance } from '../../../support/builders/instance.ts';
import { Bench, master } from '../../../support/vrrp-bench.ts';

/** Transitions since the last `forget`, with the second at which they were. */
function story(bench: Bench): readonly string[] {
  return bench
    .actions('transition')
    .map(({ at, from, to, reason }) => `${(at / 1e6).toFixed(1)} ${from} -> ${to} (${reason})`);
}

describe('a Master whose advertisements are refused', () => {
  it('V2: leaves with the third, as peers take over then, and says errno and what to look at', () => {
    const bench = master(instance());
    bench.refuseSending = () => 'EINVAL';
    bench.run(6.6);
    expect(bench.state()).toBe('MASTER');
    bench.run(6.7);
    expect(bench.view()).toMatchObject({ state: 'FAULT', reason: 'send-failed' });
    const { cause } = bench.view();
    expect(cause && causeText(cause)).toBe(
      'advertisements to 224.0.0.18 do not leave: EINVAL, look at the source address (ip address show)',
    );
    expect(bench.actions('setAddresses').at(-1)).toMatchObject({ present: false });
  });

  it('V2: counts only what left', () => {
    const bench = master(instance());
    const { advertisementsSent } = bench.view().counters;
    bench.refuseSending = () => 'EPERM';
    bench.run(60);
    expect(bench.view().counters).toMatchObject({ advertisementsSent, becomeMaster: 1 });
    expect(bench.view().counters.priorityZeroSent).toBe(0);
  });

  it.each(['ENOBUFS', 'EAGAIN'])('V2: one full queue (%s) costs nothing', (errno) => {
    const bench = master(instance());
    bench.refuseSending = () => errno;
    bench.run(5.7);
    bench.refuseSending = () => undefined;
    bench.run(7);
    bench.refuseSending = () => errno;
    expect(bench.run(9).state()).toBe('MASTER');
    expect(bench.run(9.7).view()).toMatchObject({ state: 'FAULT', reason: 'send-failed' });
  });

  it('V2: answers to other routers do not use its patience up', () => {
    const bench = master(instance());
    bench.refuseSending = () => 'ENOBUFS';
    for (let i = 1; i < 9; i++) bench.run(3.61 + i / 100).packet({ priority: 1 });
    expect(bench.state()).toBe('MASTER');
  });

  it('V2: one of two unicast peers that is heard is enough', () => {
    const unicastPeers = [peer('192.0.2.2'), peer('198.51.100.2')];
    const bench = master(instance({ unicastPeers }));
    bench.refuseSending = (to) => (to === '198.51.100.2' ? 'ENETUNREACH' : undefined);
    bench.run(20);
    expect(bench.state()).toBe('MASTER');
    expect(bench.view().counters.advertisementsSent).toBe(17);
  });

  it.each(['ENETDOWN', 'ENODEV'])("V2: %s is the link's business, which is watched", (errno) => {
    const bench = master(instance({ ignoreOwnInterface: true }));
    bench.refuseSending = () => errno;
    expect(bench.run(20).state()).toBe('MASTER');
  });

  it('V2: with dont_track_primary the errors of a link that is down are ignored as well', () => {
    const bench = master(instance({ ignoreOwnInterface: true }));
    bench.network(hostWith('eth0', { up: false }));
    bench.refuseSending = () => 'ENETUNREACH';
    expect(bench.run(20).state()).toBe('MASTER');
  });

  it('V2: patience is that of down_timer_adverts', () => {
    const bench = master(instance({ downTimerAdverts: 5 }));
    bench.refuseSending = () => 'EPERM';
    const start = bench.now;
    while (bench.state() === 'MASTER') bench.run((bench.now + 100_000) / 1e6);
    expect(Math.round(toSeconds((bench.now - start) as never))).toBe(5);
  });
});

describe('a Backup whose advertisements are refused', () => {
  it('V2: does not become Master', () => {
    const bench = new Bench(instance());
    bench.refuseSending = () => 'EPERM';
    bench.run(4);
    expect(story(bench)).toEqual([
      '0.0 INIT -> BACKUP (startup)',
      '3.6 BACKUP -> FAULT (send-failed)',
    ]);
    expect(bench.actions('setAddresses').some(({ present }) => present)).toBe(false);
    expect(bench.view().counters.becomeMaster).toBe(0);
  });

  it('V2: but a full queue does not keep it', () => {
    const bench = new Bench(instance());
    bench.refuseSending = () => 'ENOBUFS';
    expect(bench.run(4).state()).toBe('MASTER');
  });

  it('V2: an owner at its start neither', () => {
    const bench = new Bench(instance());
    bench.refuseSending = () => 'EPERM';
    bench.reload(instance({ name: 'OWNER', vrid: 52, priority: 255, initialState: 'MASTER' }));
    expect(bench.view()).toMatchObject({ state: 'FAULT', reason: 'send-failed' });
  });

  it('V2: takes its whole group along', () => {
    const inside = { name: 'IN', interface: 'eth1', vrid: 52, addresses: [vip('198.51.100.9')] };
    const instances = [instance({ name: 'OUT' }), instance(inside)];
    const bench = new Bench(
      configuration(instances, { syncGroups: [{ name: 'G', members: ['OUT', 'IN'] }] }),
    );
    let calls = 0;
    bench.refuseSending = () => (++calls === 2 ? 'EPERM' : undefined);
    bench.run(4);
    expect([bench.state('OUT'), bench.state('IN')]).toEqual(['FAULT', 'FAULT']);
    expect(bench.run(10).state('OUT')).toBe('MASTER');
    expect(bench.state('IN')).toBe('MASTER');
  });
});

describe('recovery', () => {
  it('V2: it tries again with growing pauses, up to half a minute: no flapping without limit', () => {
    const bench = master(instance({ version: 3, advertInterval: milliseconds(100) }));
    bench.refuseSending = () => 'EPERM';
    bench.run(600);
    const faults = bench.actions('transition').filter(({ to }) => to === 'FAULT');
    const pauses = faults.slice(1).map(({ at }, i) => (at - (faults[i]?.at ?? 0)) / 1e6);
    expect(pauses.slice(0, 6).map(Math.round)).toEqual([1, 2, 4, 8, 16, 30]);
    expect(faults.length).toBeLessThan(26);
  });

  it('V2: is master again when the cause is gone', () => {
    const bench = master(instance());
    bench.refuseSending = () => 'EPERM';
    bench.run(7).forget();
    bench.refuseSending = () => undefined;
    bench.run(12);
    expect(story(bench)).toEqual([
      '7.6 FAULT -> BACKUP (send-retry)',
      '11.2 BACKUP -> MASTER (no-master-heard)',
    ]);
  });

  it('V2: tries at once when the interface or the source has changed', () => {
    const bench = master(instance());
    bench.refuseSending = () => 'EINVAL';
    bench.run(7);
    bench.network({ ...HOST, addresses: HOST.addresses.slice(1) });
    expect(bench.view().reason).toBe('no-primary-address');
    bench.refuseSending = () => undefined;
    bench.network(HOST);
    expect(bench.state()).toBe('BACKUP');
    expect(bench.run(11).state()).toBe('MASTER');
  });

  it('V2: a reload is a new attempt', () => {
    const bench = master(instance());
    bench.refuseSending = () => 'EPERM';
    bench.run(7);
    expect(bench.reload(instance({ priority: 120 })).state()).toBe('BACKUP');
  });

  it('V2: incidents far apart begin with the short pause', () => {
    const bench = master(instance());
    for (const at of [10, 1_000]) {
      bench.run(at);
      bench.refuseSending = () => 'EPERM';
      bench.run(at + 3);
      expect(bench.state()).toBe('FAULT');
      bench.refuseSending = () => undefined;
      bench.run(at + 9);
      expect(bench.state()).toBe('MASTER');
    }
  });
});
