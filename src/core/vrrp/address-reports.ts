/**
 * The wording of what happened to addresses beyond what was ordered: left over, replaced, removed by somebody
 * else. Addresses of one instance, interface and cause are one line.
 */
import { exactSpanText, tenthsText } from '../base/span-text.ts';
import { type FightNumbers, PAUSE_MAX } from './address-fight.ts';

/** Codes of the notices. */
export type AddressNoticeCode =
  /** An address was removed that this process had not added. */
  | 'addressRemoved'
  /** An address was there with other attributes. */
  | 'addressReplaced'
  /** Somebody else changed an address; it has been put right. */
  | 'addressRepaired'
  /** Somebody else changes an address again and again. */
  | 'addressContested'
  /** A virtual address is not removed, because the interface needs it. */
  | 'addressKept';

/** One thing that happened to one address. */
export interface AddressEvent {
  readonly code: AddressNoticeCode;
  readonly instance: string;
  readonly interface: string;
  /** `192.0.2.1/24`. */
  readonly address: string;
  readonly cause: AddressCause;
}

/** Why, for each code. */
export type AddressCause =
  /** Not held now; `origin` tells what is known of who added it. */
  | { readonly type: 'not-held'; readonly origin: AddressOrigin; readonly isConfigured: boolean }
  | { readonly type: 'other-form'; readonly wanted: string; readonly isAdded: boolean }
  | { readonly type: 'removed' | 'added' }
  | ({ readonly type: 'keeps-removing' | 'keeps-adding' } & FightNumbers)
  | { readonly type: 'only-source'; readonly family: 'ipv4' | 'ipv6' };

/** Who added an address, as far as the kernel tells: `marked` is what Tandem and keepalived leave. */
export type AddressOrigin = 'marked' | 'foreign' | 'unknown';

/** A notice, ready to be shown behind the name of its instance. */
export interface AddressNotice {
  readonly instance: string;
  readonly code: AddressNoticeCode;
  readonly message: string;
}

/** Most addresses that one line names. */
const NAMED_MAX = 32;

const ORIGINS: Readonly<Record<AddressOrigin, string>> = {
  marked: 'an earlier run had left it there',
  foreign: 'it was added by hand or by another program',
  unknown: 'an earlier run had left it there, or it was added by hand or by another program',
};

/** The notices of some events. */
export function addressNotices(events: readonly AddressEvent[]): AddressNotice[] {
  const groups = new Map<string, AddressEvent[]>();
  for (const event of events) {
    const key = JSON.stringify([event.code, event.instance, event.interface, event.cause]);
    const group = groups.get(key) ?? [];
    group.push(event);
    groups.set(key, group);
  }
  const notices: AddressNotice[] = [];
  for (const group of groups.values()) {
    for (let start = 0; start < group.length; start += NAMED_MAX) {
      const part = group.slice(start, start + NAMED_MAX);
      const [first] = part;
      if (first === undefined) continue;
      const { instance, code } = first;
      const names = part.map(({ address }) => address).join(', ');
      notices.push({ instance, code, message: sentence(names, first) });
    }
  }
  return notices;
}

function sentence(names: string, { interface: device, cause }: AddressEvent): string {
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
