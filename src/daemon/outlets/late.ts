/**
 * Outlets that are loaded late: a start has more urgent things to load than the libraries behind the log and the metrics. What they are told
 * before that waits, in its order.
 */
import type { Logger } from './log/log.ts';
import { LEVEL_NUMBER, type LogLevel, withoutSecrets } from './log/log-text.ts';
import { TEXT_CONTENT_TYPE } from './metrics/exposition.ts';
import type { Metrics, MetricsObserver } from './metrics/metrics.ts';

/** Something that is loaded when it is opened. */
class Late<Target> {
  readonly #load: () => Promise<Target>;
  readonly #waiting: ((target: Target) => void)[] = [];
  #opening: Promise<Target> | undefined;
  #target: Target | undefined;

  constructor(load: () => Promise<Target>) {
    this.#load = load;
  }

  /** Does it now, or when the target is there. */
  tell(use: (target: Target) => void): void {
    if (this.#target === undefined) this.#waiting.push(use);
    else use(this.#target);
  }

  /** Loads it, once. */
  open(): Promise<Target> {
    this.#opening ??= this.#begin();
    return this.#opening;
  }

  async #begin(): Promise<Target> {
    const target = await this.#load();
    for (const use of this.#waiting.splice(0)) use(target);
    this.#target = target;
    return target;
  }
}

/**
 * A logger that is loaded when it is opened or closed. Lines keep the time at which they came. Those of a process that ends without either go to
 * `lastResort`, one by one.
 */
export function lateLogger(
  level: LogLevel,
  load: () => Promise<Logger>,
  lastResort: (line: string) => void,
): Logger {
  const late = new Late(load);
  const unwritten: string[] = [];
  let isOpen = false;
  const enabled = (asked: LogLevel): boolean => LEVEL_NUMBER[asked] >= LEVEL_NUMBER[level];
  const open = async (): Promise<Logger> => {
    const logger = await late.open();
    isOpen = true;
    unwritten.length = 0;
    return logger;
  };
  process.once('exit', () => {
    for (const line of unwritten) lastResort(line);
  });
  return {
    log: (of, line) => {
      if (!isOpen && enabled(of)) unwritten.push(withoutSecrets(line.message));
      const { timeMs = Date.now() } = line;
      late.tell((logger) => logger.log(of, { ...line, timeMs }));
    },
    enabled,
    open: () => void open(),
    close: async () => (await open()).close(),
  };
}

/** Metrics that are loaded when they are opened or asked for. */
export interface LateMetrics extends Metrics {
  /** Loads them. */
  open(): void;
}

/** See `LateMetrics`. */
export function lateMetrics(load: () => Promise<Metrics>): LateMetrics {
  const late = new Late(load);
  const observe: MetricsObserver = {
    fact: (envelope) => late.tell((metrics) => metrics.observe.fact(envelope)),
    healthViews: (views) => late.tell((metrics) => metrics.observe.healthViews(views)),
    heartbeat: (component, latenessUs) =>
      late.tell((metrics) => metrics.observe.heartbeat(component, latenessUs)),
    logLine: (component, level) =>
      late.tell((metrics) => metrics.observe.logLine(component, level)),
    logSuppressed: (component, lines) =>
      late.tell((metrics) => metrics.observe.logSuppressed(component, lines)),
    httpRequest: (handler, code, seconds) =>
      late.tell((metrics) => metrics.observe.httpRequest(handler, code, seconds)),
    watchdogPing: () => late.tell((metrics) => metrics.observe.watchdogPing()),
  };
  return {
    contentType: TEXT_CONTENT_TYPE,
    render: async () => (await late.open()).render(),
    renderGzip: async () => (await late.open()).renderGzip(),
    observe,
    open: () => void late.open(),
    close: () => late.tell((metrics) => metrics.close()),
  };
}
