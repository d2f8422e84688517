/** The rules shipped for Prometheus speak of series that exist. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { instant } from '../../../../../src/core/base/time.ts';
import { createMetrics } from '../../../../../src/daemon/outlets/metrics/metrics.ts';
import type { DaemonState } from '../../../../../src/daemon/supervisor/state.ts';
import { takeoverView } from '../../../../support/builders/heartbeat.ts';
import { parseExposition } from '../../../../support/exposition-parser.ts';
import {
  config,
  daemonState,
  firewallView,
  instanceConfig,
  instanceView,
  NOW,
} from '../../../../support/state-fixture.ts';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
}

const FILE: URL = new URL('../../../../../deploy/prometheus/rules.yml', import.meta.url);

function rules(): Rule[] {
  const document = parse(readFileSync(FILE, 'utf8')) as { groups: { rules: Rule[] }[] };
  return document.groups.flatMap((group) => group.rules);
}

/** With the words that few instances have. */
function state(): DaemonState {
  const own = instanceConfig({ takeoverWitness: 'WAN' });
  return daemonState({
    config: config([own], daemonState().config.virtualServers),
    vrrp: new Map([[own.name, instanceView(own, 'MASTER')]]),
    rules: { closed: firewallView() },
    takeover: takeoverView(instant(NOW)),
  });
}

/** A state and events in which every family of ours has a sample. */
async function series(): Promise<Set<string>> {
  const metrics = createMetrics(() => state());
  metrics.observe.healthViews([...daemonState().virtualServers.values()]);
  metrics.observe.heartbeat('vrrp', 100);
  const families = parseExposition((await metrics.render()).toString());
  const names = new Set<string>();
  for (const family of families.values()) {
    for (const sample of family.samples) names.add(sample.name);
  }
  return names;
}

test('every series in a rule is one of the metrics or of the recorded rules', async () => {
  const known = await series();
  for (const rule of rules()) if (rule.record !== undefined) known.add(rule.record);
  for (const { expr, alert, record } of rules()) {
    const names = expr.match(/\b(?:tandem|keepalived)_\w+|\b\w+:\w+:\w+/g) ?? [];
    if (alert !== 'DirectorDown') expect(names.length, alert ?? record).toBeGreaterThan(0);
    for (const name of names)
      expect(known, `${alert ?? record ?? ''} uses ${name}`).toContain(name);
  }
});

test('every value of a label that a rule selects is one that Tandem writes', async () => {
  const metrics = createMetrics(() => state());
  metrics.observe.heartbeat('vrrp', 100);
  const text = (await metrics.render()).toString();
  const selectors = rules().flatMap(({ expr }) => [
    ...expr.matchAll(/\btandem_\w+\{(\w+)=~?"([^"]+)"\}/g),
  ]);
  expect(selectors.length).toBeGreaterThan(4);
  for (const [, label = '', values = ''] of selectors) {
    for (const value of values.split('|')) expect(text).toContain(`${label}="${value}"`);
  }
});
