/**
 * A guest: a real Linux kernel as an ordinary process of this machine. It boots in a few seconds, runs one program of this repository
 * and then switches itself off. Here is what its kinds (User-mode Linux, qemu) have in common.
 */
import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  type BackgroundOptions,
  BackgroundProgram,
  emptyDirectory,
  readText,
} from '../background.ts';
import { PATIENCE_VARIABLE } from '../expect.ts';
import { REPOSITORY_ROOT } from '../paths.ts';
import { type GuestShell, guestInitScript } from './init.ts';

/** What to run in the guest. `directory` is the one place it may write to outside its memory. */
export interface GuestOptions extends BackgroundOptions {
  /** Megabytes of memory; 1024 by default, taken only when used. */
  readonly memoryMb?: number;
  /** Kernel modules loaded at boot; IPVS with its schedulers and the devices of labs by default. */
  readonly modules?: readonly string[];
  /** Who starts the program; the first process of the guest itself by default. */
  readonly serviceManager?: 'systemd';
}

/** What a kind of guest needs to know to build its command. */
export interface GuestBoot {
  /** The first process of the guest. */
  readonly init: string;
  readonly directory: string;
  readonly memoryMb: number;
}

/** A kind of guest. */
export interface GuestKind {
  /** What a person calls it. */
  readonly title: string;
  readonly shell: GuestShell;
  /** Milliseconds from the start until a program has run, on a machine many times slower than ours. */
  readonly bootMsMax: number;
  /** How many times longer than in the quickest guest everything may take. */
  readonly patience: number;
  /** Why it can't be started here, and what to do about it; undefined when it can. */
  readonly missing: () => string | undefined;
  /** The command that boots it. @throws Error when something it needs can't be made. */
  readonly command: (boot: GuestBoot) => {
    readonly argv: readonly string[];
    readonly env?: NodeJS.ProcessEnv;
  };
}

/** What labs need; the kernel loads anything else by itself when it is asked for. */
const GUEST_MODULES: readonly string[] = [
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

/** The guest's console, in its directory. */
export const CONSOLE_FILE = 'console.log';

const MEMORY_MB = 1024;
/** Of the console, so many lines at its end tell a person what happened. */
const CONSOLE_LINES_SHOWN = 12;
const USUAL_DIRECTORIES = ['/usr/local/bin', '/usr/bin', '/usr/sbin', '/bin'];

/** Boots a guest that runs the program. @throws Error when something the kind needs can't be made. */
export function bootGuest(kind: GuestKind, options: GuestOptions): BackgroundProgram {
  const { directory } = options;
  emptyDirectory(directory);
  const init = join(directory, 'init.sh');
  const plan = {
    argv: options.argv,
    directory,
    repository: REPOSITORY_ROOT,
    env: { ...options.env, [PATIENCE_VARIABLE]: String(kind.patience) },
    modules: options.modules ?? GUEST_MODULES,
    ...(options.serviceManager === undefined ? {} : { serviceManager: options.serviceManager }),
  };
  writeFileSync(init, guestInitScript(plan, kind.shell), { mode: 0o755 });
  const memoryMb = options.memoryMb ?? MEMORY_MB;
  const { argv, env } = kind.command({ init, directory, memoryMb });
  const [program = '', ...parameters] = argv;
  const consoleFile = openSync(join(directory, CONSOLE_FILE), 'w');
  // A group of its own: an interrupt at the terminal is for the program that booted it, which then kills the whole group.
  const child = spawn(program, parameters, {
    detached: true,
    stdio: ['ignore', consoleFile, consoleFile],
    env: { ...process.env, ...env },
  });
  closeSync(consoleFile);
  return new BackgroundProgram(directory, child);
}

/** What the console of a guest that failed tells. */
export interface ConsoleStory {
  /** The kernel's own word for it, else the last line. */
  readonly reason: string;
  /** The last lines. */
  readonly tail: string;
}

/** Reads the console in a guest's directory. */
export function readConsole(directory: string): ConsoleStory {
  const lines = readText(join(directory, CONSOLE_FILE))
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const panic = lines.map((line) => /Kernel panic.*/.exec(line)?.[0]).find((found) => found);
  return {
    reason: panic ?? lines.at(-1)?.trim() ?? 'its console is empty',
    tail: lines.slice(-CONSOLE_LINES_SHOWN).join('\n'),
  };
}

/** The path of a program, looked for in PATH and then where packages put it; undefined when it is not there. */
export function findProgram(name: string): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((one) => one !== '');
  return [...path, ...USUAL_DIRECTORIES].map((one) => join(one, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
