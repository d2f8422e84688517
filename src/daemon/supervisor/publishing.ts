/** What the outside hears of a run: one stream of facts, to the log and to the metrics. */
import { checkerOf } from '../../core/checkers/table.ts';
import type { Fact } from '../../core/facts/catalogue.ts';
import { findingFact } from '../../core/facts/config-facts.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { Diagnostic } from '../../core/language/diagnostic.ts';
import { likeFindings } from '../../core/language/like-findings.ts';
import type { Config } from '../../core/model/config.ts';
import type { RunOptions } from '../frame/run-options.ts';
import { type LateMetrics, lateMetrics } from '../outlets/late.ts';
import { createFactLog, type FactLog } from '../outlets/log/fact-log.ts';
import type { Logger } from '../outlets/log/log.ts';
import { troubleFact } from './child-facts.ts';
import { type FactClock, FactStream } from './fact-stream.ts';
import type { DaemonState } from './state.ts';

/** What publishing works with. */
export interface PublishingOptions {
  readonly clock: FactClock;
  readonly logger: Logger;
  readonly configId: string | undefined;
  /** For the metrics, at each scrape. */
  readonly state: () => DaemonState;
}

/** The stream of a run with its subscribers. */
export class Publishing {
  readonly metrics: LateMetrics;
  readonly facts: FactStream;
  readonly #log: FactLog;
  readonly #logger: Logger;

  constructor({ clock, logger, configId, state }: PublishingOptions) {
    this.#logger = logger;
    this.metrics = lateMetrics(async () => {
      const { createMetrics } = await import('../outlets/metrics/metrics.ts');
      return createMetrics(state, configId === undefined ? {} : { configId });
    });
    this.#log = createFactLog(logger, {
      onLine: (component, level) => this.metrics.observe.logLine(component, level),
      onSuppressed: (component, count) => this.metrics.observe.logSuppressed(component, count),
    });
    this.facts = new FactStream(clock);
    this.facts.subscribe((envelope) => this.#log.take(envelope));
    this.facts.subscribe((envelope) => this.metrics.observe.fact(envelope));
  }

  /** Loads what writes the log and keeps the metrics; until then facts wait. */
  open(): void {
    this.#logger.open?.();
    this.metrics.open();
  }

  /** Publishes a fact of the main process. */
  tell(fact: Fact): void {
    this.facts.publish(fact);
  }

  /** Publishes a trouble of the main process, if there is one. */
  troubled(trouble: Trouble | undefined): void {
    if (trouble !== undefined) this.tell(troubleFact('main', trouble));
  }

  /** Publishes what was found in a configuration. */
  findings(findings: readonly Diagnostic[]): void {
    for (const like of likeFindings(findings)) this.tell(findingFact(like));
  }

  /** Publishes what of a configuration that comes into force has no effect: at all, or in the roles that run. */
  unsupported({ notSupportedYet, virtualServers }: Config, roles: RunOptions['roles']): void {
    if (notSupportedYet.length > 0) {
      this.tell({ id: 'config.words-without-effect', keywords: notSupportedYet });
    }
    if (roles.vrrp) return;
    const checks = virtualServers.flatMap(({ realServers }) =>
      realServers.flatMap((server) => server.checks),
    );
    const named = checks.flatMap((check) => {
      const tracked = checkerOf(check).tracks?.(check);
      return tracked?.kind === 'bfd' ? tracked.name : [];
    });
    const sessions = [...new Set(named)].sort();
    if (sessions.length > 0) this.tell({ id: 'config.checks-without-bfd', sessions });
  }

  /** The metrics are gone; lines are still written. */
  closeMetrics(): void {
    this.metrics.close();
  }

  /** Writes what is held back and ends the log. */
  async close(): Promise<void> {
    this.#log.close();
    await this.#logger.close();
  }
}
