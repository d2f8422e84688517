/**
 * One role of Tandem as the supervisor keeps it: a process at work, watched by heartbeat, restarted when it
 * dies, stopped in order; for some roles a spare. What the messages mean is the supervisor's business.
 */
import type { ChildProcess } from 'node:child_process';
import { dispatch, type Message } from '../frame/dispatch.ts';
import type { FromChild, ToChild } from '../frame/messages.ts';
import { Patience } from './patience.ts';
import { Renewal } from './renewal.ts';
import { Restart } from './restart.ts';
import {
  type ProcessEnd,
  type ProcessHandlers,
  RoleProcess,
  type RoleProgram,
  type StopOutcome,
} from './role-process.ts';
import { Spare } from './spare.ts';
import type { ComponentName, ComponentState } from './state.ts';
import { substitute } from './substitute.ts';

/**
 * A child that is silent for three heartbeats counts as unknown. It is killed then when a spare waits and this has not happened lately;
 * otherwise after ten: its successor takes longer to come, or would be no better.
 */
const SILENCE_UNKNOWN_US = 3_000_000;
const SILENCE_KILL_US = 10_000_000;
/** Before its first heartbeat a child only loads: on a machine under load, or an emulated one, killing it would begin that anew for ever. */
const START_KILL_US = 60_000_000;
/** A heartbeat older than this at a child's death: it had stopped working before it died. */
const BEAT_US_MAX = 1_500_000;
/** `watch` is called once a second: a longer pause was ours, and the child's messages wait unread. */
const OWN_PAUSE_US = 3_000_000;

/** How a child ended, and when it is started again. */
export interface ChildDeath extends ProcessEnd {
  /** We killed it, because it had not answered for so long. */
  readonly silentSeconds?: number;
  readonly livedSeconds: number;
  /** Absent: it is not. */
  readonly restartInSeconds?: number;
}

/** The part of the system that a child needs. */
export interface ChildSystem {
  /** Monotonic microseconds. */
  readonly now: () => number;
  /** Starts a process of a role. Throws when the system has no room for another one. */
  readonly start: (program: RoleProgram) => ChildProcess;
}

/** What the supervisor gives a child and hears of it. */
export interface ChildOptions<In> extends RoleProgram {
  readonly name: ComponentName;
  /** Of the first start, when it was started before (`start-ahead.ts`). */
  readonly ahead?: ChildProcess | undefined;
  /** A stop that takes longer ends in SIGKILL, milliseconds. Asked when it begins. */
  readonly stopMsMax: () => number;
  /** True when something of an earlier Tandem is to be put away, though no process of the role has begun. */
  readonly inherits?: () => boolean;
  readonly onMessage: (message: In) => void;
  /** The child is up and wants its configuration; `restarted` is true for all but the first start. */
  readonly onReady: (restarted: boolean) => void;
  readonly onDied: (death: ChildDeath) => void;
  /** It is not started again when it dies. */
  readonly isLast?: boolean;
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
export class Child<In extends Message, Out> {
  readonly #options: ChildOptions<In>;
  readonly #system: ChildSystem;
  #process: RoleProcess<In, Out> | undefined;
  #ahead: ChildProcess | undefined;
  readonly #spare = new Spare(() => this.#fork());
  readonly #restart: Restart;
  readonly #renewal: Renewal<Out>;
  readonly #patience: Patience | undefined;
  #heartbeatAt = 0;
  /** Last word of the process in place beyond `ready`; 0 = none yet. */
  #spokeAt = 0;
  #latenessUs = 0;
  #restarts = 0;
  #startedAt = 0;
  #lostAt = 0;
  #watchedAt = 0;
  /** Silence counts from here: before it we were not listening ourselves. */
  #listeningSince = 0;
  #stopping = false;
  #keepsSpare = false;
  /** A process has been given a configuration. */
  #hasBegun = false;
  /** We killed the process in place after so long a silence, seconds. */
  #killedAfter: number | undefined;
  /** Why the last attempt to start a process failed. */
  #startError: string | undefined;

  constructor(options: ChildOptions<In>, system: ChildSystem) {
    this.#options = options;
    this.#system = system;
    this.#restart = new Restart(() => this.#replace(), system.now);
    this.#ahead = options.ahead;
    this.#renewal = new Renewal(options.stopMsMax);
    const { patienceUs, onPatienceOver } = options;
    if (patienceUs === undefined || onPatienceOver === undefined) return;
    this.#patience = new Patience({
      now: system.now,
      patienceUs,
      onOver: onPatienceOver,
      isNeeded: () => this.#process === undefined && !this.#stopping,
      hold: () => this.#restart.hold(),
      goOn: () => this.#restart.plan(),
    });
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
    if (this.#stopping) return;
    this.#startedAt = this.#system.now();
    this.#heartbeatAt = 0;
    this.#spokeAt = 0;
    this.#process = this.#fork();
    if (this.#process !== undefined) return;
    const startError = this.#startError ?? '';
    this.#onDeath({ pid: undefined, startError, exitCode: null, signal: null });
  }

  /** Sends a message; dropped while the child is down (it gets the configuration when it is back). */
  send(message: (Out | ToChild) & object): void {
    this.#process?.send(message);
  }

  /**
   * Kills a child that is silent for too long; called once a second. A pause of our own (a stopped virtual
   * machine, a long parse) is not the child's silence.
   */
  watch(): void {
    const now = this.#system.now();
    if (now - this.#watchedAt > OWN_PAUSE_US) this.#listeningSince = now;
    this.#watchedAt = now;
    const heard = Math.max(this.#heartbeatAt, this.#startedAt, this.#listeningSince);
    const isReplaced = this.#restart.isTrusted && this.#spare.isReady;
    const patient = this.#heartbeatAt === 0 ? START_KILL_US : SILENCE_KILL_US;
    const limit = isReplaced ? SILENCE_UNKNOWN_US : patient;
    if (this.#process === undefined || now - heard <= limit) return;
    this.#killedAfter ??= (now - heard) / 1e6;
    this.#process.kill();
  }

  /** How the child stands. */
  state(): ComponentState {
    const age = this.#system.now() - this.#heartbeatAt;
    return {
      name: this.#options.name,
      up: this.#process !== undefined && this.#heartbeatAt > 0 && age < SILENCE_UNKNOWN_US,
      pid: this.#process?.pid,
      heartbeatAt: this.#heartbeatAt,
      restarts: this.#restarts,
      ...(this.#keepsSpare && { isSpareReady: this.#spare.isReady }),
      latenessUs: this.#latenessUs,
    };
  }

  /** From now on a second process is kept ready to take over. */
  keepSpare(): void {
    if (this.#stopping || this.#keepsSpare) return;
    this.#keepsSpare = true;
    if (this.#process?.isReady === true) this.#spare.plan();
  }

  /** Ends the process in order and starts another at once: no process can be given a right that it lacks. */
  renew(order: Out & object): void {
    if (this.#process !== undefined) this.#renewal.begin(this.#process, order);
  }

  /**
   * Asks the child to stop and waits until it is gone, by force if it takes too long. No other is started; a spare stays for `substitute`
   * until `close`.
   */
  async stop(order: Out & object): Promise<StopOutcome> {
    this.#stopping = true;
    this.#restart.hold();
    this.#spare.keepNoLonger();
    this.#patience?.close();
    const child = this.#process;
    const holds = this.#hasBegun || this.#options.inherits?.() === true;
    if (child?.isReady !== true) {
      // It has no configuration, so it knows of nothing that it holds. It is there for `substitute`.
      if (!holds) {
        child?.kill();
        return { end: 'orderly', left: [] };
      }
      return { end: child === undefined && this.#hasBegun ? 'absent' : 'not-begun' };
    }
    const outcome = await child.finish(order, this.#options.stopMsMax());
    // It was to make room for another, and so has left everything in place.
    const wasRenewed = this.#renewal.wants(child);
    return wasRenewed && outcome.end === 'orderly' ? { end: 'not-begun' } : outcome;
  }

  /**
   * Has another process of the role do one thing in the place of the child, and end: the spare when it is ready, else a new one. Resolves with
   * how it ended; `absent` when none could be started.
   */
  substitute(order: Out & object): Promise<StopOutcome> {
    return substitute<Out>(order, {
      spare: () => this.#spare.take(),
      start: () => this.#takeLoading() ?? this.#fork(),
    });
  }

  /** Ends the spare, and a process that had nothing to do. Behind a stop. */
  close(): void {
    this.#spare.close();
    this.#process?.kill();
  }

  /** The process that a stop found loading: it is to get no configuration any more. */
  #takeLoading(): RoleProcess<In, Out> | undefined {
    const loading = this.#process;
    this.#process = undefined;
    return loading;
  }

  /** Undefined when the system has no room for another process; what comes of it is the caller's decision. */
  #fork(): RoleProcess<In, Out> | undefined {
    const handlers: ProcessHandlers<In> = {
      onMessage: (message) => this.#onMessage(child, message),
      onEnd: (end) => this.#onEnd(child, end),
    };
    const child = this.#takeAhead(handlers) ?? this.#forkNow(handlers);
    return child;
  }

  #takeAhead(handlers: ProcessHandlers<In>): RoleProcess<In, Out> | undefined {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead === undefined ? undefined : RoleProcess.adopt<In, Out>(ahead, handlers);
  }

  #forkNow(handlers: ProcessHandlers<In>): RoleProcess<In, Out> | undefined {
    const started = RoleProcess.start<In, Out>(() => this.#system.start(this.#options), handlers);
    this.#startError = started.ok ? undefined : started.error;
    return started.ok ? started.value : undefined;
  }

  #onMessage(child: RoleProcess<In, Out> | undefined, message: In): void {
    if (child !== this.#process) {
      // A spare and a substitute may say what keeps them from their work, and nothing else.
      if (message.type === 'trouble') this.#options.onMessage(message);
      return;
    }
    if (message.type !== 'ready') this.#spokeAt = this.#system.now();
    dispatch<FromChild>(message, {
      ready: () => this.#begin(),
      heartbeat: ({ latenessUs }) => {
        this.#heartbeatAt = this.#spokeAt;
        this.#latenessUs = latenessUs;
      },
      trouble: () => undefined,
      stopped: () => undefined,
    });
    this.#options.onMessage(message);
  }

  /** The process in place is ready: it gets its configuration, and later a spare. */
  #begin(): void {
    if (this.#stopping) return;
    this.#patience?.end();
    this.#hasBegun = true;
    this.#heartbeatAt = this.#system.now();
    this.#options.onReady(this.#restarts > 0);
    if (this.#keepsSpare) this.#spare.plan();
  }

  #onEnd(child: RoleProcess<In, Out> | undefined, end: ProcessEnd): void {
    if (child === undefined || this.#spare.hasLost(child) || child !== this.#process) return;
    this.#process = undefined;
    this.#noteLoss();
    if (this.#stopping) return;
    if (this.#renewal.wants(child)) this.start();
    else this.#onDeath(end);
  }

  /** One that never said anything took over nothing: what counts is still its predecessor's end. */
  #noteLoss(): void {
    if (this.#spokeAt === 0) return;
    const now = this.#system.now();
    this.#lostAt = now - this.#spokeAt < BEAT_US_MAX ? now : this.#spokeAt;
  }

  /** The process is gone, or never came: says so, and arranges the next. */
  #onDeath(end: ProcessEnd): void {
    const livedUs = this.#system.now() - this.#startedAt;
    const { isLast = false } = this.#options;
    const pauseMs = this.#restart.died(livedUs);
    if (!isLast) this.#restarts++;
    const silentSeconds = this.#killedAfter;
    this.#killedAfter = undefined;
    this.#options.onDied({
      ...end,
      ...(silentSeconds === undefined ? {} : { silentSeconds }),
      livedSeconds: livedUs / 1e6,
      ...(isLast ? {} : { restartInSeconds: pauseMs / 1_000 }),
    });
    if (isLast) return;
    this.#restart.plan();
    if (this.#process?.isReady !== true && this.#lostAt > 0) this.#patience?.begin(this.#lostAt);
  }

  #replace(): void {
    const spare = this.#spare.take();
    if (spare !== undefined) this.#promote(spare);
    else this.start();
  }

  #promote(spare: RoleProcess<In, Out>): void {
    this.#startedAt = this.#system.now();
    this.#spokeAt = 0;
    this.#process = spare;
    this.#begin();
  }
}
