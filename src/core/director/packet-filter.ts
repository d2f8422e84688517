/**
 * What the rules of nftables make of one packet, as far as they can be understood: a rule that asks for more than is known of the packet may match or
 * not, and both are followed. Rules of `iptables-nft` stand there too.
 */
import { type IpFamily, inSamePrefix, parseIp } from '../base/address.ts';
import { addressNumber } from '../base/address-range.ts';

/** An object of `nft -j list ruleset`. */
export type NftEntry = Readonly<Record<string, unknown>>;

/** A packet; what is absent is not known. */
export interface Packet {
  readonly family: IpFamily;
  /** Number of the protocol above IP. */
  readonly protocol: number;
  readonly inputDevice?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** What connection tracking says of it. */
  readonly state: 'new' | 'established' | 'invalid';
}

/** A chain that may drop it. */
export interface Place {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
}

/** `dropped` and `maybe`: by which chain, the first of several. */
export type Passage =
  | { readonly kind: 'passes' }
  | { readonly kind: 'dropped' | 'maybe'; readonly by: Place };

type End = 'accept' | 'drop' | 'end';
type Match = 'yes' | 'no' | 'maybe';

/** A loop is refused by the kernel; what lists one is not its output. */
const DEPTH_MAX = 16;

/** All rules of a host. */
export class Ruleset {
  readonly #chains: readonly NftEntry[];
  readonly #rules: ReadonlyMap<string, readonly NftEntry[][]>;
  readonly #sets = new Map<string, unknown>();

  /** What is no rule, set, map or chain in it is passed over. */
  constructor(entries: readonly NftEntry[]) {
    this.#chains = entries.flatMap(({ chain }) => (isEntry(chain) ? [chain] : []));
    const rules = new Map<string, NftEntry[][]>();
    for (const { rule, set, map } of entries) {
      if (isEntry(rule)) {
        const key = keyOf(placeOf(rule));
        const known = rules.get(key);
        const expressions = listOf(rule['expr']).filter(isEntry);
        if (known === undefined) rules.set(key, [expressions]);
        else known.push(expressions);
      }
      const named = isEntry(set) ? set : map;
      if (isEntry(named)) {
        const { family, table, name, elem } = named;
        this.#sets.set(`${family} ${table} @${name}`, elem);
      }
    }
    this.#rules = rules;
  }

  /** Whether a packet gets through all chains of a hook; those of other families do not see it. */
  passage(hook: 'input' | 'forward', packet: Packet): Passage {
    let passage: Passage = { kind: 'passes' };
    for (const chain of this.#chains) {
      if (chain['hook'] !== hook || chain['type'] !== 'filter') continue;
      const place = placeOf(chain);
      if (!seesFamily(place.family, packet.family)) continue;
      const ends = this.#walk(place, packet, 0);
      if (ends.has('end')) ends.add(chain['policy'] === 'drop' ? 'drop' : 'accept');
      if (!ends.has('drop')) continue;
      if (!ends.has('accept')) return { kind: 'dropped', by: place };
      if (passage.kind === 'passes') passage = { kind: 'maybe', by: place };
    }
    return passage;
  }

  /** How it may go on behind a chain: `end` behind its last rule. */
  #walk(place: Place, packet: Packet, depth: number): Set<End> {
    const ends = new Set<End>();
    for (const expressions of this.#rules.get(keyOf(place)) ?? []) {
      const { match, reached } = this.#rule(expressions, { place, packet, depth });
      if (match === 'no') continue;
      // Behind the rule it goes on when the rule says nothing, or may not match.
      const goesOn = match === 'maybe' || reached.has('end');
      for (const one of reached) if (one !== 'end') ends.add(one);
      if (!goesOn) return ends;
      if (reached.has('end') && reached.size === 1 && isReturn(expressions)) {
        ends.add('end');
        if (match === 'yes') return ends;
      }
    }
    ends.add('end');
    return ends;
  }

  #rule(
    expressions: readonly NftEntry[],
    about: { readonly place: Place; readonly packet: Packet; readonly depth: number },
  ): { readonly match: Match; readonly reached: Set<End> } {
    let match: Match = 'yes';
    const { place, packet, depth } = about;
    for (const expression of expressions) {
      const [kind = '', value] = Object.entries(expression)[0] ?? [];
      const found = this.#matches(kind, value, place, packet);
      if (found === 'no') return { match: 'no', reached: NOWHERE };
      if (found === 'maybe') match = 'maybe';
      const verdict = kind === 'vmap' ? this.#mapped(value, about) : verdictOf(kind, value);
      if (verdict === undefined) continue;
      if (typeof verdict !== 'string') return { match, reached: verdict };
      if (verdict === 'accept' || verdict === 'drop') return { match, reached: new Set([verdict]) };
      if (verdict === 'return') break;
      const target = { ...place, chain: verdict };
      const reached = depth < DEPTH_MAX ? this.#walk(target, packet, depth + 1) : UNKNOWN_WAY;
      return { match, reached };
    }
    return { match, reached: new Set(['end']) };
  }

  /** A map to verdicts: that of each element that matches or may. */
  #mapped(
    value: unknown,
    about: { readonly place: Place; readonly packet: Packet; readonly depth: number },
  ): Set<End> {
    const { place, packet, depth } = about;
    const { key, data } = isEntry(value) ? value : {};
    const all = isEntry(data) ? data['set'] : this.#named(place, data);
    const ends = new Set<End>();
    for (const element of listOf(all)) {
      const [one, verdict] = listOf(element);
      const match = isEqual(fieldOf(key, packet), one, (name) => this.#named(place, name));
      if (match === 'no' || !isEntry(verdict)) continue;
      const [kind = '', target] = Object.entries(verdict)[0] ?? [];
      const said = verdictOf(kind, target);
      if (said === 'accept' || said === 'drop') ends.add(said);
      else if (said === 'return' || said === undefined || depth >= DEPTH_MAX) ends.add('end');
      else
        for (const end of this.#walk({ ...place, chain: said }, packet, depth + 1)) ends.add(end);
      if (match === 'yes') return ends;
    }
    return ends.add('end');
  }

  #named(place: Place, name: unknown): unknown {
    return this.#sets.get(`${place.family} ${place.table} ${String(name)}`);
  }

  #matches(kind: string, value: unknown, place: Place, packet: Packet): Match {
    if (kind === 'xt' || kind === 'limit' || kind === 'quota')
      return isTarget(value) ? 'yes' : 'maybe';
    if (kind !== 'match' || !isEntry(value)) return 'yes';
    const { op, left, right } = value;
    const found = isEqual(fieldOf(left, packet), right, (name) => this.#named(place, name));
    if (op === '!=') return found === 'yes' ? 'no' : found === 'no' ? 'yes' : 'maybe';
    return op === '==' || op === 'in' || op === undefined ? found : 'maybe';
  }
}

const NOWHERE: Set<End> = new Set();
const UNKNOWN_WAY: Set<End> = new Set(['accept', 'drop', 'end']);

/** A verdict, the name of a chain, or nothing that ends the rule. */
function verdictOf(kind: string, value: unknown): string | undefined {
  if (kind === 'accept' || kind === 'drop' || kind === 'return') return kind;
  if (kind === 'reject') return 'drop';
  if (kind === 'queue') return 'accept';
  if (kind === 'xt' && isTarget(value)) {
    return ['DROP', 'REJECT', 'TARPIT'].includes(String(value['name'])) ? 'drop' : undefined;
  }
  if ((kind === 'jump' || kind === 'goto') && isEntry(value)) return String(value['target']);
  return undefined;
}

function isTarget(value: unknown): value is NftEntry {
  return isEntry(value) && value['type'] === 'target';
}

function isReturn(expressions: readonly NftEntry[]): boolean {
  return expressions.some((one) => 'return' in one);
}

/** What a packet has where a rule looks; `absent`: such a packet has none of it. */
type Field =
  | { readonly kind: 'known'; readonly value: string | number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown' };

const UNKNOWN: Field = { kind: 'unknown' };
const ABSENT: Field = { kind: 'absent' };

function known(value: string | number | undefined): Field {
  return value === undefined ? UNKNOWN : { kind: 'known', value };
}

const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmpv6: 58,
  vrrp: 112,
  sctp: 132,
};

function fieldOf(left: unknown, packet: Packet): Field {
  if (!isEntry(left)) return UNKNOWN;
  const { meta, payload, ct } = left;
  if (isEntry(meta)) return metaField(String(meta['key']), packet);
  if (isEntry(ct)) return ct['key'] === 'state' ? known(packet.state) : UNKNOWN;
  return isEntry(payload) ? payloadField(payload, packet) : UNKNOWN;
}

function metaField(key: string, packet: Packet): Field {
  switch (key) {
    case 'iifname':
    case 'iif':
      return known(packet.inputDevice);
    case 'l4proto':
      return known(packet.protocol);
    case 'nfproto':
      return known(packet.family);
    case 'protocol':
      return known(packet.family === 'ipv4' ? 'ip' : 'ip6');
    default:
      return UNKNOWN;
  }
}

function payloadField({ protocol, field }: NftEntry, packet: Packet): Field {
  const { source, destination, sourcePort, destinationPort } = packet;
  if (protocol === 'ip' || protocol === 'ip6') {
    if ((protocol === 'ip') !== (packet.family === 'ipv4')) return ABSENT;
    if (field === 'saddr') return known(source);
    if (field === 'daddr') return known(destination);
    return field === 'protocol' || field === 'nexthdr' ? known(packet.protocol) : UNKNOWN;
  }
  const number = PROTOCOLS[String(protocol)];
  if (number !== undefined && number !== packet.protocol) return ABSENT;
  if (field === 'sport') return sourcePort === undefined ? UNKNOWN : known(sourcePort);
  if (field === 'dport') return destinationPort === undefined ? UNKNOWN : known(destinationPort);
  return UNKNOWN;
}

function isEqual(field: Field, right: unknown, named: (name: string) => unknown): Match {
  if (field.kind === 'absent') return 'no';
  if (field.kind === 'unknown') return 'maybe';
  const { value } = field;
  if (typeof right === 'string' && right.startsWith('@')) {
    const elements = named(right);
    return elements === undefined ? 'no' : isEqual(field, listOf(elements), named);
  }
  if (Array.isArray(right)) return anyOf(right.map((one) => isEqual(field, one, named)));
  if (isEntry(right)) {
    const { set, range, prefix, elem } = right;
    if (set !== undefined) return isEqual(field, listOf(set), named);
    if (isEntry(elem)) return isEqual(field, elem['val'], named);
    if (Array.isArray(range)) return isBetween(value, range);
    return isEntry(prefix) ? isIn(value, prefix) : 'maybe';
  }
  return yes(isSame(value, right));
}

function isSame(value: string | number, right: unknown): boolean {
  if (typeof value === 'number') return value === (PROTOCOLS[String(right)] ?? Number(right));
  const text = String(right);
  if (text.endsWith('*')) return value.startsWith(text.slice(0, -1));
  return value === (parseIp(text) ?? text);
}

function isBetween(value: string | number, [first, last]: readonly unknown[]): Match {
  if (typeof value === 'number') return yes(Number(first) <= value && value <= Number(last));
  const [at, from, to] = [value, String(first), String(last)].map((one) => parseIp(one));
  if (at === undefined || from === undefined || to === undefined) return 'maybe';
  const number = addressNumber(at);
  return yes(addressNumber(from) <= number && number <= addressNumber(to));
}

function isIn(value: string | number, { addr, len }: NftEntry): Match {
  const [at, network] = [parseIp(String(value)), parseIp(String(addr))];
  if (at === undefined || network === undefined || typeof len !== 'number') return 'maybe';
  return yes(at.includes(':') === network.includes(':') && inSamePrefix(at, network, len));
}

function anyOf(matches: readonly Match[]): Match {
  if (matches.includes('yes')) return 'yes';
  return matches.includes('maybe') ? 'maybe' : 'no';
}

function yes(isSo: boolean): Match {
  return isSo ? 'yes' : 'no';
}

function seesFamily(table: string, family: IpFamily): boolean {
  return table === 'inet' || table === (family === 'ipv4' ? 'ip' : 'ip6');
}

function placeOf({ family, table, chain, name }: NftEntry): Place {
  return { family: String(family), table: String(table), chain: String(chain ?? name) };
}

function keyOf({ family, table, chain }: Place): string {
  return `${family} ${table} ${chain}`;
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

function isEntry(value: unknown): value is NftEntry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
