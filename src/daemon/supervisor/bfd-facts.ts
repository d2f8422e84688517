/** BFD sessions, which the vrrp process has: as facts for the checks of the health process, each state once, and as what its successor goes on with. */
import type { Instant } from '../../core/base/time.ts';
import { continuationOf } from '../../core/bfd/continuation.ts';
import type { BfdContinuation } from '../../core/bfd/neighbour.ts';
import type { BfdView } from '../../core/bfd/sessions.ts';
import type { TrackerFact } from '../../core/model/tracker-fact.ts';
import type { BfdConfig } from '../../core/model/tracking.ts';
import type { FromVrrp } from '../frame/messages.ts';

/** What the vrrp process has told of its sessions. */
export class BfdFacts {
  readonly #isUp = new Map<string, boolean>();

  /** All that is known. */
  get all(): readonly TrackerFact[] {
    return Array.from(this.#isUp, ([name, isUp]) => factOf(name, isUp));
  }

  /** The facts that are new in a message. Changes are reported as they happen, the rest is in the views. */
  take(message: FromVrrp): readonly TrackerFact[] {
    if (message.type === 'views') return this.#learn(message.bfd?.sessions ?? []);
    if (message.type !== 'facts') return [];
    return message.facts.flatMap(({ report }) => {
      if (report.type === 'bfdChanged') {
        return this.#learn([{ name: report.session, isUp: report.isUp }]);
      }
      return report.type === 'bfdNotBack'
        ? this.#learn([{ name: report.session, isUp: false }])
        : [];
    });
  }

  /** The vrrp process is gone, and none is in its place: what counts as up no longer than until now is down. The facts that are new. */
  outlive(left: readonly BfdContinuation[], now: Instant): readonly TrackerFact[] {
    const believed = new Set(left.flatMap(({ name, until }) => (until > now ? name : [])));
    const over = [...this.#isUp].filter(([name, isUp]) => isUp && !believed.has(name));
    return this.#learn(over.map(([name]) => ({ name, isUp: false })));
  }

  /** What a vrrp process that was lost at a moment left to its successor. Its last view may be older than its last word about a session. */
  left(
    view: BfdView | undefined,
    configs: readonly BfdConfig[],
    lostAt: Instant,
  ): readonly BfdContinuation[] {
    const sessions = new Map(view?.sessions.map((session) => [session.name, session]));
    return configs.flatMap((config) => {
      const session = sessions.get(config.name);
      if (session === undefined || this.#isUp.get(config.name) === false) return [];
      return continuationOf(session, config, lostAt) ?? [];
    });
  }

  /** A configuration comes into force: sessions that it does not have are forgotten. */
  keep(configs: readonly BfdConfig[]): void {
    const names = new Set(configs.map(({ name }) => name));
    for (const name of this.#isUp.keys()) if (!names.has(name)) this.#isUp.delete(name);
  }

  #learn(
    sessions: readonly { readonly name: string; readonly isUp: boolean }[],
  ): readonly TrackerFact[] {
    return sessions.flatMap(({ name, isUp }): readonly TrackerFact[] => {
      if (this.#isUp.get(name) === isUp) return [];
      this.#isUp.set(name, isUp);
      return [factOf(name, isUp)];
    });
  }
}

function factOf(name: string, isUp: boolean): TrackerFact {
  return { kind: 'bfd', name, isUp };
}
