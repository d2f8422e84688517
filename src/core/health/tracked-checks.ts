/**
 * Checks that ask nobody: what they go by is tracked by another process, and each new fact is a result. What is
 * known is kept, so that a check that comes with a reload has its result at once.
 */
import { ZERO_DURATION } from '../base/time.ts';
import type { ProbeResult } from '../checkers/outcome.ts';
import { checkerOf } from '../checkers/table.ts';
import type { CheckConfig } from '../model/config.ts';
import { type TrackerFact, trackerKey } from '../model/tracker-fact.ts';
import { TrackerFacts } from '../model/tracker-facts.ts';
import type { Check } from './server-tree.ts';

/** True for a check that is never probed. */
export function isTracked(config: CheckConfig): boolean {
  return checkerOf(config).tracks !== undefined;
}

/** What is tracked, and the checks that go by it. */
export class TrackedChecks {
  readonly #facts = new TrackerFacts();
  readonly #checks = new Map<string, Check[]>();

  /** Takes all checks of a configuration; gives those that have no result yet. */
  configure(checks: Iterable<Check>): readonly Check[] {
    this.#checks.clear();
    const fresh: Check[] = [];
    const sessions: string[] = [];
    for (const check of checks) {
      const tracked = checkerOf(check.config).tracks?.(check.config);
      if (tracked === undefined) continue;
      if (tracked.kind === 'bfd') sessions.push(tracked.name);
      const key = trackerKey(tracked);
      const known = this.#checks.get(key);
      if (known === undefined) this.#checks.set(key, [check]);
      else known.push(check);
      if (!check.hasRun) fresh.push(check);
    }
    this.#facts.keepSessions(sessions);
    return fresh;
  }

  /**
   * Takes facts in; gives the checks that they are about. `complete`: there is nothing else that the runner process
   * watches; BFD sessions are the vrrp process's.
   */
  learn(facts: readonly TrackerFact[], complete: boolean): readonly Check[] {
    this.#facts.take(facts, complete);
    return facts.flatMap((fact) => this.#checks.get(trackerKey(fact)) ?? []);
  }

  /** What is known for a check; undefined before the first fact. */
  resultFor({ config }: Check): ProbeResult | undefined {
    const tracked = checkerOf(config).tracks?.(config);
    const fact = tracked && this.#facts.of(tracked.kind, tracked.name);
    const finding = fact && tracked?.judge(fact);
    return finding && { ...finding, elapsed: ZERO_DURATION };
  }
}
