/** Starts programs of the configuration, each in a process group of its own, and tells how they ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { builtFile } from 'dgram-extensions';
import { OUTPUT_MAX } from '../../core/programs/limits.ts';
import type { ProgramRequest } from '../../core/programs/program-request.ts';
import { programEnvironment } from './environment.ts';
import { OutputKeeper } from './output-keeper.ts';
import { groupOf, type ProgramGroup, type RunningProgram } from './program-group.ts';

/** File mode mask of programs without another word, as keepalived's. */
const UMASK = 0o177;
/** Soft limit of descriptors: Node has raised ours to the hard one, which some programs then walk through. */
const FILES = 1_024;
/** The descriptor on which `become` says why it could not. */
const REPORT_FD = 3;
const REPORT_CHARACTERS_MAX = 500;
/** What was written before the end is read within this time, though somebody else may hold the pipe, milliseconds. */
const LAST_OUTPUT_MS = 200;

/** Who is told of an end. One of them is called, once. */
export interface ProgramListener {
  /** `reason` in an operator's words. */
  readonly onNotStarted: (reason: string) => void;
  readonly onExited: (end: {
    readonly status: number | null;
    readonly signal: string | null;
    readonly output?: string;
  }) => void;
}

/** Starts programs. */
export class ProgramStarter {
  readonly #groups = new Map<string, ProgramGroup>();
  readonly #userIfAny: string;
  #umask = UMASK;
  #hasGroups = false;

  /** @param userIfAny the user of programs that have none of their own, where there is one of that name */
  constructor(userIfAny: string) {
    this.#userIfAny = userIfAny;
  }

  /**
   * For programs that are started from now on.
   *
   * @param umask file mode mask; undefined: 0177
   * @param hasGroups one that runs as another user has the supplementary groups of that user
   */
  configure(umask: number | undefined, hasGroups: boolean): void {
    this.#umask = umask ?? UMASK;
    this.#hasGroups = hasGroups;
  }

  /** The process groups of all programs that run. */
  get groups(): readonly RunningProgram[] {
    return Array.from(this.#groups, ([key, group]) => ({ ...group, key }));
  }

  /** Starts a program. Never throws: what went wrong is told. */
  start(request: ProgramRequest, listener: ProgramListener): void {
    let process: ChildProcess;
    try {
      process = this.#spawn(request);
    } catch (error) {
      listener.onNotStarted(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#watch(request, process, listener);
  }

  /** Sends a signal to all processes of a program's group; nothing happens when there is none. */
  signal(key: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    const known = this.#groups.get(key);
    if (known === undefined) return;
    try {
      process.kill(-known.group, signal);
    } catch {
      // All of them are gone.
    }
  }

  /** Forgets the group of a program that has ended: its number may become another's. */
  forget(key: string): void {
    this.#groups.delete(key);
  }

  #spawn(request: ProgramRequest): ChildProcess {
    const { command, moreArguments = [], environment = {}, input, keepsOutput = false } = request;
    const [program = '', ...words] = command.argv;
    const written = keepsOutput ? 'pipe' : 'ignore';
    return spawn(
      builtFile('become'),
      [...this.#options(request), '--', program, ...words, ...moreArguments],
      {
        cwd: '/',
        detached: true,
        env: programEnvironment(process.env, environment),
        stdio: [input === undefined ? 'ignore' : 'pipe', written, written, 'pipe'],
      },
    );
  }

  #options({ command: { user, group } }: ProgramRequest): readonly string[] {
    // `:` and `:GROUP` ask for the user's supplementary groups as well.
    const name = group?.replace(/^:/, '') ?? '';
    return [
      ...['--report', String(REPORT_FD), '--parent', String(process.pid)],
      ...['--umask', `0${this.#umask.toString(8)}`, '--files', String(FILES)],
      ...(user === undefined ? ['--user-if-any', this.#userIfAny] : ['--user', user]),
      ...(name === '' ? [] : ['--group', name]),
      ...(this.#hasGroups || group?.startsWith(':') === true ? ['--supplementary'] : []),
    ];
  }

  #watch(request: ProgramRequest, child: ChildProcess, listener: ProgramListener): void {
    const { key, input, keepsOutput } = request;
    if (child.pid !== undefined) this.#groups.set(key, groupOf(child.pid));
    const [stdin, stdout, stderr, report] = child.stdio as readonly (
      | Readable
      | Writable
      | null
      | undefined
    )[];
    const said = new OutputKeeper([report as Readable], REPORT_CHARACTERS_MAX);
    const kept =
      keepsOutput === true
        ? new OutputKeeper([stdout as Readable, stderr as Readable], OUTPUT_MAX)
        : undefined;
    if (input !== undefined) {
      // A program need not read what it is given.
      stdin?.on('error', () => undefined);
      (stdin as Writable).end(input);
    }
    let isOver = false;
    child.on('error', (error) => {
      // Later errors, of a signal for instance, end in an exit.
      if (isOver || child.pid !== undefined) return;
      isOver = true;
      listener.onNotStarted(error.message);
    });
    child.once('exit', (status, signal) => {
      isOver = true;
      void tellEnd({ status, signal }, { said, kept, listener });
    });
  }
}

async function tellEnd(
  end: { readonly status: number | null; readonly signal: string | null },
  {
    said,
    kept,
    listener,
  }: {
    readonly said: OutputKeeper;
    readonly kept: OutputKeeper | undefined;
    readonly listener: ProgramListener;
  },
): Promise<void> {
  const problem = (await said.end(LAST_OUTPUT_MS)).trim();
  const output = await kept?.end(LAST_OUTPUT_MS);
  if (problem !== '') listener.onNotStarted(problem);
  else listener.onExited({ ...end, ...(output === undefined ? {} : { output }) });
}
