/** What in a packet is not as this instance has it: the setting or the addresses, theirs and ours. */
import { type IpAddress, isMulticast } from '../base/address.ts';
import type { Duration } from '../base/time.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { intervalFromField } from '../wire/intervals.ts';
import { AUTH_TYPE, authTypeOf, intervalOf, VRRP_HEADER_LENGTH, versionOf } from '../wire/vrrp.ts';
import type { ListDifference } from './address-list.ts';
import type { Rejection } from './counters.ts';
import { groupOf } from './group-address.ts';

/** A difference, theirs against ours. */
export type PacketDifference =
  | ListDifference
  /** `expected` is absent where this instance has no address now. */
  | {
      readonly kind: 'destination';
      readonly destination: IpAddress;
      readonly isMulticast: boolean;
      /** This instance listens to the group. */
      readonly expectsMulticast: boolean;
      readonly expected?: IpAddress;
    }
  | { readonly kind: 'version'; readonly theirs: number; readonly ours: number }
  | { readonly kind: 'interval'; readonly theirs: Duration; readonly ours: Duration }
  | { readonly kind: 'authentication'; readonly theirs: AuthWord; readonly ours: AuthWord }
  /** An `auth_hmac` key that is not known here. */
  | { readonly kind: 'key'; readonly id: number }
  /** The clock of the sender, whole seconds behind ours (negative: ahead), and how many are allowed. */
  | { readonly kind: 'clock'; readonly behind: number; readonly window: number };

/** Types of authentication as operators call them; `secret` is never shown. */
export type AuthWord = 'none' | 'PASS' | 'AH' | 'HMAC' | 'unknown';

/** What there is to say of a message that raised a counter, apart from its address list; undefined: nothing more. */
export function packetDifference(
  rejection: Rejection,
  packet: {
    readonly destination: IpAddress;
    readonly message: Uint8Array;
    readonly ipPacket?: Uint8Array;
  },
  message: Uint8Array,
  {
    config,
    primaryAddress,
  }: {
    readonly config: VrrpInstanceConfig;
    readonly primaryAddress: IpAddress | undefined;
  },
): PacketDifference | undefined {
  const { destination } = packet;
  const { version, advertInterval } = config;
  if (rejection === 'wrongDestination') {
    const expectsMulticast = config.unicastPeers.length === 0;
    const expected = expectsMulticast ? groupOf(config) : primaryAddress;
    return {
      kind: 'destination',
      destination,
      isMulticast: isMulticast(destination),
      expectsMulticast,
      ...(expected && { expected }),
    };
  }
  if (message.length < VRRP_HEADER_LENGTH) return undefined;
  switch (rejection) {
    case 'versionErrors':
      return { kind: 'version', theirs: versionOf(message), ours: version };
    case 'intervalErrors': {
      const theirs = intervalFromField(version, intervalOf(message, version));
      return { kind: 'interval', theirs, ours: advertInterval };
    }
    case 'invalidAuthType':
    case 'authTypeMismatch':
    case 'authFailures':
    case 'hmacMissing':
      return { kind: 'authentication', theirs: theirWord(packet, message), ours: ourWord(config) };
    default:
      return undefined;
  }
}

function theirWord(
  packet: { readonly message: Uint8Array; readonly ipPacket?: Uint8Array },
  message: Uint8Array,
): AuthWord {
  if (packet.ipPacket !== undefined) return 'AH';
  if (packet.message.length > message.length) return 'HMAC';
  return versionOf(message) === 2 ? (AUTH_WORDS[authTypeOf(message)] ?? 'unknown') : 'none';
}

function ourWord({ authentication, hmac }: VrrpInstanceConfig): AuthWord {
  return hmac === undefined ? (authentication?.type ?? 'none') : 'HMAC';
}

const AUTH_WORDS: Readonly<Record<number, AuthWord>> = {
  [AUTH_TYPE.none]: 'none',
  [AUTH_TYPE.simpleText]: 'PASS',
  [AUTH_TYPE.ipAuthenticationHeader]: 'AH',
};
