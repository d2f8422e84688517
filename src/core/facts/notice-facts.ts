/** Facts that VRRP instances report beside their transitions: packets, timers, announcements, addresses. */
import type { IpAddress } from '../base/address.ts';
import { exactSpanText, spanText, tenthsText } from '../base/span-text.ts';
import { toSeconds } from '../base/time.ts';
import type { AddressNotice, AddressOrigin } from '../holdings/address-reports.ts';
import { type FightNumbers, PAUSE_MAX } from '../holdings/fight.ts';
import type { Rejection } from '../vrrp/counters.ts';
import type { PacketNotice, PacketNoticeId, VrrpNotice } from '../vrrp/notices.ts';
import type { PacketDifference } from '../vrrp/packet-difference.ts';
import { clockText, differenceText } from './differences.ts';
import type { FactEntries, FactEntry, Level } from './entry.ts';
import { COMMON, line, type NoticeFields } from './notice-line.ts';

/** What a notice about a packet carries. */
export type PacketFields = Omit<PacketNotice, 'id'> & Pick<VrrpNotice, 'instance' | 'suppressed'>;

/** Every counter of a packet that was not what it should be: its text and what it means. */
const PACKETS: Readonly<Record<Rejection, readonly [text: string, meaning: string]>> = {
  wrongDestination: [
    'dropped an advertisement with another destination than this instance expects',
    'It was sent to another address than the one this instance listens to: the multicast group, or with `unicast_peer` our own address.',
  ],
  ownSource: [
    'dropped an advertisement that carries one of our own addresses as source',
    'A loop in the network, or another host uses our address.',
  ],
  unknownPeer: [
    'dropped an advertisement of a sender that is not a configured peer',
    'The sender is not in `unicast_peer`, and the sender is checked.',
  ],
  packetLengthErrors: [
    'dropped an advertisement of wrong length',
    'A damaged packet, or a number of addresses that does not fit its length.',
  ],
  ipTtlErrors: [
    'dropped an advertisement whose TTL or hop limit is out of range',
    'It crossed a router, or was forged (RFC 9568 section 5.1).',
  ],
  versionErrors: [
    'dropped an advertisement of another VRRP version',
    'Set the same `vrrp_version` on all routers.',
  ],
  invalidTypePackets: ['dropped a VRRP packet of unknown type', 'VRRP knows advertisements only.'],
  checksumErrors: ['dropped an advertisement with a wrong checksum', 'A damaged packet.'],
  addressListErrors: [
    'an advertisement lists other addresses than ours',
    'The same virtual router has other `virtual_ipaddress` lines there.',
  ],
  invalidAuthType: [
    'dropped an advertisement of unknown authentication type',
    'Version 2 knows none, PASS and AH.',
  ],
  authTypeMismatch: [
    'dropped an advertisement whose authentication type is not ours',
    'Set the same `auth_type` on all routers.',
  ],
  authFailures: [
    'dropped an advertisement that failed authentication',
    'Set the same `auth_pass` on all routers.',
  ],
  replays: [
    'dropped an advertisement whose AH sequence number is not above the last one',
    'Somebody has recorded it and sent it again, the network has doubled it, or its sender has begun to count anew after a restart. A restarted router is heard again when it has heard this one, or its number has caught up.',
  ],
  hmacMissing: [
    'dropped an advertisement without a trailer of auth_hmac',
    'The sender does not sign, and `mode enforce` requires it. Give it `auth_hmac` with the same keys; while routers are changed over, `mode permissive` accepts both.',
  ],
  hmacMalformed: [
    'dropped an advertisement with a malformed trailer of auth_hmac',
    'A damaged packet, or a router that signs in another way.',
  ],
  hmacUnknownKey: [
    'dropped an advertisement that is signed with a key that is not known here',
    'The sender has another `active_key`. Give all routers all keys before one of them signs with a new key.',
  ],
  hmacInvalid: [
    'dropped an advertisement with a wrong HMAC',
    'The sender has another key under this id, or does not know it: a forged packet.',
  ],
  hmacStale: [
    'dropped an advertisement whose time lies outside the window of auth_hmac',
    'The clocks of the two hosts differ by more than `time_window`, or somebody has recorded the packet and sent it again.',
  ],
  hmacReplays: [
    'dropped an advertisement whose auth_hmac number is not above the last one of its sender',
    'Somebody has recorded it and sent it again, the network has doubled it, or with `anti_replay monotonic` the clock of its sender was set back.',
  ],
  intervalErrors: [
    'an advertisement has another interval than ours',
    'Set the same `advert_int` on all routers. Version 2 drops such advertisements; version 3 learns the interval.',
  ],
  ownerConflicts: [
    'dropped an advertisement: this router owns the addresses and ignores other masters',
    'Another router advertises for addresses that this router owns. With `strict_mode` or `owner_ignore_adverts` an owner ignores that.',
  ],
};

/** Fields of the notices about packets, by id. */
export type PacketFacts = Readonly<Record<PacketNoticeId, PacketFields>>;

/** Entries of the notices about packets. */
export const PACKET_FACTS: FactEntries<PacketFacts> = Object.fromEntries(
  Object.entries(PACKETS).map(([name, row]) => [`vrrp.${name}`, packetEntry(...row)]),
) as FactEntries<PacketFacts>;

function packetEntry(text: string, meaning: string): FactEntry<PacketFields> {
  return {
    component: 'vrrp',
    level: 'warning',
    text: (fields) => line(fields, `${text}: ${packetText(fields)}`),
    meaning: `${text.charAt(0).toUpperCase()}${text.slice(1)}. ${meaning}`,
    fields: {
      ...COMMON,
      source: 'who sent it',
      outcome: '`dropped` or `accepted`',
      cutFrom: 'its length in bytes, when no advertisement is so long',
      difference: 'what differs, as text; of address lists also `onlyThere` and `onlyHere`',
    },
    shown: ({ difference }) => ({
      ...(difference && { difference: differenceText(difference) }),
      ...(difference?.kind === 'addresses' && {
        onlyThere: difference.onlyThere,
        onlyHere: difference.onlyHere,
      }),
    }),
  };
}

function isAccepted({ kind }: PacketDifference): boolean {
  return (
    kind === 'addresses' ||
    kind === 'listed-twice' ||
    kind === 'not-link-local' ||
    kind === 'none' ||
    kind === 'interval'
  );
}

function packetText({ source, outcome, cutFrom, difference }: PacketFields): string {
  const came = outcome === 'dropped' ? 'dropped' : 'accepted all the same';
  if (cutFrom !== undefined) {
    return `from ${source} (${cutFrom} bytes, more than any advertisement has), ${came}`;
  }
  if (difference === undefined) return `from ${source}`;
  // Differences of lists and intervals may be accepted; all others are in texts that say "dropped".
  return isAccepted(difference)
    ? `from ${source} (${differenceText(difference)}), ${came}`
    : `from ${source}, ${differenceText(difference)}`;
}

function heardEntry(
  text: string,
  meaning: string,
): FactEntry<{ readonly source: IpAddress } & Pick<VrrpNotice, 'instance' | 'suppressed'>> {
  return {
    component: 'vrrp',
    level: 'warning',
    text: (fields) => line(fields, `${text}: ${fields.source}`),
    meaning,
    fields: { ...COMMON, source: 'the other router' },
  };
}

function groupWaitEntry(
  level: Level,
  text: (group: string, span: string) => string,
  meaning: string,
): FactEntry<NoticeFields<'vrrp.groupWaits'>> {
  return {
    component: 'vrrp',
    level,
    text: (fields) => line(fields, text(fields.group, spanText(toSeconds(fields.waited)))),
    meaning,
    fields: { ...COMMON, group: 'name of the sync group', waited: 'as `seconds`: how long' },
    shown: ({ waited }) => ({ waited: undefined, seconds: toSeconds(waited) }),
  };
}

function announcementsEntry(
  level: Level,
  text: (fields: NoticeFields<'vrrp.announcementsLate'>) => string,
  meaning: string,
): FactEntry<NoticeFields<'vrrp.announcementsLate'>> {
  return {
    component: 'vrrp',
    level,
    text: (fields) => {
      const what = fields.kind === 'arp' ? 'gratuitous ARP' : 'neighbour advertisements';
      const more =
        fields.suppressed === undefined ? '' : ` (and ${fields.suppressed} times more since)`;
      return `announcements of addresses (${what} on ${fields.interface}) ${text(fields)}${more}`;
    },
    meaning,
    fields: {
      ...COMMON,
      kind: '`arp` or `na`',
      interface: 'where',
      waiting: 'addresses that wait to be announced',
      sent: 'frames sent since the first was refused',
      since: 'as `seconds`: how long ago that was',
      errno: 'name of the error of the last refusal',
    },
    shown: ({ since }) => ({ since: undefined, seconds: toSeconds(since) }),
    limit: ({ kind, interface: name }) => ({ about: `${name} ${kind}` }),
  };
}

function addressEntry(
  meaning: string,
): FactEntry<Omit<AddressNotice, 'id'> & Pick<VrrpNotice, 'suppressed'>> {
  return {
    component: 'vrrp',
    level: 'warning',
    text: (fields) => line(fields, addressText(fields)),
    meaning,
    fields: {
      ...COMMON,
      interface: 'where',
      addresses: 'which, with their prefix lengths',
      cause: 'as `cause`: what was found',
    },
    shown: ({ cause }) => ({ cause: cause.type }),
    limit: ({ instance }) => ({ about: instance }),
  };
}

/** Fields of the notices of VRRP that are not about packets, by id. */
export interface NoticeFacts {
  readonly 'vrrp.intervalLearned': NoticeFields<'vrrp.intervalLearned'>;
  readonly 'vrrp.groupWaits': NoticeFields<'vrrp.groupWaits'>;
  readonly 'vrrp.groupHeard': NoticeFields<'vrrp.groupHeard'>;
  readonly 'vrrp.lateDeadline': NoticeFields<'vrrp.lateDeadline'>;
  readonly 'vrrp.actionFailed': NoticeFields<'vrrp.actionFailed'>;
  readonly 'vrrp.announcementsLate': NoticeFields<'vrrp.announcementsLate'>;
  readonly 'vrrp.announcementsLeft': NoticeFields<'vrrp.announcementsLeft'>;
  readonly 'vrrp.duplicateVrid': NoticeFields<'vrrp.duplicateVrid'>;
  readonly 'vrrp.lowerPriorityHeard': NoticeFields<'vrrp.lowerPriorityHeard'>;
  readonly 'vrrp.startDelayed': NoticeFields<'vrrp.startDelayed'>;
  readonly 'vrrp.unknownVrid': NoticeFields<'vrrp.unknownVrid'>;
  readonly 'vrrp.clockDrift': NoticeFields<'vrrp.clockDrift'>;
  readonly 'vrrp.sameAddress': NoticeFields<'vrrp.sameAddress'>;
  readonly 'vrrp.ownerHeard': NoticeFields<'vrrp.ownerHeard'>;
  readonly 'vrrp.addressRemoved': NoticeFields<'vrrp.addressRemoved'>;
  readonly 'vrrp.addressReplaced': NoticeFields<'vrrp.addressReplaced'>;
  readonly 'vrrp.addressRepaired': NoticeFields<'vrrp.addressRepaired'>;
  readonly 'vrrp.addressContested': NoticeFields<'vrrp.addressContested'>;
  readonly 'vrrp.addressKept': NoticeFields<'vrrp.addressKept'>;
  readonly 'vrrp.addressClaimed': NoticeFields<'vrrp.addressClaimed'>;
}

/** Their entries. */
export const NOTICE_FACTS: FactEntries<NoticeFacts> = {
  'vrrp.intervalLearned': {
    component: 'vrrp',
    level: 'warning',
    text: (fields) =>
      line(
        fields,
        `the interval learned from the master has changed: ${exactSpanText(fields.before)} -> ${exactSpanText(fields.now)}`,
      ),
    meaning:
      'A BACKUP takes its advertisement interval from the MASTER (version 3, RFC 9568 section 6.1). The interval of the MASTER has changed.',
    fields: { ...COMMON, before: 'as `beforeSeconds`', now: 'as `nowSeconds`' },
    shown: ({ before, now }) => ({
      before: undefined,
      now: undefined,
      beforeSeconds: toSeconds(before),
      nowSeconds: toSeconds(now),
    }),
  },
  'vrrp.groupWaits': groupWaitEntry(
    'warning',
    (group, span) =>
      `no master heard for ${span}, while another member of sync group ${group} hears one: this instance waits`,
    'A sync group takes over with all members or with none. This member hears no advertisements, the others do: look at its network, its firewall and its authentication. It is said again every 5 minutes while it lasts.',
  ),
  'vrrp.groupHeard': groupWaitEntry(
    'notice',
    (group, span) =>
      `a master is heard again, as by the rest of sync group ${group}, after ${span}`,
    'The wait that `vrrp.groupWaits` told of is over.',
  ),
  'vrrp.lowerPriorityHeard': {
    component: 'vrrp',
    level: 'info',
    text: (fields) =>
      line(
        fields,
        `${fields.source} (priority ${fields.priority}) advertises too, and loses against this router`,
      ),
    meaning:
      'A MASTER heard a router of lower priority that believes to be master too. It is told again every 30 s while it lasts; keyword `notify_master_rx_lower_pri`.',
    fields: { ...COMMON, source: 'the other router', priority: 'its priority' },
  },
  'vrrp.clockDrift': {
    component: 'vrrp',
    level: 'warning',
    text: (fields) => line(fields, `${fields.source}: ${clockText(fields)}`),
    meaning:
      'With `auth_hmac` and `anti_replay time` the clocks of all routers have to agree within `time_window`. More than half of it is used up: look at the time synchronisation of both hosts.',
    fields: {
      ...COMMON,
      source: 'the other router',
      behind: 'whole seconds that its clock is behind ours; negative: ahead',
      window: 'seconds that are allowed',
    },
  },
  'vrrp.sameAddress': heardEntry(
    'another router advertises with our priority and our address',
    'Two hosts have the same address on this network.',
  ),
  'vrrp.ownerHeard': heardEntry(
    'another router advertises for addresses that we own (priority 255)',
    'Another router is master for addresses that this router owns. Look at its priority, and at what keeps it from hearing this router.',
  ),
  'vrrp.lateDeadline': {
    component: 'vrrp',
    level: 'warning',
    text: (fields) => {
      const late = spanText(toSeconds(fields.late));
      const what =
        fields.timer === 'master-down'
          ? `master down timer ${late} late, listening once more`
          : `advertisement ${late} late`;
      return line(
        fields,
        `a timer was noticed late: the process or the machine was stopped or starved: ${what}`,
      );
    },
    meaning:
      'The process could not run when it had to. Look for overload, a suspended guest, or a stopped process.',
    fields: { ...COMMON, timer: '`master-down` or `advertisement`', late: 'as `lateSeconds`' },
    shown: ({ late }) => ({ late: undefined, lateSeconds: toSeconds(late) }),
  },
  'vrrp.actionFailed': {
    component: 'vrrp',
    level: 'warning',
    text: (fields) =>
      line(fields, `an action could not be carried out: ${fields.operation}: ${fields.errno}`),
    meaning: 'The kernel refused an address. It is tried again with growing pauses.',
    fields: { ...COMMON, operation: 'what was tried', errno: 'name of the error' },
  },
  'vrrp.announcementsLate': announcementsEntry(
    'warning',
    ({ waiting, sent, errno }) =>
      `do not leave (${errno}): addresses that wait: ${waiting}, frames sent late: ${sent}`,
    'The interface does not take the frames that tell neighbours where the addresses are. Neighbours may use the old place until their caches expire. The frames are tried again, at least every 30 seconds, while the instance is Master.',
  ),
  'vrrp.announcementsLeft': announcementsEntry(
    'info',
    ({ sent, since }) =>
      `have left, ${spanText(toSeconds(since))} after the first was refused; frames sent late: ${sent}`,
    'The frames that were late have left: neighbours know the addresses. Only said after `vrrp.announcementsLate`.',
  ),
  'vrrp.duplicateVrid': {
    component: 'vrrp',
    level: 'warning',
    text: (fields) =>
      line(
        fields,
        'another instance has the same virtual_router_id on this interface: not started',
      ),
    meaning:
      'Two instances would be one virtual router to every peer. The second one stays in INIT.',
    fields: COMMON,
    limit: ({ instance }) => ({ about: instance ?? '' }),
  },
  'vrrp.startDelayed': {
    component: 'vrrp',
    level: 'info',
    text: ({ keyword, delay }) =>
      `no instance starts for the next ${spanText(toSeconds(delay))} (${keyword})`,
    meaning:
      'The configuration delays the start of all instances, so that a switch or other services are ready first. Instances that go on as master after a restart of the process are not delayed.',
    fields: {
      ...COMMON,
      keyword: '`vrrp_startup_delay` or `vrrp_delay_after_boot`',
      delay: 'as `delaySeconds`',
    },
    shown: ({ delay }) => ({ delay: undefined, delaySeconds: toSeconds(delay) }),
  },
  'vrrp.unknownVrid': {
    component: 'vrrp',
    level: 'info',
    text: (fields) =>
      line(
        fields,
        `${fields.source} advertises virtual_router_id ${fields.vrid} on ${fields.interface}, which no instance here has`,
      ),
    meaning:
      'Another virtual router runs on the same network, or a `virtual_router_id` is wrong on one side. Said with `log_unknown_vrids` only; the counter counts always.',
    fields: {
      ...COMMON,
      source: 'the other router',
      vrid: 'its virtual_router_id',
      interface: 'where it was heard',
    },
  },
  'vrrp.addressRemoved': addressEntry('An address was removed that this process had not added.'),
  'vrrp.addressReplaced': addressEntry(
    'An address was there with another prefix length or other attributes.',
  ),
  'vrrp.addressRepaired': addressEntry(
    'Another program or person changed a virtual address; it is right again.',
  ),
  'vrrp.addressContested': addressEntry(
    'Another program changes a virtual address again and again.',
  ),
  'vrrp.addressKept': addressEntry(
    'A virtual address stays, because the interface needs it as its source.',
  ),
  'vrrp.addressClaimed': {
    component: 'vrrp',
    level: 'warning',
    text: (fields) => {
      const { address, mac, interface: device, times } = fields;
      const often = times === 1 ? '' : `, ${times} times so far`;
      return line(fields, `another host says that it has ${address}: ${mac} on ${device}${often}`);
    },
    meaning:
      'This router is master and holds the address, and a host that is none of its peers claims it by ARP or a neighbour advertisement: who hears that sends there. Look for a host with the same address. A real server of LVS-DR needs net.ipv4.conf.all.arp_ignore = 1 and arp_announce = 2. Anybody on the network can send such a claim, so nothing else follows from it.',
    fields: {
      ...COMMON,
      address: 'the address',
      mac: 'hardware address of the other host',
      interface: 'the interface of the address',
      times: 'seconds in which it was claimed, so far',
    },
    limit: ({ instance }) => ({ about: instance ?? '' }),
  },
};

/** A line about an instance, with the number of those that were not reported. */
const ORIGINS: Readonly<Record<AddressOrigin, string>> = {
  marked: 'an earlier run had left it there',
  foreign: 'it was added by hand or by another program',
  unknown: 'an earlier run had left it there, or it was added by hand or by another program',
};

function addressText({
  addresses,
  interface: device,
  cause,
}: Pick<AddressNotice, 'addresses' | 'interface' | 'cause'>): string {
  const names = addresses.join(', ');
  switch (cause.type) {
    case 'not-held': {
      const why = cause.isConfigured
        ? 'this instance does not hold it now'
        : 'it is no longer in the configuration';
      return `removed ${names} from ${device}: ${why}, and ${ORIGINS[cause.origin]}`;
    }
    case 'other-form':
      return cause.isAdded
        ? `replaced ${names} on ${device} by ${cause.wanted}, as configured`
        : `removed ${names} from ${device}: the configured ${cause.wanted} is there`;
    case 'removed':
      return `somebody else removed ${names} from ${device}: added again`;
    case 'untracked':
      return `somebody else removed ${names} from ${device}: not tracked (no_track), and added again with the next change of state`;
    case 'added':
      return `somebody else added ${names} to ${device}: removed again, because this instance does not hold it so`;
    case 'keeps-removing':
      return `somebody else keeps removing ${names} from ${device}, ${numbers(cause)}: it is added again after pauses of up to ${exactSpanText(PAUSE_MAX)}; look for another program that manages ${device}`;
    case 'keeps-adding':
      return `somebody else keeps adding ${names} to ${device}, ${numbers(cause)}: it is removed again after pauses of up to ${exactSpanText(PAUSE_MAX)}; look for another program that manages ${device}`;
    case 'only-source':
      return `${names} stays on ${device}: it is a virtual address, but also the only ${cause.family === 'ipv4' ? 'IPv4' : 'IPv6 link-local'} address of ${device}, and this process did not add it; give ${device} an address of its own`;
  }
}

function numbers({ times, span }: FightNumbers): string {
  return `${times} times in ${tenthsText(span)}`;
}
