/** A fresh set of the counters of reference models (RFC 8347, RFC 6527, RFC 2787) and our own. */
import type { VrrpCounters } from './types.ts';

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
    wrongDestination: 0,
    ownSource: 0,
    unknownPeer: 0,
    ownerConflicts: 0,
    rejectedByState: 0,
    checksumPseudoHeader: 0,
    checksumMessageOnly: 0,
    arpSent: 0,
    naSent: 0,
  };
}
