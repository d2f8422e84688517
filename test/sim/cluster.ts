/** Directors on two segments with one configuration, each with its own priority. */
import { centiseconds, seconds, ZERO_DURATION } from '../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../src/core/model/config.ts';
import type { VrrpConfig } from '../../src/core/vrrp/events-and-actions.ts';
import { ip, vip } from '../support/builders/addresses.ts';
import { announce, instance } from '../support/builders/instance.ts';
import { ALL_HOSTS, type Batch, Director } from './director.ts';
import { EventQueue } from './event-queue.ts';
import type { SeededRandom } from './random.ts';
import { Segment } from './segment.ts';

/** What a cluster is like. */
export interface ClusterPlan {
  /** Priorities of directors A, B, ... */
  readonly priorities: readonly number[];
  readonly version: 2 | 3;
  readonly intervalCs: number;
  readonly isSynced: boolean;
  readonly preempt: boolean;
  readonly preemptDelayS: number;
  readonly isUnicast: boolean;
  readonly authentication?: VrrpInstanceConfig['authentication'];
}

/** A plain pair: A 150, B 100, version 2, 1 s. */
export const PAIR: ClusterPlan = {
  priorities: [150, 100],
  version: 2,
  intervalCs: 100,
  isSynced: false,
  preempt: true,
  preemptDelayS: 0,
  isUnicast: false,
};

/** Draws a plan. */
export function drawPlan(random: SeededRandom): ClusterPlan {
  const count = random.between(2, 4);
  const version = random.pick<2 | 3>([2, 3, 3]);
  const authentication = random.pick<VrrpInstanceConfig['authentication']>([
    undefined,
    undefined,
    { type: 'PASS', secret: 'seed' },
    { type: 'AH', secret: 'seed' },
  ]);
  const preempt = random.chance(0.75);
  const isEqual = random.chance(0.15);
  return {
    priorities: [150, 100, 60, 20].slice(0, count).map((one) => (isEqual ? 100 : one)),
    version,
    intervalCs: version === 2 ? 100 : random.pick([10, 30, 100]),
    isSynced: random.chance(0.4),
    preempt,
    preemptDelayS: preempt && random.chance(0.15) ? 2 : 0,
    isUnicast: random.chance(0.2),
    ...(version === 2 && authentication !== undefined && { authentication }),
  };
}

/** A cluster and its clock. */
export class Cluster {
  readonly plan: ClusterPlan;
  readonly queue = new EventQueue();
  readonly segments: readonly [Segment, Segment];
  readonly directors: readonly Director[];

  constructor(plan: ClusterPlan, random: SeededRandom, onBatch: (batch: Batch) => void) {
    this.plan = plan;
    this.segments = [new Segment(this.queue, random), new Segment(this.queue, random)];
    this.directors = plan.priorities.map((priority, i) => {
      const name = ALL_HOSTS[i] ?? 'A';
      return new Director({
        name,
        interfaces: this.segments.map((segment, n) => ({
          name: `eth${n}`,
          ifindex: n + 2,
          segment,
          addresses: [realAddress(n, i), `fe80::${n}:${i + 1}`],
          up: true,
        })),
        config: this.config(i, priority),
        queue: this.queue,
        random,
        onBatch,
      });
    });
  }

  /** The advertisement interval in microseconds. */
  get interval(): number {
    return this.plan.intervalCs * 10_000;
  }

  /** A director by name. */
  director(name: string): Director {
    const found = this.directors.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no director ${name}`);
    return found;
  }

  /** Starts all processes. */
  startAll(): this {
    for (const director of this.directors) director.start();
    return this;
  }

  /** Lets time pass, in seconds. */
  run(span: number): this {
    this.queue.runUntil(this.queue.now + span * 1e6);
    return this;
  }

  /** Who is Master of an instance, by name; only directors whose process runs. */
  masters(name: string): string {
    const found = this.directors.filter((one) => one.states().get(name) === 'MASTER');
    return found.map((director) => director.name).join('');
  }

  /** The configuration of director number `i`; `extra` addresses are added to VI_1. */
  config(i: number, priority: number, extra: readonly string[] = []): VrrpConfig {
    const { plan } = this;
    const common = {
      priority,
      version: plan.version,
      advertInterval: centiseconds(plan.intervalCs),
      preempt: plan.preempt,
      preemptDelay: seconds(plan.preemptDelayS),
      announce: announce({ repeat: 2, delay: seconds(1), lowerPriorityRepeat: 2 }),
      ...(plan.authentication && { authentication: plan.authentication }),
    };
    const unicastPeers = plan.priorities.flatMap((_, peer) =>
      peer === i || !plan.isUnicast
        ? []
        : [{ address: ip(realAddress(0, peer)), minTtl: 255, maxTtl: 255 }],
    );
    return {
      instances: [
        instance({
          ...common,
          name: 'VI_1',
          vrid: 1,
          unicastPeers,
          checkUnicastSource: true,
          addresses: ['192.0.2.100', ...extra].map((address) => vip(address)),
        }),
        instance({
          ...common,
          name: 'VI_2',
          vrid: 2,
          interface: 'eth1',
          addresses: [vip('198.51.100.100', 'eth1')],
        }),
        // An instance of its own with the order of directors turned round, over IPv6.
        instance({
          name: 'VI_3',
          vrid: 1,
          version: 3,
          family: 'ipv6',
          priority: 200 - priority,
          advertInterval: common.advertInterval,
          preempt: plan.preempt,
          preemptDelay: common.preemptDelay,
          addresses: [vip('fe80::100'), vip('2001:db8::100')],
        }),
      ],
      syncGroups: plan.isSynced ? [{ name: 'G', members: ['VI_1', 'VI_2'] }] : [],
      startupDelay: ZERO_DURATION,
      bfd: [],
    };
  }
}

function realAddress(segment: number, director: number): string {
  return segment === 0 ? `192.0.2.${director + 1}` : `198.51.100.${director + 1}`;
}
