/** What is known of the scripts, processes, files and BFD sessions that are tracked: the newest fact of each. */
import { type TrackerFact, trackerKey } from './tracker-fact.ts';

/** What is known of tracked objects. */
export class TrackerFacts {
  readonly #facts = new Map<string, TrackerFact>();

  /** All that is known. */
  get all(): readonly TrackerFact[] {
    return [...this.#facts.values()];
  }

  /** The fact of an object; undefined when nothing is known yet. */
  of(kind: string, name: string): TrackerFact | undefined {
    return this.#facts.get(trackerKey({ kind, name }));
  }

  /**
   * Takes facts in. With `isComplete` nothing else is known any more of what the runner process watches; BFD sessions are the vrrp
   * process's.
   */
  take(facts: readonly TrackerFact[], isComplete: boolean): void {
    if (isComplete) {
      for (const [key, { kind }] of this.#facts) {
        if (kind !== 'bfd') this.#facts.delete(key);
      }
    }
    for (const fact of facts) this.#facts.set(trackerKey(fact), fact);
  }

  /** Forgets the BFD sessions that are not named: a session that comes back under a name of old begins with nothing known. */
  keepSessions(names: Iterable<string>): void {
    const kept = new Set(names);
    for (const [key, { kind, name }] of this.#facts) {
      if (kind === 'bfd' && !kept.has(name)) this.#facts.delete(key);
    }
  }
}
