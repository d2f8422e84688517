/** Routes, rules and options of addresses in the words of the file. */
import type { AddressOptionsConfig } from './address.ts';
import type {
  EncapsulationConfig,
  NumberSpan,
  PrefixConfig,
  RealmsConfig,
  RouteConfig,
  RouteHopConfig,
  RuleActionConfig,
  RuleConfig,
} from './routing.ts';

/** RTPROT_KEEPALIVED, which everything has that says nothing else. */
const OWN_PROTOCOL = 18;

interface InGroup {
  readonly trackGroup?: string;
}

/** `192.0.2.0/24 via 198.51.100.1 dev eth1 table 100`. */
export function routeText(route: RouteConfig & InGroup): string {
  const { type, from, hops, insertion } = route;
  const [first] = hops;
  const isPlain = hops.length === 1;
  return joined([
    type === 'unicast' ? '' : type,
    prefixText(route.destination),
    from && `from ${prefixText(from)}`,
    word('src', route.preferredSource),
    ...(isPlain && first !== undefined ? hopWords(first) : []),
    word('table', route.table),
    word('vrf', route.vrf),
    word('metric', route.metric),
    word('scope', route.scope),
    route.protocol !== OWN_PROTOCOL && word('protocol', route.protocol),
    word('tos', route.tos),
    ...route.metrics.map(
      ({ name, value, isLocked }) => `${name}${isLocked ? ' lock' : ''} ${value}`,
    ),
    word('pref', route.preference),
    word('expires', route.expiresSeconds),
    route.propagatesTtl !== undefined &&
      `ttl-propagate ${route.propagatesTtl ? 'enabled' : 'disabled'}`,
    insertion !== 'prepend' && insertion,
    ...common(route),
    ...(isPlain ? [] : hops.flatMap((hop) => ['nexthop', ...hopWords(hop)])),
  ]);
}

/** What makes two routes the same one: what the kernel tells them apart by. */
export function routeIdentity(route: RouteConfig): string {
  const { destination, from, table, vrf, tos, metric } = route;
  const source = from === undefined ? '' : prefixText(from);
  return [prefixText(destination), source, vrf ?? table, tos, metric].join(' ');
}

/** `preference 100 from 192.0.2.0/24 table 100`. */
export function ruleText(rule: RuleConfig & InGroup): string {
  const { from, to, fwmark } = rule;
  return joined([
    rule.isInverted && 'not',
    `preference ${rule.preference}`,
    rule.family === 'ipv6' && 'inet6',
    from && `from ${prefixText(from)}`,
    to && `to ${prefixText(to)}`,
    word('tos', rule.tos),
    fwmark && `fwmark ${fwmark.mark}${fwmark.mask === undefined ? '' : `/${fwmark.mask}`}`,
    word('iif', rule.inputInterface),
    word('oif', rule.outputInterface),
    spanWords('uidrange', rule.users),
    word('tunnel-id', rule.tunnelId),
    word('ipproto', rule.ipProtocol),
    spanWords('sport', rule.sourcePorts),
    spanWords('dport', rule.destinationPorts),
    rule.protocol !== OWN_PROTOCOL && word('protocol', rule.protocol),
    ...actionWords(rule.action),
    ...common(rule),
  ]);
}

/** What makes two rules the same one: family and place. */
export function ruleIdentity({ family, preference }: RuleConfig): string {
  return `${family} ${preference}`;
}

/** `no_track preferred_lft forever`; empty without options. */
export function optionWords(options: AddressOptionsConfig): string {
  return joined([
    options.isHome && 'home',
    options.detectsDuplicates && '-nodad',
    options.managesTemporary && 'mngtmpaddr',
    options.joinsMulticast && 'autojoin',
    options.isUntracked && 'no_track',
    word('preferred_lft', options.preferredLifetime),
  ]);
}

type Part = string | false | undefined;

function joined(parts: readonly Part[]): string {
  return parts.filter((part) => part !== false && part !== undefined && part !== '').join(' ');
}

/** `metric 100`; undefined without a value. */
export function word(name: string, value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : `${name} ${value}`;
}

function spanWords(name: string, span: NumberSpan | undefined): Part {
  return span && `${name} ${span.from}-${span.to}`;
}

/** `192.0.2.0/24`. */
export function prefixText({ address, prefixLength }: PrefixConfig): string {
  return `${address}/${prefixLength}`;
}

function common(entry: { readonly isWatched: boolean } & InGroup): readonly Part[] {
  return [!entry.isWatched && 'no_track', word('track_group', entry.trackGroup)];
}

function hopWords(hop: RouteHopConfig): readonly Part[] {
  return [
    word('via', hop.gateway),
    word('dev', hop.interface),
    hop.weight !== 1 && `weight ${hop.weight}`,
    hop.onLink && 'onlink',
    realmsWords(hop.realms),
    hop.encapsulation && encapsulationWords(hop.encapsulation),
  ];
}

function realmsWords(realms: RealmsConfig | undefined): Part {
  if (realms === undefined) return undefined;
  return `realms ${realms.from === undefined ? '' : `${realms.from}/`}${realms.to}`;
}

function encapsulationWords(encapsulation: EncapsulationConfig): string {
  const { type } = encapsulation;
  if (type === 'mpls') return `encap mpls ${encapsulation.labels.join('/')}`;
  if (type === 'ila') return `encap ila ${encapsulation.locator}`;
  return joined([
    `encap ${type}`,
    word('id', encapsulation.id),
    word('dst', encapsulation.destination),
    word('src', encapsulation.source),
    word(type === 'ip' ? 'tos' : 'tc', encapsulation.trafficClass),
    word(type === 'ip' ? 'ttl' : 'hoplimit', encapsulation.hopLimit),
    word('flags', encapsulation.flags),
  ]);
}

function actionWords(action: RuleActionConfig): readonly Part[] {
  if (action.type === 'goto') return [`goto ${action.preference}`];
  if (action.type !== 'table') return [action.type];
  return [
    `table ${action.table}`,
    word('suppress_prefixlength', action.suppressedPrefixLength),
    word('suppress_ifgroup', action.suppressedGroup),
    realmsWords(action.realms),
  ];
}
