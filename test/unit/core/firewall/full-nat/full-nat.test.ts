/** Full-NAT: which connections a configuration wants translated, and the rules for them in nftables and iptables. */
import { describe, expect, it, test } from 'vitest';
import { FULL_NAT } from '../../../../../src/core/firewall/full-nat/full-nat.ts';
import { sourcePorts } from '../../../../../src/core/firewall/full-nat/source-ports.ts';
import {
  type FullNatWish,
  servicesInForce,
  translationKey,
} from '../../../../../src/core/firewall/full-nat/wish.ts';
import type { RulePlace } from '../../../../../src/core/firewall/rule-writer.ts';
import type { Config } from '../../../../../src/core/model/config.ts';
import { FakeRuleTools } from '../../../../support/fake-rule-tools.ts';
import { parse } from '../../../../support/parse-text.ts';

function config(text: string): Config {
  const { config: found } = parse(text);
  if (found === undefined) throw new Error('refused');
  return found;
}

function service(head: string, lines: string, protocol = 'TCP'): string {
  return `virtual_server ${head} {
  lvs_sched rr
  ${head.startsWith('fwmark') ? '' : `protocol ${protocol}`}
  ${lines}
}
`;
}

function wishOf(text: string): FullNatWish {
  const wish = FULL_NAT.wishOf(config(text));
  if (wish === undefined) throw new Error('nothing is wanted');
  return wish;
}

const keys = (text: string): string[] => wishOf(text).translations.map(translationKey);

const MIXED = service(
  '192.0.2.10 80',
  `lvs_method DR
  real_server 10.0.0.1 80 {
    lvs_method FNAT
  }
  real_server 10.0.0.2 8080 {
    lvs_method NAT
  }
  real_server 10.0.0.3 80 {
  }
  sorry_server 10.0.0.4 8080
  sorry_server_lvs_method FNAT`,
);

/** One service of each kind. */
const ALL = [
  service('192.0.2.10 80', 'lvs_method FNAT\n real_server 10.0.0.1 8080 {\n }'),
  service(
    '192.0.2.10 53',
    'lvs_method FNAT\n fnat_source 10.0.0.20-21\n real_server 10.0.0.1 53 {\n }',
    'UDP',
  ),
  service(
    '192.0.2.11 0',
    'lvs_method FNAT\n fnat_source 10.0.0.20\n persistence_timeout 60\n real_server 10.0.0.2 0 {\n }',
  ),
  service('fwmark 7', 'lvs_method FNAT\n real_server 10.0.0.3 0 {\n }'),
  service('2001:db8::10 80', 'lvs_method FNAT\n real_server 2001:db8:1::1 80 {\n }', 'SCTP'),
].join('');

describe('what is translated', () => {
  it('is what goes to servers of FNAT, of one service, and nothing else', () => {
    expect(keys(MIXED)).toEqual([
      'tcp:192.0.2.10:80 to 10.0.0.1:80',
      'tcp:192.0.2.10:80 to 10.0.0.4:8080',
    ]);
    expect(FULL_NAT.wishOf(config(MIXED.replaceAll('FNAT', 'NAT')))).toBeUndefined();
  });

  it('has the port that IPVS gives, none without a port and for marks, and both families', () => {
    expect(keys(ALL)).toEqual([
      'tcp:192.0.2.10:80 to 10.0.0.1:8080',
      'udp:192.0.2.10:53 to 10.0.0.1:53',
      'tcp:192.0.2.11:0 to 10.0.0.2',
      'fwmark:7:ipv4 to 10.0.0.3',
      'sctp:[2001:db8::10]:80 to [2001:db8:1::1]:80',
    ]);
  });

  it('at a reload is both, with the source of before until it is over', () => {
    const before = wishOf(MIXED.replace('lvs_method DR', 'lvs_method DR\nfnat_source 10.0.0.30'));
    const both = FULL_NAT.both(before, wishOf(MIXED + ALL));
    const [first] = both?.translations ?? [];
    expect(first?.source).toEqual({ first: '10.0.0.30', last: '10.0.0.30' });
    expect(both?.translations).toHaveLength(7);
  });

  it('holds for a service when all of it was seen', () => {
    const wish = wishOf(MIXED);
    const [one = '', two = ''] = keys(MIXED);
    expect(servicesInForce(wish, [one])).toEqual([]);
    expect(servicesInForce(wish, [one, two, 'other'])).toEqual(['tcp:192.0.2.10:80']);
  });
});

const CHAIN = { table: 'nat', method: 'chain' } as const;
const PLACES: readonly RulePlace[] = [
  { method: 'nftables', table: 'tandem_fnat' },
  { ...CHAIN, program: 'iptables' },
  { ...CHAIN, program: 'iptables-legacy' },
];

test('the places are tried from nftables to older programs', () => {
  expect(FULL_NAT.places(wishOf(MIXED))).toEqual(PLACES);
});

describe.each(PLACES)('rules of $method $program', (place) => {
  const writer = FULL_NAT.writer(place, undefined);
  const look = async (tools: FakeRuleTools) => {
    const ends = [];
    for (const call of writer.look()) ends.push(await tools.call(call));
    return writer.read(ends);
  };
  const write = async (tools: FakeRuleTools, wish: FullNatWish) => {
    for (const call of writer.change(wish, await look(tools))) {
      expect(await tools.call(call)).toMatchObject({ kind: 'done' });
    }
    return await look(tools);
  };

  it('are what is wanted when they are read, and change nothing again', async () => {
    const wish = wishOf(ALL);
    const seen = await write(new FakeRuleTools(), wish);
    expect([...seen.items].sort()).toEqual(wish.translations.map(translationKey).sort());
    expect(FULL_NAT.held(wish, seen.items)).toEqual(FULL_NAT.wanted(wish));
    expect([writer.isRight(wish, seen), writer.isEnough(wish, seen)]).toEqual([true, true]);
    expect(writer.change(wish, seen)).toEqual([]);
  });

  it('follow another configuration, and go without a trace', async () => {
    const tools = new FakeRuleTools();
    const before = await write(tools, wishOf(ALL));
    const wish = wishOf(MIXED);
    expect(writer.isRight(wish, before)).toBe(false);
    const seen = await write(tools, wish);
    expect([...seen.items].sort()).toEqual(keys(MIXED).sort());
    for (const call of writer.remove(seen)) await tools.call(call);
    expect((await look(tools)).isThere).toBe(false);
  });

  it('are wrong when only the source is another one', async () => {
    const seen = await write(new FakeRuleTools(), wishOf(ALL));
    const wish = wishOf(ALL.replace('10.0.0.20-21', '10.0.0.20-22'));
    expect(writer.isRight(wish, seen)).toBe(false);
    expect(writer.change(wish, seen)).not.toEqual([]);
  });
});

describe('as text', () => {
  it('nftables compares the destination that was asked for and that of IPVS', async () => {
    const tools = new FakeRuleTools();
    const writer = FULL_NAT.writer({ method: 'nftables', table: 'x' }, undefined);
    const wish = wishOf(
      service(
        '192.0.2.10 80',
        'lvs_method FNAT\n fnat_source 10.0.0.20-21\n real_server 10.0.0.1 8080 {\n }',
      ),
    );
    const [call] = writer.change(wish, writer.read([]));
    await tools.call(call ?? { argv: [] });
    const { nftables } = JSON.parse(call?.input ?? '') as { nftables: unknown[] };
    expect(nftables.slice(3)).toEqual([
      {
        add: {
          set: {
            family: 'ip',
            table: 'tandem_fnat',
            name: 'tcp_0',
            type: ['ipv4_addr', 'inet_service', 'ipv4_addr', 'inet_service'],
          },
        },
      },
      {
        add: {
          chain: {
            family: 'ip',
            table: 'tandem_fnat',
            name: 'post',
            type: 'nat',
            hook: 'postrouting',
            prio: 100,
            policy: 'accept',
          },
        },
      },
      {
        add: {
          rule: {
            family: 'ip',
            table: 'tandem_fnat',
            chain: 'post',
            expr: [
              { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: 'tcp' } },
              {
                match: {
                  op: '==',
                  left: {
                    concat: [
                      { ct: { key: 'ip daddr', dir: 'original' } },
                      { ct: { key: 'proto-dst', dir: 'original' } },
                      { payload: { protocol: 'ip', field: 'daddr' } },
                      { payload: { protocol: 'tcp', field: 'dport' } },
                    ],
                  },
                  right: '@tcp_0',
                },
              },
              { snat: { addr: { range: ['10.0.0.20', '10.0.0.21'] } } },
            ],
          },
        },
      },
      {
        add: {
          element: {
            family: 'ip',
            table: 'tandem_fnat',
            name: 'tcp_0',
            elem: [{ concat: ['192.0.2.10', 80, '10.0.0.1', 8080] }],
          },
        },
      },
    ]);
  });

  it('iptables has a line for each server, as iptables-save prints it', () => {
    const writer = FULL_NAT.writer({ ...CHAIN, program: 'iptables-legacy' }, undefined);
    const [ipv4, ipv6] = writer.change(wishOf(ALL), writer.read([]));
    expect(ipv4?.argv[0]).toBe('iptables-legacy-restore');
    expect(ipv4?.input).toBe(`*nat
:tandem-fnat - [0:0]
-A tandem-fnat -d 10.0.0.1/32 -p tcp -m tcp --dport 8080 -m conntrack --ctorigdst 192.0.2.10 --ctorigdstport 80 -j MASQUERADE
-A tandem-fnat -d 10.0.0.1/32 -p udp -m udp --dport 53 -m conntrack --ctorigdst 192.0.2.10 --ctorigdstport 53 -j SNAT --to-source 10.0.0.20-10.0.0.21
-A tandem-fnat -d 10.0.0.2/32 -p tcp -m conntrack --ctorigdst 192.0.2.11 -j SNAT --to-source 10.0.0.20
-A tandem-fnat -d 10.0.0.3/32 -m mark --mark 0x7 -m conntrack ! --ctorigdst 10.0.0.3 -j MASQUERADE
-I POSTROUTING 1 -j tandem-fnat
COMMIT
`);
    expect(ipv6?.input).toContain('-d 2001:db8:1::1/128 -p sctp');
  });
});

describe('source ports', () => {
  const SHARED = ['192.0.2.10 80', '192.0.2.11 80']
    .map((head) => service(head, 'lvs_method FNAT\n real_server 10.0.0.1 8080 {\n }'))
    .join('');

  it('are as many as the source has addresses', () => {
    const limits = [...sourcePorts(config(ALL).virtualServers, () => undefined).values()];
    expect(limits.map(({ limit, used }) => [limit, used])).toEqual([
      [64_512, undefined],
      [129_024, undefined],
      [64_512, undefined],
      [64_512, undefined],
      [64_512, undefined],
    ]);
  });

  it('are shared by services that send to the same server', () => {
    const known = sourcePorts(config(SHARED).virtualServers, (key) =>
      key.includes('.11:') ? 5 : 2,
    );
    for (const { used, server } of known.values()) {
      expect([used, server]).toEqual([7, '10.0.0.1:8080']);
    }
  });

  it('count for Full-NAT alone', () => {
    const { virtualServers } = config(SHARED.replaceAll('FNAT', 'NAT'));
    expect(sourcePorts(virtualServers, () => 1).size).toBe(0);
  });
});
