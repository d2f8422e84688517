/** The routes and rules that owners wish for, as messages to the kernel: made once for each state of the interfaces they name. */
import { toHex } from '../base/bytes.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { StaticsConfig } from '../model/statics.ts';
import { encodeRoute } from './route-codec.ts';
import type { RoutingEntry, RoutingLinks, RoutingObstacle } from './routing-entry.ts';
import { type RoutingForm, readRoute, readRule } from './routing-form.ts';
import { encodeRule } from './rule-codec.ts';

/** The routes and rules that an instance holds as Master. */
export function entriesOf({
  routes = [],
  rules = [],
}: Pick<VrrpInstanceConfig, 'routes' | 'rules'>): readonly RoutingEntry[] {
  return [
    ...routes.map((route) => ({ kind: 'route', route }) as const),
    ...rules.map((rule) => ({ kind: 'rule', rule }) as const),
  ];
}

/** Those that are there whatever VRRP does. */
export function staticEntriesOf(statics: StaticsConfig | undefined): readonly RoutingEntry[] {
  return statics === undefined ? [] : entriesOf(statics);
}

/** What one owner wants of its routes and rules. */
export interface RoutingWish {
  /** An instance, or STATIC_OWNER. */
  readonly owner: string;
  readonly present: boolean;
  readonly entries: readonly RoutingEntry[];
}

/** An entry on this host: what the kernel is asked for, or what stands against it. */
export type PreparedEntry =
  | { readonly entry: RoutingEntry; readonly key: string; readonly form: RoutingForm }
  | { readonly entry: RoutingEntry; readonly obstacle: RoutingObstacle };

/** Prepares entries, each once while nothing changes that it names. */
export class RoutingPreparation {
  readonly #links: RoutingLinks;
  readonly #prepared = new Map<RoutingEntry['kind'], WeakMap<object, PreparedEntry>>();
  /** Interfaces that entries name. */
  readonly #names = new Set<string>();
  #stamp = '';

  constructor(links: RoutingLinks) {
    this.#links = links;
  }

  /** Interfaces may have come, gone or changed: what was prepared counts only if they have not. */
  refresh(): void {
    const stamp = this.#stampNow();
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    this.#prepared.clear();
  }

  /** An entry on this host as it was at the last `refresh`. */
  prepare(entry: RoutingEntry): PreparedEntry {
    const known = this.#prepared.get(entry.kind) ?? new WeakMap<object, PreparedEntry>();
    this.#prepared.set(entry.kind, known);
    const object = entry.kind === 'route' ? entry.route : entry.rule;
    const before = known.get(object);
    if (before !== undefined) return before;
    this.#note(entry);
    const made = this.#make(entry);
    known.set(object, made);
    return made;
  }

  #make(entry: RoutingEntry): PreparedEntry {
    const message =
      entry.kind === 'route'
        ? encodeRoute(entry.route, this.#links)
        : encodeRule(entry.rule, this.#links);
    if (!message.ok) return { entry, obstacle: message.error };
    const form = entry.kind === 'route' ? readRoute(message.value) : readRule(message.value);
    if (form === undefined) throw new Error('a message of our own cannot be read');
    return { entry, key: `${entry.kind} ${toHex(message.value)}`, form };
  }

  #note(entry: RoutingEntry): void {
    if (entry.kind === 'rule') return;
    const { hops, vrf } = entry.route;
    const before = this.#names.size;
    for (const { interface: name } of hops) if (name !== undefined) this.#names.add(name);
    if (vrf !== undefined) this.#names.add(vrf);
    if (this.#names.size > before) this.#stamp = this.#stampNow();
  }

  #stampNow(): string {
    const { ifindexOf, vrfTableOf } = this.#links;
    return Array.from(this.#names, (name) => `${name} ${ifindexOf(name)} ${vrfTableOf(name)}`).join(
      '\n',
    );
  }
}
