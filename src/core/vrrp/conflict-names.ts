/**
 * The kinds of conflicts between two Masters: the one closed list. The name of a conflict is its word in the log, in
 * `status` and in metrics; `tandem explain NAME` tells what it means.
 */
import type { Rejection } from './counters.ts';

/** What two routers of one virtual router do not agree about. */
export type ConflictName =
  | 'deaf-peer'
  | 'other-addresses'
  | 'other-interval'
  | 'other-version'
  | 'other-authentication'
  | 'other-destination'
  | 'unlisted-peer'
  | 'two-owners'
  | 'same-address';

/** What is said about one kind. */
export interface ConflictText {
  /** A clause without a full stop, behind "10.1.0.2 is master too:". */
  readonly words: string;
  /** What to do, as a sentence. */
  readonly advice: string;
}

/** All kinds. */
export const CONFLICTS: Readonly<Record<ConflictName, ConflictText>> = {
  'deaf-peer': {
    words: 'it has the lower priority, and does not hear this router or drops what it sends',
    advice:
      'Compare the settings of both routers, and look for a firewall or a switch that keeps VRRP (protocol 112) from the other one.',
  },
  'other-addresses': {
    words: 'its list of virtual addresses is another one',
    advice: 'Give both routers the same virtual_ipaddress list.',
  },
  'other-interval': {
    words: 'its advert_int is another one, and version 2 drops such advertisements',
    advice: 'Give both routers the same advert_int.',
  },
  'other-version': {
    words: 'it speaks another version of VRRP',
    advice: 'Give both routers the same vrrp_version.',
  },
  'other-authentication': {
    words: 'its advertisements fail authentication here',
    advice: 'Give both routers the same auth_type and auth_pass.',
  },
  'other-destination': {
    words: 'it sends to another destination than this router listens to',
    advice: 'Give both routers the same mode: unicast_peer on both, or on none.',
  },
  'unlisted-peer': {
    words: 'it is not in the unicast_peer list of this router, which checks the source',
    advice: 'Add it to unicast_peer, or take the virtual router out of its configuration.',
  },
  'two-owners': {
    words: 'both have priority 255',
    advice: 'Give priority 255 to one router only.',
  },
  'same-address': {
    words: 'it has the same priority and the same source address',
    advice: 'Find the other host with this address; give the routers addresses of their own.',
  },
};

/** All names, in the order of the table. */
export const CONFLICT_NAMES: readonly ConflictName[] = Object.keys(CONFLICTS) as ConflictName[];

/**
 * The conflict that shows in a dropped packet; undefined for packets that are damaged, come from elsewhere, or are our
 * own.
 */
export function conflictOf(rejection: Rejection): ConflictName | undefined {
  return BY_REJECTION[rejection];
}

const BY_REJECTION: Partial<Readonly<Record<Rejection, ConflictName>>> = {
  wrongDestination: 'other-destination',
  unknownPeer: 'unlisted-peer',
  versionErrors: 'other-version',
  addressListErrors: 'other-addresses',
  invalidAuthType: 'other-authentication',
  authTypeMismatch: 'other-authentication',
  authFailures: 'other-authentication',
  intervalErrors: 'other-interval',
  ownerConflicts: 'two-owners',
};
