/**
 * What one result means for a check: its verdict, and when to look again. Two rhythms exist. A plain
 * check is up after one success (`rise` of them) and down after `retry` + 1 failures in a row. A check with a list of
 * urls looks at one url at a time; when one has failed, that url has to work first, and then the whole
 * list once. Both follow keepalived, whose busy loop under `fast_recovery` is not taken over.
 */
import { type Duration, microseconds, ZERO_DURATION } from '../base/time.ts';

/** The part of a check that results change. */
export interface Progress {
  /** The verdict that counts for the server. */
  up: boolean;
  /** A probe has ended since the check began, so the verdict is no longer a guess. */
  hasRun: boolean;
  /** Failures in a row that were forgiven; starts at `retry` when the first failure shall count. */
  tries: number;
  /** Successes in a row of a check that is down and needs several. */
  successes: number;
  /** The turn to take next, when the check has a list of them (urls). */
  turn: number;
  /** The turn that took the check down and has not worked since. */
  failedTurn: number | undefined;
}

/** What the rules need to know of the configuration. */
export interface Rhythm {
  readonly delayLoop: Duration;
  readonly retry: number;
  /** The pause behind a failure that is forgiven. */
  readonly delayBeforeRetry: Duration;
  /** Successes in a row that bring it up. */
  readonly rise: number;
  /** The period while it is down. */
  readonly delayWhileDown: Duration;
  /** The pause while successes are counted. */
  readonly delayWhileRising: Duration;
  /** Number of turns; 0 for a plain check. */
  readonly turnCount: number;
  /** No pause between the turns until the check is up (keyword `fast_recovery`). */
  readonly hurries: boolean;
  /** While it is down, each period has `retry` + 1 attempts. */
  readonly retriesWhileDown: boolean;
}

/** What came of a result. */
export interface Judgement {
  /**
   * `kept`: as before; `forgiven`: failed with retries left; `up` and `down`: the verdict changed;
   * `stillDown`: the first failure of a check that had started as failed.
   */
  readonly verdict: 'kept' | 'forgiven' | 'up' | 'down' | 'stillDown';
  /** From the end of this probe to the start of the next. */
  readonly delay: Duration;
  /** Attempts left before the check goes down; 0 unless `forgiven`. */
  readonly retriesLeft: number;
}

/** Takes in the result of a probe: changes `progress` and says what follows. */
export function judge(progress: Progress, rhythm: Rhythm, succeeded: boolean): Judgement {
  if (succeeded) {
    progress.tries = 0;
    return rhythm.turnCount > 0 ? turnSucceeded(progress, rhythm) : passed(progress, rhythm);
  }
  progress.successes = 0;
  const { retry, delayBeforeRetry } = rhythm;
  if ((progress.up || rhythm.retriesWhileDown) && progress.tries < retry) {
    const retriesLeft = retry - progress.tries;
    progress.tries += 1;
    if (progress.up) return { verdict: 'forgiven', delay: delayBeforeRetry, retriesLeft };
    return { verdict: 'kept', delay: delayBeforeRetry, retriesLeft: 0 };
  }
  return rhythm.turnCount > 0
    ? turnFailed(progress, rhythm)
    : failed(progress, rhythm.delayWhileDown);
}

function turnSucceeded(progress: Progress, rhythm: Rhythm): Judgement {
  if (progress.failedTurn === progress.turn) {
    progress.failedTurn = undefined;
    progress.turn = 0;
    return { verdict: 'kept', delay: turnPause(progress, rhythm), retriesLeft: 0 };
  }
  if (progress.turn + 1 < rhythm.turnCount) {
    progress.turn += 1;
    return { verdict: 'kept', delay: turnPause(progress, rhythm), retriesLeft: 0 };
  }
  progress.turn = 0;
  return passed(progress, rhythm);
}

function turnFailed(progress: Progress, rhythm: Rhythm): Judgement {
  const { delayLoop, delayBeforeRetry, delayWhileDown } = rhythm;
  const longPause = microseconds(Math.max(delayBeforeRetry, delayWhileDown));
  if (progress.up || !progress.hasRun) {
    progress.failedTurn = progress.turn;
    return failed(progress, longPause);
  }
  if (progress.failedTurn === progress.turn) return failed(progress, longPause);
  // Another url fails while the list is walked for recovery: it is asked again at the short pause.
  return failed(progress, delayBeforeRetry > 0 ? delayBeforeRetry : delayLoop);
}

/** No pause between urls under `fast_recovery` until the check is up. */
function turnPause(progress: Progress, rhythm: Rhythm): Duration {
  const recovering = !progress.up && progress.failedTurn === undefined;
  const skips = rhythm.hurries && (recovering || !progress.hasRun);
  return skips ? ZERO_DURATION : rhythm.delayLoop;
}

function passed(progress: Progress, rhythm: Rhythm): Judgement {
  const { delayLoop: delay, delayWhileRising, rise } = rhythm;
  progress.hasRun = true;
  if (progress.up) return { verdict: 'kept', delay, retriesLeft: 0 };
  progress.successes += 1;
  if (progress.successes < rise)
    return { verdict: 'kept', delay: delayWhileRising, retriesLeft: 0 };
  progress.up = true;
  progress.successes = 0;
  return { verdict: 'up', delay, retriesLeft: 0 };
}

function failed(progress: Progress, delay: Duration): Judgement {
  let verdict: Judgement['verdict'] = progress.up ? 'down' : 'kept';
  if (!progress.up && !progress.hasRun) verdict = 'stillDown';
  progress.up = false;
  progress.hasRun = true;
  progress.tries = 0;
  return { verdict, delay, retriesLeft: 0 };
}
