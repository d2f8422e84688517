/** Promises about the course of time: advertisements of a Master are on time and not too many, and nobody waits for a Master for ever. */
import type { Instant } from '../../src/core/base/time.ts';
import { toText } from '../support/vrrp-bench.ts';
import { type Cluster, RENAMED } from './cluster.ts';
import { type Batch, type Director, WAKE_MAX_US } from './director.ts';
import { Violation } from './violation.ts';

/** Clocks that run wrong, and two wake-ups. */
const LATE_PART = 1.006;
const LATE_US = 2 * WAKE_MAX_US + 1_000;

/** Advertisements in one interval: the beat, one answer to a losing one, ten to resignations, and what reloads bring about. */
const PER_INTERVAL_MAX = 24;

/** Reloads make intervals up to three times as long. */
const INTERVAL_FACTOR = 3;

/** The advertisements of one instance on one host, while it is Master. */
interface Beat {
  at: number;
  interval: number;
  recent: number[];
}

/** Looks at one cluster over its whole run. */
export class Observer {
  readonly #cluster: Cluster;
  readonly #beats = new Map<string, Beat>();
  /** When an instance last had a Master that can speak. */
  readonly #masteredAt = new Map<string, number>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Takes note of what a process has said. */
  heard({ director, actions, at }: Batch): void {
    const spoken = new Set<string>();
    for (const action of actions) {
      if (action.type === 'transition') this.#beats.delete(`${director.name} ${action.instance}`);
      if (action.type === 'sendAdvertisement' && action.priority > 0) spoken.add(action.instance);
    }
    for (const instance of spoken) this.#spoken(director, instance, at);
  }

  /** Checks what should have happened by now. */
  look(): void {
    for (const director of this.#cluster.directors) {
      if (director.isAwake) this.#checkBeats(director);
    }
    for (const name of this.#cluster.instances) this.#checkMastered(name);
  }

  #spoken(director: Director, instance: string, at: Instant): void {
    if (director.states().get(instance) !== 'MASTER') return;
    const key = `${director.name} ${instance}`;
    const beat = this.#beats.get(key) ?? { at, interval: 0, recent: [] };
    const interval = intervalOf(director, instance);
    beat.at = at;
    beat.interval = interval;
    beat.recent.push(at);
    const first = beat.recent.length > PER_INTERVAL_MAX ? beat.recent.shift() : undefined;
    this.#beats.set(key, beat);
    if (first !== undefined && at - first < interval && director.configuredAt < first) {
      throw new Violation(
        `${toText(at)} ${key}: ${PER_INTERVAL_MAX + 1} ADVERTISEMENTS in an interval`,
      );
    }
  }

  #checkBeats(director: Director): void {
    const { now } = this.#cluster.queue;
    for (const [instance, state] of director.states()) {
      if (state !== 'MASTER') continue;
      const beat = this.#beats.get(`${director.name} ${instance}`);
      const last = Math.max(beat?.at ?? director.since(instance), director.awakeSince);
      const interval = Math.max(beat?.interval ?? 0, intervalOf(director, instance));
      if (now <= last + interval * LATE_PART + LATE_US) continue;
      throw new Violation(
        `${director.name} ${instance}: Adver_Timer did not fire since ${toText(last as Instant)}`,
      );
    }
  }

  /** A Backup that can speak takes over from nobody within its Active_Down_Interval, or a doubted one. */
  #checkMastered(name: string): void {
    const { directors, plan, queue, interval } = this.#cluster;
    const names = name === 'VI_1' ? [name, RENAMED] : [name];
    const awake = directors.filter(({ isAwake }) => isAwake);
    const stateOf = (one: Director): readonly [string, string | undefined] => {
      const found = names.find((each) => one.states().has(each)) ?? name;
      return [found, one.states().get(found)];
    };
    if (awake.some((one) => stateOf(one)[1] === 'MASTER')) {
      this.#masteredAt.set(name, queue.now);
      return;
    }
    if (plan.isSynced && (name === 'VI_1' || name === 'VI_2')) return;
    if (plan.hasWitness === true && name === 'VI_1') return;
    const bound =
      ((plan.downTimerAdverts ?? 3) + 3) * INTERVAL_FACTOR * interval + 1.5 * interval + 1e6;
    for (const one of awake) {
      const [found, state] = stateOf(one);
      if (state !== 'BACKUP') continue;
      const since = Math.max(
        this.#masteredAt.get(name) ?? 0,
        one.since(found),
        one.awakeSince,
        one.configuredAt,
      );
      if (queue.now - since <= bound) continue;
      throw new Violation(
        `${name}: no Master since ${toText(since as Instant)}, and ${one.name} is Backup`,
      );
    }
  }
}

function intervalOf(director: Director, instance: string): number {
  return director.config.instances.find(({ name }) => name === instance)?.advertInterval ?? 0;
}
