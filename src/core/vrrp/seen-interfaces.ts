/** Which interfaces of the configuration were there once: one that is not there now was deleted, or renamed. */
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { InterfaceFact } from './events-and-actions.ts';
import { namedInterface } from './interface-choice.ts';
import { neededInterfaces } from './needed-interfaces.ts';

/** The memory of one process; it holds names of the configuration only. */
export class SeenInterfaces {
  #seen: ReadonlySet<string> = new Set();

  /** Takes a dump in; the names that were there, in this one or before. */
  with(
    instances: Iterable<{ readonly config: VrrpInstanceConfig }>,
    interfaces: readonly InterfaceFact[],
  ): ReadonlySet<string> {
    const named = new Set<string>();
    for (const { config } of instances) {
      named.add(namedInterface(config));
      for (const { name } of config.links ?? []) named.add(name);
      for (const { name } of config.trackInterfaces) named.add(name);
      for (const { name } of neededInterfaces(config)) named.add(name);
    }
    const there = new Set(interfaces.map(({ name }) => name));
    this.#seen = new Set([...named].filter((name) => there.has(name) || this.#seen.has(name)));
    return this.#seen;
  }
}
