/** BFD sessions as operators read them in `tandem status`. */
import { spanText } from '../core/base/span-text.ts';
import type { BfdSessionStatus, StatusReport } from '../core/control/status.ts';
import { DIAGNOSTICS } from '../core/facts/bfd-facts.ts';
import { type Cell, headedTableLines, type TextOptions } from './table.ts';

/** The rows under the heading; none without sessions. */
export function bfdLines({ bfd }: StatusReport, options: TextOptions): string[] {
  if (bfd.length === 0) return [];
  const columns = ['SESSION', 'STATE', 'FOR', 'NEIGHBOUR', 'INTERVAL', 'DETECTION', 'WHY'];
  return headedTableLines(columns, bfd.map(row), options, 2);
}

function row(session: BfdSessionStatus): Cell[] {
  const { name, state, forSeconds, neighbour, multihop } = session;
  const { transmitIntervalSeconds: interval, detectionTimeSeconds: detection } = session;
  return [
    { text: name },
    { text: state, color: state === 'Up' ? 'good' : state === 'UNKNOWN' ? 'unsure' : 'bad' },
    { text: forSeconds === null ? '-' : spanText(forSeconds) },
    { text: multihop ? `${neighbour} (multihop)` : neighbour },
    { text: milliseconds(interval) },
    { text: milliseconds(detection) },
    { text: why(session) },
  ];
}

function milliseconds(span: number | null): string {
  return span === null ? '-' : `${Math.round(span * 1000)} ms`;
}

/** Why it is not up; an operator of a session that is up need not read of its last failure. */
function why(session: BfdSessionStatus): string {
  const { state, countsAsUp, diagnostic, neighbourState } = session;
  const { packetsSent, packetsReceived } = session;
  if (state === 'UNKNOWN' || state === 'Up') return '';
  if (countsAsUp === true) {
    return 'the vrrp process was restarted: it counts as up for a moment, until it is back';
  }
  if (diagnostic !== null && diagnostic !== 'none') return DIAGNOSTICS[diagnostic];
  if (packetsReceived !== 0) return `the neighbour says ${neighbourState}`;
  const silent = ', and nothing is sent before: the session is passive';
  return `nothing was heard yet${packetsSent === 0 ? silent : ''}`;
}
