/**
 * All scenarios by name, and running a series of them.
 */
import { join } from 'node:path';
import type { DirectorKind } from '../kit/directors/director.ts';
import { drainScenario } from './drain.ts';
import { fullNatScenario } from './full-nat.ts';
import { leavingScenario } from './leaving.ts';
import { mishapsScenario } from './mishaps.ts';
import { natScenario } from './nat.ts';
import { overlayScenario } from './overlay.ts';
import { pairScenario } from './pair.ts';
import { directRoutingScenario, stickyScenario } from './public-address.ts';
import type { Scenario, ScenarioReport } from './scenario.ts';
import { survivalScenario } from './survival.ts';
import { systemdScenario } from './systemd.ts';
import { tablesScenario } from './tables.ts';
import { tunnelScenario } from './tunnel.ts';

/** Name of a scenario: its letter in the acceptance list, or what it is about. */
export type ScenarioName =
  | 'a'
  | 'b1'
  | 'b2'
  | 'c'
  | 'd'
  | 'drain'
  | 'e'
  | 'leaving'
  | 'mishaps'
  | 'overlay'
  | 'survival'
  | 'systemd'
  | 'tables';

const SCENARIOS: Readonly<Record<ScenarioName, Scenario<unknown>>> = {
  a: tunnelScenario,
  b1: natScenario,
  b2: directRoutingScenario,
  c: stickyScenario,
  d: pairScenario,
  drain: drainScenario,
  e: fullNatScenario,
  leaving: leavingScenario,
  mishaps: mishapsScenario,
  overlay: overlayScenario,
  survival: survivalScenario,
  systemd: systemdScenario,
  tables: tablesScenario,
};

/** True for the name of a scenario. */
export function isScenarioName(name: string): name is ScenarioName {
  return name in SCENARIOS;
}

/** Runs scenarios one after the other, each in a subdirectory. Never throws: a failure is part of its report. */
export async function runScenarios(
  names: readonly ScenarioName[],
  options: {
    readonly director: DirectorKind;
    readonly directory: string;
    readonly log: (text: string) => void;
  },
): Promise<readonly ScenarioReport[]> {
  const reports: ScenarioReport[] = [];
  for (const name of names) {
    const start = performance.now();
    const log = (text: string): void => options.log(`${name}: ${text}`);
    let facts: unknown;
    let error: string | undefined;
    try {
      facts = await SCENARIOS[name]({
        director: options.director,
        directory: join(options.directory, name),
        log,
      });
    } catch (reason) {
      error = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
      log(`failed: ${error}`);
    }
    const elapsedMs = performance.now() - start;
    log(`${error === undefined ? 'done' : 'failed'} in ${(elapsedMs / 1000).toFixed(1)} s`);
    reports.push({ name, elapsedMs, facts, error });
  }
  return reports;
}
