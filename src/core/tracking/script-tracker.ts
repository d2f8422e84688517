/** One tracked script: when it runs, and what its results come to. */
import { equalData } from '../base/equal-data.ts';
import { after, type Instant } from '../base/time.ts';
import type { DeadlineItem } from '../base/timing/deadline-heap.ts';
import { hasSucceeded, type ProgramOutcome } from '../model/program-outcome.ts';
import type { TrackerFact } from '../model/tracker-fact.ts';
import type { TrackScriptConfig } from '../model/tracking.ts';
import type { ProgramEnd } from '../programs/program-request.ts';
import type { TrackingAction } from './events-and-actions.ts';
import { ResultCounter } from './result-counter.ts';

type ScriptFact = Extract<TrackerFact, { readonly kind: 'script' }>;

/** Where its actions go. */
interface Out {
  push(action: TrackingAction): void;
}

/** One script. */
export class ScriptTracker implements DeadlineItem {
  #config: TrackScriptConfig;
  readonly #prefix: string;
  readonly #results: ResultCounter;
  #nextStart: Instant;
  /** Key of the run that is under way. */
  #running: string | undefined;
  #runs = 0;
  #skipped = 0;
  #lastOutcome: ProgramOutcome | undefined;
  #fact: ScriptFact | undefined;

  /**
   * @param known what is known of it: from a predecessor of this process, or of a script with the same command
   * @param prefix makes the keys of its runs different from those of another script with its name
   */
  constructor(
    config: TrackScriptConfig,
    prefix: string,
    now: Instant,
    known: ScriptFact | undefined,
  ) {
    this.#config = config;
    this.#prefix = prefix;
    const { name } = config;
    this.#fact = known ?? (config.failsAtStart ? { kind: 'script', name, isUp: false } : undefined);
    this.#results = new ResultCounter(config, known?.isUp);
    this.#nextStart = now;
  }

  /** Its name in the configuration. */
  get name(): string {
    return this.#config.name;
  }

  /** When it is to start next. */
  get deadline(): Instant {
    return this.#nextStart;
  }

  /** What is known of it; undefined before the first result. */
  get fact(): ScriptFact | undefined {
    return this.#fact;
  }

  /** True for a configuration of the same script: its results go on to count. */
  isSame({ name, command }: TrackScriptConfig): boolean {
    return name === this.#config.name && equalData(command, this.#config.command);
  }

  /** Takes other times and limits. */
  configure(config: TrackScriptConfig, now: Instant): void {
    if (config.interval !== this.#config.interval) this.#nextStart = now;
    this.#config = config;
    this.#results.configure(config);
  }

  /** Starts it, or skips a period in which it still runs. The key of the run that began. */
  due(now: Instant, out: Out): string | undefined {
    const { name, command, interval, timeout } = this.#config;
    const isLate = now >= after(this.#nextStart, interval);
    // Starts are counted from the first one. Those that were slept through are not made up for.
    this.#nextStart = after(isLate ? now : this.#nextStart, interval);
    if (this.#running !== undefined) {
      this.#skipped += 1;
      out.push({ type: 'scriptBusy', script: name, skipped: this.#skipped });
      return undefined;
    }
    this.#skipped = 0;
    this.#runs += 1;
    const key = `${this.#prefix} ${this.#runs}`;
    this.#running = key;
    out.push({ type: 'runProgram', request: { key, lane: 'track', command, timeLimit: timeout } });
    return key;
  }

  /** Takes the end of a run. */
  ended({ key, outcome }: ProgramEnd, out: Out): void {
    if (key !== this.#running) return;
    this.#running = undefined;
    // It did not run to its end, and so says nothing.
    if (outcome.kind === 'cancelled' || outcome.kind === 'refused' || outcome.kind === 'lost')
      return;
    const { name: script } = this.#config;
    if (!equalData(outcome, this.#lastOutcome)) out.push({ type: 'scriptResult', script, outcome });
    this.#lastOutcome = outcome;
    const isFirst = this.#results.isUp === undefined;
    this.#results.take(hasSucceeded(outcome));
    const isUp = this.#results.isUp === true;
    if (!isFirst && isUp === this.#fact?.isUp) return;
    this.#fact = { kind: 'script', name: script, isUp, outcome };
    out.push({ type: 'trackerChanged', fact: this.#fact, isFirst });
  }

  /** Ends a run that is under way. */
  close(out: Out): void {
    if (this.#running !== undefined) out.push({ type: 'cancelProgram', key: this.#running });
  }
}
