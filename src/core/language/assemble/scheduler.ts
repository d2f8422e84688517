/** Builds the scheduler and its flags. A flag counts for the scheduler that stands above it. */
import { last } from '../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../typed/values.ts';
import { atStatement, type BuildContext } from './context.ts';

/** Flags and the bit each sets (`IP_VS_SVC_F_SCHED1` to `3`, `linux/ip_vs.h`). */
const FLAG_BITS: Readonly<Record<string, 1 | 2 | 3 | undefined>> = {
  'flag-1': 1,
  'flag-2': 2,
  'flag-3': 3,
  'sh-fallback': 1,
  'mh-fallback': 1,
  'sh-port': 2,
  'mh-port': 2,
};

/** The scheduler, undefined when none is given, and its flags, ascending. */
export function schedulerOf(
  block: TypedBlock,
  context: BuildContext,
): { readonly name: string | undefined; readonly flags: readonly (1 | 2 | 3)[] } {
  const bits = new Set<1 | 2 | 3>();
  let current: string | undefined;
  for (const typed of block.statements) {
    const { name } = typed.keyword;
    if (name === 'lvs_sched' && typed.usable && typeof typed.values[0] === 'string')
      current = typed.values[0];
    const bit = FLAG_BITS[name];
    if (bit === undefined && name !== 'hashed') continue;
    if (bit !== undefined && (name.startsWith('flag-') || name.slice(0, 2) === current))
      bits.add(bit);
    else reportIdle(typed, current, block, context);
  }
  return { name: current, flags: [...bits].sort() };
}

/** A flag of another scheduler: keepalived complains unless the scheduler is one of the hashing ones. */
function reportIdle(
  typed: TypedStatement,
  scheduler: string | undefined,
  block: TypedBlock,
  context: BuildContext,
): void {
  const { name } = typed.keyword;
  if (scheduler === 'sh' || scheduler === 'mh') {
    if (name !== 'hashed')
      atStatement(
        context,
        'no-effect',
        typed.statement,
        `"${name}" has no effect with scheduler ${scheduler}`,
      );
    return;
  }
  const needed = name.startsWith('mh') ? 'mh' : 'sh';
  atStatement(
    context,
    'setting-reset',
    typed.statement,
    `"${name}" needs lvs_sched ${needed} above it and is ignored`,
    {
      suggestion:
        last(block, 'lvs_sched')?.values[0] === needed ? 'move it below lvs_sched' : undefined,
    },
  );
}
