/** What is kept of starts and reloads: how the last one went, and how many there were. */
import type { Origin } from '../../core/facts/main-facts.ts';
import type { ReloadVerdict, ReloadWishes } from '../../core/plan/reload-policy.ts';
import type { LoadedConfig } from './load-config.ts';
import type { ReloadState } from './state.ts';

/** Who wants a reload, and what may come of it. */
export interface ReloadWish extends ReloadWishes {
  readonly origin: Origin;
}

/** What came of it. */
export interface ReloadOutcome {
  readonly verdict: ReloadVerdict;
  /** The new configuration does not say the same as the old one. */
  readonly changed: boolean;
}

/** The record after a start. `wallMs` is the wall clock. */
export function firstLoad(loaded: LoadedConfig, wallMs: number): ReloadState {
  const now = wallMs / 1_000;
  return {
    attempts: 0,
    failures: 0,
    lastOk: true,
    lastAt: now,
    lastSuccessAt: now,
    durationSeconds: loaded.seconds,
    errors: loaded.errors,
    warnings: loaded.warnings,
    reasons: [],
  };
}

/** The record after a reload. */
export function nextLoad(
  before: ReloadState,
  load: {
    readonly verdict: ReloadVerdict;
    readonly isApplied: boolean;
    readonly seconds: number;
    readonly wallMs: number;
  },
): ReloadState {
  const { verdict, isApplied, seconds, wallMs } = load;
  const now = wallMs / 1_000;
  return {
    attempts: before.attempts + 1,
    failures: before.failures + (isApplied ? 0 : 1),
    lastOk: isApplied,
    lastAt: now,
    lastSuccessAt: isApplied ? now : before.lastSuccessAt,
    durationSeconds: seconds,
    errors: verdict.errors,
    warnings: verdict.warnings,
    reasons: verdict.reasons,
  };
}
