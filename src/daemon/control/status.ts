/** The status document built from the state; the configuration says what must be in it. */
import { hostname } from 'node:os';
import {
  type AddressStatus,
  type CheckStatus,
  type ClaimedStatus,
  type InstanceStatus,
  type IpvsStatusReport,
  type OwnInterfaceStatus,
  type RealServerStatus,
  STATUS_VERSION,
  type StatusReport,
  type TrackerStatus,
  type TrafficStatus,
  type VirtualServerStatus,
} from '../../core/control/status.ts';
import {
  causeText,
  linkProblemText,
  trackedStateText,
  trackerText,
} from '../../core/facts/causes.ts';
import { COMPONENT_NAMES } from '../../core/facts/entry.ts';
import { conflictText } from '../../core/facts/vrrp-facts.ts';
import type {
  CheckView,
  RealServerView,
  VirtualServerView,
} from '../../core/health/events-and-actions.ts';
import { configOfLeaving } from '../../core/health/leaving-services.ts';
import { serverKey } from '../../core/health/server-key.ts';
import type { LeavingServer, ServerOrder } from '../../core/health/server-orders.ts';
import type { ClaimedAddress, VipView } from '../../core/holdings/address-ledger.ts';
import type { LinkView } from '../../core/holdings/link-ledger.ts';
import { preconditionOf } from '../../core/language/preconditions.ts';
import { methodWord } from '../../core/language/settings/texts.ts';
import type { VirtualAddressConfig } from '../../core/model/address.ts';
import {
  type CheckConfig,
  type Config,
  endpointKey,
  type RealServerConfig,
  serviceKey,
  type VirtualServerConfig,
  type VrrpInstanceConfig,
} from '../../core/model/config.ts';
import { destinationPort } from '../../core/model/destination-port.ts';
import { withVirtualLinks } from '../../core/model/virtual-links.ts';
import { CONFLICTS } from '../../core/vrrp/conflict-names.ts';
import type { Conflicting } from '../../core/vrrp/conflict-watch.ts';
import type { TrackerView, VrrpInstanceView } from '../../core/vrrp/events-and-actions.ts';
import { REASONS } from '../../core/vrrp/reasons.ts';
import type { IpvsTraffic } from '../frame/messages.ts';
import { realServerState } from '../health/real-server-state.ts';
import type { ComponentName, ComponentState, DaemonState } from '../supervisor/state.ts';
import { bfdStatus } from './bfd-status.ts';
import { firewallStatus } from './firewall-status.ts';
import { fullNatStatus } from './full-nat-status.ts';
import { gatheredStatus } from './gathered-status.ts';
import { leavingStatus, orderStatus } from './order-status.ts';
import { knownRouting, routingStatus, staticsStatus } from './routing-status.ts';
import { heartbeatStatus, takeoverHeldStatus, witnessStatus } from './takeover-status.ts';

/** Points in time of one snapshot. */
class Moments {
  readonly #now: number;
  readonly #wallMs: number;

  constructor(state: DaemonState) {
    this.#now = state.now;
    this.#wallMs = state.wallMs;
  }

  /** Seconds since a monotonic instant, to the millisecond. */
  age(at: number): number {
    return Math.round(Math.max(0, this.#now - at) / 1_000) / 1_000;
  }

  /** Seconds until a monotonic instant, to the millisecond. */
  until(at: number): number {
    return Math.round(Math.max(0, at - this.#now) / 1_000) / 1_000;
  }

  /** Seconds since a wall-clock time in seconds. */
  wallAge(seconds: number): number {
    return Math.max(0, Math.round(this.#wallMs - seconds * 1_000) / 1_000);
  }

  /** The wall-clock time of a monotonic instant. */
  iso(at: number): string {
    return new Date(this.#wallMs - (this.#now - at) / 1_000).toISOString();
  }
}

/** The document. */
export function statusReport(state: DaemonState): StatusReport {
  const moments = new Moments(state);
  const { config, reload } = state;
  return {
    statusVersion: STATUS_VERSION,
    takenAt: new Date(state.wallMs).toISOString(),
    version: state.version,
    startedAt: new Date(state.startedWallMs).toISOString(),
    uptimeSeconds: Math.round(state.wallMs - state.startedWallMs) / 1_000,
    routerId: config.global.routerId ?? hostname(),
    components: state.components.map((component) => ({
      name: COMPONENT_NAMES[component.name],
      up: component.up,
      pid: component.pid ?? null,
      restarts: component.restarts,
      heartbeatAgeSeconds: component.heartbeatAt === 0 ? null : moments.age(component.heartbeatAt),
      spareReady: component.isSpareReady ?? null,
    })),
    configuration: {
      file: state.configFile,
      loadedAt: new Date(reload.lastSuccessAt * 1_000).toISOString(),
      loadedAgeSeconds: moments.wallAge(reload.lastSuccessAt),
      lastAttemptOk: reload.lastOk,
      refusedBecause: reload.reasons,
      lastAttemptAt: new Date(reload.lastAt * 1_000).toISOString(),
      lastAttemptAgeSeconds: moments.wallAge(reload.lastAt),
      nextReloadAt:
        reload.nextAt === undefined ? null : new Date(reload.nextAt * 1_000).toISOString(),
      reloads: reload.attempts,
      reloadsRefused: reload.failures,
      errors: reload.errors,
      warnings: reload.warnings,
      notSupportedYet: config.notSupportedYet,
    },
    vrrp: vrrpStatus(state, moments),
    firewall: firewallStatus(state, moments),
    bfd: bfdStatus(state, moments),
    heartbeats: heartbeatStatus(state, moments),
    witnesses: witnessStatus(state, moments),
    ipvs: ipvsStatus(state, moments),
    preconditions: state.preconditions.map(({ name, met }) => {
      const { sysctl = name, consequence = '' } = preconditionOf(name) ?? {};
      return { check: name, setting: sysctl, met, consequence };
    }),
    virtualServers: virtualServers(state, moments),
  };
}

/** The process if it is alive and its heartbeat fresh. */
function living(state: DaemonState, name: ComponentName): ComponentState | undefined {
  return state.components.find((component) => component.name === name && component.up);
}

function vrrpStatus(state: DaemonState, moments: Moments): StatusReport['vrrp'] {
  if (!state.components.some((component) => component.name === 'vrrp')) {
    const statics = { addresses: [], routing: [] };
    return { known: false, ageSeconds: null, instances: [], groups: [], statics };
  }
  const component = living(state, 'vrrp');
  const { config } = state;
  const isWatched = living(state, 'runner') !== undefined;
  const held = viewsOf(state.vips);
  const routing = knownRouting(state);
  const groups = config.syncGroups.map((group) => {
    const view = state.groups.find((candidate) => candidate.name === group.name);
    const isKnown = component !== undefined && view !== undefined;
    return { name: group.name, state: isKnown ? view.state : 'UNKNOWN', members: group.members };
  });
  return {
    known: component !== undefined,
    ageSeconds: component === undefined ? null : moments.age(component.heartbeatAt),
    // Addresses stand on the interfaces that instances make for themselves.
    instances: withVirtualLinks(config.vrrpInstances, config.global.vrrp).map((instance) => {
      const view = component === undefined ? undefined : state.vrrp.get(instance.name);
      const group = config.syncGroups.find((one) => one.members.includes(instance.name));
      const trackers = (view?.trackers ?? []).map((one) => trackerStatus(one, isWatched));
      const leftOut = [...(instance.leftOut ?? []), ...(group?.leftOut ?? [])];
      const known = {
        group: group?.name ?? null,
        trackers,
        leftOut,
        routing: routingStatus(instance, routing),
        ownInterfaces: ownInterfacesOf(instance, state.links),
      };
      return instanceStatus(instance, view, known, held, moments);
    }),
    groups,
    statics: staticsStatus(state, routing),
  };
}

function instanceStatus(
  config: VrrpInstanceConfig,
  view: VrrpInstanceView | undefined,
  {
    group,
    trackers,
    leftOut,
    routing,
    ownInterfaces,
  }: Pick<InstanceStatus, 'group' | 'trackers' | 'leftOut' | 'routing' | 'ownInterfaces'>,
  vips: ReadonlyMap<string, VipView>,
  moments: Moments,
): InstanceStatus {
  const address = (vip: VirtualAddressConfig, excluded: boolean): AddressStatus => {
    const known = view === undefined ? undefined : vips.get(heldKey(config.name, vip));
    return {
      address: `${vip.address}/${vip.prefixLength}`,
      interface: vip.interface,
      excluded,
      held: known?.present ?? null,
      claimed: known?.claimed === undefined ? null : claimedStatus(known.claimed, moments),
    };
  };
  return {
    name: config.name,
    state: view?.state ?? 'UNKNOWN',
    since: view === undefined ? null : moments.iso(view.since),
    forSeconds: view === undefined ? null : moments.age(view.since),
    reason: view?.reason ?? null,
    reasonText: view === undefined ? null : REASONS[view.reason].words,
    cause: view?.cause === undefined ? null : causeText(view.cause),
    interface: view?.interface ?? config.interface,
    ownInterfaces,
    vrid: config.vrid,
    family: config.family,
    version: config.version,
    priority: view?.effectivePriority ?? null,
    basePriority: config.priority,
    advertIntervalSeconds: config.advertInterval / 1_000_000,
    master: view === undefined ? null : masterOf(view, moments),
    conflicts: (view?.conflicts ?? []).map((conflict) => conflictOf(conflict, moments)),
    preemptDelay: view === undefined ? null : preemptDelayOf(view, moments),
    group,
    groupWaitSeconds: view?.groupWaitSince === undefined ? null : moments.age(view.groupWaitSince),
    takeoverHeld: view === undefined ? null : takeoverHeldStatus(view, moments),
    trackers,
    leftOut,
    addresses: [
      ...config.addresses.map((vip) => address(vip, false)),
      ...config.excludedAddresses.map((vip) => address(vip, true)),
    ],
    routing,
    advertisementsSent: view?.counters.advertisementsSent ?? null,
    advertisementsReceived: view?.counters.advertisementsReceived ?? null,
  };
}

function ownInterfacesOf(
  { links = [] }: VrrpInstanceConfig,
  views: readonly LinkView[],
): OwnInterfaceStatus[] {
  return links.map(({ name, parent, kind, mac }) => {
    const view = views.find(({ link }) => link.name === name);
    return {
      name,
      parent,
      kind,
      hardwareAddress: mac ?? null,
      present: view?.isComplete ?? null,
      problem: view?.problem === undefined ? null : `${name} ${linkProblemText(view.problem)}`,
      restored: view?.restored ?? 0,
    };
  });
}

/** What the runner process watches is what it was last, while that process is down. */
function trackerStatus(
  { tracker, weight, reverse, isFault }: TrackerView,
  isWatched: boolean,
): TrackerStatus {
  const { kind, name, adds } = tracker;
  const isKnown =
    tracker.kind === 'interface' ||
    ((isWatched || tracker.kind === 'bfd') && tracker.fact !== undefined);
  const text = weight === 0 ? trackedStateText(tracker) : trackerText(tracker);
  const shown = { kind, name, known: isKnown, weight, reverse, adds, fault: isFault };
  const isOld = !isKnown && tracker.fact !== undefined;
  return { ...shown, text: isOld ? `${text}, as last known: the runner process is down` : text };
}

/** What is known of addresses, by instance and address. */
function viewsOf(vips: readonly VipView[]): ReadonlyMap<string, VipView> {
  return new Map(vips.map((vip) => [heldKey(vip.instance, vip), vip]));
}

function claimedStatus({ mac, times, at }: ClaimedAddress, moments: Moments): ClaimedStatus {
  return { hardwareAddress: mac, times, agoSeconds: moments.age(at) };
}

function heldKey(
  instance: string,
  {
    address,
    prefixLength,
    interface: device,
  }: Omit<VirtualAddressConfig, 'scope' | 'noPrefixRoute'>,
): string {
  return `${address}/${prefixLength} ${device} ${instance}`;
}

function conflictOf(conflict: Conflicting, moments: Moments): InstanceStatus['conflicts'][number] {
  const { name, address, priority, since } = conflict;
  return {
    name,
    address,
    priority,
    since: moments.iso(since),
    forSeconds: moments.age(since),
    text: conflictText(conflict),
    advice: CONFLICTS[name].advice,
  };
}

function preemptDelayOf(view: VrrpInstanceView, moments: Moments): InstanceStatus['preemptDelay'] {
  const { preemptNotBefore: end, masterAddress: address, masterPriority: priority } = view;
  if (end === undefined || address === undefined || priority === undefined) return null;
  const remainingSeconds = moments.until(end);
  // It is over: the next advertisement of that master is not heeded any more.
  return remainingSeconds === 0 ? null : { remainingSeconds, address, priority };
}

function masterOf(view: VrrpInstanceView, moments: Moments): InstanceStatus['master'] {
  if (view.state === 'MASTER') {
    return {
      address: view.primaryAddress ?? null,
      priority: view.effectivePriority,
      isThisNode: true,
      heardAgeSeconds: null,
    };
  }
  if (view.masterAddress === undefined) return null;
  return {
    address: view.masterAddress,
    priority: view.masterPriority ?? null,
    isThisNode: false,
    heardAgeSeconds:
      view.lastAdvertisementAt === undefined ? null : moments.age(view.lastAdvertisementAt),
  };
}

function ipvsStatus(state: DaemonState, moments: Moments): IpvsStatusReport {
  if (living(state, 'health') === undefined) {
    return {
      known: false,
      available: null,
      reason: '',
      readAgeSeconds: null,
      services: null,
      destinations: null,
      operations: null,
      refusals: null,
      repairs: null,
      syncDaemons: null,
      syncProblem: '',
    };
  }
  const { ipvs } = state;
  return {
    known: true,
    available: ipvs.available,
    reason: ipvs.reason,
    readAgeSeconds: ipvs.readAt === 0 ? null : moments.age(ipvs.readAt),
    services: ipvs.services,
    destinations: ipvs.destinations,
    operations: ipvs.operations,
    refusals: ipvs.refusals,
    repairs: ipvs.repairs,
    syncDaemons: ipvs.sync.running.map(({ role, interface: device, syncId }) => ({
      role,
      interface: device,
      syncId,
    })),
    syncProblem: ipvs.sync.problem,
  };
}

function virtualServers(state: DaemonState, moments: Moments): VirtualServerStatus[] {
  if (!state.components.some((component) => component.name === 'health')) return [];
  const config: Config = state.config;
  const isLiving = living(state, 'health') !== undefined;
  const hasTable = isLiving && state.ipvs.available && state.ipvs.readAt > 0;
  const fullNat = fullNatStatus(state);
  const orders = new Map(state.orders.orders.map((order) => [order.server, order]));
  const gone = (state.orders.services ?? []).map(configOfLeaving);
  const all = [...config.virtualServers, ...gone];
  return all.map((server, index) => {
    const leaving = state.orders.leaving.filter((one) => one.virtualServer === server.key);
    const view = isLiving ? state.virtualServers.get(server.key) : undefined;
    const kernel = hasTable ? server.services.map((one) => state.traffic.get(serviceKey(one))) : [];
    const refused = isLiving ? state.ipvs.refused.services : {};
    const refusals = server.services.flatMap((one) => refused[serviceKey(one)] ?? []);
    const known = { view, kernel: hasTable ? kernel : undefined, orders, leaving, refusals };
    return {
      ...virtualServerStatus(server, known, moments),
      ...(index >= config.virtualServers.length && { state: 'LEAVING' as const }),
      gathered: gatheredStatus(server, state),
      fullNat: fullNat.get(server.key) ?? null,
    };
  });
}

interface ServiceKnown {
  readonly view: VirtualServerView | undefined;
  readonly kernel: readonly (IpvsTraffic | undefined)[] | undefined;
  readonly orders: ReadonlyMap<string, ServerOrder>;
  readonly leaving: readonly LeavingServer[];
  readonly refusals: readonly string[];
}

function virtualServerStatus(
  config: VirtualServerConfig,
  { view, kernel, orders, leaving, refusals }: ServiceKnown,
  moments: Moments,
): Omit<VirtualServerStatus, 'fullNat' | 'gathered'> {
  const sorry = config.sorryServer;
  const views = new Map(view?.realServers.map((real) => [real.key, real]));
  const destinations = kernelDestinations(kernel ?? []);
  return {
    key: config.key,
    title: config.title,
    state: view === undefined ? 'UNKNOWN' : view.quorumUp ? 'UP' : 'DOWN',
    scheduler: schedulerOf(config, kernel ?? []),
    schedulerConfigured: config.scheduler,
    refusals,
    quorum: config.quorum,
    aliveWeight: view?.aliveWeight ?? null,
    persistence: persistenceOf(config),
    sorryServer:
      sorry === undefined
        ? null
        : {
            address: endpointKey(sorry.address, sorry.port),
            active: view?.sorryServerActive ?? null,
          },
    suspended: view?.suspended ?? null,
    inKernel: kernel === undefined ? null : kernel.every((service) => service !== undefined),
    realServers: config.realServers.map((real) => {
      const key = endpointKey(real.address, real.port);
      const seen = views.get(key);
      return {
        ...realServerStatus(real, key, seen, found(config, real, destinations), moments),
        order: orderStatus(orders.get(serverKey(config.key, key)), seen, moments),
      };
    }),
    leaving: leavingStatus(leaving, view, moments),
    panic: view === undefined ? null : view.inPanic === true,
  };
}

function schedulerOf(
  { scheduler }: VirtualServerConfig,
  kernel: readonly (IpvsTraffic | undefined)[],
): string {
  const found = new Set(kernel.flatMap((service) => service?.scheduler ?? []));
  return found.size === 0 ? scheduler : [...found].join(',');
}

function persistenceOf({
  persistence,
  services,
}: VirtualServerConfig): VirtualServerStatus['persistence'] {
  if (persistence === undefined) return null;
  const { timeoutSeconds, granularityPrefix } = persistence;
  const isWhole = granularityPrefix === (services[0]?.family === 'ipv6' ? 128 : 32);
  return { timeoutSeconds, prefixLength: isWhole ? null : granularityPrefix };
}

type KernelDestination = IpvsTraffic['destinations'][number];

/** Destinations of all services of a virtual server by their key. */
function kernelDestinations(
  kernel: readonly (IpvsTraffic | undefined)[],
): ReadonlyMap<string, readonly KernelDestination[]> {
  const all = new Map<string, KernelDestination[]>();
  for (const service of kernel) {
    for (const destination of service?.destinations ?? []) {
      const same = all.get(destination.key);
      if (same === undefined) all.set(destination.key, [destination]);
      else same.push(destination);
    }
  }
  return all;
}

/** The kernel knows a server by the port that its forwarding method uses. */
function found(
  server: VirtualServerConfig,
  real: RealServerConfig,
  destinations: ReadonlyMap<string, readonly KernelDestination[]>,
): KernelDestination[] {
  const keys = new Set(
    server.services.map((service) => endpointKey(real.address, destinationPort(real, service))),
  );
  return [...keys].flatMap((key) => destinations.get(key) ?? []);
}

const STATE_WORD = { up: 'UP', down: 'DOWN', unchecked: 'UNCHECKED' } as const;

function realServerStatus(
  config: RealServerConfig,
  key: string,
  view: RealServerView | undefined,
  kernel: readonly KernelDestination[],
  moments: Moments,
): Omit<RealServerStatus, 'order'> {
  return {
    key,
    state: view === undefined ? 'UNKNOWN' : STATE_WORD[realServerState(view)],
    since: view === undefined ? null : moments.iso(view.since),
    forSeconds: view === undefined ? null : moments.age(view.since),
    forwarding: methodWord(config.forwarding),
    weightConfigured: config.weight,
    weight: kernel[0]?.weight ?? null,
    damped: view === undefined ? null : view.isDamped === true,
    slowStartPercent: view?.startShare === undefined ? null : Math.round(view.startShare * 100),
    traffic: kernel.length === 0 ? null : trafficOf(kernel),
    checks: config.checks.map((check) =>
      checkStatus(
        check,
        view?.checks.find((candidate) => candidate.label === check.label),
        moments,
      ),
    ),
  };
}

function trafficOf(kernel: readonly KernelDestination[]): TrafficStatus {
  const sum = (value: (one: KernelDestination) => number): number =>
    kernel.reduce((total, one) => total + value(one), 0);
  return {
    activeConnections: sum((one) => one.active),
    inactiveConnections: sum((one) => one.inactive),
    connections: sum((one) => one.stats.connections),
    packetsIn: sum((one) => one.stats.packetsIn),
    packetsOut: sum((one) => one.stats.packetsOut),
    bytesIn: sum((one) => one.stats.bytesIn),
    bytesOut: sum((one) => one.stats.bytesOut),
  };
}

function checkStatus(
  config: CheckConfig,
  view: CheckView | undefined,
  moments: Moments,
): CheckStatus {
  const last = view?.lastResult;
  return {
    label: config.label,
    up: view?.up ?? null,
    runs: view?.runs ?? null,
    failures: view?.failures ?? null,
    failuresInRow: view?.failuresInRow ?? null,
    retry: config.retry,
    lastOutcome: last?.outcome ?? null,
    lastDetail: last?.detail ?? null,
    lastDurationSeconds: last === undefined ? null : last.elapsed / 1_000_000,
    lastAgeSeconds: view?.lastEndedAt === undefined ? null : moments.age(view.lastEndedAt),
  };
}
