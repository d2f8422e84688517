/** One process of a role: started, spoken to, given its last order. What its messages mean is its owner's business. */
import { type ChildProcess, fork } from 'node:child_process';
import { err, ok, type Result } from '../../core/base/result.ts';
import { dispatch, type Message } from '../frame/dispatch.ts';
import type { FromChild, ToChild } from '../frame/messages.ts';
import type { Capability } from './capabilities.ts';
import { confinedStart } from './confined.ts';
import type { ChildName } from './state.ts';

/** Messages that a process wrote before its end are read within this time, milliseconds. */
const LAST_WORDS_MS_MAX = 500;

/** What is started. */
export interface RoleProgram {
  readonly role: ChildName;
  readonly modulePath: string;
  readonly execArgv: readonly string[];
  /** It starts programs of the configuration, which get their rights by way of it. */
  readonly startsPrograms?: boolean;
  /** Words behind the role. */
  readonly words?: readonly string[];
  /** What a process that is started now may keep; undefined: everything. */
  readonly capabilities: () => readonly Capability[] | undefined;
}

/** How a process ended. */
export interface ProcessEnd {
  /** Undefined when the system could not start it at all (no memory, no process free). */
  readonly pid: number | undefined;
  /** Why it could not be started; undefined otherwise. */
  readonly startError?: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/**
 * How a stop went. `orderly`: the process answered, and `left` names what is still in the kernel all the same. `killed`: it did not answer in
 * time. `died`: it ended without an answer. `absent`: there was none. `not-begun`: it is gone, and did not know yet what it would hold; what a
 * predecessor left is still there.
 */
export type StopOutcome =
  | { readonly end: 'orderly'; readonly left: readonly string[] }
  | { readonly end: 'killed' | 'died' | 'absent' | 'not-begun' };

/** Who hears of a process. */
export interface ProcessHandlers<In> {
  readonly onMessage: (message: In) => void;
  /** Called once. */
  readonly onEnd: (end: ProcessEnd) => void;
}

/** Starts a process of a role. Throws when the system has no room for another one. */
export function startProcess(program: RoleProgram): ChildProcess {
  const { execPath, execArgv, env } = confinedStart(
    program.execArgv,
    program.capabilities(),
    program.startsPrograms,
  );
  return fork(program.modulePath, [`--role=${program.role}`, ...(program.words ?? [])], {
    execPath,
    execArgv: [...execArgv],
    env,
    // A session of its own: what a terminal sends (Ctrl-C, Ctrl-Z) reaches the supervisor alone, which stops its children in order.
    detached: true,
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** A process that was started. */
export class RoleProcess<In extends Message, Out> {
  readonly #process: ChildProcess;
  /** It has said that it is ready for a configuration. */
  isReady = false;
  /** Its answer to its last order. */
  #left: readonly string[] | undefined;

  private constructor(process: ChildProcess, handlers: ProcessHandlers<In>) {
    this.#process = process;
    process.on('message', (message) => {
      this.#note(message);
      // Both processes are of one version: what the other sends is what the type says.
      handlers.onMessage(message as In);
    });
    process.once('exit', (exitCode, signal) =>
      handlers.onEnd({ pid: process.pid, exitCode, signal }),
    );
    process.on('error', (error) => {
      // Some failures to start come as an event, without an exit; later errors end in an exit.
      if (process.pid !== undefined) return;
      handlers.onEnd({ pid: undefined, startError: error.message, exitCode: null, signal: null });
    });
  }

  /** Starts one with `begin`, which throws when the system has no room for another process; the error says why. */
  static start<In extends Message, Out>(
    begin: () => ChildProcess,
    handlers: ProcessHandlers<In>,
  ): Result<RoleProcess<In, Out>, string> {
    try {
      return ok(new RoleProcess<In, Out>(begin(), handlers));
    } catch (error) {
      return err(error instanceof Error ? error.message : String(error));
    }
  }

  /** Takes over one that `startProcess` started a moment ago; undefined when it has ended. What it said meanwhile is told now. */
  static adopt<In extends Message, Out>(
    process: ChildProcess,
    handlers: ProcessHandlers<In>,
  ): RoleProcess<In, Out> | undefined {
    const hasEnded = process.exitCode !== null || process.signalCode !== null;
    if (process.pid === undefined || hasEnded || !process.connected) return undefined;
    return new RoleProcess<In, Out>(process, handlers);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Sends a message; dropped when the process is gone. */
  send(message: (Out | ToChild) & object): void {
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Gives the process its last order and waits for its end, by force when it takes longer than so many milliseconds. */
  async finish(order: Out & object, milliseconds: number): Promise<StopOutcome> {
    const process = this.#process;
    let isForced = false;
    const force = setTimeout(() => {
      isForced = true;
      this.kill();
    }, milliseconds);
    if (process.exitCode === null && process.signalCode === null) {
      await new Promise<void>((resolve) => {
        process.once('exit', () => resolve());
        // A process that could not be started has no exit.
        process.once('error', () => resolve());
        this.send(order);
      });
    }
    clearTimeout(force);
    await lastWords(process);
    if (this.#left !== undefined) return { end: 'orderly', left: this.#left };
    return { end: isForced ? 'killed' : 'died' };
  }

  #note(message: unknown): void {
    const nothing = (): void => undefined;
    dispatch<FromChild>(message, {
      ready: () => {
        this.isReady = true;
      },
      stopped: ({ left }) => {
        this.#left = left;
      },
      heartbeat: nothing,
      trouble: nothing,
    });
  }
}

/** Waits for what a process that has ended wrote before: its channel is closed behind the last message. */
async function lastWords(process: ChildProcess): Promise<void> {
  if (!process.connected) return;
  await new Promise<void>((resolve) => {
    const limit = setTimeout(resolve, LAST_WORDS_MS_MAX);
    process.once('disconnect', () => {
      clearTimeout(limit);
      resolve();
    });
  });
}
