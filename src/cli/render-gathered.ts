/** The mark that gathers the addresses of a virtual server, as an operator reads it below its name. */
import type { GatheredStatus } from '../core/control/status.ts';
import { paint, type TextOptions } from './table.ts';

/** A line about the mark, which says so when packets do not get it. An older daemon says nothing. */
export function gatheredLines(
  gathered: GatheredStatus | null | undefined,
  { color }: TextOptions,
): readonly string[] {
  if (gathered === null || gathered === undefined) return [];
  const { mark, inForce, place, problem } = gathered;
  if (inForce) return [`    packets to its addresses get mark ${mark}, ${place}`];
  const why = problem === null ? '' : `: ${problem}`;
  return [paint(`    packets to its addresses do NOT get mark ${mark}${why}`, 'bad', color)];
}
