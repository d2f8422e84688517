/**
 * Which check of the new configuration is which of the old one. A check is the same when it asks the
 * same question: type, target and everything that decides the answer. How often it asks, and how many
 * failures are forgiven, may change without losing what is known.
 */
import type { CheckConfig } from '../model/config.ts';

/** Words of the rhythm: they may differ between two checks that are the same. */
const RHYTHM_WORDS: ReadonlySet<string> = new Set([
  'label',
  'delayLoop',
  'warmup',
  'retry',
  'delayBeforeRetry',
  'alpha',
  'logAllFailures',
  'fastRecovery',
]);

/** True when both ask the same question. */
export function isSameProbe(a: CheckConfig, b: CheckConfig): boolean {
  return a === b || sameFields(a, b, RHYTHM_WORDS);
}

/**
 * For each new check the old one it continues, undefined for a new question. Each old check is given
 * out once; equal ones go in their order.
 */
export function matchChecks<Old extends { readonly config: CheckConfig }>(
  old: readonly Old[],
  next: readonly CheckConfig[],
): readonly (Old | undefined)[] {
  const free = [...old];
  return next.map((config, index) => {
    const sameplace = old[index];
    const candidates = sameplace === undefined ? free : [sameplace, ...free];
    const found = candidates.find((one) => free.includes(one) && isSameProbe(one.config, config));
    if (found !== undefined) free.splice(free.indexOf(found), 1);
    return found;
  });
}

const NOTHING: ReadonlySet<string> = new Set();

function sameFields(a: object, b: object, except: ReadonlySet<string>): boolean {
  const left = Object.entries(a).filter(([name]) => !except.has(name));
  const right = new Map(Object.entries(b).filter(([name]) => !except.has(name)));
  if (left.length !== right.size) return false;
  return left.every(([name, value]) => right.has(name) && sameValue(value, right.get(name)));
}

function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  return sameFields(a, b, NOTHING);
}
