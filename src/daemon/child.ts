/**
 * One child process of the supervisor: started, watched by heartbeat, restarted when it dies, stopped
 * in order. What the messages mean is the supervisor's business.
 *
 * A child may have a spare: a second process that has loaded everything and waits. When the child dies,
 * the spare takes its place within milliseconds, where a start takes a hundred or, on a loaded machine,
 * seconds: too long for a master whose peers wait three advertisements.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { monotonicUs } from 'dgram-extensions';
import type { FromChild } from './messages.ts';
import type { ComponentName, ComponentState } from './state.ts';

/** A child that is silent for three heartbeats counts as unknown; for ten it is killed. */
const SILENCE_UNKNOWN_US = 3_000_000;
const SILENCE_KILL_US = 10_000_000;
/** First restart at once, then pauses of 100 ms doubled up to this. */
const RESTART_MS_MAX = 10_000;
/** A child that lived this long is trusted again: its next restart is immediate. */
const STABLE_US = 30_000_000;
/** An orderly stop that takes longer ends in SIGKILL. */
const STOP_MS_MAX = 5_000;
/** The spare is started when the child has settled, not beside it. */
const SPARE_AFTER_MS = 1_000;

/** How a child ended, and when it is started again. */
export interface ChildDeath {
  readonly pid: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly livedSeconds: number;
  readonly restartInSeconds: number;
}

/** What the supervisor gives a child and hears of it. */
export interface ChildOptions<In> {
  readonly name: ComponentName;
  readonly role: 'vrrp' | 'health';
  readonly modulePath: string;
  readonly execArgv: readonly string[];
  /** Keep a second process ready to take over. */
  readonly spare: boolean;
  readonly onMessage: (message: In) => void;
  /** The child is up and wants its configuration; `restarted` is true for all but the first start. */
  readonly onReady: (restarted: boolean) => void;
  readonly onDied: (death: ChildDeath) => void;
}

/** A supervised child that speaks `Out` to us in messages of type `In`. */
export class Child<In extends { readonly type: string }, Out> {
  readonly #options: ChildOptions<In>;
  #process: ChildProcess | undefined;
  #spare: ChildProcess | undefined;
  #spareTimer: NodeJS.Timeout | undefined;
  /** Processes that have said that they are ready for a configuration. */
  readonly #ready = new WeakSet<ChildProcess>();
  #heartbeatAt = 0;
  #latenessUs = 0;
  #restarts = 0;
  #startedAt = 0;
  #pauseMs = 0;
  #diedAt = 0;
  #stopping = false;
  #restartTimer: NodeJS.Timeout | undefined;

  constructor(options: ChildOptions<In>) {
    this.#options = options;
  }

  /** Monotonic microseconds of the last death; 0 = never died. */
  get diedAt(): number {
    return this.#diedAt;
  }

  /** Starts the process. */
  start(): void {
    this.#startedAt = monotonicUs();
    this.#heartbeatAt = 0;
    this.#process = this.#fork();
  }

  /** Sends a message; dropped while the child is down (it gets the configuration when it is back). */
  send(message: Out & object): void {
    if (this.#process?.connected === true) {
      this.#process.send(message, () => undefined);
    }
  }

  /** Kills a child that is silent for too long; called once a second. */
  watch(): void {
    const silence = monotonicUs() - Math.max(this.#heartbeatAt, this.#startedAt);
    if (this.#process !== undefined && silence > SILENCE_KILL_US) this.#process.kill('SIGKILL');
  }

  /** How the child stands. */
  state(): ComponentState {
    const age = monotonicUs() - this.#heartbeatAt;
    return {
      name: this.#options.name,
      up: this.#process !== undefined && this.#heartbeatAt > 0 && age < SILENCE_UNKNOWN_US,
      pid: this.#process?.pid,
      heartbeatAt: this.#heartbeatAt,
      restarts: this.#restarts,
      latenessUs: this.#latenessUs,
    };
  }

  /** Asks the child to stop and waits until it is gone, by force if it takes too long. */
  async stop(request: Out & object): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restartTimer);
    clearTimeout(this.#spareTimer);
    this.#spare?.kill('SIGKILL');
    const child = this.#process;
    if (child === undefined) return;
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      this.send(request);
    });
    clearTimeout(force);
  }

  #fork(): ChildProcess {
    const child = fork(this.#options.modulePath, [`--role=${this.#options.role}`], {
      execArgv: [...this.#options.execArgv],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (message) => this.#onMessage(child, message as In & FromChild));
    child.once('exit', (code, signal) => this.#onExit(child, code, signal));
    child.once('error', (error) => {
      process.stderr.write(`tandem: cannot start ${this.#options.role}: ${error.message}\n`);
    });
    return child;
  }

  #onMessage(child: ChildProcess, message: In & FromChild): void {
    if (message.type === 'ready') this.#ready.add(child);
    if (child !== this.#process) return;
    if (message.type === 'heartbeat') {
      this.#heartbeatAt = monotonicUs();
      this.#latenessUs = message.latenessUs;
    } else if (message.type === 'ready') this.#begin();
    this.#options.onMessage(message);
  }

  /** The process in place is ready: it gets its configuration, and later a spare. */
  #begin(): void {
    this.#heartbeatAt = monotonicUs();
    this.#options.onReady(this.#restarts > 0);
    if (this.#options.spare) this.#planSpare();
  }

  #planSpare(): void {
    clearTimeout(this.#spareTimer);
    this.#spareTimer = setTimeout(() => {
      if (!this.#stopping) this.#spare ??= this.#fork();
    }, SPARE_AFTER_MS);
  }

  #onExit(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (child === this.#spare) {
      this.#spare = undefined;
      if (!this.#stopping) this.#planSpare();
      return;
    }
    if (this.#process !== child) return;
    this.#process = undefined;
    if (this.#stopping) return;
    this.#diedAt = monotonicUs();
    const livedUs = this.#diedAt - this.#startedAt;
    if (livedUs > STABLE_US) this.#pauseMs = 0;
    const pause = this.#pauseMs;
    this.#pauseMs = Math.min(RESTART_MS_MAX, pause === 0 ? 100 : pause * 2);
    this.#restarts++;
    this.#options.onDied({
      pid: child.pid ?? 0,
      exitCode: code,
      signal,
      livedSeconds: livedUs / 1e6,
      restartInSeconds: pause / 1_000,
    });
    if (pause > 0) this.#restartTimer = setTimeout(() => this.start(), pause);
    else if (this.#spare !== undefined && this.#ready.has(this.#spare)) this.#promote(this.#spare);
    else this.start();
  }

  #promote(spare: ChildProcess): void {
    this.#spare = undefined;
    this.#startedAt = monotonicUs();
    this.#process = spare;
    this.#begin();
  }
}
