/** One text for each thing an instance reports: the catalogue of its notices. */
import type { Rejection } from './reception.ts';

/** Codes of notices that instances emit. */
export type NoticeCode =
  | Rejection
  | 'intervalLearned'
  | 'sameAddress'
  | 'lateDeadline'
  | 'actionFailed'
  | 'ownerHeard'
  | 'announcementsLost'
  | 'duplicateVrid';

/** What each code means, for a log line. */
export const NOTICE_TEXTS: Readonly<Record<NoticeCode, string>> = {
  wrongDestination: 'dropped an advertisement that was not sent to us',
  ownSource: 'dropped an advertisement that carries one of our own addresses as source',
  unknownPeer: 'dropped an advertisement of a sender that is not a configured peer',
  packetLengthErrors: 'dropped an advertisement of wrong length',
  ipTtlErrors: 'dropped an advertisement whose TTL or hop limit is out of range',
  versionErrors: 'dropped an advertisement of another VRRP version',
  invalidTypePackets: 'dropped a VRRP packet of unknown type',
  checksumErrors: 'dropped an advertisement with a wrong checksum',
  addressListErrors: 'an advertisement lists other addresses than ours',
  invalidAuthType: 'dropped an advertisement of unknown authentication type',
  authTypeMismatch: 'dropped an advertisement whose authentication type is not ours',
  authFailures: 'dropped an advertisement that failed authentication',
  intervalErrors: 'an advertisement has another interval than ours',
  ownerConflicts: 'dropped an advertisement: we own the addresses and mode is strict',
  intervalLearned: 'the interval learned from the master has changed',
  sameAddress: 'another router advertises with our priority and our address',
  lateDeadline: 'a timer was noticed late: the process or the machine was stopped or starved',
  actionFailed: 'an action could not be carried out',
  ownerHeard: 'another router advertises for addresses that we own (priority 255)',
  announcementsLost: 'announcements of addresses could not be sent',
  duplicateVrid: 'another instance has the same virtual_router_id on this interface: not started',
} satisfies Record<NoticeCode, string>;
