/** Reads what `nft -j` lists of one table. Whatever is not as expected makes a table that differs from every wished one. */
import { parseIp } from '../base/address.ts';
import type { NftChain, NftElement, NftRule, NftTable } from './nft-rules.ts';

type Entry = Readonly<Record<string, unknown>>;

/** The table in a listing; undefined when there is none. */
export function listedTable(output: string): NftTable | undefined {
  const entries = entriesOf(output);
  if (!entries.some(({ table }) => isEntry(table))) return undefined;
  const sets: Record<string, string | readonly string[]> = {};
  const elements: Record<string, readonly NftElement[]> = {};
  const chains: Record<string, NftChain> = {};
  const rules: NftRule[] = [];
  for (const { set, chain, rule, ...other } of entries) {
    if (isEntry(set)) {
      sets[String(set['name'])] = set['type'] as string | readonly string[];
      elements[String(set['name'])] = sortedElements(set['elem']);
    } else if (isEntry(chain)) {
      const { type, hook, prio, policy } = chain;
      chains[String(chain['name'])] = { type, hook, prio, policy } as NftChain;
    } else if (isEntry(rule)) {
      const expr = Array.isArray(rule['expr']) ? rule['expr'].map(withoutCounts) : [];
      rules.push({ chain: String(rule['chain']), expr });
    } else if (other['table'] === undefined && other['metainfo'] === undefined) {
      // Something that we never write: a map, a counter, a flow table.
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

/** An address may be printed in another form than ours. What is neither of our kinds is kept as text. */
function inOurWords(element: unknown): NftElement {
  if (typeof element === 'string') return parseIp(element) ?? element;
  if (!isEntry(element) || !Array.isArray(element['concat'])) return JSON.stringify(element);
  const [address = '', ...rest] = element['concat'].map(String);
  return { concat: [parseIp(address) ?? address, ...rest] };
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

function withoutCounts(expression: unknown): unknown {
  return isEntry(expression) && 'counter' in expression ? { counter: null } : expression;
}
