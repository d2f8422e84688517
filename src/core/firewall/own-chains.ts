/** Our chains in one table of iptables, of both families: looking at them, comparing them with the lines that are wished for, writing and removing them. */
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
import type { IptablesProgram, ToolCall, ToolEnd } from './rule-writer.ts';

/** Rules by family. */
export type FamilyRules = Readonly<Record<IptablesFamily, IptablesRules>>;

/** The lines of a family that are wished for, in order, as iptables-save(8) prints them. */
export type LinesOf = (family: IptablesFamily) => readonly string[];

/** Where they are. */
export interface OwnChainsOptions {
  readonly program: IptablesProgram;
  readonly table: string;
  /** Those that are wished for. */
  readonly links: readonly ChainLink[];
  /** All chains that are ours, also those that are not wished for any more. */
  readonly own: readonly string[];
}

/** The chains. */
export class OwnChains {
  readonly #options: OwnChainsOptions;

  constructor(options: OwnChainsOptions) {
    this.#options = options;
  }

  /** What shows them, one call for each family. */
  look(): readonly ToolCall[] {
    const { program, table } = this.#options;
    return IPTABLES_FAMILIES.map((family) => saveCall(program, family, table));
  }

  /** What these calls, in front of others, have shown. */
  read(ends: readonly ToolEnd[]): FamilyRules {
    const { own } = this.#options;
    return { ipv4: savedRules(ends[0], own), ipv6: savedRules(ends[1], own) };
  }

  /** Whether anything of ours stands. */
  isThere(rules: FamilyRules): boolean {
    return IPTABLES_FAMILIES.some((family) => isThere(rules[family]));
  }

  /** Whether they have just these lines, and the other chains lead to them. */
  isRight(linesOf: LinesOf, rules: FamilyRules): boolean {
    return this.#everyFamily(linesOf, rules, (wished, seen) => equalData(wished, seen));
  }

  /** Whether they have as many lines, and the other chains lead to them (`RuleWriter.isEnough`). */
  isEnough(linesOf: LinesOf, rules: FamilyRules): boolean {
    return this.#everyFamily(linesOf, rules, (wished, seen) => wished.length === seen.length);
  }

  /** What makes these lines of what was seen; empty when nothing is to be done. */
  change(linesOf: LinesOf, rules: FamilyRules): readonly ToolCall[] {
    const { links } = this.#options;
    return this.#restore((family) => changeLines(links, linesOf(family), rules[family]));
  }

  /** What removes all that was seen; empty when nothing is there. */
  remove(rules: FamilyRules): readonly ToolCall[] {
    return this.#restore((family) => removalLines(rules[family]));
  }

  #everyFamily(
    linesOf: LinesOf,
    rules: FamilyRules,
    areLinesRight: (wished: readonly string[], seen: readonly string[]) => boolean,
  ): boolean {
    return IPTABLES_FAMILIES.every((family) => {
      const wished = linesOf(family);
      const seen = rules[family];
      return areLinesRight(wished, seen.lines) && areJumpsRight(this.#options.links, wished, seen);
    });
  }

  #restore(linesOf: LinesOf): readonly ToolCall[] {
    const { program, table } = this.#options;
    return IPTABLES_FAMILIES.flatMap((family) => {
      const lines = linesOf(family);
      return lines.length === 0 ? [] : [restoreCall(program, family, { table, lines })];
    });
  }
}
