/** Rules of iptables: chains of our own, which the configured ones lead to, written in one transaction for each family (iptables-restore(8)). */
import { equalData } from '../base/equal-data.ts';
import { type IpSet, savedSet, setLines } from './ipset-sets.ts';
import {
  type Direction,
  droppedAddresses,
  type IptablesFamily,
  type IptablesRules,
  OWN_CHAINS,
  savedRules,
  wishedLines,
} from './iptables-rules.ts';
import type { RulePlace, RuleWriter, SeenRules, ToolCall, ToolEnd } from './rule-writer.ts';
import { addressesOfWish, type FirewallWish, placeText } from './wish.ts';

/** What was seen of our chains and sets. */
export interface SeenChains extends SeenRules {
  readonly rules: Readonly<Record<IptablesFamily, IptablesRules>>;
  readonly sets: readonly IpSet[];
}

const FAMILIES: readonly IptablesFamily[] = ['ipv4', 'ipv6'];
const NO_RULES: IptablesRules = { chains: [], lines: [], jumps: [] };
/** What can stand in a line for `iptables-restore` or `ipset restore` and is read as one word. */
const PLAIN_WORD = /^[A-Za-z0-9_.:@%+][A-Za-z0-9_.:@%+-]*$/;
/** Seconds to wait for another program that changes rules. */
const LOCK_SECONDS = '3';

/** Rules in chains. */
export class IptablesWriter implements RuleWriter<SeenChains> {
  readonly #place: Extract<RulePlace, { method: 'iptables' }>;
  readonly #directions: readonly Direction[];

  constructor(place: Extract<RulePlace, { method: 'iptables' }>) {
    this.#place = place;
    this.#directions = place.output === undefined ? ['input'] : ['input', 'output'];
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
      ...FAMILIES.map((family) => ({ argv: [this.#program(family, 'save'), '-t', 'filter'] })),
      ...this.#setNames().map((name) => ({ argv: ['ipset', 'save', name] })),
    ];
  }

  read(ends: readonly ToolEnd[]): SeenChains {
    const [ipv4, ipv6] = FAMILIES.map((_, index) => {
      const end = ends[index];
      return end?.kind === 'done' ? savedRules(end.output) : NO_RULES;
    });
    const rules = { ipv4: ipv4 ?? NO_RULES, ipv6: ipv6 ?? NO_RULES };
    const sets = this.#setNames().flatMap(
      (name, index) => savedSet(name, ends[FAMILIES.length + index]) ?? [],
    );
    const lines = [...rules.ipv4.lines, ...rules.ipv6.lines];
    const isUsed = (set: IpSet): boolean =>
      lines.some((line) => line.includes(` --match-set ${set.name} `));
    return {
      rules,
      sets,
      text: JSON.stringify([rules, sets]),
      isThere: sets.length > 0 || FAMILIES.some((family) => isThere(rules[family])),
      addresses: [
        ...droppedAddresses(lines),
        ...sets
          .filter(isUsed)
          .flatMap(({ members }) => members.map((member) => member.replace(',', '%'))),
      ],
    };
  }

  isRight(wish: FirewallWish, seen: SeenChains): boolean {
    return (
      FAMILIES.every(
        (family) =>
          equalData(this.#lines(family, wish), seen.rules[family].lines) &&
          this.#areJumpsRight(family, wish, seen),
      ) && equalData(this.#wishedSets(wish), seen.sets)
    );
  }

  isEnough(wish: FirewallWish, seen: SeenChains): boolean {
    return (
      FAMILIES.every(
        (family) =>
          this.#lines(family, wish).length === seen.rules[family].lines.length &&
          this.#areJumpsRight(family, wish, seen),
      ) && equalData([...addressesOfWish(this.#writable(wish))].sort(), [...seen.addresses].sort())
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
      ...FAMILIES.flatMap((family) => this.#write(family, wish, seen)),
      ...rest.map(({ name }) => ({ argv: ['ipset', 'destroy', name] })),
    ];
  }

  remove(seen: SeenChains): readonly ToolCall[] {
    return [
      ...FAMILIES.flatMap((family) => {
        const rules = seen.rules[family];
        if (!isThere(rules)) return [];
        const { chains, jumps } = rules;
        return [
          this.#restore(family, [
            ...jumps.map(deletion),
            ...chains.map((chain) => `-F ${chain}`),
            ...chains.map((chain) => `-X ${chain}`),
          ]),
        ];
      }),
      ...seen.sets.map(({ name }) => ({ argv: ['ipset', 'destroy', name] })),
    ];
  }

  #program(family: IptablesFamily, verb: 'save' | 'restore'): string {
    const { program } = this.#place;
    return `${family === 'ipv4' ? program : program.replace('ip', 'ip6')}-${verb}`;
  }

  #restore(family: IptablesFamily, lines: readonly string[]): ToolCall {
    return {
      argv: [this.#program(family, 'restore'), '--noflush', '-w', LOCK_SECONDS],
      input: ['*filter', ...lines, 'COMMIT', ''].join('\n'),
    };
  }

  #write(family: IptablesFamily, wish: FirewallWish, seen: SeenChains): readonly ToolCall[] {
    const rules = seen.rules[family];
    const lines = this.#lines(family, wish);
    if (lines.length === 0) {
      return isThere(rules) ? this.remove({ ...seen, rules: alone(family, rules), sets: [] }) : [];
    }
    if (equalData(lines, rules.lines) && this.#areJumpsRight(family, wish, seen)) return [];
    const wished = this.#jumps();
    return [
      this.#restore(family, [
        // This empties a chain that is there.
        ...this.#directions.map((direction) => `:${OWN_CHAINS[direction]} - [0:0]`),
        ...lines,
        ...wished
          .filter((jump) => !rules.jumps.includes(jump))
          .map((jump) => jump.replace(/^-A (\S+)/, '-I $1 1')),
        ...surplus(rules.jumps, wished).map(deletion),
      ]),
    ];
  }

  #lines(family: IptablesFamily, wish: FirewallWish): readonly string[] {
    return wishedLines(family, this.#directions, this.#writable(wish), this.#place.sets);
  }

  /** The name of an interface comes from the configuration: one that is no word stands in no line. */
  #writable(wish: FirewallWish): FirewallWish {
    const linkLocal = wish.linkLocal.filter((place) => PLAIN_WORD.test(place.interface));
    return { ...wish, linkLocal };
  }

  #jumps(): readonly string[] {
    return this.#directions.map(
      (direction) => `-A ${this.#place[direction] ?? ''} -j ${OWN_CHAINS[direction]}`,
    );
  }

  #areJumpsRight(family: IptablesFamily, wish: FirewallWish, { rules }: SeenChains): boolean {
    const wished = this.#lines(family, wish).length === 0 ? [] : this.#jumps();
    return equalData([...wished].sort(), [...rules[family].jumps].sort());
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

function isThere({ chains, jumps }: IptablesRules): boolean {
  return chains.length + jumps.length > 0;
}

/** Rules of one family, none of the other. */
function alone(family: IptablesFamily, rules: IptablesRules): SeenChains['rules'] {
  return { ipv4: NO_RULES, ipv6: NO_RULES, [family]: rules };
}

function deletion(line: string): string {
  return line.replace(/^-A/, '-D');
}

/** Of each line one may be there, and of a line that is not wanted none. */
function surplus(there: readonly string[], wished: readonly string[]): readonly string[] {
  return there.filter((line, index) => !wished.includes(line) || there.indexOf(line) !== index);
}

function restoreSets(lines: readonly string[]): ToolCall {
  return { argv: ['ipset', 'restore'], input: `${lines.join('\n')}\n` };
}
