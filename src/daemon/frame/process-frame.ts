/**
 * What every child process is, whatever its work: it connects to the supervisor, says when it is ready, takes
 * orders, reports what happened in batches, gives a sign of life each second, and ends in order or gives up.
 * The work itself is a `Role`.
 */
import type { Timed } from '../../core/facts/envelope.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { ProcessClock } from './clock.ts';
import { dispatch, kindOf, type Message, type MessageHandlers } from './dispatch.ts';
import type { ParentChannel, ParentHandlers } from './ipc.ts';
import { MachineLoop, type MachineLoopOptions } from './loop.ts';
import type { FromChild, ToChild } from './messages.ts';

const HEARTBEAT_MS = 1_000;

/** What happened, several reports in one message, each with its time. */
export interface FactsMessage<Report> {
  readonly type: 'facts';
  readonly facts: readonly Timed<Report>[];
}

/** All that a process may say: its own messages, those of every child, and its facts. */
export type Said<Out extends Message, Report> = Out | FromChild | FactsMessage<Report>;

/** What a frame is built on. */
export interface ProcessHost<Out> {
  readonly clock: ProcessClock;
  /** Connects to the supervisor; called once. */
  readonly connect: (handlers: ParentHandlers) => ParentChannel<Out>;
  /** Ends the process at once. */
  readonly exit: (status: number) => void;
  /** Takes what the supervisor says of the process itself. */
  readonly settle: (settings: ToChild) => void;
  /** An orderly stop that takes longer ends all the same, milliseconds. */
  readonly stopMsMax: number;
}

/** The work of one process. */
export interface Role<In extends Message, Report> {
  /** What each order of the supervisor does. */
  readonly handlers: MessageHandlers<In>;
  /** Called once; the process is ready for orders when it resolves. */
  prepare?(): Promise<void>;
  /** False for a process that waits to take another's place: it gives no sign of life. */
  isAtWork(): boolean;
  /** Once a second while it is at work, behind the sign of life. */
  onBeat(): void;
  /** Facts were sent. */
  onReported(reports: readonly Report[]): void;
  /** The supervisor is gone: calls `stop` of the frame. */
  onGone(): void;
}

/** One process around its role. */
export class ProcessFrame<In extends Message, Out extends Message, Report> {
  readonly clock: ProcessClock;
  readonly #host: ProcessHost<Said<Out, Report>>;
  #channel: ParentChannel<Said<Out, Report>> | undefined;
  #role: Role<In, Report> | undefined;
  /** The worst lateness of each loop since the last call. */
  readonly #takeLateness: (() => number)[] = [];
  #heartbeat: NodeJS.Timeout | undefined;
  #facts: Timed<Report>[] = [];
  #isStopping = false;

  constructor(host: ProcessHost<Said<Out, Report>>) {
    this.#host = host;
    this.clock = host.clock;
  }

  /** True from the moment at which an orderly stop begins. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Runs a role until the supervisor stops it or goes away. Resolves when it is ready. */
  async run(role: Role<In, Report>): Promise<void> {
    this.#role = role;
    this.#channel = this.#host.connect({
      onMessage: (message) => this.#onMessage(role, message),
      onGone: () => role.onGone(),
    });
    this.#heartbeat = setInterval(() => this.#beat(role), HEARTBEAT_MS);
    await role.prepare?.();
    if (!this.#isStopping) this.send({ type: 'ready' });
  }

  /** A loop for the machine of this process; its lateness goes with the sign of life. */
  drive<Event, Action>(
    options: Omit<MachineLoopOptions<Event, Action>, 'clock'>,
  ): MachineLoop<Event, Action> {
    const loop = new MachineLoop<Event, Action>({ ...options, clock: this.clock });
    this.#takeLateness.push(() => loop.takeLateness());
    return loop;
  }

  /** Sends a message to the supervisor. */
  send(message: Said<Out, Report>): void {
    this.#channel?.send(message);
  }

  /** Reports what a driver could not do. */
  trouble(trouble: Trouble): void {
    this.send({ type: 'trouble', trouble });
  }

  /** Reports what happened, together with what else happens in this turn of the event loop. */
  report(report: Report): void {
    if (this.#facts.length === 0) setImmediate(() => this.#sendFacts());
    this.#facts.push({ at: this.clock.now(), report });
  }

  /**
   * Ends the process in order, once: `putAway` removes what must not stay and resolves with what stays all the
   * same, in an operator's words. A process that cannot ends without an answer.
   */
  async stop(putAway: () => Promise<readonly string[]>): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const giveUp = setTimeout(() => this.#host.exit(1), this.#host.stopMsMax);
    const left = await putAway();
    this.#sendFacts();
    clearTimeout(giveUp);
    clearInterval(this.#heartbeat);
    this.#channel?.end({ type: 'stopped', left });
  }

  #onMessage(role: Role<In, Report>, message: unknown): void {
    if (dispatch<ToChild>(message, { settings: this.#host.settle })) return;
    if (dispatch<In>(message, role.handlers)) return;
    const kind = kindOf(message) ?? typeof message;
    this.trouble({
      operation: 'take-order',
      errno: '',
      detail: `this process does not know the order ${JSON.stringify(kind)}`,
    });
  }

  #sendFacts(): void {
    const facts = this.#facts;
    this.#facts = [];
    if (facts.length === 0) return;
    this.send({ type: 'facts', facts });
    this.#role?.onReported(facts.map(({ report }) => report));
  }

  #beat(role: Role<In, Report>): void {
    if (!role.isAtWork()) return;
    const latenessUs = Math.max(0, ...this.#takeLateness.map((take) => take()));
    this.send({ type: 'heartbeat', at: this.clock.now(), latenessUs });
    role.onBeat();
  }
}
