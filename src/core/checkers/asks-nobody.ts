/** What checkers have in common that go by something tracked: nobody is asked, and what is known counts at once. */
import { ZERO_DURATION } from '../base/time.ts';
import type { BfdCheckConfig, CheckCommon, FileCheckConfig } from '../model/config.ts';
import type { Checker } from './types.ts';

/** The parts of their row. */
export const ASKS_NOBODY: Pick<
  Checker<BfdCheckConfig | FileCheckConfig>,
  | 'defaults'
  | 'rhythmSettings'
  | 'timeoutReason'
  | 'endpoints'
  | 'usesPorts'
  | 'attemptTime'
  | 'turns'
  | 'hurries'
  | 'steps'
> = {
  defaults: { retry: 0, delayBeforeRetry: ZERO_DURATION },
  rhythmSettings: [],
  timeoutReason: 'timeout',
  endpoints: () => [],
  usesPorts: false,
  attemptTime: () => ZERO_DURATION,
  turns: () => [],
  hurries: () => false,
  steps: () => [],
};

/** Their rhythm: there are no attempts, so none is repeated. */
export const COUNTS_AT_ONCE: Pick<
  CheckCommon,
  'warmup' | 'retry' | 'delayBeforeRetry' | 'rise' | 'logAllFailures'
> = {
  warmup: ZERO_DURATION,
  retry: 0,
  delayBeforeRetry: ZERO_DURATION,
  rise: 1,
  logAllFailures: false,
};
