/** Rules of iptables in one chain of our own, which one of the kernel's leads to. */
import { equalData } from '../base/equal-data.ts';
import {
  areJumpsRight,
  type ChainLink,
  changeLines,
  IPTABLES_FAMILIES,
  type IptablesFamily,
  type IptablesRules,
  isThere,
  removalLines,
  restoreCall,
  saveCall,
  savedRules,
} from './iptables-chains.ts';
import type { ChainPlace, RuleWriter, SeenRules, ToolCall, ToolEnd } from './rule-writer.ts';

/** What was seen of our chain. */
export interface SeenChain extends SeenRules {
  readonly rules: Readonly<Record<IptablesFamily, IptablesRules>>;
}

/** What stands in a chain of one purpose. */
export interface ChainContent<Wish> {
  readonly link: ChainLink;
  /** The lines of our chain, in order, as iptables-save(8) prints them. */
  readonly linesOf: (family: IptablesFamily, wish: Wish) => readonly string[];
  /** What a line does, in the words of the wish; undefined for one that is not ours. */
  readonly itemOf: (family: IptablesFamily, line: string) => string | undefined;
}

/** Rules in the chain. */
export class ChainWriter<Wish> implements RuleWriter<Wish, SeenChain> {
  readonly obstacle: undefined;
  readonly #place: ChainPlace;
  readonly #content: ChainContent<Wish>;

  constructor(place: ChainPlace, content: ChainContent<Wish>) {
    this.#place = place;
    this.#content = content;
  }

  look(): readonly ToolCall[] {
    const { program, table } = this.#place;
    return IPTABLES_FAMILIES.map((family) => saveCall(program, family, table));
  }

  read(ends: readonly ToolEnd[]): SeenChain {
    const own = [this.#content.link.own];
    const rules = { ipv4: savedRules(ends[0], own), ipv6: savedRules(ends[1], own) };
    return {
      rules,
      text: JSON.stringify(rules),
      isThere: IPTABLES_FAMILIES.some((family) => isThere(rules[family])),
      items: IPTABLES_FAMILIES.flatMap((family) =>
        rules[family].lines.flatMap((line) => this.#content.itemOf(family, line) ?? []),
      ),
    };
  }

  isRight(wish: Wish, { rules }: SeenChain): boolean {
    return IPTABLES_FAMILIES.every((family) => {
      const lines = this.#content.linesOf(family, wish);
      return equalData(lines, rules[family].lines) && this.#leads(lines, rules[family]);
    });
  }

  isEnough(wish: Wish, { rules }: SeenChain): boolean {
    return IPTABLES_FAMILIES.every((family) => {
      const lines = this.#content.linesOf(family, wish);
      return lines.length === rules[family].lines.length && this.#leads(lines, rules[family]);
    });
  }

  change(wish: Wish, { rules }: SeenChain): readonly ToolCall[] {
    return IPTABLES_FAMILIES.flatMap((family) =>
      this.#restore(
        family,
        changeLines([this.#content.link], this.#content.linesOf(family, wish), rules[family]),
      ),
    );
  }

  remove({ rules }: SeenChain): readonly ToolCall[] {
    return IPTABLES_FAMILIES.flatMap((family) =>
      this.#restore(family, removalLines(rules[family])),
    );
  }

  #leads(lines: readonly string[], rules: IptablesRules): boolean {
    return areJumpsRight([this.#content.link], lines, rules);
  }

  #restore(family: IptablesFamily, lines: readonly string[]): readonly ToolCall[] {
    const { program, table } = this.#place;
    return lines.length === 0 ? [] : [restoreCall(program, family, { table, lines })];
  }
}
