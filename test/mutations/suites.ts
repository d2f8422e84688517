/** The suites that a mutation has to get past, the quickest first: the simulator, then the unit tests of its part. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { bundleTest } from '../support/run-bundled.mjs';
import { planted } from './apply.ts';
import type { Mutation } from './mutations.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Seeds of the simulator for one mutation, each with one round. */
const SEEDS = 30;

/** A mutant that hangs is caught, too. */
const TIME_LIMIT_MS = 600_000;

/** What is tested for a file of that directory. */
const UNITS: Readonly<Record<string, readonly string[]>> = {
  wire: ['test/unit/core/wire', 'test/conformance', 'test/unit/core/vrrp'],
  vrrp: ['test/conformance', 'test/unit/core/vrrp', 'test/sim/scenarios.test.ts'],
  holdings: ['test/unit/core/holdings', 'test/unit/daemon/vrrp'],
  tracking: ['test/unit/core/tracking'],
  bfd: ['test/unit/core/bfd'],
  heartbeat: ['test/unit/core/heartbeat'],
  health: ['test/unit/core/health'],
};

/** Directories whose code runs in the simulator. */
const SIMULATED = ['wire', 'vrrp', 'holdings', 'tracking', 'bfd'];

/** Runs the simulator with a fault planted; the violation it finds, or undefined when it finds none. */
export async function simulate(mutation: Mutation, seeds = SEEDS): Promise<string | undefined> {
  const file = await bundleTest('test/sim/main.ts', {
    name: `mutant-${mutation.name}`,
    plugins: [planted(mutation)],
  });
  const args = [file, '--rounds', '1', '--raw', '--seeds', String(seeds)];
  const { status, output } = await run(args);
  if (status === 0) return undefined;
  return /^seed \d+: .*$/m.exec(output)?.[0] ?? `exit status ${status}`;
}

/** Runs the unit tests of its part with a fault planted; the first that fails, or undefined when all pass. */
export async function unitTest(mutation: Mutation): Promise<string | undefined> {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1', '--maxWorkers', '1'];
  args.push('--config', 'test/mutations/vitest.config.ts', ...(UNITS[partOf(mutation)] ?? []));
  const { status, output } = await run(args, { TANDEM_MUTATION: mutation.name, NO_COLOR: '1' });
  if (status === 0) return undefined;
  return /^\s*FAIL\s+.*$/m.exec(output)?.[0].trim() ?? `exit status ${status}`;
}

/** Whether the simulator runs the code of a mutation. */
export function isSimulated(mutation: Mutation): boolean {
  return SIMULATED.includes(partOf(mutation));
}

/** The part of core: `vrrp` of `src/core/vrrp/machine.ts`. */
function partOf({ file }: Mutation): string {
  return file.split('/')[2] ?? '';
}

function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly output: string }> {
  return new Promise((end) => {
    let output = '';
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...environment },
      timeout: TIME_LIMIT_MS,
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => {
        output += text.toString();
      });
    }
    child.once('close', (status) => end({ status: status ?? 1, output: output.slice(-100_000) }));
  });
}
