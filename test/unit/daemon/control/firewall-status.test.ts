/** Addresses that accept no packets in the status document, in its text and in the metrics. */
import { expect, test } from 'vitest';
import { renderStatus } from '../../../../src/cli/render-status.ts';
import { statusReport } from '../../../../src/daemon/control/status.ts';
import { createMetrics } from '../../../../src/daemon/outlets/metrics/metrics.ts';
import type { RuleView } from '../../../../src/daemon/supervisor/state.ts';
import { daemonState, firewallView } from '../../../support/state-fixture.ts';

const OPTIONS = { color: false, columns: 200, width: 200 };

function linesOf(firewall: RuleView | undefined): string[] {
  const text = renderStatus(
    statusReport(daemonState({ rules: firewall === undefined ? {} : { closed: firewall } })),
    OPTIONS,
  );
  return text.split('\n').filter((line) => line.includes('packets are'));
}

test('without such an address nothing is shown', async () => {
  expect(statusReport(daemonState()).firewall).toBeNull();
  expect(linesOf(undefined)).toEqual([]);
  const metrics = await createMetrics(() => daemonState()).render();
  expect(metrics.toString()).not.toContain('firewall');
});

test('an address whose packets are not dropped stands out, in the document, the text and the metrics', async () => {
  const firewall = firewallView();
  expect(statusReport(daemonState({ rules: { closed: firewall } })).firewall).toEqual({
    inForce: false,
    place: 'table keepalived of nftables',
    wanted: ['192.0.2.10', 'fe80::1%eth0'],
    dropped: ['192.0.2.10'],
    lookedAgeSeconds: 1,
    repairs: 2,
    problem: null,
  });
  expect(linesOf(firewall)).toEqual([
    '  192.0.2.10: packets are dropped, table keepalived of nftables, restored 2 times',
    '  fe80::1%eth0: packets are NOT dropped',
  ]);
  const metrics = (
    await createMetrics(() =>
      daemonState({ rules: firewall === undefined ? {} : { closed: firewall } }),
    ).render()
  ).toString();
  expect(metrics).toContain('tandem_firewall_in_force 0\n');
  expect(metrics).toContain('tandem_firewall_address_dropped{address="fe80::1%eth0"} 0\n');
  expect(metrics).toContain('tandem_firewall_repairs_total 2\n');
});

test('the reason stands beside what it concerns, and an old look bears its age', () => {
  const problem = 'nftables: there is no program nft';
  const none = firewallView({ held: [], place: undefined, lookedAt: undefined, problem });
  expect(linesOf(none)).toEqual([`  192.0.2.10 fe80::1%eth0: packets are NOT dropped: ${problem}`]);
  const old = firewallView({ wanted: ['192.0.2.10'], lookedAt: 1_000_000, repairs: 1 });
  expect(linesOf(old)[0]).toMatch(/nftables, restored once \(as seen .* ago\)$/);
});
