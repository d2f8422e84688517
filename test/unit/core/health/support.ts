/**
 * Builders of configurations for the health core, and a simulated world around a HealthMachine: virtual
 * time, and targets that answer, refuse or keep silent as a test says.
 */

import { seededRandom } from '../../../../src/core/base/seeded-random.ts';
import {
  type Duration,
  type Instant,
  milliseconds,
  ZERO_DURATION,
} from '../../../../src/core/base/time.ts';
import type {
  ProbeOutcome,
  ProbeResult,
  WeightShare,
} from '../../../../src/core/checkers/outcome.ts';
import type { HealthAction, HealthEvent } from '../../../../src/core/health/events-and-actions.ts';
import { HealthMachine } from '../../../../src/core/health/machine.ts';
import type {
  CheckConfig,
  RealServerConfig,
  VirtualServerConfig,
} from '../../../../src/core/model/config.ts';
import { ip } from '../../../support/builders/addresses.ts';
import {
  addressService,
  realServer as builtServer,
  virtualServer as builtService,
} from '../../../support/builders/service.ts';

/** Real server 10.0.1.N with the given checks, which ask it: two servers share no probes. */
export function realServer(
  n: number,
  checks: readonly CheckConfig[],
  change: Partial<RealServerConfig> = {},
): RealServerConfig {
  const own = checks.map((check) =>
    'target' in check
      ? { ...check, target: { ...check.target, address: ip(`10.0.1.${n}`) } }
      : check,
  );
  return builtServer(`10.0.1.${n}`, 80, { checks: own, ...change });
}

/** The key of `realServer(n, ...)`. */
export function rs(n: number): string {
  return `10.0.1.${n}:80`;
}

/** The key of `virtualServer(...)`. */
export const VS = 'tcp:10.0.0.1:80';

/** Virtual server 10.0.0.1:80 with the given real servers. */
export function virtualServer(
  realServers: readonly RealServerConfig[],
  change: Partial<VirtualServerConfig> = {},
): VirtualServerConfig {
  return builtService({
    title: '10.0.0.1 80',
    services: [addressService('10.0.0.1', 80)],
    scheduler: 'rr',
    realServers,
    ...change,
  });
}

/** A sorry server. */
export const SORRY: NonNullable<VirtualServerConfig['sorryServer']> = {
  address: ip('10.0.2.1'),
  port: 80,
  forwarding: { method: 'DR' },
  inhibit: false,
};

/** A result with nothing but its outcome. */
export function result(outcome: ProbeOutcome, elapsed: Duration = ZERO_DURATION): ProbeResult {
  return { outcome, detail: outcome, elapsed };
}

/** How a target answers one probe. */
export interface Answer {
  readonly outcome: ProbeOutcome;
  /** How long the probe takes. */
  readonly takes?: Duration;
  /** What it says about the weight of the server. */
  readonly weight?: WeightShare;
}

/** What a target does; `at` is the start of the probe in seconds. */
export type Behaviour = (check: CheckConfig, at: number, checkId: number) => Answer;

interface Running {
  readonly endsAt: number;
  readonly event: Extract<HealthEvent, { readonly type: 'probeEnded' }>;
}

/** A probe that was started. */
export interface Attempt {
  /** Seconds since the start, to the millisecond. */
  readonly at: number;
  readonly checkId: number;
  readonly path: string | undefined;
}

/** An action with the time it was ordered at, in seconds. */
export type TimedAction = HealthAction & { readonly at: number };

/** Runs a machine in virtual time against simulated targets. */
export class World {
  readonly machine: HealthMachine;
  readonly attempts: Attempt[] = [];
  readonly actions: TimedAction[] = [];
  behaviour: Behaviour;
  runningMost = 0;
  #nowUs: number;
  readonly #startUs: number;
  readonly #running = new Map<string, Running>();

  constructor(behaviour: Behaviour, options: { runningProbesMax?: number; startUs?: number } = {}) {
    const { runningProbesMax } = options;
    this.machine = new HealthMachine({
      random: seededRandom(7),
      ...(runningProbesMax === undefined ? {} : { runningProbesMax }),
    });
    this.behaviour = behaviour;
    this.#startUs = options.startUs ?? 0;
    this.#nowUs = this.#startUs;
  }

  /** Seconds since the start. */
  get now(): number {
    return (this.#nowUs - this.#startUs) / 1_000_000;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Hands the machine an event now. */
  send(event: HealthEvent): readonly HealthAction[] {
    const actions = this.machine.handle(this.#nowUs as Instant, event);
    for (const action of actions) this.#carryOut(action);
    return actions;
  }

  configure(...virtualServers: readonly VirtualServerConfig[]): readonly HealthAction[] {
    return this.send({ type: 'configure', virtualServers });
  }

  /** Lets time pass until `until` seconds after the start. */
  run(until: number): this {
    const end = this.#startUs + until * 1_000_000;
    for (;;) {
      const ending = [...this.#running.values()].sort((a, b) => a.endsAt - b.endsAt)[0];
      const deadline = this.machine.deadline ?? Number.POSITIVE_INFINITY;
      const next = Math.min(ending?.endsAt ?? Number.POSITIVE_INFINITY, deadline);
      if (next > end) break;
      this.#nowUs = Math.max(this.#nowUs, next);
      if (ending !== undefined && ending.endsAt === next) {
        this.#running.delete(keyOf(ending.event));
        this.send(ending.event);
      } else this.send({ type: 'deadline' });
    }
    this.#nowUs = end;
    return this;
  }

  /** Times and names of the actions of the given types, `replan` and probes left out. */
  log(): string[] {
    const lines: string[] = [];
    for (const action of this.actions) {
      const at = action.at.toFixed(2);
      if (action.type === 'serverChanged') {
        lines.push(`${at} ${action.realServer} ${action.up ? 'UP' : 'DOWN'}`);
      } else if (action.type === 'quorumChanged') {
        lines.push(`${at} quorum ${action.up ? 'UP' : 'DOWN'} ${action.aliveWeight}`);
      }
    }
    return lines;
  }

  /** Start times of all probes. */
  times(): number[] {
    return this.attempts.map((attempt) => attempt.at);
  }

  /** Weight of each server of the virtual server in IPVS, `-` for absent; the sorry server last. */
  pool(...servers: readonly number[]): string {
    const weights = servers.map((n) => this.machine.effectiveWeight(VS, rs(n)) ?? '-');
    return `${weights.join(' ')}${this.machine.sorryServerActive(VS) ? ' sorry' : ''}`;
  }

  #carryOut(action: HealthAction): void {
    this.actions.push({ ...action, at: this.now });
    if (action.type === 'cancelProbe') this.#running.delete(keyOf(action));
    if (action.type !== 'startProbe') return;
    const { checkId, generation, check } = action;
    const path = 'urls' in check ? check.urls.map((url) => url.path).join(' ') : undefined;
    this.attempts.push({ at: Math.round(this.now * 1_000) / 1_000, checkId, path });
    const answer = this.behaviour(check, this.now, checkId);
    const takes = answer.takes ?? milliseconds(1);
    this.#running.set(keyOf(action), {
      endsAt: this.#nowUs + takes,
      event: { type: 'probeEnded', checkId, generation, result: resultOf(answer, takes) },
    });
    this.runningMost = Math.max(this.runningMost, this.#running.size);
  }
}

function resultOf({ outcome, weight }: Answer, takes: Duration): ProbeResult {
  return { ...result(outcome, takes), ...(weight === undefined ? {} : { weight }) };
}

function keyOf(probe: { readonly checkId: number; readonly generation: number }): string {
  return `${probe.checkId}/${probe.generation}`;
}
