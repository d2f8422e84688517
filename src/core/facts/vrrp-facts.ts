/** Facts about the states of VRRP instances and sync groups. */
import { spanText } from '../base/span-text.ts';
import { toSeconds } from '../base/time.ts';
import { CONFLICTS } from '../vrrp/conflict-names.ts';
import type { ConflictEnd, Rival } from '../vrrp/conflict-watch.ts';
import type { TransitionReason, VrrpReport, VrrpState } from '../vrrp/events-and-actions.ts';
import type { Renamed } from '../vrrp/reload.ts';
import { causeText, trackerText, whyText } from './causes.ts';
import { differenceText } from './differences.ts';
import type { FactEntries, Level, Reported } from './entry.ts';
import { named } from './words.ts';

/** Of a list of new names so many are in the text; the fields have all. */
const NAMED_MAX = 16;

/** Fields of the facts about states, by id. */
export interface VrrpFacts {
  readonly 'vrrp.transition': Reported<VrrpReport, 'transition'>;
  readonly 'vrrp.priority-changed': Reported<VrrpReport, 'priorityChanged'>;
  readonly 'vrrp.conflict': Reported<VrrpReport, 'conflict'>;
  readonly 'vrrp.group-transition': Reported<VrrpReport, 'groupTransition'>;
  readonly 'vrrp.renamed': { readonly renamed: readonly Renamed[] };
}

/** Their entries. */
export const VRRP_FACTS: FactEntries<VrrpFacts> = {
  'vrrp.transition': {
    component: 'vrrp',
    level: ({ to, reason }) => transitionLevel(to, reason),
    text: ({ instance, from, to, reason, cause }) =>
      `${instance}: ${from} -> ${to} (${whyText(reason, cause)})`,
    meaning: 'An instance changed its state. `tandem explain REASON` says more about a reason.',
    fields: {
      instance: 'name of the instance',
      from: 'state before',
      to: 'state now',
      reason: 'why: one of the reasons below',
      cause: 'what the reason is about, as text; `peer` is the address of a router',
    },
    shown: ({ cause }) => ({
      ...(cause === undefined ? {} : { cause: causeText(cause) }),
      ...(cause?.kind === 'router' && { peer: cause.address }),
    }),
  },
  'vrrp.priority-changed': {
    component: 'vrrp',
    level: 'notice',
    text: ({ instance, from, to, trackers }) => {
      const why = trackers.map(trackerText).join(', ') || 'the configuration';
      return `${instance}: priority ${from} -> ${to} (${why})`;
    },
    meaning:
      'The priority that an instance advertises has changed, because of a tracker with a weight or of a reload.',
    fields: {
      instance: 'name of the instance',
      from: 'priority before',
      to: 'priority now',
      trackers: 'names of what has changed',
    },
    shown: ({ trackers }) => ({ trackers: trackers.map(({ name }) => name).join(' ') }),
    limit: ({ instance }) => ({ about: instance }),
  },
  'vrrp.conflict': {
    component: 'vrrp',
    level: ({ phase }) => (phase === 'began' || phase === 'lasts' ? 'error' : 'notice'),
    text: ({ instance, phase, rival, lasted }) => {
      const span = spanText(toSeconds(lasted));
      if (phase !== 'began' && phase !== 'lasts') {
        return `${instance}: the conflict with ${rival.address} is over after ${span} (${CONFLICT_ENDS[phase]})`;
      }
      const since = phase === 'lasts' ? `, for ${span} now` : '';
      return `${instance}: TWO MASTERS${since}: ${conflictText(rival)} ${CONFLICTS[rival.name].advice}`;
    },
    meaning:
      'Two routers hold the same virtual addresses at once. A client may reach either. `tandem explain NAME` tells what the name of a conflict means. It is said again every 5 minutes while it lasts.',
    fields: {
      instance: 'name of the instance',
      phase: '`began`, `lasts`, or how it ended: `silent`, `resigned`, `left-master`',
      rival: 'the other router, in the fields `conflict`, `peer`, `peerPriority` and `difference`',
      lasted: 'as `seconds`',
    },
    shown: ({ rival, lasted }) => ({
      conflict: rival.name,
      peer: rival.address,
      peerPriority: rival.priority,
      lasted: undefined,
      seconds: toSeconds(lasted),
      ...(rival.difference && { difference: differenceText(rival.difference) }),
    }),
    // Ends hold back no beginnings.
    limit: ({ instance, phase }) => ({
      about: `${instance} ${phase === 'began' || phase === 'lasts' ? 'on' : 'over'}`,
    }),
  },
  'vrrp.group-transition': {
    component: 'vrrp',
    level: ({ to }) => (to === 'FAULT' ? 'warning' : 'notice'),
    text: ({ group, from, to }) => `sync group ${group}: ${from} -> ${to}`,
    meaning:
      'A sync group changed its state. It is MASTER when all members are, and FAULT when one is.',
    fields: { group: 'name of the sync group', from: 'state before', to: 'state now' },
  },
  'vrrp.renamed': {
    component: 'main',
    level: 'notice',
    text: ({ renamed }) =>
      `renamed, the same virtual routers go on: ${named(renamed.map(renaming), NAMED_MAX)}`,
    meaning: 'A reload gave instances other names. Nothing else happened to them.',
    fields: { renamed: 'all of them, as text' },
    shown: ({ renamed }) => ({ renamed: renamed.map(renaming) }),
  },
};

/** Who else is master, and what differs: `10.1.0.2 (priority 90) is master too: its advert_int is another one.`. */
export function conflictText({ name, address, priority, difference }: Rival): string {
  const more = difference === undefined ? '' : ` (${differenceText(difference)})`;
  return `${address} (priority ${priority}) is master too: ${CONFLICTS[name].words}${more}.`;
}

const CONFLICT_ENDS: Readonly<Record<ConflictEnd, string>> = {
  silent: 'it is silent',
  resigned: 'it has resigned',
  'left-master': 'this router is not master any more',
};

function renaming({ from, to }: Renamed): string {
  return `${from} is now ${to}`;
}

/** A lost interface needs attention; an operator's or our own orderly step is a plain change of state. */
function transitionLevel(to: VrrpState, reason: TransitionReason): Level {
  if (to === 'FAULT') return 'warning';
  return reason === 'startup' && to !== 'MASTER' ? 'info' : 'notice';
}
