/** Which interfaces of the configuration were there once: one that is not there now was deleted, or renamed. */
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { InterfaceFact } from './events-and-actions.ts';
import { namedInterface } from './interface-choice.ts';
import { neededInterfaces } from './needed-interfaces.ts';

/** The memory of one process; it holds names of the configuration only. */
export class SeenInterfaces {
  #seen: ReadonlyMap<string, number> = new Map();

  /** Takes a dump in; the names that were there, in this one or before, with the index that each had last. */
  with(
    instances: Iterable<{ readonly config: VrrpInstanceConfig }>,
    interfaces: readonly InterfaceFact[],
  ): ReadonlyMap<string, number> {
    const named = new Set<string>();
    for (const { config } of instances) {
      named.add(namedInterface(config));
      for (const { name } of config.links ?? []) named.add(name);
      for (const { name } of config.trackInterfaces) named.add(name);
      for (const { name } of neededInterfaces(config)) named.add(name);
    }
    const there = new Map(interfaces.map(({ name, ifindex }) => [name, ifindex]));
    this.#seen = new Map(
      [...named].flatMap((name) => {
        const ifindex = there.get(name) ?? this.#seen.get(name);
        return ifindex === undefined ? [] : [[name, ifindex]];
      }),
    );
    return this.#seen;
  }
}
