/** The metrics' text: names, labels, state sets, withdrawal, counters, and that it parses. */

import { describe, expect, test } from 'vitest';
import { instant, seconds } from '../../../../../src/core/base/time.ts';
import type { MetricsDetail } from '../../../../../src/core/model/config.ts';
import type { TrackScriptConfig } from '../../../../../src/core/model/tracking.ts';
import { newCounters } from '../../../../../src/core/vrrp/counters.ts';
import { labelPlan, planLabels } from '../../../../../src/daemon/outlets/metrics/label-plan.ts';
import { createMetrics, type Metrics } from '../../../../../src/daemon/outlets/metrics/metrics.ts';
import { each } from '../../../../../src/daemon/outlets/metrics/slices.ts';
import type { DaemonState } from '../../../../../src/daemon/supervisor/state.ts';
import { ip } from '../../../../support/builders/addresses.ts';
import { routeEntries } from '../../../../support/builders/routing.ts';
import { type Family, parseExposition } from '../../../../support/exposition-parser.ts';
import { nameComplaints } from '../../../../support/metric-names.ts';
import {
  component,
  config,
  daemonState,
  instanceConfig,
  instanceView,
  NOW,
  realServer,
  traffic,
  virtualServer,
  virtualServerView,
  WALL_MS,
} from '../../../../support/state-fixture.ts';

test('O11: promtool has nothing to complain about', async () => {
  const metrics = createMetrics(() => daemonState());
  metrics.observe.heartbeat('vrrp', 150_000);
  expect(nameComplaints(await scrape(metrics))).toEqual([]);
});

test('what an instance goes on without has a series, once', async () => {
  const leftOut = [{ kind: 'script', name: 'chk', why: 'it is gone' }] as const;
  const instance = instanceConfig({ leftOut });
  const group = { name: 'G', members: [instance.name], leftOut };
  const state = daemonState({ config: { ...config([instance], []), syncGroups: [group] } });
  const families = await scrape(createMetrics(() => state));
  const labels = { tracker: 'chk', kind: 'script', vrrp: 'VI_1' };
  expect(families.get('tandem_tracker_left_out')?.samples).toMatchObject([{ labels, value: 1 }]);
  const others = await scrape(createMetrics(() => daemonState()));
  expect(others.has('tandem_tracker_left_out')).toBe(false);
});

test('changes of what is tracked are counted, the first state of each is none', async () => {
  const [view] = daemonState().vrrp.values();
  if (view === undefined) throw new Error('no instance');
  const fact = { kind: 'script', name: 'chk', isUp: true } as const;
  const tracker = { kind: 'script', name: 'chk', fact, adds: 0 } as const;
  const trackers = [{ tracker, weight: 0, reverse: false, isFault: false }];
  const base = daemonState({ vrrp: new Map([[view.name, { ...view, trackers }]]) });
  const script = { name: 'chk' } as TrackScriptConfig;
  const tracked = { ...base.config.tracked, scripts: [script] };
  const metrics = createMetrics(() => ({ ...base, config: { ...base.config, tracked } }));
  const change = (isUp: boolean, isFirst: boolean): void =>
    metrics.observe.fact({ fact: { id: 'track.changed', fact: { ...fact, isUp }, isFirst } });
  change(true, true);
  change(false, false);
  change(true, false);
  change(false, false);
  const labels = { tracker: 'chk', kind: 'script' };
  expect((await scrape(metrics)).get('tandem_tracker_changes_total')?.samples).toMatchObject([
    { labels: { ...labels, to: 'good' }, value: 1 },
    { labels: { ...labels, to: 'bad' }, value: 2 },
  ]);
});

test('H5: the loop has its turns while a large text is made', async () => {
  const servers = Array.from({ length: 100 }, (_, index) => realServer(`10.0.0.${index + 1}`));
  const services = Array.from({ length: 150 }, (_, index) =>
    virtualServer(`192.0.2.${index + 1}`, servers),
  );
  const state = daemonState({
    config: config([], services),
    virtualServers: new Map(services.map((one) => [one.key, virtualServerView(one)])),
    traffic: new Map(services.map((one) => [one.key, traffic(one)])),
  });
  const metrics = createMetrics(() => state, { snapshotMs: 0 });
  await metrics.render();
  let turns = 0;
  const turn = (): void => {
    turns++;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  expect((await metrics.render()).length).toBeGreaterThan(5_000_000);
  clearImmediate(next);
  expect(turns).toBeGreaterThan(5);
});

test('H16: metrics_detail leaves out the series of checks, and of real servers', async () => {
  const families = async (detail: MetricsDetail): Promise<string[]> => {
    const state = daemonState();
    const { metrics } = state.config.global;
    const global = { ...state.config.global, metrics: { ...metrics, detail } };
    const seen = await scrape(
      createMetrics(() => ({ ...state, config: { ...state.config, global } })),
    );
    return [...seen.keys()].filter((name) =>
      /^tandem_(?:check|real_server|virtual_server)/.test(name),
    );
  };
  const totals = [
    'tandem_checks_configured',
    'tandem_check_probes_running',
    'tandem_check_probes_total',
  ];
  const ofChecks = (name: string): boolean =>
    name.startsWith('tandem_check_') &&
    !totals.includes(name) &&
    name !== 'tandem_check_duration_seconds';
  const all = await families('all');
  expect(all.filter(ofChecks).length).toBeGreaterThan(4);
  const servers = await families('servers');
  expect(servers.sort()).toEqual(all.filter((name) => !ofChecks(name)).sort());
  const services = await families('services');
  expect(services.sort()).toEqual(
    servers.filter((name) => !name.startsWith('tandem_real_server_')).sort(),
  );
  expect(services).toContain('tandem_virtual_server_real_servers');
});

test('H16: label sets of a new configuration are made in slices', () => {
  const services = Array.from({ length: 50 }, (_, n) =>
    virtualServer(`192.0.2.${n}`, [realServer('10.0.0.1')]),
  );
  const wanted = config([], services);
  const turns = [...planLabels(wanted)];
  expect(turns.length).toBe(50);
  expect(labelPlan(wanted).virtualServers.length).toBe(50);
  expect([...planLabels(wanted)]).toEqual([]);
});

test('H16: the samples of one family are written in slices', () => {
  const written: number[] = [];
  const items = Array.from({ length: 1_000 }, (_, n) => n);
  const turns = [...each(items, (n) => written.push(n))];
  expect(turns.length).toBe(4);
  expect(written).toEqual(items);
});

/** Names, types and label names that dashboards for keepalived rely on. */
const COMPATIBILITY: readonly (readonly [string, string, string])[] = [
  ['keepalived_up', 'gauge', ''],
  ['keepalived_vrrp_state', 'gauge', 'iname,intf,vrid,ip_address'],
  ['keepalived_vrrp_excluded_state', 'gauge', 'iname,intf,vrid,ip_address'],
  ['keepalived_advertisements_received_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_advertisements_sent_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_become_master_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_release_master_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_packet_length_errors_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_advertisements_interval_errors_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_ip_ttl_errors_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_invalid_type_received_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_address_list_errors_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_authentication_invalid_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_authentication_mismatch_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_authentication_failure_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_priority_zero_received_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_priority_zero_sent_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_gratuitous_arp_delay_total', 'counter', 'iname,intf,vrid'],
  ['keepalived_exporter_build_info', 'gauge', 'version,revision,branch,goversion,goos,goarch,tags'],
];

function metricsOf(getState: () => DaemonState): Metrics {
  return createMetrics(getState, { snapshotMs: 0 });
}

async function scrape(metrics: Metrics): Promise<Map<string, Family>> {
  return parseExposition((await metrics.render()).toString('utf8'));
}

async function value(
  metrics: Metrics,
  name: string,
  labels: Record<string, string> = {},
): Promise<number | undefined> {
  const family = (await scrape(metrics)).get(name);
  return family?.samples.find((sample) =>
    Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
  )?.value;
}

describe('Metrics', () => {
  test('parse strictly: every family once with help and type, no series twice', async () => {
    const families = await scrape(metricsOf(() => daemonState()));
    expect(families.size).toBeGreaterThan(80);
    for (const [name, family] of families) {
      expect(family.help, name).not.toBe('');
      if (family.type === 'counter') expect(name).toMatch(/_total$/);
    }
  });

  test.each(COMPATIBILITY)('carry %s as a %s with labels %s', async (name, type, labels) => {
    const family = (await scrape(metricsOf(() => daemonState()))).get(name);
    expect(family?.type).toBe(type);
    expect(family?.samples.length).toBeGreaterThan(0);
    for (const sample of family?.samples ?? []) {
      expect(Object.keys(sample.labels).join(',')).toBe(labels);
    }
  });

  test('tell the compatible state once for each address, or once with an empty address', async () => {
    const bare = instanceConfig({ name: 'VI_2', vrid: 52, addresses: [] });
    const state = daemonState();
    const both = new Map([...state.vrrp, ['VI_2', instanceView(bare, 'BACKUP')] as const]);
    const families = await scrape(metricsOf(() => daemonState({ vrrp: both })));
    expect(families.get('keepalived_vrrp_state')?.samples).toEqual([
      {
        name: 'keepalived_vrrp_state',
        labels: { iname: 'VI_1', intf: 'eth0', vrid: '51', ip_address: '192.0.2.10/32' },
        value: 2,
      },
      {
        name: 'keepalived_vrrp_state',
        labels: { iname: 'VI_2', intf: 'eth0', vrid: '52', ip_address: '' },
        value: 1,
      },
    ]);
  });

  test('leave the keepalived names out when told so', async () => {
    const metrics = createMetrics(() => daemonState(), { compatibility: false });
    const names = [...(await scrape(metrics)).keys()];
    expect(names.filter((name) => name.startsWith('keepalived_'))).toEqual([]);
  });

  test('have state sets that sum to 1 for each object', async () => {
    const families = await scrape(metricsOf(() => daemonState()));
    for (const name of ['tandem_vrrp_state', 'tandem_real_server_state']) {
      const sums = new Map<string, number>();
      for (const { labels, value: one } of families.get(name)?.samples ?? []) {
        const { state: _, ...object } = labels;
        const key = JSON.stringify(object);
        sums.set(key, (sums.get(key) ?? 0) + one);
      }
      expect(sums.size).toBeGreaterThan(0);
      expect([...sums.values()].every((sum) => sum === 1)).toBe(true);
    }
  });

  test('withdraw the state of a dead vrrp process and say that it is down', async () => {
    const dead = daemonState({
      components: [component('main'), component('vrrp', { up: false }), component('health')],
    });
    const metrics = metricsOf(() => dead);
    const families = await scrape(metrics);
    expect(await value(metrics, 'tandem_component_up', { component: 'vrrp' })).toBe(0);
    expect(await value(metrics, 'keepalived_up')).toBe(0);
    for (const name of ['tandem_vrrp_state', 'keepalived_vrrp_state', 'tandem_vip_expected']) {
      expect(families.has(name), name).toBe(false);
    }
    expect(families.has('tandem_real_server_state')).toBe(true);
  });

  test('withdraw the state of a dead health process, IPVS included', async () => {
    const metrics = metricsOf(() =>
      daemonState({
        components: [component('main'), component('vrrp'), component('health', { up: false })],
        virtualServers: new Map(),
        traffic: new Map(),
      }),
    );
    const families = await scrape(metrics);
    expect(families.get('tandem_real_server_state')?.samples).toEqual([]);
    expect(families.get('tandem_virtual_server_up')?.samples).toEqual([]);
    expect(families.has('tandem_real_server_weight')).toBe(false);
    expect(families.has('tandem_precondition_ok')).toBe(false);
    expect(families.has('tandem_vrrp_state')).toBe(true);
  });

  test('O2: conflicts of two masters are gauges by their names, without the addresses that anybody can send from', async () => {
    const [view] = daemonState().vrrp.values();
    if (view === undefined) throw new Error('no instance');
    const labels = { vrrp: 'VI_1' };
    const quiet = metricsOf(() => daemonState());
    expect(await value(quiet, 'tandem_vrrp_conflict', labels)).toBe(0);
    const conflict = { name: 'deaf-peer', priority: 90, since: view.since } as const;
    const conflicts = ['10.0.0.5', '10.0.0.6'].map((one) => ({ ...conflict, address: ip(one) }));
    const vrrp = new Map([[view.name, { ...view, conflicts }]]);
    const metrics = metricsOf(() => daemonState({ vrrp }));
    expect(await value(metrics, 'tandem_vrrp_conflict', labels)).toBe(1);
    const named = { ...labels, conflict: 'deaf-peer' };
    expect(await value(metrics, 'tandem_vrrp_other_masters', named)).toBe(2);
  });

  test('count transitions by state and reason, with zeros before the first', async () => {
    const metrics = metricsOf(() => daemonState());
    const labels = {
      vrrp: 'VI_1',
      vrid: '51',
      family: 'ipv4',
      to: 'master',
      reason: 'master-timeout',
    };
    expect(await value(metrics, 'tandem_vrrp_state_changes_total', labels)).toBe(0);
    metrics.observe.fact({
      fact: {
        id: 'vrrp.transition',
        instance: 'VI_1',
        from: 'BACKUP',
        to: 'MASTER',
        reason: 'master-timeout',
      },
    });
    expect(await value(metrics, 'tandem_vrrp_state_changes_total', labels)).toBe(1);
  });

  test('V21: go on under the new name of an instance', async () => {
    const metrics = metricsOf(() => daemonState());
    const labels = {
      vrrp: 'VI_1',
      vrid: '51',
      family: 'ipv4',
      to: 'master',
      reason: 'master-timeout',
    };
    const [from, to, reason] = ['BACKUP', 'MASTER', 'master-timeout'] as const;
    const fact = { id: 'vrrp.transition', instance: 'OLD', from, to, reason } as const;
    metrics.observe.fact({ fact });
    metrics.observe.fact({ fact: { id: 'vrrp.renamed', renamed: [{ from: 'OLD', to: 'VI_1' }] } });
    expect(await value(metrics, 'tandem_vrrp_state_changes_total', labels)).toBe(1);
  });

  test('tell points in time as Unix seconds that do not flicker', async () => {
    let state = daemonState();
    const metrics = metricsOf(() => state);
    const name = 'tandem_vrrp_last_transition_timestamp_seconds';
    const first = await value(metrics, name);
    expect(first).toBeCloseTo(WALL_MS / 1_000 - 60, 3);
    // Half a second later; the wall clock has been slewed by 0.4 ms meanwhile.
    state = daemonState({ now: NOW + 500_000, wallMs: WALL_MS + 500.4 });
    expect(await value(metrics, name)).toBe(first);
  });

  test('follow the state and the kernel weight of real servers', async () => {
    const metrics = metricsOf(() => daemonState());
    const down = { rs: '10.0.0.8:80', state: 'down' };
    expect(await value(metrics, 'tandem_real_server_state', down)).toBe(1);
    const vs = 'tcp:192.0.2.10:80';
    expect(await value(metrics, 'tandem_virtual_server_real_servers', { vs, state: 'up' })).toBe(1);
    expect(await value(metrics, 'tandem_real_server_connections_total', { vs })).toBe(100);
    expect(await value(metrics, 'tandem_virtual_server_programmed', { vs })).toBe(1);
  });

  test('H10: have the scheduler that the kernel runs, and count services of which it refuses something', async () => {
    const base = daemonState();
    const vs = 'tcp:192.0.2.10:80';
    const known = base.traffic.get(vs);
    if (known === undefined) throw new Error('no service');
    const refused = { causes: [], services: { [vs]: 'change service refused' } };
    const metrics = metricsOf(() =>
      daemonState({
        traffic: new Map([[vs, { ...known, scheduler: 'wlc' }]]),
        ipvs: { ...base.ipvs, refused },
      }),
    );
    expect(await value(metrics, 'tandem_virtual_server_info', { vs, scheduler: 'wlc' })).toBe(1);
    expect(await value(metrics, 'tandem_virtual_server_refused', { vs })).toBe(1);
    const good = metricsOf(() => base);
    expect(await value(good, 'tandem_virtual_server_info', { vs, scheduler: 'rr' })).toBe(1);
    expect(await value(good, 'tandem_virtual_server_refused', { vs })).toBe(0);
  });

  test('find a DR server under the port of the service, whatever port it was given', async () => {
    const server = virtualServer('192.0.2.10', [realServer('10.0.0.7', 8080)]);
    const kernel = traffic(virtualServer('192.0.2.10', [realServer('10.0.0.7', 80)]));
    const metrics = metricsOf(() =>
      daemonState({ config: config([], [server]), traffic: new Map([[server.key, kernel]]) }),
    );
    expect(await value(metrics, 'tandem_real_server_weight', { rs: '10.0.0.7:8080' })).toBe(1);
  });

  test('count a server as unchecked until its first check has ended', async () => {
    const server = virtualServer('192.0.2.10', [realServer('10.0.0.7')]);
    const view = virtualServerView(server);
    const waiting = view.realServers.map((real) => ({
      ...real,
      checks: real.checks.map((check) => ({ ...check, hasRun: false })),
    }));
    const metrics = metricsOf(() =>
      daemonState({
        config: config([], [server]),
        virtualServers: new Map([[server.key, { ...view, realServers: waiting }]]),
      }),
    );
    expect(await value(metrics, 'tandem_real_server_state', { state: 'unchecked' })).toBe(1);
    expect(await value(metrics, 'tandem_real_server_state', { state: 'up' })).toBe(0);
  });

  test('add up downtime and never let it go back', async () => {
    const server = virtualServer('192.0.2.10', [realServer('10.0.0.7')]);
    const views = (down: boolean, since: number) => {
      const view = virtualServerView(server, down ? [0] : []);
      const realServers = view.realServers.map((real) => ({ ...real, since: instant(since) }));
      return [{ ...view, realServers }];
    };
    let now = NOW;
    const metrics = metricsOf(() => daemonState({ config: config([], [server]), now }));
    const name = 'tandem_real_server_downtime_seconds_total';
    metrics.observe.healthViews(views(true, NOW));
    now = NOW + 4_000_000;
    expect(await value(metrics, name)).toBeCloseTo(4);
    // The next view tells that it was back after three seconds already.
    metrics.observe.healthViews(views(false, NOW + 3_000_000));
    now = NOW + 60_000_000;
    expect(await value(metrics, name)).toBeCloseTo(4);
    metrics.observe.healthViews(views(true, NOW + 60_000_000));
    now = NOW + 70_000_000;
    expect(await value(metrics, name)).toBeCloseTo(13);
  });

  test('count probes, their durations and failures by reason as views come', async () => {
    const server = virtualServer('192.0.2.10', [realServer('10.0.0.7'), realServer('10.0.0.8')]);
    const metrics = metricsOf(() => daemonState({ config: config([], [server]) }));
    metrics.observe.healthViews([virtualServerView(server, [1])]);
    expect(await value(metrics, 'tandem_check_probes_total', { type: 'tcp_check' })).toBe(20);
    expect(
      await value(metrics, 'tandem_check_failures_total', {
        rs: '10.0.0.8:80',
        check: 'tcp_check#1',
        reason: 'refused',
      }),
    ).toBe(4);
    const durations = (await scrape(metrics)).get('tandem_check_duration_seconds');
    const count = durations?.samples.find((sample) => sample.name.endsWith('_count'));
    expect(count).toMatchObject({ value: 2, labels: { vs: server.key, type: 'tcp_check' } });
    // The same views again: nothing ended in between.
    metrics.observe.healthViews([virtualServerView(server, [1])]);
    expect(await value(metrics, 'tandem_check_probes_total', { type: 'tcp_check' })).toBe(20);
  });

  test('drop the series of what a reload removed', async () => {
    const one = virtualServer('192.0.2.10', [realServer('10.0.0.7'), realServer('10.0.0.8')]);
    const two = virtualServer('192.0.2.20', [realServer('10.0.0.9')]);
    let state = daemonState({ config: config([], [one, two]) });
    const metrics = metricsOf(() => state);
    metrics.observe.healthViews([virtualServerView(one), virtualServerView(two)]);
    const before = await metrics.render();
    expect(before.toString()).toContain('rs="10.0.0.9:80"');
    state = daemonState({ config: config([], [one]) });
    const after = (await metrics.render()).toString();
    expect(after).not.toContain('10.0.0.9');
    expect(after).not.toContain('192.0.2.20');
    expect(after).toContain('rs="10.0.0.8:80"');
  });

  test('tell whether an address is where it should be, and how often it was put back', async () => {
    const state = daemonState();
    const vips = state.vips.map((vip) => ({ ...vip, present: false, restored: 2 }));
    const metrics = metricsOf(() => ({ ...state, vips }));
    const labels = { vrrp: 'VI_1', vip: '192.0.2.11/32', intf: 'eth0' };
    expect(await value(metrics, 'tandem_vip_expected', labels)).toBe(1);
    expect(await value(metrics, 'tandem_vip_present', labels)).toBe(0);
    expect(await value(metrics, 'tandem_vip_restored_total', labels)).toBe(2);
  });

  test('count routes and rules by owner and kind', async () => {
    const [entry] = routeEntries('10.1.0.0/16 dev eth0');
    if (entry === undefined) throw new Error('no route');
    const one = { owner: 'V', entry, expected: true, present: true, restored: 2 };
    const missing = { ...one, present: false, restored: 0 };
    const metrics = metricsOf(() => daemonState({ routing: [one, missing, one] }));
    const labels = { vrrp: 'V', kind: 'route' };
    expect(await value(metrics, 'tandem_routing_expected', labels)).toBe(3);
    expect(await value(metrics, 'tandem_routing_present', labels)).toBe(2);
    expect(await value(metrics, 'tandem_routing_restored_total', labels)).toBe(4);
  });

  test('say whether IPVS can be used', async () => {
    const state = daemonState();
    const ipvs = { ...state.ipvs, available: false, reason: 'no ip_vs' };
    const metrics = metricsOf(() => ({ ...state, ipvs, traffic: new Map() }));
    expect(await value(metrics, 'tandem_precondition_ok', { check: 'ip_vs_module' })).toBe(0);
    expect((await scrape(metrics)).has('tandem_ipvs_services')).toBe(false);
  });

  test('H15: say which settings of the kernel are not as the configuration needs them', async () => {
    const preconditions = [
      { name: 'ip_forward', met: false },
      { name: 'ipv6_forwarding', met: true },
    ] as const;
    const metrics = metricsOf(() => ({ ...daemonState(), preconditions }));
    const name = 'tandem_precondition_ok';
    expect(await value(metrics, name, { check: 'ip_forward' })).toBe(0);
    expect(await value(metrics, name, { check: 'ipv6_forwarding' })).toBe(1);
  });

  test('count reloads by result and their origin', async () => {
    const state = daemonState();
    const reload = { ...state.reload, attempts: 3, failures: 1, lastOk: false };
    const metrics = metricsOf(() => ({ ...state, reload }));
    metrics.observe.fact({
      fact: {
        id: 'reload.refused',
        origin: 'cli',
        seconds: 0.03,
        errors: 1,
        warnings: 0,
        reasons: ['1 error'],
      },
    });
    expect(await value(metrics, 'tandem_config_reloads_total', { result: 'applied' })).toBe(2);
    expect(await value(metrics, 'tandem_config_reloads_total', { result: 'rejected' })).toBe(1);
    expect(await value(metrics, 'tandem_config_last_reload_successful')).toBe(0);
    const cli = { action: 'reload', origin: 'cli' };
    expect(await value(metrics, 'tandem_admin_actions_total', cli)).toBe(1);
  });

  test('show every counter of an instance', async () => {
    const counters = newCounters();
    const names = Object.keys(counters) as (keyof typeof counters)[];
    for (const [index, name] of names.entries()) counters[name] = 2 ** index;
    const state = daemonState();
    const [view] = state.vrrp.values();
    if (view === undefined) throw new Error('no instance');
    const metrics = metricsOf(() => ({
      ...state,
      vrrp: new Map([[view.name, { ...view, counters }]]),
    }));
    const shown = [...parseExposition(String(await metrics.render()))]
      .filter(([name]) => /^tandem_(vrrp_.*|announcements_sent)_total$/.test(name))
      .filter(([name]) => !/state_changes|unmatched/.test(name))
      .flatMap(([, { samples }]) => samples.map((sample) => sample.value));
    expect(shown.reduce((sum, one) => sum + one, 0)).toBe(2 ** names.length - 1);
  });

  test('count what operators ask for by what it was and who asked', async () => {
    const metrics = metricsOf(() => daemonState());
    const name = 'tandem_admin_actions_total';
    const cli = { action: 'resign', origin: 'cli' };
    expect(await value(metrics, name, cli)).toBe(0);
    metrics.observe.fact({
      fact: { id: 'operator.resign', target: 'VI_1', origin: 'cli', outcome: 'done' },
    });
    expect(await value(metrics, name, cli)).toBe(1);
    expect(await value(metrics, name, { action: 'failover' })).toBeUndefined();
  });

  test('give the same revision for the same settings and hide secrets from it', async () => {
    const revision = async (secret: string, priority: number): Promise<string | undefined> => {
      const instance = instanceConfig({ priority, authentication: { type: 'PASS', secret } });
      const metrics = metricsOf(() => daemonState({ config: config([instance], []) }));
      const info = (await scrape(metrics)).get('tandem_config_info');
      const { revision: digits } = info?.samples[0]?.labels ?? {};
      return digits;
    };
    expect(await revision('1111', 100)).toBe(await revision('2222', 100));
    expect(await revision('1111', 100)).not.toBe(await revision('1111', 101));
  });

  test('escape label values', async () => {
    const instance = instanceConfig({ name: 'VI "1"\\x' });
    const metrics = metricsOf(() =>
      daemonState({
        config: config([instance], []),
        vrrp: new Map([[instance.name, instanceView(instance, 'MASTER')]]),
      }),
    );
    expect(await value(metrics, 'tandem_vrrp_priority', { vrrp: 'VI "1"\\x' })).toBe(100);
  });

  test('share one text between scrapes that come together', async () => {
    let taken = 0;
    const metrics = createMetrics(() => {
      taken += 1;
      return daemonState();
    });
    const [first, second] = await Promise.all([metrics.render(), metrics.render()]);
    expect(first).toBe(second);
    expect(taken).toBe(1);
  });

  test('observe lateness of timers and count overruns', async () => {
    const metrics = metricsOf(() => daemonState());
    metrics.observe.heartbeat('vrrp', 150);
    metrics.observe.heartbeat('vrrp', seconds(0.2));
    expect(await value(metrics, 'tandem_timer_overruns_total', { component: 'vrrp' })).toBe(1);
  });
});
