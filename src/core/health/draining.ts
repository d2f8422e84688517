/**
 * Servers that keep their connections and get no new ones: what is left of them at each look at the kernel's table, when the last one has
 * gone, and how long that may still take.
 */
import {
  type Duration,
  earliest,
  elapsed,
  type Instant,
  microseconds,
  seconds,
} from '../base/time.ts';
import type { ServerConnections } from '../lvs/connections.ts';

/** The pace of the end is judged by this much of the past. */
const PACE_SPAN = seconds(60);

/** A server that is to be watched. */
export interface Drain {
  readonly virtualServer: string;
  readonly realServer: string;
  readonly since: Instant;
  /** When it ends at the latest; absent: when no connection is left. */
  readonly until: Instant | undefined;
}

/** How far a server is. */
export interface DrainView {
  readonly until?: Instant;
  /** At the last look; absent before the first. */
  readonly connections?: ConnectionCounts;
  /** When none is left, if they go on to end as in the last minute; absent while that cannot be told. */
  readonly emptyAt?: Instant;
}

/** Connections of a server, of all services of its virtual server. */
export type ConnectionCounts = Pick<ServerConnections, 'active' | 'inactive' | 'persistent'>;

/** A drain that is over. */
export interface DrainEnd {
  readonly drain: Drain;
  /** What is cut now: none but at the end of the time. */
  readonly left: ConnectionCounts;
  readonly isInTime: boolean;
  readonly took: Duration;
}

interface Watched {
  drain: Drain;
  counts: ConnectionCounts | undefined;
  /** Looks of the last minute, the oldest first: when, and how many connections in all. */
  looks: { readonly at: Instant; readonly total: number }[];
}

const NONE: ConnectionCounts = { active: 0, inactive: 0, persistent: 0 };

/** All servers that are watched. */
export class Draining {
  readonly #watched = new Map<string, Watched>();
  #deadline: Instant | undefined;

  /** When `expire` is to be called. */
  get deadline(): Instant | undefined {
    return this.#deadline;
  }

  /** Those that are to be watched from now on, by `serverKey`; one of the same `since` goes on. */
  set(drains: ReadonlyMap<string, Drain>): void {
    for (const key of this.#watched.keys()) if (!drains.has(key)) this.#watched.delete(key);
    for (const [key, drain] of drains) {
      const known = this.#watched.get(key);
      if (known?.drain.since === drain.since) known.drain = drain;
      else this.#watched.set(key, { drain, counts: undefined, looks: [] });
    }
    this.#plan();
  }

  /** Takes a look at the table in: what `count` finds of each; gives those of which nothing is left. */
  look(now: Instant, count: (drain: Drain) => ServerConnections): readonly DrainEnd[] {
    const ended: DrainEnd[] = [];
    for (const watched of this.#watched.values()) {
      const { active, inactive, persistent, takesNew } = count(watched.drain);
      watched.counts = { active, inactive, persistent };
      const total = active + inactive + persistent;
      watched.looks.push({ at: now, total });
      const isOld = ({ at }: { readonly at: Instant }): boolean => elapsed(at, now) > PACE_SPAN;
      while (watched.looks[0] !== undefined && isOld(watched.looks[0])) watched.looks.shift();
      // The table may be older than the order: new connections came until the kernel had weight 0.
      if (total === 0 && !takesNew) ended.push(endOf(watched, now, true));
    }
    return ended;
  }

  /** Those whose time is over. */
  expire(now: Instant): readonly DrainEnd[] {
    const ended: DrainEnd[] = [];
    for (const watched of this.#watched.values()) {
      const { until } = watched.drain;
      if (until !== undefined && until <= now) ended.push(endOf(watched, now, false));
    }
    return ended;
  }

  /** How far one is; undefined for a server that is not watched. */
  view(key: string): DrainView | undefined {
    const watched = this.#watched.get(key);
    if (watched === undefined) return undefined;
    const { drain, counts } = watched;
    const emptyAt = emptyAtOf(watched);
    return {
      ...(drain.until !== undefined && { until: drain.until }),
      ...(counts !== undefined && { connections: counts }),
      ...(emptyAt !== undefined && { emptyAt }),
    };
  }

  #plan(): void {
    this.#deadline = undefined;
    for (const { drain } of this.#watched.values()) {
      this.#deadline = earliest(this.#deadline, drain.until);
    }
  }
}

function endOf({ drain, counts }: Watched, now: Instant, isInTime: boolean): DrainEnd {
  return { drain, left: counts ?? NONE, isInTime, took: elapsed(drain.since, now) };
}

function emptyAtOf({ looks }: Watched): Instant | undefined {
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined || last.total >= first.total) return undefined;
  const perConnection = elapsed(first.at, last.at) / (first.total - last.total);
  return (last.at + microseconds(last.total * perConnection)) as Instant;
}
