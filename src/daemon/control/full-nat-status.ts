/** Full-NAT in the status document and the metrics: whether its rules stand, and how many source ports are left. */
import { rangeText } from '../../core/base/address-range.ts';
import type { FullNatStatus } from '../../core/control/status.ts';
import { sourcePorts } from '../../core/firewall/full-nat/source-ports.ts';
import { serviceKey } from '../../core/model/config.ts';
import type { DaemonState } from '../supervisor/state.ts';

/** What is known of each virtual server with Full-NAT, by its key. */
export function fullNatStatus({
  config,
  rules,
  traffic,
}: Pick<DaemonState, 'config' | 'rules' | 'traffic'>): ReadonlyMap<string, FullNatStatus> {
  const view = rules['full-nat'];
  const held = new Set(view?.held);
  const connections = (service: string, destination: string): number | undefined => {
    const found = traffic.get(service)?.destinations.find(({ key }) => key === destination);
    return found === undefined ? undefined : found.active + found.inactive;
  };
  const ports = sourcePorts(config.virtualServers, connections);
  const known = new Map<string, FullNatStatus>();
  for (const { key, services, fullNatSource } of config.virtualServers) {
    const found = ports.get(key);
    if (found === undefined) continue;
    known.set(key, {
      inForce: services.every((service) => held.has(serviceKey(service))),
      place: view?.place ?? null,
      problem: view?.problem ?? null,
      source: fullNatSource === undefined ? null : rangeText(fullNatSource),
      connectionsMax: found.limit,
      connections: found.used ?? null,
      server: found.server ?? null,
    });
  }
  return known;
}
