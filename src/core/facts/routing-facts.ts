/** Facts about routes and rules that instances hold, and about static ones. */
import { exactSpanText, tenthsText } from '../base/span-text.ts';
import { PAUSE_MAX } from '../holdings/fight.ts';
import { RETRY_MAX } from '../holdings/routing-account.ts';
import type {
  RoutingNotice,
  RoutingNoticeId,
  RoutingProblem,
} from '../holdings/routing-reports.ts';
import type { FactEntries, FactEntry, Level } from './entry.ts';
import { COMMON, line } from './notice-line.ts';

/** What such a fact carries. */
export type RoutingFields = Omit<RoutingNotice, 'id'> & {
  readonly instance?: string;
  readonly suppressed?: number;
};

/** Fields by id. */
export type RoutingFacts = Readonly<Record<RoutingNoticeId, RoutingFields>>;

/** Their entries. */
export const ROUTING_FACTS: FactEntries<RoutingFacts> = {
  'vrrp.routingRemoved': entry(
    'notice',
    'A route or rule was there that this process had not added, with the protocol number of VRRP (18): an earlier run had left it, or it has other attributes than the configuration.',
  ),
  'vrrp.routingRepaired': entry(
    'warning',
    'Another program or person removed a route or rule that is held. It is set again, unless it has `no_track`.',
  ),
  'vrrp.routingContested': entry(
    'warning',
    'Another program removes a route or rule that is held again and again. Look for a second program that manages routes: a routing daemon, systemd-networkd, NetworkManager.',
  ),
  'vrrp.routingRefused': entry(
    'warning',
    `A route or rule cannot be set now. It is tried again with pauses of up to ${exactSpanText(RETRY_MAX)}, and as soon as an interface or an address changes.`,
  ),
  'vrrp.routingAccepted': entry(
    'notice',
    'A route or rule that could not be set before is set: what `vrrp.routingRefused` told of is over.',
  ),
};

function entry(level: Level, meaning: string): FactEntry<RoutingFields> {
  return {
    component: 'vrrp',
    level,
    text: routingText,
    meaning,
    fields: {
      instance: 'name of the instance, or `static entries`',
      entries: 'the first of them, in the words of the configuration',
      count: 'how many they are',
      cause:
        'as `cause`: what was found; with `errno` and `explanation` of the kernel, or `interface`, where there is one',
      suppressed: COMMON.suppressed,
    },
    shown: ({ cause }) => ({
      cause: cause.type,
      errno: 'errno' in cause ? cause.errno : undefined,
      explanation:
        'explanation' in cause && cause.explanation !== '' ? cause.explanation : undefined,
      interface: 'interface' in cause ? cause.interface : undefined,
    }),
    limit: ({ instance = '' }) => ({ about: instance }),
  };
}

function routingText(fields: RoutingFields): string {
  return line(fields, sentence(fields));
}

function sentence({ entries, count, cause }: RoutingFields): string {
  const rest = count - entries.length;
  const names = `${entries.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const they = count === 1 ? 'it is' : 'they are';
  switch (cause.type) {
    case 'not-held':
      return `removed ${names}: an earlier run had left ${count === 1 ? 'it' : 'them'} there`;
    case 'other-form':
      return `removed another form of ${names}, which an earlier run had left there`;
    case 'removed':
      return `somebody else removed ${names}: set again`;
    case 'removed-unwatched':
      return `somebody else removed ${names}: ${they} not tracked (no_track), and set again with the next change of state`;
    case 'keeps-removing':
      return `somebody else keeps removing ${names}, ${cause.times} times in ${tenthsText(cause.span)}: ${they} set again after pauses of up to ${exactSpanText(PAUSE_MAX)}; look for another program that manages routes`;
    case 'set':
      return `${names} ${count === 1 ? 'is' : 'are'} set now`;
    default:
      return `${names} cannot be set: ${problemText(cause)}; ${they} tried again`;
  }
}

/** What stands against a route or rule, in words. */
export function problemText(problem: RoutingProblem): string {
  switch (problem.type) {
    case 'refused': {
      const { errno, explanation } = problem;
      return explanation === '' ? `the kernel answers ${errno}` : `${explanation} (${errno})`;
    }
    case 'no-interface':
      return `there is no interface ${problem.interface}`;
    case 'interface-down':
      return `interface ${problem.interface} is down`;
    case 'no-vrf':
      return `there is no VRF ${problem.interface}`;
    case 'unknown-name':
      return `no table of iproute2 on this host has the name ${problem.name}`;
  }
}
