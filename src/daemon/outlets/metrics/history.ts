/**
 * Counters that no view carries: transitions by reason, time spent down, failures of checks by reason.
 * They are fed by facts and views as these arrive, and live as long as the supervisor.
 */
import type { Instant } from '../../../core/base/time.ts';
import type { ProbeOutcome } from '../../../core/checkers/outcome.ts';
import { checkerOfLabel } from '../../../core/checkers/table.ts';
import type { Fact } from '../../../core/facts/catalogue.ts';
import type { CheckView, VirtualServerView } from '../../../core/health/events-and-actions.ts';
import type { Config } from '../../../core/model/config.ts';
import { trackerKey } from '../../../core/model/tracker-fact.ts';
import type { TransitionReason, VrrpState } from '../../../core/vrrp/events-and-actions.ts';
import type { Renamed } from '../../../core/vrrp/reload.ts';
import { checkIdentity, checkType, labelPlan, realServerIdentity } from './label-plan.ts';

/** Pairs that exist from the start with the value 0, so that the first event counts in `increase()`. */
export const EXPECTED_CHANGES: readonly (readonly [VrrpState, TransitionReason])[] = [
  ['BACKUP', 'startup'],
  ['BACKUP', 'higher-priority'],
  ['BACKUP', 'interface-recovered'],
  ['BACKUP', 'sync-group'],
  ['BACKUP', 'operator'],
  ['MASTER', 'no-master-heard'],
  ['MASTER', 'master-timeout'],
  ['MASTER', 'master-resigned'],
  ['MASTER', 'preempted'],
  ['FAULT', 'interface-down'],
  ['FAULT', 'interface-missing'],
  ['FAULT', 'tracking'],
  ['FAULT', 'sync-group'],
  ['INIT', 'shutdown'],
];

/** Label `reason` of failed checks. */
export type FailureReason =
  | 'connect_timeout'
  | 'timeout'
  | 'refused'
  | 'reset'
  | 'unreachable'
  | 'tls'
  | 'status'
  | 'content'
  | 'protocol'
  | 'internal';

/** What is counted about a real server. */
export interface ServerHistory {
  ups: number;
  downs: number;
  alive: boolean;
  since: Instant;
  /** Completed times of being down, microseconds. */
  downUs: number;
  /** Largest downtime ever told: the counter must not go back when a view corrects us. */
  toldUs: number;
}

/** What is counted about a check. */
export interface CheckHistory {
  runs: number;
  failures: number;
  readonly reasons: Map<FailureReason, number>;
}

/** Hears of ended probes. */
export interface ProbeObserver {
  probes(type: string, count: number): void;
  duration(virtualServer: string, type: string, seconds: number): void;
}

/** All counters of this kind. */
export class History {
  readonly #changes: Map<string, Map<string, number>> = new Map();
  readonly #trackers: Map<string, { ups: number; downs: number }> = new Map();
  readonly #quorums: Map<string, { gained: number; lost: number }> = new Map();
  readonly #servers: Map<string, ServerHistory> = new Map();
  readonly #checks: Map<string, CheckHistory> = new Map();
  readonly #observer: ProbeObserver;

  constructor(observer: ProbeObserver) {
    this.#observer = observer;
  }

  /** Takes a fact, as a subscriber of their stream. */
  fact(fact: Fact): void {
    switch (fact.id) {
      case 'vrrp.transition': {
        const changes = entry(this.#changes, fact.instance, () => new Map<string, number>());
        const key = changeKey(fact.to, fact.reason);
        changes.set(key, (changes.get(key) ?? 0) + 1);
        break;
      }
      case 'track.changed': {
        if (fact.isFirst) break;
        const { kind, name } = fact.fact;
        if (fact.fact.kind === 'file') this.tracker(kind, name).ups += 1;
        else this.tracker(kind, name)[fact.fact.isUp ? 'ups' : 'downs'] += 1;
        break;
      }
      case 'vrrp.renamed':
        this.#rename(fact.renamed);
        break;
      case 'quorum.changed':
        this.quorum(fact.virtualServer)[fact.up ? 'gained' : 'lost'] += 1;
        break;
      case 'server.changed':
        this.server(realServerIdentity(fact.virtualServer, fact.realServer))[
          fact.up ? 'ups' : 'downs'
        ] += 1;
        break;
    }
  }

  /** Instances go on under other names: so do their counts. */
  #rename(renamed: readonly Renamed[]): void {
    const counts = renamed.map(({ from, to }) => ({ to, changes: this.#changes.get(from) }));
    for (const { from } of renamed) this.#changes.delete(from);
    for (const { to, changes } of counts) {
      if (changes !== undefined) this.#changes.set(to, changes);
    }
  }

  /** Takes views of virtual servers and counts what happened since the last ones. */
  views(virtualServers: readonly VirtualServerView[]): void {
    for (const { key, realServers } of virtualServers) {
      for (const real of realServers) {
        const server = this.server(realServerIdentity(key, real.key));
        if (server.since !== real.since) {
          if (!server.alive && server.since < real.since)
            server.downUs += real.since - server.since;
          server.since = real.since;
          server.alive = real.alive;
        }
        for (const check of real.checks) this.#check(key, real.key, check);
      }
    }
  }

  /** State changes of an instance as `[to, reason, number]`, expected ones included. */
  changes(instance: string): readonly (readonly [string, string, number])[] {
    const seen = this.#changes.get(instance) ?? new Map<string, number>();
    const all = new Map<string, number>();
    for (const [to, reason] of EXPECTED_CHANGES) all.set(changeKey(to, reason), 0);
    for (const [key, number] of seen) all.set(key, number);
    return [...all].map(([key, number]) => {
      const [to = '', reason = ''] = key.split(' ');
      return [to.toLowerCase(), reason, number];
    });
  }

  /** Changes of a tracked script or process, to good and to bad; of a file all are `ups`. */
  tracker(kind: string, name: string): { ups: number; downs: number } {
    return entry(this.#trackers, trackerKey({ kind, name }), () => ({ ups: 0, downs: 0 }));
  }

  /** Quorum changes of a virtual server. */
  quorum(virtualServer: string): { gained: number; lost: number } {
    return entry(this.#quorums, virtualServer, () => ({ gained: 0, lost: 0 }));
  }

  /** History of a real server, by `realServerIdentity`. */
  server(identity: string): ServerHistory {
    return entry(this.#servers, identity, () => ({
      ups: 0,
      downs: 0,
      alive: true,
      since: 0 as Instant,
      downUs: 0,
      toldUs: 0,
    }));
  }

  /** Failure reasons of a check, by `checkIdentity`; undefined before its first run. */
  failures(identity: string): ReadonlyMap<FailureReason, number> | undefined {
    return this.#checks.get(identity)?.reasons;
  }

  /** Microseconds a server has been down in all; never less than what was told before. */
  downtimeUs(identity: string, now: Instant): number {
    const server = this.server(identity);
    const current = server.alive ? 0 : Math.max(0, now - server.since);
    server.toldUs = Math.max(server.toldUs, server.downUs + current);
    return server.toldUs;
  }

  /** Forgets what a new configuration no longer has. */
  keep(config: Config): void {
    const instances = new Set(config.vrrpInstances.map((instance) => instance.name));
    const servers = new Set<string>();
    const checks = new Set<string>();
    const virtual = new Set<string>();
    for (const server of labelPlan(config).virtualServers) {
      virtual.add(server.key);
      for (const real of server.realServers) {
        servers.add(real.identity);
        for (const check of real.checks) checks.add(check.identity);
      }
    }
    const { scripts, processes, files } = config.tracked;
    const kinds = { script: scripts, process: processes, file: files };
    const trackers = Object.entries(kinds).flatMap(([kind, list]) =>
      list.map(({ name }) => trackerKey({ kind, name })),
    );
    keepOnly(this.#trackers, new Set(trackers));
    keepOnly(this.#changes, instances);
    keepOnly(this.#quorums, virtual);
    keepOnly(this.#servers, servers);
    keepOnly(this.#checks, checks);
  }

  #check(virtualServer: string, realServer: string, view: CheckView): void {
    const key = checkIdentity(virtualServer, realServer, view.label);
    const check = entry(this.#checks, key, () => ({
      runs: 0,
      failures: 0,
      reasons: new Map<FailureReason, number>(),
    }));
    // A restarted health process counts from zero again.
    const runs = view.runs < check.runs ? view.runs : view.runs - check.runs;
    const failures =
      view.failures < check.failures ? view.failures : view.failures - check.failures;
    check.runs = view.runs;
    check.failures = view.failures;
    if (runs === 0 || view.lastResult === undefined) return;
    const type = checkType(view.label);
    this.#observer.probes(type, runs);
    this.#observer.duration(virtualServer, type, view.lastResult.elapsed / 1_000_000);
    if (failures > 0 && view.lastResult.outcome !== 'ok') {
      const reason = failureReason(view.lastResult.outcome, view.label);
      check.reasons.set(reason, (check.reasons.get(reason) ?? 0) + failures);
    }
  }
}

const FAILURE_REASON: Readonly<Record<Exclude<ProbeOutcome, 'ok' | 'timeout'>, FailureReason>> = {
  refused: 'refused',
  unreachable: 'unreachable',
  reset: 'reset',
  closed: 'protocol',
  'bad-status': 'status',
  'bad-digest': 'content',
  'bad-content': 'content',
  'bad-response': 'protocol',
  'too-large': 'content',
  'bad-exit': 'status',
  'tls-failure': 'tls',
  'local-error': 'internal',
};

function failureReason(outcome: Exclude<ProbeOutcome, 'ok'>, label: string): FailureReason {
  if (outcome !== 'timeout') return FAILURE_REASON[outcome];
  return checkerOfLabel(label)?.timeoutReason ?? 'timeout';
}

function changeKey(to: VrrpState, reason: TransitionReason): string {
  return `${to} ${reason}`;
}

function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}

function keepOnly<V>(map: Map<string, V>, keys: ReadonlySet<string>): void {
  for (const key of map.keys()) if (!keys.has(key)) map.delete(key);
}
