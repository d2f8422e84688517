/** BFD sessions, which the vrrp process has, as facts for the checks of the health process: each state once. */
import type { TrackerFact } from '../../core/model/tracker-fact.ts';
import type { FromVrrp } from '../frame/messages.ts';

/** What the vrrp process has told of its sessions. */
export class BfdFacts {
  readonly #isUp = new Map<string, boolean>();

  /** All that is known. */
  get all(): readonly TrackerFact[] {
    return Array.from(this.#isUp, ([name, isUp]) => ({ kind: 'bfd', name, isUp }));
  }

  /** The facts that are new in a message. Changes are reported as they happen, the rest is in the views. */
  take(message: FromVrrp): readonly TrackerFact[] {
    const states =
      message.type === 'facts'
        ? message.facts.flatMap(({ report }) =>
            report.type === 'bfdChanged' ? { name: report.session, state: report.to } : [],
          )
        : message.type === 'views'
          ? (message.bfd?.sessions ?? [])
          : [];
    return states.flatMap(({ name, state }): readonly TrackerFact[] => {
      const isUp = state === 'Up';
      if (this.#isUp.get(name) === isUp) return [];
      this.#isUp.set(name, isUp);
      return [{ kind: 'bfd', name, isUp }];
    });
  }
}
