/** The keeper of firewall rules, with programs in memory: start, reload, what others change, what is missing, stop. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type Instant, instant, seconds } from '../../../../src/core/base/time.ts';
import type { Fact } from '../../../../src/core/facts/catalogue.ts';
import { CLOSED_ADDRESSES } from '../../../../src/core/firewall/closed-addresses.ts';
import type { RulePlace } from '../../../../src/core/firewall/rule-writer.ts';
import type { FirewallWish } from '../../../../src/core/firewall/wish.ts';
import type { Config } from '../../../../src/core/model/config.ts';
import { FirewallKeeper } from '../../../../src/daemon/supervisor/firewall-keeper.ts';
import { FakeRuleTools } from '../../../support/fake-rule-tools.ts';
import { parse } from '../../../support/parse-text.ts';

const LIMIT_MS = 1_000;

function closing(addresses: readonly string[], globals: string = ''): Config {
  const { config } = parse(`global_defs {
  router_id r1
  ${globals}
}
vrrp_instance VI {
  interface eth0
  virtual_router_id 51
  no_accept
  virtual_ipaddress {
    ${addresses.map((address) => `${address}/24`).join('\n    ')}
  }
}
`);
  if (config === undefined) throw new Error('refused');
  return config;
}

const A = '192.0.2.100';
const B = '192.0.2.101';
const ACCEPTING: Config = { ...closing([A]), vrrpInstances: [] };

let tools: FakeRuleTools;
let facts: Fact[];
let recorded: (readonly RulePlace[])[];
let now: Instant;
let keeper: FirewallKeeper<FirewallWish>;
let indices: Record<string, number>;

function makeKeeper(): FirewallKeeper<FirewallWish> {
  const made = new FirewallKeeper(CLOSED_ADDRESSES, {
    call: (call) => tools.call(call),
    generation: async () => tools.generation,
    interfaceIndex: (device) => indices[device] ?? 0,
    isServing: true,
    now: () => now,
    tell: (fact) => facts.push(fact),
    touchRecord: () => recorded.push(made.places),
  });
  return made;
}

beforeEach(() => {
  tools = new FakeRuleTools();
  facts = [];
  recorded = [];
  now = instant(1_000_000);
  indices = { eth0: 2 };
  keeper = makeKeeper();
});

const ids = (): string[] => facts.map(({ id }) => id);
const vips = (table = 'keepalived'): unknown[] => tools.elements('ip', table, 'vips');
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Looks once a second, as the main process does. */
async function watch(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    now = instant(now + seconds(1));
    keeper.watch();
    await settled();
  }
}

describe('a start', () => {
  it('closes the addresses, reads that they are closed, and keeps for a successor where', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    expect(vips()).toEqual([A]);
    expect(facts).toMatchObject([
      { id: 'firewall.applied', addresses: [A], adopted: false, instead: '' },
    ]);
    expect(recorded).toEqual([[{ method: 'nftables', table: 'keepalived' }]]);
    expect(keeper.view).toMatchObject({
      wanted: [A],
      held: [A],
      repairs: 0,
      problem: undefined,
    });
  });

  it('calls nothing when every address accepts', async () => {
    await keeper.prepare(ACCEPTING, LIMIT_MS);
    await watch(3);
    expect(await keeper.remove()).toBe(true);
    expect(tools.calls).toEqual([]);
    expect(keeper.view).toBeUndefined();
  });

  it('adopts rules that are right, with their counters', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    const { changes } = tools;
    keeper = makeKeeper();
    await keeper.prepare(closing([A]), LIMIT_MS);
    expect(tools.changes).toBe(changes);
    expect(facts.at(-1)).toMatchObject({ id: 'firewall.applied', adopted: true });
  });

  it('replaces what a predecessor left in one transaction', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    const { changes } = tools;
    keeper = makeKeeper();
    await keeper.prepare(closing([B], 'nftables_counters'), LIMIT_MS);
    expect(tools.changes).toBe(changes + 1);
    expect(vips()).toEqual([B]);
  });

  it('removes what a predecessor left when no address is to be closed', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    const { places } = keeper;
    keeper = makeKeeper();
    keeper.inherit(places);
    await keeper.prepare(ACCEPTING, LIMIT_MS);
    expect(tools.tables.size).toBe(0);
    expect(keeper.places).toEqual([]);
  });

  it('waits no longer than it is told for a program that hangs', async () => {
    const slow = new FirewallKeeper(CLOSED_ADDRESSES, {
      call: () => new Promise(() => undefined),
      generation: async () => undefined,
      interfaceIndex: () => 0,
      isServing: true,
      now: () => now,
      tell: (fact) => facts.push(fact),
      touchRecord: () => undefined,
    });
    const begun = Date.now();
    await slow.prepare(closing([A]), 50);
    expect(Date.now() - begun).toBeLessThan(2_000);
    expect(slow.view).toMatchObject({ wanted: [A], held: [] });
  });
});

describe('a reload', () => {
  it('closes both lists first, and opens the old one when all have confirmed', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    await keeper.prepare(closing([B]), LIMIT_MS);
    expect(vips()).toEqual([A, B]);
    keeper.settle(closing([B]));
    await settled();
    expect(vips()).toEqual([B]);
  });

  it('opens all addresses: from no_accept to accept', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    await keeper.prepare(ACCEPTING, LIMIT_MS);
    expect(vips()).toEqual([A]);
    keeper.settle(ACCEPTING);
    await settled();
    expect(tools.tables.size).toBe(0);
    expect(ids()).toEqual(['firewall.applied', 'firewall.removed']);
  });

  it('moves to a table of another name, which stands before the old one goes', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    await keeper.prepare(closing([A], 'nftables other'), LIMIT_MS);
    expect([...tools.tables.keys()]).toEqual(['ip other']);
    expect(keeper.places).toEqual([{ method: 'nftables', table: 'other' }]);
    const inputs = tools.calls.map(({ input = '' }) => input);
    const made = inputs.findIndex((input) =>
      input.includes('"add":{"table":{"family":"ip","name":"other"'),
    );
    const gone = inputs.findLastIndex((input) =>
      input.includes('"delete":{"table":{"family":"ip","name":"keepalived"'),
    );
    expect(made).toBeLessThan(gone);
  });
});

describe('what others change', () => {
  it('is restored, said once and counted: a flush of all rules', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    tools.flush();
    await watch(3);
    expect(vips()).toEqual([A]);
    expect(facts.at(-1)).toMatchObject({ id: 'firewall.restored', wasGone: true });
    expect(ids()).toEqual(['firewall.applied', 'firewall.restored']);
    expect(keeper.view).toMatchObject({ repairs: 1, held: [A] });
  });

  it('is looked at only when some transaction was made', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    const calls = tools.calls.length;
    await watch(30);
    expect(tools.calls.length).toBe(calls);
    // Rules of others change all the time: bounded.
    for (let count = 0; count < 20; count += 1) {
      tools.generation += 1;
      await watch(1);
    }
    expect(tools.calls.length - calls).toBeLessThanOrEqual(2 * 11);
    expect(ids()).toEqual(['firewall.applied']);
  });

  it('again and again is restored at a growing pause, and said as a fight', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    const { changes } = tools;
    for (let count = 0; count < 120; count += 1) {
      tools.flush();
      await watch(1);
    }
    expect(ids().filter((id) => id === 'firewall.contested').length).toBeLessThanOrEqual(3);
    expect(ids()).toContain('firewall.contested');
    expect(tools.changes - changes).toBeLessThan(40);
    await watch(15);
    expect(vips()).toEqual([A]);
  });

  it('is looked for now and then where nothing tells of it', async () => {
    await keeper.prepare(closing([A], 'vrrp_iptables'), LIMIT_MS);
    tools.chainsOf('iptables').others.set('INPUT', []);
    await watch(12);
    expect(tools.chainsOf('iptables').others.get('INPUT')).toEqual(['-A INPUT -j tandem-in']);
    expect(ids()).toContain('firewall.restored');
  });

  it('an interface that comes back with another index is matched again', async () => {
    const config = parse(`global_defs {
  nftables_ifindex
}
vrrp_instance VI {
  interface eth0
  virtual_router_id 51
  version 3
  no_accept
  virtual_ipaddress {
    fe80::100/64
  }
}
`).config as Config;
    indices = {};
    await keeper.prepare(config, LIMIT_MS);
    expect(keeper.view).toMatchObject({ wanted: ['fe80::100%eth0'], held: [] });
    indices = { eth0: 7 };
    await watch(2);
    expect(keeper.view).toMatchObject({ held: ['fe80::100%eth0'] });
  });
});

describe('what is missing', () => {
  it('iptables takes the place of nft, and the line says why', async () => {
    tools.missing.add('nft');
    await keeper.prepare(closing([A]), LIMIT_MS);
    expect(facts).toMatchObject([
      {
        id: 'firewall.applied',
        place: 'chains INPUT and OUTPUT of iptables',
        instead: 'nftables: there is no program nft',
      },
    ]);
  });

  it('a kernel that refuses nftables, too', async () => {
    tools.nftRefuses = 'nft: Could not process rule: Operation not supported';
    await keeper.prepare(closing([A]), LIMIT_MS);
    expect(tools.chainsOf('iptables').own.get('tandem-in')).toEqual([
      `-A tandem-in -d ${A}/32 -j DROP`,
    ]);
  });

  it('without any program it is one fact, in the status, and tried again at a growing pause', async () => {
    for (const program of ['nft', 'iptables-save', 'iptables-legacy-save']) {
      tools.missing.add(program);
    }
    await keeper.prepare(closing([A]), LIMIT_MS);
    expect(keeper.view).toMatchObject({
      wanted: [A],
      held: [],
      place: undefined,
      problem: expect.stringContaining('nftables: there is no program nft'),
    });
    const calls = tools.calls.length;
    await watch(120);
    expect(ids()).toEqual(['firewall.failed']);
    expect(tools.calls.length - calls).toBeLessThanOrEqual(5 * 3);
    tools.missing.clear();
    await watch(61);
    expect(ids()).toEqual(['firewall.failed', 'firewall.applied']);
    expect(keeper.view).toMatchObject({ held: [A], problem: undefined });
  });

  it('a reload whose rules are refused leaves those of the configuration before, and says so', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    tools.nftRefuses = 'nft: No space left on device';
    tools.missing.add('iptables-save');
    tools.missing.add('iptables-legacy-save');
    await keeper.prepare(closing([B]), LIMIT_MS);
    expect(vips()).toEqual([A]);
    expect(facts.at(-1)).toMatchObject({ id: 'firewall.failed', addresses: [B] });
    expect(keeper.view).toMatchObject({
      wanted: [A, B],
      held: [A],
      place: 'table keepalived of nftables',
      problem: expect.stringContaining('No space left'),
    });
  });

  it('rules that cannot be looked at any more are believed to stand', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    const { changes } = tools;
    tools.missing.add('nft');
    tools.generation += 1;
    await watch(5);
    tools.missing.clear();
    // Nobody has removed what a slow machine does not list in time.
    tools.isLate = true;
    await watch(5);
    expect(keeper.view).toMatchObject({ held: [A], repairs: 0 });
    tools.isLate = false;
    await watch(5);
    expect(tools.changes).toBe(changes);
    expect(ids()).toEqual(['firewall.applied']);
  });
});

describe('a stop', () => {
  it('removes all rules', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    expect(await keeper.remove()).toBe(true);
    expect(tools.tables.size).toBe(0);
    expect(ids()).toEqual(['firewall.applied', 'firewall.removed']);
    await watch(3);
    expect(tools.tables.size).toBe(0);
  });

  it('says what it could not remove', async () => {
    await keeper.prepare(closing([A]), LIMIT_MS);
    tools.nftRefuses = 'nft: Operation not permitted';
    expect(await keeper.remove()).toBe(false);
    expect(facts.at(-1)).toMatchObject({ id: 'firewall.left-behind' });
  });
});
