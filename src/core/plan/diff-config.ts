/** What a reload from one configuration to another would do: all parts together. */
import type { Config } from '../model/config.ts';
import { type Change, type ConfigPlan, PLAN_VERSION, type RunningFacts } from './config-plan.ts';
import { diffGlobals } from './globals.ts';
import { diffGroups } from './groups.ts';
import { diffInstances } from './instances.ts';
import { planIpvs } from './ipvs.ts';
import { diffKept } from './kept.ts';
import { predictMastership } from './mastership.ts';
import { diffTracked } from './tracked.ts';
import { diffVirtualServers } from './virtual-servers.ts';

/** The plan; empty in all parts when the configurations do the same. */
export function diffConfig(running: Config, next: Config, facts: RunningFacts = {}): ConfigPlan {
  const changes = [
    ...diffGlobals(running, next),
    ...diffGroups(running, next),
    ...diffInstances(running, next, facts),
    ...diffVirtualServers(running, next),
    ...diffTracked(running, next),
    ...diffKept(running, next),
  ];
  const ipvs = planIpvs(running, next, facts.health);
  const count = (kind: Change['change']): number =>
    changes.filter(({ change }) => change === kind).length;
  return {
    planVersion: PLAN_VERSION,
    changes,
    mastership: predictMastership(running, next, facts),
    ipvs,
    summary: {
      added: count('add'),
      changed: count('change'),
      removed: count('remove'),
      ipvsOperations: ipvs.length,
    },
  };
}
