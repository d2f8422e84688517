/** Routes, rules and static entries as the model keeps them. */
import { describe, expect, it, test } from 'vitest';
import type { Config } from '../../../../src/core/model/config.ts';
import type { RouteConfig, RuleConfig } from '../../../../src/core/model/routing.ts';
import { diffConfig } from '../../../../src/core/plan/diff-config.ts';
import { findings, instance, parse } from '../../../support/parse-text.ts';

function config(text: string): Config {
  const { config: found, diagnostics } = parse(text);
  if (found === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return found;
}

function routes(...lines: readonly string[]): readonly RouteConfig[] {
  return (
    config(instance(`virtual_routes {\n${lines.join('\n')}\n}`)).vrrpInstances[0]?.routes ?? []
  );
}

function rules(...lines: readonly string[]): readonly RuleConfig[] {
  return config(instance(`virtual_rules {\n${lines.join('\n')}\n}`)).vrrpInstances[0]?.rules ?? [];
}

const PLAIN = { type: 'unicast', metrics: [], insertion: 'prepend', isWatched: true, protocol: 18 };
const HOP = { weight: 1, onLink: false };

describe('a route', () => {
  it('has destination, gateway and interface', () => {
    expect(routes('10.9.0.0/16 via 192.168.1.254 dev eth0')).toEqual([
      {
        ...PLAIN,
        family: 'ipv4',
        destination: { address: '10.9.0.0', prefixLength: 16 },
        hops: [{ ...HOP, gateway: '192.168.1.254', interface: 'eth0' }],
      },
    ]);
  });

  it.each([
    ['default via 10.0.0.1', 'ipv4', '0.0.0.0'],
    ['default via fe80::1 dev eth0', 'ipv6', '::'],
    ['default6 dev eth0', 'ipv6', '::'],
    ['any dev eth0', 'ipv4', '0.0.0.0'],
  ])('%s is everywhere of its family', (line, family, address) => {
    expect(routes(line)).toMatchObject([{ family, destination: { address, prefixLength: 0 } }]);
  });

  it('has a type, which may stand for the hops', () => {
    expect(routes('blackhole 10.9.0.0/16 no_track', 'brd 10.9.9.255 dev eth0')).toMatchObject([
      { type: 'blackhole', hops: [], isWatched: false, protocol: 18 },
      { type: 'broadcast', hops: [{ interface: 'eth0' }] },
    ]);
  });

  it('keeps a protocol of its own only when it is not watched', () => {
    expect(
      routes(
        '10.1.0.0/16 dev eth0 protocol static',
        '10.2.0.0/16 dev eth0 protocol static no_track',
      ),
    ).toMatchObject([{ protocol: 18 }, { protocol: 4 }]);
  });

  it('has several hops with weights, in order', () => {
    const line =
      '10.9.0.0/16 table 100 nexthop via 10.0.0.1 dev eth0 weight 5 onlink nexthop via inet6 fe80::1 dev eth1 realms 3/4';
    expect(routes(line)).toMatchObject([
      {
        table: 100,
        hops: [
          { gateway: '10.0.0.1', interface: 'eth0', weight: 5, onLink: true },
          { gateway: 'fe80::1', interface: 'eth1', weight: 1, realms: { from: 3, to: 4 } },
        ],
      },
    ]);
    expect(routes('10.9.0.0/16 via 10.0.0.1 or 10.0.0.2 dev eth0')[0]?.hops).toEqual([
      { ...HOP, gateway: '10.0.0.1', interface: 'eth0' },
      { ...HOP, gateway: '10.0.0.2' },
    ]);
  });

  it('has metrics in units of the kernel, locked or not', () => {
    const [route] = routes(
      '10.9.0.0/16 dev eth0 mtu lock 1400 advmss 1360 rtt 300ms rttvar lock 1s rto_min 250ms quickack 1 features ecn congctl lock bbr initcwnd 20',
    );
    expect(route?.metrics).toEqual([
      { name: 'mtu', value: 1400, isLocked: true },
      { name: 'advmss', value: 1360, isLocked: false },
      { name: 'rtt', value: 2400, isLocked: false },
      { name: 'rttvar', value: 4000, isLocked: true },
      { name: 'rto_min', value: 250, isLocked: false },
      { name: 'initcwnd', value: 20, isLocked: false },
      { name: 'quickack', value: 1, isLocked: false },
      { name: 'features', value: 1, isLocked: false },
      { name: 'congctl', value: 'bbr', isLocked: true },
    ]);
    expect(routes('10.9.0.0/16 dev eth0 rtt 100ms')[0]?.metrics).toMatchObject([{ value: 1600 }]);
    expect(routes('10.9.0.0/16 dev eth0 rtt 100')[0]?.metrics).toMatchObject([{ value: 100 }]);
  });

  it('has everything else that a line can say', () => {
    expect(
      routes(
        'to 10.9.0.0/16 src 192.168.1.100 dev eth0 metric 7 scope link tos 0x10 vrf red ttl-propagate disabled append',
        '2001:db8::/32 from 2001:db8:1::/48 dev eth0 pref high expires 60 add',
      ),
    ).toMatchObject([
      {
        preferredSource: '192.168.1.100',
        metric: 7,
        scope: 253,
        tos: 0x10,
        vrf: 'red',
        propagatesTtl: false,
        insertion: 'append',
      },
      {
        family: 'ipv6',
        from: { address: '2001:db8:1::', prefixLength: 48 },
        preference: 1,
        expiresSeconds: 60,
        insertion: 'add',
      },
    ]);
  });

  it.each([
    [
      'encap ip id 5 dst 10.0.0.9 src 10.0.0.8 tos 4 ttl 9',
      {
        type: 'ip',
        id: '5',
        destination: '10.0.0.9',
        source: '10.0.0.8',
        trafficClass: 4,
        hopLimit: 9,
      },
    ],
    ['encap ip6 dst fd00::9 hoplimit 3', { type: 'ip6', destination: 'fd00::9', hopLimit: 3 }],
    ['encap mpls 100/200', { type: 'mpls', labels: [100, 200] }],
    ['encap ila 2001:db8:1:2', { type: 'ila', locator: '2001:db8:1:2' }],
  ])('%s is an encapsulation', (words, encapsulation) => {
    expect(routes(`10.9.0.0/16 dev eth0 ${words}`)[0]?.hops).toMatchObject([{ encapsulation }]);
  });

  it.each(['encap ip ttl 9', 'encap mpls', 'encap ila'])(
    '%s lacks what its tunnel needs, and the route is left out',
    (words) => {
      const text = instance(`virtual_routes {\n10.9.0.0/16 dev eth0 ${words}\n}`);
      expect(findings(parse(text))).toEqual(['5:missing-value']);
      expect(config(text).vrrpInstances[0]).not.toHaveProperty('routes');
    },
  );

  it('that cannot be is left out', () => {
    expect(routes('10.9.0.0/16 via fe80::1', 'dev eth0', '10.8.0.0/16 dev eth0')).toMatchObject([
      { destination: { address: '10.8.0.0' } },
    ]);
  });

  it('takes the number of a name from the host, and keeps the name without one', () => {
    const text = instance('virtual_routes {\n10.9.0.0/16 dev eth0 table lab\n}');
    const host = {
      numberOf: (table: string, name: string) =>
        name === 'lab' && table === 'table' ? 77 : undefined,
    };
    expect(parse(text, { host }).config?.vrrpInstances[0]?.routes).toMatchObject([{ table: 77 }]);
  });
});

test('the directories of the names count for the whole file, wherever they stand', () => {
  const asked = new Set<string>();
  const host = {
    numberOf: (_table: string, name: string, directories?: object) => {
      asked.add(JSON.stringify(directories));
      return name === 'lab' ? 77 : undefined;
    },
  };
  const line = 'virtual_routes {\n10.9.0.0/16 dev eth0 table lab\n}';
  const globals = 'global_defs {\niproute_usr_dir /opt/share\niproute_etc_dir /opt/etc\n}\n';
  const { config: found } = parse(`${instance(line)}${globals}`, { host });
  expect(found?.vrrpInstances[0]?.routes).toMatchObject([{ table: 77 }]);
  expect([...asked]).toEqual(['{"vendor":"/opt/share","local":"/opt/etc"}']);
  asked.clear();
  parse(instance(line), { host });
  expect([...asked]).toEqual([undefined]);
});

test('the scope of an address may have a name of the host', () => {
  const host = {
    numberOf: (table: string, name: string) =>
      table === 'scope' && name === 'lab' ? 77 : undefined,
  };
  const text = instance('virtual_ipaddress_excluded {\n192.168.1.101/24 scope lab\n}');
  expect(parse(text, { host }).config?.vrrpInstances[0]?.excludedAddresses).toMatchObject([
    { scope: 77 },
  ]);
});

describe('a rule', () => {
  it('has selectors and one action', () => {
    expect(
      rules(
        'not from 10.0.0.0/8 to all iif eth0 oif eth1 tos CS1 fwmark 0x10/0xff uidrange 1-5 tunnel-id 9 ipproto tcp sport 1-2 dport 80-80 preference 100 table 10 suppress_prefixlength 0 suppress_ifgroup 4 realms 1/2',
      ),
    ).toEqual([
      {
        family: 'ipv4',
        preference: 100,
        isInverted: true,
        from: { address: '10.0.0.0', prefixLength: 8 },
        tos: 0x20,
        fwmark: { mark: 16, mask: 255 },
        inputInterface: 'eth0',
        outputInterface: 'eth1',
        users: { from: 1, to: 5 },
        tunnelId: 9,
        ipProtocol: 6,
        sourcePorts: { from: 1, to: 2 },
        destinationPorts: { from: 80, to: 80 },
        protocol: 18,
        action: {
          type: 'table',
          table: 10,
          suppressedPrefixLength: 0,
          suppressedGroup: 4,
          realms: { from: 1, to: 2 },
        },
        isWatched: true,
      },
    ]);
  });

  it.each([
    ['goto 30 preference 20', { type: 'goto', preference: 30 }],
    ['l3mdev preference 20', { type: 'l3mdev' }],
    ['from all unreachable preference 20', { type: 'unreachable' }],
    ['from all nop preference 20', { type: 'nop' }],
    ['from all lookup main preference 20', { type: 'table', table: 254 }],
  ])('%s', (line, action) => {
    expect(rules(line)).toMatchObject([{ action }]);
  });

  it('without a preference gets one from 16384 down, for each family in the order of the file', () => {
    const text = `static_rules {
from 10.0.0.0/8 table 1
from 2001:db8::/32 table 2
}
${instance('virtual_rules {\nfrom 10.1.0.0/16 table 3\nfrom all preference 5\nfrom 10.2.0.0/16 table 4 preference 9\nfrom 10.3.0.0/16 table 5\n}')}`;
    const { statics, vrrpInstances } = config(text);
    expect(statics?.rules.map(({ preference }) => preference)).toEqual([16384, 16384]);
    expect(vrrpInstances[0]?.rules?.map(({ preference }) => preference)).toEqual([16383, 9, 16382]);
  });
});

describe('static entries', () => {
  const GROUP = 'track_group G {\ngroup {\nV\nnobody\n}\n}\n';

  test('keep their group when it is defined above and they name an interface', () => {
    const text = `${instance('')}${GROUP}static_ipaddress {
10.0.0.1/24 dev eth1 no_track track_group G
10.0.0.2/24 preferred_lft forever
}
static_routes {
10.9.0.0/16 dev eth1 track_group G
10.8.0.0/16 via 10.0.0.9 track_group G
}
static_rules {
iif eth0 table 5 preference 3 track_group G
from all table 5 preference 4 track_group H
}
`;
    expect(config(text).statics).toMatchObject({
      addresses: [
        { address: '10.0.0.1', interface: 'eth1', isUntracked: true, trackGroup: 'G' },
        { address: '10.0.0.2', interface: 'eth0', preferredLifetime: 'forever' },
      ],
      routes: [{ trackGroup: 'G' }, {}],
      rules: [{ trackGroup: 'G' }, {}],
      trackGroups: [{ name: 'G', members: ['V'] }],
    });
    expect(config(text).statics?.routes[1]).not.toHaveProperty('trackGroup');
    expect(config(text).statics?.rules[1]).not.toHaveProperty('trackGroup');
  });

  test('go to the default interface', () => {
    const text = 'global_defs {\ndefault_interface eth7\n}\nstatic_ipaddress {\n10.0.0.1/24\n}\n';
    expect(config(text).statics?.addresses).toMatchObject([{ interface: 'eth7' }]);
  });

  test('are absent where there are none', () => {
    expect(config(instance(''))).not.toHaveProperty('statics');
    expect(config(instance(''))).not.toHaveProperty('links');
  });
});

describe('the plan shows a difference in words of the file', () => {
  const changes = (from: string, to: string): readonly string[] =>
    diffConfig(config(from), config(to)).changes.flatMap(({ type, effect, fields }) =>
      fields
        .filter(({ field }) => field !== 'not supported yet')
        .map(({ field, from: a, to: b }) => `${type} ${effect}: ${field}: ${a} -> ${b}`),
    );
  const inside = (block: string, line: string): string => instance(`${block} {\n${line}\n}`);

  it('of routes', () => {
    expect(
      changes(
        inside('virtual_routes', '10.9.0.0/16 via 10.0.0.1 dev eth0 table 5'),
        inside(
          'virtual_routes',
          'blackhole 10.9.0.0/16 table 5 mtu lock 1400 append no_track\n10.8.0.0/16 nexthop via 10.0.0.1 nexthop via 10.0.0.2 dev eth1 weight 3 encap ip id 5 ttl 4',
        ),
      ),
    ).toEqual([
      'vrrp_instance in-place: virtual_routes: 10.9.0.0/16 via 10.0.0.1 dev eth0 table 5 -> blackhole 10.9.0.0/16 table 5 mtu lock 1400 append no_track',
      'vrrp_instance in-place: virtual_routes: null -> 10.8.0.0/16 nexthop via 10.0.0.1 nexthop via 10.0.0.2 dev eth1 weight 3 encap ip id 5 ttl 4',
    ]);
  });

  it('of rules', () => {
    expect(
      changes(
        inside('virtual_rules', 'from 10.0.0.0/8 table 5 preference 9'),
        inside('virtual_rules', 'not from 10.0.0.0/8 fwmark 1/15 sport 1-2 goto 20 preference 9'),
      ),
    ).toEqual([
      'vrrp_instance in-place: virtual_rules: preference 9 from 10.0.0.0/8 table 5 -> not preference 9 from 10.0.0.0/8 fwmark 1/15 sport 1-2 goto 20',
    ]);
  });

  it('of static entries', () => {
    const text = (line: string): string => `static_ipaddress {\n${line}\n}\n`;
    expect(changes(text('10.0.0.1/24'), text('10.0.0.1/24 no_track'))).toEqual([
      'static_ipaddress in-place: static_ipaddress: 10.0.0.1/24 dev eth0 -> 10.0.0.1/24 dev eth0 no_track',
    ]);
  });

  it('of options of addresses and other settings', () => {
    expect(changes(instance(''), instance('promote_secondaries\ngarp_extra_if all 30'))).toEqual([
      'vrrp_instance in-place: promote_secondaries: null -> on',
      'vrrp_instance in-place: garp_extra_if: null -> every 30 s, on all interfaces',
    ]);
  });
});
