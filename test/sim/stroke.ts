/** What a fault works with. */
import type { SeededRandom } from '../support/random.ts';
import type { Cluster, HostEdit } from './cluster.ts';
import type { Director } from './director.ts';

/** The cluster as one fault sees it, and its numbers. */
export class Stroke {
  readonly cluster: Cluster;
  readonly random: SeededRandom;

  constructor(cluster: Cluster, random: SeededRandom) {
    this.cluster = cluster;
    this.random = random;
  }

  /** A director, and its number. */
  victim(): { readonly director: Director; readonly i: number } {
    const i = this.random.between(0, this.cluster.directors.length - 1);
    const director = this.cluster.directors[i];
    if (director === undefined) throw new Error(`no director ${i}`);
    return { director, i };
  }

  /** A span of up to so many advertisement intervals, microseconds. */
  span(most: number): number {
    return this.cluster.interval * most * this.random.next();
  }

  /** Does something after a span. */
  later(delay: number, run: () => void): void {
    this.cluster.queue.at(this.cluster.queue.now + delay, run);
  }

  /** Does something after a span, unless everything was healed before. */
  laterIfIll(delay: number, run: () => void): void {
    const { heals } = this.cluster;
    this.later(delay, () => {
      if (this.cluster.heals === heals) run();
    });
  }

  /** A reload of a director with other settings; what was changed before stays. */
  edit(changes: (before: HostEdit) => HostEdit): void {
    const { i } = this.victim();
    const before = this.cluster.edits[i] ?? {};
    this.cluster.edit(i, { ...before, ...changes(before) });
  }
}
