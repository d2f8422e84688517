/**
 * The weight of a server whose checks have a say: each share counts as its difference from the configured weight,
 * the differences add up, and the sum alone is brought into the kernel's range (measured on keepalived 2.4.3).
 */
import type { WeightShare } from '../checkers/outcome.ts';

/** Greatest weight in IPVS. */
export const WEIGHT_MAX = 2_147_483_647;

/** The weight by what is configured and what the checks say. */
export function weightOf(
  configured: number,
  checks: readonly { readonly share: WeightShare | undefined }[],
): number {
  let weight = configured;
  for (const { share } of checks) {
    if (share === undefined) continue;
    weight += share.kind === 'add' ? share.amount : share.weight - configured;
  }
  return weight === configured ? configured : Math.min(WEIGHT_MAX, Math.max(0, weight));
}
