/** Families about VRRP instances, sync groups, virtual addresses and their announcements. */
import type { VrrpInstanceConfig } from '../../../core/model/config.ts';
import { CONFLICT_NAMES } from '../../../core/vrrp/conflict-names.ts';
import type { VrrpInstanceView, VrrpState } from '../../../core/vrrp/events-and-actions.ts';
import { REASON_IDS, REASONS } from '../../../core/vrrp/reasons.ts';
import { labelSet, withLabel } from './exposition.ts';
import { isPresent, isUp, PREFIX, type Scrape } from './scrape.ts';
import { writeTrackerFamilies } from './tracker-families.ts';
import {
  COUNTER_FAMILIES,
  COUNTER_FAMILY_NAMES,
  linesOf,
  UNMATCHED_REASONS,
} from './vrrp-counters.ts';

const STATES: readonly VrrpState[] = ['INIT', 'BACKUP', 'MASTER', 'FAULT'];

/** Lines of each family of counters, made once. */
const COUNTERS = COUNTER_FAMILY_NAMES.map((family) => ({ family, lines: linesOf(family) }));

/** Reasons for which an instance is in FAULT. */
const FAULTS = REASON_IDS.filter((reason) => REASONS[reason].isFault);

interface Row {
  readonly view: VrrpInstanceView;
  readonly config: VrrpInstanceConfig | undefined;
  readonly labels: string;
}

/** Writes the families. */
export function writeVrrpFamilies(scrape: Scrape): void {
  const { state } = scrape;
  if (!isPresent(state, 'vrrp')) return;
  writeChanges(scrape);
  if (!isUp(state, 'vrrp')) return;
  const configs = new Map(state.config.vrrpInstances.map((config) => [config.name, config]));
  const rows: Row[] = [];
  for (const view of state.vrrp.values()) {
    rows.push({
      view,
      config: configs.get(view.name),
      labels: instanceLabels(view),
    });
  }
  writeStates(scrape, rows);
  writeTimers(scrape, rows);
  writeTraffic(scrape, rows);
  writeAddresses(scrape);
  writeRouting(scrape);
  writeOwnInterfaces(scrape);
  writeGroups(scrape);
  writeTrackerFamilies(scrape);
}

/** The labels of an instance. */
export function instanceLabels(instance: {
  readonly name: string;
  readonly vrid: number;
  readonly family: string;
}): string {
  return labelSet({ vrrp: instance.name, vrid: instance.vrid, family: instance.family });
}

/** Counted by the supervisor itself, so they go on while the vrrp process is away. */
function writeChanges({ out, state, history }: Scrape): void {
  out.family(
    `${PREFIX}vrrp_state_changes_total`,
    'counter',
    'Transitions by new state and reason.',
  );
  for (const instance of state.config.vrrpInstances) {
    const labels = instanceLabels(instance);
    for (const [to, reason, number] of history.changes(instance.name)) {
      out.sample(withLabel(withLabel(labels, 'to', to), 'reason', reason), number);
    }
  }
}

function writeStates({ out, unixSeconds }: Scrape, rows: readonly Row[]): void {
  out.family(`${PREFIX}vrrp_info`, 'gauge', 'Constant 1 with the settings of the instance.');
  for (const { view, config, labels } of rows) {
    const unicast = (config?.unicastPeers.length ?? 0) > 0;
    const settings = labelSet({
      intf: view.interface,
      version: view.version,
      mode: unicast ? 'unicast' : 'multicast',
      group: view.syncGroup ?? '',
      preempt: String(config?.preempt ?? true),
    });
    out.sample(`${labels.slice(0, -1)},${settings.slice(1)}`, 1);
  }
  out.family(`${PREFIX}vrrp_state`, 'gauge', 'State set of the instance.');
  for (const { view, labels } of rows) {
    for (const state of STATES) {
      out.sample(withLabel(labels, 'state', state.toLowerCase()), view.state === state ? 1 : 0);
    }
  }
  out.family(`${PREFIX}vrrp_last_transition_timestamp_seconds`, 'gauge', 'Last transition.');
  for (const { view, labels } of rows) out.sample(labels, unixSeconds(view.since));
  out.family(`${PREFIX}vrrp_faults`, 'gauge', 'Active fault reasons.');
  for (const { view, labels } of rows) {
    for (const reason of FAULTS) {
      const isActive = view.state === 'FAULT' && view.reason === reason;
      out.sample(withLabel(labels, 'reason', reason), isActive ? 1 : 0);
    }
  }
  out.family(`${PREFIX}vrrp_conflict`, 'gauge', 'Whether another master goes on beside this one.');
  for (const { view, labels } of rows) out.sample(labels, view.conflicts.length === 0 ? 0 : 1);
  out.family(
    `${PREFIX}vrrp_other_masters`,
    'gauge',
    'Other masters that go on beside this one, by the name of the conflict.',
  );
  for (const { view, labels } of rows) {
    for (const name of CONFLICT_NAMES) {
      const number = view.conflicts.filter((conflict) => conflict.name === name).length;
      if (number > 0) out.sample(withLabel(labels, 'conflict', name), number);
    }
  }
  out.family(`${PREFIX}vrrp_priority`, 'gauge', 'Effective priority.');
  for (const { view, labels } of rows) out.sample(labels, view.effectivePriority);
  out.family(`${PREFIX}vrrp_priority_base`, 'gauge', 'Configured priority.');
  for (const { view, labels } of rows) out.sample(labels, view.basePriority);
  out.family(
    `${PREFIX}vrrp_master_priority`,
    'gauge',
    'Priority in the last advertisement of the current master.',
  );
  for (const { view, labels } of rows) {
    if (view.masterPriority !== undefined) out.sample(labels, view.masterPriority);
  }
  out.family(
    `${PREFIX}vrrp_master_info`,
    'gauge',
    'Constant 1 with the address of the current master as seen here.',
  );
  for (const { view, labels } of rows) {
    const master = view.state === 'MASTER' ? view.primaryAddress : view.masterAddress;
    if (master !== undefined) out.sample(withLabel(labels, 'peer', master), 1);
  }
}

function writeTimers({ out, unixSeconds }: Scrape, rows: readonly Row[]): void {
  out.family(`${PREFIX}vrrp_advert_interval_seconds`, 'gauge', 'Advertisement interval in force.');
  for (const { view, labels } of rows) {
    const own = view.state === 'MASTER' ? view.advertInterval : view.masterAdvertInterval;
    out.sample(labels, own / 1_000_000);
  }
  out.family(
    `${PREFIX}vrrp_master_down_interval_seconds`,
    'gauge',
    'Silence that leads to a takeover.',
  );
  for (const { view, labels } of rows) out.sample(labels, view.masterDownInterval / 1_000_000);
  out.family(
    `${PREFIX}vrrp_last_advert_received_timestamp_seconds`,
    'gauge',
    'Last valid advertisement received.',
  );
  for (const { view, labels } of rows) {
    if (view.lastAdvertisementAt !== undefined) {
      out.sample(labels, unixSeconds(view.lastAdvertisementAt));
    }
  }
}

function writeTraffic({ out, state }: Scrape, rows: readonly Row[]): void {
  for (const { family, lines } of COUNTERS) {
    out.family(`${PREFIX}${family}`, 'counter', COUNTER_FAMILIES[family]);
    for (const { view, labels } of rows) {
      const own = family === 'announcements_sent_total' ? labelSet({ vrrp: view.name }) : labels;
      for (const { label, counters } of lines) {
        const value = counters.reduce((sum, name) => sum + view.counters[name], 0);
        out.sample(label === undefined ? own : withLabel(own, ...label), value);
      }
    }
  }
  out.family(
    `${PREFIX}vrrp_unmatched_packets_total`,
    'counter',
    'VRRP packets that belong to no instance of ours or could not be read far enough to tell.',
  );
  for (const [counter, count] of Object.entries(state.vrrpRouter)) {
    const reason = UNMATCHED_REASONS[counter as keyof typeof UNMATCHED_REASONS];
    out.sample(labelSet({ reason }), count);
  }
}

function writeAddresses({ out, state }: Scrape): void {
  const vips = state.vips.map((vip) => {
    const name = `${vip.address}/${vip.prefixLength}`;
    return { vip, labels: labelSet({ vrrp: vip.instance, vip: name, intf: vip.interface }) };
  });
  out.family(`${PREFIX}vip_expected`, 'gauge', 'Whether this node should hold the address.');
  for (const { vip, labels } of vips) out.sample(labels, vip.expected ? 1 : 0);
  out.family(`${PREFIX}vip_present`, 'gauge', 'Whether the kernel has the address.');
  for (const { vip, labels } of vips) out.sample(labels, vip.present ? 1 : 0);
  out.family(
    `${PREFIX}vip_restored_total`,
    'counter',
    'Times the address came back after something else had removed it.',
  );
  for (const { vip, labels } of vips) out.sample(labels, vip.restored);
  out.family(
    `${PREFIX}vip_claimed_total`,
    'counter',
    'Seconds in which another host said that it has the address, while this node held it.',
  );
  for (const { vip, labels } of vips) out.sample(labels, vip.claimed?.times ?? 0);
}

/** A family for each number, with a series for each owner and kind: a thousand routes are one line. */
function writeRouting({ out, state }: Scrape): void {
  if (state.routing.length === 0) return;
  const sums = new Map<string, { expected: number; present: number; restored: number }>();
  for (const { owner, entry, expected, present, restored } of state.routing) {
    const labels = labelSet({ vrrp: owner, kind: entry.kind });
    const sum = sums.get(labels) ?? { expected: 0, present: 0, restored: 0 };
    sums.set(labels, sum);
    sum.expected += expected ? 1 : 0;
    sum.present += present ? 1 : 0;
    sum.restored += restored;
  }
  out.family(`${PREFIX}routing_expected`, 'gauge', 'Routes or rules that this node should have.');
  for (const [labels, { expected }] of sums) out.sample(labels, expected);
  out.family(`${PREFIX}routing_present`, 'gauge', 'Routes or rules of ours that the kernel has.');
  for (const [labels, { present }] of sums) out.sample(labels, present);
  out.family(
    `${PREFIX}routing_restored_total`,
    'counter',
    'Times a route or rule came back after something else had removed it.',
  );
  for (const [labels, { restored }] of sums) out.sample(labels, restored);
}

function writeOwnInterfaces({ out, state }: Scrape): void {
  if (state.links.length === 0) return;
  const links = state.links.map((view) => {
    const { name: intf, parent, kind } = view.link;
    return { view, labels: labelSet({ vrrp: view.instance, intf, parent, kind }) };
  });
  const present = 'Whether the interface that the instance makes for itself is as it should be.';
  out.family(`${PREFIX}vrrp_interface_present`, 'gauge', present);
  for (const { view, labels } of links) out.sample(labels, view.isComplete ? 1 : 0);
  const restored = 'Times it came back after something else had removed or changed it.';
  out.family(`${PREFIX}vrrp_interface_restored_total`, 'counter', restored);
  for (const { view, labels } of links) out.sample(labels, view.restored);
}

function writeGroups({ out, state }: Scrape): void {
  if (state.groups.length === 0) return;
  out.family(`${PREFIX}vrrp_group_state`, 'gauge', 'State set of the sync group.');
  for (const group of state.groups) {
    for (const name of STATES) {
      out.sample(
        labelSet({ group: group.name, state: name.toLowerCase() }),
        group.state === name ? 1 : 0,
      );
    }
  }
}
