/** Heartbeats, witnesses and held takeovers as operators and Prometheus see them. */
import { expect, test } from 'vitest';
import { renderStatus } from '../../../../src/cli/render-status.ts';
import { instant } from '../../../../src/core/base/time.ts';
import type { TakeoverView } from '../../../../src/core/heartbeat/view.ts';
import type { TakeoverHold } from '../../../../src/core/vrrp/takeover-hold.ts';
import { statusReport } from '../../../../src/daemon/control/status.ts';
import { createMetrics } from '../../../../src/daemon/outlets/metrics/metrics.ts';
import type { DaemonState } from '../../../../src/daemon/supervisor/state.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { heartbeat, takeoverView, witness } from '../../../support/builders/heartbeat.ts';
import { parseExposition } from '../../../support/exposition-parser.ts';
import { nameComplaints } from '../../../support/metric-names.ts';
import {
  component,
  config,
  daemonState,
  instanceConfig,
  instanceView,
  NOW,
} from '../../../support/state-fixture.ts';

const ago = (s: number) => instant(NOW - s * 1_000_000);
const VIEW = takeoverView(instant(NOW));
const [HEARD = never()] = VIEW.heartbeats;
const [ROUTER = never()] = HEARD.routers;

function never(): never {
  throw new Error('the builder made none');
}

const VETO: TakeoverHold = {
  kind: 'heartbeat',
  heartbeat: 'LB2',
  peer: ip('10.2.0.2'),
  priority: 200,
};

function state(
  hold: TakeoverHold | undefined,
  takeover: TakeoverView | undefined = VIEW,
): DaemonState {
  const instance = instanceConfig({
    takeoverHeartbeat: { name: 'LB2', mode: 'veto' },
    takeoverWitness: 'WAN',
  });
  const view = {
    ...instanceView(instance, 'BACKUP'),
    lastAdvertisementAt: ago(12),
    ...(hold && { takeoverHeld: { since: ago(8), hold } }),
  };
  const defined = { heartbeats: [heartbeat()], witnesses: [witness()] };
  return daemonState({
    config: config([instance], [], { takeover: defined }),
    vrrp: new Map([[instance.name, view]]),
    takeover,
  });
}

const text = (of: DaemonState): string =>
  renderStatus(statusReport(of), { width: 0, color: false }).replace(/ {2,}/g, '  ');

test('the text names who holds the takeover, why and since when, what the peer says and who is silent', () => {
  const shown = text(state(VETO));
  expect(shown).toContain(
    'NO TAKEOVER for 8.0 s: LB2 (10.2.0.2) lives and is MASTER by its heartbeat; its advertisements do not arrive since 12 s',
  );
  expect(shown).toMatch(/LB2 {2}heard {2}1 h {2}10\.2\.0\.2 {2}200 ms ago {2}vrid 51 MASTER/);
  expect(shown).toContain(
    'witness WAN: 1 of 3 hosts answers, 2 must; no answer from 192.0.2.252, 192.0.2.253',
  );
  const awaited = { kind: 'witness', witness: 'WAN', answering: 0, atLeast: 2, total: 3 } as const;
  expect(text(state({ ...awaited, isAwaited: true }))).toContain(
    'the first answers of witness WAN are awaited',
  );
  expect(text(state({ ...awaited, isAwaited: false }))).toContain(
    'NO TAKEOVER for 8.0 s: 0 of 3 hosts of witness WAN answer, 2 must',
  );
  expect(text(state(undefined))).not.toContain('NO TAKEOVER');
});

test('what is wrong at the peer stands behind its state', () => {
  const routers = [
    { ...ROUTER, isSound: false },
    { ...ROUTER, vrid: 52, family: 'ipv6', state: 'BACKUP', hasWitnesses: false } as const,
  ];
  expect(text(state(undefined, { ...VIEW, heartbeats: [{ ...HEARD, routers }] }))).toContain(
    'vrid 51 MASTER (its interface is not all right), vrid 52 (IPv6) BACKUP (its witnesses do not answer)',
  );
});

test('the document has everything, and null for what is not known', () => {
  const { heartbeats, witnesses, vrrp } = statusReport(state(VETO));
  expect(vrrp.instances[0]?.takeoverHeld).toMatchObject({ by: 'heartbeat', forSeconds: 8 });
  expect(heartbeats).toMatchObject([
    {
      name: 'LB2',
      peer: '10.2.0.2',
      state: 'heard',
      silenceSeconds: 1,
      routers: [{ vrid: 51, state: 'MASTER', forSeconds: 90, source: '192.0.2.2' }],
      datagramsDropped: { forged: 3 },
    },
  ]);
  expect(witnesses).toMatchObject([{ name: 'WAN', enough: false, answering: 1, total: 3 }]);
  const dead = statusReport({
    ...state(undefined),
    components: [component('main'), component('vrrp', { up: false })],
    takeover: undefined,
  });
  expect(dead.heartbeats).toMatchObject([{ state: 'UNKNOWN', since: null, datagramsSent: null }]);
  expect(dead.witnesses).toMatchObject([{ enough: null, answering: null, total: 3 }]);
  expect(JSON.stringify([heartbeats, dead])).not.toContain('0123456789');
});

test('the metrics: what holds, who is heard, what was dropped, who answers', async () => {
  const scraped = (await createMetrics(() => state(VETO)).render()).toString();
  expect(nameComplaints(parseExposition(scraped))).toEqual([]);
  const lines = scraped
    .split('\n')
    .filter((line) => /takeover|heartbeat_(up|da|dr)|witness/.test(line));
  const found = lines.filter((line) => !line.startsWith('#'));
  expect(found).toContainEqual(
    expect.stringMatching(/^tandem_vrrp_takeover_held\{.*by="heartbeat"\} 1$/),
  );
  expect(found).toContainEqual(
    expect.stringMatching(/^tandem_vrrp_takeover_held\{.*by="witness"\} 0$/),
  );
  expect(found).toContain('tandem_heartbeat_up{heartbeat="LB2",peer="10.2.0.2"} 1');
  expect(found).toContain(
    'tandem_heartbeat_dropped_total{heartbeat="LB2",peer="10.2.0.2",reason="forged"} 3',
  );
  expect(found).toContain('tandem_witness_answering{witness="WAN"} 1');
  expect(found).toContain('tandem_witness_required{witness="WAN"} 2');
});
