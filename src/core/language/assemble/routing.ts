/**
 * Checks the lines of `virtual_routes`, `static_routes`, `virtual_rules` and `static_rules` as wholes: a
 * route needs a destination, a rule exactly one action, and both are of one family.
 */
import { ROUTE_TYPES } from '../keywords/route-entries.ts';
import { RULE_ACTIONS } from '../keywords/rule-entries.ts';
import { asOptions } from '../typed/access.ts';
import type {
  GivenOption,
  OptionsValue,
  TypedEntry,
  TypedStatement,
  Value,
} from '../typed/values.ts';
import { atWord, type BuildContext } from './context.ts';

/** keepalived's mark in the kernel's protocol field (`linux/rtnetlink.h` RTPROT_KEEPALIVED). */
const OWN_PROTOCOL: readonly string[] = ['18', 'keepalived'];

/** Limits of times of a route (keepalived 2.4). */
const ROUTE_TIME_MIN_MS = 200;
const ROUTE_TIME_MAX_MS = 120_000;

/** Checks every line of a block of routes. */
export function checkRoutes(typed: TypedStatement, context: BuildContext): void {
  for (const entry of typed.block?.entries ?? []) {
    const options = asOptions(entry.values[0]);
    if (options === undefined) continue;
    checkRoute(entry, options, context);
  }
}

function checkRoute(entry: TypedEntry, options: OptionsValue, context: BuildContext): void {
  const destination = destinationOf(options);
  if (destination === undefined) {
    const swallows = given(options, 'inet') ?? given(options, 'inet6');
    atWord(context, 'missing-value', entry.token, 'this route has no destination and is left out', {
      expected: 'ADDRESS/PREFIX or default',
      suggestion:
        swallows === undefined ? undefined : `remove ${swallows.name}: it swallows the next word`,
    });
    return;
  }
  if (families(options, destination).size > 1) {
    atWord(
      context,
      'family-conflict',
      entry.token,
      'this route mixes IPv4 and IPv6 and is left out',
    );
    return;
  }
  if (typeof destination !== 'string' && !families(options, destination).has('ipv6')) {
    for (const name of ['expires', 'pref']) {
      const option = given(options, name);
      if (option !== undefined)
        atWord(context, 'family-conflict', option.token, `"${name}" is for IPv6 routes only`);
    }
  }
  for (const name of ['rtt', 'rttvar', 'rto_min']) checkRouteTime(given(options, name), context);
  checkProtocol(options, context);
}

/** The destination: a word of its own, or behind `to` or the type of the route. */
function destinationOf(options: OptionsValue): Value | undefined {
  const named = options.given.find((one) => one.name === 'to' || ROUTE_TYPES.includes(one.name));
  return options.positional[0] ?? named?.values[0];
}

/** Checks every line of a block of rules. */
export function checkRules(typed: TypedStatement, context: BuildContext): void {
  for (const entry of typed.block?.entries ?? []) {
    const options = asOptions(entry.values[0]);
    if (options === undefined || !hasOneAction(entry, options, context)) continue;
    if (families(options, undefined).size > 1) {
      atWord(
        context,
        'family-conflict',
        entry.token,
        'this rule mixes IPv4 and IPv6 and is left out',
      );
      continue;
    }
    checkGoto(entry, options, context);
    checkProtocol(options, context);
    if (given(options, 'preference') === undefined) {
      atWord(
        context,
        'default-assumed',
        entry.token,
        'this rule has no preference; one from 16384 down is given to it',
        {
          suggestion: 'write preference N',
        },
      );
    }
  }
}

function hasOneAction(entry: TypedEntry, options: OptionsValue, context: BuildContext): boolean {
  const actions = options.given.filter((one) => ACTIONS.has(one.name));
  const [first, second] = actions;
  if (first === undefined) {
    atWord(context, 'missing-value', entry.token, 'this rule has no action and is left out', {
      expected: 'table T, l3mdev, goto N, nop, blackhole, unreachable or prohibit',
    });
    return false;
  }
  if (second !== undefined) {
    atWord(
      context,
      'duplicate-option',
      second.token,
      `"${second.name}" is a second action; the rule is left out`,
    );
    return false;
  }
  const onlyForTables = options.given.find((one) => TABLE_ONLY.has(one.name));
  if (onlyForTables !== undefined && first.name !== 'table') {
    atWord(
      context,
      'setting-reset',
      onlyForTables.token,
      `"${onlyForTables.name}" needs a table; the rule is left out`,
    );
    return false;
  }
  return true;
}

const ACTIONS: ReadonlySet<string> = new Set(['table', 'l3mdev', 'goto', ...RULE_ACTIONS]);
const TABLE_ONLY: ReadonlySet<string> = new Set([
  'realms',
  'suppress_prefixlength',
  'suppress_ifgroup',
]);

function checkGoto(entry: TypedEntry, options: OptionsValue, context: BuildContext): void {
  const target = given(options, 'goto')?.values[0];
  const preference = given(options, 'preference')?.values[0];
  if (typeof target !== 'number' || (typeof preference === 'number' && target > preference)) return;
  atWord(
    context,
    'invalid-value',
    entry.token,
    'goto must lead to a rule of a greater preference; the rule is left out',
    {
      expected: 'preference N below the target',
    },
  );
}

/** What keepalived sets it also watches, by the protocol field. */
function checkProtocol(options: OptionsValue, context: BuildContext): void {
  const protocol = given(options, 'protocol');
  const word = protocol?.values[0];
  if (protocol === undefined || typeof word !== 'string' || OWN_PROTOCOL.includes(word)) return;
  if (given(options, 'no_track') !== undefined) return;
  atWord(
    context,
    'setting-reset',
    protocol.token,
    `protocol ${word} is replaced by 18, by which the entry is recognised`,
    {
      suggestion: 'write no_track to keep a protocol of your own',
    },
  );
}

/** Times with a unit are limited; without one they are raw kernel units. */
function checkRouteTime(option: GivenOption | undefined, context: BuildContext): void {
  const word = option?.values[1];
  const match = typeof word === 'string' ? /^([0-9.]+)(ms|s|sec|secs)$/.exec(word) : null;
  if (option === undefined || match === null) return;
  const ms = Number(match[1]) * (match[2] === 'ms' ? 1 : 1000);
  if (ms >= ROUTE_TIME_MIN_MS && ms <= ROUTE_TIME_MAX_MS) return;
  const used = ms < ROUTE_TIME_MIN_MS ? ROUTE_TIME_MIN_MS : ROUTE_TIME_MAX_MS;
  atWord(
    context,
    'number-repaired',
    option.token,
    `${option.name} ${String(word)} is outside 200 ms to 120 s; ${used} ms is used`,
  );
}

/** The families of all addresses of a line. */
function families(options: OptionsValue, destination: Value | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (value: Value | undefined): void => {
    if (typeof value === 'object' && value.kind === 'prefix')
      found.add(value.address.includes(':') ? 'ipv6' : 'ipv4');
  };
  add(destination);
  if (given(options, 'inet') !== undefined) found.add('ipv4');
  if (given(options, 'inet6') !== undefined) found.add('ipv6');
  for (const one of options.given) {
    for (const value of one.values) {
      add(value);
      const isAddress = ADDRESSES.has(one.name) && typeof value === 'string' && /[.:]/.test(value);
      const ownFamily = one.name === 'via' && one.values[0] !== undefined;
      if (isAddress && !ownFamily) found.add(value.includes(':') ? 'ipv6' : 'ipv4');
    }
  }
  return found;
}

const ADDRESSES: ReadonlySet<string> = new Set(['src', 'gw', 'or', 'via']);

function given(options: OptionsValue, name: string): GivenOption | undefined {
  return options.given.find((one) => one.name === name);
}
