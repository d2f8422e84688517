/**
 * A program that runs apart from the lab's caller, here or in a guest kernel: its output goes to `output.log` and its exit status to `status`
 * in a directory, so that it can be followed from outside, and can outlive the process that started it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { signalProcess } from './process-tree.ts';

/** What to run. */
export interface BackgroundOptions {
  /** Program and arguments; absolute paths. */
  readonly argv: readonly string[];
  /** Directory for its output and status; made, and emptied first. */
  readonly directory: string;
  /** Milliseconds after which it is killed. */
  readonly timeoutMs: number;
  /** Receives its output as it appears. */
  readonly onOutput?: (text: string) => void;
  readonly env?: Readonly<Record<string, string>>;
}

/** How it ended. */
export interface BackgroundResult {
  /** Exit status; undefined when it was killed or died before it had one. */
  readonly status: number | undefined;
  readonly timedOut: boolean;
  /** Everything it printed. */
  readonly output: string;
  readonly elapsedMs: number;
}

/** Name of the output file in the directory. */
export const OUTPUT_FILE = 'output.log';
/** Name of the exit status file in the directory. */
export const STATUS_FILE = 'status';

const POLL_INTERVAL_MS = 50;
const running = new Set<BackgroundProgram>();

/** A program started by `startHere` or `bootUml`. */
export class BackgroundProgram {
  readonly directory: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  #outputOffset = 0;
  #outputFile: number | undefined;

  constructor(directory: string, child: ChildProcess) {
    this.directory = directory;
    this.#child = child;
    this.pid = child.pid ?? -1;
    running.add(this);
    child.once('exit', () => running.delete(this));
    child.once('error', () => running.delete(this));
    installExitHandler();
  }

  /** False once it has ended, or was detached. */
  get isRunning(): boolean {
    return running.has(this);
  }

  /** Exit status of the program; undefined before it ended. */
  status(): number | undefined {
    const text = readText(join(this.directory, STATUS_FILE)).trim();
    return text === '' ? undefined : Number(text);
  }

  /** Output of the program since the last call. */
  readNewOutput(): string {
    try {
      this.#outputFile ??= openSync(join(this.directory, OUTPUT_FILE), 'r');
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

  /** Ends it at once, with its whole process group. */
  kill(): void {
    if (this.pid > 0 && !signalProcess(-this.pid, 'SIGKILL')) signalProcess(this.pid, 'SIGKILL');
  }

  /** Lets it run on after this process ends. */
  detach(): void {
    running.delete(this);
    this.#child.unref();
  }

  /** Follows it to its end, or until `isEnough`, and kills it when the time is over. */
  async follow(options: {
    readonly timeoutMs: number;
    readonly onOutput?: (text: string) => void;
    readonly isEnough?: () => boolean;
  }): Promise<BackgroundResult> {
    const start = performance.now();
    let timedOut = false;
    const pass = (): void => {
      const text = this.readNewOutput();
      if (text !== '') options.onOutput?.(text);
    };
    while (this.isRunning && options.isEnough?.() !== true) {
      pass();
      if (!timedOut && performance.now() - start > options.timeoutMs) {
        timedOut = true;
        this.kill();
      }
      await delay(POLL_INTERVAL_MS);
    }
    pass();
    return {
      status: this.status(),
      timedOut,
      output: readText(join(this.directory, OUTPUT_FILE)),
      elapsedMs: performance.now() - start,
    };
  }
}

/** Makes the directory, empty. */
export function emptyDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
}

/** Starts a program on this machine. */
export function startHere(options: BackgroundOptions): BackgroundProgram {
  emptyDirectory(options.directory);
  const files = [OUTPUT_FILE, STATUS_FILE].map((name) => join(options.directory, name));
  const script = 'out=$1 status=$2; shift 2; "$@" > "$out" 2>&1; echo $? > "$status"';
  // A group of its own: an interrupt at the terminal is for the program that follows it, which then kills the whole group.
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...files, ...options.argv], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...options.env },
  });
  return new BackgroundProgram(options.directory, child);
}

/** The text of a file; empty when it is not there. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

let exitHandlerInstalled = false;

/** What was not detached does not outlive this process. */
function installExitHandler(): void {
  if (exitHandlerInstalled) return;
  exitHandlerInstalled = true;
  process.on('exit', () => {
    for (const program of running) program.kill();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(130));
  }
}
