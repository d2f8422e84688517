/** Addresses that accept no packets, as an operator reads them below the instances. */
import { spanText } from '../core/base/span-text.ts';
import type { FirewallStatus } from '../core/control/status.ts';
import { paint, type TextOptions } from './table.ts';

/** A look that is older than this is told with its age, seconds. */
const FRESH_SECONDS = 60;

/** One line for the rules that stand, and one for the addresses that accept packets although they should not. */
export function firewallLines(
  firewall: FirewallStatus | null | undefined,
  { color }: TextOptions,
): readonly string[] {
  if (firewall === null || firewall === undefined) return [];
  const { dropped, wanted, place, problem, repairs } = firewall;
  const open = wanted.filter((address) => !dropped.includes(address));
  const closed = wanted.filter((address) => dropped.includes(address));
  const restored = repairs === 0 ? '' : `, restored ${repairs === 1 ? 'once' : `${repairs} times`}`;
  const why = problem === null ? '' : `: ${problem}`;
  return [
    ...(closed.length === 0
      ? []
      : [`  ${closed.join(' ')}: packets are dropped, ${place}${restored}${ageText(firewall)}`]),
    ...(open.length === 0
      ? []
      : [paint(`  ${open.join(' ')}: packets are NOT dropped${why}`, 'bad', color)]),
  ];
}

function ageText({ lookedAgeSeconds }: FirewallStatus): string {
  if (lookedAgeSeconds === null || lookedAgeSeconds < FRESH_SECONDS) return '';
  return ` (as seen ${spanText(lookedAgeSeconds)} ago)`;
}
