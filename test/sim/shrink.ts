/** Makes a failing run small: as few rounds, faults and peculiarities of the plan as still fail in the same way (delta debugging). */
import type { Fault } from './faults.ts';
import type { ClusterPlan } from './plan.ts';
import { play, type RunPlan, type RunResult } from './run.ts';

/** Runs that are tried at most. */
const TRIES_MAX = 400;

/** The smallest run found that still fails, and how it ends. */
export function shrink(failing: RunResult): RunResult {
  let best = failing;
  let tries = 0;
  const kind = kindOf(failing);
  const fails = (run: RunPlan): boolean => {
    if (tries++ >= TRIES_MAX) return false;
    const result = play(run);
    if (result.violation === undefined || kindOf(result) !== kind) return false;
    best = result;
    return true;
  };
  const flat = (run: RunPlan): readonly Numbered[] =>
    run.rounds.flatMap((faults, round) => faults.map((fault) => ({ round, fault })));
  minimize([...new Set(flat(best.run).map(({ round }) => round))], (rounds) =>
    fails(withRounds(best.run, rounds)),
  );
  minimize(flat(best.run), (faults) => fails(withFaults(best.run, faults)));
  for (const simpler of simplerPlans(best.run.plan))
    fails({ ...best.run, plan: simpler(best.run.plan) });
  minimize(flat(best.run), (faults) => fails(withFaults(best.run, faults)));
  return best;
}

interface Numbered {
  readonly round: number;
  readonly fault: Fault;
}

/** The sort of a violation: its text without names, numbers and times. */
function kindOf({ violation }: RunResult): string {
  return (violation?.message ?? '')
    .replace(/[\d.]+/g, '#')
    .replace(/\b[A-D]\b/g, '?')
    .slice(0, 60);
}

function withRounds(run: RunPlan, rounds: readonly number[]): RunPlan {
  const kept = new Set(rounds);
  return { ...run, rounds: run.rounds.map((faults, round) => (kept.has(round) ? faults : [])) };
}

function withFaults(run: RunPlan, faults: readonly Numbered[]): RunPlan {
  const kept = new Set(faults.map(({ fault }) => fault));
  return { ...run, rounds: run.rounds.map((round) => round.filter((fault) => kept.has(fault))) };
}

/** Zeller and Hildebrandt's ddmin: removes parts, ever smaller ones, as long as what is left fails. */
function minimize<T>(all: readonly T[], fails: (some: readonly T[]) => boolean): void {
  let left = all;
  for (let parts = 2; left.length >= 1; ) {
    const size = Math.ceil(left.length / parts);
    let isSmaller = false;
    for (let start = 0; start < left.length; start += size) {
      const rest = [...left.slice(0, start), ...left.slice(start + size)];
      if (!fails(rest)) continue;
      left = rest;
      isSmaller = true;
      break;
    }
    if (isSmaller) parts = Math.max(2, parts - 1);
    else if (size === 1) return;
    else parts = Math.min(left.length, parts * 2);
  }
}

/** Plans that lack one thing that the plan has. */
function simplerPlans(plan: ClusterPlan): readonly ((plan: ClusterPlan) => ClusterPlan)[] {
  const optional = Object.keys(plan).filter(
    (key) => !['priorities', 'version', 'intervalCs', 'preemptDelayS', 'preempt'].includes(key),
  );
  return [
    (one) => ({ ...one, priorities: one.priorities.slice(0, 2) }),
    ...optional.map((key) => (one: ClusterPlan): ClusterPlan => {
      const { [key as keyof ClusterPlan]: _, ...rest } = one;
      return { isSynced: false, isUnicast: false, ...rest } as ClusterPlan;
    }),
    (one) => ({ ...one, preemptDelayS: 0 }),
  ];
}
