/** Facts about firewall rules for addresses that accept no packets. */
import { spanText } from '../base/span-text.ts';
import type { FactEntries } from './entry.ts';
import { count, named } from './words.ts';

/** Fields of the facts about firewall rules, by id. */
export interface FirewallFacts {
  readonly 'firewall.applied': {
    readonly place: string;
    readonly addresses: readonly string[];
    readonly adopted: boolean;
    readonly instead: string;
  };
  readonly 'firewall.failed': {
    readonly addresses: readonly string[];
    readonly reason: string;
  };
  readonly 'firewall.restored': { readonly place: string; readonly wasGone: boolean };
  readonly 'firewall.contested': {
    readonly place: string;
    readonly times: number;
    readonly seconds: number;
  };
  readonly 'firewall.removed': { readonly place: string };
  readonly 'firewall.left-behind': { readonly place: string; readonly reason: string };
}

/** Of the addresses so many are named in a line. */
const ADDRESSES_NAMED_MAX = 5;

const PLACE = 'table or chains, and what they belong to';
const OPEN = 'addresses that `no_accept` or strict mode closes, and that accept packets';

/** Their entries. */
export const FIREWALL_FACTS: FactEntries<FirewallFacts> = {
  'firewall.applied': {
    component: 'main',
    level: ({ instead }) => (instead === '' ? 'info' : 'warning'),
    text: ({ place, addresses, adopted, instead }) => {
      const how = adopted ? 'stood already in' : 'stand in';
      const why = instead === '' ? '' : ` (instead of ${instead})`;
      return `packets to ${named(addresses, ADDRESSES_NAMED_MAX)} are dropped: the rules ${how} ${place}${why}`;
    },
    meaning:
      'The rules for addresses that accept no packets were written and read again. They stand in every state of an instance, so that none is missing when it becomes master.',
    fields: {
      place: PLACE,
      addresses: 'the addresses, as read in the kernel',
      adopted: 'the rules stood there before, and were left alone',
      instead: 'what was tried first, and why it did not do; empty when nothing was',
    },
  },
  'firewall.failed': {
    component: 'main',
    level: 'error',
    text: ({ addresses, reason }) => {
      if (addresses.length === 0) return `the firewall rules stay as they were: ${reason}`;
      const what =
        addresses.length === 1
          ? 'accepts packets although it is'
          : 'accept packets although they are';
      return `${named(addresses, ADDRESSES_NAMED_MAX)} ${what} not to: no rules can be written: ${reason}`;
    },
    meaning:
      'Neither nftables nor iptables could be used. VRRP goes on, and the rules are tried again. Install nftables, or look at what the kernel lacks.',
    fields: { addresses: OPEN, reason: 'what each way said' },
    limit: () => ({}),
  },
  'firewall.restored': {
    component: 'main',
    level: 'warning',
    text: ({ place, wasGone }) =>
      `somebody ${wasGone ? 'removed' : 'changed'} the rules in ${place}: they stand again`,
    meaning:
      'Another program or person changed the rules for addresses that accept no packets. `nft flush ruleset`, also at the start of a firewall service, removes them with all others.',
    fields: { place: PLACE, wasGone: 'false when they were changed' },
    limit: () => ({}),
  },
  'firewall.contested': {
    component: 'main',
    level: 'error',
    text: ({ place, times, seconds }) =>
      `somebody changes the rules in ${place} again and again: ${count(times, 'time')} in ${spanText(seconds)}; they are restored more slowly now`,
    meaning:
      'Two programs want different rules. Find the other one with `nft monitor`. Until then the addresses accept packets from time to time.',
    fields: { place: PLACE, times: 'changes since it began', seconds: 'since it began' },
    limit: () => ({}),
  },
  'firewall.removed': {
    component: 'main',
    level: 'info',
    text: ({ place }) => `the rules in ${place} are removed`,
    meaning: 'No address of the configuration is closed any more, or Tandem stops.',
    fields: { place: PLACE },
  },
  'firewall.left-behind': {
    component: 'main',
    level: 'error',
    text: ({ place, reason }) => `the rules in ${place} cannot be removed: ${reason}`,
    meaning:
      'Rules of ours are left in the kernel. They drop packets to addresses that this host may not hold any more. Remove them by hand.',
    fields: { place: PLACE, reason: 'what the program said' },
    limit: () => ({}),
  },
};
