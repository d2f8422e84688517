/**
 * What lab tests share: the reasons to skip, and running scenarios in a kernel with IPVS, once for a whole file.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import type { DirectorKind } from './kit/directors/director.ts';
import { patienceOf, runWithIpvs } from './kit/ipvs-kernel.ts';
import { findIpvsKernel } from './kit/kernel-choice.ts';
import { LAB_PROGRAMS, labDirectory } from './kit/paths.ts';
import type { ScenarioName } from './scenarios/catalogue.ts';
import type { ScenarioReport } from './scenarios/scenario.ts';

/**
 * The program under test. `TANDEM_LAB_DIRECTOR=keepalived` runs the same tests with Debian's keepalived in its place, to tell a fault of the lab
 * from one of Tandem.
 */
export const DIRECTOR: DirectorKind =
  process.env['TANDEM_LAB_DIRECTOR'] === 'keepalived' ? 'keepalived' : 'tandem';

/** Time for a hook that runs a series of scenarios: what ends the series itself is earlier, in the slowest kernel, too. */
export function hookLimitMs(seriesMsMax: number): number {
  return 4 * seriesMsMax + 20_000;
}

/** Reports by scenario, or the reason why there are none. */
export type ScenarioRun =
  | {
      readonly kind: 'ran';
      readonly reports: ReadonlyMap<string, ScenarioReport>;
      /** How many times longer than in User-mode Linux everything may take in the kernel of this run. */
      readonly patience: number;
    }
  | { readonly kind: 'skipped'; readonly reason: string };

/** Runs scenarios in a kernel with IPVS, all in one boot. @throws Error with the output when the program did not get to its end. */
export async function runScenarioSeries(
  names: readonly ScenarioName[],
  options: {
    readonly director: DirectorKind;
    readonly timeoutMs: number;
    readonly serviceManager?: 'systemd';
  },
): Promise<ScenarioRun> {
  const kernel = await findIpvsKernel();
  if (kernel.kind === 'none') return { kind: 'skipped', reason: kernel.reason };
  const { serviceManager } = options;
  if (serviceManager !== undefined && kernel.kind === 'host') {
    return { kind: 'skipped', reason: 'units are installed in a guest only, not on this machine' };
  }
  // Another series may run in another guest at the same time.
  const directory = labDirectory(`${options.director}-${names.join('-')}`);
  const program = join(LAB_PROGRAMS, 'run-scenarios.js');
  const result = await runWithIpvs(kernel, {
    argv: [process.execPath, program, directory, options.director, ...names],
    directory,
    timeoutMs: options.timeoutMs,
    ...(serviceManager === undefined ? {} : { serviceManager }),
  });
  let text: string;
  try {
    text = readFileSync(join(directory, 'reports.json'), 'utf8');
  } catch {
    throw new Error(`the scenarios did not come to their end:\n${result.output}`);
  }
  const reports: readonly ScenarioReport[] = JSON.parse(text);
  const byName = new Map(reports.map((report) => [report.name, report]));
  return { kind: 'ran', reports: byName, patience: patienceOf(kernel) };
}

/** For `expect.poll` on what a program has printed: a line comes a moment behind the state that it tells of. */
export const SAID = { timeout: 10_000 };

/** For `beforeEach`: skips the test, with the reason, where namespaces can't be made. */
export function skipWithoutNamespaces(context: TestContext): void {
  if (process.getuid?.() !== 0) context.skip('network namespaces need root');
}

/** True when OpenVPN is installed. */
export function hasOpenvpn(): boolean {
  return existsSync('/usr/sbin/openvpn');
}

/** True when Debian's keepalived is installed. */
export function hasKeepalived(): boolean {
  return existsSync('/usr/sbin/keepalived');
}
