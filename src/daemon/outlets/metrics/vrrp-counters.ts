/** In which family of the metrics each counter of an instance appears: one that is in none does not compile. */
import type { VrrpCounters } from '../../../core/vrrp/counters.ts';
import type { VrrpView } from '../../../core/vrrp/events-and-actions.ts';

/** Families of counters of instances, with their help texts, in the order of the exposition. */
export const COUNTER_FAMILIES = {
  vrrp_adverts_sent_total: 'Advertisements sent.',
  vrrp_adverts_received_total: 'Valid advertisements received.',
  vrrp_priority_zero_sent_total: 'Resignations sent.',
  vrrp_priority_zero_received_total: 'Resignations heard.',
  vrrp_adverts_dropped_total: 'Advertisements received and not accepted.',
  vrrp_peer_mismatch_total: 'Advertisements of peers that disagree with our configuration.',
  vrrp_checksum_styles_total:
    'Advertisements of version 3 over IPv4 by what their checksum covers.',
  vrrp_mastership_changes_total: 'Mastership gained and lost.',
  announcements_sent_total:
    'Gratuitous ARP requests and unsolicited neighbour advertisements sent.',
} as const;

/** Name of a family without the prefix. */
export type CounterFamily = keyof typeof COUNTER_FAMILIES;

/** All families, in the order of the exposition. */
export const COUNTER_FAMILY_NAMES: readonly CounterFamily[] = Object.keys(
  COUNTER_FAMILIES,
) as CounterFamily[];

/** A sample that a counter adds to; counters with equal ones are added up. */
export interface CounterSample {
  readonly family: CounterFamily;
  /** Label and value, where the family has more than one sample for each instance. */
  readonly label?: readonly [name: string, value: string];
}

/** The sample of every counter. */
const COUNTER_SAMPLE: Readonly<Record<keyof VrrpCounters, CounterSample>> = {
  advertisementsSent: { family: 'vrrp_adverts_sent_total' },
  advertisementsReceived: { family: 'vrrp_adverts_received_total' },
  priorityZeroSent: { family: 'vrrp_priority_zero_sent_total' },
  priorityZeroReceived: { family: 'vrrp_priority_zero_received_total' },
  checksumErrors: dropped('checksum'),
  packetLengthErrors: dropped('length'),
  versionErrors: dropped('version'),
  invalidTypePackets: dropped('type'),
  ipTtlErrors: dropped('ttl'),
  intervalErrors: dropped('interval'),
  authTypeMismatch: dropped('auth_type'),
  invalidAuthType: dropped('auth_type'),
  authFailures: dropped('auth_failure'),
  replays: dropped('replay'),
  hmacMissing: dropped('hmac_missing'),
  hmacMalformed: dropped('hmac_malformed'),
  hmacUnknownKey: dropped('hmac_unknown_key'),
  hmacInvalid: dropped('hmac_invalid'),
  hmacStale: dropped('hmac_stale'),
  hmacReplays: dropped('hmac_replay'),
  wrongDestination: dropped('wrong_destination'),
  unknownPeer: dropped('unknown_peer'),
  ownSource: dropped('own_packet'),
  rejectedByState: dropped('state'),
  addressListErrors: mismatch('vips'),
  ownerConflicts: mismatch('same_priority'),
  checksumPseudoHeader: style('pseudo_header'),
  checksumMessageOnly: style('message_only'),
  checksumOldUnicast: style('old_unicast'),
  becomeMaster: { family: 'vrrp_mastership_changes_total', label: ['change', 'gained'] },
  releaseMaster: { family: 'vrrp_mastership_changes_total', label: ['change', 'lost'] },
  arpSent: { family: 'announcements_sent_total', label: ['kind', 'garp_request'] },
  naSent: { family: 'announcements_sent_total', label: ['kind', 'unsolicited_na'] },
};

function dropped(reason: string): CounterSample {
  return { family: 'vrrp_adverts_dropped_total', label: ['reason', reason] };
}

function mismatch(reason: string): CounterSample {
  return { family: 'vrrp_peer_mismatch_total', label: ['reason', reason] };
}

function style(value: string): CounterSample {
  return { family: 'vrrp_checksum_styles_total', label: ['covers', value] };
}

/** One line of the exposition: its label, and the counters that are added up in it. */
export interface CounterLine {
  readonly label: CounterSample['label'];
  readonly counters: readonly (keyof VrrpCounters)[];
}

/** The lines of a family, each once. */
export function linesOf(family: CounterFamily): readonly CounterLine[] {
  const lines = new Map<
    string,
    { label: CounterSample['label']; counters: (keyof VrrpCounters)[] }
  >();
  for (const name of Object.keys(COUNTER_SAMPLE) as (keyof VrrpCounters)[]) {
    const { family: own, label } = COUNTER_SAMPLE[name];
    if (own !== family) continue;
    const key = label?.join(' ') ?? '';
    const line = lines.get(key) ?? { label, counters: [] };
    line.counters.push(name);
    lines.set(key, line);
  }
  return [...lines.values()];
}

/** Label `reason` of packets for no instance, by the counter of the router. */
export const UNMATCHED_REASONS: Readonly<Record<keyof VrrpView['router'], string>> = {
  vridErrors: 'vrid',
  checksumErrors: 'checksum',
  versionErrors: 'version',
  packetLengthErrors: 'length',
  ipTtlErrors: 'ttl',
  invalidTypePackets: 'type',
};
