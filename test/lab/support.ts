/**
 * What lab tests share: the reasons to skip, and running scenarios in a kernel with IPVS, once for a whole file.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DirectorKind } from '../../src/lab/directors/director.ts';
import { findIpvsKernel, runWithIpvs } from '../../src/lab/ipvs-kernel.ts';
import { LAB_PROGRAMS, labDirectory } from '../../src/lab/paths.ts';
import type { ScenarioName } from '../../src/lab/scenarios/catalogue.ts';
import type { ScenarioReport } from '../../src/lab/scenarios/scenario.ts';

/** Reports by scenario, or the reason why there are none. */
export type ScenarioRun =
  | { readonly kind: 'ran'; readonly reports: ReadonlyMap<string, ScenarioReport> }
  | { readonly kind: 'skipped'; readonly reason: string };

/** Runs scenarios in a kernel with IPVS, all in one boot. @throws Error with the output when the program did not get to its end. */
export async function runScenarioSeries(
  names: readonly ScenarioName[],
  options: { readonly director: DirectorKind; readonly timeoutMs: number },
): Promise<ScenarioRun> {
  const kernel = await findIpvsKernel();
  if (kernel.kind === 'none') return { kind: 'skipped', reason: kernel.reason };
  const directory = labDirectory(`scenarios-${options.director}`);
  const program = join(LAB_PROGRAMS, 'run-scenarios.js');
  const result = await runWithIpvs({
    argv: [process.execPath, program, directory, options.director, ...names],
    directory,
    timeoutMs: options.timeoutMs,
  });
  let text: string;
  try {
    text = readFileSync(join(directory, 'reports.json'), 'utf8');
  } catch {
    throw new Error(`the scenarios did not come to their end:\n${result.output}`);
  }
  const reports: readonly ScenarioReport[] = JSON.parse(text);
  return { kind: 'ran', reports: new Map(reports.map((report) => [report.name, report])) };
}

/** Why namespaces can't be made here; undefined when they can. */
export function noNamespacesReason(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'network namespaces need root';
}
