/**
 * Which check of the new configuration is which of the old one. A check is the same when it asks the
 * same question: type, target and everything that decides the answer. How often it asks, and how many
 * failures are forgiven, may change without losing what is known.
 */
import { checkerOf } from '../checkers/table.ts';
import type { CheckConfig, CheckType } from '../model/config.ts';

/** Settings of every check that may differ between two checks that are the same; a checker adds its own. */
const COMMON_RHYTHM: readonly string[] = [
  'label',
  'delayLoop',
  'warmup',
  'retry',
  'delayBeforeRetry',
  'rise',
  'delayWhileDown',
  'delayInDoubt',
  'alpha',
  'logAllFailures',
];

/** True when both ask the same question. */
export function isSameProbe(a: CheckConfig, b: CheckConfig): boolean {
  if (a === b) return true;
  return a.type === b.type && sameFields(a, b, rhythmSettings(a.type));
}

/** True when two checks that ask the same question ask it at the same times, and forgive as much. */
export function hasSameRhythm(a: CheckConfig, b: CheckConfig): boolean {
  for (const name of rhythmSettings(a.type)) {
    if (!OWN_MATTERS.has(name) && field(a, name) !== field(b, name)) return false;
  }
  return true;
}

/** What each of the checks that share a probe has for itself: how it is called, how it begins, and what is logged. */
export const OWN_MATTERS: ReadonlySet<string> = new Set([
  'label',
  'warmup',
  'alpha',
  'logAllFailures',
]);

function field(check: CheckConfig, name: string): unknown {
  return (check as unknown as Readonly<Record<string, unknown>>)[name];
}

const RHYTHMS = new Map<CheckType, ReadonlySet<string>>();

function rhythmSettings(type: CheckType): ReadonlySet<string> {
  let settings = RHYTHMS.get(type);
  if (settings === undefined) {
    settings = new Set([...COMMON_RHYTHM, ...checkerOf({ type }).rhythmSettings]);
    RHYTHMS.set(type, settings);
  }
  return settings;
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
