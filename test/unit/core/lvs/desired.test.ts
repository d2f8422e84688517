/** The table that configuration and health ask for. */
import { describe, expect, it } from 'vitest';
import type { ServerVerdicts } from '../../../../src/core/lvs/desired.ts';
import { desiredTable } from '../../../../src/core/lvs/desired.ts';
import type { IpvsDestination } from '../../../../src/core/lvs/ipvs-table.ts';
import { endpointKey, type ServiceIdentity } from '../../../../src/core/model/config.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { destination, service } from '../../../support/builders/ipvs.ts';
import {
  addressService,
  markService,
  realServer,
  virtualServer,
} from '../../../support/builders/service.ts';

const WEB = 'tcp:192.0.2.10:80';

/** Every server has its configured weight, or the one given here; `undefined` takes it out. */
function health(
  weights: Readonly<Record<string, number | undefined>> = {},
  options: { readonly sorry?: boolean; readonly weight?: number } = {},
): ServerVerdicts {
  return {
    effectiveWeight: (_virtualServer, key) =>
      key in weights ? weights[key] : (options.weight ?? 1),
    sorryServerActive: () => options.sorry ?? false,
    leaving: () => [],
    leavingServices: () => [],
  };
}

function destinations(
  config: Parameters<typeof virtualServer>[0],
  facts: ServerVerdicts = health(),
  key: string = WEB,
): IpvsDestination[] {
  return [
    ...(desiredTable([virtualServer(config)], facts)
      .get(key)
      ?.destinations.values() ?? []),
  ];
}

describe('services', () => {
  it('has every service of a virtual server, each with all its servers', () => {
    const services: ServiceIdentity[] = [
      addressService('192.0.2.10', 80),
      addressService('2001:db8::10', 80, 'UDP'),
      markService(7),
      markService(7, 'ipv6'),
    ];
    const config = virtualServer({ services, realServers: [realServer('198.51.100.1', 80)] });
    const table = desiredTable([config], health());
    expect([...table.keys()]).toEqual([
      WEB,
      'udp:[2001:db8::10]:80',
      'fwmark:7:ipv4',
      'fwmark:7:ipv6',
    ]);
    for (const { destinations: servers } of table.values()) expect(servers.size).toBe(1);
  });

  it('never has firewall mark 0, which the kernel would take for TCP 0.0.0.0:0', () => {
    expect(desiredTable([virtualServer({ services: [markService(0)] })], health()).size).toBe(0);
  });

  it('carries scheduler, scheduler flags and one-packet mode', () => {
    const config = virtualServer({ scheduler: 'mh', schedulerFlags: [1, 2], onePacket: true });
    const [record] = desiredTable([config], health()).values();
    const identity = addressService('192.0.2.10', 80);
    expect(record?.service).toEqual(service(identity, { scheduler: 'mh', flags: 0x1c }));
  });

  it('carries persistence with its timeout, granularity and engine', () => {
    const persistence = { timeoutSeconds: 300, granularityPrefix: 24, engine: 'sip' };
    const [record] = desiredTable([virtualServer({ persistence })], health()).values();
    expect(record?.service).toMatchObject({
      flags: 1,
      timeoutSeconds: 300,
      netmaskPrefix: 24,
      persistenceEngine: 'sip',
    });
  });

  it('sends an IPv6 service a whole prefix although it is not persistent (the kernel refuses 0)', () => {
    const services = [addressService('2001:db8::10', 80)];
    const [record] = desiredTable([virtualServer({ services })], health()).values();
    expect(record?.service.netmaskPrefix).toBe(128);
  });

  it('joins two virtual servers of one service: attributes of the first, servers of both', () => {
    const first = virtualServer({
      scheduler: 'rr',
      realServers: [realServer('198.51.100.1', 80), realServer('198.51.100.2', 80)],
    });
    const second = virtualServer({
      scheduler: 'wlc',
      realServers: [
        realServer('198.51.100.2', 80, { forwarding: { method: 'NAT' } }),
        realServer('198.51.100.3', 80),
      ],
    });
    const record = desiredTable([first, second], health()).get(WEB);
    expect(record?.service.scheduler).toBe('rr');
    expect([...(record?.destinations.keys() ?? [])].sort()).toEqual([
      '198.51.100.1:80',
      '198.51.100.2:80',
      '198.51.100.3:80',
    ]);
    expect(record?.destinations.get('198.51.100.2:80')?.forwarding).toBe('direct');
  });

  it('keeps a service without servers', () => {
    expect(desiredTable([virtualServer()], health()).get(WEB)?.destinations.size).toBe(0);
  });
});

describe('real servers', () => {
  const two = { realServers: [realServer('198.51.100.1', 80), realServer('198.51.100.2', 80)] };

  it('has the weight that health gives, and leaves out a server that health takes out', () => {
    const facts = health({ '198.51.100.1:80': 7, '198.51.100.2:80': undefined });
    expect(destinations(two, facts)).toEqual([destination('198.51.100.1', 80, { weight: 7 })]);
  });

  it('keeps an inhibited server with weight 0', () => {
    const facts = health({ '198.51.100.1:80': 0 });
    expect(destinations(two, facts)[0]).toMatchObject({ weight: 0 });
  });

  it.each([
    [-1, 0],
    [2.7, 2],
    [2 ** 40, 0x7fff_ffff],
  ])('limits the weight %d to what the kernel takes: %d', (given, taken) => {
    expect(destinations(two, health({}, { weight: given }))[0]?.weight).toBe(taken);
  });

  it('takes the port of the service for port 0', () => {
    const realServers = [realServer('198.51.100.1', 0, { forwarding: { method: 'NAT' } })];
    expect(destinations({ realServers })[0]?.port).toBe(80);
  });

  it.each([
    { method: 'DR' },
    { method: 'TUN', tunnel: 'ipip', port: 0, checksum: 'none' },
  ] as const)('forces the port of the service on $method, which translates none', (forwarding) => {
    const realServers = [realServer('198.51.100.1', 8080, { forwarding })];
    expect(destinations({ realServers })[0]?.port).toBe(80);
  });

  it('keeps the port of a NAT server', () => {
    const realServers = [realServer('198.51.100.1', 8080, { forwarding: { method: 'NAT' } })];
    expect(destinations({ realServers })[0]).toMatchObject({
      port: 8080,
      forwarding: 'masquerade',
    });
  });

  it('keeps the port as it is for a firewall mark, which has none, where the method can translate it', () => {
    const services = [markService(7)];
    const forwarding = { method: 'NAT' } as const;
    const realServers = [
      realServer('198.51.100.1', 8080, { forwarding }),
      realServer('198.51.100.2', 0, { forwarding }),
      realServer('198.51.100.3', 8080),
    ];
    const ports = destinations({ services, realServers }, health(), 'fwmark:7:ipv4');
    expect(ports.map(({ port }) => port)).toEqual([8080, 0, 0]);
  });

  it('is one destination for servers that differ in an ignored port only, the first that takes part', () => {
    const realServers = [realServer('198.51.100.1', 80), realServer('198.51.100.1', 81)];
    const facts = health({ '198.51.100.1:80': undefined, '198.51.100.1:81': 3 });
    expect(destinations({ realServers }, facts)).toEqual([
      destination('198.51.100.1', 80, { weight: 3 }),
    ]);
  });

  it.each([
    [100, 50, 50],
    [100, 200, 100],
    [0, 50, 0],
  ])(
    'upper threshold %d and lower %d: the kernel gets no lower one above the upper',
    (upper, lower, sent) => {
      const realServers = [
        realServer('198.51.100.1', 80, { upperThreshold: upper, lowerThreshold: lower }),
      ];
      expect(destinations({ realServers })[0]).toMatchObject({
        upperThreshold: upper,
        lowerThreshold: sent,
      });
    },
  );

  it.each([
    ['ipip', 'none', { type: 'ipip', port: 0, flags: 0 }],
    ['gue', 'csum', { type: 'gue', port: 6080, flags: 1 }],
    ['gre', 'remcsum', { type: 'gre', port: 0, flags: 2 }],
  ] as const)('encapsulates with %s, checksum %s', (tunnel, checksum, expected) => {
    const forwarding = { method: 'TUN', tunnel, port: 6080, checksum } as const;
    const realServers = [realServer('2001:db8:1::1', 80, { forwarding })];
    expect(destinations({ realServers })[0]).toMatchObject({
      family: 'ipv6',
      forwarding: 'tunnel',
      tunnel: expected,
    });
  });
});

describe('sorry server', () => {
  const sorryServer = {
    address: ip('198.51.100.9'),
    port: 0,
    forwarding: { method: 'NAT' },
    inhibit: false,
  } as const;
  const sorry = destination('198.51.100.9', 80, { forwarding: 'masquerade' });

  it('is absent while it does not stand in', () => {
    const config = { sorryServer, realServers: [realServer('198.51.100.1', 80)] };
    expect(destinations(config)).toEqual([destination('198.51.100.1', 80)]);
  });

  it('stands in with weight 1 beside what health leaves, port 0 being the service port', () => {
    const config = { sorryServer, realServers: [realServer('198.51.100.1', 80)] };
    const facts = health({ '198.51.100.1:80': undefined }, { sorry: true });
    expect(destinations(config, facts)).toEqual([sorry]);
  });

  it('is there with weight 0 all the time with sorry_server_inhibit', () => {
    const config = { sorryServer: { ...sorryServer, inhibit: true } };
    expect(destinations(config)).toEqual([{ ...sorry, weight: 0 }]);
    expect(destinations(config, health({}, { sorry: true }))).toEqual([sorry]);
  });

  it('serves although it is a real server too that is out', () => {
    const realServers = [realServer('198.51.100.9', 80, { forwarding: { method: 'NAT' } })];
    const facts = health({ '198.51.100.9:80': 0 }, { sorry: true });
    expect(destinations({ sorryServer, realServers }, facts)).toEqual([sorry]);
  });

  it('has the weight of the real server that it is too while it does not stand in', () => {
    const config = { sorryServer: { ...sorryServer, inhibit: true } };
    const realServers = [realServer('198.51.100.9', 80, { forwarding: { method: 'NAT' } })];
    const facts = health({ [endpointKey(ip('198.51.100.9'), 80)]: 5 });
    expect(destinations({ ...config, realServers }, facts)).toEqual([{ ...sorry, weight: 5 }]);
  });
});
