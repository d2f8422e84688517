/** The program behind `npm run sim`: many seeds, what they came to, and a short trace of the first that fails. */
import { parseArgs } from 'node:util';
import type { ClusterPlan } from './plan.ts';
import { drawRun, play, type RunResult } from './run.ts';
import { shrink } from './shrink.ts';
import { trace } from './trace.ts';

/** Simulated time of a seed at most, where `--minutes` says nothing. */
const MINUTES = 600;
/** Rounds of a seed at most, where `--most` says nothing. */
const ROUNDS_MAX = 8;
/** Advertisement intervals of a round, about: twelve faults, healing, quiet. */
const ROUND_INTERVALS = 55;
/** Seconds between two lines about how far it is. */
const REPORT_S = 30;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    minutes: { type: 'string', default: String(MINUTES) },
    rounds: { type: 'string' },
    most: { type: 'string', default: String(ROUNDS_MAX) },
    failures: { type: 'string', default: '1' },
    raw: { type: 'boolean', default: false },
  },
});

const totals = { seeds: 0, hours: 0, events: 0, failed: 0, faults: new Map<string, number>() };
const startedAt = performance.now();

/** Rounds that fill the time asked for. */
function roundsFor({ intervalCs }: ClusterPlan): number {
  if (values.rounds !== undefined) return Number(values.rounds);
  const rounds = Math.ceil((Number(values.minutes) * 6_000) / (ROUND_INTERVALS * intervalCs));
  return Math.max(1, Math.min(rounds, Number(values.most)));
}

function one(seed: number): RunResult {
  const result = play(drawRun(seed, roundsFor));
  totals.seeds += 1;
  totals.hours += result.span / 3.6e9;
  totals.events += result.events;
  for (const { kind } of result.run.rounds.flat()) {
    totals.faults.set(kind, (totals.faults.get(kind) ?? 0) + 1);
  }
  if (result.violation !== undefined) fail(result);
  return result;
}

function fail(result: RunResult): void {
  totals.failed += 1;
  const { seed } = result.run;
  say(`seed ${seed}: ${result.violation?.message}`);
  const least = values.raw ? result : shrink(result);
  const told = play(least.run, { tells: true });
  say(trace(told));
  say(`again: npm run sim -- --seed ${seed} ${again()}`);
}

function again(): string {
  if (values.rounds !== undefined) return `--rounds ${values.rounds}`;
  return `--minutes ${values.minutes} --most ${values.most}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function summary(): string {
  const real = (performance.now() - startedAt) / 1000;
  const { seeds, hours, events, failed } = totals;
  return `${seeds} seeds: ${hours.toFixed(1)} simulated cluster-hours in ${real.toFixed(1)} s, ${events} events, ${failed} failed`;
}

if (values.seed !== undefined) {
  one(Number(values.seed));
} else {
  const first = Number(values.from);
  let saidAt = startedAt;
  for (let seed = first; seed < first + Number(values.seeds); seed++) {
    one(seed);
    if (totals.failed >= Number(values.failures)) break;
    if (performance.now() - saidAt < REPORT_S * 1000) continue;
    saidAt = performance.now();
    say(`${summary()} (up to seed ${seed})`);
  }
}
say(summary());
const kinds = [...totals.faults].sort(([, a], [, b]) => b - a);
say(`faults: ${kinds.map(([kind, count]) => `${kind} ${count}`).join(', ')}`);
process.exitCode = totals.failed === 0 ? 0 : 1;
