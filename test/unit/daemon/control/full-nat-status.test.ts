/** Full-NAT in the status document, in its text and in the metrics. */
import { expect, test } from 'vitest';
import { renderStatus } from '../../../../src/cli/render-status.ts';
import { statusReport } from '../../../../src/daemon/control/status.ts';
import { createMetrics } from '../../../../src/daemon/outlets/metrics/metrics.ts';
import type { RuleView } from '../../../../src/daemon/supervisor/state.ts';
import { parse } from '../../../support/parse-text.ts';
import { daemonState, firewallView } from '../../../support/state-fixture.ts';

const OPTIONS = { color: false, columns: 200, width: 200 };

const { config } = parse(`virtual_server 192.0.2.10 80 {
  lvs_sched rr
  lvs_method FNAT
  fnat_source 10.0.0.20-21
  protocol TCP
  real_server 10.0.0.1 8080 {
  }
}
virtual_server 192.0.2.10 81 {
  lvs_sched rr
  lvs_method NAT
  protocol TCP
  real_server 10.0.0.1 8080 {
  }
}
`);

const KEY = 'tcp:192.0.2.10:80';
const IN_FORCE = firewallView({
  wanted: [KEY],
  held: [KEY],
  place: 'table tandem_fnat of nftables',
  repairs: 3,
});

function state(view: RuleView | undefined) {
  if (config === undefined) throw new Error('refused');
  const some = daemonState({ config, rules: view === undefined ? {} : { 'full-nat': view } });
  const [key, one] = [...some.traffic][0] ?? [];
  const [destination] = one?.destinations ?? [];
  if (key === undefined || one === undefined || destination === undefined) return some;
  const held = { ...destination, key: '10.0.0.1:8080', active: 60_000, inactive: 60_000 };
  return { ...some, traffic: new Map([[KEY, { ...one, destinations: [held] }]]) };
}

test('the document says what servers see, the limit and how near it is', () => {
  const [first, second] = statusReport(state(IN_FORCE)).virtualServers;
  expect(first?.fullNat).toEqual({
    inForce: true,
    place: 'table tandem_fnat of nftables',
    problem: null,
    source: '10.0.0.20-10.0.0.21',
    connectionsMax: 129_024,
    connections: 120_000,
    server: '10.0.0.1:8080',
  });
  expect(first?.realServers[0]?.forwarding).toBe('FNAT');
  expect([second?.fullNat, second?.realServers[0]?.forwarding]).toEqual([null, 'NAT']);
});

test('the text has a line for it, and one when the rules do not stand', () => {
  const lines = (view: RuleView | undefined): string[] =>
    renderStatus(statusReport(state(view)), OPTIONS)
      .split('\n')
      .filter((line) => line.includes('Full-NAT'));
  const from =
    '    Full-NAT: servers see 10.0.0.20-10.0.0.21; at most 129024 connections to each, 120000 at 10.0.0.1:8080';
  expect(lines(IN_FORCE)).toEqual([from]);
  const broken = { ...IN_FORCE, held: [], place: undefined, problem: 'there is no program nft' };
  expect(lines(broken)).toEqual([
    from,
    '    Full-NAT: the rules do NOT stand: there is no program nft',
  ]);
});

test('the metrics have it for services of FNAT alone', async () => {
  const text = (await createMetrics(() => state(IN_FORCE)).render()).toString();
  expect(text).toContain(`tandem_full_nat_in_force{virtual_server="${KEY}"} 1\n`);
  expect(text).toContain(`tandem_full_nat_connections_max{virtual_server="${KEY}"} 129024\n`);
  expect(text).toContain(`tandem_full_nat_connections{virtual_server="${KEY}"} 120000\n`);
  expect(text).toContain('tandem_full_nat_repairs_total 3\n');
  expect(text).not.toContain('full_nat_in_force{virtual_server="tcp:192.0.2.10:81"}');
  const none = (await createMetrics(() => daemonState()).render()).toString();
  expect(none).not.toContain('full_nat');
});
