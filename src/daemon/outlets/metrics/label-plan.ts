/**
 * What a configuration means for the metrics: the label sets of every virtual server, real server and
 * check, built once for each configuration and not at every scrape.
 */

import { methodWord } from '../../../core/language/settings/texts.ts';
import {
  type CheckConfig,
  type Config,
  endpointKey,
  type RealServerConfig,
  serviceKey,
  type VirtualServerConfig,
} from '../../../core/model/config.ts';
import { destinationPort } from '../../../core/model/destination-port.ts';
import type { RealServerState } from '../../health/real-server-state.ts';
import { labelSet, withLabel } from './exposition.ts';
import type { Slices } from './slices.ts';

/** Label sets of one check. */
export interface CheckPlan {
  readonly label: string;
  /** Identity among all checks, for `History`. */
  readonly identity: string;
  /** vs, rs, check. */
  readonly labels: string;
  readonly withType: string;
  readonly success: string;
  readonly failure: string;
}

/** Label sets of one real server. */
export interface RealServerPlan {
  readonly key: string;
  /** Identity among all real servers, for `History`. */
  readonly identity: string;
  readonly config: RealServerConfig;
  /** Keys under which the kernel may hold it: the port is that of the service but for NAT. */
  readonly kernelKeys: readonly string[];
  /** vs, rs. */
  readonly labels: string;
  readonly info: string;
  readonly states: Readonly<Record<RealServerState, string>>;
  readonly directionIn: string;
  readonly directionOut: string;
  readonly toUp: string;
  readonly toDown: string;
  readonly checks: readonly CheckPlan[];
}

/** Label sets of one virtual server. */
export interface VirtualServerPlan {
  readonly key: string;
  readonly config: VirtualServerConfig;
  readonly serviceKeys: readonly string[];
  /** vs. */
  readonly labels: string;
  readonly info: string;
  readonly realServers: readonly RealServerPlan[];
}

/** All of a configuration. */
export interface LabelPlan {
  readonly virtualServers: readonly VirtualServerPlan[];
  /** Number of checks of each type. */
  readonly checkTypes: ReadonlyMap<string, number>;
}

const PLANS: WeakMap<Config, LabelPlan> = new WeakMap();

/** The plan of a configuration; the same object for the same configuration. */
export function labelPlan(config: Config): LabelPlan {
  const work = planLabels(config);
  while (work.next().done !== true);
  const plan = PLANS.get(config);
  if (plan === undefined) throw new Error('the plan was not kept');
  return plan;
}

/** Builds the plan of a configuration, for whoever asks `labelPlan` for it then; it can be halted after each virtual server. */
export function* planLabels(config: Config): Slices {
  if (PLANS.has(config)) return;
  const checkTypes = new Map<string, number>();
  const virtualServers: VirtualServerPlan[] = [];
  const seen = new Set<string>();
  for (const server of config.virtualServers) {
    if (seen.has(server.key)) continue;
    seen.add(server.key);
    virtualServers.push(planVirtualServer(server));
    for (const real of server.realServers) {
      for (const check of real.checks) {
        const type = check.type.toLowerCase();
        checkTypes.set(type, (checkTypes.get(type) ?? 0) + 1);
      }
    }
    yield;
  }
  PLANS.set(config, { virtualServers, checkTypes });
}

/** Text that identifies a real server among all. */
export function realServerIdentity(virtualServer: string, realServer: string): string {
  return `${virtualServer}|${realServer}`;
}

/** Text that identifies a check among all. */
export function checkIdentity(virtualServer: string, realServer: string, label: string): string {
  return `${virtualServer}|${realServer}|${label}`;
}

/** Type label of a check: `tcp_check`. */
export function checkType(label: string): string {
  const ordinal = label.indexOf('#');
  return (ordinal === -1 ? label : label.slice(0, ordinal)).toLowerCase();
}

function planVirtualServer(server: VirtualServerConfig): VirtualServerPlan {
  const realServers: RealServerPlan[] = [];
  const seen = new Set<string>();
  for (const real of server.realServers) {
    const key = endpointKey(real.address, real.port);
    if (seen.has(key)) continue;
    seen.add(key);
    realServers.push(planRealServer(server, real, key));
  }
  return {
    key: server.key,
    config: server,
    serviceKeys: server.services.map(serviceKey),
    labels: labelSet({ vs: server.key }),
    info: virtualServerInfo(server, server.scheduler),
    realServers,
  };
}

/** The labels with the settings of a virtual server and the scheduler that it has. Address labels are those of a node exporter's IPVS metrics, so that both can be joined. */
export function virtualServerInfo(server: VirtualServerConfig, scheduler: string): string {
  const methods = new Set(
    server.realServers.map((real) => methodWord(real.forwarding).toLowerCase()),
  );
  const [only] = server.services.length === 1 ? server.services : [];
  const address = only?.kind === 'address' ? only : undefined;
  return labelSet({
    vs: server.key,
    local_address: address?.address ?? '',
    local_port: address === undefined ? '' : String(address.port),
    proto: address?.protocol ?? '',
    local_mark: only?.kind === 'fwmark' ? String(only.mark) : '',
    family: server.services[0]?.family ?? '',
    scheduler,
    forwarding: methods.size === 1 ? [...methods].join('') : methods.size === 0 ? '' : 'mixed',
    group: server.key.startsWith('group ') ? server.key.slice('group '.length) : '',
  });
}

function planRealServer(
  server: VirtualServerConfig,
  real: RealServerConfig,
  key: string,
): RealServerPlan {
  const labels = labelSet({ vs: server.key, rs: key });
  return {
    key,
    identity: realServerIdentity(server.key, key),
    config: real,
    kernelKeys: [
      ...new Set(
        server.services.map((service) => endpointKey(real.address, destinationPort(real, service))),
      ),
    ],
    labels,
    info: labelSet({
      vs: server.key,
      rs: key,
      remote_address: real.address,
      remote_port: real.port,
      forwarding: methodWord(real.forwarding).toLowerCase(),
    }),
    states: {
      unchecked: withLabel(labels, 'state', 'unchecked'),
      up: withLabel(labels, 'state', 'up'),
      down: withLabel(labels, 'state', 'down'),
    },
    directionIn: withLabel(labels, 'direction', 'in'),
    directionOut: withLabel(labels, 'direction', 'out'),
    toUp: withLabel(labels, 'to', 'up'),
    toDown: withLabel(labels, 'to', 'down'),
    checks: real.checks.map((check) => planCheck(server.key, key, check)),
  };
}

function planCheck(virtualServer: string, realServer: string, check: CheckConfig): CheckPlan {
  const labels = labelSet({
    vs: virtualServer,
    rs: realServer,
    check: check.label.toLowerCase(),
  });
  return {
    label: check.label,
    identity: checkIdentity(virtualServer, realServer, check.label),
    labels,
    withType: withLabel(labels, 'type', check.type.toLowerCase()),
    success: withLabel(labels, 'outcome', 'success'),
    failure: withLabel(labels, 'outcome', 'failure'),
  };
}
