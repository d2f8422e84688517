/**
 * The metrics endpoint's content. What the state can answer is read off it at a scrape; what happens
 * between scrapes is counted as it is told. A component that is dead or silent has no state series.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FactEnvelope } from '../../../core/facts/envelope.ts';
import type { VirtualServerView } from '../../../core/health/events-and-actions.ts';
import type { Config } from '../../../core/model/config.ts';
import type { ComponentName, DaemonState } from '../../supervisor/state.ts';
import type { LogLevel } from '../log/log.ts';
import { writeBfdFamilies } from './bfd-families.ts';
import { writeCompatibilityFamilies } from './compat-families.ts';
import { writeDaemonFamilies } from './daemon-families.ts';
import { Events } from './events.ts';
import { Exposition, TEXT_CONTENT_TYPE } from './exposition.ts';
import { writeFirewallFamilies } from './firewall-families.ts';
import { writeFullNatFamilies } from './full-nat-families.ts';
import { writeGatheredFamilies } from './gathered-families.ts';
import { History } from './history.ts';
import { labelPlan } from './label-plan.ts';
import { writeLvsFamilies } from './lvs-families.ts';
import { type Scrape, type Slices, WallClock } from './scrape.ts';
import { writeTakeoverFamilies } from './takeover-families.ts';
import { writeVrrpFamilies } from './vrrp-families.ts';

/** Settings of the metrics. */
export interface MetricsOptions {
  /** Also the `keepalived_` names; on by default. */
  readonly compatibility?: boolean;
  /** Revision of the source, where the build knows it. */
  readonly revision?: string;
  /** keepalived's configuration id. */
  readonly configId?: string;
  /** For how many milliseconds a text is served again instead of a new one; 1000 by default. */
  readonly snapshotMs?: number;
}

/** What the metrics are told as it happens. */
export interface MetricsObserver {
  /** A fact, as a subscriber of their stream. */
  fact(envelope: Pick<FactEnvelope, 'fact'>): void;
  /** Views of virtual servers, every time they arrive. */
  healthViews(virtualServers: readonly VirtualServerView[]): void;
  /** A heartbeat with the worst lateness since the one before, microseconds. */
  heartbeat(component: ComponentName, latenessUs: number): void;
  logLine(component: string, level: LogLevel): void;
  logSuppressed(component: string, lines: number): void;
  httpRequest(handler: string, code: number, seconds: number): void;
  watchdogPing(): void;
}

/** The metrics. */
export interface Metrics {
  readonly contentType: string;
  /** The exposition; scrapes that come together or shortly after one another share one. */
  render(): Promise<Buffer>;
  readonly observe: MetricsObserver;
  /** Forgets all series. */
  close(): void;
}

/** A text that scrapes share. */
interface Snapshot {
  /** When it was complete; undefined while it is being made. */
  doneAt: number | undefined;
  readonly text: Promise<Buffer>;
}

/** The state is at most about this old itself. */
const SNAPSHOT_MS = 1_000;

/** Metrics over the state that `getState` tells. */
export function createMetrics(getState: () => DaemonState, options: MetricsOptions = {}): Metrics {
  const events = new Events();
  const history = new History(events);
  const clock = new WallClock();
  const snapshotMs = options.snapshotMs ?? SNAPSHOT_MS;
  let config: Config | undefined;
  let lastBytes = 0;
  let snapshot: Snapshot | undefined;

  /** A reload: what is gone leaves the counters too. */
  const follow = (next: Config): void => {
    if (next === config) return;
    if (config !== undefined) forgetGone(events, config, next);
    history.keep(next);
    config = next;
  };

  const renderNow = async (): Promise<Buffer> => {
    const state = getState();
    follow(state.config);
    const out = new Exposition(lastBytes);
    const scrape: Scrape = { out, state, history, unixSeconds: clock.translator(state) };
    writeDaemonFamilies(scrape, {
      revision: options.revision ?? '',
      configId: options.configId ?? '',
    });
    await nextTurn();
    writeVrrpFamilies(scrape);
    writeFirewallFamilies(scrape);
    writeFullNatFamilies(scrape);
    writeGatheredFamilies(scrape);
    writeBfdFamilies(scrape);
    writeTakeoverFamilies(scrape);
    await inSlices(writeLvsFamilies(scrape));
    if (options.compatibility !== false) writeCompatibilityFamilies(scrape);
    out.append(await events.registry.metrics());
    const text = out.finish();
    lastBytes = text.length + SPARE_BYTES;
    return text;
  };

  /** While one is being made it is everybody's, however long that takes; a failure is nobody's for long. */
  const takeSnapshot = (): Snapshot => {
    const taken: Snapshot = { doneAt: undefined, text: renderNow() };
    const done = (): void => {
      taken.doneAt = performance.now();
    };
    taken.text.then(done, () => {
      if (snapshot === taken) snapshot = undefined;
    });
    return taken;
  };

  return {
    contentType: TEXT_CONTENT_TYPE,
    render: () => {
      const isStale =
        snapshot?.doneAt !== undefined && performance.now() - snapshot.doneAt >= snapshotMs;
      if (snapshot === undefined || isStale) snapshot = takeSnapshot();
      return snapshot.text;
    },
    observe: {
      fact: ({ fact }) => {
        history.fact(fact);
        events.fact(fact);
      },
      healthViews: (virtualServers) => history.views(virtualServers),
      heartbeat: (component, latenessUs) => events.lateness(component, latenessUs),
      logLine: (component, level) => events.logLine(component, level),
      logSuppressed: (component, lines) => events.logSuppressed(component, lines),
      httpRequest: (handler, code, seconds) => events.httpRequest(handler, code, seconds),
      watchdogPing: () => events.watchdogPing(),
    },
    close: () => events.registry.clear(),
  };
}

/** Work on an exposition before the loop gets a turn, milliseconds. */
const SLICE_MS = 20;

async function inSlices(work: Slices): Promise<void> {
  let startMs = performance.now();
  while (work.next().done !== true) {
    if (performance.now() - startMs < SLICE_MS) continue;
    await nextTurn();
    startMs = performance.now();
  }
  await nextTurn();
}

/** Room for counters that get longer, so that the next buffer need not grow. */
const SPARE_BYTES = 256 * 1024;

function forgetGone(events: Events, before: Config, after: Config): void {
  const types = [...labelPlan(before).checkTypes.keys()];
  const kept = new Set(labelPlan(after).virtualServers.map((server) => server.key));
  for (const { key } of labelPlan(before).virtualServers) {
    if (kept.has(key)) continue;
    for (const type of types) events.forgetVirtualServer(key, type);
  }
}
