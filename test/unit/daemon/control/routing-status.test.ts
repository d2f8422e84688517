/** Routes, rules and static entries in the status document and its text. */
import { expect, test } from 'vitest';
import { routingRemarks, staticRemarks } from '../../../../src/cli/render-routing.ts';
import type { RoutingEntry } from '../../../../src/core/holdings/routing-entry.ts';
import type { RoutingView } from '../../../../src/core/holdings/routing-ledger.ts';
import { statusReport } from '../../../../src/daemon/control/status.ts';
import { routeEntries, ruleEntries } from '../../../support/builders/routing.ts';
import { daemonState, instanceConfig } from '../../../support/state-fixture.ts';

const ENTRIES = [
  ...routeEntries('10.1.0.0/16 via 192.0.2.254 dev eth0', '10.2.0.0/16 dev eth1'),
  ...ruleEntries('from 10.0.0.0/8 table 5 preference 9'),
];
const REFUSED = {
  type: 'refused',
  errno: 'ENETUNREACH',
  explanation: 'Nexthop has invalid gateway',
} as const;

function state(some: Partial<RoutingView> = {}) {
  const routes = ENTRIES.flatMap((one) => (one.kind === 'route' ? one.route : []));
  const rules = ENTRIES.flatMap((one) => (one.kind === 'rule' ? one.rule : []));
  const config = instanceConfig({ routes, rules });
  const view = (owner: string, entry: RoutingEntry): RoutingView => ({
    owner,
    entry,
    expected: true,
    present: true,
    restored: 1,
    ...some,
  });
  const base = daemonState();
  const statics = { addresses: [], routes, rules: [], trackGroups: [] };
  return daemonState({
    config: { ...base.config, vrrpInstances: [config], statics },
    routing: [
      ...ENTRIES.map((entry) => view(config.name, entry)),
      ...ENTRIES.slice(0, 2).map((entry) => view('static entries', entry)),
    ],
  });
}

test('all that is configured is in the document, with what the kernel has', () => {
  const { vrrp } = statusReport(state());
  expect(vrrp.instances[0]?.routing).toEqual([
    {
      kind: 'route',
      entry: 'route 10.1.0.0/16 via 192.0.2.254 dev eth0',
      set: true,
      restored: 1,
      problem: null,
    },
    { kind: 'route', entry: 'route 10.2.0.0/16 dev eth1', set: true, restored: 1, problem: null },
    {
      kind: 'rule',
      entry: 'rule preference 9 from 10.0.0.0/8 table 5',
      set: true,
      restored: 1,
      problem: null,
    },
  ]);
  expect(vrrp.statics.routing.map(({ set }) => set)).toEqual([true, true]);
});

test('what is not known is null, and no remark calls it missing', () => {
  const report = statusReport({ ...state(), routing: [] });
  const [one] = report.vrrp.instances;
  expect(one?.routing.map(({ set }) => set)).toEqual([null, null, null]);
  expect(one && routingRemarks(one)).toEqual([{ text: '0 of 3 routes and rules set' }]);
});

test('the text counts them, and names what is not as it should be', () => {
  const well = statusReport(state());
  const [one] = well.vrrp.instances;
  expect(one && routingRemarks(one)).toEqual([{ text: '3 of 3 routes and rules set' }]);
  expect(staticRemarks(well)).toEqual([{ text: '2 of 2 routes and rules set' }]);
  const bad = statusReport(state({ present: false, problem: REFUSED }));
  expect(staticRemarks(bad).map(({ text }) => text)).toEqual([
    '0 of 2 routes and rules set',
    'not set: route 10.1.0.0/16 via 192.0.2.254 dev eth0: Nexthop has invalid gateway (ENETUNREACH)',
    'not set: route 10.2.0.0/16 dev eth1: Nexthop has invalid gateway (ENETUNREACH)',
  ]);
});
