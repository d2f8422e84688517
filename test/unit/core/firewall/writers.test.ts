/** Rules of nftables and of iptables: written, read again, changed and removed, each with programs in memory. */
import { describe, expect, it } from 'vitest';
import { placesFor, writerFor } from '../../../../src/core/firewall/places.ts';
import type {
  RulePlace,
  RuleWriter,
  SeenRules,
  ToolCall,
} from '../../../../src/core/firewall/rule-writer.ts';
import { addressesOfWish, type FirewallWish } from '../../../../src/core/firewall/wish.ts';
import type { FirewallConfig } from '../../../../src/core/model/global-options.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { FakeRuleTools } from '../../../support/fake-rule-tools.ts';

function wish(some: Partial<FirewallWish> = {}): FirewallWish {
  return {
    ipv4: [ip('192.0.2.100')],
    ipv6: [ip('2001:db8::100')],
    linkLocal: [{ address: ip('fe80::100'), interface: 'eth0' }],
    settings: {},
    ...some,
  };
}

const NOTHING = { ipv4: [], ipv6: [], linkLocal: [] } as const;

async function look(tools: FakeRuleTools, writer: RuleWriter<FirewallWish>): Promise<SeenRules> {
  const ends = [];
  for (const call of writer.look()) ends.push(await tools.call(call));
  return writer.read(ends);
}

async function carryOut(tools: FakeRuleTools, calls: readonly ToolCall[]): Promise<void> {
  for (const call of calls) expect(await tools.call(call)).toMatchObject({ kind: 'done' });
}

async function write(tools: FakeRuleTools, writer: RuleWriter<FirewallWish>, wanted: FirewallWish) {
  const calls = writer.change(wanted, await look(tools, writer));
  await carryOut(tools, calls);
  return { calls, seen: await look(tools, writer) };
}

const PLACES: readonly (readonly [string, RulePlace])[] = [
  ['nftables', { method: 'nftables', table: 'keepalived' }],
  ['iptables', { method: 'iptables', program: 'iptables', input: 'INPUT', output: 'OUTPUT' }],
  [
    'iptables with sets',
    {
      method: 'iptables',
      program: 'iptables-legacy',
      input: 'INPUT',
      output: 'OUTPUT',
      sets: { ipv4: 'a', ipv6: 'b', linkLocal: 'c' },
    },
  ],
];

describe.each(PLACES)('rules of %s', (_, place) => {
  const writer = writerFor(place, {});

  it('are what is wished for when they are read again', async () => {
    const { seen } = await write(new FakeRuleTools(), writer, wish());
    expect([...seen.items].sort()).toEqual([...addressesOfWish(wish())].sort());
    expect(writer.isRight(wish(), seen)).toBe(true);
    expect(writer.isEnough(wish(), seen)).toBe(true);
    expect(writer.change(wish(), seen)).toEqual([]);
  });

  it('are wrong when an address more or less is wished for', async () => {
    const { seen } = await write(new FakeRuleTools(), writer, wish());
    for (const other of [
      wish({ ipv4: [] }),
      wish({ ipv4: [ip('192.0.2.100'), ip('192.0.2.101')] }),
      wish({ ipv6: [ip('2001:db8::101')] }),
      wish({ linkLocal: [{ address: ip('fe80::100'), interface: 'eth1' }] }),
    ]) {
      expect(writer.isRight(other, seen)).toBe(false);
      expect(writer.isEnough(other, seen)).toBe(false);
    }
  });

  it('follow another wish, and go with the last address', async () => {
    const tools = new FakeRuleTools();
    await write(tools, writer, wish());
    const other = wish({ ipv4: [ip('192.0.2.101')], linkLocal: [] });
    const { seen } = await write(tools, writer, other);
    expect(writer.isRight(other, seen)).toBe(true);
    const { seen: last } = await write(tools, writer, wish(NOTHING));
    expect(last.isThere).toBe(false);
  });

  it('are removed, and nothing of them stays', async () => {
    const tools = new FakeRuleTools();
    const { seen } = await write(tools, writer, wish());
    expect(seen.isThere).toBe(true);
    await carryOut(tools, writer.remove(seen));
    const left = await look(tools, writer);
    expect(left.isThere).toBe(false);
    expect(writer.remove(left)).toEqual([]);
    expect(tools.tables.size + tools.sets.size).toBe(0);
    if (place.method === 'iptables') {
      expect(tools.chainsOf(place.program).others.get('INPUT')).toEqual([
        '-A INPUT -i lo -j ACCEPT',
      ]);
    }
  });
});

describe('nftables', () => {
  const place: RulePlace = { method: 'nftables', table: 'keepalived' };

  it('changes the elements alone when only addresses change, so that counters go on', async () => {
    const tools = new FakeRuleTools();
    const settings: FirewallConfig = { countsPackets: true };
    const writer = writerFor(place, settings);
    await write(tools, writer, wish());
    const { calls } = await write(tools, writer, wish({ ipv4: [ip('192.0.2.101')] }));
    expect(JSON.parse(calls[0]?.input ?? '')).toEqual({
      nftables: [
        { add: { element: elementsOf('192.0.2.101') } },
        { delete: { element: elementsOf('192.0.2.100') } },
      ],
    });
  });

  function elementsOf(address: string) {
    return { family: 'ip', table: 'keepalived', name: 'vips', elem: [address] };
  }

  it('replaces a table of another form in one transaction', async () => {
    const tools = new FakeRuleTools();
    await write(tools, writerFor(place, {}), wish());
    const changes = tools.changes;
    const writer = writerFor(place, { nftablesPriority: 5, countsPackets: true });
    const { calls, seen } = await write(tools, writer, wish());
    expect(calls).toHaveLength(1);
    expect(tools.changes).toBe(changes + 1);
    expect(writer.isRight(wish(), seen)).toBe(true);
    expect(seen.text).toContain('"prio":5');
    expect(seen.text).toContain('{"counter":null}');
  });

  it('matches the index of an interface instead of its name', async () => {
    const { seen } = await write(
      new FakeRuleTools(),
      writerFor(place, { matchesIndex: true }),
      wish(),
    );
    expect(seen.text).toContain('iface_index');
    expect(seen.text).not.toContain('iifname');
  });

  it('sees a rule, a set or an object that somebody added', async () => {
    const tools = new FakeRuleTools();
    const writer = writerFor(place, {});
    const { seen } = await write(tools, writer, wish());
    const table = { family: 'ip', table: 'keepalived' };
    await tools.call({
      argv: ['nft', '-j', '-f', '/proc/self/fd/0'],
      input: JSON.stringify({
        nftables: [{ add: { rule: { ...table, chain: 'in', expr: [{ accept: null }] } } }],
      }),
    });
    const after = await look(tools, writer);
    expect(after.text).not.toBe(seen.text);
    expect(writer.isEnough(wish(), after)).toBe(false);
  });

  it('reads addresses in whatever form they are printed, and survives any output', () => {
    const writer = writerFor(place, {});
    const listing = JSON.stringify({
      nftables: [
        { table: { family: 'ip6', name: 'keepalived' } },
        { set: { name: 'vips', type: 'ipv6_addr', elem: ['2001:DB8:0::1', { range: [1, 2] }] } },
        null,
        7,
      ],
    });
    const seen = writer.read([
      { kind: 'failed', reason: '' },
      { kind: 'done', output: listing },
    ]);
    expect(seen.items).toContain('2001:db8::1');
    for (const output of ['', '{}', '[]', 'null', '{"nftables":7}', '{"nftables":[{"set":7}]}']) {
      expect(writer.read([{ kind: 'done', output }]).isThere).toBe(false);
    }
  });
});

describe('iptables', () => {
  const place: RulePlace = {
    method: 'iptables',
    program: 'iptables',
    input: 'KIN',
    output: 'KOUT',
  };

  function tools(): FakeRuleTools {
    const made = new FakeRuleTools();
    for (const family of ['iptables', 'ip6tables']) {
      made.chainsOf(family).others.set('KIN', ['-A KIN -j RETURN']);
      made.chainsOf(family).others.set('KOUT', []);
    }
    return made;
  }

  it('leads there from the first rule of the named chains, once', async () => {
    const made = tools();
    const writer = writerFor(place, {});
    await write(made, writer, wish());
    made.chainsOf('iptables').others.get('KIN')?.push('-A KIN -j tandem-in');
    const { seen } = await write(made, writer, wish());
    expect(made.chainsOf('iptables').others.get('KIN')).toEqual([
      '-A KIN -j RETURN',
      '-A KIN -j tandem-in',
    ]);
    expect(writer.isRight(wish(), seen)).toBe(true);
  });

  it('leaves the way out alone when no chain is named for it', async () => {
    const made = tools();
    const writer = writerFor({ method: 'iptables', program: 'iptables', input: 'KIN' }, {});
    await write(made, writer, wish());
    expect([...made.chainsOf('iptables').own.keys()]).toEqual(['tandem-in']);
    expect(made.chainsOf('iptables').others.get('KOUT')).toEqual([]);
  });

  it('moves to other chains without a copy in the old ones', async () => {
    const made = tools();
    await write(made, writerFor(place, {}), wish());
    const writer = writerFor(
      { method: 'iptables', program: 'iptables', input: 'INPUT', output: 'OUTPUT' },
      {},
    );
    const { seen } = await write(made, writer, wish());
    expect(made.chainsOf('iptables').others.get('KIN')).toEqual(['-A KIN -j RETURN']);
    expect(writer.isRight(wish(), seen)).toBe(true);
  });

  it('lets neighbour discovery go on to the rules of the administrator', async () => {
    const made = tools();
    await write(made, writerFor(place, {}), wish());
    expect(made.chainsOf('ip6tables').own.get('tandem-in')).toEqual([
      '-A tandem-in -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j RETURN',
      '-A tandem-in -p ipv6-icmp -m icmp6 --icmpv6-type 136 -j RETURN',
      '-A tandem-in -d fe80::100/128 -i eth0 -j DROP',
      '-A tandem-in -d 2001:db8::100/128 -j DROP',
    ]);
  });

  it('refuses a name that would be read as something else', () => {
    for (const input of ['KIN -j ACCEPT', '-j', 'a\nCOMMIT', '']) {
      const writer = writerFor({ method: 'iptables', program: 'iptables', input }, {});
      expect(writer.obstacle).toMatch(/is no name/);
    }
    const strange = wish({ linkLocal: [{ address: ip('fe80::1'), interface: 'eth0 -j ACCEPT' }] });
    const seen = writerFor(place, {}).read([]);
    for (const { input } of writerFor(place, {}).change(strange, seen)) {
      expect(input).not.toContain('eth0 -j ACCEPT');
    }
  });
});

describe('the places', () => {
  const methods = (settings: FirewallConfig): string[] =>
    placesFor(settings).map((place) =>
      place.method === 'nftables' ? `nft ${place.table}` : `${place.program} ${place.input}`,
    );

  it('begin with nftables, and with iptables where that alone is asked for', () => {
    const iptables = { input: 'KIN' };
    expect(methods({})).toEqual(['nft keepalived', 'iptables INPUT', 'iptables-legacy INPUT']);
    expect(methods({ iptables })).toEqual([
      'iptables KIN',
      'iptables-legacy KIN',
      'nft keepalived',
    ]);
    expect(methods({ iptables, nftablesTable: 't' })[0]).toBe('nft t');
  });

  it("have the sets that vrrp_ipsets names, and keepalived's names for the others", () => {
    const [first] = placesFor({ iptables: { input: 'KIN' }, ipsets: ['v4'] });
    expect(first).toMatchObject({
      sets: { ipv4: 'v4', ipv6: 'keepalived6', linkLocal: 'keepalived_if6' },
    });
    expect(placesFor({ iptables: { input: 'KIN' }, ipsets: 'none' })[0]).not.toHaveProperty('sets');
  });
});
