/**
 * The names existing keepalived dashboards and alerts ask for, with exactly their labels. State is a
 * number: 0 init, 1 backup, 2 master, 3 fault; one series for each virtual address.
 */
import type { VirtualAddressConfig } from '../../../core/model/address.ts';
import type {
  VrrpCounters,
  VrrpInstanceView,
  VrrpState,
} from '../../../core/vrrp/events-and-actions.ts';
import { labelSet } from './exposition.ts';
import { isUp, type Scrape } from './scrape.ts';

const STATE_NUMBER: Readonly<Record<VrrpState, number>> = {
  INIT: 0,
  BACKUP: 1,
  MASTER: 2,
  FAULT: 3,
};

/** Name without prefix and suffix, help text, counters that are added up. */
const COUNTERS: readonly (readonly [string, string, ...(keyof VrrpCounters)[]])[] = [
  ['advertisements_received', 'Valid advertisements received.', 'advertisementsReceived'],
  ['advertisements_sent', 'Advertisements sent.', 'advertisementsSent'],
  ['become_master', 'Entries into the master state.', 'becomeMaster'],
  ['release_master', 'Exits from the master state.', 'releaseMaster'],
  ['packet_length_errors', 'Advertisements with a wrong length.', 'packetLengthErrors'],
  ['advertisements_interval_errors', 'Advertisements whose interval differs.', 'intervalErrors'],
  ['ip_ttl_errors', 'Advertisements whose TTL or hop limit is not 255.', 'ipTtlErrors'],
  ['invalid_type_received', 'Packets of an unknown VRRP type.', 'invalidTypePackets'],
  ['address_list_errors', 'Advertisements whose addresses differ from ours.', 'addressListErrors'],
  ['authentication_invalid', 'Advertisements with an unknown authentication.', 'invalidAuthType'],
  ['authentication_mismatch', 'Advertisements with another authentication.', 'authTypeMismatch'],
  [
    'authentication_failure',
    'Advertisements whose secret did not verify.',
    'authFailures',
    'replays',
    'hmacMissing',
    'hmacMalformed',
    'hmacUnknownKey',
    'hmacInvalid',
    'hmacStale',
    'hmacReplays',
  ],
  ['priority_zero_received', 'Resignations heard.', 'priorityZeroReceived'],
  ['priority_zero_sent', 'Resignations sent.', 'priorityZeroSent'],
];

/** Writes the families. */
export function writeCompatibilityFamilies({ out, state }: Scrape): void {
  const up = isUp(state, 'vrrp');
  out.single('keepalived_up', 'gauge', 'Whether the VRRP component answers.', up ? 1 : 0);
  out.family('keepalived_exporter_build_info', 'gauge', 'Constant 1 with build metadata.');
  out.sample(
    labelSet({
      version: state.version,
      revision: '',
      branch: '',
      goversion: '',
      goos: '',
      goarch: '',
      tags: '',
    }),
    1,
  );
  if (!up) return;
  const views = [...state.vrrp.values()];
  out.family('keepalived_vrrp_state', 'gauge', 'State: 0 init, 1 backup, 2 master, 3 fault.');
  for (const view of views) {
    const number = STATE_NUMBER[view.state];
    for (const vip of view.addresses) out.sample(addressLabels(view, vip), number);
    if (view.addresses.length === 0) out.sample(addressLabels(view, undefined), number);
  }
  out.family(
    'keepalived_vrrp_excluded_state',
    'gauge',
    'State for addresses that are not advertised: 0 init, 1 backup, 2 master, 3 fault.',
  );
  for (const view of views) {
    for (const vip of view.excludedAddresses) {
      out.sample(addressLabels(view, vip), STATE_NUMBER[view.state]);
    }
  }
  for (const [name, help, ...fields] of COUNTERS) {
    out.family(`keepalived_${name}_total`, 'counter', help);
    for (const view of views) {
      const sum = fields.reduce((total, field) => total + view.counters[field], 0);
      out.sample(instanceLabels(view), sum);
    }
  }
  out.family(
    'keepalived_gratuitous_arp_delay_total',
    'counter',
    'Configured delay of the second burst in seconds: a setting, not a count.',
  );
  for (const view of views) out.sample(instanceLabels(view), view.garpDelay / 1_000_000);
}

function addressLabels(view: VrrpInstanceView, vip: VirtualAddressConfig | undefined): string {
  return labelSet({
    iname: view.name,
    intf: vip?.interface ?? view.interface,
    vrid: view.vrid,
    ip_address: vip === undefined ? '' : `${vip.address}/${vip.prefixLength}`,
  });
}

function instanceLabels(view: VrrpInstanceView): string {
  return labelSet({ iname: view.name, intf: view.interface, vrid: view.vrid });
}
