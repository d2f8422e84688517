/** What a simulated cluster is like, drawn from a seed or given by a test. */

import type { VrrpInstanceConfig } from '../../src/core/model/config.ts';
import type { TrackerConfig } from '../../src/core/model/tracking.ts';
import { SeededRandom } from '../support/random.ts';
import type { HmacPlan } from './keys.ts';

/** What a cluster is like. What is absent is not there. */
export interface ClusterPlan {
  /** Priorities of directors A, B, ... */
  readonly priorities: readonly number[];
  readonly version: 2 | 3;
  readonly intervalCs: number;
  readonly isSynced: boolean;
  readonly preempt: boolean;
  readonly preemptDelayS: number;
  /** Instances on eth0, or all instances, are unicast. */
  readonly isUnicast: boolean | 'all';
  readonly authentication?: VrrpInstanceConfig['authentication'];
  /** The owner begins as MASTER. */
  readonly initialState?: 'MASTER' | 'BACKUP';
  readonly downTimerAdverts?: number;
  readonly strict?: boolean;
  readonly answerHigherPriority?: boolean;
  readonly refreshS?: number;
  readonly startupDelayS?: number;
  /** Addresses that are held and not advertised. */
  readonly hasExcluded?: boolean;
  /** A fourth instance. */
  readonly hasFourth?: boolean;
  /** VI_1 tracks eth1 with this weight. */
  readonly interfaceWeight?: number;
  /** What VI_1 tracks, or its group. */
  readonly trackers?: readonly TrackerConfig[];
  /** The sync group has the trackers. */
  readonly areGroupTrackers?: boolean;
  /** A and B have a heartbeat over eth1, which has a say in takeovers of VI_1. */
  readonly heartbeat?: 'veto' | 'allow';
  /** Two of three witnesses have to answer before VI_1 takes over. */
  readonly hasWitness?: boolean;
  /** Advertisements are signed. */
  readonly hmac?: HmacPlan;
  /** Instances have virtual routes and rules; VI_1 has one over the other segment, too. */
  readonly routing?: 'own' | 'crossing';
  /** Greatest rate error of a clock; 200 parts per million are a bad crystal. */
  readonly clockError?: number;
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

/** Turns a seed into that of what later came to be drawn. */
export const LATER_NUMBERS = 0x1a7e_0000;

/** Rate error where a plan says nothing. */
export const CLOCK_ERROR = 0.0002;

/** Draws a plan. What came later has numbers of its own, so that a seed is much the same as before. */
export function drawPlan(seed: number, random: SeededRandom): ClusterPlan {
  const plan = drawFirst(random);
  const later = new SeededRandom(seed ^ LATER_NUMBERS);
  const antiReplay = later.pick(['time', 'monotonic'] as const);
  const hasHmac = later.chance(0.35) && plan.authentication === undefined;
  const routing = later.pick([undefined, undefined, 'own', 'crossing'] as const);
  return { ...plan, ...(hasHmac && { hmac: { antiReplay } }), ...(routing && { routing }) };
}

function drawFirst(random: SeededRandom): ClusterPlan {
  const version = random.pick<2 | 3>([2, 3, 3]);
  const preempt = random.chance(0.75);
  const authentication = random.pick<VrrpInstanceConfig['authentication']>([
    undefined,
    undefined,
    { type: 'PASS', secret: 'seed' },
    { type: 'AH', secret: 'seed' },
  ]);
  const trackers = drawTrackers(random);
  return {
    priorities: drawPriorities(random),
    version,
    intervalCs: random.pick(version === 2 ? [100, 100, 300, 1000] : [10, 30, 100, 250, 1000, 4000]),
    isSynced: random.chance(0.4),
    preempt,
    preemptDelayS: preempt && random.chance(0.15) ? 2 : 0,
    isUnicast: random.pick([false, false, false, true, 'all'] as const),
    ...(version === 2 && authentication !== undefined && { authentication }),
    ...(random.chance(0.5) && { initialState: 'MASTER' as const }),
    ...(random.chance(0.1) && { downTimerAdverts: random.pick([2, 5]) }),
    ...(random.chance(0.1) && { strict: true }),
    ...(random.chance(0.1) && { answerHigherPriority: true }),
    ...(random.chance(0.15) && { refreshS: 5 }),
    ...(random.chance(0.1) && { startupDelayS: 2 }),
    ...(random.chance(0.3) && { hasExcluded: true }),
    ...(random.chance(0.5) && { hasFourth: true }),
    ...(random.chance(0.25) && { interfaceWeight: random.pick([0, -40, 30]) }),
    ...(trackers.length > 0 && { trackers, areGroupTrackers: random.chance(0.3) }),
    ...(random.chance(0.2) && { clockError: 0.005 }),
    ...(random.chance(0.15) && { heartbeat: random.pick(['veto', 'veto', 'allow'] as const) }),
    ...(random.chance(0.1) && { hasWitness: true }),
  };
}

function drawPriorities(random: SeededRandom): readonly number[] {
  const count = random.between(2, 4);
  if (random.chance(0.15)) return [100, 100, 100, 100].slice(0, count);
  return [random.chance(0.15) ? 255 : 150, 100, 60, 20].slice(0, count);
}

function drawTrackers(random: SeededRandom): readonly TrackerConfig[] {
  if (random.chance(0.5)) return [];
  const kinds = ['script', 'process', 'file', 'bfd'] as const;
  return kinds.flatMap((kind): readonly TrackerConfig[] => {
    if (random.chance(0.5)) return [];
    const weight = random.pick([0, -30, 25]);
    // Well means up: without a weight that would be a fault.
    const reverse = kind === 'process' && weight !== 0 && random.chance(0.2);
    const name = kind.toUpperCase();
    if (kind === 'file') return [{ kind, name, weight: random.pick([0, 1, -1]) }];
    return [
      {
        kind,
        name,
        weight: kind === 'bfd' ? random.pick([0, -20]) : weight,
        ...(reverse && { reverse }),
      },
    ];
  });
}
