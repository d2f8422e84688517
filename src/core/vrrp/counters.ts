/** The counters of one instance: those of reference models (RFC 8347, RFC 6527, RFC 2787) and our own. */

/** Counters of one instance (names of RFC 8347 / reference section 13). */
export interface VrrpCounters {
  advertisementsSent: number;
  advertisementsReceived: number;
  priorityZeroSent: number;
  priorityZeroReceived: number;
  becomeMaster: number;
  releaseMaster: number;
  packetLengthErrors: number;
  ipTtlErrors: number;
  invalidTypePackets: number;
  versionErrors: number;
  checksumErrors: number;
  addressListErrors: number;
  intervalErrors: number;
  invalidAuthType: number;
  authTypeMismatch: number;
  authFailures: number;
  /** AH: a sequence number that was heard before, or an older one. */
  replays: number;
  /** `auth_hmac`: no trailer, and one is required. */
  hmacMissing: number;
  /** A trailer of another type. */
  hmacMalformed: number;
  hmacUnknownKey: number;
  hmacInvalid: number;
  /** The time in it lies outside the window. */
  hmacStale: number;
  /** A number that is not above the last one of its sender. */
  hmacReplays: number;
  wrongDestination: number;
  ownSource: number;
  /** Unicast: the sender is not a configured peer, and the sender is checked. */
  unknownPeer: number;
  ownerConflicts: number;
  rejectedByState: number;
  checksumPseudoHeader: number;
  checksumMessageOnly: number;
  /** Unicast: that of keepalived 1.3.6 and older. */
  checksumOldUnicast: number;
  arpSent: number;
  naSent: number;
}

/** Counters that a rejected packet may raise; each also names its notice. */
export type Rejection = Extract<
  keyof VrrpCounters,
  | 'wrongDestination'
  | 'ownSource'
  | 'unknownPeer'
  | 'packetLengthErrors'
  | 'ipTtlErrors'
  | 'versionErrors'
  | 'invalidTypePackets'
  | 'checksumErrors'
  | 'addressListErrors'
  | 'invalidAuthType'
  | 'authTypeMismatch'
  | 'authFailures'
  | 'replays'
  | 'hmacMissing'
  | 'hmacMalformed'
  | 'hmacUnknownKey'
  | 'hmacInvalid'
  | 'hmacStale'
  | 'hmacReplays'
  | 'intervalErrors'
  | 'ownerConflicts'
>;

/** All counters at zero. */
export function newCounters(): VrrpCounters {
  return {
    advertisementsSent: 0,
    advertisementsReceived: 0,
    priorityZeroSent: 0,
    priorityZeroReceived: 0,
    becomeMaster: 0,
    releaseMaster: 0,
    packetLengthErrors: 0,
    ipTtlErrors: 0,
    invalidTypePackets: 0,
    versionErrors: 0,
    checksumErrors: 0,
    addressListErrors: 0,
    intervalErrors: 0,
    invalidAuthType: 0,
    authTypeMismatch: 0,
    authFailures: 0,
    replays: 0,
    hmacMissing: 0,
    hmacMalformed: 0,
    hmacUnknownKey: 0,
    hmacInvalid: 0,
    hmacStale: 0,
    hmacReplays: 0,
    wrongDestination: 0,
    ownSource: 0,
    unknownPeer: 0,
    ownerConflicts: 0,
    rejectedByState: 0,
    checksumPseudoHeader: 0,
    checksumMessageOnly: 0,
    checksumOldUnicast: 0,
    arpSent: 0,
    naSent: 0,
  };
}
