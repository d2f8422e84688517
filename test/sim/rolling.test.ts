/**
 * A change that goes over a pair, one director after the other, in both orders and at many phases. What counts
 * is what a client sees: whether the host that last announced the address holds it.
 */
import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../src/core/model/config.ts';
import { SeededRandom } from '../support/random.ts';
import { checkBatch } from './checks.ts';
import { Cluster, type ClusterPlan, PAIR } from './cluster.ts';
import type { Batch, Director } from './director.ts';

const VIP = '192.0.2.100';

/** The pair with a client that believes the last announcement. */
class Rolling {
  readonly cluster: Cluster;
  readonly batches: Batch[] = [];
  outageS = 0;
  twoMastersS = 0;
  #believed: Director | undefined;
  #lookedAt = 0;
  #isServed = false;
  #masterCount = 0;

  constructor(plan: Partial<ClusterPlan>, seed: number) {
    this.cluster = new Cluster({ ...PAIR, ...plan }, new SeededRandom(seed), (batch) => {
      checkBatch(batch);
      this.batches.push(batch);
      for (const action of batch.actions) {
        if (action.type === 'announce' && action.address === VIP) this.#believed = batch.director;
      }
      if (batch.actions.some(({ type }) => type !== 'sendAdvertisement')) this.#look();
    });
    this.cluster.startAll().run(10);
    this.batches.length = 0;
    this.#look();
    this.outageS = 0;
    this.twoMastersS = 0;
  }

  /** Lets time pass. */
  run(span: number): this {
    this.cluster.run(span);
    this.#look();
    return this;
  }

  /** Adds the time since the last look to what was true then; nothing changes between batches. */
  #look(): void {
    const { now } = this.cluster.queue;
    const span = (now - this.#lookedAt) / 1e6;
    if (!this.#isServed) this.outageS += span;
    if (this.#masterCount > 1) this.twoMastersS += span;
    this.#lookedAt = now;
    this.#isServed = this.#believed?.held.has(`eth0 ${VIP}`) === true;
    this.#masterCount = this.cluster.masters('VI_1').length;
  }

  /** Reloads one director with changes to VI_1. */
  reload(name: string, changes: Partial<VrrpInstanceConfig>, extra: readonly string[] = []): this {
    const i = name === 'A' ? 0 : 1;
    const config = this.cluster.config(i, PAIR.priorities[i] ?? 0, extra);
    this.cluster.director(name).reload({
      ...config,
      instances: config.instances.map((one) =>
        one.name === 'VI_1' ? { ...one, ...changes } : one,
      ),
    });
    return this;
  }

  /** Transitions of VI_1 so far. */
  transitions(): readonly string[] {
    return this.batches.flatMap(({ director, actions }) =>
      actions.flatMap((action) =>
        action.type === 'transition' && action.instance === 'VI_1'
          ? [`${director.name} ${action.to}`]
          : [],
      ),
    );
  }
}

const orders = [
  ['A', 'B'],
  ['B', 'A'],
] as const;
/** Pauses between both reloads, and phases of the first against the advertisements. */
const pauses = [0.4, 3.3, 4, 7.7];
const phases = [0.05, 0.35, 0.65, 0.95];

const changes: readonly (readonly [string, Partial<ClusterPlan>, Partial<VrrpInstanceConfig>])[] = [
  [
    'another auth_pass',
    { authentication: { type: 'PASS', secret: 'old' } },
    { authentication: { type: 'PASS', secret: 'new' } },
  ],
  ['a first auth_pass', {}, { authentication: { type: 'PASS', secret: 'new' } }],
  ['a longer advert_int', {}, { advertInterval: seconds(2) }],
  ['a shorter advert_int', { intervalCs: 300 }, { advertInterval: seconds(1) }],
];

describe.each(orders)('V20: %s first, then %s', (first, second) => {
  it.each(changes)('%s: service goes on, one Master at the end', (_what, plan, change) => {
    for (const pause of pauses) {
      for (const phase of phases) {
        const rolling = new Rolling(plan, 7).run(phase).reload(first, change).run(pause);
        rolling.reload(second, change).run(0.5);
        const where = `pause ${pause}, phase ${phase}`;
        expect(rolling.cluster.masters('VI_1'), where).toBe('A');
        expect(rolling.run(20).outageS, where).toBeLessThan(0.05);
        expect(rolling.cluster.masters('VI_1'), where).toBe('A');
      }
    }
  });
});

describe.each(orders)('V22: version 2, %s first, then %s', (first, second) => {
  it.each([
    ['added', [], ['192.0.2.101']],
    ['removed', ['192.0.2.101', '192.0.2.102'], ['192.0.2.101']],
    ['replaced', ['192.0.2.101'], ['192.0.2.102', '192.0.2.103']],
  ] as const)('an address is %s: never two Masters, no transition', (_what, before, after) => {
    const rolling = new Rolling({}, 11).reload('A', {}, before).reload('B', {}, before).run(5);
    rolling.batches.length = 0;
    rolling.reload(first, {}, after).run(12).reload(second, {}, after).run(12);
    expect(rolling.twoMastersS).toBe(0);
    expect(rolling.transitions()).toEqual([]);
    expect(rolling.cluster.masters('VI_1')).toBe('A');
    for (const address of after) {
      expect(rolling.cluster.director('A').held.has(`eth0 ${address}`)).toBe(true);
    }
  });

  it('a failover in the middle ends with one Master', () => {
    const rolling = new Rolling({}, 13).reload(first, {}, ['192.0.2.101']).run(5);
    rolling.cluster.director('A').powerOff();
    rolling.run(5);
    rolling.cluster.director('A').start();
    rolling.run(10);
    expect(rolling.twoMastersS).toBeLessThan(0.01);
    expect(rolling.reload(second, {}, ['192.0.2.101']).run(5).cluster.masters('VI_1')).toBe('A');
  });
});
