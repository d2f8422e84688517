/** Has another process of a role do one thing in the place of one that is gone, and end. */
import type { StopOutcome } from './role-process.ts';

/** A substitute that takes longer is killed: it had one thing to do. But it may have to load first, on a machine that is busy with our end. */
const SUBSTITUTE_MS_MAX = 8_000;

/** The part of a process that is needed here. */
interface Substitute<Order> {
  finish(order: Order & object, milliseconds: number): Promise<StopOutcome>;
}

/**
 * The spare does it when it is ready, else a new process. Resolves with how it ended; `absent` when none could
 * be started.
 */
export async function substitute<Order>(
  order: Order & object,
  from: {
    readonly spare: () => Substitute<Order> | undefined;
    readonly start: () => Substitute<Order> | undefined;
  },
): Promise<StopOutcome> {
  const outcome = await from.spare()?.finish(order, SUBSTITUTE_MS_MAX);
  // What killed the process may have killed its spare, and we have not heard of it yet.
  if (outcome !== undefined && outcome.end !== 'died') return outcome;
  return (await from.start()?.finish(order, SUBSTITUTE_MS_MAX)) ?? { end: 'absent' };
}
