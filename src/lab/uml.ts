/**
 * User-mode Linux: a real Linux kernel as an ordinary process, for machines whose own kernel lacks IPVS. Boots in a few seconds, runs
 * one program of this repository in the guest, streams its output, and returns its exit status. The guest has one processor
 * and slow system calls (tens of microseconds each), so timing margins inside must be wide.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { REPOSITORY_ROOT } from './paths.ts';
import { signalProcess } from './process-tree.ts';
import { guestInitScript } from './uml-init.ts';

/** What to run in the guest. */
export interface UmlOptions {
  /** Program and arguments; paths are host paths. */
  readonly argv: readonly string[];
  /** Host directory, emptied first, that the guest may write to: logs and results. */
  readonly directory: string;
  /** Milliseconds after which the guest is killed. */
  readonly timeoutMs: number;
  /** Receives the program's output as it appears. */
  readonly onOutput?: (text: string) => void;
  readonly env?: Readonly<Record<string, string>>;
  /** Megabytes of memory; 1024 by default, taken only when used. */
  readonly memoryMb?: number;
  /** Kernel modules loaded at boot; IPVS with its schedulers and the devices of labs by default. */
  readonly modules?: readonly string[];
}

/** How a guest ended. */
export interface UmlResult {
  /** Exit status of the program; undefined when the guest died or was killed before it ended. */
  readonly status: number | undefined;
  readonly timedOut: boolean;
  /** Everything the program printed. */
  readonly output: string;
  /** Kernel messages, for a guest that did not come up. */
  readonly console: string;
  readonly elapsedMs: number;
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
const POLL_INTERVAL_MS = 50;

/** Says whether this machine can boot a guest, and if not why. */
export function umlSupport():
  | { readonly available: true }
  | { readonly available: false; readonly reason: string } {
  if (existsSync(UML_PROGRAM)) return { available: true };
  return { available: false, reason: 'the package user-mode-linux is not installed' };
}

/** True inside a guest. */
export function isGuest(): boolean {
  return process.env[IN_GUEST_VARIABLE] === '1';
}

/** Boots a guest, runs the program, waits for its end. Never throws for what happens in the guest: see the result. */
export async function runInUml(options: UmlOptions): Promise<UmlResult> {
  const start = performance.now();
  const guest = new UmlGuest(options);
  const deadline = start + options.timeoutMs;
  let timedOut = false;
  while (guest.isRunning) {
    options.onOutput?.(guest.readNewOutput());
    if (performance.now() > deadline) {
      timedOut = true;
      guest.kill();
    }
    await delay(POLL_INTERVAL_MS);
  }
  options.onOutput?.(guest.readNewOutput());
  return {
    status: guest.status(),
    timedOut,
    output: readText(join(options.directory, 'output.log')),
    console: readText(join(options.directory, 'console.log')),
    elapsedMs: performance.now() - start,
  };
}

const running = new Set<UmlGuest>();

/** A booted guest. `runInUml` is the usual way; use this for a guest that outlives the call. */
export class UmlGuest {
  readonly directory: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  #outputOffset = 0;
  #outputFile: number | undefined;

  constructor(options: UmlOptions) {
    this.directory = options.directory;
    rmSync(options.directory, { recursive: true, force: true });
    mkdirSync(options.directory, { recursive: true });
    const init = join(options.directory, 'init.sh');
    const plan = {
      argv: options.argv,
      directory: options.directory,
      repository: REPOSITORY_ROOT,
      env: { ...options.env, [IN_GUEST_VARIABLE]: '1' },
      modules: options.modules ?? GUEST_MODULES,
    };
    writeFileSync(init, guestInitScript(plan), { mode: 0o755 });
    const consoleFile = openSync(join(options.directory, 'console.log'), 'w');
    this.#child = spawn(
      UML_PROGRAM,
      [
        `mem=${options.memoryMb ?? 1024}M`,
        'rootfstype=hostfs',
        'rootflags=/',
        'ro',
        `init=${init}`,
        'con=null',
        'con0=null,fd:1',
        'quiet',
        // The management socket would otherwise be made in the home directory.
        `uml_dir=${options.directory}/`,
      ],
      // A group of its own: an interrupt at the terminal is for the program that booted it, which then kills the whole group.
      { detached: true, stdio: ['ignore', consoleFile, consoleFile] },
    );
    this.pid = this.#child.pid ?? -1;
    running.add(this);
    this.#child.once('exit', () => running.delete(this));
    this.#child.once('error', () => running.delete(this));
    installExitHandler();
  }

  get isRunning(): boolean {
    return running.has(this);
  }

  /** Exit status of the program; undefined before it ended. */
  status(): number | undefined {
    const text = readText(join(this.directory, 'status')).trim();
    return text === '' ? undefined : Number(text);
  }

  /** Output of the program since the last call. */
  readNewOutput(): string {
    try {
      this.#outputFile ??= openSync(join(this.directory, 'output.log'), 'r');
    } catch {
      return '';
    }
    const buffer = new Uint8Array(64 * 1024);
    let text = '';
    for (;;) {
      const length = readSync(this.#outputFile, buffer, 0, buffer.length, this.#outputOffset);
      if (length === 0) return text;
      this.#outputOffset += length;
      text += new TextDecoder().decode(buffer.subarray(0, length));
    }
  }

  /** Ends the guest at once. Its processes on the host are the kernel and one for each guest address space. */
  kill(): void {
    if (this.pid > 0) {
      try {
        process.kill(-this.pid, 'SIGKILL');
      } catch {
        signalProcess(this.pid, 'SIGKILL');
      }
    }
  }

  /** Lets the guest run on after this process ends. */
  detach(): void {
    running.delete(this);
    this.#child.unref();
  }
}

let exitHandlerInstalled = false;

function installExitHandler(): void {
  if (exitHandlerInstalled) return;
  exitHandlerInstalled = true;
  process.on('exit', () => {
    for (const guest of running) guest.kill();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(130));
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
