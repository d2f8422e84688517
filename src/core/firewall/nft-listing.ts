/** Reads what `nft -j` lists of one table. Whatever is not as expected makes a table that differs from every wished one. */
import { ipFamily, maxPrefixLength, parseIp } from '../base/address.ts';
import { rangeOfPrefix } from '../base/address-range.ts';
import type {
  NftChain,
  NftElement,
  NftKey,
  NftPart,
  NftRule,
  NftSetType,
  NftTable,
} from './nft-table.ts';

type Entry = Readonly<Record<string, unknown>>;

/** The table in a listing; undefined when there is none. */
export function listedTable(output: string): NftTable | undefined {
  const entries = entriesOf(output);
  if (!entries.some(({ table }) => isEntry(table))) return undefined;
  const sets: Record<string, NftSetType> = {};
  const elements: Record<string, readonly NftElement[]> = {};
  const chains: Record<string, NftChain> = {};
  const rules: NftRule[] = [];
  for (const { set, map, chain, rule, ...other } of entries) {
    if (isEntry(set)) {
      sets[String(set['name'])] = set['type'] as string | readonly string[];
      elements[String(set['name'])] = sortedElements(set['elem']);
    } else if (isEntry(map)) {
      const { name, type, map: values } = map;
      sets[String(name)] = { key: type, map: values } as NftSetType;
      elements[String(name)] = sortedElements(map['elem']);
    } else if (isEntry(chain)) {
      const { type, hook, prio, policy } = chain;
      chains[String(chain['name'])] = { type, hook, prio, policy } as NftChain;
    } else if (isEntry(rule)) {
      const expr = Array.isArray(rule['expr']) ? rule['expr'].map(expressionOf) : [];
      rules.push({ chain: String(rule['chain']), expr });
    } else if (other['table'] === undefined && other['metainfo'] === undefined) {
      // Something that we never write: a counter, a flow table.
      rules.push({ chain: '', expr: [other] });
    }
  }
  const byChain = [...rules].sort((a, b) => (a.chain === b.chain ? 0 : a.chain < b.chain ? -1 : 1));
  return { shape: { sets, chains, rules: byChain }, elements };
}

/** The order of a set has no meaning. */
export function sortedElements(elements: unknown): readonly NftElement[] {
  if (!Array.isArray(elements)) return [];
  return elements
    .map(inOurWords)
    .map((element) => ({ element, key: JSON.stringify(element) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ element }) => element);
}

/** What is neither of our kinds is kept as text. */
function inOurWords(element: unknown): NftElement {
  if (!Array.isArray(element)) return keyOf(element);
  const [key, value] = element;
  return [keyOf(key), partOf(value)];
}

function keyOf(key: unknown): NftKey {
  if (!isEntry(key) || !Array.isArray(key['concat'])) return partOf(key);
  return { concat: key['concat'].map(partOf) };
}

/** An address may be printed in another form than ours, and a range as a prefix where it is one. */
function partOf(part: unknown): NftPart {
  if (typeof part === 'string') return parseIp(part) ?? part;
  if (typeof part === 'number') return part;
  if (!isEntry(part)) return String(JSON.stringify(part));
  const { range, prefix } = part;
  if (Array.isArray(range) && range.length === 2) {
    const [first, last] = range.map((one) => String(partOf(one)));
    return { range: [first ?? '', last ?? ''] };
  }
  if (isEntry(prefix)) {
    const address = parseIp(String(prefix['addr']));
    const length = Number(prefix['len']);
    const isLength =
      address !== undefined &&
      Number.isInteger(length) &&
      length >= 0 &&
      length <= maxPrefixLength(ipFamily(address));
    const ends = isLength ? rangeOfPrefix(address, length) : undefined;
    if (ends !== undefined) return { range: [ends.first, ends.last] };
  }
  return JSON.stringify(part);
}

function entriesOf(output: string): readonly Entry[] {
  try {
    const { nftables } = JSON.parse(output) as { nftables?: unknown };
    return Array.isArray(nftables) ? nftables.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Numbers of counters mean nothing; addresses of a translation are as in elements. */
function expressionOf(expression: unknown): unknown {
  if (!isEntry(expression)) return expression;
  if ('counter' in expression) return { counter: null };
  const { snat } = expression;
  return isEntry(snat) ? { snat: { ...snat, addr: partOf(snat['addr']) } } : expression;
}
