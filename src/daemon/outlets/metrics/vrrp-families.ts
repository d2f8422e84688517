/** Families about VRRP instances, sync groups, virtual addresses and their announcements. */
import type { VrrpInstanceConfig } from '../../../core/model/config.ts';
import { REASON_IDS, REASONS } from '../../../core/vrrp/reasons.ts';
import type { VrrpCounters, VrrpInstanceView, VrrpState } from '../../../core/vrrp/types.ts';
import { labelSet, withLabel } from './exposition.ts';
import { isPresent, isUp, PREFIX, type Scrape } from './scrape.ts';

const STATES: readonly VrrpState[] = ['INIT', 'BACKUP', 'MASTER', 'FAULT'];

/** Label `reason` of dropped advertisements, and the counters behind each. */
const DROPPED: readonly (readonly [string, ...(keyof VrrpCounters)[]])[] = [
  ['checksum', 'checksumErrors'],
  ['length', 'packetLengthErrors'],
  ['version', 'versionErrors'],
  ['type', 'invalidTypePackets'],
  ['ttl', 'ipTtlErrors'],
  ['interval', 'intervalErrors'],
  ['auth_type', 'authTypeMismatch', 'invalidAuthType'],
  ['auth_failure', 'authFailures'],
  ['wrong_destination', 'wrongDestination'],
  ['unknown_peer', 'unknownPeer'],
  ['own_packet', 'ownSource'],
];

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
  writeAddresses(scrape, rows);
  writeGroups(scrape);
}

function instanceLabels(instance: {
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
  const counter = (name: string, help: string, field: keyof VrrpCounters): void => {
    out.family(`${PREFIX}${name}`, 'counter', help);
    for (const { view, labels } of rows) out.sample(labels, view.counters[field]);
  };
  counter('vrrp_adverts_sent_total', 'Advertisements sent.', 'advertisementsSent');
  counter(
    'vrrp_adverts_received_total',
    'Valid advertisements received.',
    'advertisementsReceived',
  );
  counter('vrrp_priority_zero_sent_total', 'Resignations sent.', 'priorityZeroSent');
  counter('vrrp_priority_zero_received_total', 'Resignations heard.', 'priorityZeroReceived');
  out.family(
    `${PREFIX}vrrp_adverts_dropped_total`,
    'counter',
    'Advertisements received and not accepted.',
  );
  for (const { view, labels } of rows) {
    for (const [reason, ...fields] of DROPPED) {
      const dropped = fields.reduce((sum, field) => sum + view.counters[field], 0);
      out.sample(withLabel(labels, 'reason', reason), dropped);
    }
  }
  out.family(
    `${PREFIX}vrrp_peer_mismatch_total`,
    'counter',
    'Advertisements of peers that disagree with our configuration.',
  );
  for (const { view, labels } of rows) {
    out.sample(withLabel(labels, 'reason', 'vips'), view.counters.addressListErrors);
    out.sample(withLabel(labels, 'reason', 'same_priority'), view.counters.ownerConflicts);
  }
  out.family(
    `${PREFIX}vrrp_unmatched_packets_total`,
    'counter',
    'VRRP packets that belong to no instance of ours or could not be read far enough to tell.',
  );
  const { vrrpRouter: router } = state;
  out.sample(labelSet({ reason: 'vrid' }), router.vridErrors);
  out.sample(labelSet({ reason: 'checksum' }), router.checksumErrors);
  out.sample(labelSet({ reason: 'version' }), router.versionErrors);
  out.sample(labelSet({ reason: 'length' }), router.packetLengthErrors);
  out.sample(labelSet({ reason: 'ttl' }), router.ipTtlErrors);
  out.sample(labelSet({ reason: 'type' }), router.invalidTypePackets);
}

function writeAddresses({ out, state }: Scrape, rows: readonly Row[]): void {
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
    `${PREFIX}announcements_sent_total`,
    'counter',
    'Gratuitous ARP requests and unsolicited neighbour advertisements sent.',
  );
  for (const { view } of rows) {
    const labels = labelSet({ vrrp: view.name });
    out.sample(withLabel(labels, 'kind', 'garp_request'), view.counters.arpSent);
    out.sample(withLabel(labels, 'kind', 'unsolicited_na'), view.counters.naSent);
  }
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
