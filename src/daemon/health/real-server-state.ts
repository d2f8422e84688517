/** The state of a real server in one word, the same in metrics and status. */
import type { RealServerView } from '../../core/health/events-and-actions.ts';

/** States a real server can be in. */
export const REAL_SERVER_STATES = ['unchecked', 'up', 'down'] as const;

/** One of them. */
export type RealServerState = (typeof REAL_SERVER_STATES)[number];

/** A server whose checks have not run yet takes part, but is not known to be up. */
export function realServerState(view: RealServerView): RealServerState {
  if (!view.alive) return 'down';
  const waiting = view.checks.length > 0 && view.checks.every((check) => !check.hasRun);
  return waiting ? 'unchecked' : 'up';
}
