/** Validates what in the LVS settings of `global_defs` a table row cannot say. */
import { wordAt } from '../tree.ts';
import { asOptions, last } from '../typed/access.ts';
import type { TypedBlock } from '../typed/values.ts';
import { atWord, type BuildContext } from './context.ts';

/** Words of `lvs_sync_daemon IF INSTANCE ID`: where the number of the old form stands. */
const OLD_ID = 3;

/** Reports what is wrong with the LVS settings beyond single words. */
export function validateLvsGlobals(globals: TypedBlock | undefined, context: BuildContext): void {
  const daemon = last(globals, 'lvs_sync_daemon');
  if (daemon === undefined || asOptions(daemon.values[1])?.positional[1] === undefined) return;
  const token = wordAt(daemon.statement, OLD_ID);
  atWord(
    context,
    'deprecated-keyword',
    token,
    'a number without a name is the old form of the sync id',
    {
      suggestion: `write id ${token.text}`,
    },
  );
}
