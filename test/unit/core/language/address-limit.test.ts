/** More addresses than an advertisement holds (V3): refused where no host can send them, an error where this one cannot. */
import { expect, it, test } from 'vitest';
import { mayReload } from '../../../../src/core/plan/reload-policy.ts';
import { parse } from '../../../support/parse-text.ts';

/** What is said of the list, `refused` or `run` before it. */
function said(lines: string, addresses: string, mtu?: number): readonly string[] {
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
  const { config, diagnostics, verdict } = parse(text, { host });
  const found = diagnostics.filter(({ code }) => code.startsWith('addresses-over-'));
  expect(verdict.exitStatus).toBe(found.length === 0 ? 0 : 5);
  return found.map(({ message }) => `${config === undefined ? 'refused' : 'run'}: ${message}`);
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
  expect(said(lines, addresses, mtu)).toEqual([]);
});

it.each([
  ['version 2', v4(256), undefined, '256 IPv4 addresses: an advertisement can list 255'],
  ['version 3', v4(300), 1500, '300 IPv4 addresses: an advertisement can list 255'],
  ['version 3', v6(256), 9000, '256 IPv6 addresses: an advertisement can list 255'],
] as const)(
  'V3: %s: a list that no advertisement holds is refused with its numbers',
  (lines, addresses, mtu, why) => {
    expect(said(lines, addresses, mtu)).toEqual([`refused: instance "VI_1" has ${why}`]);
  },
);

it.each([
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
  'V3: %s: a list that does not fit the MTU is an error with its numbers, and refuses nothing',
  (lines, addresses, mtu, why) => {
    expect(said(lines, addresses, mtu)).toEqual([`run: instance "VI_1" has ${why}`]);
  },
);

const reloadText = (count: number, device = 'eth0'): string =>
  `vrrp_instance VI_1 {\ninterface ${device}\nvirtual_router_id 51\nversion 3\nvirtual_ipaddress {\n${v6(count)}\n}\n}\n`;

test.each([
  ['a list that grew', reloadText(90)],
  ['a list on another interface', reloadText(91, 'eth1')],
  ['an instance that is new', reloadText(3).replace('VI_1', 'VI_2')],
])('V3: a reload is refused for the sake of the running instance: %s', (_, before) => {
  const { config } = parse(before);
  const host = { mtu: () => 1_500 };
  const { config: next, diagnostics: findings } = parse(reloadText(91), { host });
  if (config === undefined || next === undefined) throw new Error('refused');
  const running = { config, mistakes: { known: [], further: 0 } };
  const verdict = mayReload(running, { config: next, findings, errors: 1 }, { allowEmpty: false });
  expect(verdict).toMatchObject({ isRefused: true, errors: 1 });
});

test('V18: a reload is not refused because the MTU fell below what the list needs', () => {
  const { config, diagnostics: findings } = parse(reloadText(91), { host: { mtu: () => 1_500 } });
  if (config === undefined) throw new Error('refused');
  const running = { config, mistakes: { known: [], further: 0 } };
  const verdict = mayReload(running, { config, findings, errors: 1 }, { allowEmpty: false });
  expect(verdict).toMatchObject({ isRefused: false, errors: 0 });
  expect(verdict.findings.map(({ code, severity }) => `${severity} ${code}`)).toContain(
    'warning addresses-over-mtu',
  );
});
