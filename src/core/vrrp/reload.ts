/**
 * What a reload means for each instance, matched by name: leave alone, take the new configuration in place,
 * or restart that one instance. In place is everything that a running Master can change without its peers
 * or clients noticing more than the change itself.
 */
import type { VrrpInstanceConfig } from '../config/model.ts';

/** How one instance takes a new configuration. */
export type ReloadVerdict = 'unchanged' | 'in-place' | 'restart';

/** Fields that make an instance another one: its key on the wire. */
const IDENTITY = ['interface', 'vrid', 'family', 'version'] as const;

/** Compares two configurations of one name. */
export function reloadVerdict(
  before: VrrpInstanceConfig,
  after: VrrpInstanceConfig,
): ReloadVerdict {
  if (equalData(before, after)) return 'unchanged';
  if (IDENTITY.some((field) => before[field] !== after[field])) return 'restart';
  const isUnicast = (config: VrrpInstanceConfig): boolean => config.unicastPeers.length > 0;
  return isUnicast(before) === isUnicast(after) ? 'in-place' : 'restart';
}

/** Deep equality of plain data: numbers, strings, booleans, arrays and objects of these. */
export function equalData(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && equalData(value, right.get(key)))
  );
}
