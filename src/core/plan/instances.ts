/**
 * Changes of instances, matched as the router matches them (`../../vrrp/reload.ts`): in place, also under
 * another name, or an end and a new beginning when the key on the wire changes.
 */

import { INSTANCE_SETTINGS } from '../language/settings/vrrp-instance.ts';
import type { Config, VrrpInstanceConfig } from '../model/config.ts';
import { matchInstances, reloadVerdict } from '../vrrp/reload.ts';
import { addressMoves } from './address-moves.ts';
import type { Change, RunningFacts } from './config-plan.ts';
import { diffFields, effectInPlace } from './fields.ts';

/** Instances that are added, changed or removed. */
export function diffInstances(running: Config, next: Config, facts: RunningFacts): Change[] {
  const matches = matchInstances(running.vrrpInstances, next.vrrpInstances);
  const moves = addressMoves(running, next, facts);
  const followed = new Set(Array.from(matches.values(), ({ name }) => name));
  const gone = running.vrrpInstances.filter(({ name }) => !followed.has(name));
  return [
    ...gone.map((one) => removed(one, moves.get(one.name) ?? [])),
    ...next.vrrpInstances.flatMap((one) => {
      const old = matches.get(one.name);
      return old === undefined ? [added(one)] : changed(old, one, moves.get(old.name) ?? []);
    }),
  ];
}

function removed(instance: VrrpInstanceConfig, moves: readonly string[]): Change {
  return {
    ...skeleton('remove', instance),
    effect: 'ends',
    about: about(instance),
    consequences: moves,
  };
}

function added(instance: VrrpInstanceConfig): Change {
  return { ...skeleton('add', instance), effect: 'starts', about: about(instance) };
}

function changed(
  before: VrrpInstanceConfig,
  after: VrrpInstanceConfig,
  moves: readonly string[],
): readonly Change[] {
  const verdict = reloadVerdict(before, after);
  if (verdict === 'unchanged') return [];
  const isRestart = verdict === 'restart';
  const isRenamed = before.name !== after.name;
  const name = { field: 'name', from: before.name, to: after.name };
  const fields = [...(isRenamed ? [name] : []), ...diffFields(before, after, INSTANCE_SETTINGS)];
  return [
    {
      ...skeleton('change', after),
      effect: isRestart ? 'restarts' : effectInPlace(fields),
      fields,
      consequences: [
        ...(isRestart ? ['it is another virtual router: it ends and starts anew'] : []),
        ...(isRenamed ? ['the same virtual router goes on under its new name'] : []),
        ...moves,
      ],
    },
  ];
}

function skeleton(
  change: Change['change'],
  { name }: VrrpInstanceConfig,
): Omit<Change, 'effect' | 'about'> {
  return { change, type: 'vrrp_instance', name, fields: [], consequences: [], parts: [] };
}

function about(instance: VrrpInstanceConfig): string {
  const { vrid, priority, family, addresses, excludedAddresses } = instance;
  const count = addresses.length + excludedAddresses.length;
  const where = instance.interface === '' ? '' : `${instance.interface}, `;
  return `${where}${family}, virtual_router_id ${vrid}, priority ${priority}, ${count} ${count === 1 ? 'address' : 'addresses'}`;
}
