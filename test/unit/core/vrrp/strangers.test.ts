/** Other hosts that claim an address of this router: which claims count, and how often they are told. */
import { expect, test } from 'vitest';
import type { MacAddress } from '../../../../src/core/base/address.ts';
import { instant, seconds } from '../../../../src/core/base/time.ts';
import { virtualMac } from '../../../../src/core/model/virtual-links.ts';
import { type HeldAddress, Strangers } from '../../../../src/core/vrrp/strangers.ts';
import { ip } from '../../../support/builders/addresses.ts';

const STRANGER = '02:00:00:00:00:77' as MacAddress;
const OWN = '02:00:00:00:00:01' as MacAddress;

function held(changes: Partial<HeldAddress> = {}): HeldAddress {
  return {
    instance: 'VI',
    address: ip('192.0.2.100'),
    interface: 'eth0',
    ifindex: 2,
    since: instant(0),
    virtualMac: virtualMac('ipv4', 7),
    ...changes,
  };
}

/** A look in each second from `from` on: what is claimed in the first one, and what is told, with its second. */
function looks(
  strangers: Strangers,
  {
    from = 10,
    count = 6,
    mac = STRANGER,
    ifindex = 2,
    address = '192.0.2.100',
    of = () => held(),
  }: {
    readonly from?: number;
    readonly count?: number;
    readonly mac?: MacAddress;
    readonly ifindex?: number;
    readonly address?: string;
    readonly of?: (second: number) => HeldAddress | undefined;
  } = {},
): string[] {
  const told: string[] = [];
  for (let second = from; second < from + count; second++) {
    const one = of(second);
    const claims = second === from ? [{ address: ip(address), mac, ifindex }] : [];
    const notices = strangers.look(instant(seconds(second)), {
      held: one === undefined ? [] : [one],
      claims,
      ownMacs: new Set([OWN]),
    });
    told.push(...notices.map(({ mac: whose, times }) => `${second} ${whose} ${times}`));
  }
  return told;
}

test('a claim is told when this router was Master before it, and still is three seconds after it', () => {
  const strangers = new Strangers();
  expect(looks(strangers)).toEqual([`13 ${STRANGER} 1`]);
  expect(strangers.of(held())).toEqual({ mac: STRANGER, times: 1, at: instant(seconds(10)) });
});

test.each([
  ['of this host', { mac: OWN }],
  ['of another router of this virtual router', { mac: virtualMac('ipv4', 7) }],
  ['on another interface', { ifindex: 3 }],
  ['of another address', { address: '192.0.2.101' }],
  ['right behind a takeover', { of: () => held({ since: instant(seconds(9)) }) }],
  [
    'that comes before this router steps down',
    { of: (at: number) => (at < 12 ? held() : undefined) },
  ],
  [
    'around a short loss',
    { of: (at: number) => held(at < 12 ? {} : { since: instant(seconds(12)) }) },
  ],
  [
    'of another Master that was heard just before',
    { of: () => held({ rivalAt: instant(seconds(9)) }) },
  ],
  [
    'of another Master that is heard behind it',
    { of: (at: number) => held(at < 12 ? {} : { rivalAt: instant(seconds(11.5)) }) },
  ],
])('a claim %s is none', (_, changes) => {
  const strangers = new Strangers();
  expect(looks(strangers, changes)).toEqual([]);
  expect(strangers.of(held())).toBeUndefined();
});

test('claims are counted by looks, and told once in five minutes', () => {
  const strangers = new Strangers();
  const told = [10, 20, 30, 100, 320].flatMap((from) => looks(strangers, { from }));
  expect(told).toEqual([`13 ${STRANGER} 1`, `323 ${STRANGER} 5`]);
});

test('a claim by an unknown interface counts for the address', () => {
  expect(looks(new Strangers(), { ifindex: 0 })).toHaveLength(1);
});

test('an address that is given up is forgotten', () => {
  const strangers = new Strangers();
  looks(strangers);
  looks(strangers, { from: 30, of: () => undefined });
  expect(strangers.of(held())).toBeUndefined();
});
