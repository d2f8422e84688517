/** Rules of iptables against addresses that accept no packets: chains of our own, which the configured ones lead to, and sets. */
import { equalData } from '../base/equal-data.ts';
import { type IpSet, savedSet, setLines } from './ipset-sets.ts';
import { IPTABLES_FAMILIES } from './iptables-chains.ts';
import { type Direction, droppedAddresses, OWN_CHAINS, wishedLines } from './iptables-rules.ts';
import { type FamilyRules, type LinesOf, OwnChains } from './own-chains.ts';
import type { RulePlace, RuleWriter, SeenRules, ToolCall, ToolEnd } from './rule-writer.ts';
import { addressesOfWish, type FirewallWish, placeText } from './wish.ts';

/** What was seen of our chains and sets. */
export interface SeenChains extends SeenRules {
  readonly rules: FamilyRules;
  readonly sets: readonly IpSet[];
}

const TABLE = 'filter';
/** What can stand in a line for `iptables-restore` or `ipset restore` and is read as one word. */
const PLAIN_WORD = /^[A-Za-z0-9_.:@%+][A-Za-z0-9_.:@%+-]*$/;

/** Rules in chains. */
export class IptablesWriter implements RuleWriter<FirewallWish, SeenChains> {
  readonly #place: Extract<RulePlace, { method: 'iptables' }>;
  readonly #directions: readonly Direction[];
  readonly #chains: OwnChains;

  constructor(place: Extract<RulePlace, { method: 'iptables' }>) {
    this.#place = place;
    this.#directions = place.output === undefined ? ['input'] : ['input', 'output'];
    this.#chains = new OwnChains({
      program: place.program,
      table: TABLE,
      links: this.#directions.map((direction) => ({
        parent: place[direction] ?? '',
        own: OWN_CHAINS[direction],
      })),
      own: Object.values(OWN_CHAINS),
    });
  }

  get obstacle(): string | undefined {
    const { input, output = input, sets } = this.#place;
    const strange = [input, output, ...Object.values(sets ?? {})].find(
      (word) => !PLAIN_WORD.test(word),
    );
    return strange === undefined ? undefined : `"${strange}" is no name that iptables can read`;
  }

  look(): readonly ToolCall[] {
    return [
      ...this.#chains.look(),
      ...this.#setNames().map((name) => ({ argv: ['ipset', 'save', name] })),
    ];
  }

  read(ends: readonly ToolEnd[]): SeenChains {
    const rules = this.#chains.read(ends);
    const sets = this.#setNames().flatMap(
      (name, index) => savedSet(name, ends[IPTABLES_FAMILIES.length + index]) ?? [],
    );
    const lines = [...rules.ipv4.lines, ...rules.ipv6.lines];
    const isUsed = (set: IpSet): boolean =>
      lines.some((line) => line.includes(` --match-set ${set.name} `));
    return {
      rules,
      sets,
      text: JSON.stringify([rules, sets]),
      isThere: sets.length > 0 || this.#chains.isThere(rules),
      items: [
        ...droppedAddresses(lines),
        ...sets
          .filter(isUsed)
          .flatMap(({ members }) => members.map((member) => member.replace(',', '%'))),
      ],
    };
  }

  isRight(wish: FirewallWish, seen: SeenChains): boolean {
    return (
      this.#chains.isRight(this.#linesOf(wish), seen.rules) &&
      equalData(this.#wishedSets(wish), seen.sets)
    );
  }

  isEnough(wish: FirewallWish, seen: SeenChains): boolean {
    return (
      this.#chains.isEnough(this.#linesOf(wish), seen.rules) &&
      equalData([...addressesOfWish(this.#writable(wish))].sort(), [...seen.items].sort())
    );
  }

  change(wish: FirewallWish, seen: SeenChains): readonly ToolCall[] {
    const sets = this.#wishedSets(wish);
    const lines = sets.flatMap((set) =>
      setLines(
        set,
        seen.sets.find(({ name }) => name === set.name),
      ),
    );
    const rest = seen.sets.filter(({ name }) => !sets.some((set) => set.name === name));
    return [
      ...(lines.length === 0 ? [] : [restoreSets(lines)]),
      ...this.#chains.change(this.#linesOf(wish), seen.rules),
      ...rest.map(({ name }) => ({ argv: ['ipset', 'destroy', name] })),
    ];
  }

  remove(seen: SeenChains): readonly ToolCall[] {
    return [
      ...this.#chains.remove(seen.rules),
      ...seen.sets.map(({ name }) => ({ argv: ['ipset', 'destroy', name] })),
    ];
  }

  #linesOf(wish: FirewallWish): LinesOf {
    const writable = this.#writable(wish);
    return (family) => wishedLines(family, this.#directions, writable, this.#place.sets);
  }

  /** The name of an interface comes from the configuration: one that is no word stands in no line. */
  #writable(wish: FirewallWish): FirewallWish {
    const linkLocal = wish.linkLocal.filter((place) => PLAIN_WORD.test(place.interface));
    return { ...wish, linkLocal };
  }

  #setNames(): readonly string[] {
    const { sets } = this.#place;
    return sets === undefined ? [] : [sets.ipv4, sets.ipv6, sets.linkLocal];
  }

  #wishedSets(wish: FirewallWish): readonly IpSet[] {
    const { sets } = this.#place;
    const { ipv4, ipv6, linkLocal } = this.#writable(wish);
    if (sets === undefined) return [];
    const places = linkLocal.map((place) => placeText(place).replace('%', ','));
    return [
      { name: sets.ipv4, type: 'hash:ip family inet', members: [...ipv4].sort() },
      { name: sets.ipv6, type: 'hash:ip family inet6', members: [...ipv6].sort() },
      { name: sets.linkLocal, type: 'hash:net,iface family inet6', members: places.sort() },
    ].filter(({ members }) => members.length > 0);
  }
}

function restoreSets(lines: readonly string[]): ToolCall {
  return { argv: ['ipset', 'restore'], input: `${lines.join('\n')}\n` };
}
