/**
 * The part of the metrics that is counted as things happen, kept by prom-client: histograms, counters
 * of few series, and the usual `process_` and `nodejs_` families. The registry is our own.
 */
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { allFactIds, type Fact, type FactId } from '../../../core/facts/catalogue.ts';
import {
  COMPONENT_NAMES,
  type ComponentName,
  LEVELS,
  type Level,
} from '../../../core/facts/entry.ts';
import type { ProbeObserver } from './history.ts';
import { DELIVERIES, deliveriesOf } from './notify-deliveries.ts';
import { PREFIX } from './scrape.ts';

/** A timer later than this is an overrun: a tenth of the usual advertisement interval. */
const OVERRUN_US = 100_000;

/** Facts of this kind are what operators asked for; the action is the rest of the id. */
type OperatorId = Extract<FactId, `operator.${string}`>;

function isOperatorId(id: FactId): id is OperatorId {
  return id.startsWith('operator.');
}

function isOperatorAction(fact: Fact): fact is Extract<Fact, { readonly id: OperatorId }> {
  return isOperatorId(fact.id);
}

function actionOf(id: OperatorId): string {
  return id.slice('operator.'.length);
}

/** Counters and histograms of events. */
export class Events implements ProbeObserver {
  readonly registry: Registry = new Registry();
  readonly #lateness: Histogram<'component'>;
  readonly #overruns: Counter<'component'>;
  readonly #reloadDuration: Histogram;
  readonly #checkDuration: Histogram<'vs' | 'type'>;
  readonly #probes: Counter<'type'>;
  readonly #logLines: Counter<'component' | 'severity'>;
  readonly #logSuppressed: Counter<'component'>;
  readonly #adminActions: Counter<'action' | 'origin'>;
  readonly #httpRequests: Counter<'handler' | 'code'>;
  readonly #httpDuration: Histogram<'handler'>;
  readonly #watchdogPings: Counter;
  readonly #notifications: Counter<'sink' | 'result'>;

  constructor() {
    const registers = [this.registry];
    this.#lateness = new Histogram({
      name: `${PREFIX}timer_lateness_seconds`,
      help: 'Worst lateness of timers in each second.',
      labelNames: ['component'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#overruns = new Counter({
      name: `${PREFIX}timer_overruns_total`,
      help: 'Seconds in which a timer was more than 100 ms late.',
      labelNames: ['component'],
      registers,
    });
    this.#reloadDuration = new Histogram({
      name: `${PREFIX}config_reload_duration_seconds`,
      help: 'From reading the configuration to its commit.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#checkDuration = new Histogram({
      name: `${PREFIX}check_duration_seconds`,
      help: 'Durations of checks.',
      labelNames: ['vs', 'type'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#probes = new Counter({
      name: `${PREFIX}check_probes_total`,
      help: 'Probes sent, by type of check.',
      labelNames: ['type'],
      registers,
    });
    this.#logLines = new Counter({
      name: `${PREFIX}log_messages_total`,
      help: 'Log messages written.',
      labelNames: ['component', 'severity'],
      registers,
    });
    this.#logSuppressed = new Counter({
      name: `${PREFIX}log_messages_suppressed_total`,
      help: 'Log messages held back by the rate limit.',
      labelNames: ['component'],
      registers,
    });
    this.#adminActions = new Counter({
      name: `${PREFIX}admin_actions_total`,
      help: 'What operators asked for.',
      labelNames: ['action', 'origin'],
      registers,
    });
    this.#httpRequests = new Counter({
      name: `${PREFIX}http_requests_total`,
      help: 'Requests to the built-in HTTP server.',
      labelNames: ['handler', 'code'],
      registers,
    });
    this.#httpDuration = new Histogram({
      name: `${PREFIX}http_request_duration_seconds`,
      help: 'Time to answer requests to the built-in HTTP server.',
      labelNames: ['handler'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
      registers,
    });
    this.#watchdogPings = new Counter({
      name: `${PREFIX}watchdog_pings_total`,
      help: 'Pings sent to the service manager.',
      registers,
    });
    this.#notifications = new Counter({
      name: `${PREFIX}notify_deliveries_total`,
      help: 'Mails that were sent, and notifications that failed, were left out for newer ones (coalesced) or given up (dropped).',
      labelNames: ['sink', 'result'],
      registers,
    });
    collectDefaultMetrics({ register: this.registry });
    // Gauges with a counter's name; the families without "_total" say the same by type.
    for (const kind of ['handles', 'requests', 'resources']) {
      this.registry.removeSingleMetric(`nodejs_active_${kind}_total`);
    }
    this.#startAtZero();
  }

  /** Worst lateness of a component's timers in one heartbeat. */
  lateness(component: ComponentName, latenessUs: number): void {
    const name = COMPONENT_NAMES[component];
    this.#lateness.labels(name).observe(latenessUs / 1_000_000);
    if (latenessUs > OVERRUN_US) this.#overruns.labels(name).inc();
  }

  /** Counts what operators asked for, how long reloads took, and what became of notifications. */
  fact(fact: Fact): void {
    if (fact.id === 'reload.applied' || fact.id === 'reload.refused') {
      this.#reloadDuration.observe(fact.seconds);
      this.#adminActions.labels('reload', fact.origin).inc();
    } else if (fact.id.startsWith('notify.')) {
      for (const { sink, result, count } of deliveriesOf(fact)) {
        this.#notifications.labels(sink, result).inc(count);
      }
    } else if (isOperatorAction(fact)) {
      this.#adminActions.labels(actionOf(fact.id), fact.origin).inc();
    }
  }

  /** Probes ended. */
  probes(type: string, count: number): void {
    this.#probes.labels(type).inc(count);
  }

  /** How long one took. */
  duration(virtualServer: string, type: string, seconds: number): void {
    this.#checkDuration.labels(virtualServer, type).observe(seconds);
  }

  /** A line was written. */
  logLine(component: string, level: Level): void {
    this.#logLines.labels(component, level).inc();
  }

  /** Lines were held back. */
  logSuppressed(component: string, lines: number): void {
    this.#logSuppressed.labels(component).inc(lines);
  }

  /** A request was answered. */
  httpRequest(handler: string, code: number, seconds: number): void {
    this.#httpRequests.labels(handler, String(code)).inc();
    this.#httpDuration.labels(handler).observe(seconds);
  }

  /** The service manager was told that we live. */
  watchdogPing(): void {
    this.#watchdogPings.inc();
  }

  /** Durations of checks of a virtual server that is gone leave with it. */
  forgetVirtualServer(virtualServer: string, type: string): void {
    this.#checkDuration.remove(virtualServer, type);
  }

  /** `rate()` and `increase()` see a first event only where there was a zero before it. */
  #startAtZero(): void {
    for (const component of Object.values(COMPONENT_NAMES)) {
      this.#overruns.labels(component).inc(0);
      this.#logSuppressed.labels(component).inc(0);
      for (const severity of LEVELS) this.#logLines.labels(component, severity).inc(0);
    }
    for (const origin of ['signal', 'cli', 'time'])
      this.#adminActions.labels('reload', origin).inc(0);
    for (const id of allFactIds().filter(isOperatorId)) {
      this.#adminActions.labels(actionOf(id), 'cli').inc(0);
    }
    for (const { sink, result } of DELIVERIES) this.#notifications.labels(sink, result).inc(0);
    this.#httpRequests.labels('metrics', '200').inc(0);
  }
}
