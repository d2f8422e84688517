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
import type { FromChild } from '../frame/messages.ts';
import type { Capability } from './capabilities.ts';
import { confinedStart } from './confined.ts';
import type { ComponentName, ComponentState } from './state.ts';

/**
 * A child that is silent for three heartbeats counts as unknown. It is killed then when a spare waits and this has not happened lately;
 * otherwise after ten: its successor takes longer to come, or would be no better.
 */
const SILENCE_UNKNOWN_US = 3_000_000;
const SILENCE_KILL_US = 10_000_000;
/** Before its first heartbeat a child only loads: on a machine under load, or an emulated one, killing it would begin that anew for ever. */
const START_KILL_US = 60_000_000;
/** First restart at once, then pauses of 100 ms doubled up to this. */
const RESTART_MS_MAX = 10_000;
/** A child that lived this long is trusted again: its next restart is immediate. */
const STABLE_US = 30_000_000;
/** A substitute that takes longer is killed: it had one thing to do. */
const SUBSTITUTE_MS_MAX = 4_000;
/** Messages that a child wrote before its end are read within this time, milliseconds. */
const LAST_WORDS_MS_MAX = 500;
/** The spare is started when the child has settled, not beside it. */
const SPARE_AFTER_MS = 1_000;
/** A heartbeat older than this at a child's death: it had stopped working before it died. */
const BEAT_US_MAX = 1_500_000;
/** `watch` is called once a second: a longer pause was ours, and the child's messages wait unread. */
const OWN_PAUSE_US = 3_000_000;

/** How a child ended, and when it is started again. */
export interface ChildDeath {
  /** Undefined when the system could not start it at all (no memory, no process free). */
  readonly pid: number | undefined;
  /** Why it could not be started; undefined otherwise. */
  readonly startError?: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** We killed it, because it had not answered for so long. */
  readonly silentSeconds?: number;
  readonly livedSeconds: number;
  readonly restartInSeconds: number;
}

/**
 * How a stop went. `orderly`: the child answered, and `left` names what is still in the kernel all the same. `killed`: it did not answer in
 * time. `died`: it ended without an answer. `absent`: there was none.
 */
export type StopOutcome =
  | { readonly end: 'orderly'; readonly left: readonly string[] }
  | { readonly end: 'killed' | 'died' | 'absent' };

/** What the supervisor gives a child and hears of it. */
export interface ChildOptions<In> {
  readonly name: ComponentName;
  readonly role: 'vrrp' | 'health';
  readonly modulePath: string;
  readonly execArgv: readonly string[];
  /** What a process that is started now may keep. */
  readonly capabilities: () => readonly Capability[];
  /** Keep a second process ready to take over. */
  readonly spare: boolean;
  /** A stop that takes longer ends in SIGKILL. */
  readonly stopMsMax: number;
  readonly onMessage: (message: In) => void;
  /** The child is up and wants its configuration; `restarted` is true for all but the first start. */
  readonly onReady: (restarted: boolean) => void;
  readonly onDied: (death: ChildDeath) => void;
  /**
   * How long after `lostAt` nobody else minds that the child does nothing, microseconds; undefined = for ever. Asked when it has died.
   */
  readonly patienceUs?: () => number | undefined;
  /**
   * That time is over and no process is in place: puts away what the dead one held, and resolves with whether that is certain. The next one
   * starts behind it.
   */
  readonly onPatienceOver?: () => Promise<boolean>;
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
  /** Last word of the process in place beyond `ready`; 0 = none yet. */
  #spokeAt = 0;
  #latenessUs = 0;
  #restarts = 0;
  #startedAt = 0;
  #pauseMs = 0;
  #lostAt = 0;
  #watchedAt = 0;
  /** Silence counts from here: before it we were not listening ourselves. */
  #listeningSince = 0;
  #stopping = false;
  /** A process has been given a configuration. */
  #hasBegun = false;
  /** We killed the process in place after so long a silence, seconds. */
  #killedAfter: number | undefined;
  readonly #answers = new WeakMap<ChildProcess, readonly string[]>();
  #patienceTimer: NodeJS.Timeout | undefined;
  /** What the last process held has been put away by another. */
  #isPutAway = false;
  /** When the pause before the next start is over, monotonic microseconds. */
  #pausedUntil = 0;
  /** Ends because another is to take its place. */
  #renewed: ChildProcess | undefined;
  /** Why the last attempt to start a process failed. */
  #startError: string | undefined;
  #restartTimer: NodeJS.Timeout | undefined;

  constructor(options: ChildOptions<In>) {
    this.#options = options;
  }

  /**
   * Since when the last child that died had done nothing, monotonic microseconds; 0 = none died. Its last
   * heartbeat, when it was silent before it died: a stopped or hanging process says nothing to peers.
   */
  get lostAt(): number {
    return this.#lostAt;
  }

  /** Starts the process. */
  start(): void {
    this.#startedAt = monotonicUs();
    this.#heartbeatAt = 0;
    this.#spokeAt = 0;
    this.#process = this.#fork();
    if (this.#process === undefined) this.#plan({ pid: undefined });
  }

  /** Sends a message; dropped while the child is down (it gets the configuration when it is back). */
  send(message: Out & object): void {
    if (this.#process?.connected === true) {
      this.#process.send(message, () => undefined);
    }
  }

  /**
   * Kills a child that is silent for too long; called once a second. A pause of our own (a stopped virtual
   * machine, a long parse) is not the child's silence.
   */
  watch(): void {
    const now = monotonicUs();
    if (now - this.#watchedAt > OWN_PAUSE_US) this.#listeningSince = now;
    this.#watchedAt = now;
    const heard = Math.max(this.#heartbeatAt, this.#startedAt, this.#listeningSince);
    const isReplaced = this.#pauseMs === 0 && this.#readySpare() !== undefined;
    const patient = this.#heartbeatAt === 0 ? START_KILL_US : SILENCE_KILL_US;
    const limit = isReplaced ? SILENCE_UNKNOWN_US : patient;
    if (this.#process === undefined || now - heard <= limit) return;
    this.#killedAfter ??= (now - heard) / 1e6;
    this.#process.kill('SIGKILL');
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

  /** Ends the process in order and starts another at once: no process can be given a right that it lacks. */
  renew(request: Out & object): void {
    const child = this.#process;
    if (child === undefined) return;
    this.#renewed = child;
    this.send(request);
    setTimeout(() => child.kill('SIGKILL'), this.#options.stopMsMax).unref();
  }

  /**
   * Asks the child to stop and waits until it is gone, by force if it takes too long. No other is started; a spare stays for `substitute`
   * until `close`.
   */
  async stop(request: Out & object): Promise<StopOutcome> {
    this.#stopping = true;
    clearTimeout(this.#restartTimer);
    clearTimeout(this.#spareTimer);
    clearTimeout(this.#patienceTimer);
    const child = this.#process;
    if (!this.#hasBegun) {
      // It never got a configuration: nothing is held, and it may not even listen yet.
      child?.kill('SIGKILL');
      return { end: 'orderly', left: [] };
    }
    if (child === undefined) return { end: 'absent' };
    return this.#finish(child, request, this.#options.stopMsMax);
  }

  /**
   * Has another process of the role do one thing in the place of the child, and end: the spare when it is ready, else a new one. Resolves with
   * how it ended; `absent` when none could be started.
   */
  async substitute(request: Out & object): Promise<StopOutcome> {
    const spare = this.#readySpare();
    if (spare !== undefined) {
      this.#spare = undefined;
      const outcome = await this.#finish(spare, request, SUBSTITUTE_MS_MAX);
      // What killed the child may have killed its spare, and we have not heard of it yet.
      if (outcome.end !== 'died') return outcome;
    }
    const process = this.#fork();
    this.#startError = undefined;
    if (process === undefined) return { end: 'absent' };
    return this.#finish(process, request, SUBSTITUTE_MS_MAX);
  }

  /** Ends the spare. Behind a stop. */
  close(): void {
    this.#spare?.kill('SIGKILL');
  }

  #readySpare(): ChildProcess | undefined {
    const spare = this.#spare;
    return spare !== undefined && this.#ready.has(spare) ? spare : undefined;
  }

  /** Sends the last request to a process and waits for its end. */
  async #finish(
    process: ChildProcess,
    request: Out & object,
    milliseconds: number,
  ): Promise<StopOutcome> {
    let isForced = false;
    const force = setTimeout(() => {
      isForced = true;
      process.kill('SIGKILL');
    }, milliseconds);
    if (process.exitCode === null && process.signalCode === null) {
      await new Promise<void>((resolve) => {
        process.once('exit', () => resolve());
        // A process that could not be started has no exit.
        process.once('error', () => resolve());
        if (process.connected) process.send(request, () => undefined);
      });
    }
    clearTimeout(force);
    await lastWords(process);
    const left = this.#answers.get(process);
    if (left !== undefined) return { end: 'orderly', left };
    return { end: isForced ? 'killed' : 'died' };
  }

  /** Undefined when the system has no room for another process; what comes of it is the caller's decision. */
  #fork(): ChildProcess | undefined {
    let child: ChildProcess;
    try {
      const { execPath, execArgv, env } = confinedStart(
        this.#options.execArgv,
        this.#options.capabilities(),
      );
      child = fork(this.#options.modulePath, [`--role=${this.#options.role}`], {
        execPath,
        execArgv: [...execArgv],
        env,
        // A session of its own: what a terminal sends (Ctrl-C, Ctrl-Z) reaches the supervisor alone, which stops its children in order.
        detached: true,
        serialization: 'advanced',
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
    } catch (error) {
      this.#startError = error instanceof Error ? error.message : String(error);
      return undefined;
    }
    child.on('message', (message) => this.#onMessage(child, message as In & FromChild));
    child.once('exit', (code, signal) => this.#onExit(child, code, signal));
    child.on('error', (error) => {
      // Some failures to start come as an event, without an exit; later errors end in an exit.
      if (child.pid !== undefined) return;
      this.#startError = error.message;
      this.#onExit(child, null, null);
    });
    return child;
  }

  #onMessage(child: ChildProcess, message: In & FromChild): void {
    if (message.type === 'ready') this.#ready.add(child);
    if (message.type === 'stopped') this.#answers.set(child, message.left);
    if (message.type === 'trouble' && child !== this.#process) this.#options.onMessage(message);
    if (child !== this.#process) return;
    if (message.type !== 'ready') this.#spokeAt = monotonicUs();
    if (message.type === 'heartbeat') {
      this.#heartbeatAt = this.#spokeAt;
      this.#latenessUs = message.latenessUs;
    } else if (message.type === 'ready') this.#begin();
    this.#options.onMessage(message);
  }

  /** The process in place is ready: it gets its configuration, and later a spare. */
  #begin(): void {
    clearTimeout(this.#patienceTimer);
    this.#isPutAway = false;
    this.#hasBegun = true;
    this.#heartbeatAt = monotonicUs();
    this.#options.onReady(this.#restarts > 0);
    if (this.#options.spare) this.#planSpare();
  }

  #planSpare(): void {
    clearTimeout(this.#spareTimer);
    this.#spareTimer = setTimeout(() => {
      if (this.#stopping || this.#spare !== undefined) return;
      this.#spare = this.#fork();
      this.#startError = undefined;
      if (this.#spare === undefined) this.#planSpare();
    }, SPARE_AFTER_MS);
  }

  #onExit(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (child === this.#spare) {
      this.#startError = undefined;
      this.#spare = undefined;
      if (!this.#stopping) this.#planSpare();
      return;
    }
    if (this.#process !== child) return;
    this.#process = undefined;
    this.#noteLoss();
    if (this.#stopping) return;
    if (child === this.#renewed) this.start();
    else this.#plan({ pid: child.pid, exitCode: code, signal });
  }

  /** One that never said anything took over nothing: what counts is still its predecessor's end. */
  #noteLoss(): void {
    if (this.#spokeAt === 0) return;
    const now = monotonicUs();
    this.#lostAt = now - this.#spokeAt < BEAT_US_MAX ? now : this.#spokeAt;
  }

  /** The process is gone, or never came: says so, and arranges the next. */
  #plan(end: Pick<ChildDeath, 'pid'> & Partial<Pick<ChildDeath, 'exitCode' | 'signal'>>): void {
    const now = monotonicUs();
    const livedUs = now - this.#startedAt;
    if (livedUs > STABLE_US) this.#pauseMs = 0;
    const pause = this.#pauseMs;
    this.#pauseMs = Math.min(RESTART_MS_MAX, pause === 0 ? 100 : pause * 2);
    this.#restarts++;
    const startError = this.#startError;
    this.#startError = undefined;
    const silentSeconds = this.#killedAfter;
    this.#killedAfter = undefined;
    this.#options.onDied({
      pid: end.pid,
      ...(startError === undefined ? {} : { startError }),
      ...(silentSeconds === undefined ? {} : { silentSeconds }),
      exitCode: end.exitCode ?? null,
      signal: end.signal ?? null,
      livedSeconds: livedUs / 1e6,
      restartInSeconds: pause / 1_000,
    });
    this.#pausedUntil = now + pause * 1_000;
    if (pause > 0) this.#restartTimer = setTimeout(() => this.#replace(), pause);
    else this.#replace();
    if (this.#process === undefined || !this.#ready.has(this.#process)) this.#planPatience();
  }

  /** Between two attempts to start it, and while it starts: others must not wait for it for ever. */
  #planPatience(): void {
    const { patienceUs, onPatienceOver } = this.#options;
    const patience = patienceUs?.();
    clearTimeout(this.#patienceTimer);
    if (patience === undefined || onPatienceOver === undefined || this.#lostAt === 0) return;
    if (this.#isPutAway) return;
    const milliseconds = Math.max(0, (this.#lostAt + patience - monotonicUs()) / 1_000);
    this.#patienceTimer = setTimeout(() => void this.#patienceIsOver(onPatienceOver), milliseconds);
  }

  async #patienceIsOver(putAway: () => Promise<boolean>): Promise<void> {
    // A process that is on its way finds what its predecessor left, and puts it away itself.
    if (this.#process !== undefined || this.#stopping) return;
    clearTimeout(this.#restartTimer);
    this.#isPutAway = await putAway();
    if (this.#stopping || this.#process !== undefined) return;
    const pause = (this.#pausedUntil - monotonicUs()) / 1_000;
    this.#restartTimer = setTimeout(() => this.#replace(), Math.max(0, pause));
  }

  #replace(): void {
    const spare = this.#readySpare();
    if (spare !== undefined) this.#promote(spare);
    else this.start();
  }

  #promote(spare: ChildProcess): void {
    this.#spare = undefined;
    this.#startedAt = monotonicUs();
    this.#spokeAt = 0;
    this.#process = spare;
    this.#begin();
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
