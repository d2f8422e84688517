/** Marks of `nftables_ipvs` in the status document, in its text and in the metrics. */
import { expect, test } from 'vitest';
import { renderStatus } from '../../../../src/cli/render-status.ts';
import { statusReport } from '../../../../src/daemon/control/status.ts';
import { createMetrics } from '../../../../src/daemon/outlets/metrics/metrics.ts';
import type { DaemonState, RuleView } from '../../../../src/daemon/supervisor/state.ts';
import { parse } from '../../../support/parse-text.ts';
import { daemonState, firewallView } from '../../../support/state-fixture.ts';

const OPTIONS = { color: false, columns: 200, width: 200 };

const { config } = parse(`global_defs {
  nftables_ipvs
}
virtual_server_group G {
  192.0.2.10-20 80
}
virtual_server group G {
  lvs_sched rr
  lvs_method DR
  protocol TCP
  real_server 10.0.0.1 80 {
  }
}
`);

const KEY = 'group G TCP';
const place = 'table keepalived_ipvs of nftables';
const IN_FORCE = firewallView({ wanted: [KEY], held: [KEY], place });

function state(marks: RuleView): DaemonState {
  if (config === undefined) throw new Error('refused');
  return daemonState({ config, rules: { marks } });
}

const lines = (marks: RuleView): string[] =>
  renderStatus(statusReport(state(marks)), OPTIONS)
    .split('\n')
    .filter((line) => line.includes('packets to its addresses'));

test('document, text and metrics say that packets are marked', async () => {
  const [server] = statusReport(state(IN_FORCE)).virtualServers;
  expect(server?.gathered).toEqual({ mark: 1000, inForce: true, place, problem: null });
  expect(lines(IN_FORCE)).toEqual([`    packets to its addresses get mark 1000, ${place}`]);
  const text = (await createMetrics(() => state(IN_FORCE)).render()).toString();
  expect(text).toContain(`tandem_group_marks_in_force{virtual_server="${KEY}"} 1\n`);
});

test('and that they are not', async () => {
  const problem = 'nftables: there is no program nft';
  const broken = { ...IN_FORCE, held: [], place: undefined, problem };
  expect(lines(broken)).toEqual([`    packets to its addresses do NOT get mark 1000: ${problem}`]);
  const text = (await createMetrics(() => state(broken)).render()).toString();
  expect(text).toContain(`tandem_group_marks_in_force{virtual_server="${KEY}"} 0\n`);
});
