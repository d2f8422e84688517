/**
 * What the lab's HTTP client reports about each request, and what can be read from a series of such records. Pure.
 */

/** One finished request. Times are wall-clock milliseconds, comparable with `Date.now()` of the lab on the same machine. */
export interface RequestRecord {
  readonly startMs: number;
  readonly endMs: number;
  /** Address it was sent from; empty when the kernel chose. */
  readonly source: string;
  /** HTTP status; undefined when there was no answer. */
  readonly status?: number;
  /** Server that answered. */
  readonly server?: string;
  /** Client address as the server saw it. */
  readonly seenAs?: string;
  /** errno name, or `timeout`, when there was no answer. */
  readonly error?: string;
}

/** True when a server answered with success. */
export function isAnswered(record: RequestRecord): boolean {
  return record.status === 200;
}

/** How many requests each server answered. */
export function spreadOf(records: readonly RequestRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const record of records) {
    if (!isAnswered(record) || record.server === undefined) continue;
    counts.set(record.server, (counts.get(record.server) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)));
}

/** A span in which the service gave no answer. */
export interface Gap {
  /** End of the last answered request before it. */
  readonly fromMs: number;
  /** End of the first answered request after it. */
  readonly toMs: number;
}

/** The longest span between two successive answers that ended in [sinceMs, untilMs]; undefined with fewer than two answers. */
export function longestGap(
  records: readonly RequestRecord[],
  span: { readonly sinceMs?: number; readonly untilMs?: number } = {},
): Gap | undefined {
  const since = span.sinceMs ?? 0;
  const until = span.untilMs ?? Number.POSITIVE_INFINITY;
  const ends = records
    .filter((record) => isAnswered(record) && record.endMs >= since && record.endMs <= until)
    .map((record) => record.endMs)
    .sort((a, b) => a - b);
  let longest: Gap | undefined;
  for (const [index, toMs] of ends.entries()) {
    const fromMs = ends[index - 1];
    if (fromMs === undefined) continue;
    if (longest === undefined || toMs - fromMs > longest.toMs - longest.fromMs) {
      longest = { fromMs, toMs };
    }
  }
  return longest;
}

/** The first answered request that was sent at or after `sinceMs` and, when given, was answered by `server`. */
export function firstAnswer(
  records: readonly RequestRecord[],
  since: { readonly sinceMs: number; readonly server?: string },
): RequestRecord | undefined {
  return records
    .filter((record) => isAnswered(record) && record.startMs >= since.sinceMs)
    .filter((record) => since.server === undefined || record.server === since.server)
    .sort((a, b) => a.endMs - b.endMs)[0];
}
