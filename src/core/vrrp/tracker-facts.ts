/** What is known of the scripts, processes and files that instances track. */
import { type TrackerFact, trackerKey } from '../model/tracker-fact.ts';

/** What is known of tracked objects. */
export class TrackerFacts {
  readonly #facts = new Map<string, TrackerFact>();

  /** The fact of an object; undefined when nothing is known yet. */
  of(kind: string, name: string): TrackerFact | undefined {
    return this.#facts.get(trackerKey({ kind, name }));
  }

  /** Takes facts in. With `isComplete` nothing else is known any more. */
  take(facts: readonly TrackerFact[], isComplete: boolean): void {
    if (isComplete) this.#facts.clear();
    for (const fact of facts) this.#facts.set(trackerKey(fact), fact);
  }
}
