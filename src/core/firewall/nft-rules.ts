/** The tables of nftables that are wished for, in the words of its JSON interface (libnftables-json(5)). */
import {
  type NftChain,
  type NftElement,
  type NftFamily,
  type NftRule,
  type NftTable,
  partsOf,
} from './nft-table.ts';
import type { NftContent } from './nft-writer.ts';
import { type FirewallWish, placeText } from './wish.ts';

/** How rules are written. */
export interface NftStyle {
  /** Of the two chains. */
  readonly priority: number;
  /** Each verdict counts its packets. */
  readonly counts: boolean;
  /** Interfaces are matched by index instead of name. */
  readonly byIndex: boolean;
}

const ADDRESSES = 'vips';
const LINK_LOCAL = 'vips_link_local';
/** Neighbour discovery goes on for an address that accepts nothing else (RFC 9568 section 6.4.3). */
const DISCOVERY = ['nd-neighbor-solicit', 'nd-neighbor-advert'] as const;

/** The table of one family; undefined when nothing is to stand there. */
function wishedTable(family: NftFamily, wish: FirewallWish, style: NftStyle): NftTable | undefined {
  const addresses = family === 'ip' ? wish.ipv4 : wish.ipv6;
  const linkLocal = family === 'ip' ? [] : wish.linkLocal;
  if (addresses.length + linkLocal.length === 0) return undefined;
  return {
    shape: {
      sets: {
        [ADDRESSES]: family === 'ip' ? 'ipv4_addr' : 'ipv6_addr',
        ...(family === 'ip'
          ? {}
          : { [LINK_LOCAL]: ['ipv6_addr', style.byIndex ? 'iface_index' : 'ifname'] }),
      },
      chains: { in: chain('input', style), out: chain('output', style) },
      rules: [...rules('in', family, style), ...rules('out', family, style)],
    },
    elements: {
      [ADDRESSES]: addresses,
      ...(family === 'ip'
        ? {}
        : {
            [LINK_LOCAL]: linkLocal.map(({ address, interface: device }) => ({
              concat: [address, device],
            })),
          }),
    },
  };
}

/** What stands in these tables. */
export function filterContent(style: NftStyle): NftContent<FirewallWish> {
  return {
    tableOf: (family, wish) => wishedTable(family, wish, style),
    itemOf: (_family, _set, element) => [elementText(element)],
    // An index whose interface is gone has no name by which it could be taken out.
    isRewritten: style.byIndex,
  };
}

/** An element as people read it. */
export function elementText(element: NftElement): string {
  const [address = '', device] = partsOf(element).map(String);
  return device === undefined ? address : placeText({ address, interface: device });
}

function chain(hook: 'input' | 'output', { priority }: NftStyle): NftChain {
  return { type: 'filter', hook, prio: priority, policy: 'accept' };
}

function rules(direction: 'in' | 'out', family: NftFamily, style: NftStyle): readonly NftRule[] {
  const field = direction === 'in' ? 'daddr' : 'saddr';
  const address = { payload: { protocol: family, field } };
  const rule = (left: unknown, right: unknown, verdict: 'accept' | 'drop'): NftRule => ({
    chain: direction,
    expr: [
      { match: { op: '==', left, right } },
      ...(style.counts ? [{ counter: null }] : []),
      { [verdict]: null },
    ],
  });
  const drop = rule(address, `@${ADDRESSES}`, 'drop');
  if (family === 'ip') return [drop];
  const letter = direction === 'in' ? 'i' : 'o';
  const device = { meta: { key: `${letter}if${style.byIndex ? '' : 'name'}` } };
  return [
    rule({ payload: { protocol: 'icmpv6', field: 'type' } }, { set: DISCOVERY }, 'accept'),
    rule({ concat: [address, device] }, `@${LINK_LOCAL}`, 'drop'),
    drop,
  ];
}
