/**
 * The operations the kernel's IPVS table would get. The health core itself takes the new configuration over,
 * so quorum, sorry servers and servers that are down count as they will; the planner of the daemon compares
 * the tables. Without verdicts all servers of the running configuration count as alive.
 */
import { instant } from '../base/time.ts';
import { HealthMachine } from '../health/machine.ts';
import { serverKey } from '../health/server-key.ts';
import { desiredTable } from '../lvs/desired.ts';
import {
  IP_VS_SVC_F_ONEPACKET,
  IP_VS_SVC_F_PERSISTENT,
  type IpvsDestination,
  type IpvsForwarding,
  type IpvsOperation,
  type IpvsService,
} from '../lvs/ipvs-table.ts';
import { planTable } from '../lvs/table-operations.ts';
import { type Config, endpointKey } from '../model/config.ts';
import type { IpvsStep, RunningHealth } from './config-plan.ts';

const STEP = {
  addService: 'add-service',
  updateService: 'update-service',
  removeService: 'remove-service',
  addDestination: 'add-destination',
  updateDestination: 'update-destination',
  removeDestination: 'remove-destination',
} as const satisfies Record<IpvsOperation['type'], IpvsStep['operation']>;

const METHOD: Readonly<Record<IpvsForwarding, string>> = {
  direct: 'DR',
  masquerade: 'NAT',
  tunnel: 'TUN',
  localnode: 'local',
  bypass: 'bypass',
};

/** The operations in the order they would be sent, none when the tables are the same. */
export function planIpvs(
  running: Config,
  next: Config,
  health: RunningHealth | undefined,
): IpvsStep[] {
  const machine = new HealthMachine({ random: () => 0 });
  const now = instant(0);
  const known = health ?? allAlive(running);
  machine.handle(now, {
    type: 'adoptDown',
    serverKeys: known.down,
    aliveServerKeys: known.alive,
    quorumUpKeys: known.quorumUp,
  });
  machine.handle(now, { type: 'configure', virtualServers: running.virtualServers });
  const observed = desiredTable(running.virtualServers, machine);
  machine.handle(now, { type: 'configure', virtualServers: next.virtualServers });
  const desired = desiredTable(next.virtualServers, machine);
  return planTable({ observed, desired, owned: new Set(observed.keys()) }).map(stepOf);
}

function allAlive({ virtualServers }: Config): RunningHealth {
  return {
    down: [],
    alive: virtualServers.flatMap(({ key, realServers }) =>
      realServers.map(({ address, port }) => serverKey(key, endpointKey(address, port))),
    ),
    quorumUp: virtualServers.map(({ key }) => key),
  };
}

function stepOf(operation: IpvsOperation): IpvsStep {
  const base = { operation: STEP[operation.type], service: operation.key };
  if (!('destination' in operation)) return { ...base, detail: serviceDetail(operation.service) };
  const { destinationKey, destination } = operation;
  return { ...base, destination: destinationKey, detail: destinationDetail(destination) };
}

function serviceDetail({ scheduler, flags, timeoutSeconds }: IpvsService): string {
  const isPersistent = (flags & IP_VS_SVC_F_PERSISTENT) !== 0;
  const persistent = isPersistent ? ` persistent ${timeoutSeconds} s` : '';
  return `${scheduler}${persistent}${(flags & IP_VS_SVC_F_ONEPACKET) === 0 ? '' : ' ops'}`;
}

function destinationDetail(destination: IpvsDestination): string {
  return `${METHOD[destination.forwarding]} weight ${destination.weight}`;
}
