/** Facts about BFD sessions. */
import type { BfdReport } from '../bfd/sessions.ts';
import type { BfdDiagnostic } from '../wire/bfd.ts';
import type { FactEntries } from './entry.ts';

/** Fields of the facts about BFD sessions, by id. */
export interface BfdFacts {
  readonly 'bfd.changed': Omit<BfdReport, 'type'>;
}

/** Their entries. */
export const BFD_FACTS: FactEntries<BfdFacts> = {
  'bfd.changed': {
    component: 'vrrp',
    level: ({ from, to }) => (to === 'Up' ? 'notice' : from === 'Up' ? 'warning' : 'info'),
    text: ({ session, neighbour, from, to, diagnostic }) => {
      const why = from === 'Up' ? `: ${DIAGNOSTICS[diagnostic]}` : '';
      return `BFD session ${session} with ${neighbour}: ${from} -> ${to}${why}`;
    },
    meaning:
      'A BFD session is in another state than before. Instances that track it change their priority, or begin or end a FAULT.',
    fields: {
      session: 'name of the bfd_instance',
      neighbour: 'address of the neighbour',
      from: 'state before: Down, Init or Up',
      to: 'state now',
      diagnostic: 'why it left Up last, in the words of RFC 5880 section 4.1',
      neighbourState: 'state that the neighbour said last',
      neighbourDiagnostic: 'why the neighbour left Up last',
    },
    limit: ({ session, to }) => ({ kind: to, about: session }),
  },
};

/** Why a session left Up, in words. */
export const DIAGNOSTICS: Readonly<Record<BfdDiagnostic, string>> = {
  none: 'no reason was given',
  'detection-time-expired': 'nothing was heard for the detection time',
  'echo-failed': 'the echo failed',
  'neighbour-signalled-down': 'the neighbour says that it is down',
  'forwarding-plane-reset': 'the forwarding plane was reset',
  'path-down': 'the path is down',
  'concatenated-path-down': 'a path behind the neighbour is down',
  'administratively-down': 'it was switched off',
  'reverse-concatenated-path-down': 'a path behind the neighbour is down in the other direction',
};
