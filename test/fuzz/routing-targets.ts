/** Decoders of rtnetlink beyond addresses: routes, rules, the interface of a route, and interfaces that are held. */
import assert from 'node:assert/strict';
import type { RoutingEntry } from '../../src/core/holdings/routing-entry.ts';
import {
  devicesOf,
  fitsRouting,
  isSameRouting,
  type RoutingForm,
  readRoute,
  readRule,
} from '../../src/core/holdings/routing-form.ts';
import { removeOf } from '../../src/core/holdings/routing-operations.ts';
import { RoutingPreparation } from '../../src/core/holdings/routing-wishes.ts';
import {
  changeLinkPayload,
  createLinkPayload,
  decodeLinkFact,
} from '../../src/drivers/rtnetlink-links.ts';
import { decodeRouteInterface } from '../../src/drivers/rtnetlink-messages.ts';
import { routingNotification } from '../../src/drivers/rtnetlink-routing.ts';
import { mac } from '../support/builders/addresses.ts';
import { FakeLinks, routeEntries, ruleEntries } from '../support/builders/routing.ts';
import type { FuzzTarget } from './engine.ts';

const ROUTES = routeEntries(
  '10.1.0.0/16 via 192.0.2.254 dev eth0 src 192.0.2.100',
  '0.0.0.0/0 via 192.0.2.254 dev eth0 table 100 metric 5',
  '2001:db8:9::/48 via fe80::254 dev eth0',
  'blackhole 10.9.0.0/16',
  '10.3.0.0/16 nexthop via 192.0.2.254 dev eth0 weight 2 nexthop via 198.51.100.254 dev eth1',
  '10.4.0.0/16 via 192.0.2.254 dev eth0 mtu 1400 advmss 1300',
);
const RULES = ruleEntries(
  'from 192.0.2.100 lookup 100 priority 1001',
  'to 2001:db8::/32 lookup 7 priority 9',
  'from 10.0.0.0/8 fwmark 7/0xff iif eth0 lookup 9 priority 44',
);

const LINKS = [
  createLinkPayload(
    {
      kind: 'macvlan',
      name: 'vrrp.51',
      parent: 'eth0',
      family: 'ipv4',
      mode: 'private',
      mac: mac('00:00:5e:00:01:33'),
    },
    2,
  ),
  createLinkPayload(
    { kind: 'ipvlan', name: 'ipvl', parent: 'eth0', family: 'ipv4', mode: 'bridge' },
    2,
  ),
  changeLinkPayload(4, {
    name: 'vrrp.51',
    isUp: true,
    alias: 'tandem',
    group: 7,
    noLinkLocal: true,
    settings: { rpFilter: 0, arpIgnore: 1 },
  }),
];

/** RTM_NEWROUTE, RTM_DELROUTE, RTM_NEWRULE, RTM_DELRULE. */
const TYPES = [24, 25, 32, 33] as const;

function payloadOf(entry: RoutingEntry): Uint8Array {
  const prepared = new RoutingPreparation(new FakeLinks()).prepare(entry);
  assert.ok('form' in prepared);
  return prepared.form.payload;
}

/** What was read is of one place with what its removal names. */
function form(read: (payload: Uint8Array) => RoutingForm | undefined, entry: RoutingEntry) {
  return (input: Uint8Array): void => {
    const found = read(input);
    for (const type of TYPES) {
      const told = routingNotification(type, input, new Set([18, found?.protocol ?? 0]));
      if (told !== undefined) assert.equal(told.type, type % 2 === 0 ? 'add' : 'remove');
    }
    if (found === undefined) return;
    for (const ifindex of devicesOf(found)) assert.ok(Number.isInteger(ifindex) && ifindex > 0);
    assert.ok(found.hops.length <= 1 + input.length / 8);
    for (const { weight } of found.hops) assert.ok(weight >= 1 && weight <= 256);
    const isSame = found.hops.length > 0 || found.kind === 'rule';
    if (isSame) assert.ok(isSameRouting(found, found), 'one thing is the same as itself');
    if (fitsRouting(found, found)) assert.ok(isSameRouting(found, found));
    const removal = read(removeOf('', '', entry, found).payload);
    assert.equal(removal?.place, found.place, 'what is removed is at the same place');
  };
}

/** Routes, rules, interfaces. */
export const ROUTING_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'routes',
    samples: ROUTES.map(payloadOf),
    run: form(readRoute, ROUTES[0] as RoutingEntry),
  },
  { name: 'rules', samples: RULES.map(payloadOf), run: form(readRule, RULES[0] as RoutingEntry) },
  {
    name: 'route-interface',
    samples: ROUTES.map(payloadOf),
    run: (input) => {
      const ifindex = decodeRouteInterface(input);
      assert.ok(ifindex === undefined || (Number.isInteger(ifindex) && ifindex >= 0));
    },
  },
  {
    name: 'links',
    samples: LINKS,
    run: (input) => {
      const fact = decodeLinkFact(input);
      if (fact === undefined) return;
      assert.ok(Number.isInteger(fact.ifindex));
      assert.doesNotMatch(fact.name, /\0/);
    },
  },
];
