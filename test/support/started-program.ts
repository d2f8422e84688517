/** A program of ours as a process of its own, with what it says: for tests of starts, signals and stops. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
/** The built program as it is installed, which starts in less than half the time of `dist/`. */
export const MAIN_PROGRAM = join(ROOT, 'bundle/dist/main.js');
const BUILT = join(ROOT, 'src/dgram-extensions/build');

/** Why the built program cannot be run; undefined when it can. */
export function notBuilt(): string | undefined {
  return existsSync(MAIN_PROGRAM) ? undefined : 'not built: npm run build';
}

/** How the program is started. */
export interface StartOptions {
  /** Options of Node. */
  readonly nodeArgs?: readonly string[];
  /** Options of `confine`; without them Node is started directly. */
  readonly confine?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** A command that becomes the program, whose words follow its own: `unshare -n`. */
  readonly by?: readonly string[];
  /** Redirections of a shell, as `>/dev/full`. */
  readonly redirections?: string;
  /** An IPC channel, as a role of the supervisor has it. */
  readonly channel?: boolean;
  /** A session and process group of its own, as a shell's job has it: `process.kill(-pid)` is what a terminal sends. */
  readonly detached?: boolean;
}

/** A process and everything that it wrote. */
export class StartedProgram {
  readonly process: ChildProcess;
  /** Standard output and standard error. */
  output = '';
  readonly messages: { readonly type?: string }[] = [];
  /** How it ended: exit status or signal. */
  ended: number | string | undefined;

  constructor(args: readonly string[], options: StartOptions = {}) {
    const node = [
      ...(options.by ?? []),
      process.execPath,
      ...(options.nodeArgs ?? []),
      MAIN_PROGRAM,
      ...args,
    ];
    const confined =
      options.confine === undefined
        ? node
        : [join(BUILT, 'confine'), ...options.confine, '--', ...node];
    const { redirections } = options;
    const shell = ['sh', '-c', `exec "$@" ${redirections ?? ''}`, 'sh'];
    const [file = '', ...rest] = redirections === undefined ? confined : [...shell, ...confined];
    const pipes = ['ignore', 'pipe', 'pipe'] as const;
    this.process = spawn(file, rest, {
      stdio: options.channel === true ? [...pipes, 'ipc'] : [...pipes],
      serialization: 'advanced',
      detached: options.detached === true,
      env: { ...process.env, ...options.env },
    });
    // Not `close` of the process: it never comes after the channel was closed from here.
    let open = 2;
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (text) => {
        this.output += text;
      });
      stream?.once('close', () => {
        open--;
        settle();
      });
    }
    let end: number | string | undefined;
    const settle = (): void => {
      if (open === 0) this.ended = end;
    };
    this.process.on('message', (message) => this.messages.push(message as { type?: string }));
    this.process.once('exit', (status, signal) => {
      end = signal ?? status ?? undefined;
      settle();
    });
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** Whether the process runs Node by now, and not what was there before the exec. */
  isNode(): boolean {
    try {
      return readlinkSync(`/proc/${this.pid}/exe`) === readlinkSync('/proc/self/exe');
    } catch {
      return false;
    }
  }

  /** Waits until `condition` holds or the process has ended. Throws, with the output, when neither comes. */
  async until(what: string, condition: () => boolean, withinMs = 60_000): Promise<void> {
    const limit = performance.now() + withinMs;
    while (!condition() && this.ended === undefined) {
      if (performance.now() > limit) throw new Error(`${what}: not yet\n${this.output}`);
      await new Promise((wake) => setTimeout(wake, 5));
    }
  }

  /** Ends it if it has not ended, and resolves with how it ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string | undefined> {
    if (this.ended === undefined) this.process.kill(signal);
    await this.until('its end', () => false);
    return this.ended;
  }
}

/** A directory with a configuration, for `run`; `args` are its options. */
export class Place {
  readonly directory: string = mkdtempSync(join(tmpdir(), 'tandem-start-'));
  readonly runtime: string = join(this.directory, 'run');

  constructor(configuration = 'global_defs {\n}\n') {
    this.write(configuration);
  }

  /** Replaces the configuration. */
  write(configuration: string): void {
    writeFileSync(join(this.directory, 'tandem.conf'), configuration);
  }

  get args(): readonly string[] {
    const file = join(this.directory, 'tandem.conf');
    return [
      'run',
      '-f',
      file,
      '--runtime-dir',
      this.runtime,
      '--no-metrics',
      '--log-format',
      'text',
    ];
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
