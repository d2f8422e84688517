/**
 * The catalogue of everything Tandem says in its log: facts go in, lines with a stable id, a level and
 * named fields come out. No other file words a log line. Repeated complaints are limited and counted.
 */

import {
  type Described,
  describeHealth,
  describeVrrp,
  type HealthFact,
  type VrrpFact,
} from './facts-children.ts';
import { type DaemonFact, describeDaemon } from './facts-daemon.ts';
import { type LimitClock, PROCESS_CLOCK, RateLimit } from './facts-limit.ts';
import type { Logger, LogLevel } from './log.ts';

export type { HealthFact, VrrpFact } from './facts-children.ts';
export type { DaemonFact, Origin } from './facts-daemon.ts';

/** What else wants to know about lines: the counters of the metrics. */
export interface FactSinkOptions {
  readonly onLine?: (component: string, level: LogLevel) => void;
  readonly onSuppressed?: (component: string, lines: number) => void;
  readonly clock?: LimitClock;
}

/** Takes facts and writes their lines. */
export interface FactSink {
  vrrp(fact: VrrpFact): void;
  health(fact: HealthFact): void;
  daemon(fact: DaemonFact): void;
  /** Writes the summaries of what is being held back. */
  close(): void;
}

/** A sink that writes to `logger`. */
export function createFactSink(logger: Logger, options: FactSinkOptions = {}): FactSink {
  const write = (described: Described): void => {
    logger.log(described.level, described.line);
    options.onLine?.(described.line.component, described.level);
  };
  /** The last line of each limited kind: the summary repeats its id, level and component. */
  const last: Map<string, Described> = new Map();
  const limit = new RateLimit(options.clock ?? PROCESS_CLOCK, (kind, suppressed) => {
    const described = last.get(kind);
    last.delete(kind);
    if (described === undefined) return;
    const { level, line } = described;
    options.onSuppressed?.(line.component, suppressed);
    write({
      level,
      line: {
        id: line.id,
        component: line.component,
        message: `${suppressed} more like this were not written; the last one: ${line.message}`,
        fields: { ...line.fields, suppressed },
      },
    });
  });
  const take = (described: Described): void => {
    const { kind } = described;
    if (kind === undefined) {
      write(described);
      return;
    }
    if (limit.pass(kind, described.about)) write(described);
    else last.set(kind, described);
  };
  return {
    vrrp: (fact) => take(describeVrrp(fact)),
    health: (fact) => take(describeHealth(fact)),
    daemon: (fact) => take(describeDaemon(fact)),
    close: () => limit.close(),
  };
}
