/** BFD_CHECK: up while a BFD session is. */
import { ZERO_DURATION } from '../../base/time.ts';
import type { BfdCheckConfig } from '../../model/config.ts';
import type { Checker } from '../types.ts';

/** The row of BFD_CHECK. Of the words that other checkers have in common it has `alpha`. */
export const BFD_CHECK: Checker<BfdCheckConfig> = {
  title: 'Up while a BFD session is up',
  defaults: { retry: 0, delayBeforeRetry: ZERO_DURATION },
  build: (block, { label, delayLoop, alpha }, server) => {
    const session = server.session();
    if (session === undefined) return undefined;
    return {
      type: 'BFD_CHECK',
      label,
      delayLoop,
      warmup: ZERO_DURATION,
      retry: 0,
      delayBeforeRetry: ZERO_DURATION,
      alpha: block.switched('alpha') ?? alpha,
      logAllFailures: false,
      session,
    };
  },
  settings: { session: { kind: 'work', keyword: 'name' } },
  rhythmSettings: [],
  timeoutReason: 'timeout',
  endpoints: () => [],
  usesPorts: false,
  attemptTime: () => ZERO_DURATION,
  turns: () => [],
  hurries: () => false,
  steps: () => [],
  tracks: ({ session }) => ({
    kind: 'bfd',
    name: session,
    judge: (fact) => {
      if (fact.kind !== 'bfd') return undefined;
      return fact.isUp
        ? { outcome: 'ok', detail: 'the session is up' }
        : { outcome: 'unreachable', detail: 'the session is not up' };
    },
  }),
};
