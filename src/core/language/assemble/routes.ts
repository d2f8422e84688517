/** Builds the lines of `virtual_routes` and `static_routes`; what can be no route is reported and left out. */
import { parseIp } from '../../base/address.ts';
import type {
  EncapsulationConfig,
  RouteConfig,
  RouteHopConfig,
  RouteMetricConfig,
  RouteType,
} from '../../model/routing.ts';
import { ROUTE_TYPES } from '../keywords/route-entries.ts';
import { asOptions } from '../typed/access.ts';
import type {
  GivenOption,
  OptionsValue,
  TypedEntry,
  TypedStatement,
  Value,
} from '../typed/values.ts';
import { atWord, type BuildContext } from './context.ts';
import { optional } from './optional.ts';
import {
  addressOf,
  familiesOf,
  familyOf,
  given,
  isWatched,
  namedOf,
  numberOf,
  prefixOf,
  protocolOf,
  realmsOf,
  validateProtocol,
  wordOf,
} from './routing-words.ts';

/** Limits of times of a route (keepalived 2.4). */
const ROUTE_TIME_MIN_MS = 200;
const ROUTE_TIME_MAX_MS = 120_000;

/** RTAX_FEATURE_ECN of `linux/rtnetlink.h`. */
const FEATURE_ECN = 1;

/** A line that is a route. */
export interface RouteLine {
  readonly entry: TypedEntry;
  readonly options: OptionsValue;
  readonly route: RouteConfig;
}

/** The routes of a block. */
export function readRoutes(typed: TypedStatement, context: BuildContext): readonly RouteLine[] {
  return (typed.block?.entries ?? []).flatMap((entry): readonly RouteLine[] => {
    const options = asOptions(entry.values[0]);
    const route = options && readRoute(entry, options, context);
    return options === undefined || route === undefined ? [] : [{ entry, options, route }];
  });
}

function readRoute(
  entry: TypedEntry,
  options: OptionsValue,
  context: BuildContext,
): RouteConfig | undefined {
  const destination = destinationOf(options);
  if (destination === undefined) {
    const swallows = given(options, 'inet') ?? given(options, 'inet6');
    atWord(context, 'missing-value', entry.token, 'this route has no destination and is left out', {
      expected: 'ADDRESS/PREFIX or default',
      suggestion:
        swallows === undefined ? undefined : `remove ${swallows.name}: it swallows the next word`,
    });
    return undefined;
  }
  const families = familiesOf(options, destination);
  if (families.size > 1) {
    atWord(
      context,
      'family-conflict',
      entry.token,
      'this route mixes IPv4 and IPv6 and is left out',
    );
    return undefined;
  }
  const family = familyOf(families);
  const mayBeV6 = family === 'ipv6' || typeof destination === 'string';
  if (!mayBeV6) {
    for (const name of ['expires', 'pref']) {
      const option = given(options, name);
      if (option !== undefined)
        atWord(context, 'family-conflict', option.token, `"${name}" is for IPv6 routes only`);
    }
  }
  const hops = hopsOf(options, context);
  if (hops === undefined) return undefined;
  validateProtocol(options, context);
  const [from] = given(options, 'from')?.values ?? [];
  return {
    family,
    type: typeOf(options),
    destination: prefixOf(destination, family),
    ...optional('from', from === undefined ? undefined : prefixOf(from, family)),
    ...optional('preferredSource', addressOf(options, 'src')),
    hops,
    ...optional('table', namedOf(options, 'table', 'table', context)),
    ...optional('vrf', wordOf(options, 'vrf')),
    ...optional('metric', numberOf(options, 'metric')),
    ...optional('scope', namedOf(options, 'scope', 'scope', context)),
    protocol: protocolOf(options, context),
    ...optional('tos', namedOf(options, 'tos', 'tos', context)),
    metrics: metricsOf(options, context),
    ...(mayBeV6 ? v6Settings(options, context) : {}),
    ...propagation(options),
    insertion: insertionOf(options),
    isWatched: isWatched(options),
  };
}

/** The destination: a word of its own, or behind `to` or the type of the route. */
function destinationOf(options: OptionsValue): Value | undefined {
  const named = options.given.find((one) => one.name === 'to' || ROUTE_TYPES.includes(one.name));
  return options.positional[0] ?? named?.values[0];
}

function typeOf(options: OptionsValue): RouteType {
  const word = options.given.find((one) => ROUTE_TYPES.includes(one.name))?.name ?? 'unicast';
  return (word === 'brd' ? 'broadcast' : word) as RouteType;
}

/** Undefined when a hop lacks something essential (reported). */
function hopsOf(
  options: OptionsValue,
  context: BuildContext,
): readonly RouteHopConfig[] | undefined {
  const groups: GivenOption[][] = [[]];
  for (const one of options.given) {
    if (one.name === 'nexthop') groups.push([]);
    else groups.at(-1)?.push(one);
  }
  const hops: RouteHopConfig[] = [];
  for (const [index, group] of groups.entries()) {
    const words: OptionsValue = { ...options, given: group };
    const encap = given(words, 'encap');
    const encapsulation = encap && encapsulationOf(encap);
    if (encap !== undefined && encapsulation === undefined) {
      reportEncapsulation(encap, context);
      return undefined;
    }
    const hop = hopOf(words, encapsulation, context);
    // The words before the first `nexthop` are a gateway of their own only if they name one.
    if (index > 0 || group.some(({ name }) => HOP_WORDS.has(name))) hops.push(hop);
    const second = addressOf(words, 'or');
    if (second !== undefined) hops.push({ gateway: second, weight: 1, onLink: false });
  }
  return hops;
}

const HOP_WORDS: ReadonlySet<string> = new Set(['via', 'gw', 'dev', 'onlink', 'realms', 'encap']);

function hopOf(
  words: OptionsValue,
  encapsulation: EncapsulationConfig | undefined,
  context: BuildContext,
): RouteHopConfig {
  const via = words.given.findLast(({ name }) => name === 'via' || name === 'gw');
  const [, gateway] = via?.values ?? [];
  return {
    ...optional('gateway', typeof gateway === 'string' ? parseIp(gateway) : undefined),
    ...optional('interface', wordOf(words, 'dev')),
    weight: numberOf(words, 'weight') ?? 1,
    onLink: given(words, 'onlink') !== undefined,
    ...optional('realms', realmsOf(given(words, 'realms'), context)),
    ...optional('encapsulation', encapsulation),
  };
}

/** Undefined when a part is missing that the tunnel needs. */
function encapsulationOf(option: GivenOption): EncapsulationConfig | undefined {
  const [type, label] = option.values;
  const parts: OptionsValue = { kind: 'options', given: option.inner ?? [], positional: [] };
  if (type === 'ila') {
    return typeof label === 'string' && label.includes(':') ? { type, locator: label } : undefined;
  }
  if (type === 'mpls') {
    return typeof label === 'string' && !label.includes(':')
      ? { type, labels: label.split('/').map(Number) }
      : undefined;
  }
  if (type !== 'ip' && type !== 'ip6') return undefined;
  const id = wordOf(parts, 'id');
  const destination = addressOf(parts, 'dst');
  if (id === undefined && destination === undefined) return undefined;
  return {
    type,
    ...optional('id', id),
    ...optional('destination', destination),
    ...optional('source', addressOf(parts, 'src')),
    ...optional('trafficClass', numberOf(parts, 'tos') ?? numberOf(parts, 'tc')),
    ...optional('hopLimit', numberOf(parts, 'ttl') ?? numberOf(parts, 'hoplimit')),
    ...optional('flags', wordOf(parts, 'flags')),
  };
}

function reportEncapsulation({ token, values }: GivenOption, context: BuildContext): void {
  const type = String(values[0]);
  const needs = NEEDED[type] ?? 'id or dst';
  const message = `encap ${type} lacks ${needs}; the route is left out`;
  atWord(context, 'missing-value', token, message, { expected: needs });
}

const NEEDED: Readonly<Record<string, string | undefined>> = { ila: 'a locator', mpls: 'labels' };

const PLAIN_METRICS: readonly string[] = [
  'hoplimit',
  'window',
  'initcwnd',
  'initrwnd',
  'quickack',
  'fastopen_no_cookie',
];
const LOCKABLE_METRICS: readonly string[] = ['mtu', 'advmss', 'reordering', 'cwnd', 'ssthresh'];
/** Metrics that are times, with the parts of a millisecond that the kernel counts in. */
const TIME_METRICS: readonly (readonly [string, number])[] = [
  ['rtt', 8],
  ['rttvar', 4],
  ['rto_min', 1],
];

function metricsOf(options: OptionsValue, context: BuildContext): readonly RouteMetricConfig[] {
  const metrics: RouteMetricConfig[] = [];
  const add = (name: string, value: Value | number | undefined, lock?: Value): void => {
    if (typeof value !== 'number' && typeof value !== 'string') return;
    metrics.push({ name, value, isLocked: lock === 'lock' });
  };
  for (const name of LOCKABLE_METRICS) {
    const [lock, value] = given(options, name)?.values ?? [];
    add(name, value, lock);
  }
  for (const [name, parts] of TIME_METRICS) {
    const option = given(options, name);
    add(name, option && routeTime(option, parts, context), option?.values[0]);
  }
  for (const name of PLAIN_METRICS) add(name, numberOf(options, name));
  if (wordOf(options, 'features') === 'ecn') add('features', FEATURE_ECN);
  const [lock, name] = given(options, 'congctl')?.values ?? [];
  add('congctl', name, lock);
  return metrics;
}

/** Times with a unit are limited; without one they are raw kernel units. */
function routeTime(option: GivenOption, parts: number, context: BuildContext): number | undefined {
  const [, word] = option.values;
  const match = typeof word === 'string' ? /^([0-9.]+)(ms|s|sec|secs)?$/.exec(word) : null;
  if (match === null) return undefined;
  const [, digits, unit] = match;
  if (unit === undefined) return Math.trunc(Number(digits));
  const ms = Number(digits) * (unit === 'ms' ? 1 : 1000);
  const used = Math.min(ROUTE_TIME_MAX_MS, Math.max(ROUTE_TIME_MIN_MS, ms));
  if (used !== ms) {
    atWord(
      context,
      'number-repaired',
      option.token,
      `${option.name} ${String(word)} is outside 200 ms to 120 s; ${used} ms is used`,
    );
  }
  return Math.round(used * parts);
}

function v6Settings(
  options: OptionsValue,
  context: BuildContext,
): Pick<RouteConfig, 'preference' | 'expiresSeconds'> {
  return {
    ...optional('preference', namedOf(options, 'pref', 'pref', context)),
    ...optional('expiresSeconds', numberOf(options, 'expires')),
  };
}

function propagation(options: OptionsValue): Pick<RouteConfig, 'propagatesTtl'> {
  const word = wordOf(options, 'ttl-propagate');
  return optional('propagatesTtl', word === undefined ? undefined : word === 'enabled');
}

const INSERTIONS = ['add', 'append', 'prepend'] as const;

function insertionOf({ given: words }: OptionsValue): RouteConfig['insertion'] {
  const last = words.findLast(({ name }) => INSERTIONS.some((one) => one === name));
  return INSERTIONS.find((one) => one === last?.name) ?? 'prepend';
}
