/** Facts about BFD sessions. */
import type { BfdChangeReport, BfdNotBackReport } from '../bfd/sessions.ts';
import type { BfdDiagnostic } from '../wire/bfd.ts';
import type { FactEntries } from './entry.ts';

/** Fields of the facts about BFD sessions, by id. */
export interface BfdFacts {
  readonly 'bfd.changed': Omit<BfdChangeReport, 'type'>;
  readonly 'bfd.not-back': Omit<BfdNotBackReport, 'type'>;
}

/** Their entries. */
export const BFD_FACTS: FactEntries<BfdFacts> = {
  'bfd.changed': {
    component: 'vrrp',
    level: ({ from, to }) => (to === 'Up' ? 'notice' : from === 'Up' ? 'warning' : 'info'),
    text: ({ session, neighbour, from, to, diagnostic, isUp }) => {
      const why = from === 'Up' ? `: ${DIAGNOSTICS[diagnostic]}` : '';
      const still =
        isUp && to !== 'Up'
          ? '; it counts as up for a moment, because the vrrp process has been restarted'
          : '';
      return `BFD session ${session} with ${neighbour}: ${from} -> ${to}${why}${still}`;
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
      isUp: 'whether those that track it count it as up; also for a moment behind a restart of the vrrp process',
    },
    limit: ({ session, to }) => ({ kind: to, about: session }),
  },
  'bfd.not-back': {
    component: 'vrrp',
    level: 'warning',
    text: ({ session, neighbour, state }) =>
      `BFD session ${session} with ${neighbour} has not come up again since the vrrp process was restarted (${state}): it counts as down now`,
    meaning:
      'A BFD session that was up when the vrrp process was restarted did not come back within the detection times of both sides and the time of a handshake. Until then it counted as up.',
    fields: {
      session: 'name of the bfd_instance',
      neighbour: 'address of the neighbour',
      state: 'state in which it is: Down or Init',
    },
    limit: ({ session }) => ({ kind: 'not-back', about: session }),
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
