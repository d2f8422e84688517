/** Firewall rules in the status document: what is to be dropped, and what is, as it was seen last. */
import type { FirewallStatus } from '../../core/control/status.ts';
import { isInForce } from '../../core/firewall/wish.ts';
import type { DaemonState } from '../supervisor/state.ts';

/** Null where every address accepts packets. */
export function firewallStatus(
  { rules: { closed: firewall } }: Pick<DaemonState, 'rules'>,
  moments: { age(at: number): number },
): FirewallStatus | null {
  if (firewall === undefined) return null;
  const { wanted, held, place, lookedAt, repairs, problem } = firewall;
  return {
    inForce: isInForce(firewall),
    place: place ?? null,
    wanted,
    dropped: held,
    lookedAgeSeconds: lookedAt === undefined ? null : moments.age(lookedAt),
    repairs,
    problem: problem ?? null,
  };
}
