/**
 * Full-NAT in nftables: a chain behind routing, with a rule for each source and kind of service. A connection is known by the destination that its client
 * asked for (`ct original`) together with the one that IPVS gave it: no other traffic has both. Only its first packet passes the chain; conntrack does
 * the rest, in both directions.
 */
import { type IpAddress, type IpFamily, parseIp } from '../../base/address.ts';
import type { AddressRange } from '../../base/address-range.ts';
import type { ServiceIdentity, ServiceProtocol } from '../../model/config.ts';
import {
  type NftElement,
  type NftFamily,
  type NftPart,
  type NftRule,
  type NftTable,
  partsOf,
} from '../nft-table.ts';
import type { NftContent } from '../nft-writer.ts';
import { bySource, type FullNatWish, type Translation, translationKey } from './wish.ts';

const CHAIN = 'post';
/** Where source translation has its place among the chains (`srcnat`). */
const PRIORITY = 100;
/** Servers of services by mark. */
const MARKED = 'marked_servers';

/** The kinds of services, in the order of their rules: with a port, with all ports, by mark. */
const KINDS = ['tcp', 'udp', 'sctp', 'any', 'mark'] as const;
type Kind = (typeof KINDS)[number];

const PROTOCOLS: Readonly<Record<string, ServiceProtocol>> = {
  tcp: 'TCP',
  udp: 'UDP',
  sctp: 'SCTP',
};

/** What stands in the tables. */
export const FULL_NAT_CONTENT: NftContent<FullNatWish> = {
  tableOf: (family, wish) =>
    tableOf(
      family,
      wish.translations.filter((one) => one.family === ipFamilyOf(family)),
    ),
  itemOf: (family, set, element) => {
    const translation = translationOf(ipFamilyOf(family), set, element);
    return translation === undefined ? [] : [translationKey(translation)];
  },
  isRewritten: false,
};

function tableOf(family: NftFamily, translations: readonly Translation[]): NftTable | undefined {
  if (translations.length === 0) return undefined;
  const sets: Record<string, string | readonly string[]> = {};
  const elements: Record<string, readonly NftElement[]> = {};
  const rules: NftRule[] = [];
  const add = (
    name: string,
    type: string | readonly string[],
    all: readonly NftElement[],
  ): void => {
    sets[name] = type;
    elements[name] = all;
  };
  for (const [index, { source, translations: all }] of bySource(translations).entries()) {
    for (const kind of KINDS) {
      const some = all.filter(({ service }) => kindOf(service) === kind);
      if (some.length === 0) continue;
      const set = `${kind}_${index}`;
      add(
        set,
        typeOf(family, kind),
        some.map((one) => elementOf(kind, one)),
      );
      rules.push({ chain: CHAIN, expr: [...matches(family, kind, set), translated(source)] });
    }
  }
  const marked = translations.filter(({ service }) => service.kind === 'fwmark');
  if (marked.length > 0) {
    add(MARKED, addressType(family), [...new Set(marked.map(({ server }) => server))]);
  }
  const chain = { type: 'nat', hook: 'postrouting', prio: PRIORITY, policy: 'accept' };
  return { shape: { sets, chains: { [CHAIN]: chain }, rules }, elements };
}

function kindOf(service: ServiceIdentity): Kind {
  if (service.kind === 'fwmark') return 'mark';
  return service.port === 0 ? 'any' : PROTOCOL_KINDS[service.protocol];
}

const PROTOCOL_KINDS = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const;

function typeOf(family: NftFamily, kind: Kind): readonly string[] {
  const address = addressType(family);
  if (kind === 'any') return [address, 'inet_proto', address];
  if (kind === 'mark') return ['mark', address];
  return [address, 'inet_service', address, 'inet_service'];
}

function elementOf(kind: Kind, { service, server, port }: Translation): NftElement {
  if (service.kind === 'fwmark') return { concat: [service.mark, server] };
  const { address, protocol, port: asked } = service;
  return kind === 'any'
    ? { concat: [address, protocol.toLowerCase(), server] }
    : { concat: [address, asked, server, port] };
}

function translationOf(
  family: IpFamily,
  set: string,
  element: NftElement,
): Translation | undefined {
  const parts = partsOf(element);
  const [kind = ''] = set.split('_');
  if (kind === 'mark') {
    const [mark, server] = [Number(parts[0]), addressOf(parts[1])];
    if (server === undefined) return undefined;
    return { family, service: { kind: 'fwmark', family, mark }, server, port: 0 };
  }
  const [address, server] = [addressOf(parts[0]), addressOf(parts[2])];
  const protocol = PROTOCOLS[kind === 'any' ? String(parts[1]) : kind];
  if (address === undefined || server === undefined || protocol === undefined) return undefined;
  const [asked, port] = kind === 'any' ? [0, 0] : [Number(parts[1]), Number(parts[3])];
  const service = { kind: 'address', family, protocol, address, port: asked } as const;
  return { family, service, server, port };
}

function matches(family: NftFamily, kind: Kind, set: string): readonly unknown[] {
  const asked = { ct: { key: `${family} daddr`, dir: 'original' } };
  const server = { payload: { protocol: family, field: 'daddr' } };
  const protocol = { meta: { key: 'l4proto' } };
  const match = (left: unknown, right: string, op: '==' | '!=' = '=='): unknown => ({
    match: { op, left, right },
  });
  if (kind === 'any') return [match({ concat: [asked, protocol, server] }, `@${set}`)];
  if (kind === 'mark') {
    // What was sent to a server itself, with the same mark, did not come by way of IPVS.
    const mark = { meta: { key: 'mark' } };
    return [match({ concat: [mark, server] }, `@${set}`), match(asked, `@${MARKED}`, '!=')];
  }
  const port = { ct: { key: 'proto-dst', dir: 'original' } };
  const own = { payload: { protocol: kind, field: 'dport' } };
  return [match(protocol, kind), match({ concat: [asked, port, server, own] }, `@${set}`)];
}

function translated(source: AddressRange | undefined): unknown {
  if (source === undefined) return { masquerade: null };
  const { first, last } = source;
  return { snat: { addr: first === last ? first : { range: [first, last] } } };
}

function addressOf(part: NftPart | undefined): IpAddress | undefined {
  return typeof part === 'string' ? parseIp(part) : undefined;
}

function addressType(family: NftFamily): string {
  return family === 'ip' ? 'ipv4_addr' : 'ipv6_addr';
}

function ipFamilyOf(family: NftFamily): IpFamily {
  return family === 'ip' ? 'ipv4' : 'ipv6';
}
