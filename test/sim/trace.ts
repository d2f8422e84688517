/** A run as a short text, in the words of the RFC: who, which state, by which event or timer. */
import type { TransitionReason } from '../../src/core/vrrp/reasons.ts';
import type { RunResult } from './run.ts';

/** Lines that are shown at most; the end matters. */
const LINES_MAX = 120;

/** What RFC 9568 section 6.4 calls what has happened. */
const RFC_WORDS: Partial<Readonly<Record<TransitionReason, string>>> = {
  startup: 'Startup event',
  owner: 'Startup event of the address owner',
  'no-master-heard': 'Active_Down_Timer fired, no ADVERTISEMENT was heard',
  'master-timeout': 'Active_Down_Timer fired, ADVERTISEMENTS have stopped',
  'master-resigned': 'Active_Down_Timer fired a Skew_Time after an ADVERTISEMENT with priority 0',
  preempted: 'Active_Down_Timer fired, Preempt_Mode discarded lower ADVERTISEMENTS',
  'higher-priority': 'ADVERTISEMENT with a greater priority',
  'equal-priority-higher-address': 'ADVERTISEMENT with equal priority and a greater address',
  shutdown: 'Shutdown event',
};

/** The trace of a run that was played with its story. */
export function trace({ run, story, violation }: RunResult): string {
  const faults = run.rounds.flat().length;
  const lines = story.map(inRfcWords);
  const shown = lines.slice(-LINES_MAX);
  return [
    `${JSON.stringify(run.plan)}`,
    `${faults} faults left`,
    ...(lines.length > shown.length ? [`... ${lines.length - shown.length} lines before`] : []),
    ...shown,
    `=> ${violation?.message ?? 'nothing is wrong'}`,
  ].join('\n');
}

function inRfcWords(line: string): string {
  return line.replace(/\(([a-z-]+)\)$/, (all, reason: TransitionReason) => {
    const words = RFC_WORDS[reason];
    return words === undefined ? all : `(${reason}: ${words})`;
  });
}
