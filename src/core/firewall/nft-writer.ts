/** Rules of nftables: a table of our own for each family, written in one transaction (libnftables-json(5)). */
import { equalData } from '../base/equal-data.ts';
import { listedTable, sortedElements } from './nft-listing.ts';
import {
  elementText,
  NFT_FAMILIES,
  type NftElement,
  type NftFamily,
  type NftStyle,
  type NftTable,
  wishedTable,
} from './nft-rules.ts';
import type { RuleWriter, SeenRules, ToolCall, ToolEnd } from './rule-writer.ts';
import type { FirewallWish } from './wish.ts';

/** What was seen of our tables. */
export interface SeenTables extends SeenRules {
  readonly tables: Readonly<Partial<Record<NftFamily, NftTable>>>;
}

type Command = Readonly<Record<string, unknown>>;

/** Rules in tables of one name. */
export class NftWriter implements RuleWriter<SeenTables> {
  readonly obstacle: undefined;
  readonly #name: string;
  readonly #style: NftStyle;

  constructor(name: string, style: NftStyle) {
    this.#name = name;
    this.#style = style;
  }

  look(): readonly ToolCall[] {
    // By JSON: in an argument the name would be read as a piece of nft's language.
    return NFT_FAMILIES.map((family) => nft([{ list: { table: this.#table(family) } }]));
  }

  read(ends: readonly ToolEnd[]): SeenTables {
    const tables: Partial<Record<NftFamily, NftTable>> = {};
    for (const [index, family] of NFT_FAMILIES.entries()) {
      const end = ends[index];
      const table = end?.kind === 'done' ? listedTable(end.output) : undefined;
      if (table !== undefined) tables[family] = table;
    }
    const all = Object.values(tables);
    return {
      tables,
      text: JSON.stringify(tables),
      isThere: all.length > 0,
      addresses: all.flatMap(({ elements }) => Object.values(elements).flat().map(elementText)),
    };
  }

  isRight(wish: FirewallWish, { tables }: SeenTables): boolean {
    return NFT_FAMILIES.every((family) => {
      const wished = wishedTable(family, wish, this.#style);
      const seen = tables[family];
      if (wished === undefined || seen === undefined) return wished === seen;
      return equalData(wished.shape, seen.shape) && sameElements(wished, seen);
    });
  }

  isEnough(wish: FirewallWish, { tables }: SeenTables): boolean {
    return NFT_FAMILIES.every((family) => {
      const wished = wishedTable(family, wish, this.#style);
      const seen = tables[family];
      if (wished === undefined || seen === undefined) return wished === seen;
      return (
        equalData(wished.shape.chains, seen.shape.chains) &&
        wished.shape.rules.length === seen.shape.rules.length &&
        sameElements(wished, seen)
      );
    });
  }

  change(wish: FirewallWish, { tables }: SeenTables): readonly ToolCall[] {
    const commands = NFT_FAMILIES.flatMap((family) => {
      const wished = wishedTable(family, wish, this.#style);
      const seen = tables[family];
      if (wished === undefined) return seen === undefined ? [] : this.#gone(family);
      if (seen === undefined || !equalData(wished.shape, seen.shape)) {
        return this.#anew(family, wished);
      }
      if (sameElements(wished, seen)) return [];
      // An index whose interface is gone has no name by which it could be taken out.
      return this.#style.byIndex
        ? this.#anew(family, wished)
        : this.#elements(family, wished, seen);
    });
    return commands.length === 0 ? [] : [nft(commands)];
  }

  remove({ tables }: SeenTables): readonly ToolCall[] {
    const there = NFT_FAMILIES.filter((family) => tables[family] !== undefined);
    return there.length === 0 ? [] : [nft(there.flatMap((family) => this.#gone(family)))];
  }

  #table(family: NftFamily): { readonly family: NftFamily; readonly name: string } {
    return { family, name: this.#name };
  }

  /** Adding first: deleting what is not there would refuse the transaction. */
  #gone(family: NftFamily): readonly Command[] {
    const table = this.#table(family);
    return [{ add: { table } }, { delete: { table } }];
  }

  #anew(family: NftFamily, { shape, elements }: NftTable): readonly Command[] {
    const place = { family, table: this.#name };
    return [
      ...this.#gone(family),
      { add: { table: this.#table(family) } },
      ...Object.entries(shape.sets).map(([name, type]) => ({
        add: { set: { ...place, name, type } },
      })),
      ...Object.entries(shape.chains).map(([name, chain]) => ({
        add: { chain: { ...place, name, ...chain } },
      })),
      ...shape.rules.map((rule) => ({ add: { rule: { ...place, ...rule } } })),
      ...Object.entries(elements).flatMap(([name, elem]) =>
        this.#change('add', family, name, elem),
      ),
    ];
  }

  /** Counters of rules go on when only addresses change. */
  #elements(family: NftFamily, wished: NftTable, seen: NftTable): readonly Command[] {
    return Object.entries(wished.elements).flatMap(([name, elements]) => {
      const there = seen.elements[name] ?? [];
      return [
        ...this.#change('add', family, name, without(elements, there)),
        ...this.#change('delete', family, name, without(there, elements)),
      ];
    });
  }

  #change(
    how: 'add' | 'delete',
    family: NftFamily,
    name: string,
    elem: readonly NftElement[],
  ): readonly Command[] {
    if (elem.length === 0) return [];
    return [{ [how]: { element: { family, table: this.#name, name, elem } } }];
  }
}

function nft(nftables: readonly Command[]): ToolCall {
  return { argv: ['nft', '-j', '-f', '-'], input: JSON.stringify({ nftables }) };
}

function sameElements(wished: NftTable, seen: NftTable): boolean {
  return Object.entries(wished.elements).every(([name, elements]) =>
    equalData(sortedElements(elements), seen.elements[name] ?? []),
  );
}

function without(all: readonly NftElement[], others: readonly NftElement[]): NftElement[] {
  const known = new Set(others.map((element) => JSON.stringify(element)));
  return all.filter((element) => !known.has(JSON.stringify(element)));
}
