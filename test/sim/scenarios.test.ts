/** Single stories on the simulated network, with exact expectations. */
import { describe, expect, it } from 'vitest';
import { ip } from '../support/builders/addresses.ts';
import { SeededRandom } from '../support/random.ts';
import { checkBatch, checkHealed, checkMasters } from './checks.ts';
import { Cluster, type ClusterPlan, PAIR } from './cluster.ts';
import type { Batch } from './director.ts';
import { ROLLS } from './keys.ts';

/** Longest way from an event to the reaction on the simulated hosts, seconds. */
const LATENCY = 0.002;

interface Story {
  readonly cluster: Cluster;
  readonly batches: Batch[];
}

function story(changes: Partial<ClusterPlan> = {}): Story {
  const batches: Batch[] = [];
  const cluster = new Cluster({ ...PAIR, ...changes }, new SeededRandom(1), (batch) => {
    checkBatch(batch);
    batches.push(batch);
  });
  cluster.startAll().run(10);
  batches.length = 0;
  return { cluster, batches };
}

/** Transitions of one director since the last look: "VI_1 MASTER at 3.609". */
function transitions({ batches }: Story, name: string): readonly string[] {
  return batches
    .filter(({ director }) => director.name === name)
    .flatMap(({ actions }) => actions)
    .flatMap((action) => (action.type === 'transition' ? [`${action.instance} ${action.to}`] : []));
}

/** Seconds until one director is Master of an instance. */
function timeToMaster({ cluster }: Story, director: string, name: string, limit: number): number {
  const start = cluster.queue.now;
  while (cluster.director(director).states().get(name) !== 'MASTER') {
    if (cluster.queue.now - start > limit * 1e6) throw new Error(`not Master within ${limit} s`);
    cluster.run(0.0005);
  }
  return (cluster.queue.now - start) / 1e6;
}

describe('loss of the Master', () => {
  it('by power: the Backup takes over within its down interval', () => {
    const tale = story();
    tale.cluster.director('A').powerOff();
    const dead = timeToMaster(tale, 'B', 'VI_1', 4);
    expect(dead).toBeGreaterThan(2.6);
    expect(dead).toBeLessThan(3.6094 + LATENCY);
  });

  it('by an orderly stop: after the skew', () => {
    const tale = story();
    tale.cluster.director('A').shutdown();
    const dead = timeToMaster(tale, 'B', 'VI_1', 4);
    expect(dead).toBeGreaterThan(0.609);
    expect(dead).toBeLessThan(0.6094 + LATENCY);
  });

  it('by a resignation: after the skew, and the better router comes back', () => {
    const tale = story();
    tale.cluster.director('A').resign('VI_1');
    expect(timeToMaster(tale, 'B', 'VI_1', 4)).toBeLessThan(0.6094 + LATENCY);
    expect(timeToMaster(tale, 'A', 'VI_1', 4)).toBeLessThan(3.4141 + LATENCY);
    tale.cluster.run(0.5);
    expect(tale.cluster.masters('VI_1')).toBe('A');
  });

  it('its return displaces the Backup once its own down interval has passed', () => {
    const tale = story();
    tale.cluster.director('A').powerOff();
    tale.cluster.run(10);
    tale.cluster.director('A').start();
    expect(timeToMaster(tale, 'A', 'VI_1', 4)).toBeLessThan(3.4141 + LATENCY);
    tale.cluster.run(0.01);
    expect(tale.cluster.masters('VI_1')).toBe('A');
  });

  it('its return changes nothing without preemption', () => {
    const tale = story({ preempt: false });
    const [first] = tale.cluster.masters('VI_1');
    tale.cluster.director(first ?? '').powerOff();
    tale.cluster.run(10);
    tale.cluster.director(first ?? '').start();
    tale.batches.length = 0;
    tale.cluster.run(20);
    expect(tale.cluster.masters('VI_1')).toBe(first === 'A' ? 'B' : 'A');
    expect(transitions(tale, first === 'A' ? 'B' : 'A')).toEqual([]);
  });
});

it.each(['ENOBUFS', 'EPERM'])(
  'V4: announcements refused (%s) for ten minutes: clients find the Master soon after',
  (errno) => {
    const tale = story();
    tale.cluster.director('B').refuse({ announcement: errno });
    tale.cluster.director('A').powerOff();
    tale.cluster.run(600);
    const [segment] = tale.cluster.segments;
    const misled = (): string | undefined => segment.misled(ip('192.0.2.100'), 'B', 'ipv4 1');
    expect(misled()).toBe('A');
    tale.cluster.director('B').refuse({ announcement: undefined });
    tale.cluster.run(31);
    expect(misled()).toBeUndefined();
  },
);

describe('the process dies alone', () => {
  it('and is adopted by its successor: peers notice nothing', () => {
    const tale = story();
    const masters = tale.cluster.director('A').kill();
    tale.cluster.run(0.3);
    tale.batches.length = 0;
    tale.cluster.director('A').start(masters);
    tale.cluster.run(20);
    expect(transitions(tale, 'B')).toEqual([]);
    expect(tale.cluster.masters('VI_1')).toBe('A');
    checkHealed(tale.cluster);
  });

  it('and comes back too late: whoever is better ends up Master', () => {
    const tale = story();
    const masters = tale.cluster.director('A').kill();
    tale.cluster.run(6);
    tale.cluster.director('A').start(masters);
    tale.cluster.run(2);
    expect(tale.cluster.masters('VI_1')).toBe('A');
    expect(transitions(tale, 'B')).toContain('VI_1 BACKUP');
  });

  it('without adoption its left-over addresses are removed at start', () => {
    const tale = story();
    const director = tale.cluster.director('A');
    director.kill();
    expect(director.held.has('eth0 192.0.2.100')).toBe(true);
    tale.cluster.run(10);
    director.start();
    expect(director.held.has('eth0 192.0.2.100')).toBe(false);
  });
});

describe('a stalled process', () => {
  it.each([2, 4, 8, 30])('Backup for %d s: stays Backup (VR-TM-15)', (span) => {
    const tale = story();
    tale.cluster.director('B').stall(true);
    tale.cluster.run(span).director('B').stall(false);
    tale.cluster.run(10);
    expect(transitions(tale, 'B').filter((line) => line.startsWith('VI_1'))).toEqual([]);
  });

  it('Backup whose queue overflowed with old adverts: stays Backup', () => {
    const tale = story({ version: 3, intervalCs: 10 });
    tale.cluster.director('B').stall(true);
    // Far more adverts than the socket holds: the newest are lost.
    tale.cluster.run(60).director('B').stall(false);
    tale.cluster.run(5);
    expect(transitions(tale, 'B').filter((line) => line.startsWith('VI_1'))).toEqual([]);
  });

  it('Master for 6 s: comes back as Master with one conflict of a few milliseconds', () => {
    const tale = story();
    tale.cluster.director('A').stall(true);
    tale.cluster.run(6);
    expect(tale.cluster.director('B').states().get('VI_1')).toBe('MASTER');
    tale.cluster.director('A').stall(false);
    tale.cluster.run(0.01);
    expect(tale.cluster.masters('VI_1')).toBe('A');
  });

  it('Master that was displaced meanwhile: sends nothing at all (VR-TM-16)', () => {
    const tale = story({ priorities: [100, 150] });
    tale.cluster.director('B').shutdown();
    tale.cluster.run(5);
    tale.cluster.director('A').stall(true);
    tale.cluster.director('B').start();
    tale.cluster.run(6);
    tale.batches.length = 0;
    tale.cluster.director('A').stall(false);
    tale.cluster.run(1);
    const sent = tale.batches
      .filter(({ director }) => director.name === 'A')
      .flatMap(({ actions }) => actions)
      .filter((action) => action.type === 'sendAdvertisement' && action.instance === 'VI_1');
    expect(sent).toEqual([]);
    expect(tale.cluster.masters('VI_1')).toBe('B');
  });
});

describe('partitions', () => {
  it('both ways: two Masters, then one again at once after healing', () => {
    const tale = story();
    const [segment] = tale.cluster.segments;
    segment.cut('A', 'B', true);
    segment.cut('B', 'A', true);
    tale.cluster.run(10);
    expect(tale.cluster.masters('VI_1')).toBe('AB');
    segment.heal();
    tale.cluster.run(1.01);
    expect(tale.cluster.masters('VI_1')).toBe('A');
  });

  it('one way, the better deaf: two Masters, each silence explained', () => {
    const tale = story();
    const [segment] = tale.cluster.segments;
    segment.cut('B', 'A', true);
    tale.cluster.run(10);
    expect(tale.cluster.masters('VI_1')).toBe('A');
    segment.cut('B', 'A', false);
    segment.cut('A', 'B', true);
    tale.cluster.run(10);
    expect(tale.cluster.masters('VI_1')).toBe('AB');
  });
});

describe('sync groups', () => {
  it('a link of the Master dies: no member is without a Master for more than one missed advert', () => {
    const tale = story({ isSynced: true });
    tale.cluster.director('A').link('eth1', false);
    const dead = timeToMaster(tale, 'B', 'VI_1', 5);
    expect(dead).toBeLessThan(1.6094 + 0.03);
    expect(tale.cluster.masters('VI_2')).toBe('B');
    expect(tale.cluster.masters('VI_1')).toBe('B');
  });

  it('the link returns: the group goes back together', () => {
    const tale = story({ isSynced: true });
    const director = tale.cluster.director('A');
    director.link('eth1', false);
    tale.cluster.run(10);
    director.link('eth1', true);
    tale.cluster.run(4);
    expect([tale.cluster.masters('VI_1'), tale.cluster.masters('VI_2')]).toEqual(['A', 'A']);
    checkMasters(tale.cluster);
  });
});

describe('reload', () => {
  it('rolling over the pair, an added address moves nothing (version 3)', () => {
    const tale = story({ version: 3 });
    for (const [i, director] of tale.cluster.directors.entries()) {
      director.reload(tale.cluster.config(i, PAIR.priorities[i] ?? 0, ['192.0.2.101']));
      tale.cluster.run(5);
    }
    expect(transitions(tale, 'A')).toEqual([]);
    expect(transitions(tale, 'B')).toEqual([]);
    expect(tale.cluster.director('A').held.has('eth0 192.0.2.101')).toBe(true);
  });

  it('a lower priority hands mastership over within the down interval', () => {
    const tale = story();
    tale.cluster.director('A').reload(tale.cluster.config(0, 50));
    expect(timeToMaster(tale, 'B', 'VI_1', 5)).toBeLessThan(3.6094 + 1 + LATENCY);
    tale.cluster.run(0.01);
    expect(tale.cluster.masters('VI_1')).toBe('B');
  });
});

describe('auth_hmac', () => {
  it.each(ROLLS)('a change that goes over the pair step by step costs nothing', (...settings) => {
    const tale = story({ hmac: { antiReplay: 'time' } });
    for (const hmac of settings) {
      for (const i of tale.cluster.directors.keys()) {
        tale.cluster.edit(i, { hmac });
        tale.cluster.run(2);
      }
    }
    expect(transitions(tale, 'A')).toEqual([]);
    expect(transitions(tale, 'B')).toEqual([]);
  });

  it('another key on one side makes two Masters, and the right one makes them one again', () => {
    const tale = story({ hmac: { antiReplay: 'time' } });
    tale.cluster.edit(1, { hmac: { mode: 'enforce', step: 3 } });
    tale.cluster.run(10);
    expect(tale.cluster.masters('VI_1')).toBe('AB');
    tale.cluster.edit(1, {});
    tale.cluster.run(2);
    expect(tale.cluster.masters('VI_1')).toBe('A');
  });

  it.each(['time', 'monotonic'] as const)(
    'nothing that is replayed (%s) keeps a dead Master alive',
    (antiReplay) => {
      const tale = story({ hmac: { antiReplay } });
      const [segment] = tale.cluster.segments;
      tale.cluster.director('A').powerOff();
      for (let i = 0; i < 40; i++) {
        for (const packet of [...segment.recorded]) segment.replay('B', packet);
        tale.cluster.run(0.1);
      }
      expect(tale.cluster.masters('VI_1')).toBe('B');
    },
  );

  it('a clock that is set out of the window makes two Masters, until it is right again', () => {
    const tale = story({ hmac: { antiReplay: 'time' } });
    tale.cluster.director('A').setClock(-20);
    tale.cluster.run(10);
    expect(tale.cluster.masters('VI_1')).toBe('AB');
    tale.cluster.director('A').setClock(0);
    tale.cluster.run(2);
    expect(tale.cluster.masters('VI_1')).toBe('A');
  });
});

describe('virtual routes and rules', () => {
  it('go with the Master', () => {
    const tale = story({ routing: 'own' });
    const [a, b] = tale.cluster.directors;
    expect(a?.kernel.routes.texts.some((text) => text.includes('10.1.0.0/16'))).toBe(true);
    const held = [...(a?.kernel.routes.texts ?? [])].sort();
    expect(b?.kernel.routes.texts).toEqual(['route 2001:db8:9::/48 via fe80::254 dev eth0']);
    a?.shutdown();
    tale.cluster.run(2);
    expect(a?.kernel.routes.texts).toEqual([]);
    expect(
      [...(b?.kernel.routes.texts ?? [])].filter((text) => held.includes(text)).sort(),
    ).toEqual(held);
  });

  it('are put back when somebody removes them', () => {
    const tale = story({ routing: 'own' });
    const director = tale.cluster.director('A');
    const before = [...director.kernel.routes.texts].sort();
    director.stealRoute(0);
    expect(director.kernel.routes.texts.length).toBe(before.length - 1);
    tale.cluster.run(1);
    expect([...director.kernel.routes.texts].sort()).toEqual(before);
  });

  it('that are gone and refused are given up with mastership', () => {
    const tale = story({ routing: 'own', preempt: false });
    const director = tale.cluster.director('A');
    director.refuse({ routing: 'ENETUNREACH' });
    director.stealRoute(0);
    tale.cluster.run(5);
    expect(tale.batches.flatMap(({ actions }) => actions)).toContainEqual(
      expect.objectContaining({ type: 'transition', from: 'MASTER', reason: 'routing-lost' }),
    );
  });
});
