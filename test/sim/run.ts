/**
 * One random run: rounds of faults with safety checks, healing, liveness checks. The seed gives the plan and the faults before it begins; what
 * happens then follows from both.
 */

import { SeededRandom } from '../support/random.ts';
import { checkBatch, checkHealed, checkHeld, checkMasters, livenessBound } from './checks.ts';
import { Cluster } from './cluster.ts';
import type { Batch } from './director.ts';
import { drawFault, type Fault, heal, strike } from './faults.ts';
import { perhapsLater } from './later-faults.ts';
import { Observer } from './observer.ts';
import { type ClusterPlan, drawPlan, LATER_NUMBERS } from './plan.ts';
import { Violation } from './violation.ts';

/** Faults of a round. */
const FAULT_COUNT = 12;

/** How often two Masters are looked for, in parts of an interval. */
const LOOKS_PER_INTERVAL = 4;

/** Intervals in which nothing may change once all is well. */
const QUIET_INTERVALS = 6;

/** What happens in a run. */
export interface RunPlan {
  readonly seed: number;
  readonly plan: ClusterPlan;
  /** Each round ends with healing; one without faults is left out. */
  readonly rounds: readonly (readonly Fault[])[];
}

/** What a run was and how it ended. */
export interface RunResult {
  readonly run: RunPlan;
  readonly story: readonly string[];
  readonly violation: Error | undefined;
  /** Simulated microseconds. */
  readonly span: number;
  /** Events on the virtual clock. */
  readonly events: number;
}

/** Draws a run of so many rounds. */
export function drawRun(seed: number, roundsFor: (plan: ClusterPlan) => number): RunPlan {
  const random = new SeededRandom(seed);
  const plan = drawPlan(seed, random);
  const later = new SeededRandom(~seed ^ LATER_NUMBERS);
  const rounds = Array.from({ length: roundsFor(plan) }, () =>
    Array.from({ length: FAULT_COUNT }, () => perhapsLater(drawFault(random), plan, later)),
  );
  return { seed, plan, rounds };
}

/** Runs one seed, one round by default, to its end or its first violation. */
export function runSeed(seed: number, options: { readonly tells?: boolean } = {}): RunResult {
  return play(
    drawRun(seed, () => 1),
    options,
  );
}

/** Plays a run to its end or its first violation. */
export function play(run: RunPlan, options: { readonly tells?: boolean } = {}): RunResult {
  // Weather and latencies have numbers of their own: a run without some faults is much the same.
  const random = new SeededRandom(run.seed ^ 0x5eed);
  const quiet = { since: Number.POSITIVE_INFINITY };
  const told: string[] = [];
  let observer: Observer | undefined;
  const cluster = new Cluster(
    run.plan,
    random,
    (batch) => {
      checkBatch(batch);
      checkQuiet(batch, quiet.since);
      observer?.heard(batch);
    },
    options,
  );
  observer = new Observer(cluster);
  let violation: Error | undefined;
  try {
    begin(cluster, random);
    for (const faults of run.rounds) {
      if (faults.length === 0) continue;
      quiet.since = Number.POSITIVE_INFINITY;
      for (const fault of faults) {
        watch(cluster, observer, fault.after * cluster.interval);
        if (options.tells === true)
          told.push(`${(cluster.queue.now / 1e6).toFixed(3)} * ${fault.kind}`);
        strike(cluster, fault);
      }
      if (options.tells === true)
        told.push(`${(cluster.queue.now / 1e6).toFixed(3)} * all is healed`);
      heal(cluster);
      watch(cluster, observer, livenessBound(cluster, faults));
      checkHealed(cluster);
      quiet.since = cluster.queue.now;
      watch(cluster, observer, QUIET_INTERVALS * cluster.interval);
      checkHealed(cluster);
    }
  } catch (error) {
    violation = error instanceof Error ? error : new Error(String(error));
  }
  const story = [...told, ...cluster.directors.flatMap((director) => director.story)].sort(
    (a, b) => Number.parseFloat(a) - Number.parseFloat(b),
  );
  return { run, story, violation, span: cluster.queue.now, events: cluster.queue.count };
}

function begin(cluster: Cluster, random: SeededRandom): void {
  for (const director of cluster.directors) {
    cluster.queue.at(random.between(0, cluster.interval), () => director.start());
  }
  if (random.chance(0.5)) cluster.run((6 * cluster.interval) / 1e6);
}

function watch(cluster: Cluster, observer: Observer, span: number): void {
  const end = cluster.queue.now + span;
  const step = cluster.interval / LOOKS_PER_INTERVAL;
  while (cluster.queue.now < end) {
    cluster.queue.runUntil(Math.min(end, cluster.queue.now + step));
    checkMasters(cluster);
    checkHeld(cluster);
    observer.look();
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
