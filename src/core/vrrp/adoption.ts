/** Which instances go on as Master after this process died. */
import type { VrrpMachine } from './machine.ts';
import type { SyncGroup } from './sync-group.ts';

/**
 * Those of `named` that may. A member is adopted only together with its whole group. With AH nothing is: the sequence
 * number died with the old process, and peers would drop our advertisements until we have heard theirs.
 */
export function adoptable(
  named: ReadonlySet<string>,
  machines: Iterable<VrrpMachine>,
  groups: readonly SyncGroup[],
): ReadonlySet<VrrpMachine> {
  const found = new Set<VrrpMachine>();
  if (named.size === 0) return found;
  const mayAlone = ({ name, fault, config }: VrrpMachine): boolean =>
    named.has(name) && fault === undefined && config.authentication?.type !== 'AH';
  for (const { members } of groups) {
    if (members.every(mayAlone)) for (const member of members) found.add(member);
  }
  for (const machine of machines) {
    if (machine.membership.group === undefined && mayAlone(machine)) found.add(machine);
  }
  return found;
}
