/**
 * Runs a suite of this directory where it may change the kernel, and turns its results into tests of the
 * file that asked for it.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { findIpvsKernel, runWithIpvs } from '../../src/lab/ipvs-kernel.ts';
import { LAB_STATE, REPOSITORY_ROOT } from '../../src/lab/paths.ts';

/** A test of a suite as it ended. */
interface GuestTest {
  readonly name: string;
  /** Why it failed; undefined when it passed. */
  readonly failure: string | undefined;
}

/** All tests of a suite, or why it could not be run. */
type GuestRun =
  | { readonly kind: 'ran'; readonly tests: readonly GuestTest[] }
  | { readonly kind: 'skipped'; readonly reason: string };

/** The part of vitest's JSON report that is read here. */
interface JsonReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const SUITE_MS_MAX = 170_000;

/** Runs the suite `NAME.guest.ts` in a kernel with IPVS and declares its tests. To be awaited at top level. */
export async function declareIpvsSuite(name: string): Promise<void> {
  const kernel = await findIpvsKernel();
  if (kernel.kind === 'none') return declare(name, { kind: 'skipped', reason: kernel.reason });
  const directory = join(LAB_STATE, `kernel-${name}`);
  // A namespace of its own also where the kernel is this machine's.
  const argv = ['unshare', '--net', ...suiteCommand(name, directory)];
  const result = await runWithIpvs({ argv, directory, timeoutMs: SUITE_MS_MAX });
  declare(name, read(directory, result.output));
}

/** Runs the suite `NAME.guest.ts` in a network namespace of this machine and declares its tests. To be awaited at top level. */
export async function declareNamespaceSuite(name: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    return declare(name, { kind: 'skipped', reason: 'network namespaces need root' });
  }
  const directory = join(LAB_STATE, `kernel-${name}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const output = await new Promise<string>((resolve, reject) => {
    const child = spawn('unshare', ['--net', ...suiteCommand(name, directory)], {
      cwd: REPOSITORY_ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: SUITE_MS_MAX,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        text += data.toString();
      });
    }
    child.once('error', reject);
    child.once('close', () => resolve(text));
  });
  declare(name, read(directory, output));
}

function suiteCommand(name: string, directory: string): string[] {
  return [
    process.execPath,
    join(REPOSITORY_ROOT, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    // The usual loader writes beside the configuration.
    '--configLoader=runner',
    `--config=${join(REPOSITORY_ROOT, 'test', 'kernel', 'guest.config.ts')}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(directory, 'report.json')}`,
    `test/kernel/${name}.guest.ts`,
  ];
}

function read(directory: string, output: string): GuestRun {
  let report: JsonReport;
  try {
    report = JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8'));
  } catch {
    throw new Error(`the suite did not come to its end:\n${output}`);
  }
  const tests: GuestTest[] = [];
  for (const file of report.testResults) {
    if (file.assertionResults.length === 0) {
      throw new Error(`the suite could not be loaded: ${file.message}\n${output}`);
    }
    for (const { fullName, status, failureMessages } of file.assertionResults) {
      const failure = status === 'passed' ? undefined : `${status}\n${failureMessages.join('\n')}`;
      tests.push({ name: fullName.trim(), failure });
    }
  }
  return { kind: 'ran', tests };
}

function declare(name: string, run: GuestRun): void {
  if (run.kind === 'skipped') {
    it(`${name} on a real kernel`, (context) => context.skip(run.reason));
    return;
  }
  describe(`${name} on a real kernel`, () => {
    for (const { name: title, failure } of run.tests) {
      it(title, () => {
        if (failure !== undefined) throw new Error(failure);
      });
    }
  });
}
