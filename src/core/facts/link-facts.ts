/** Facts about interfaces that instances make for themselves: `use_vmac`, `use_ipvlan`. */
import { exactSpanText, tenthsText } from '../base/span-text.ts';
import { PAUSE_MAX } from '../holdings/fight.ts';
import type { LinkDisturbance, LinkOrigin } from '../holdings/link-reports.ts';
import { linkProblemText } from './causes.ts';
import type { FactEntries } from './entry.ts';
import { COMMON, type NoticeFields } from './notice-line.ts';

/** Their fields, by id. */
export interface LinkFacts {
  readonly 'vrrp.linkReady': NoticeFields<'vrrp.linkReady'>;
  readonly 'vrrp.linkGivenUp': NoticeFields<'vrrp.linkGivenUp'>;
  readonly 'vrrp.linkRepaired': NoticeFields<'vrrp.linkRepaired'>;
  readonly 'vrrp.linkContested': NoticeFields<'vrrp.linkContested'>;
  readonly 'vrrp.linkForeign': NoticeFields<'vrrp.linkForeign'>;
}

const OF_LINK = {
  ...COMMON,
  interface: 'the interface',
  parent: 'the interface that it stands on',
};

const ORIGINS: Readonly<Record<LinkOrigin, string>> = {
  made: 'was made',
  adopted: 'was there already and is taken over',
  renamed: 'has its new name',
};

const DISTURBANCES: Readonly<Record<LinkDisturbance, readonly [done: string, doing: string]>> = {
  removed: ['removed', 'removing'],
  'set-down': ['set down', 'setting down'],
  changed: ['changed', 'changing'],
};

/** Their entries. */
export const LINK_FACTS: FactEntries<LinkFacts> = {
  'vrrp.linkReady': {
    component: 'vrrp',
    level: 'info',
    text: ({ instance, interface: name, parent, kind, mac, origin }) => {
      const address = mac === undefined ? '' : ` with ${mac}`;
      return `${instance}: the ${kind} ${name} on ${parent}${address} ${ORIGINS[origin]}, and is up`;
    },
    meaning: 'An instance with `use_vmac` or `use_ipvlan` has its interface.',
    fields: {
      ...OF_LINK,
      kind: '`macvlan` or `ipvlan`',
      mac: 'its hardware address, of a macvlan',
      origin: '`made`, `adopted` (it was left by an earlier run, and fits) or `renamed`',
    },
  },
  'vrrp.linkGivenUp': {
    component: 'vrrp',
    level: 'info',
    text: ({ instance, interface: name }) =>
      `${instance}: removed the interface ${name}, which is no longer needed`,
    meaning: 'At a stop, or after a reload that has changed `use_vmac` or `use_ipvlan`.',
    fields: OF_LINK,
  },
  'vrrp.linkRepaired': {
    component: 'vrrp',
    level: 'warning',
    text: ({ instance, interface: name, what }) =>
      `${instance}: somebody else ${DISTURBANCES[what][0]} the interface ${name}: it is put right again`,
    meaning:
      'Another program or person changed the interface of an instance; it is right again, with its addresses.',
    fields: { ...OF_LINK, what: '`removed`, `set-down` or `changed`' },
    limit: ({ instance }) => ({ about: instance }),
  },
  'vrrp.linkContested': {
    component: 'vrrp',
    level: 'warning',
    text: ({ instance, interface: name, what, times, span }) =>
      `${instance}: somebody else keeps ${DISTURBANCES[what][1]} the interface ${name}, ${times} times in ${tenthsText(span)}: it is put right after pauses of up to ${exactSpanText(PAUSE_MAX)}; look for another program that manages it`,
    meaning: 'Another program changes the interface of an instance again and again.',
    fields: {
      ...OF_LINK,
      what: '`removed`, `set-down` or `changed`',
      times: 'how often so far',
      span: 'since when, in microseconds',
    },
    limit: ({ instance }) => ({ about: instance }),
  },
  'vrrp.linkForeign': {
    component: 'vrrp',
    level: 'error',
    text: ({ instance, interface: name, kind }) =>
      `${instance}: ${name} ${linkProblemText({ type: 'foreign', kind })}`,
    meaning:
      'The name of the interface that an instance wants belongs to another interface, which is never touched. The instance is in FAULT until one of them has another name.',
    fields: { ...OF_LINK, kind: 'what the other interface is' },
    limit: ({ instance }) => ({ about: instance }),
  },
};
