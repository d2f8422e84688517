/**
 * User-mode Linux: a real Linux kernel as an ordinary process, for machines whose own kernel lacks IPVS. Boots in a few seconds, runs
 * one program of this repository in the guest and then switches itself off. The guest has one processor and slow system calls (tens of
 * microseconds each), so timing margins inside must be wide.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BackgroundOptions,
  BackgroundProgram,
  type BackgroundResult,
  emptyDirectory,
  readText,
} from './background.ts';
import { REPOSITORY_ROOT } from './paths.ts';
import { guestInitScript } from './uml-init.ts';

/** What to run in the guest. `directory` is the one place it may write to outside its memory. */
export interface UmlOptions extends BackgroundOptions {
  /** Megabytes of memory; 1024 by default, taken only when used. */
  readonly memoryMb?: number;
  /** Kernel modules loaded at boot; IPVS with its schedulers and the devices of labs by default. */
  readonly modules?: readonly string[];
}

/** Present in the environment of programs that run in a guest. */
export const IN_GUEST_VARIABLE = 'TANDEM_LAB_GUEST';

/** What labs need; the kernel loads anything else by itself when it is asked for. */
export const GUEST_MODULES: readonly string[] = [
  'ip_vs',
  'ip_vs_rr',
  'ip_vs_wrr',
  'ip_vs_lc',
  'ip_vs_wlc',
  'bridge',
  'veth',
  'af_packet',
  'ipip',
];

const UML_PROGRAM = '/usr/bin/linux.uml';
const CONSOLE_FILE = 'console.log';

/** Whether this machine can boot a guest, and if not why. */
export type UmlSupport =
  | { readonly available: true }
  | { readonly available: false; readonly reason: string };

/** Says whether this machine can boot a guest. */
export function umlSupport(): UmlSupport {
  if (existsSync(UML_PROGRAM)) return { available: true };
  return { available: false, reason: 'the package user-mode-linux is not installed' };
}

/** Boots a guest that runs the program. */
export function bootUml(options: UmlOptions): BackgroundProgram {
  const { directory } = options;
  emptyDirectory(directory);
  const init = join(directory, 'init.sh');
  const plan = {
    argv: options.argv,
    directory,
    repository: REPOSITORY_ROOT,
    env: { ...options.env, [IN_GUEST_VARIABLE]: '1' },
    modules: options.modules ?? GUEST_MODULES,
  };
  writeFileSync(init, guestInitScript(plan), { mode: 0o755 });
  const consoleFile = openSync(join(directory, CONSOLE_FILE), 'w');
  const parameters = [
    `mem=${options.memoryMb ?? 1024}M`,
    'rootfstype=hostfs',
    'rootflags=/',
    'ro',
    `init=${init}`,
    'con=null',
    'con0=null,fd:1',
    'quiet',
    // The management socket would otherwise be made in the home directory.
    `uml_dir=${directory}/`,
  ];
  // A group of its own: an interrupt at the terminal is for the program that booted it, which then kills the whole group.
  const stdio = ['ignore' as const, consoleFile, consoleFile];
  const child = spawn(UML_PROGRAM, parameters, { detached: true, stdio });
  closeSync(consoleFile);
  return new BackgroundProgram(directory, child);
}

/**
 * Boots a guest, runs the program and waits for its end. Never throws for what happens in the guest: see the result, whose output ends
 * with the kernel's messages when the program did not get to its end.
 */
export async function runInUml(options: UmlOptions): Promise<BackgroundResult> {
  const result = await bootUml(options).follow(options);
  if (result.status !== undefined) return result;
  const messages = readText(join(options.directory, CONSOLE_FILE));
  return { ...result, output: `${result.output}\n${messages}` };
}
