/**
 * One check of one real server: its configuration, how far it has come, and what is known of its last
 * probe. The rules are in `verdict-rules`; when it runs is decided by the machine.
 */
import type { Duration, Instant } from '../base/time.ts';
import type { CheckConfig } from '../config/model.ts';
import type { RealServer } from './real-server.ts';
import type { SlotEntry } from './slot-queue.ts';
import type { CheckView, ProbeResult } from './types.ts';
import { type Judgement, judge, type Progress, type Rhythm } from './verdict-rules.ts';

/** How a check begins. */
export interface CheckStart {
  readonly up: boolean;
  /** The first failure counts at once, without retries. */
  readonly firstFailureCounts: boolean;
}

/** The state of a check. The machine is its only user. */
export class Check implements SlotEntry, Progress {
  readonly id: number;
  readonly server: RealServer;
  dueSlot: number | undefined;
  up: boolean;
  hasRun = false;
  tries: number;
  urlIndex = 0;
  failedUrl: number | undefined;
  /** Counts the probes; a result with another number is of a probe that was given up. */
  generation = 0;
  running = false;
  /** Due, but waiting for another probe to end. */
  queued = false;
  failuresInRow = 0;
  /** The last probe could not be made. */
  wasImpossible = false;
  changedAt: Instant;
  lastEndedAt: Instant | undefined;
  lastResult: ProbeResult | undefined;
  #config: CheckConfig;
  #rhythm: Rhythm;
  /** One configuration for each url, so that a probe is told of one url only. */
  #attempts: readonly CheckConfig[];
  #runs = 0;
  #failures = 0;

  constructor(
    id: number,
    server: RealServer,
    config: CheckConfig,
    start: CheckStart,
    now: Instant,
  ) {
    this.id = id;
    this.server = server;
    this.up = start.up;
    this.tries = start.firstFailureCounts ? config.retry : 0;
    this.changedAt = now;
    this.dueSlot = undefined;
    this.failedUrl = undefined;
    this.lastEndedAt = undefined;
    this.lastResult = undefined;
    this.#config = config;
    this.#rhythm = rhythmOf(config);
    this.#attempts = attemptsOf(config);
  }

  /** The configuration it runs with. */
  get config(): CheckConfig {
    return this.#config;
  }

  /** What the next probe has to do. */
  get attempt(): CheckConfig {
    return this.#attempts[this.urlIndex] ?? this.#config;
  }

  /** Takes a configuration with the same probe; forgiven failures never exceed the new `retry`. */
  reconfigure(config: CheckConfig): void {
    this.#config = config;
    this.#rhythm = rhythmOf(config);
    this.#attempts = attemptsOf(config);
    this.tries = Math.min(this.tries, config.retry);
  }

  /** Takes in a result that says something about the server. */
  judge(now: Instant, result: ProbeResult): Judgement {
    const succeeded = result.outcome === 'ok';
    this.#runs += 1;
    if (!succeeded) this.#failures += 1;
    this.failuresInRow = succeeded ? 0 : this.failuresInRow + 1;
    this.wasImpossible = false;
    this.#note(now, result);
    const judgement = judge(this, this.#rhythm, succeeded);
    if (judgement.verdict === 'up' || judgement.verdict === 'down') this.changedAt = now;
    return judgement;
  }

  /** Takes in that no probe could be made; true when that is news. */
  noteImpossible(now: Instant, result: ProbeResult): boolean {
    const isNews = !this.wasImpossible || this.lastResult?.detail !== result.detail;
    this.wasImpossible = true;
    this.#note(now, result);
    return isNews;
  }

  /** Time until the next probe if the last one had ended just now. */
  get pause(): Duration {
    return this.up && this.tries > 0 && this.hasRun
      ? this.#config.delayBeforeRetry
      : this.#config.delayLoop;
  }

  /** A snapshot. */
  view(): CheckView {
    return {
      id: this.id,
      label: this.#config.label,
      up: this.up,
      hasRun: this.hasRun,
      running: this.running,
      failuresInRow: this.failuresInRow,
      runs: this.#runs,
      failures: this.#failures,
      ...(this.lastResult === undefined ? {} : { lastResult: this.lastResult }),
      ...(this.lastEndedAt === undefined ? {} : { lastEndedAt: this.lastEndedAt }),
      changedAt: this.changedAt,
    };
  }

  #note(now: Instant, result: ProbeResult): void {
    this.lastResult = result;
    this.lastEndedAt = now;
  }
}

function rhythmOf(config: CheckConfig): Rhythm {
  const hasUrls = 'urls' in config;
  return {
    delayLoop: config.delayLoop,
    retry: config.retry,
    delayBeforeRetry: config.delayBeforeRetry,
    urlCount: hasUrls ? config.urls.length : 0,
    fastRecovery: hasUrls && config.fastRecovery === true,
  };
}

function attemptsOf(config: CheckConfig): readonly CheckConfig[] {
  if (!('urls' in config) || config.urls.length < 2) return [];
  return config.urls.map((url) => ({ ...config, urls: [url] }));
}
