/** What a host needs as a real server: by forwarding method, by what is there already, and whatever the host was like. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ForwardingConfig } from '../../../../src/core/model/config.ts';
import { BARE_HOST } from '../../../../src/core/realserver/host.ts';
import { judge } from '../../../../src/core/realserver/judge.ts';
import { type Need, needsOf } from '../../../../src/core/realserver/needs.ts';
import {
  type Change,
  changesFor,
  needKey,
  readRecord,
  recordText,
} from '../../../../src/core/realserver/record.ts';
import { rolesByHand, rolesOf, serversOf } from '../../../../src/core/realserver/roles.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { parse } from '../../../support/parse-text.ts';
import { ModelHost } from './model-host.ts';

const DR: ForwardingConfig = { method: 'DR' };
const tun = (
  tunnel: 'ipip' | 'gue' | 'gre',
  checksum: 'none' | 'csum' = 'none',
): ForwardingConfig => ({
  method: 'TUN',
  tunnel,
  port: tunnel === 'gue' ? 6080 : 0,
  checksum,
});
const NOBODY = new Set<ReturnType<typeof ip>>();

/** Meets the needs one after the other, each by what is seen then, as the command does. */
function setUp(host: ModelHost, needs: readonly Need[]): Change[] {
  const changes: Change[] = [];
  for (const need of needs) {
    for (const { run, undo } of judge([need], host.facts, NOBODY)[0]?.steps ?? []) {
      host.run(run);
      if (undo !== undefined) changes.push({ need: needKey(need), undo });
    }
  }
  return changes;
}

const verdicts = (needs: readonly Need[], host: ModelHost) =>
  judge(needs, host.facts, NOBODY).map(({ verdict }) => verdict);

/** Commands for a host on which nothing was prepared. */
function commands(vip: readonly string[], forwarding: ForwardingConfig, server: string): string[] {
  const needs = needsOf(rolesByHand(vip.map(ip), forwarding, ip(server)));
  return judge(needs, BARE_HOST, NOBODY).flatMap(({ steps }) =>
    steps.map(({ run }) => run.join(' ')),
  );
}

describe('what a host has to set', () => {
  test('for direct routing: ARP first, then the address', () => {
    expect(commands(['10.0.0.3'], DR, '10.0.0.7')).toEqual([
      'sysctl -q -w net/ipv4/conf/all/arp_ignore=1',
      'sysctl -q -w net/ipv4/conf/all/arp_announce=2',
      'ip address add 10.0.0.3/32 dev lo',
    ]);
    // Neighbour discovery does not answer for an address of lo.
    expect(commands(['2001:db8::3'], DR, '2001:db8::7')).toEqual([
      'ip address add 2001:db8::3/128 dev lo nodad',
    ]);
  });

  test.each([
    ['ipip', '10.0.0.3', '10.0.0.7', ['modprobe ipip', 'ip link set tunl0 up'], 'tunl0'],
    ['ipip', '2001:db8::3', '10.0.0.7', ['modprobe sit', 'ip link set sit0 up'], 'sit0'],
    [
      'ipip',
      '2001:db8::3',
      '2001:db8::7',
      ['modprobe ip6_tunnel', 'ip link set ip6tnl0 up'],
      'ip6tnl0',
    ],
    [
      'ipip',
      '10.0.0.3',
      '2001:db8::7',
      [
        'modprobe ip6_tunnel',
        'ip -6 tunnel add tandem-ip6 mode any local 2001:db8::7 remote ::',
        'ip link set tandem-ip6 up',
      ],
      'tandem-ip6',
    ],
    ['gre', '10.0.0.3', '10.0.0.7', ['modprobe ip_gre', 'ip link set gre0 up'], 'gre0'],
    [
      'gue',
      '10.0.0.3',
      '10.0.0.7',
      ['modprobe fou', 'ip fou add port 6080 gue', 'modprobe ipip', 'ip link set tunl0 up'],
      'tunl0',
    ],
  ] as const)('for a tunnel: %s, %s at %s', (type, vip, server, device, name) => {
    const isIpv4 = !vip.includes(':');
    expect(commands([vip], tun(type), server)).toEqual([
      ...(isIpv4
        ? [
            'sysctl -q -w net/ipv4/conf/all/arp_ignore=1',
            'sysctl -q -w net/ipv4/conf/all/arp_announce=2',
          ]
        : []),
      ...device,
      ...(isIpv4 ? [`sysctl -q -w net/ipv4/conf/${name}/rp_filter=2`] : []),
      isIpv4 ? `ip address add ${vip}/32 dev lo` : `ip address add ${vip}/128 dev lo nodad`,
    ]);
  });

  test('for GRE with checksums: a device that was made with them', () => {
    expect(commands(['10.0.0.3'], tun('gre', 'csum'), '10.0.0.7')).toContain(
      'ip tunnel add tandem-gre mode gre local 10.0.0.7 remote any csum',
    );
  });
});

describe('the greater of "all" and the interface counts', () => {
  const arp = needsOf(rolesByHand([ip('10.0.0.3')], DR, undefined)).slice(0, 1);

  test('a setting on each interface does without "all"', () => {
    const settings = {
      'net/ipv4/conf/eth0/arp_ignore': 1,
      'net/ipv4/conf/eth1/arp_ignore': 8,
    };
    expect(verdicts(arp, new ModelHost({ settings }))).toEqual(['met']);
  });

  test('one on lo alone is worth nothing', () => {
    const host = new ModelHost({ settings: { 'net/ipv4/conf/lo/arp_ignore': 1 } });
    expect(verdicts(arp, host)).toEqual(['missing']);
  });

  test('an interface with a value that does not keep quiet is set itself', () => {
    const host = new ModelHost({ settings: { 'net/ipv4/conf/eth1/arp_ignore': 3 } });
    setUp(host, arp);
    expect(host.ran).toEqual([
      'sysctl -q -w net/ipv4/conf/all/arp_ignore=1',
      'sysctl -q -w net/ipv4/conf/eth1/arp_ignore=1',
    ]);
    expect(verdicts(arp, host)).toEqual(['met']);
  });

  test.each([
    // Measured: what "all" and tunl0 say, and whether packets out of the tunnel arrive.
    [0, 0, 'met'],
    [0, 1, 'missing'],
    [0, 2, 'met'],
    [1, 0, 'missing'],
    [1, 1, 'missing'],
    [1, 2, 'met'],
  ])('rp_filter all=%i tunl0=%i', (all, own, verdict) => {
    const host = new ModelHost({
      settings: {
        'net/ipv4/conf/all/rp_filter': all,
        'net/ipv4/conf/tunl0/rp_filter': own,
      },
    });
    host.run(['modprobe', 'ipip']);
    const needs: Need[] = [{ kind: 'loose-filter', device: 'tunl0' }];
    expect(verdicts(needs, host)).toEqual([verdict]);
    setUp(host, needs);
    expect(verdicts(needs, host)).toEqual(['met']);
  });
});

describe('an address', () => {
  const needs = needsOf(rolesByHand([ip('10.0.0.3')], DR, undefined)).slice(2);
  const on = (device: string, prefixLength: number) =>
    judge(
      needs,
      new ModelHost({ addresses: [{ address: ip('10.0.0.3'), prefixLength, device }] }).facts,
      NOBODY,
    )[0];

  test('on the interface of clients makes this host a second director: nothing is added', () => {
    expect(on('eth0', 24)).toMatchObject({ verdict: 'wrong', steps: [] });
    expect(on('eth0', 24)?.text).toContain('10.0.0.3 is on eth0: this host is its director now');
  });

  test('with a shorter prefix makes the prefix local, which a person has to mend', () => {
    expect(on('lo', 24)).toMatchObject({ verdict: 'wrong', steps: [] });
    expect(on('lo', 24)?.text).toContain('ip address del 10.0.0.3/24 dev lo');
  });

  test.each(['lo', 'tunl0'])('on %s is right', (device) => {
    expect(on(device, 32)).toMatchObject({ verdict: 'met' });
  });
});

describe('the roles of a configuration', () => {
  const { config } = parse(`
virtual_server 10.0.0.3 80 {
    lb_kind DR
    protocol TCP
    sorry_server 10.0.0.9 80
    real_server 10.0.0.7 80 {
    }
    real_server 10.0.0.8 80 {
    }
}
virtual_server 10.0.0.4 443 {
    lb_kind NAT
    protocol TCP
    real_server 10.0.0.7 8443 {
    }
}
virtual_server fwmark 5 {
    lb_kind DR
    real_server 10.0.0.7 80 {
    }
}
`);
  const of = (...own: string[]) => rolesOf(config ?? { virtualServers: [] }, new Set(own.map(ip)));

  test('are those of its own addresses, a sorry server too; ports change with NAT alone', () => {
    const seen = of('10.0.0.7').map(({ virtualAddress, port, forwarding }) => [
      virtualAddress,
      port,
      forwarding.method,
    ]);
    expect(seen).toEqual([
      ['10.0.0.3', 80, 'DR'],
      ['10.0.0.4', 8443, 'NAT'],
      [undefined, 0, 'DR'],
    ]);
    expect(of('10.0.0.9')).toHaveLength(1);
    expect(of('10.0.0.99')).toEqual([]);
    expect(serversOf(config ?? { virtualServers: [] })).toEqual([
      '10.0.0.7',
      '10.0.0.8',
      '10.0.0.9',
    ]);
  });

  test('say who has to listen where: at the virtual address, or behind NAT at its own', () => {
    const listens = needsOf(of('10.0.0.7')).filter(({ kind }) => kind === 'listener');
    expect(listens).toMatchObject([
      { address: '10.0.0.3', port: 80 },
      { address: '10.0.0.7', port: 8443 },
    ]);
    const listeners = [
      { protocol: 'TCP', address: ip('0.0.0.0'), port: 80 },
      { protocol: 'TCP', address: ip('10.0.0.3'), port: 8443 },
    ] as const;
    expect(verdicts(listens, new ModelHost({ listeners }))).toEqual(['met', 'unsure']);
  });

  test.each([
    ['10.0.0.1', ['10.0.0.1'], 'met'],
    ['10.0.0.1', ['10.0.0.2'], 'unsure'],
    [undefined, [], 'wrong'],
  ])('behind NAT the way back goes through the director: %s', (gateway, directors, verdict) => {
    const gateways = { ipv4: gateway === undefined ? [] : [ip(gateway)], ipv6: [] };
    const needs = needsOf(of('10.0.0.7')).filter(({ kind }) => kind === 'gateway');
    const found = judge(needs, new ModelHost({ gateways }).facts, new Set(directors.map(ip)));
    expect(found.map((one) => one.verdict)).toEqual([verdict]);
  });
});

describe('what Tandem itself does with packets', () => {
  const needsFor = (text: string) => {
    const { config } = parse(text);
    return needsOf(rolesOf(config ?? { virtualServers: [] }, new Set([ip('10.0.0.7')])));
  };

  test('Full-NAT needs nothing but a program at the port of the server', () => {
    const needs = needsFor(`virtual_server 10.0.0.3 80 {
    lb_kind FNAT
    protocol TCP
    real_server 10.0.0.7 8080 {
    }
}
`);
    const listener = { kind: 'listener', protocol: 'TCP', address: '10.0.0.7', port: 8080 };
    expect(needs).toEqual([listener]);
  });

  test('the addresses behind a mark of nftables_ipvs are those of the group', () => {
    const needs = needsFor(`global_defs {
    nftables_ipvs
}
virtual_server_group G {
    10.0.1.1-2 80
}
virtual_server group G {
    lb_kind DR
    protocol TCP
    real_server 10.0.0.7 80 {
    }
}
`);
    const addresses = needs.flatMap((need) => (need.kind === 'address' ? [need.address] : []));
    expect(addresses).toEqual(['10.0.1.1', '10.0.1.2']);
  });
});

const anyForwarding = fc.oneof(
  fc.constant(DR),
  fc.record({
    method: fc.constant('TUN' as const),
    tunnel: fc.constantFrom('ipip' as const, 'gue' as const, 'gre' as const),
    port: fc.integer({ min: 1, max: 65_535 }),
    checksum: fc.constantFrom('none' as const, 'csum' as const),
  }),
);
const anyRoles = fc
  .array(
    fc.tuple(
      fc.constantFrom('10.0.0.3', '10.0.0.4', '2001:db8::3'),
      anyForwarding,
      fc.constantFrom('10.0.0.7', '2001:db8::7'),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) =>
    all.flatMap(([vip, forwarding, server]) => rolesByHand([ip(vip)], forwarding, ip(server))),
  );
const anySettings = fc.dictionary(
  fc
    .tuple(
      fc.constantFrom('all', 'eth0', 'eth1'),
      fc.constantFrom('arp_ignore', 'arp_announce', 'rp_filter'),
    )
    .map(([device, name]) => `net/ipv4/conf/${device}/${name}`),
  fc.integer({ min: 0, max: 2 }),
);

describe('whatever a host was like', () => {
  test('a setup leaves nothing missing, a second one changes nothing, and undo leaves it as it was', () => {
    fc.assert(
      fc.property(anyRoles, anySettings, (roles, settings) => {
        const host = new ModelHost({ settings });
        const before = host.picture;
        const needs = needsOf(roles);
        const changes = setUp(host, needs);
        expect(verdicts(needs, host).filter((one) => one !== 'met')).toEqual([]);
        expect(setUp(host, needs)).toEqual([]);
        for (const { undo } of changes.toReversed()) host.run(undo);
        expect(host.picture).toEqual(before);
      }),
    );
  });

  test('a setup for less takes back what the first one had for more', () => {
    fc.assert(
      fc.property(anyRoles, anyRoles, anySettings, (first, second, settings) => {
        const direct = new ModelHost({ settings });
        setUp(direct, needsOf(second));
        const host = new ModelHost({ settings });
        const { kept, stale } = changesFor(setUp(host, needsOf(first)), needsOf(second));
        for (const { undo } of stale) host.run(undo);
        const changes = [...kept, ...setUp(host, needsOf(second))];
        expect(verdicts(needsOf(second), host).filter((one) => one !== 'met')).toEqual([]);
        for (const { undo } of changes.toReversed()) host.run(undo);
        expect(host.picture).toEqual(new ModelHost({ settings }).picture);
      }),
    );
  });
});

describe('the record', () => {
  const change: Change = { need: 'a', undo: ['ip', 'address', 'del', '10.0.0.3/32', 'dev', 'lo'] };

  test('is read as it was written', () => {
    expect(readRecord(recordText([change]))).toEqual([change]);
  });

  test.each([
    '',
    '{}',
    '[]',
    'null',
    '{"version":2,"changes":[]}',
    '{"version":1,"changes":[{"need":"a","undo":["rm","-rf","/"]}]}',
    '{"version":1,"changes":[{"need":"a","undo":[1]}]}',
  ])('that is none of ours is refused: %s', (text) => {
    expect(readRecord(text)).toBeUndefined();
  });
});
