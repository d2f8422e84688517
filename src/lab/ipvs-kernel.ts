/**
 * Running a program where the kernel has IPVS: on this machine when its own kernel has it, otherwise in User-mode Linux.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from './command.ts';
import { LAB_STATE } from './paths.ts';
import { startProcess } from './process.ts';
import { runInUml, type UmlOptions, umlSupport } from './uml.ts';

/** Where kernel IPVS is to be had. */
export type IpvsKernel =
  | { readonly kind: 'host' }
  | { readonly kind: 'uml' }
  | { readonly kind: 'none'; readonly reason: string };

/** How a program ended. */
export interface IpvsKernelResult {
  /** Exit status; undefined when it was killed or did not get so far. */
  readonly status: number | undefined;
  /** What it printed; with the kernel's messages when a guest did not get so far. */
  readonly output: string;
  readonly elapsedMs: number;
}

/** Finds a kernel with IPVS. Loads the module of this machine's kernel when it has one. */
export async function findIpvsKernel(): Promise<IpvsKernel> {
  if (process.getuid?.() !== 0) return { kind: 'none', reason: 'network namespaces need root' };
  if (!existsSync('/proc/net/ip_vs')) {
    await runCommand(['modprobe', 'ip_vs'], { allowFailure: true }).catch(() => undefined);
  }
  if (existsSync('/proc/net/ip_vs')) return { kind: 'host' };
  const uml = umlSupport();
  if (uml.available) return { kind: 'uml' };
  return { kind: 'none', reason: `the kernel has no ip_vs module and ${uml.reason}` };
}

/** Runs a program in such a kernel, streaming its output. @throws Error when there is none. */
export async function runWithIpvs(options: UmlOptions): Promise<IpvsKernelResult> {
  const kernel = await findIpvsKernel();
  switch (kernel.kind) {
    case 'host':
      return runHere(options);
    case 'uml': {
      const result = await runInUml(options);
      const output = result.status === undefined ? result.output + result.console : result.output;
      return { status: result.status, output, elapsedMs: result.elapsedMs };
    }
    case 'none':
      throw new Error(kernel.reason);
  }
}

const POLL_INTERVAL_MS = 50;

async function runHere(options: UmlOptions): Promise<IpvsKernelResult> {
  const start = performance.now();
  rmSync(options.directory, { recursive: true, force: true });
  mkdirSync(options.directory, { recursive: true });
  const program = await startProcess({
    name: options.argv.join(' '),
    argv: options.argv,
    // Not in the directory itself, which the program may empty.
    logFile: join(LAB_STATE, 'program.log'),
    env: { ...process.env, ...options.env },
  });
  const kill = (): void => program.killNow();
  process.once('exit', kill);
  let printed = 0;
  const print = (): void => {
    for (const line of program.lines.slice(printed)) options.onOutput?.(`${line.text}\n`);
    printed = program.lines.length;
  };
  while (program.end === undefined) {
    print();
    if (performance.now() - start > options.timeoutMs) await program.kill();
    await delay(POLL_INTERVAL_MS);
  }
  print();
  process.removeListener('exit', kill);
  const elapsedMs = performance.now() - start;
  return { status: program.end.status, output: program.text(), elapsedMs };
}
