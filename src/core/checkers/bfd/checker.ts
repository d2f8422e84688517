/** BFD_CHECK: up while a BFD session is. */
import type { BfdCheckConfig } from '../../model/config.ts';
import { ASKS_NOBODY, COUNTS_AT_ONCE } from '../asks-nobody.ts';
import type { Checker } from '../types.ts';

/** The row of BFD_CHECK. Of the words that other checkers have in common it has `alpha`. */
export const BFD_CHECK: Checker<BfdCheckConfig> = {
  title: 'Up while a BFD session is up',
  ...ASKS_NOBODY,
  build: (block, { label, delayLoop, alpha }, server) => {
    const session = server.session();
    if (session === undefined) return undefined;
    return {
      type: 'BFD_CHECK',
      label,
      delayLoop,
      ...COUNTS_AT_ONCE,
      alpha: block.switched('alpha') ?? alpha,
      session,
    };
  },
  settings: { session: { kind: 'work', keyword: 'name' } },
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
