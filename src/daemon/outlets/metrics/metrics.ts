/**
 * The metrics endpoint's content. What the state can answer is read off it at a scrape; what happens
 * between scrapes is counted as it is told. A component that is dead or silent has no state series.
 */

import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { constants, createGzip } from 'node:zlib';
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
import { labelPlan, planLabels } from './label-plan.ts';
import { writeLvsFamilies } from './lvs-families.ts';
import { type Scrape, WallClock } from './scrape.ts';
import { inSlices } from './slices.ts';
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
  /** The same as gzip (RFC 1952). It is packed outside the loop, once for all that ask for it. */
  renderGzip(): Promise<Buffer>;
  readonly observe: MetricsObserver;
  /** Forgets all series. */
  close(): void;
}

/** A text that scrapes share. */
interface Snapshot {
  /** When it was complete; undefined while it is being made. */
  doneAt: number | undefined;
  readonly parts: Promise<readonly Buffer[]>;
  /** As one, and compressed, once it was asked for. */
  text: Promise<Buffer> | undefined;
  gzip: Promise<Buffer> | undefined;
}

/** The text repeats itself: the fastest level makes a twentieth of it, and the best one hardly less in five times the time. */
const PACKING = { level: constants.Z_BEST_SPEED, chunkSize: 256 * 1024 };

/** Compresses a text outside the loop, part by part. */
async function packed(parts: readonly Buffer[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of Readable.from(parts).pipe(createGzip(PACKING))) pieces.push(piece);
  return Buffer.concat(pieces);
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
  let snapshot: Snapshot | undefined;

  /** A reload: what is gone leaves the counters too. */
  const follow = (next: Config): void => {
    if (next === config) return;
    if (config !== undefined) forgetGone(events, config, next);
    history.keep(next);
    config = next;
  };

  const renderNow = async (): Promise<readonly Buffer[]> => {
    const state = getState();
    await inSlices(planLabels(state.config));
    follow(state.config);
    const out = new Exposition();
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
    return out.finish();
  };

  /** While one is being made it is everybody's, however long that takes; a failure is nobody's for long. */
  const takeSnapshot = (): Snapshot => {
    const taken: Snapshot = {
      doneAt: undefined,
      parts: renderNow(),
      text: undefined,
      gzip: undefined,
    };
    const done = (): void => {
      taken.doneAt = performance.now();
    };
    taken.parts.then(done, () => {
      if (snapshot === taken) snapshot = undefined;
    });
    return taken;
  };

  const current = (): Snapshot => {
    const isStale =
      snapshot?.doneAt !== undefined && performance.now() - snapshot.doneAt >= snapshotMs;
    if (snapshot === undefined || isStale) snapshot = takeSnapshot();
    return snapshot;
  };

  return {
    contentType: TEXT_CONTENT_TYPE,
    render: () => {
      const taken = current();
      taken.text ??= taken.parts.then((parts) => Buffer.concat(parts));
      return taken.text;
    },
    renderGzip: () => {
      const taken = current();
      taken.gzip ??= taken.parts.then(packed);
      return taken.gzip;
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

function forgetGone(events: Events, before: Config, after: Config): void {
  const types = [...labelPlan(before).checkTypes.keys()];
  const kept = new Set(labelPlan(after).virtualServers.map((server) => server.key));
  for (const { key } of labelPlan(before).virtualServers) {
    if (kept.has(key)) continue;
    for (const type of types) events.forgetVirtualServer(key, type);
  }
}
