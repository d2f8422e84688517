/** More addresses than an advertisement holds: refused, with the numbers (V3). */
import { expect, it } from 'vitest';
import { parse } from '../../../support/parse-text.ts';

function refusals(lines: string, addresses: string, mtu?: number): readonly string[] {
  const text = `vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 51
    priority 100
    ${lines}
    virtual_ipaddress {
        ${addresses}
    }
}
`;
  const host = mtu === undefined ? {} : { mtu: () => mtu };
  const { config, diagnostics } = parse(text, { host });
  const found = diagnostics.filter(({ code }) => code === 'addresses-over-limit');
  expect(config === undefined).toBe(found.length > 0);
  return found.map(({ message }) => message);
}

const v4 = (count: number): string =>
  Array.from({ length: count }, (_, i) => `10.1.${i >> 8}.${i & 255}/16`).join('\n');
const v6 = (count: number): string =>
  ['fe80::100/64', ...Array.from({ length: count - 1 }, (_, i) => `2001:db8::${i + 1}/64`)].join(
    '\n',
  );

it.each([
  ['version 2', v4(255), 1500],
  ['version 3', v4(255), 1500],
  ['version 3', v6(90), 1500],
  ['version 3', v6(255), 9000],
  ['version 3', v6(255), undefined],
] as const)('V3: %s: a list that fits is accepted', (lines, addresses, mtu) => {
  expect(refusals(lines, addresses, mtu)).toEqual([]);
});

it.each([
  ['version 2', v4(256), undefined, '256 IPv4 addresses: an advertisement can list 255'],
  ['version 3', v4(300), 1500, '300 IPv4 addresses: an advertisement can list 255'],
  ['version 3', v6(256), 9000, '256 IPv6 addresses: an advertisement can list 255'],
  [
    'version 3',
    v6(91),
    1500,
    '91 IPv6 addresses: an advertisement of 1504 bytes does not fit the MTU 1500 of eth0, which holds 90',
  ],
  [
    'version 2',
    v6(91),
    1500,
    '91 IPv6 addresses: an advertisement of 1512 bytes does not fit the MTU 1500 of eth0, which holds 90',
  ],
  [
    'version 2',
    v4(150),
    576,
    '150 IPv4 addresses: an advertisement of 636 bytes does not fit the MTU 576 of eth0, which holds 135',
  ],
  [
    'version 2\nauthentication {\nauth_type AH\nauth_pass secret\n}',
    v4(134),
    576,
    '134 IPv4 addresses: an advertisement of 596 bytes does not fit the MTU 576 of eth0, which holds 129',
  ],
] as const)(
  'V3: %s: a list that does not fit is refused with its numbers',
  (lines, addresses, mtu, why) => {
    expect(refusals(lines, addresses, mtu)).toEqual([`instance "VI_1" has ${why}`]);
  },
);
