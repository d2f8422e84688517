/**
 * Runs a suite of this directory where it may change the kernel, and turns its results into tests of the
 * file that asked for it.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'vitest';
import { type IpvsKernel, kernelTitle, runWithIpvs } from '../lab/kit/ipvs-kernel.ts';
import { findIpvsKernel, guestRefusal } from '../lab/kit/kernel-choice.ts';
import { LAB_STATE, REPOSITORY_ROOT } from '../lab/kit/paths.ts';

/** A test of a suite as it ended. */
interface GuestTest {
  /** The suite: `ipvs` for `ipvs.guest.ts`. */
  readonly suite: string;
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
    /** Path of the file. */
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** What the second kernel runs: files of this directory, and which of their tests. */
interface Selection {
  readonly names: readonly string[];
  readonly tests?: string;
}

/** How the file of a suite ends, behind its name. */
const SUITE_ENDING = '.guest.ts';
/** For all suites of one boot: what ends one that hangs, and no limit for a machine that is busy. */
const SUITES_MS_MAX = 400_000;

/**
 * Runs the suites `NAME.guest.ts` in the kernel with IPVS that was found, one after the other in one boot and one namespace, and declares their
 * tests. To be awaited at top level.
 */
export async function declareOnFirstKernel(names: readonly string[]): Promise<void> {
  const kernel = await findIpvsKernel();
  const run: GuestRun =
    kernel.kind === 'none'
      ? { kind: 'skipped', reason: kernel.reason }
      : await runIn(kernel, { names });
  for (const name of names) declare(titleOf(name), testsOf(run, name));
}

/**
 * Runs suites in the guest kernel that was not found first, and declares their tests. Skips where a kernel was asked for by name, or where the
 * second does not run. To be awaited at top level.
 */
export async function declareOnSecondKernel(selection: Selection): Promise<void> {
  const first = await findIpvsKernel();
  const second = first.kind === 'qemu' ? 'uml' : 'qemu';
  const title = `${selection.names.join(', ')} on ${kernelTitle(second)}`;
  const asked = first.kind === 'none' || process.env['TANDEM_LAB_KERNEL'] !== undefined;
  const reason = asked ? whyFirst(first) : (await guestRefusal(second))?.reason;
  if (reason !== undefined) return declare(title, { kind: 'skipped', reason });
  declare(title, await runIn({ kind: second, why: '' }, selection));
}

function whyFirst(kernel: IpvsKernel): string {
  return kernel.kind === 'none' ? kernel.reason : kernel.why;
}

async function runIn(kernel: IpvsKernel, selection: Selection): Promise<GuestRun> {
  const directory = join(LAB_STATE, `kernel-${kernel.kind}-${selection.names.join('-')}`);
  // A namespace of its own also where the kernel is this machine's.
  const argv = ['unshare', '--net', ...suiteCommand(selection, directory)];
  const result = await runWithIpvs(kernel, { argv, directory, timeoutMs: SUITES_MS_MAX });
  return read(directory, result.output);
}

/** Runs the suite `NAME.guest.ts` in a network namespace of this machine and declares its tests. To be awaited at top level. */
export async function declareNamespaceSuite(name: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    return declare(titleOf(name), { kind: 'skipped', reason: 'network namespaces need root' });
  }
  const directory = join(LAB_STATE, `kernel-${name}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const output = await new Promise<string>((resolve, reject) => {
    const child = spawn('unshare', ['--net', ...suiteCommand({ names: [name] }, directory)], {
      cwd: REPOSITORY_ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: SUITES_MS_MAX,
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
  declare(titleOf(name), read(directory, output));
}

function suiteCommand({ names, tests }: Selection, directory: string): string[] {
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
    ...(tests === undefined ? [] : ['--testNamePattern', tests]),
    ...names.map((name) => `test/kernel/${name}${SUITE_ENDING}`),
  ];
}

function titleOf(name: string): string {
  return `${name} on a real kernel`;
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
      // Not selected: a suite here skips nothing by itself.
      if (status === 'skipped') continue;
      const failure = status === 'passed' ? undefined : `${status}\n${failureMessages.join('\n')}`;
      tests.push({ suite: basename(file.name, SUITE_ENDING), name: fullName.trim(), failure });
    }
  }
  return { kind: 'ran', tests };
}

/** The part of a run that is of one suite. */
function testsOf(run: GuestRun, suite: string): GuestRun {
  if (run.kind === 'skipped') return run;
  const tests = run.tests.filter((test) => test.suite === suite);
  if (tests.length === 0) throw new Error(`nothing is known of the suite ${suite}`);
  return { kind: 'ran', tests };
}

function declare(title: string, run: GuestRun): void {
  if (run.kind === 'skipped') {
    it(title, (context) => context.skip(run.reason));
    return;
  }
  describe(title, () => {
    for (const { name, failure } of run.tests) {
      it(name, () => {
        if (failure !== undefined) throw new Error(failure);
      });
    }
  });
}
