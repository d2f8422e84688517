/**
 * A long-running program of the lab: its own process group, output kept in a file and available line by line, stopped with a
 * signal or killed with everything it started.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { type Expected, expectWithin } from './expect.ts';
import { descendantsOf, isRunning, signalProcess } from './process-tree.ts';

/** How a program is started. */
export interface ProcessOptions {
  /** Name for messages. */
  readonly name: string;
  readonly argv: readonly string[];
  /** File that receives standard output and standard error, in order of arrival. */
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** How a program ended. */
export interface ProcessEnd {
  readonly status: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

/** A line of output with the wall-clock millisecond at which the lab read it. */
export interface OutputLine {
  readonly atMs: number;
  readonly text: string;
}

/**
 * Lines kept in memory for each process: enough for every wait, bounded for a program gone wild. Later lines are in the file only, so
 * that positions in `lines` stay valid.
 */
const LINES_KEPT_MAX = 200_000;

/** A running (or ended) program. Construct through `startProcess`. */
export class LabProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  /** Output so far, oldest first. */
  readonly lines: OutputLine[] = [];
  /** Resolves when the program has ended. */
  readonly ended: Promise<ProcessEnd>;
  #end: ProcessEnd | undefined;

  constructor(options: ProcessOptions, child: ChildProcess, pid: number, log: WriteStream) {
    this.name = options.name;
    this.pid = pid;
    this.logFile = options.logFile;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) this.#collect(stream, log);
    }
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#end = { status: code ?? undefined, signal: signal ?? undefined };
        resolve(this.#end);
      });
      child.once('close', () => log.end());
    });
  }

  /** How it ended; undefined while it runs. */
  get end(): ProcessEnd | undefined {
    return this.#end;
  }

  /** Sends a signal to the program alone. */
  signal(signal: NodeJS.Signals): void {
    if (this.#end === undefined) signalProcess(this.pid, signal);
  }

  /**
   * Asks it to end and waits. `clean` is false when it had to be killed, or when it left processes of its own behind (which are
   * killed too).
   */
  async stop(
    options: { readonly withinMs?: number; readonly signal?: NodeJS.Signals } = {},
  ): Promise<{
    readonly clean: boolean;
  }> {
    if (this.#end !== undefined) return { clean: true };
    const rest = descendantsOf(this.pid);
    this.signal(options.signal ?? 'SIGTERM');
    const inTime = await Promise.race([
      this.ended.then(() => true),
      new Promise<false>((resolve) => {
        setTimeout(() => resolve(false), options.withinMs ?? 5000).unref();
      }),
    ]);
    if (!inTime) await this.kill();
    const orphans = rest.filter(isRunning);
    for (const pid of orphans) signalProcess(pid, 'SIGKILL');
    return { clean: inTime && orphans.length === 0 };
  }

  /** SIGKILL to the program and everything below it at once, as when the power of a director goes. */
  async kill(): Promise<void> {
    if (this.#end !== undefined) return;
    this.killNow();
    await this.ended;
  }

  /** As `kill`, without waiting: for use while the lab itself is going down. */
  killNow(): void {
    if (this.#end !== undefined) return;
    const all = [this.pid, ...descendantsOf(this.pid)];
    // Frozen first: a child that sees its parent die would say goodbye in order, and a parent would replace its children.
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
      for (const pid of all) signalProcess(pid, signal);
    }
  }

  /** All output so far. */
  text(): string {
    return this.lines.map((line) => line.text).join('\n');
  }

  /** Waits for a line of output that matches, looking from line index `from` on (all output by default). */
  waitForLine(
    pattern: RegExp,
    options: { readonly withinMs: number; readonly from?: number },
  ): Promise<Expected<OutputLine>> {
    return expectWithin(
      `${this.name} prints ${pattern}`,
      () => {
        const found = this.lines.slice(options.from ?? 0).find((line) => pattern.test(line.text));
        if (found === undefined && this.#end !== undefined) {
          throw new Error(
            `${this.name} has ended: ${this.lines
              .slice(-3)
              .map((l) => l.text)
              .join(' | ')}`,
          );
        }
        return found;
      },
      { withinMs: options.withinMs, everyMs: 20 },
    );
  }

  #collect(stream: NodeJS.ReadableStream, log: WriteStream): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      log.write(chunk);
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      const atMs = Date.now();
      const room = LINES_KEPT_MAX - this.lines.length;
      for (const text of parts.slice(0, room)) this.lines.push({ atMs, text });
    });
    stream.on('end', () => {
      if (rest !== '') this.lines.push({ atMs: Date.now(), text: rest });
    });
  }
}

/** Starts a program. It is running when this returns; whether it is ready is for the caller to wait for. */
export function startProcess(options: ProcessOptions): Promise<LabProcess> {
  const [program, ...args] = options.argv;
  if (program === undefined) throw new TypeError('startProcess: empty command');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    child.once('error', reject);
    if (child.pid === undefined) return;
    const log = createWriteStream(options.logFile, { flags: 'a' });
    resolve(new LabProcess(options, child, child.pid, log));
  });
}
