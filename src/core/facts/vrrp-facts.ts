/** Facts about the states of VRRP instances and sync groups. */
import type { Renamed } from '../vrrp/reload.ts';
import type { TransitionReason, VrrpReport, VrrpState } from '../vrrp/types.ts';
import { causeText, trackerText, whyText } from './causes.ts';
import type { FactEntries, Level } from './entry.ts';
import { named } from './words.ts';

type Reported<Type extends VrrpReport['type']> = Omit<
  Extract<VrrpReport, { readonly type: Type }>,
  'type'
>;

/** Of a list of new names so many are in the text; the fields have all. */
const NAMED_MAX = 16;

/** Fields of the facts about states, by id. */
export interface VrrpFacts {
  readonly 'vrrp.transition': Reported<'transition'>;
  readonly 'vrrp.priority-changed': Reported<'priorityChanged'>;
  readonly 'vrrp.group-transition': Reported<'groupTransition'>;
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
      'What an instance tracks with a weight has changed, or the configuration, and with it the priority that it advertises.',
    fields: {
      instance: 'name of the instance',
      from: 'priority before',
      to: 'priority now',
      trackers: 'names of what has changed',
    },
    shown: ({ trackers }) => ({ trackers: trackers.map(({ name }) => name).join(' ') }),
    limit: ({ instance }) => ({ about: instance }),
  },
  'vrrp.group-transition': {
    component: 'vrrp',
    level: ({ to }) => (to === 'FAULT' ? 'warning' : 'notice'),
    text: ({ group, from, to }) => `sync group ${group}: ${from} -> ${to}`,
    meaning: 'The members of a sync group have all changed their state.',
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

function renaming({ from, to }: Renamed): string {
  return `${from} is now ${to}`;
}

/** A lost interface needs attention; an operator's or our own orderly step is a plain change of state. */
function transitionLevel(to: VrrpState, reason: TransitionReason): Level {
  if (to === 'FAULT') return 'warning';
  return reason === 'startup' && to !== 'MASTER' ? 'info' : 'notice';
}
