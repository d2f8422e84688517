/** Rules of nftables: a table of our own for each family, written in one transaction (libnftables-json(5)). */
import { equalData } from '../base/equal-data.ts';
import { listedTable, sortedElements } from './nft-listing.ts';
import {
  NFT_FAMILIES,
  type NftElement,
  type NftFamily,
  type NftSetType,
  type NftTable,
  type NftTables,
  sameShape,
} from './nft-table.ts';
import type { RuleWriter, SeenRules, ToolCall, ToolEnd } from './rule-writer.ts';

/** What was seen of our tables. */
export interface SeenTables extends SeenRules {
  readonly tables: NftTables;
}

/** What stands in tables of one purpose. */
export interface NftContent<Wish> {
  /** The table of one family; undefined when nothing is to stand there. */
  readonly tableOf: (family: NftFamily, wish: Wish) => NftTable | undefined;
  /** What an element does, in the words of the wish. */
  readonly itemOf: (family: NftFamily, set: string, element: NftElement) => readonly string[];
  /** Elements cannot be taken out one by one: a table that differs is written anew. */
  readonly isRewritten: boolean;
}

type Command = Readonly<Record<string, unknown>>;

/** Rules in tables of one name. */
export class NftWriter<Wish> implements RuleWriter<Wish, SeenTables> {
  readonly obstacle: undefined;
  readonly #name: string;
  readonly #content: NftContent<Wish>;

  constructor(name: string, content: NftContent<Wish>) {
    this.#name = name;
    this.#content = content;
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
    return {
      tables,
      text: JSON.stringify(tables),
      isThere: Object.keys(tables).length > 0,
      items: NFT_FAMILIES.flatMap((family) =>
        Object.entries(tables[family]?.elements ?? {}).flatMap(([set, elements]) =>
          elements.flatMap((element) => this.#content.itemOf(family, set, element)),
        ),
      ),
    };
  }

  isRight(wish: Wish, { tables }: SeenTables): boolean {
    return NFT_FAMILIES.every((family) => {
      const wished = this.#content.tableOf(family, wish);
      const seen = tables[family];
      if (wished === undefined || seen === undefined) return wished === seen;
      return sameShape(wished.shape, seen.shape) && sameElements(wished, seen);
    });
  }

  isEnough(wish: Wish, { tables }: SeenTables): boolean {
    return NFT_FAMILIES.every((family) => {
      const wished = this.#content.tableOf(family, wish);
      const seen = tables[family];
      if (wished === undefined || seen === undefined) return wished === seen;
      return (
        equalData(wished.shape.chains, seen.shape.chains) &&
        wished.shape.rules.length === seen.shape.rules.length &&
        sameElements(wished, seen)
      );
    });
  }

  change(wish: Wish, { tables }: SeenTables): readonly ToolCall[] {
    const commands = NFT_FAMILIES.flatMap((family) => {
      const wished = this.#content.tableOf(family, wish);
      const seen = tables[family];
      if (wished === undefined) return seen === undefined ? [] : this.#gone(family);
      if (seen === undefined || !sameShape(wished.shape, seen.shape)) {
        return this.#anew(family, wished);
      }
      if (sameElements(wished, seen)) return [];
      return this.#content.isRewritten
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
        add: setOf({ ...place, name }, type),
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

function setOf(place: Readonly<Record<string, string>>, type: NftSetType): Command {
  if (!isMap(type)) return { set: { ...place, type } };
  return { map: { ...place, type: type.key, map: type.map, flags: ['interval'] } };
}

function isMap(type: NftSetType): type is Extract<NftSetType, { readonly key: unknown }> {
  return typeof type === 'object' && 'key' in type;
}

function nft(nftables: readonly Command[]): ToolCall {
  // Not `-`: nft opens /dev/stdin for it, which a sparse /dev does not have.
  return { argv: ['nft', '-j', '-f', '/proc/self/fd/0'], input: JSON.stringify({ nftables }) };
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
