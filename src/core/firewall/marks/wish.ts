/** Which packets a configuration wants marked (`nftables_ipvs`): those to the addresses of groups, so that one service by mark takes them all. */
import { type IpFamily, ipFamily } from '../../base/address.ts';
import {
  type AddressRange,
  addressNumber,
  numberedAddress,
  rangeText,
} from '../../base/address-range.ts';
import type { Config, ServiceProtocol } from '../../model/config.ts';

/** Packets with one mark. */
export interface MarkedPackets {
  readonly family: IpFamily;
  readonly protocol: ServiceProtocol;
  readonly range: AddressRange;
  /** 0 = all ports. */
  readonly port: number;
  readonly mark: number;
}

/** All of them; ranges of one protocol and port do not overlap. */
export interface MarksWish {
  readonly packets: readonly MarkedPackets[];
  /** Keys of the virtual servers, each with the items that it needs. */
  readonly servers: ReadonlyMap<string, readonly string[]>;
  readonly table: string;
  /** Of the chain. */
  readonly priority: number;
  /** Each rule counts its packets. */
  readonly counts: boolean;
}

/** keepalived's names and numbers. */
const TABLE = 'keepalived_ipvs';
const PRIORITY = -1;

/** What a configuration wants; undefined: nothing. */
export function marksWish({
  global,
  virtualServers,
}: Pick<Config, 'global' | 'virtualServers'>): MarksWish | undefined {
  const wanted = virtualServers.flatMap(({ key, gathered }) =>
    (gathered?.entries ?? []).map(({ range, port }) => ({
      key,
      packet: {
        family: ipFamily(range.first),
        protocol: gathered?.protocol ?? 'TCP',
        range,
        port,
        mark: gathered?.mark ?? 0,
      } satisfies MarkedPackets,
    })),
  );
  if (wanted.length === 0) return undefined;
  const packets = disjoint(wanted.map(({ packet }) => packet));
  const servers = new Map<string, string[]>(wanted.map(({ key }) => [key, []]));
  const users = new Map<number, Set<string>>();
  for (const { key, packet } of wanted) {
    const keys = users.get(packet.mark);
    if (keys === undefined) users.set(packet.mark, new Set([key]));
    else keys.add(key);
  }
  for (const packet of packets) {
    for (const key of users.get(packet.mark) ?? []) servers.get(key)?.push(itemText(packet));
  }
  return {
    packets,
    servers,
    table: global.ipvs?.marksTable ?? TABLE,
    priority: global.ipvs?.marksPriority ?? PRIORITY,
    counts: global.firewall?.countsPackets ?? false,
  };
}

/** What satisfies both, as far as one packet can have one mark: where they differ, that of `before`, whose service is still there. */
export function bothMarksWishes(
  before: MarksWish | undefined,
  after: MarksWish | undefined,
): MarksWish | undefined {
  if (before === undefined || after === undefined) return after ?? before;
  return { ...after, packets: disjoint([...before.packets, ...after.packets]) };
}

/** Keys of virtual servers all of whose packets are marked. */
export function markedServers({ servers }: MarksWish, items: readonly string[]): readonly string[] {
  const seen = new Set(items);
  return [...servers].flatMap(([key, own]) => (own.every((one) => seen.has(one)) ? [key] : []));
}

/** `tcp 10.0.0.10-10.0.0.20 port 80: 1000`. */
export function itemText({ protocol, range, port, mark }: MarkedPackets): string {
  const ports = port === 0 ? 'all ports' : `port ${port}`;
  return `${protocol.toLowerCase()} ${rangeText(range)} ${ports}: ${mark}`;
}

interface Span {
  readonly from: bigint;
  readonly to: bigint;
  readonly mark: number;
}

/** The same packets in order, without an address that comes twice: the first mark counts. Neighbours with one mark are one range. */
function disjoint(all: readonly MarkedPackets[]): readonly MarkedPackets[] {
  const groups = new Map<string, MarkedPackets[]>();
  for (const one of all) {
    const key = `${one.family} ${one.protocol} ${one.port}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { family, protocol, port } = first;
    return spansOf(group).flatMap(({ from, to, mark }) => {
      const [start, end] = [numberedAddress(from, family), numberedAddress(to, family)];
      if (start === undefined || end === undefined) return [];
      return [{ family, protocol, range: { first: start, last: end }, port, mark }];
    });
  });
}

function spansOf(packets: readonly MarkedPackets[]): readonly Span[] {
  const spans: Span[] = [];
  for (const { range, mark } of packets) {
    insert(spans, { from: addressNumber(range.first), to: addressNumber(range.last), mark });
  }
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last !== undefined && last.mark === span.mark && last.to + 1n === span.from) {
      merged[merged.length - 1] = { ...last, to: span.to };
    } else merged.push(span);
  }
  return merged;
}

/** Adds what is free of a span to spans in order. */
function insert(spans: Span[], span: Span): void {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.to ?? 0n) < span.from) low = middle + 1;
    else high = middle;
  }
  let at = low;
  let { from } = span;
  while (from <= span.to) {
    const next = spans[at];
    if (next === undefined || next.from > span.to) {
      spans.splice(at, 0, { ...span, from });
      return;
    }
    if (next.from > from) {
      spans.splice(at, 0, { ...span, from, to: next.from - 1n });
      at += 1;
    }
    from = next.to + 1n;
    at += 1;
  }
}
