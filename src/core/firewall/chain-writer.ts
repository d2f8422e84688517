/** Rules of iptables in one chain of our own, which one of the kernel's leads to. */
import { type ChainLink, IPTABLES_FAMILIES, type IptablesFamily } from './iptables-chains.ts';
import { type FamilyRules, type LinesOf, OwnChains } from './own-chains.ts';
import type { ChainPlace, RuleWriter, SeenRules, ToolCall, ToolEnd } from './rule-writer.ts';

/** What was seen of our chain. */
export interface SeenChain extends SeenRules {
  readonly rules: FamilyRules;
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
  readonly #chains: OwnChains;
  readonly #content: ChainContent<Wish>;

  constructor({ program, table }: ChainPlace, content: ChainContent<Wish>) {
    const { link } = content;
    this.#chains = new OwnChains({ program, table, links: [link], own: [link.own] });
    this.#content = content;
  }

  look(): readonly ToolCall[] {
    return this.#chains.look();
  }

  read(ends: readonly ToolEnd[]): SeenChain {
    const rules = this.#chains.read(ends);
    return {
      rules,
      text: JSON.stringify(rules),
      isThere: this.#chains.isThere(rules),
      items: IPTABLES_FAMILIES.flatMap((family) =>
        rules[family].lines.flatMap((line) => this.#content.itemOf(family, line) ?? []),
      ),
    };
  }

  isRight(wish: Wish, { rules }: SeenChain): boolean {
    return this.#chains.isRight(this.#linesOf(wish), rules);
  }

  isEnough(wish: Wish, { rules }: SeenChain): boolean {
    return this.#chains.isEnough(this.#linesOf(wish), rules);
  }

  change(wish: Wish, { rules }: SeenChain): readonly ToolCall[] {
    return this.#chains.change(this.#linesOf(wish), rules);
  }

  remove({ rules }: SeenChain): readonly ToolCall[] {
    return this.#chains.remove(rules);
  }

  #linesOf(wish: Wish): LinesOf {
    return (family) => this.#content.linesOf(family, wish);
  }
}
