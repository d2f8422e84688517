/** One random run: faults with safety checks, healing, liveness checks. Everything follows from the seed. */

import { checkBatch, checkHealed, checkMasters, livenessBound, Violation } from './checks.ts';
import { Cluster, drawPlan } from './cluster.ts';
import type { Batch } from './director.ts';
import { heal, strike } from './faults.ts';
import { SeededRandom } from './random.ts';

/** Faults per run. */
const FAULT_COUNT = 12;

/** How often two Masters are looked for, in parts of an interval. */
const LOOKS_PER_INTERVAL = 4;

/** What a run was and how it ended. */
export interface RunResult {
  readonly seed: number;
  readonly plan: string;
  readonly story: readonly string[];
  readonly violation: Error | undefined;
}

/** Runs one seed to its end or its first violation. */
export function runSeed(seed: number): RunResult {
  const random = new SeededRandom(seed);
  const plan = drawPlan(random);
  const quiet = { since: Number.POSITIVE_INFINITY };
  const cluster = new Cluster(plan, random, (batch) => {
    checkBatch(batch);
    checkQuiet(batch, quiet.since);
  });
  let violation: Error | undefined;
  try {
    faultPhase(cluster, random);
    heal(cluster);
    watch(cluster, livenessBound(cluster));
    checkHealed(cluster);
    quiet.since = cluster.queue.now;
    watch(cluster, 6 * cluster.interval);
    checkHealed(cluster);
  } catch (error) {
    violation = error instanceof Error ? error : new Error(String(error));
  }
  const story = cluster.directors
    .flatMap((director) => director.story)
    .sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b));
  return { seed, plan: JSON.stringify(plan), story, violation };
}

function faultPhase(cluster: Cluster, random: SeededRandom): void {
  for (const director of cluster.directors) {
    cluster.queue.at(random.between(0, cluster.interval), () => director.start());
  }
  if (random.chance(0.5)) watch(cluster, 6 * cluster.interval);
  for (let i = 0; i < FAULT_COUNT; i++) {
    strike(cluster, random);
    watch(cluster, random.next() * 5 * cluster.interval);
  }
}

function watch(cluster: Cluster, span: number): void {
  const end = cluster.queue.now + span;
  while (cluster.queue.now < end) {
    const step = cluster.interval / LOOKS_PER_INTERVAL;
    cluster.queue.runUntil(Math.min(end, cluster.queue.now + step));
    checkMasters(cluster);
  }
}

/** Once healed and settled, nobody changes state any more. */
function checkQuiet({ director, actions, at }: Batch, since: number): void {
  if (at < since) return;
  const change = actions.find(({ type }) => type === 'transition');
  if (change !== undefined) {
    throw new Violation(`${director.name} changes state after settling: ${JSON.stringify(change)}`);
  }
}
