/** Facts about firewall rules: for addresses that accept no packets, for the sources of Full-NAT, and for marks. */
import { spanText } from '../base/span-text.ts';
import type { RulePurpose } from '../firewall/rule-writer.ts';
import type { FactEntries } from './entry.ts';
import { count, named } from './words.ts';

/** Fields of the facts about firewall rules, by id. */
export interface FirewallFacts {
  readonly 'firewall.applied': {
    readonly purpose: RulePurpose;
    readonly place: string;
    readonly addresses: readonly string[];
    readonly adopted: boolean;
    readonly instead: string;
  };
  readonly 'firewall.failed': {
    readonly purpose: RulePurpose;
    readonly addresses: readonly string[];
    readonly reason: string;
  };
  readonly 'firewall.restored': {
    readonly purpose: RulePurpose;
    readonly place: string;
    readonly wasGone: boolean;
  };
  readonly 'firewall.contested': {
    readonly purpose: RulePurpose;
    readonly place: string;
    readonly times: number;
    readonly seconds: number;
  };
  readonly 'firewall.removed': { readonly purpose: RulePurpose; readonly place: string };
  readonly 'firewall.left-behind': {
    readonly purpose: RulePurpose;
    readonly place: string;
    readonly reason: string;
  };
}

/** Of the addresses so many are named in a line. */
const ADDRESSES_NAMED_MAX = 5;

/** What holds, as a sentence. */
function doneText(purpose: RulePurpose, names: string): string {
  switch (purpose) {
    case 'closed':
      return `packets to ${names} are dropped`;
    case 'full-nat':
      return `servers see the director as the client of ${names}`;
    case 'marks':
      return `packets to the addresses of ${names} are marked`;
  }
}

/** What is wrong, as a sentence. */
function brokenText(purpose: RulePurpose, names: string, isOne: boolean): string {
  switch (purpose) {
    case 'closed':
      return `${names} ${isOne ? 'accepts packets although it is' : 'accept packets although they are'} not to`;
    case 'full-nat':
      return `Full-NAT of ${names} does not work`;
    case 'marks':
      return `no packet is marked for ${names}, so that none is taken`;
  }
}

const PLACE = 'table or chains, and what they belong to';
const OPEN =
  'addresses that `no_accept` or strict mode closes and that accept packets, or services that do not work';
const PURPOSE =
  'what the rules are for: `closed` addresses, the sources of `full-nat`, or `marks` of nftables_ipvs';

/** Their entries. */
export const FIREWALL_FACTS: FactEntries<FirewallFacts> = {
  'firewall.applied': {
    component: 'main',
    level: ({ instead }) => (instead === '' ? 'info' : 'warning'),
    text: ({ purpose, place, addresses, adopted, instead }) => {
      const how = adopted ? 'stood already in' : 'stand in';
      const why = instead === '' ? '' : ` (instead of ${instead})`;
      return `${doneText(purpose, named(addresses, ADDRESSES_NAMED_MAX))}: the rules ${how} ${place}${why}`;
    },
    meaning:
      'The rules were written and read again. They stand in every state of an instance, so that none is missing when it becomes master.',
    fields: {
      purpose: PURPOSE,
      place: PLACE,
      addresses: 'the addresses or services, as read in the kernel',
      adopted: 'the rules stood there before, and were left alone',
      instead: 'what was tried first, and why it did not do; empty when nothing was',
    },
  },
  'firewall.failed': {
    component: 'main',
    level: 'error',
    text: ({ purpose, addresses, reason }) => {
      if (addresses.length === 0) return `the firewall rules stay as they were: ${reason}`;
      const names = named(addresses, ADDRESSES_NAMED_MAX);
      return `${brokenText(purpose, names, addresses.length === 1)}: no rules can be written: ${reason}`;
    },
    meaning:
      'Neither nftables nor iptables could be used. VRRP and checks go on, and the rules are tried again. Install nftables, or look at what the kernel lacks.',
    fields: { purpose: PURPOSE, addresses: OPEN, reason: 'what each way said' },
    limit: () => ({}),
  },
  'firewall.restored': {
    component: 'main',
    level: 'warning',
    text: ({ place, wasGone }) =>
      `somebody ${wasGone ? 'removed' : 'changed'} the rules in ${place}: they stand again`,
    meaning:
      'Another program or person changed rules of ours. `nft flush ruleset`, also at the start of a firewall service, removes them with all others.',
    fields: { purpose: PURPOSE, place: PLACE, wasGone: 'false when they were changed' },
    limit: () => ({}),
  },
  'firewall.contested': {
    component: 'main',
    level: 'error',
    text: ({ place, times, seconds }) =>
      `somebody changes the rules in ${place} again and again: ${count(times, 'time')} in ${spanText(seconds)}; they are restored more slowly now`,
    meaning:
      'Two programs want different rules. Find the other one with `nft monitor`. Until then addresses accept packets, or services do not work, from time to time.',
    fields: {
      purpose: PURPOSE,
      place: PLACE,
      times: 'changes since it began',
      seconds: 'since it began',
    },
    limit: () => ({}),
  },
  'firewall.removed': {
    component: 'main',
    level: 'info',
    text: ({ place }) => `the rules in ${place} are removed`,
    meaning: 'Nothing in the configuration needs the rules any more, or Tandem stops.',
    fields: { purpose: PURPOSE, place: PLACE },
  },
  'firewall.left-behind': {
    component: 'main',
    level: 'error',
    text: ({ place, reason }) => `the rules in ${place} cannot be removed: ${reason}`,
    meaning:
      'Rules of ours are left in the kernel. They drop, translate or mark packets that this host may still get. Remove them by hand.',
    fields: { purpose: PURPOSE, place: PLACE, reason: 'what the program said' },
    limit: () => ({}),
  },
};
