/**
 * The kinds of conflicts between two Masters: the one closed list. The name of a conflict is its word in the log, in
 * `status` and in metrics; `tandem explain NAME` tells what it means.
 */
import { OWNER_PRIORITY } from '../wire/protocol.ts';
import type { Rejection } from './counters.ts';

/** What two routers of one virtual router do not agree about. */
export type ConflictName =
  | 'deaf-peer'
  | 'unheard-peer'
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
    words:
      'it should have stepped down: it does not hear this router, or drops what this router sends',
    advice:
      'Compare the settings of both routers, and look for a firewall or a switch that stops VRRP (protocol 112) on the way to the other router.',
  },
  'unheard-peer': {
    words: 'its heartbeat says so, but its advertisements do not arrive here',
    advice:
      'Look for what stops VRRP (protocol 112) between the two routers: a firewall, a switch, a broken link. Both hold the addresses until one hears the other.',
  },
  'other-addresses': {
    words: 'its list of virtual addresses differs from ours',
    advice: 'Give both routers the same virtual_ipaddress list.',
  },
  'other-interval': {
    words: 'its advert_int differs from ours, so this router drops its advertisements',
    advice: 'Give both routers the same advert_int.',
  },
  'other-version': {
    words: 'it speaks another version of VRRP',
    advice: 'Give both routers the same vrrp_version.',
  },
  'other-authentication': {
    words: 'its advertisements fail authentication here',
    advice:
      'Give both routers the same auth_type and auth_pass. With auth_hmac, give both the same keys and set both clocks; where the clocks agree, somebody sends recorded advertisements again.',
  },
  'other-destination': {
    words: 'it sends its advertisements to an address that this router does not listen to',
    advice:
      'Use unicast_peer on both routers or on none. With unicast_peer, each lists the source address of the other.',
  },
  'unlisted-peer': {
    words: 'it is not in the unicast_peer list of this router, which checks the source',
    advice:
      'Add it to unicast_peer, or remove this virtual_router_id from the other router’s configuration.',
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
 * own. `priority` is that in the packet.
 */
export function conflictOf(rejection: Rejection, priority: number): ConflictName | undefined {
  // An owner in strict mode drops all advertisements.
  if (rejection === 'ownerConflicts' && priority !== OWNER_PRIORITY) return 'deaf-peer';
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
  hmacMissing: 'other-authentication',
  hmacMalformed: 'other-authentication',
  hmacUnknownKey: 'other-authentication',
  hmacInvalid: 'other-authentication',
  hmacStale: 'other-authentication',
  intervalErrors: 'other-interval',
  ownerConflicts: 'two-owners',
};
