/** Instances that must not start, because another one has the same key on the wire. */
import type { VrrpInstanceConfig } from '../model/config.ts';
import { clashes } from '../model/vrid-clash.ts';

/** Their names: of those that clash, all but the first. */
export function duplicateRouters(instances: readonly VrrpInstanceConfig[]): ReadonlySet<string> {
  const seen = new Map<string, VrrpInstanceConfig[]>();
  const duplicates = new Set<string>();
  for (const instance of instances) {
    const { name, family, vrid, unicastPeers } = instance;
    const key = [family, vrid, unicastPeers.length > 0].join(' ');
    const others = seen.get(key) ?? [];
    if (others.some((other) => clashes(instance, other))) duplicates.add(name);
    seen.set(key, [...others, instance]);
  }
  return duplicates;
}
