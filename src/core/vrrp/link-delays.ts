/**
 * When a change of a link counts (keyword `interface_up_down_delays`): an interface has to be down, or up, for a while
 * before it counts as such, and a change that is taken back meanwhile never happened.
 */
import { after, type Instant } from '../base/time.ts';
import type { DeadlineItem } from '../base/timing/deadline-heap.ts';
import type { LinkDelayConfig } from '../model/links.ts';
import type { InterfaceFact } from './events-and-actions.ts';

interface Delayed {
  /** As it counts. */
  counted: Pick<InterfaceFact, 'up' | 'disabled'>;
  /** When what it is now will count; undefined while that is what counts. */
  due: Instant | undefined;
}

/** The delayed interfaces of one host, by name. */
export class LinkDelays implements DeadlineItem {
  #config: ReadonlyMap<string, LinkDelayConfig> = new Map();
  readonly #links = new Map<string, Delayed>();

  /** When the next change counts. */
  get deadline(): Instant | undefined {
    let first: Instant | undefined;
    for (const { due } of this.#links.values()) {
      if (due !== undefined && (first === undefined || due < first)) first = due;
    }
    return first;
  }

  /** Takes a configuration over. */
  configure(delays: readonly LinkDelayConfig[]): void {
    this.#config = new Map(delays.map((delay) => [delay.interface, delay]));
    for (const name of this.#links.keys()) if (!this.#config.has(name)) this.#links.delete(name);
  }

  /** The interfaces as they count at `now`. One that is seen for the first time counts as it is. */
  apply(interfaces: readonly InterfaceFact[], now: Instant): readonly InterfaceFact[] {
    if (this.#config.size === 0) return interfaces;
    const there = new Set(interfaces.map(({ name }) => name));
    for (const name of this.#links.keys()) if (!there.has(name)) this.#links.delete(name);
    return interfaces.map((fact) => {
      const delay = this.#config.get(fact.name);
      return delay === undefined ? fact : this.#delayed(fact, delay, now);
    });
  }

  #delayed(fact: InterfaceFact, delay: LinkDelayConfig, now: Instant): InterfaceFact {
    const link = this.#links.get(fact.name) ?? { counted: stateOf(fact), due: undefined };
    this.#links.set(fact.name, link);
    if (fact.up === link.counted.up) {
      link.due = undefined;
      link.counted = stateOf(fact);
      return fact;
    }
    link.due ??= after(now, fact.up ? delay.up : delay.down);
    if (link.due <= now) {
      link.due = undefined;
      link.counted = stateOf(fact);
      return fact;
    }
    const { disabled: _, ...rest } = fact;
    return { ...rest, ...link.counted };
  }
}

function stateOf({ up, disabled }: InterfaceFact): Delayed['counted'] {
  return { up, ...(disabled && { disabled }) };
}
