/** Builders of daemon states for the tests of status and metrics. */

import { instant, seconds } from '../../src/core/base/time.ts';
import type { VirtualServerView } from '../../src/core/health/events-and-actions.ts';
import { NO_ORDERS } from '../../src/core/health/server-orders.ts';
import {
  type Config,
  endpointKey,
  type RealServerConfig,
  type VirtualServerConfig,
  type VrrpInstanceConfig,
} from '../../src/core/model/config.ts';
import { newCounters } from '../../src/core/vrrp/counters.ts';
import type {
  VrrpCounters,
  VrrpInstanceView,
  VrrpState,
} from '../../src/core/vrrp/events-and-actions.ts';
import type { IpvsTraffic } from '../../src/daemon/frame/messages.ts';
import type { ComponentState, DaemonState, RuleView } from '../../src/daemon/supervisor/state.ts';
import { ip, vip } from './builders/addresses.ts';
import { tcpCheck } from './builders/check.ts';
import { announce, instance } from './builders/instance.ts';
import {
  addressService,
  realServer as builtServer,
  virtualServer as builtService,
} from './builders/service.ts';

/** Moment of all snapshots, monotonic microseconds. */
export const NOW: number = 5_000_000_000;
/** The same moment on the wall clock, milliseconds. */
export const WALL_MS: number = 1_700_000_000_000;

/** Counters at zero, or with some of them set. */
export function counters(some: Partial<VrrpCounters> = {}): VrrpCounters {
  return { ...newCounters(), ...some };
}

/** The configuration of an instance. */
export function instanceConfig(some: Partial<VrrpInstanceConfig> = {}): VrrpInstanceConfig {
  return instance({
    name: 'VI_1',
    addresses: [vip('192.0.2.10')],
    announce: announce({
      repeat: 5,
      delay: seconds(5),
      lowerPriorityRepeat: 5,
      lowerPriorityDelay: seconds(5),
    }),
    ...some,
  });
}

/** The view of an instance in a state. */
export function instanceView(
  config: VrrpInstanceConfig,
  state: VrrpState,
  some: Partial<VrrpInstanceView> = {},
): VrrpInstanceView {
  return {
    name: config.name,
    state,
    since: instant(NOW - 60_000_000),
    reason: state === 'MASTER' ? 'master-timeout' : 'startup',
    interface: config.interface,
    ifindex: 2,
    vrid: config.vrid,
    family: config.family,
    version: config.version,
    basePriority: config.priority,
    effectivePriority: config.priority,
    advertInterval: config.advertInterval,
    masterAdvertInterval: config.advertInterval,
    masterDownInterval: seconds(3.6),
    skewTime: seconds(0.6),
    conflicts: [],
    primaryAddress: ip('192.0.2.1'),
    addresses: config.addresses,
    excludedAddresses: config.excludedAddresses,
    trackers: [],
    garpDelay: seconds(5),
    counters: counters(),
    ...some,
  };
}

/** A real server with one TCP check. */
export function realServer(text: string, port = 80): RealServerConfig {
  const target = { address: ip(text), port, connectTimeout: seconds(5) };
  const timings = { delayLoop: seconds(3), retry: 3, delayBeforeRetry: seconds(3) };
  return builtServer(text, port, { checks: [tcpCheck({ ...timings, target })] });
}

/** A virtual server on one address with the given real servers. */
export function virtualServer(
  text: string,
  realServers: readonly RealServerConfig[],
  port = 80,
): VirtualServerConfig {
  return builtService({
    title: `${text} ${port}`,
    services: [addressService(text, port)],
    scheduler: 'rr',
    realServers,
  });
}

/** The view of a virtual server whose servers are alive, but for those at the given positions. */
export function virtualServerView(
  config: VirtualServerConfig,
  down: readonly number[] = [],
): VirtualServerView {
  const alive = config.realServers.length - down.length;
  return {
    key: config.key,
    title: config.title,
    quorumUp: alive > 0,
    sorryServerActive: false,
    aliveWeight: alive,
    realServers: config.realServers.map((real, index) => {
      const up = !down.includes(index);
      return {
        key: endpointKey(real.address, real.port),
        alive: up,
        since: instant(NOW - 30_000_000),
        configuredWeight: real.weight,
        ...(up ? { effectiveWeight: real.weight } : {}),
        checks: real.checks.map((check, position) => ({
          id: index * 10 + position,
          label: check.label,
          up,
          hasRun: true,
          running: false,
          failuresInRow: up ? 0 : 4,
          runs: 10,
          failures: up ? 0 : 4,
          lastResult: up
            ? { outcome: 'ok', detail: '', elapsed: seconds(0.001) }
            : { outcome: 'refused', detail: 'connection refused', elapsed: seconds(0.0004) },
          lastEndedAt: instant(NOW - 1_000_000),
          changedAt: instant(NOW - 30_000_000),
        })),
      };
    }),
  };
}

/** What the kernel shows of a virtual server's alive servers. */
export function traffic(config: VirtualServerConfig, connections = 100): IpvsTraffic {
  const stats = {
    connections,
    packetsIn: connections * 5,
    packetsOut: 0,
    bytesIn: connections * 400,
    bytesOut: 0,
  };
  return {
    serviceKey: config.key,
    scheduler: config.scheduler,
    stats,
    destinations: config.realServers.map((real) => ({
      key: endpointKey(real.address, real.port),
      weight: real.weight,
      active: 2,
      inactive: 3,
      stats,
    })),
  };
}

/** A configuration of instances and virtual servers. */
export function config(
  vrrpInstances: readonly VrrpInstanceConfig[],
  virtualServers: readonly VirtualServerConfig[],
  some: Partial<Config> = {},
): Config {
  return {
    global: {
      routerId: 'lb01',
      vrrpStartupDelay: seconds(0),
      logUnknownVrids: false,
      metrics: { enabled: true, address: ip('127.0.0.1'), port: 9165, detail: 'all' },
      switchesConntrack: false,
      removeIpvsOnStop: true,
    },
    vrrpInstances,
    syncGroups: [],
    virtualServers,
    tracked: { scripts: [], processes: [], files: [], bfd: [] },
    notSupportedYet: [],
    ...some,
  };
}

/** A living component. */
export function component(
  name: ComponentState['name'],
  some: Partial<ComponentState> = {},
): ComponentState {
  return {
    name,
    up: true,
    pid: 100,
    heartbeatAt: NOW - 500_000,
    restarts: 0,
    latenessUs: 200,
    ...some,
  };
}

/** Rules for two addresses, one of which is open. */
export function firewallView(some: Partial<RuleView> = {}): RuleView {
  return {
    wanted: ['192.0.2.10', 'fe80::1%eth0'],
    held: ['192.0.2.10'],
    place: 'table keepalived of nftables',
    lookedAt: NOW - 1_000_000,
    repairs: 2,
    problem: undefined,
    ...some,
  };
}

/** A whole state: one master instance, one virtual server of two, the second of them down. */
export function daemonState(some: Partial<DaemonState> = {}): DaemonState {
  const master = instanceConfig({ excludedAddresses: [vip('192.0.2.11')] });
  const server = virtualServer('192.0.2.10', [realServer('10.0.0.7'), realServer('10.0.0.8')]);
  return {
    now: NOW,
    wallMs: WALL_MS,
    bfd: undefined,
    takeover: undefined,
    trackers: [],
    rules: {},
    orders: NO_ORDERS,
    routing: [],
    version: '0.1.0',
    startedWallMs: WALL_MS - 3_600_000,
    configFile: '/etc/keepalived/keepalived.conf',
    config: config([master], [server]),
    components: [component('main'), component('vrrp'), component('health')],
    reload: {
      attempts: 0,
      failures: 0,
      lastOk: true,
      lastAt: WALL_MS / 1_000 - 3_600,
      lastSuccessAt: WALL_MS / 1_000 - 3_600,
      durationSeconds: 0.02,
      errors: 0,
      warnings: 0,
      reasons: [],
    },
    vrrp: new Map([[master.name, instanceView(master, 'MASTER')]]),
    groups: [],
    vrrpRouter: {
      vridErrors: 0,
      checksumErrors: 0,
      versionErrors: 0,
      packetLengthErrors: 0,
      ipTtlErrors: 0,
      invalidTypePackets: 0,
    },
    links: [],
    vips: [...master.addresses, ...master.excludedAddresses].map((held) => ({
      instance: master.name,
      address: held.address,
      prefixLength: held.prefixLength,
      interface: held.interface,
      expected: true,
      present: true,
      restored: 0,
    })),
    virtualServers: new Map([[server.key, virtualServerView(server, [1])]]),
    ipvs: {
      available: true,
      reason: '',
      readAt: NOW - 2_000_000,
      services: 1,
      destinations: 1,
      operations: 3,
      refusals: 0,
      sync: { running: [], problem: '' },
      repairs: 0,
      refused: { causes: [], services: {} },
    },
    preconditions: [],
    traffic: new Map([[server.key, traffic(server)]]),
    ...some,
  };
}
