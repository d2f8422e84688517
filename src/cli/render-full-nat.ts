/** Full-NAT of a virtual server, as an operator reads it below its name. */
import type { FullNatStatus } from '../core/control/status.ts';
import { paint, type TextOptions } from './table.ts';

/** From this share of the source ports on the line stands out. */
const NEARLY_ALL = 0.9;

/** A line about the source of connections and the ports that are left; a second one where the rules do not stand. An older daemon says nothing. */
export function fullNatLines(
  fullNat: FullNatStatus | null | undefined,
  { color }: TextOptions,
): readonly string[] {
  if (fullNat === null || fullNat === undefined) return [];
  const { inForce, place, problem, source, connectionsMax, connections, server } = fullNat;
  const from = source ?? 'the address of the director';
  const used = connections === null ? '' : `, ${connections} at ${server}`;
  const line = `    Full-NAT: servers see ${from}; at most ${connectionsMax} connections to each${used}`;
  const isNearlyFull = connections !== null && connections > connectionsMax * NEARLY_ALL;
  const rules =
    place === null ? 'the rules do NOT stand' : `the rules in ${place} are NOT complete`;
  const why = problem === null ? '' : `: ${problem}`;
  return [
    isNearlyFull ? paint(line, 'bad', color) : line,
    ...(inForce ? [] : [paint(`    Full-NAT: ${rules}${why}`, 'bad', color)]),
  ];
}
