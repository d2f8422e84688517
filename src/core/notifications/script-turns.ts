/**
 * Notify scripts: of one subject one after another, in the order of its states. While a script runs, the newest state
 * waits for it and takes the place of an older one that waits: what counts is the state that is, and the last one is
 * always told. Keepalived starts them at once and side by side, so that a slow one may end after the next.
 */
import { after, elapsed, type Instant, toSeconds, ZERO_DURATION } from '../base/time.ts';
import { DeadlineHeap, type DeadlineItem } from '../base/timing/deadline-heap.ts';
import { hasSucceeded, outcomeText } from '../model/program-outcome.ts';
import type { ProgramEnd } from '../programs/program-request.ts';
import {
  PATIENCE,
  PATIENCE_AT_STOP,
  PATIENCE_MIN,
  PATIENCE_SAID,
  SCRIPT_LIMIT,
  SCRIPTS_MAX,
} from './limits.ts';
import { type News, type ScriptCall, type StateWord, subjectKey, subjectText } from './news.ts';
import type { NotifyAction } from './orders.ts';

interface Call {
  readonly about: string;
  readonly state: StateWord;
  readonly script: ScriptCall;
  /** It was under way when the runner process died. */
  readonly isRepeated: boolean;
}

/** The scripts of one subject and one turn. */
interface Turn extends DeadlineItem {
  readonly key: string;
  running: { readonly run: string; readonly call: Call; readonly since: Instant } | undefined;
  /** Those that come next, in order. */
  waiting: Call[];
  /** When the one that runs is stopped for the sake of the next. */
  stopAt: Instant | undefined;
  /** Then, or before that when it is said that the next one waits. */
  deadline: Instant | undefined;
  /** The one that runs was stopped for it. */
  isHastened: boolean;
  /** States that were never told, since the last one that was: the first of them, and how many. */
  skipped: StateWord[];
  skippedCount: number;
}

/** Of the states that were not told so many are named. */
const SKIPPED_NAMED_MAX = 16;

/** Calls of one turn that wait while none can run: from a start to the first script it is a few states. */
const WAITING_MAX = 8;

const LOST = { outcome: { kind: 'lost' }, ran: ZERO_DURATION } as const;

/** All turns. */
export class ScriptTurns {
  readonly #out: (action: NotifyAction) => void;
  readonly #turns = new Map<string, Turn>();
  readonly #byRun = new Map<string, Turn>();
  /** Turns with a call that waits for a place, the longest waiting first. */
  readonly #queue = new Set<Turn>();
  readonly #heap = new DeadlineHeap<Turn>();
  #isUp = false;
  #isStopping = false;
  #runs = 0;

  constructor(out: (action: NotifyAction) => void) {
    this.#out = out;
  }

  /** When a script is stopped for the sake of the next one. */
  get deadline(): Instant | undefined {
    return this.#heap.deadline;
  }

  get isIdle(): boolean {
    return this.#turns.size === 0;
  }

  /** What has not been told. */
  get left(): readonly string[] {
    return [...this.#turns.values()].flatMap(({ running, waiting }) => {
      const call = waiting.at(-1) ?? running?.call;
      return call === undefined ? [] : [`${call.script.keyword} of ${call.about} (${call.state})`];
    });
  }

  /** Starts the scripts of a piece of news, or has them wait. */
  add({ subject, state, scripts }: News, now: Instant): void {
    for (const script of scripts) {
      const key = `${subjectKey(subject)} ${script.turn}`;
      const turn = this.#turns.get(key) ?? newTurn(key);
      this.#turns.set(key, turn);
      // What was lost had been started, and that was said: it is of no use before a newer state.
      turn.waiting = turn.waiting.filter(({ isRepeated }) => !isRepeated);
      makeRoom(turn);
      turn.waiting.push({ about: subjectText(subject), state, script, isRepeated: false });
      if (turn.running === undefined) this.#queue.add(turn);
      else this.#hasten(turn, turn.running.since, now);
    }
    this.#start(now);
  }

  /** Programs can be run; or all that ran are lost. */
  runner(isUp: boolean, now: Instant): void {
    this.#isUp = isUp;
    if (isUp) this.#start(now);
    else for (const key of [...this.#byRun.keys()]) this.ended({ key, ...LOST }, now);
  }

  /** True when the program was one of these. */
  ended({ key, outcome }: ProgramEnd, now: Instant): boolean {
    const turn = this.#byRun.get(key);
    const running = turn?.running;
    if (turn === undefined || running === undefined) return false;
    this.#byRun.delete(key);
    const { call } = running;
    const { about, state, script } = call;
    const wasHastened = turn.isHastened;
    turn.running = undefined;
    turn.isHastened = false;
    turn.stopAt = undefined;
    turn.deadline = undefined;
    this.#heap.remove(turn);
    const isLost = outcome.kind === 'lost' && turn.waiting.length === 0 && !call.isRepeated;
    if (isLost) turn.waiting.push({ ...call, isRepeated: true });
    // What is taken back at the end of a stop has been said there.
    if (!hasSucceeded(outcome) && (wasHastened || outcome.kind !== 'cancelled')) {
      const what = wasHastened
        ? 'stopped, because a newer state waited for it'
        : outcomeText(outcome);
      const { keyword, command } = script;
      const program = command.argv.join(' ');
      this.#out({
        type: 'tell',
        fact: { id: 'notify.script-failed', about, state, keyword, program, end: what },
      });
    }
    if (turn.waiting.length === 0) this.#turns.delete(turn.key);
    else this.#queue.add(turn);
    this.#start(now);
    return true;
  }

  /** The last states are told; nobody waits long for those before them. */
  stop(now: Instant): void {
    this.#isStopping = true;
    for (const turn of this.#turns.values()) {
      if (turn.running === undefined) continue;
      // Of those that wait behind a script, only the last one counts now.
      keepLast(turn);
      if (turn.waiting.length > 0) this.#hasten(turn, now, now);
    }
  }

  /** Stops scripts that have had their time. */
  deadlineReached(now: Instant): void {
    for (;;) {
      const turn = this.#heap.first;
      if (turn?.deadline === undefined || turn.deadline > now) return;
      turn.deadline = undefined;
      this.#heap.remove(turn);
      if (turn.running === undefined) continue;
      if (turn.stopAt !== undefined && turn.stopAt > now) {
        this.#sayThatItWaits(turn, turn.stopAt, now);
        continue;
      }
      turn.isHastened = true;
      this.#out({ type: 'cancel', key: turn.running.run });
    }
  }

  /** Ends all that runs; what waits is not told. */
  giveUp(): void {
    this.#isUp = false;
    for (const { running } of this.#turns.values()) {
      if (running !== undefined) this.#out({ type: 'cancel', key: running.run });
    }
  }

  #hasten(turn: Turn, since: Instant, now: Instant): void {
    if (turn.isHastened) return;
    const patient = Math.max(after(since, PATIENCE), after(now, PATIENCE_MIN)) as Instant;
    const wanted = this.#isStopping ? after(now, PATIENCE_AT_STOP) : patient;
    if (turn.stopAt !== undefined && turn.stopAt <= wanted) return;
    const isFirst = turn.stopAt === undefined;
    turn.stopAt = wanted;
    const saidAt = after(now, PATIENCE_SAID);
    turn.deadline = isFirst && saidAt < wanted ? saidAt : wanted;
    this.#heap.update(turn);
  }

  /** A state that is told late is worth a line while it is late. */
  #sayThatItWaits(turn: Turn, stopAt: Instant, now: Instant): void {
    const [running, next] = [turn.running, turn.waiting.at(-1)];
    turn.deadline = stopAt;
    this.#heap.update(turn);
    if (running === undefined || next === undefined) return;
    const { about, state, script } = next;
    const { keyword: busy, command } = running.call.script;
    const program = command.argv.join(' ');
    const seconds = toSeconds(elapsed(running.since, now));
    const stopInSeconds = toSeconds(elapsed(now, stopAt));
    this.#out({
      type: 'tell',
      fact: {
        id: 'notify.script-waits',
        about,
        state,
        keyword: script.keyword,
        busy,
        program,
        seconds,
        stopInSeconds,
      },
    });
  }

  #start(now: Instant): void {
    if (!this.#isUp) return;
    for (const turn of this.#queue) {
      if (this.#byRun.size >= SCRIPTS_MAX) return;
      this.#queue.delete(turn);
      this.#run(turn, now);
    }
  }

  #run(turn: Turn, now: Instant): void {
    const { skipped, skippedCount: count } = turn;
    const call = turn.waiting.shift();
    if (call === undefined) return;
    const { about, state, script } = call;
    if (count > 0) {
      const { keyword } = script;
      this.#out({
        type: 'tell',
        fact: { id: 'notify.states-skipped', about, keyword, skipped, count, state },
      });
    }
    this.#runs += 1;
    const run = `notify ${this.#runs}`;
    turn.running = { run, call, since: now };
    turn.skipped = [];
    turn.skippedCount = 0;
    this.#byRun.set(run, turn);
    const { command, more: moreArguments } = script;
    this.#out({
      type: 'run',
      request: { key: run, lane: 'notify', command, moreArguments, timeLimit: SCRIPT_LIMIT },
    });
  }
}

function newTurn(key: string): Turn {
  const idle = { running: undefined, waiting: [], stopAt: undefined, deadline: undefined };
  return { key, ...idle, isHastened: false, skipped: [], skippedCount: 0 };
}

/** Behind a script that runs only the newest call waits; while none can run yet (at a start), a few in order. */
function makeRoom(turn: Turn): void {
  const max = turn.running === undefined ? WAITING_MAX - 1 : 0;
  while (turn.waiting.length > max) skipFirst(turn);
}

function keepLast(turn: Turn): void {
  while (turn.waiting.length > 1) skipFirst(turn);
}

function skipFirst(turn: Turn): void {
  const skipped = turn.waiting.shift();
  if (skipped === undefined) return;
  turn.skippedCount += 1;
  if (turn.skipped.length < SKIPPED_NAMED_MAX) turn.skipped.push(skipped.state);
}
