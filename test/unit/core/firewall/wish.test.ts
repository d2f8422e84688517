/** Which addresses accept no packets, read from configurations as they are written. */
import { describe, expect, it } from 'vitest';
import {
  addressesOfWish,
  bothWishes,
  type FirewallWish,
  firewallWish,
  writableWish,
} from '../../../../src/core/firewall/wish.ts';
import { parse } from '../../../support/parse-text.ts';

function wishOf(lines: string, globals: string = ''): FirewallWish | undefined {
  const { config } = parse(`${globals}
vrrp_instance VI {
  interface eth0
  virtual_router_id 51
  ${lines}
}
`);
  if (config === undefined) throw new Error('refused');
  return firewallWish(config);
}

const VIP = 'virtual_ipaddress {\n 192.0.2.100/24\n }';
const STRICT = 'global_defs {\n vrrp_strict\n}';
const closed = (wish: FirewallWish | undefined): readonly string[] =>
  wish === undefined ? [] : addressesOfWish(wish);

describe('an instance', () => {
  it.each([
    ['accepts by default', '', '', false],
    ['does not with no_accept', 'no_accept', '', true],
    ['does not in strict mode', 'strict_mode', '', true],
    ['does not with vrrp_strict', '', STRICT, true],
    ['accepts when strict_mode off takes vrrp_strict back', 'strict_mode off', STRICT, false],
    ['accepts in strict mode with accept, version 3', 'version 3\n accept', STRICT, false],
    ['does not in strict mode with accept, version 2', 'version 2\n accept', STRICT, true],
    ['accepts as an owner in strict mode', 'state MASTER\n priority 255', STRICT, false],
    ['accepts as an owner with no_accept', 'state MASTER\n priority 255\n no_accept', '', false],
    ['goes by the last of accept and no_accept', 'no_accept\n accept', '', false],
  ])('%s', (_, lines, globals, isClosed) => {
    expect(closed(wishOf(`${lines}\n${VIP}`, globals))).toEqual(isClosed ? ['192.0.2.100'] : []);
  });

  it('closes its excluded addresses too, and link-local ones together with their interface', () => {
    const wish = wishOf(`version 3
  no_accept
  virtual_ipaddress {
    fe80::100/64
    2001:db8::100/64
  }
  virtual_ipaddress_excluded {
    192.0.2.7/24
    fe80::101/64 dev eth1
  }`);
    expect(closed(wish)).toEqual([
      '192.0.2.7',
      '2001:db8::100',
      'fe80::100%eth0',
      'fe80::101%eth1',
    ]);
  });
});

it('of two configurations both are satisfied, with the settings of the second', () => {
  const globals = 'global_defs {\n nftables other\n}';
  const before = wishOf(`no_accept\n${VIP}`);
  const after = wishOf('no_accept\n virtual_ipaddress {\n 192.0.2.9/24\n }', globals);
  const both = bothWishes(before, after);
  expect(closed(both)).toEqual(['192.0.2.9', '192.0.2.100']);
  expect(both?.settings).toEqual({ nftablesTable: 'other' });
  expect(bothWishes(before, undefined)).toBe(before);
  expect(bothWishes(undefined, after)).toBe(after);
});

it('an index is written only of an interface that exists', () => {
  const lines = 'version 3\n no_accept\n virtual_ipaddress {\n fe80::100/64\n }';
  const byName = wishOf(lines);
  const byIndex = wishOf(lines, 'global_defs {\n nftables_ifindex\n}');
  if (byName === undefined || byIndex === undefined) throw new Error('no wish');
  expect(closed(writableWish(byName, () => false))).toEqual(['fe80::100%eth0']);
  expect(closed(writableWish(byIndex, () => false))).toEqual([]);
  expect(closed(writableWish(byIndex, () => true))).toEqual(['fe80::100%eth0']);
});
