/** What is known of one route or rule: who wants it, what the kernel has, and how putting it right goes. */

import { after, type Duration, type Instant, milliseconds, seconds } from '../base/time.ts';
import type { Fight } from './fight.ts';
import type { RoutingEntry } from './routing-entry.ts';
import type { RoutingForm } from './routing-form.ts';
import type { RoutingOperation } from './routing-operations.ts';
import type { RoutingProblem } from './routing-reports.ts';

/** First and longest pause before the kernel is asked again for what it refused. */
export const RETRY_FIRST: Duration = milliseconds(500);
export const RETRY_MAX: Duration = seconds(30);

/** When the kernel is asked again for what it refused. */
export interface Refusal {
  readonly at: Instant;
  readonly delay: Duration;
}

/** The account of one route or rule. */
export interface RoutingAccount {
  readonly key: string;
  /** As we ask for it. */
  readonly form: RoutingForm;
  /** Whether each owner wants it to be there. */
  readonly claims: Map<string, { readonly present: boolean; readonly entry: RoutingEntry }>;
  /** The last addition that was requested. */
  addition: RoutingOperation | undefined;
  /** The last claim: whose it is, or was. */
  owner: string;
  entry: RoutingEntry;
  /** As the last picture of the kernel showed it, and what was requested since. */
  found: readonly RoutingForm[];
  /** The kernel has it from this process: what it made of it is right. */
  isOurs: boolean;
  /** Wanted, and shown: when it is gone again, somebody removed it. */
  isSeen: boolean;
  /** Somebody removed it, and it is not watched. */
  isLeft: boolean;
  /** Somebody removed it while it was wanted and watched, and the kernel has not taken it back yet. */
  isMissed: boolean;
  /** What stands against it, as it was said. */
  problem: RoutingProblem | undefined;
  /** The kernel has the same route from somebody else, which it would not have twice. */
  isShared: boolean;
  /** Number of its last operation. */
  changedAt: number;
  restored: number;
  fight: Fight | undefined;
  refusal: Refusal | undefined;
}

/** An account of which nothing is known yet but what the kernel has. */
export function newRoutingAccount(
  key: string,
  form: RoutingForm,
  owner: string,
  entry: RoutingEntry,
  found: readonly RoutingForm[],
): RoutingAccount {
  return {
    key,
    form,
    claims: new Map(),
    owner,
    entry,
    found,
    isOurs: false,
    isSeen: false,
    isLeft: false,
    isMissed: false,
    addition: undefined,
    problem: undefined,
    isShared: false,
    changedAt: 0,
    restored: 0,
    fight: undefined,
    refusal: undefined,
  };
}

/** The refusal after another one: the pauses grow. */
export function refusedAgain(before: Refusal | undefined, now: Instant): Refusal {
  const delay =
    before === undefined ? RETRY_FIRST : (Math.min(RETRY_MAX, 2 * before.delay) as Duration);
  return { at: now, delay };
}

/** The entry of the first owner that wants it; undefined when nobody does. */
export function wantedOf({ claims }: RoutingAccount): RoutingEntry | undefined {
  for (const { present, entry } of claims.values()) if (present) return entry;
  return undefined;
}

/**
 * When a repair or another attempt may be made; undefined when nothing waits. What was refused may be taken as soon as something of
 * the network has changed.
 */
export function pausedUntil(
  { fight, refusal }: RoutingAccount,
  hasChanged: boolean = false,
): Instant | undefined {
  const repairAt = fight?.repairAt;
  const retryAt = refusal && after(refusal.at, hasChanged ? RETRY_FIRST : refusal.delay);
  if (repairAt === undefined || retryAt === undefined) return repairAt ?? retryAt;
  return Math.max(retryAt, repairAt) as Instant;
}
