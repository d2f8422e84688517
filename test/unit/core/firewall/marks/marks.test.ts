/** Marks of `nftables_ipvs`: which packets a configuration wants marked, the services by mark, and the rules in nftables and iptables. */
import { describe, expect, it, test } from 'vitest';
import { GROUP_MARKS } from '../../../../../src/core/firewall/marks/marks.ts';
import { itemText, type MarksWish } from '../../../../../src/core/firewall/marks/wish.ts';
import type { RulePlace } from '../../../../../src/core/firewall/rule-writer.ts';
import { desiredTable } from '../../../../../src/core/lvs/desired.ts';
import { type Config, serviceKey } from '../../../../../src/core/model/config.ts';
import { FakeRuleTools } from '../../../../support/fake-rule-tools.ts';
import { parse } from '../../../../support/parse-text.ts';

function config(text: string, globals = 'nftables_ipvs'): Config {
  const { config: found } = parse(`global_defs {\n  ${globals}\n}\n${text}`);
  if (found === undefined) throw new Error('refused');
  return found;
}

const group = (name: string, ...entries: readonly string[]): string =>
  `virtual_server_group ${name} {\n  ${entries.join('\n  ')}\n}\n`;

const service = (name: string, protocol: string, server: string, method = 'NAT'): string =>
  `virtual_server group ${name} {
  lvs_sched rr
  lvs_method ${method}
  protocol ${protocol}
  real_server ${server} {
  }
}
`;

/** As measured on keepalived 2.4.3: two virtual servers of one group, and one of IPv6. */
const G4 = group('G4', '10.0.0.3 80', '10.0.0.10-20 80', '10.0.1.0/28 443');
const MEASURED = `${G4}${group('G6', '2001:db8::10-ff 80')}${service('G4', 'TCP', '10.0.1.1 80')}${service('G4', 'UDP', '10.0.1.1')}${service('G6', 'TCP', '2001:db8::1 80', 'DR')}`;

function wishOf(text: string, globals?: string): MarksWish {
  const wish = GROUP_MARKS.wishOf(config(text, globals));
  if (wish === undefined) throw new Error('nothing is wanted');
  return wish;
}

const items = (text: string): string[] => wishOf(text).packets.map(itemText);
const services = (text: string, globals?: string): string[] =>
  config(text, globals).virtualServers.flatMap((one) => one.services.map(serviceKey));

describe('services', () => {
  it('are one by mark for each virtual server, counted in the order of the file', () => {
    expect(services(MEASURED)).toEqual([
      'fwmark:1000:ipv4',
      'fwmark:1001:ipv4',
      'fwmark:1002:ipv6',
    ]);
    expect(services(MEASURED, 'nftables_ipvs\n nftables_ipvs_start_fwmark 7')[0]).toBe(
      'fwmark:7:ipv4',
    );
  });

  it('pass over a mark that the file has in use, and keep marks of the group', () => {
    const own = group('G', '10.0.0.3 80', 'fwmark 1001');
    const text = `${own}${service('G', 'TCP', '10.0.1.1 80')}${service('G', 'UDP', '10.0.1.1 80')}virtual_server fwmark 1000 {\n lvs_sched rr\n real_server 10.0.1.2 {\n }\n}\n`;
    expect(services(text)).toEqual([
      'fwmark:1002:ipv4',
      'fwmark:1001:ipv4',
      'fwmark:1003:ipv4',
      'fwmark:1001:ipv4',
      'fwmark:1000:ipv4',
    ]);
  });

  it('are one for each address without the word', () => {
    expect(services(`${G4}${service('G4', 'TCP', '10.0.1.1 80')}`, 'router_id x')).toHaveLength(28);
    expect(GROUP_MARKS.wishOf(config(MEASURED, 'router_id x'))).toBeUndefined();
  });

  it('have their servers with the own port for NAT, and with none otherwise', () => {
    const alive = {
      effectiveWeight: () => 1,
      sorryServerActive: () => false,
      leaving: () => [],
      leavingServices: () => [],
    };
    const table = desiredTable(config(MEASURED).virtualServers, alive);
    expect([...table.values()].map((one) => [...one.destinations.keys()])).toEqual([
      ['10.0.1.1:80'],
      ['10.0.1.1:0'],
      ['[2001:db8::1]:0'],
    ]);
  });
});

test('what stands above nftables_ipvs is reset by it', () => {
  const { ipvs } = config(
    MEASURED,
    'nftables_ipvs_priority 5\n nftables_ipvs_start_fwmark 5\n nftables_ipvs t\n nftables_ipvs_priority 7',
  ).global;
  expect(ipvs).toEqual({ marksTable: 't', marksPriority: 7 });
});

describe('packets', () => {
  it('are those to the addresses and ports of the groups', () => {
    expect(items(MEASURED)).toEqual([
      'tcp 10.0.0.3 port 80: 1000',
      'tcp 10.0.0.10-10.0.0.20 port 80: 1000',
      'tcp 10.0.1.0-10.0.1.15 port 443: 1000',
      'udp 10.0.0.3 port 80: 1001',
      'udp 10.0.0.10-10.0.0.20 port 80: 1001',
      'udp 10.0.1.0-10.0.1.15 port 443: 1001',
      'tcp 2001:db8::10-2001:db8::ff port 80: 1002',
    ]);
  });

  it('have the first mark where groups overlap, and neighbours are one range', () => {
    const text = `${group('A', '10.0.0.10-19 80', '10.0.0.20-29 80')}${group('B', '10.0.0.5-40 80', '10.0.0.15 80')}`;
    expect(
      items(`${text}${service('A', 'TCP', '10.0.1.1 80')}${service('B', 'TCP', '10.0.1.1 80')}`),
    ).toEqual([
      'tcp 10.0.0.5-10.0.0.9 port 80: 1001',
      'tcp 10.0.0.10-10.0.0.29 port 80: 1000',
      'tcp 10.0.0.30-10.0.0.40 port 80: 1001',
    ]);
  });

  it('keep their mark until a reload is over, and have both', () => {
    const before = wishOf(`${group('A', '10.0.0.3 80')}${service('A', 'TCP', '10.0.1.1 80')}`);
    const after = wishOf(
      `${group('B', '10.0.0.3-4 80')}${service('B', 'TCP', '10.0.1.1 80')}`,
      'nftables_ipvs\n nftables_ipvs_start_fwmark 5',
    );
    expect(GROUP_MARKS.both(before, after)?.packets.map(itemText)).toEqual([
      'tcp 10.0.0.3 port 80: 1000',
      'tcp 10.0.0.4 port 80: 5',
    ]);
  });
});

const CHAIN = { table: 'mangle', method: 'chain' } as const;
const PLACES: readonly RulePlace[] = [
  { method: 'nftables', table: 'keepalived_ipvs' },
  { ...CHAIN, program: 'iptables' },
  { ...CHAIN, program: 'iptables-legacy' },
];

test('the places are the table that is named, and then older programs', () => {
  expect(GROUP_MARKS.places(wishOf(MEASURED))).toEqual(PLACES);
  expect(GROUP_MARKS.places(wishOf(MEASURED, 'nftables_ipvs own'))[0]).toMatchObject({
    table: 'own',
  });
});

describe.each(PLACES)('rules of $method $program', (place) => {
  const writer = GROUP_MARKS.writer(place, undefined);
  const look = async (tools: FakeRuleTools) => {
    const ends = [];
    for (const call of writer.look()) ends.push(await tools.call(call));
    return writer.read(ends);
  };
  const write = async (tools: FakeRuleTools, wish: MarksWish) => {
    for (const call of writer.change(wish, await look(tools))) {
      expect(await tools.call(call)).toMatchObject({ kind: 'done' });
    }
    return await look(tools);
  };
  const PORTLESS = `${group('P', '10.0.2.1-9')}${service('P', 'SCTP', '10.0.1.1')}`;

  it('are what is wanted when they are read, and change nothing again', async () => {
    const wish = wishOf(MEASURED + PORTLESS);
    const seen = await write(new FakeRuleTools(), wish);
    expect([...seen.items].sort()).toEqual(wish.packets.map(itemText).sort());
    expect(GROUP_MARKS.held(wish, seen.items)).toEqual(GROUP_MARKS.wanted(wish));
    expect([writer.isRight(wish, seen), writer.isEnough(wish, seen)]).toEqual([true, true]);
    expect(writer.change(wish, seen)).toEqual([]);
  });

  it('follow another configuration, and go without a trace', async () => {
    const tools = new FakeRuleTools();
    await write(tools, wishOf(MEASURED));
    const wish = wishOf(MEASURED.replace('10.0.0.10-20', '10.0.0.10-21'));
    const seen = await write(tools, wish);
    expect([...seen.items].sort()).toEqual(wish.packets.map(itemText).sort());
    for (const call of writer.remove(seen)) await tools.call(call);
    expect((await look(tools)).isThere).toBe(false);
  });
});

test('the table is the one that keepalived writes', () => {
  const writer = GROUP_MARKS.writer({ method: 'nftables', table: 'keepalived_ipvs' }, undefined);
  const [call] = writer.change(
    wishOf(
      `${group('G', '10.0.0.3 80', '10.0.0.10-20 80')}${service('G', 'TCP', '10.0.1.1 80')}`,
      'nftables_ipvs\n nftables_counters',
    ),
    writer.read([]),
  );
  const { nftables } = JSON.parse(call?.input ?? '') as { nftables: unknown[] };
  const place = { family: 'ip', table: 'keepalived_ipvs' };
  const range = { range: ['10.0.0.10', '10.0.0.20'] };
  const key = {
    concat: [
      { payload: { protocol: 'ip', field: 'daddr' } },
      { payload: { protocol: 'tcp', field: 'dport' } },
    ],
  };
  expect(nftables.slice(3)).toEqual([
    {
      add: {
        map: {
          ...place,
          name: 'tcp_map',
          type: ['ipv4_addr', 'inet_service'],
          map: 'mark',
          flags: ['interval'],
        },
      },
    },
    {
      add: {
        chain: { ...place, name: 'in', type: 'filter', hook: 'input', prio: -1, policy: 'accept' },
      },
    },
    {
      add: {
        rule: {
          ...place,
          chain: 'in',
          expr: [
            {
              mangle: { key: { meta: { key: 'mark' } }, value: { map: { key, data: '@tcp_map' } } },
            },
            { counter: null },
            { return: null },
          ],
        },
      },
    },
    {
      add: {
        element: {
          ...place,
          name: 'tcp_map',
          elem: [
            [{ concat: ['10.0.0.3', 80] }, 1000],
            [{ concat: [range, 80] }, 1000],
          ],
        },
      },
    },
  ]);
});

test('iptables has a line for each range, as iptables-save prints it', () => {
  const writer = GROUP_MARKS.writer({ ...CHAIN, program: 'iptables-legacy' }, undefined);
  const wish = wishOf(
    `${group('G', '10.0.0.3 80', '10.0.0.10-20 80', '10.0.2.1')}${service('G', 'TCP', '10.0.1.1 80')}`,
  );
  expect(writer.change(wish, writer.read([]))[0]?.input).toBe(`*mangle
:tandem-marks - [0:0]
-A tandem-marks -d 10.0.2.1/32 -p tcp -j MARK --set-xmark 0x3e8/0xffffffff
-A tandem-marks -d 10.0.0.3/32 -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x3e8/0xffffffff
-A tandem-marks -p tcp -m iprange --dst-range 10.0.0.10-10.0.0.20 -m tcp --dport 80 -j MARK --set-xmark 0x3e8/0xffffffff
-I INPUT 1 -j tandem-marks
COMMIT
`);
});
