/** What differs between an advertisement and this instance, in words. */
import { exactSpanText } from '../base/span-text.ts';
import type { PacketDifference } from '../vrrp/packet-difference.ts';
import { named } from './words.ts';

/** Most addresses that a line names for one side; the rest is a number. */
const NAMED_MAX = 4;

/** A difference as a clause: `only there: 192.0.2.9; only here: 192.0.2.7`. */
export function differenceText(difference: PacketDifference): string {
  switch (difference.kind) {
    case 'addresses': {
      const { onlyThere, onlyHere } = difference;
      return [
        ...(onlyThere.length > 0 ? [`only there: ${named(onlyThere, NAMED_MAX)}`] : []),
        ...(onlyHere.length > 0 ? [`only here: ${named(onlyHere, NAMED_MAX)}`] : []),
      ].join('; ');
    }
    case 'listed-twice':
      return 'an address is listed twice there';
    case 'not-link-local':
      return 'its first address is not link-local';
    case 'none':
      return 'same addresses';
    case 'destination':
      return destinationText(difference);
    case 'version':
      return `version ${difference.theirs} there, ${difference.ours} here`;
    case 'interval': {
      const { theirs, ours } = difference;
      return `${exactSpanText(theirs)} there, ${exactSpanText(ours)} here`;
    }
    case 'authentication': {
      const { theirs, ours } = difference;
      if (theirs === ours) return `${theirs} on both sides, with another secret`;
      if (theirs === 'HMAC') return `auth_hmac there, ${ours} here`;
      if (ours === 'HMAC') return `${theirs} there, auth_hmac here`;
      return `auth_type ${theirs} there, ${ours} here`;
    }
    case 'key':
      return `active_key ${difference.id} there`;
    case 'clock':
      return clockText(difference);
  }
}

/** Two clocks: `its clock is 7 s behind ours, 5 s are allowed`. */
export function clockText(clock: { readonly behind: number; readonly window: number }): string {
  const { behind, window } = clock;
  const way = behind < 0 ? 'ahead of' : 'behind';
  return `its clock is ${Math.abs(behind)} s ${way} ours, ${window} s are allowed`;
}

function destinationText({
  destination,
  isMulticast,
  expectsMulticast,
  expected,
}: Extract<PacketDifference, { kind: 'destination' }>): string {
  if (isMulticast && !expectsMulticast) {
    return 'multicast, but this instance expects unicast (it has a unicast_peer)';
  }
  if (isMulticast) return `to the group ${destination}, but this instance uses ${expected}`;
  if (expectsMulticast) {
    return `unicast to ${destination}, but this instance expects multicast (its unicast_peer is empty)`;
  }
  return expected === undefined
    ? `unicast to ${destination}, but this instance has no address now`
    : `unicast to ${destination}, but this instance expects it at ${expected}`;
}
