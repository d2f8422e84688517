/** Marks in nftables, as keepalived has them: a map from address and port to the mark for each protocol, and a chain that looks packets up on their way in. */
import { type IpFamily, ipFamily, parseIp } from '../../base/address.ts';
import type { AddressRange } from '../../base/address-range.ts';
import type { ServiceProtocol } from '../../model/config.ts';
import {
  type NftElement,
  type NftFamily,
  type NftPart,
  type NftRule,
  type NftSetType,
  type NftTable,
  partsOf,
} from '../nft-table.ts';
import type { NftContent } from '../nft-writer.ts';
import { itemText, type MarkedPackets, type MarksWish } from './wish.ts';

const CHAIN = 'in';
const PROTOCOLS = { tcp: 'TCP', udp: 'UDP', sctp: 'SCTP' } as const satisfies Record<
  string,
  ServiceProtocol
>;
type ProtocolWord = keyof typeof PROTOCOLS;
const WORDS = Object.keys(PROTOCOLS) as readonly ProtocolWord[];

/** What stands in the tables. */
export const MARKS_CONTENT: NftContent<MarksWish> = {
  tableOf,
  itemOf: (_family, set, element) => {
    const packets = packetsOf(set, element);
    return packets === undefined ? [] : [itemText(packets)];
  },
  // The kernel takes no range out of a map that another one of the same transaction touches.
  isRewritten: true,
};

function tableOf(family: NftFamily, wish: MarksWish): NftTable | undefined {
  const own = wish.packets.filter((one) => (one.family === 'ipv4') === (family === 'ip'));
  if (own.length === 0) return undefined;
  const address = family === 'ip' ? 'ipv4_addr' : 'ipv6_addr';
  const sets: Record<string, NftSetType> = {};
  const elements: Record<string, readonly NftElement[]> = {};
  const exact: NftRule[] = [];
  const open: NftRule[] = [];
  for (const word of WORDS) {
    const some = own.filter(({ protocol }) => protocol === PROTOCOLS[word]);
    const [ported, portless] = [some.filter(hasPort), some.filter((one) => !hasPort(one))];
    if (ported.length > 0) {
      const name = `${word}_map`;
      sets[name] = { key: [address, 'inet_service'], map: 'mark' };
      elements[name] = ported.map(({ range, port, mark }) => [
        { concat: [rangePart(range), port] },
        mark,
      ]);
      const key = {
        concat: [destination(family), { payload: { protocol: word, field: 'dport' } }],
      };
      exact.push({ chain: CHAIN, expr: marked(key, name, wish.counts) });
    }
    if (portless.length > 0) {
      const name = `${word}_any_map`;
      sets[name] = { key: address, map: 'mark' };
      elements[name] = portless.map(({ range, mark }) => [rangePart(range), mark]);
      const left = { meta: { key: 'l4proto' } };
      const match = { match: { op: '==', left, right: word } };
      open.push({ chain: CHAIN, expr: [match, ...marked(destination(family), name, wish.counts)] });
    }
  }
  const chain = { type: 'filter', hook: 'input', prio: wish.priority, policy: 'accept' };
  return { shape: { sets, chains: { [CHAIN]: chain }, rules: [...exact, ...open] }, elements };
}

function hasPort({ port }: MarkedPackets): boolean {
  return port !== 0;
}

function destination(family: NftFamily): unknown {
  return { payload: { protocol: family, field: 'daddr' } };
}

/** A packet that the map does not know goes on to the next rule. */
function marked(key: unknown, map: string, counts: boolean): readonly unknown[] {
  return [
    { mangle: { key: { meta: { key: 'mark' } }, value: { map: { key, data: `@${map}` } } } },
    ...(counts ? [{ counter: null }] : []),
    { return: null },
  ];
}

function rangePart(range: AddressRange): NftPart {
  return range.first === range.last ? range.first : { range: [range.first, range.last] };
}

function packetsOf(set: string, element: NftElement): MarkedPackets | undefined {
  const [word = '', kind] = set.split('_');
  const protocol = PROTOCOLS[word as ProtocolWord];
  const [part, port] = partsOf(element);
  const range = rangeOf(part);
  if (protocol === undefined || range === undefined || !Array.isArray(element)) return undefined;
  const family: IpFamily = ipFamily(range.first);
  const mark = Number(element[1]);
  return { family, protocol, range, port: kind === 'any' ? 0 : Number(port), mark };
}

function rangeOf(part: NftPart | undefined): AddressRange | undefined {
  const [from, to] = typeof part === 'object' ? part.range : [part, part];
  const [first, last] = [parseIp(String(from)), parseIp(String(to))];
  return first === undefined || last === undefined ? undefined : { first, last };
}
