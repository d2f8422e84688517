/** Heartbeats and witnesses as operators read them in `tandem status`. */
import { spanText } from '../core/base/span-text.ts';
import type { HeartbeatStatus, StatusReport, WitnessStatus } from '../core/control/status.ts';
import { answersText } from '../core/facts/takeover-facts.ts';
import { type Cell, flowLines, headedTableLines, type TextOptions } from './table.ts';

/** The rows under the heading; none without heartbeats and witnesses. */
export function takeoverLines(report: StatusReport, options: TextOptions): string[] {
  const { heartbeats, witnesses } = report;
  const columns = ['HEARTBEAT', 'STATE', 'FOR', 'PEER', 'HEARD', 'SAYS'];
  return [
    ...(heartbeats.length === 0
      ? []
      : headedTableLines(columns, heartbeats.map(heartbeatRow), options, 2)),
    ...witnesses.flatMap((one) => flowLines(witnessCells(one), options, { first: 2, rest: 6 })),
  ];
}

function heartbeatRow(one: HeartbeatStatus): Cell[] {
  const { name, state, forSeconds, peer, heardAgeSeconds } = one;
  return [
    { text: name },
    { text: state, color: state === 'heard' ? 'good' : state === 'UNKNOWN' ? 'unsure' : 'bad' },
    { text: forSeconds === null ? '-' : spanText(forSeconds) },
    { text: peer },
    { text: heardAgeSeconds === null ? 'never' : `${spanText(heardAgeSeconds)} ago` },
    { text: one.routers.map(routerText).join(', ') },
  ];
}

/** `vrid 51 MASTER`; what is wrong there stands behind it. */
function routerText({
  vrid,
  family,
  state,
  isSound,
  hasWitnesses,
}: HeartbeatStatus['routers'][number]): string {
  const six = family === 'ipv6' ? ' (IPv6)' : '';
  const flaws = [
    ...(isSound || state === 'FAULT' || state === 'INIT' ? [] : ['its interface is not all right']),
    ...(hasWitnesses ? [] : ['its witnesses do not answer']),
  ];
  return `vrid ${vrid}${six} ${state}${flaws.length === 0 ? '' : ` (${flaws.join('; ')})`}`;
}

function witnessCells({ name, enough, answering, total, atLeast, hosts }: WitnessStatus): Cell[] {
  const silent = hosts.filter(({ answers }) => answers === false).map(({ address }) => address);
  const known =
    answering === null || enough === null
      ? 'nothing is known yet'
      : answersText({ answering, total, atLeast });
  const who = silent.length === 0 ? '' : `; no answer from ${silent.join(', ')}`;
  return [
    { text: `witness ${name}:` },
    { text: `${known}${who}`, color: enough === null ? 'unsure' : enough ? 'good' : 'bad' },
  ];
}
