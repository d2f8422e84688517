/** Preferences for the rules that have none of their own: 16384 for the first of a family in the file, then one less each. */
import type { IpFamily } from '../../base/address.ts';
import { all, asOptions } from '../typed/access.ts';
import type { OptionsValue, TypedBlock, TypedEntry, TypedStatement } from '../typed/values.ts';
import { familiesOf, familyOf, numberOf } from './routing-words.ts';
import { ruleProblem } from './rule-problems.ts';

/** What the first rule without a preference gets (keepalived). */
const FIRST_PREFERENCE = 16_384;

/** By the root block of a configuration. */
const KNOWN: WeakMap<TypedBlock, ReadonlyMap<TypedEntry, number>> = new WeakMap();

/** The preference of a usable rule: its own, or the one that it gets. */
export function preferenceOf(entry: TypedEntry, options: OptionsValue, root: TypedBlock): number {
  const own = numberOf(options, 'preference');
  if (own !== undefined) return own;
  const given = KNOWN.get(root) ?? givenPreferences(root);
  KNOWN.set(root, given);
  return given.get(entry) ?? FIRST_PREFERENCE;
}

function givenPreferences(root: TypedBlock): ReadonlyMap<TypedEntry, number> {
  const found = new Map<TypedEntry, number>();
  const next: Record<IpFamily, number> = { ipv4: FIRST_PREFERENCE, ipv6: FIRST_PREFERENCE };
  for (const entry of ruleBlocks(root).flatMap(({ block }) => block?.entries ?? [])) {
    const options = asOptions(entry.values[0]);
    if (options === undefined || numberOf(options, 'preference') !== undefined) continue;
    if (ruleProblem(entry, options) !== undefined) continue;
    found.set(entry, next[familyOf(familiesOf(options, undefined))]--);
  }
  return found;
}

/** All blocks of rules that count, in the order of the file. */
function ruleBlocks({ statements }: TypedBlock): readonly TypedStatement[] {
  const names = new Set<unknown>();
  return statements.flatMap((typed): readonly TypedStatement[] => {
    if (typed.keyword.name === 'static_rules') return [typed];
    if (typed.keyword.name !== 'vrrp_instance' || names.has(typed.values[0])) return [];
    names.add(typed.values[0]);
    return all(typed.block, 'virtual_rules');
  });
}
