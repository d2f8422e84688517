/** Routes, rules and static entries as an operator reads them: how many there are, and which of them are not as they should be. */
import type { InstanceStatus, RoutingStatus, StatusReport } from '../core/control/status.ts';
import type { Cell } from './table.ts';

/** Entries that are named one by one. */
const NAMED_MAX = 8;

/** The remarks on the routes and rules of an instance. */
export function routingRemarks({ state, routing }: InstanceStatus): readonly Cell[] {
  if (routing.length === 0) return [];
  return remarksOf(routing, state === 'MASTER');
}

/** The lines on static entries; none without any. */
export function staticRemarks({ vrrp: { statics } }: StatusReport): readonly Cell[] {
  const { addresses, routing } = statics;
  if (addresses.length + routing.length === 0) return [];
  const held = addresses.filter((one) => one.held === true).length;
  const isWell = held === addresses.length;
  const missing = addresses.flatMap(({ address, interface: device, held: isHeld }) =>
    isHeld === false ? `${address} on ${device}` : [],
  );
  const named = missing.length === 0 ? '' : `; not set: ${missing.slice(0, NAMED_MAX).join(', ')}`;
  return [
    ...(addresses.length === 0
      ? []
      : [
          {
            text: `${held} of ${addresses.length} static addresses set${named}`,
            ...(isWell ? {} : { color: 'bad' as const }),
          },
        ]),
    ...(routing.length === 0 ? [] : remarksOf(routing, true)),
  ];
}

function remarksOf(routing: readonly RoutingStatus[], isExpected: boolean): readonly Cell[] {
  const set = routing.filter((one) => one.set === true);
  const wrong = routing.filter((one) => one.set === !isExpected);
  const total = routing.length;
  const counts = `${set.length} of ${total} routes and rules set`;
  const remarks: Cell[] = [
    { text: counts, ...(wrong.length === 0 ? {} : { color: 'bad' as const }) },
  ];
  for (const { entry, problem } of wrong.slice(0, NAMED_MAX)) {
    const why = problem === null ? '' : `: ${problem}`;
    remarks.push({ text: `${isExpected ? 'not set' : 'left over'}: ${entry}${why}`, color: 'bad' });
  }
  const rest = wrong.length - NAMED_MAX;
  if (rest > 0) remarks.push({ text: `and ${rest} more`, color: 'bad' });
  return remarks;
}
