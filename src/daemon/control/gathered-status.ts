/** Marks of `nftables_ipvs` in the status document: whether packets to the addresses of a virtual server get the mark of its service. */
import type { GatheredStatus } from '../../core/control/status.ts';
import type { VirtualServerConfig } from '../../core/model/config.ts';
import type { DaemonState } from '../supervisor/state.ts';

/** Null where each address is a service. */
export function gatheredStatus(
  { key, gathered }: Pick<VirtualServerConfig, 'key' | 'gathered'>,
  { rules: { marks } }: Pick<DaemonState, 'rules'>,
): GatheredStatus | null {
  if (gathered === undefined) return null;
  return {
    mark: gathered.mark,
    inForce: marks?.held.includes(key) === true,
    place: marks?.place ?? null,
    problem: marks?.problem ?? null,
  };
}
