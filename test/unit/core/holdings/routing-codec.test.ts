/** Routes and rules as messages to the kernel: linux/rtnetlink.h, linux/fib_rules.h. A lab test compares what a kernel makes of them. */
import { describe, expect, test } from 'vitest';
import { toHex } from '../../../../src/core/base/bytes.ts';
import { encodeRoute } from '../../../../src/core/holdings/route-codec.ts';
import type { RoutingEntry } from '../../../../src/core/holdings/routing-entry.ts';
import {
  fitsRouting,
  isSameRouting,
  type RoutingForm,
  readRoute,
  readRule,
} from '../../../../src/core/holdings/routing-form.ts';
import { encodeRule } from '../../../../src/core/holdings/rule-codec.ts';
import { FakeLinks, routeEntries, ruleEntries } from '../../../support/builders/routing.ts';

const LINKS = new FakeLinks();

function bytes([entry]: readonly RoutingEntry[]): Uint8Array {
  if (entry === undefined) throw new Error('no entry');
  const made =
    entry.kind === 'route' ? encodeRoute(entry.route, LINKS) : encodeRule(entry.rule, LINKS);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
}

/** The header, and each attribute on its own. */
function parts(payload: Uint8Array): string[] {
  const out = [toHex(payload.subarray(0, 12))];
  const view = new DataView(payload.buffer, payload.byteOffset);
  for (let offset = 12; offset < payload.length; ) {
    const length = view.getUint16(offset, true);
    out.push(toHex(payload.subarray(offset, offset + length)));
    offset += (length + 3) & ~3;
  }
  return out;
}

function route(line: string): RoutingForm {
  const form = readRoute(bytes(routeEntries(line)));
  if (form === undefined) throw new Error(line);
  return form;
}

function rule(line: string): RoutingForm {
  const form = readRule(bytes(ruleEntries(line)));
  if (form === undefined) throw new Error(line);
  return form;
}

describe('a route', () => {
  test.each([
    // family, lengths, tos, table, protocol 18, scope, type, flags; then attributes.
    [
      '10.9.0.0/16 via 192.0.2.254 dev eth0',
      [
        '021000 00fe120001 00000000',
        '0800 0100 0a090000',
        '0800 0400 02000000',
        '0800 0500 c00002fe',
      ],
    ],
    ['default dev eth0', ['020000 00fe120001 00000000', '0800 0400 02000000']],
    [
      '10.9.1.2/16 dev eth0 scope link',
      ['021000 00fe12fd01 00000000', '0800 0100 0a090000', '0800 0400 02000000'],
    ],
    [
      'blackhole 10.9.0.0/16 table 1000',
      ['021000 0000120006 00000000', '0800 0100 0a090000', '0800 0f00 e8030000'],
    ],
    [
      'local 10.9.0.1 dev eth0',
      ['022000 00fe12fe02 00000000', '0800 0100 0a090001', '0800 0400 02000000'],
    ],
    [
      '10.9.0.0/16 via 192.0.2.254 dev eth0 onlink tos 0x10',
      [
        '021000 10fe120001 04000000',
        '0800 0100 0a090000',
        '0800 0400 02000000',
        '0800 0500 c00002fe',
      ],
    ],
    [
      '10.9.0.0/16 via inet6 fe80::9 dev eth0',
      [
        '021000 00fe120001 00000000',
        '0800 0100 0a090000',
        '0800 0400 02000000',
        '1600 1200 0a00 fe800000000000000000000000000009',
      ],
    ],
    [
      '10.9.0.0/16 dev eth0 mtu lock 1400 realms 3/4',
      [
        '021000 00fe120001 00000000',
        '0800 0100 0a090000',
        '1400 0880 0800 0200 78050000 0800 0100 04000000',
        '0800 0400 02000000',
        '0800 0b00 04000300',
      ],
    ],
    [
      '10.9.0.0/16 nexthop via 192.0.2.1 dev eth0 weight 5 nexthop dev eth1 onlink',
      [
        '021000 00fe120001 00000000',
        '0800 0100 0a090000',
        '1c00 0980 1000 00 04 02000000 0800 0500 c0000201 0800 04 00 03000000',
      ],
    ],
    [
      '10.9.0.0/16 dev eth0 encap mpls 100/200',
      [
        '021000 00fe120001 00000000',
        '0800 0100 0a090000',
        '0800 0400 02000000',
        '0600 1500 0100',
        '1000 1680 0c00 0100 00064000 000c8100',
      ],
    ],
    [
      '10.9.0.0/16 dev eth0 encap ip id 5 dst 203.0.113.1 ttl 7',
      [
        '021000 00fe120001 00000000',
        '0800 0100 0a090000',
        '0800 0400 02000000',
        '0600 1500 0200',
        '2000 1680 0c00 0100 0000000000000005 0800 0200 cb007101 0500 0400 07000000',
      ],
    ],
    [
      '2001:db8:1::/48 from 2001:db8:9::/48 via 2001:db8::254 dev eth1 metric 77 pref high expires 600',
      [
        '0a3030 00fe120001 00000000',
        '1400 0100 20010db8000100000000000000000000',
        '1400 0200 20010db8000900000000000000000000',
        '0800 0600 4d000000',
        '0500 1400 01',
        '0800 1700 58020000',
        '0800 0400 03000000',
        '1400 0500 20010db8000000000000000000000254',
      ],
    ],
  ])('%s', (line, expected) => {
    expect(parts(bytes(routeEntries(line)))).toEqual(
      expected.map((one) => one.replaceAll(' ', '')),
    );
  });

  test('is not made without its interface or VRF, or with a name that the host does not know', () => {
    const errorOf = (line: string, host = LINKS): unknown => {
      const [entry] = routeEntries(line);
      if (entry?.kind !== 'route') throw new Error('no route');
      const made = encodeRoute(entry.route, host);
      return made.ok ? undefined : made.error;
    };
    expect(errorOf('10.9.0.0/16 dev eth7')).toEqual({ type: 'no-interface', interface: 'eth7' });
    expect(errorOf('10.9.0.0/16 dev eth0 vrf red')).toEqual({ type: 'no-vrf', interface: 'red' });
    const host = new FakeLinks();
    host.vrfs.set('red', 55);
    expect(errorOf('10.9.0.0/16 dev eth0 vrf red', host)).toBeUndefined();
  });
});

describe('a rule', () => {
  test.each([
    // family, lengths, tos, table, action, flags.
    [
      'from 10.1.0.0/16 table 100 preference 500',
      ['020010 0064000001 00000000', '0800 0600 f4010000', '0800 0200 0a010000', '0500 1500 12'],
    ],
    [
      'not fwmark 0x10/0xff goto 600 preference 500',
      [
        '020000 0000000002 02000000',
        '0800 0600 f4010000',
        '0500 1500 12',
        '0800 0a00 10000000',
        '0800 1000 ff000000',
        '0800 0400 58020000',
      ],
    ],
    [
      'iif eth0 oif eth1 table 1000 suppress_prefixlength 0 suppress_ifgroup 3 realms 3/4 preference 1',
      [
        '020000 0000000001 00000000',
        '0800 0600 01000000',
        '0800 0f00 e8030000',
        '0500 1500 12',
        '0900 0300 6574683000',
        '0900 1100 6574683100',
        '0800 0e00 00000000',
        '0800 0d00 03000000',
        '0800 0b00 04000300',
      ],
    ],
    [
      'ipproto tcp sport 100-200 dport 80-80 uidrange 5-6 tunnel-id 99 l3mdev preference 1',
      [
        '020000 0000000001 00000000',
        '0800 0600 01000000',
        '0500 1500 12',
        '0c00 1400 05000000 06000000',
        '0c00 0c00 0000000000000063',
        '0500 1600 06',
        '0800 1700 6400 c800',
        '0800 1800 5000 5000',
        '0500 1300 01',
      ],
    ],
    [
      'to 2001:db8::/32 prohibit preference 1',
      [
        '0a2000 0000000008 00000000',
        '0800 0600 01000000',
        '1400 0100 20010db8000000000000000000000000',
        '0500 1500 12',
      ],
    ],
  ])('%s', (line, expected) => {
    expect(parts(bytes(ruleEntries(line)))).toEqual(expected.map((one) => one.replaceAll(' ', '')));
  });
});

describe('two forms are compared', () => {
  const PLAIN = '10.9.0.0/16 via 192.0.2.254 dev eth0';

  test.each([
    [PLAIN, PLAIN, 'fits'],
    [PLAIN, `${PLAIN} mtu 1400`, 'same'],
    [`${PLAIN} mtu 1400`, `${PLAIN} mtu 1400`, 'fits'],
    [PLAIN, `${PLAIN} src 192.0.2.7`, 'same'],
    [PLAIN, `${PLAIN} onlink`, 'same'],
    [PLAIN, `${PLAIN} protocol static no_track`, 'same'],
    [PLAIN, `${PLAIN} scope link`, 'same'],
    [PLAIN, '10.9.0.0/16 via 192.0.2.253 dev eth0', 'other'],
    [PLAIN, '10.9.0.0/16 via 192.0.2.254 dev eth1', 'other'],
    [PLAIN, 'blackhole 10.9.0.0/16', 'other'],
    ['10.9.0.0/16 via 192.0.2.254', PLAIN, 'fits'],
    ['2001:db8::/32 dev eth0', '2001:db8::/32 dev eth0 metric 1024', 'fits'],
  ])('a wish for %s by %s: %s', (wish, form, how) => {
    const [a, b] = [route(wish), route(form)];
    expect(a.place).toBe(b.place);
    expect(isSameRouting(a, b) ? (fitsRouting(a, b) ? 'fits' : 'same') : 'other').toBe(how);
  });

  test.each([
    ['from 10.0.0.0/8 table 5', 'from 10.0.0.0/8 table 5', 'fits'],
    ['from 10.0.0.0/8 table 5', 'from 10.0.0.0/8 table 5 suppress_prefixlength 0', 'same'],
    ['from 10.0.0.0/8 table 5', 'from 10.0.0.0/8 table 6', 'other'],
    ['from 10.0.0.0/8 table 5', 'not from 10.0.0.0/8 table 5', 'other'],
    ['fwmark 5 table 5', 'fwmark 5/0xffffffff table 5', 'fits'],
  ])('a wish for the rule %s by %s: %s', (wish, form, how) => {
    const [a, b] = [rule(`${wish} preference 9`), rule(`${form} preference 9`)];
    expect(isSameRouting(a, b) ? (fitsRouting(a, b) ? 'fits' : 'same') : 'other').toBe(how);
  });

  test('a limit that the kernel tells of a rule without one is none', () => {
    const wish = rule('from 10.0.0.0/8 table 5 preference 9');
    // FRA_SUPPRESS_PREFIXLEN with -1, which Linux puts into every dump.
    const told = Uint8Array.from([...wish.payload, 8, 0, 14, 0, 0xff, 0xff, 0xff, 0xff]);
    const form = readRule(told);
    expect(form && fitsRouting(wish, form)).toBe(true);
  });

  test('what tells them apart is their place', () => {
    const places = [
      PLAIN,
      `${PLAIN} metric 5`,
      `${PLAIN} table 5`,
      `${PLAIN} tos 0x10`,
      '10.9.0.0/17 via 192.0.2.254 dev eth0',
      'default via 192.0.2.254 dev eth0',
    ].map((line) => route(line).place);
    expect(new Set(places).size).toBe(places.length);
  });
});

test('bytes that are no route or rule are none', () => {
  const good = bytes(routeEntries('10.9.0.0/16 dev eth0'));
  for (let length = 0; length < good.length; length++) {
    const read = readRoute(good.subarray(0, length));
    if (length < 12) expect(read).toBeUndefined();
    readRule(good.subarray(0, length));
  }
  const cached = good.slice();
  cached[9] = 2;
  expect(readRoute(cached), 'RTM_F_CLONED').toBeUndefined();
});
