/**
 * Families about virtual servers, real servers, checks and the kernel's IPVS table. This is where the
 * number of series is: rows are built once for a scrape, families run over them.
 */
import { type Instant, instant } from '../../../core/base/time.ts';
import type {
  CheckView,
  RealServerView,
  VirtualServerView,
} from '../../../core/health/events-and-actions.ts';
import { serverKey } from '../../../core/health/server-key.ts';
import type { ServerOrder } from '../../../core/health/server-orders.ts';
import type { IpvsTraffic } from '../../frame/messages.ts';
import {
  REAL_SERVER_STATES,
  type RealServerState,
  realServerState,
} from '../../health/real-server-state.ts';
import { labelSet, withLabel } from './exposition.ts';
import {
  type CheckPlan,
  labelPlan,
  type RealServerPlan,
  type VirtualServerPlan,
  virtualServerInfo,
} from './label-plan.ts';
import { isPresent, isUp, PREFIX, type Scrape } from './scrape.ts';
import { each, type Slices } from './slices.ts';

type KernelDestination = IpvsTraffic['destinations'][number];

interface ServerRow {
  readonly plan: RealServerPlan;
  readonly view: RealServerView | undefined;
  readonly state: RealServerState | undefined;
  readonly order: ServerOrder | undefined;
  readonly kernel: readonly KernelDestination[];
}

interface ServiceRow {
  readonly plan: VirtualServerPlan;
  readonly view: VirtualServerView | undefined;
  readonly kernel: readonly IpvsTraffic[];
  readonly servers: readonly ServerRow[];
}

interface CheckRow {
  readonly plan: CheckPlan;
  readonly view: CheckView;
}

/** Writes the families; it can be halted at each `yield`, for tens of thousands of servers take their time. */
export function* writeLvsFamilies(scrape: Scrape): Slices {
  const { state } = scrape;
  if (!isPresent(state, 'health')) return;
  const orders = new Map(state.orders.orders.map((order) => [order.server, order]));
  const up = isUp(state, 'health');
  const services: ServiceRow[] = [];
  for (const plan of labelPlan(state.config).virtualServers) {
    services.push(serviceRow(plan, orders, up ? scrape : undefined));
    yield;
  }
  const servers = services.flatMap((service) => service.servers);
  const { detail } = state.config.global.metrics;
  yield* writeServices(scrape, services);
  if (detail !== 'services') {
    yield* writeServers(scrape, servers);
    yield* writeServerHistory(scrape, servers);
  }
  if (up && state.ipvs.available) {
    yield* writeServiceTraffic(scrape, services);
    if (detail !== 'services') yield* writeServerTraffic(scrape, servers);
  }
  if (!up) return;
  if (detail === 'all') yield* writeChecks(scrape, servers);
  yield* writeCheckTotals(scrape, servers);
  writeIpvs(scrape);
}

/** Without a scrape of a living health process a row has its configuration only. */
function serviceRow(
  plan: VirtualServerPlan,
  orders: ReadonlyMap<string, ServerOrder>,
  scrape: Scrape | undefined,
): ServiceRow {
  const view = scrape?.state.virtualServers.get(plan.key);
  const kernel: IpvsTraffic[] = [];
  const destinations: ReadonlyMap<string, KernelDestination>[] = [];
  for (const key of plan.serviceKeys) {
    const traffic = scrape?.state.traffic.get(key);
    if (traffic === undefined) continue;
    kernel.push(traffic);
    destinations.push(new Map(traffic.destinations.map((one) => [one.key, one])));
  }
  const views = new Map(view?.realServers.map((one) => [one.key, one]));
  const servers = plan.realServers.map((real): ServerRow => {
    const found: KernelDestination[] = [];
    for (const known of destinations) {
      for (const key of real.kernelKeys) {
        const destination = known.get(key);
        if (destination !== undefined) found.push(destination);
      }
    }
    const seen = views.get(real.key);
    return {
      plan: real,
      view: seen,
      state: seen === undefined ? undefined : realServerState(seen),
      order: orders.get(serverKey(plan.key, real.key)),
      kernel: found,
    };
  });
  return { plan, view, kernel, servers };
}

/** The scheduler is the one that the kernel runs, where that is known. */
function infoOf(plan: VirtualServerPlan, kernel: readonly IpvsTraffic[]): string {
  const other = kernel.find(({ scheduler }) => scheduler !== plan.config.scheduler);
  return other === undefined ? plan.info : virtualServerInfo(plan.config, other.scheduler);
}

function* writeServices({ out, history }: Scrape, services: readonly ServiceRow[]): Slices {
  yield;
  out.family(`${PREFIX}virtual_server_info`, 'gauge', 'Constant 1 with the settings.');
  yield* each(services, ({ plan, kernel }) => out.sample(infoOf(plan, kernel), 1));
  yield;
  out.family(`${PREFIX}virtual_server_quorum`, 'gauge', 'Weight needed.');
  yield* each(services, ({ plan }) => out.sample(plan.labels, plan.config.quorum));
  yield;
  out.family(`${PREFIX}virtual_server_quorum_changes_total`, 'counter', 'Quorum gained or lost.');
  yield* each(services, ({ plan }) => {
    const { gained, lost } = history.quorum(plan.key);
    out.sample(withLabel(plan.labels, 'to', 'gained'), gained);
    out.sample(withLabel(plan.labels, 'to', 'lost'), lost);
  });
  const gauge = function* (
    name: string,
    help: string,
    value: (view: VirtualServerView) => number | undefined,
  ): Slices {
    yield;
    out.family(`${PREFIX}virtual_server_${name}`, 'gauge', help);
    yield* each(services, ({ plan, view }) => {
      const found = view && value(view);
      if (found !== undefined) out.sample(plan.labels, found);
    });
  };
  yield* gauge('up', 'Whether the quorum is met.', (view) => (view.quorumUp ? 1 : 0));
  yield* gauge('alive_weight', 'Weight available.', (view) => view.aliveWeight);
  yield* gauge('sorry_active', 'Whether the sorry server carries the traffic.', (view) =>
    view.sorryServerActive ? 1 : 0,
  );
  yield* gauge(
    'checks_suspended',
    'Whether its checks rest because this host does not have its address (ha_suspend).',
    (view) => (view.suspended === undefined ? undefined : Number(view.suspended)),
  );
  yield* gauge(
    'panic',
    'Whether checks are not believed because too many servers failed at once (panic_threshold).',
    (view) => Number(view.inPanic === true),
  );
  yield;
  out.family(
    `${PREFIX}virtual_server_leaving_servers`,
    'gauge',
    'Servers that a reload took away and that keep their connections for a time.',
  );
  yield* each(services, ({ plan, view }) => {
    if (view !== undefined) out.sample(plan.labels, view.leaving?.length ?? 0);
  });
  yield;
  out.family(`${PREFIX}virtual_server_real_servers`, 'gauge', 'Real servers by state.');
  yield* each(services, ({ plan, view, servers }) => {
    if (view === undefined) return;
    const counts: Record<RealServerState, number> = { unchecked: 0, up: 0, down: 0 };
    for (const { state } of servers) if (state !== undefined) counts[state] += 1;
    for (const state of REAL_SERVER_STATES) {
      out.sample(withLabel(plan.labels, 'state', state), counts[state]);
    }
  });
}

function* writeServers({ out, unixSeconds }: Scrape, servers: readonly ServerRow[]): Slices {
  yield;
  out.family(`${PREFIX}real_server_info`, 'gauge', 'Constant 1 with the settings.');
  yield* each(servers, ({ plan }) => out.sample(plan.info, 1));
  yield;
  out.family(`${PREFIX}real_server_weight_configured`, 'gauge', 'Weight in the configuration.');
  yield* each(servers, ({ plan }) => out.sample(plan.labels, plan.config.weight));
  yield;
  out.family(
    `${PREFIX}real_server_order`,
    'gauge',
    'What an operator has ordered for the real server (tandem server).',
  );
  yield* each(servers, ({ plan, order }) => {
    if (order === undefined) return;
    const word = order.kind === 'drain' && order.isDrained ? 'drained' : order.kind;
    out.sample(withLabel(plan.labels, 'order', word), 1);
  });
  yield;
  out.family(`${PREFIX}real_server_state`, 'gauge', 'State set of the real server.');
  yield* each(servers, ({ plan, state }) => {
    if (state === undefined) return;
    for (const name of REAL_SERVER_STATES) out.sample(plan.states[name], state === name ? 1 : 0);
  });
  yield;
  out.family(
    `${PREFIX}real_server_last_transition_timestamp_seconds`,
    'gauge',
    'Last change between up and down.',
  );
  yield* each(servers, ({ plan, view }) => {
    if (view !== undefined) out.sample(plan.labels, unixSeconds(view.since));
  });
}

function* writeServerHistory(
  { out, state, history }: Scrape,
  servers: readonly ServerRow[],
): Slices {
  const now: Instant = instant(state.now);
  yield;
  out.family(`${PREFIX}real_server_transitions_total`, 'counter', 'Up and down transitions.');
  yield* each(servers, ({ plan }) => {
    const { ups, downs } = history.server(plan.identity);
    out.sample(plan.toUp, ups);
    out.sample(plan.toDown, downs);
  });
  yield;
  out.family(`${PREFIX}real_server_downtime_seconds_total`, 'counter', 'Time spent down.');
  yield* each(servers, ({ plan }) => {
    out.sample(plan.labels, history.downtimeUs(plan.identity, now) / 1_000_000);
  });
}

function* writeServiceTraffic({ out, state }: Scrape, services: readonly ServiceRow[]): Slices {
  yield;
  out.family(
    `${PREFIX}virtual_server_programmed`,
    'gauge',
    'Whether the service exists in the kernel.',
  );
  yield* each(services, ({ plan, kernel }) => {
    out.sample(plan.labels, kernel.length === plan.serviceKeys.length ? 1 : 0);
  });
  yield;
  out.family(
    `${PREFIX}virtual_server_refused`,
    'gauge',
    'Services of which the kernel refuses something that is configured; it is tried again.',
  );
  yield* each(services, ({ plan }) => {
    const refused = plan.serviceKeys.filter((key) => key in state.ipvs.refused.services);
    out.sample(plan.labels, refused.length);
  });
  const inKernel = services.filter((service) => service.kernel.length > 0);
  yield* writeCounters(
    out,
    'virtual_server',
    inKernel.map(({ plan, kernel }) => ({
      labels: plan.labels,
      directionIn: withLabel(plan.labels, 'direction', 'in'),
      directionOut: withLabel(plan.labels, 'direction', 'out'),
      stats: kernel,
    })),
  );
}

function* writeServerTraffic({ out }: Scrape, servers: readonly ServerRow[]): Slices {
  const known = servers.filter((server) => server.kernel.length > 0);
  const gauge = function* (
    name: string,
    help: string,
    value: (one: KernelDestination) => number,
  ): Slices {
    yield;
    out.family(`${PREFIX}real_server_${name}`, 'gauge', help);
    yield* each(known, ({ plan, kernel }) => out.sample(plan.labels, sum(kernel, value)));
  };
  yield;
  out.family(`${PREFIX}real_server_weight`, 'gauge', 'Weight in the kernel.');
  yield* each(known, ({ plan, kernel }) => out.sample(plan.labels, kernel[0]?.weight ?? 0));
  yield* gauge('connections_active', 'Active connections.', (one) => one.active);
  yield* gauge('connections_inactive', 'Inactive connections.', (one) => one.inactive);
  yield* writeCounters(
    out,
    'real_server',
    known.map(({ plan, kernel }) => ({
      labels: plan.labels,
      directionIn: plan.directionIn,
      directionOut: plan.directionOut,
      stats: kernel,
    })),
  );
}

interface CounterRow {
  readonly labels: string;
  readonly directionIn: string;
  readonly directionOut: string;
  readonly stats: readonly { readonly stats: IpvsTraffic['stats'] }[];
}

/** Connections, packets and bytes of a kind of object. */
function* writeCounters(out: Scrape['out'], kind: string, rows: readonly CounterRow[]): Slices {
  yield;
  out.family(`${PREFIX}${kind}_connections_total`, 'counter', 'Connections scheduled.');
  yield* each(rows, ({ labels, stats }) => {
    out.sample(
      labels,
      sum(stats, (one) => one.stats.connections),
    );
  });
  yield;
  out.family(`${PREFIX}${kind}_packets_total`, 'counter', 'Packets by direction.');
  yield* each(rows, ({ directionIn, directionOut, stats }) => {
    out.sample(
      directionIn,
      sum(stats, (one) => one.stats.packetsIn),
    );
    out.sample(
      directionOut,
      sum(stats, (one) => one.stats.packetsOut),
    );
  });
  yield;
  out.family(`${PREFIX}${kind}_bytes_total`, 'counter', 'Bytes by direction.');
  yield* each(rows, ({ directionIn, directionOut, stats }) => {
    out.sample(
      directionIn,
      sum(stats, (one) => one.stats.bytesIn),
    );
    out.sample(
      directionOut,
      sum(stats, (one) => one.stats.bytesOut),
    );
  });
}

function* writeChecks(scrape: Scrape, servers: readonly ServerRow[]): Slices {
  const { out, history, unixSeconds } = scrape;
  const rows: CheckRow[] = [];
  yield* each(servers, ({ plan, view }) => {
    for (const check of plan.checks) {
      const seen = view?.checks.find((candidate) => candidate.label === check.label);
      if (seen !== undefined) rows.push({ plan: check, view: seen });
    }
  });
  yield;
  out.family(`${PREFIX}check_up`, 'gauge', 'Whether the check counts as passing.');
  yield* each(rows, ({ plan, view }) => out.sample(plan.withType, view.up ? 1 : 0));
  yield;
  out.family(`${PREFIX}check_runs_total`, 'counter', 'Finished runs by outcome.');
  yield* each(rows, ({ plan, view }) => {
    out.sample(plan.success, view.runs - view.failures);
    out.sample(plan.failure, view.failures);
  });
  yield;
  out.family(`${PREFIX}check_failures_total`, 'counter', 'Failed runs by reason.');
  yield* each(servers, ({ plan }) => {
    for (const check of plan.checks) {
      const reasons = history.failures(check.identity);
      if (reasons === undefined) continue;
      for (const [reason, number] of reasons) {
        out.sample(withLabel(check.labels, 'reason', reason), number);
      }
    }
  });
  yield;
  out.family(`${PREFIX}check_consecutive_failures`, 'gauge', 'Failures in a row.');
  yield* each(rows, ({ plan, view }) => out.sample(plan.labels, view.failuresInRow));
  yield;
  out.family(`${PREFIX}check_last_run_timestamp_seconds`, 'gauge', 'Last finished run.');
  yield* each(rows, ({ plan, view }) => {
    if (view.lastEndedAt !== undefined) out.sample(plan.labels, unixSeconds(view.lastEndedAt));
  });
  yield;
  out.family(`${PREFIX}check_last_duration_seconds`, 'gauge', 'Duration of the last run.');
  yield* each(rows, ({ plan, view }) => {
    if (view.lastResult !== undefined) {
      out.sample(plan.labels, view.lastResult.elapsed / 1_000_000);
    }
  });
}

function* writeCheckTotals({ out, state }: Scrape, servers: readonly ServerRow[]): Slices {
  yield;
  out.family(`${PREFIX}checks_configured`, 'gauge', 'Checks in the configuration by type.');
  for (const [type, number] of labelPlan(state.config).checkTypes) {
    out.sample(labelSet({ type }), number);
  }
  let running = 0;
  yield* each(servers, ({ view }) => {
    for (const check of view?.checks ?? []) if (check.running) running += 1;
  });
  out.single(`${PREFIX}check_probes_running`, 'gauge', 'Probes in flight.', running);
}

function writeIpvs({ out, state }: Scrape): void {
  const { ipvs } = state;
  out.family(`${PREFIX}precondition_ok`, 'gauge', 'Results of self-tests of the host.');
  out.sample(labelSet({ check: 'ip_vs_module' }), ipvs.available ? 1 : 0);
  for (const { name, met } of state.preconditions) {
    out.sample(labelSet({ check: name }), met ? 1 : 0);
  }
  out.single(
    `${PREFIX}ipvs_commands_total`,
    'counter',
    'Operations sent to the kernel.',
    ipvs.operations,
  );
  out.single(
    `${PREFIX}ipvs_command_errors_total`,
    'counter',
    'Operations the kernel refused.',
    ipvs.refusals,
  );
  out.family(
    `${PREFIX}reconcile_drift_total`,
    'counter',
    'Kernel objects found different from the plan.',
  );
  out.sample(labelSet({ object: 'ipvs', action: 'restored' }), ipvs.repairs);
  if (!ipvs.available) return;
  out.family(
    `${PREFIX}ipvs_sync_running`,
    'gauge',
    'Halves of the connection synchronisation that the kernel runs.',
  );
  for (const { role, interface: intf, syncId } of ipvs.sync.running) {
    out.sample(labelSet({ role, intf, sync_id: String(syncId) }), 1);
  }
  out.single(`${PREFIX}ipvs_services`, 'gauge', 'Virtual services in the kernel.', ipvs.services);
  out.single(
    `${PREFIX}ipvs_destinations`,
    'gauge',
    'Destinations in the kernel.',
    ipvs.destinations,
  );
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
}
