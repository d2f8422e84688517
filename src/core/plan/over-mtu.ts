/** Lists of addresses that do not fit the MTU: whether the host or the operator made them so. */
import type { Diagnostic } from '../language/diagnostic.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';

/**
 * True for a finding about a list that was made longer, or put on another interface: the instance would leave its work for FAULT, and that is a mistake of
 * the new file. The same list beside an MTU that fell is a state of the host.
 */
export function isListOutgrown(
  { code, within = [] }: Diagnostic,
  running: readonly VrrpInstanceConfig[],
  next: readonly VrrpInstanceConfig[],
): boolean {
  if (code !== 'addresses-over-mtu') return false;
  const after = next.find(({ name }) => within.includes(`vrrp_instance ${name}`));
  const before = running.find(({ name }) => name === after?.name);
  if (before === undefined || after === undefined) return true;
  const isLonger = after.addresses.length > before.addresses.length;
  return isLonger || after.interface !== before.interface || after.family !== before.family;
}
