/**
 * The log as a subscriber of facts: one line for each, as the catalogue words it. Facts that can be repeated without
 * end are limited, and one line tells how many were held back.
 */

import { type FactLine, factLine } from '../../../core/facts/catalogue.ts';
import type { FactEnvelope } from '../../../core/facts/envelope.ts';
import type { Logger, LogLevel } from './log.ts';
import { type LimitClock, PROCESS_CLOCK, RateLimit } from './rate-limit.ts';

/** What else wants to know about lines: the counters of the metrics. */
export interface FactLogOptions {
  readonly onLine?: (component: string, level: LogLevel) => void;
  readonly onSuppressed?: (component: string, lines: number) => void;
  readonly clock?: LimitClock;
}

/** The lines of facts. */
export interface FactLog {
  /** Writes the line of a fact, or counts it. */
  take(envelope: Pick<FactEnvelope, 'at' | 'fact'>): void;
  /** Writes the summaries of what is being held back. */
  close(): void;
}

/** A log that writes to `logger`. */
export function createFactLog(logger: Logger, options: FactLogOptions = {}): FactLog {
  const write = ({ id, component, level, text, fields }: FactLine, timeMs?: number): void => {
    logger.log(level, {
      id,
      component,
      message: text,
      fields,
      ...(timeMs === undefined ? {} : { timeMs }),
    });
    options.onLine?.(component, level);
  };
  /** The last line of each limited kind: the summary repeats its id, level and component. */
  const last: Map<string, FactLine> = new Map();
  const limit = new RateLimit(options.clock ?? PROCESS_CLOCK, (kind, suppressed) => {
    const line = last.get(kind);
    last.delete(kind);
    if (line === undefined) return;
    options.onSuppressed?.(line.component, suppressed);
    write({
      ...line,
      text: `${suppressed} more like this were not written; the last one: ${line.text}`,
      fields: { ...line.fields, suppressed },
    });
  });
  return {
    take({ at, fact }) {
      const line = factLine(fact);
      if (line.limit === undefined) {
        write(line, at.wall);
        return;
      }
      const kind = `${line.id} ${line.limit.kind ?? ''}`;
      if (limit.pass(kind, line.limit.about)) write(line, at.wall);
      else last.set(kind, line);
    },
    close: () => limit.close(),
  };
}
