/** A table of nftables in the words of its JSON interface (libnftables-json(5)). */
import { equalData } from '../base/equal-data.ts';

/** A family of nftables. */
export type NftFamily = 'ip' | 'ip6';

/** Both, in the order in which they are written. */
export const NFT_FAMILIES: readonly NftFamily[] = ['ip', 'ip6'];

/** A part of an element: an address, a port, a mark, a name, or the first and the last address of a range. */
export type NftPart = string | number | { readonly range: readonly [string, string] };

/** What a set or a map is keyed by: one part, or several together. */
export type NftKey = NftPart | NftConcat;

/** Several parts together. */
export interface NftConcat {
  readonly concat: readonly NftPart[];
}

/** An element of a set; of a map, with the value of its key. */
export type NftElement = NftKey | readonly [NftKey, NftPart];

/** The parts of an element of a set, or of the key of one of a map. */
export function partsOf(element: NftElement): readonly NftPart[] {
  const key = isPair(element) ? element[0] : element;
  return typeof key === 'object' && 'concat' in key ? key.concat : [key];
}

function isPair(element: NftElement): element is Exclude<NftElement, NftKey> {
  return Array.isArray(element);
}

/** Types of what a set is keyed by; of a map, with what its values are. Keys of a map may be ranges. */
export type NftSetType =
  | string
  | readonly string[]
  | { readonly key: string | readonly string[]; readonly map: string };

/** A rule: its chain and its expressions. */
export interface NftRule {
  readonly chain: string;
  readonly expr: readonly unknown[];
}

/** A table without its elements. */
export interface NftShape {
  /** Types by the name of the set or map. */
  readonly sets: Readonly<Record<string, NftSetType>>;
  /** Base chains by name. */
  readonly chains: Readonly<Record<string, NftChain>>;
  /** Rules in order, chain by chain. */
  readonly rules: readonly NftRule[];
}

/** A base chain. */
export interface NftChain {
  readonly type: string;
  readonly hook: string;
  readonly prio: number;
  readonly policy: string;
}

/** Elements by the name of the set or map. */
export type NftElements = Readonly<Record<string, readonly NftElement[]>>;

/** A table with its elements. */
export interface NftTable {
  readonly shape: NftShape;
  readonly elements: NftElements;
}

/** Tables by family. */
export type NftTables = Readonly<Partial<Record<NftFamily, NftTable>>>;

/**
 * Whether two tables have the same shape. A match of the protocol in front of its port is not printed where the port tells as much, so it is not compared.
 */
export function sameShape(a: NftShape, b: NftShape): boolean {
  return equalData(comparable(a), comparable(b));
}

function comparable({ sets, chains, rules }: NftShape): NftShape {
  const all = rules.map(({ chain, expr }) => ({ chain, expr: expr.filter(isTelling) }));
  return { sets, chains, rules: all };
}

function isTelling(expression: unknown): boolean {
  return !JSON.stringify(expression).startsWith(PROTOCOL_MATCH);
}

const PROTOCOL_MATCH = JSON.stringify({
  match: { op: '==', left: { meta: { key: 'l4proto' } }, right: '' },
}).slice(0, -3);
