/**
 * All programs of one Tandem, as a pure machine: which starts when, and what is done about one that takes too long.
 */
import { invariant, unreachable } from '../base/assert.ts';
import type { Machine } from '../base/machine.ts';
import { after, type Duration, elapsed, type Instant, ZERO_DURATION } from '../base/time.ts';
import { DeadlineHeap, type DeadlineItem } from '../base/timing/deadline-heap.ts';
import { KILL_AFTER, KILL_AGAIN, RUNNING_MAX, WAITING_MAX } from './limits.ts';
import {
  PROGRAM_LANES,
  type ProgramEnd,
  type ProgramLane,
  type ProgramOutcome,
  type ProgramRequest,
} from './program-request.ts';

/** What the machine is told. */
export type ProgramEvent =
  | { readonly type: 'run'; readonly request: ProgramRequest }
  /** The run is wanted no more: it is taken from the queue, or gets SIGTERM. */
  | { readonly type: 'cancel'; readonly key: string }
  /** The system could not start it. */
  | { readonly type: 'notStarted'; readonly key: string; readonly reason: string }
  /** Its process is gone: by a status, or by a signal. */
  | {
      readonly type: 'exited';
      readonly key: string;
      readonly status: number | null;
      readonly signal: string | null;
      readonly output?: string;
    }
  /** Tandem stops: nothing is started any more, and what runs gets SIGTERM. */
  | { readonly type: 'stop' }
  | { readonly type: 'deadline' };

/** What the machine orders. */
export type ProgramAction =
  /** Answered by `notStarted` or `exited`, once. */
  | { readonly type: 'start'; readonly request: ProgramRequest }
  /** To the process group of the program. */
  | { readonly type: 'signal'; readonly key: string; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly type: 'ended'; readonly end: ProgramEnd };

/** How many programs there are. */
export interface ProgramView {
  readonly running: number;
  readonly waiting: number;
}

/** One program that runs. */
interface Run extends DeadlineItem {
  readonly request: ProgramRequest;
  readonly startedAt: Instant;
  deadline: Instant | undefined;
  /** Signals that it was given. */
  signals: number;
  /** Why it was given them. */
  why: 'cancelled' | 'timed-out' | undefined;
}

interface Lane {
  readonly waiting: ProgramRequest[];
  running: number;
}

/** The programs. */
export class ProgramMachine implements Machine<ProgramEvent, ProgramAction, ProgramView> {
  readonly #lanes: ReadonlyMap<ProgramLane, Lane> = new Map(
    PROGRAM_LANES.map((name) => [name, { waiting: [], running: 0 }]),
  );
  readonly #runs = new Map<string, Run>();
  readonly #heap = new DeadlineHeap<Run>();
  #isStopping = false;
  #out: ProgramAction[] = [];

  /** When the next program gets a signal. */
  get deadline(): Instant | undefined {
    return this.#heap.deadline;
  }

  /** Runs one event to completion. */
  handle(now: Instant, event: ProgramEvent): readonly ProgramAction[] {
    const out: ProgramAction[] = [];
    this.#out = out;
    switch (event.type) {
      case 'run':
        this.#run(event.request, now);
        break;
      case 'cancel':
        this.#cancel(event.key, now);
        break;
      case 'notStarted':
        this.#ended(event.key, { kind: 'not-started', reason: event.reason }, now);
        break;
      case 'exited':
        this.#exited(event, now);
        break;
      case 'stop':
        this.#stop(now);
        break;
      case 'deadline':
        this.#deadlineReached(now);
        break;
      default:
        unreachable(event);
    }
    return out;
  }

  /** How many there are. */
  view(): ProgramView {
    let waiting = 0;
    for (const lane of this.#lanes.values()) waiting += lane.waiting.length;
    return { running: this.#runs.size, waiting };
  }

  #run(request: ProgramRequest, now: Instant): void {
    const { key } = request;
    const lane = this.#laneOf(request);
    const isKnown = this.#runs.has(key) || lane.waiting.some((other) => other.key === key);
    if (this.#isStopping) this.#say(key, { kind: 'cancelled' });
    else if (isKnown) this.#say(key, { kind: 'refused', reason: 'key-in-use' });
    else if (lane.running < RUNNING_MAX) this.#start(request, now);
    else if (lane.waiting.length < WAITING_MAX) lane.waiting.push(request);
    else this.#say(key, { kind: 'refused', reason: 'too-many' });
  }

  #start(request: ProgramRequest, now: Instant): void {
    const { key, timeLimit } = request;
    const run: Run = {
      request,
      startedAt: now,
      deadline: timeLimit === undefined ? undefined : after(now, timeLimit),
      signals: 0,
      why: undefined,
    };
    this.#laneOf(request).running += 1;
    this.#runs.set(key, run);
    this.#heap.update(run);
    this.#out.push({ type: 'start', request });
  }

  #cancel(key: string, now: Instant): void {
    for (const lane of this.#lanes.values()) {
      const place = lane.waiting.findIndex((request) => request.key === key);
      if (place < 0) continue;
      lane.waiting.splice(place, 1);
      this.#say(key, { kind: 'cancelled' });
      return;
    }
    const run = this.#runs.get(key);
    if (run === undefined || run.signals > 0) return;
    run.why = 'cancelled';
    this.#signal(run, now);
  }

  #stop(now: Instant): void {
    this.#isStopping = true;
    for (const lane of this.#lanes.values()) {
      for (const { key } of lane.waiting.splice(0)) this.#say(key, { kind: 'cancelled' });
    }
    for (const key of this.#runs.keys()) this.#cancel(key, now);
  }

  #deadlineReached(now: Instant): void {
    for (;;) {
      const run = this.#heap.first;
      if (run?.deadline === undefined || run.deadline > now) return;
      run.why ??= 'timed-out';
      this.#signal(run, now);
    }
  }

  /** SIGTERM first, then SIGKILL until the process is gone. */
  #signal(run: Run, now: Instant): void {
    const { key } = run.request;
    this.#out.push({ type: 'signal', key, signal: run.signals === 0 ? 'SIGTERM' : 'SIGKILL' });
    run.signals += 1;
    run.deadline = after(now, run.signals <= 2 ? KILL_AFTER : KILL_AGAIN);
    this.#heap.update(run);
  }

  #exited(event: Extract<ProgramEvent, { readonly type: 'exited' }>, now: Instant): void {
    const { key, status, signal, output } = event;
    const run = this.#runs.get(key);
    if (run === undefined) return;
    const isOurs = run.why !== undefined && (signal === 'SIGTERM' || signal === 'SIGKILL');
    if (isOurs) {
      // What it started is not to outlive it: it was to end, and did not by itself.
      this.#out.push({ type: 'signal', key, signal: 'SIGKILL' });
      this.#ended(key, outcomeOfSignalled(run), now, output);
    } else if (signal !== null) this.#ended(key, { kind: 'killed', signal }, now, output);
    else this.#ended(key, { kind: 'exited', status: status ?? 0 }, now, output);
  }

  #ended(key: string, outcome: ProgramOutcome, now: Instant, output?: string): void {
    const run = this.#runs.get(key);
    if (run === undefined) return;
    this.#runs.delete(key);
    this.#heap.remove(run);
    const lane = this.#laneOf(run.request);
    lane.running -= 1;
    this.#say(key, outcome, elapsed(run.startedAt, now), output);
    const next = lane.waiting.shift();
    if (next !== undefined) this.#start(next, now);
  }

  #say(key: string, outcome: ProgramOutcome, ran: Duration = ZERO_DURATION, output?: string): void {
    const end = { key, outcome, ran, ...(output === undefined ? {} : { output }) };
    this.#out.push({ type: 'ended', end });
  }

  #laneOf({ lane }: ProgramRequest): Lane {
    const found = this.#lanes.get(lane);
    invariant(found !== undefined, 'a lane that is in no list');
    return found;
  }
}

/** Of a program that died of a signal of ours. */
function outcomeOfSignalled({ why, request }: Run): ProgramOutcome {
  if (why === 'cancelled') return { kind: 'cancelled' };
  return { kind: 'timed-out', limit: request.timeLimit ?? ZERO_DURATION };
}
