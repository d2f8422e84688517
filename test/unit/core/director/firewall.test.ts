/** What rules of nftables drop of what a director lives of. */
import { describe, expect, test } from 'vitest';
import {
  type NftEntry,
  type Packet,
  Ruleset,
} from '../../../../src/core/director/packet-filter.ts';
import { findingsOn, instance, service } from './model-director.ts';

const passageOf = (entries: readonly NftEntry[], hook: 'input', packet: Packet) =>
  new Ruleset(entries).passage(hook, packet);

const INPUT = { family: 'inet', table: 'filter', chain: 'input' };

/** A table with rules in a chain at a hook, and other chains. */
function ruleset(
  rules: readonly (readonly unknown[])[],
  { policy = 'drop', hook = 'input', others = {} as Record<string, readonly unknown[][]> } = {},
): NftEntry[] {
  const at = (chain: string) => ({ family: 'inet', table: 'filter', chain });
  const ofChain = (chain: string, all: readonly (readonly unknown[])[]) =>
    all.map((expr) => ({ rule: { ...at(chain), expr } }));
  return [
    { metainfo: { version: '1.0.6' } },
    { table: { family: 'inet', name: 'filter' } },
    {
      chain: {
        family: 'inet',
        table: 'filter',
        name: 'input',
        type: 'filter',
        hook,
        prio: 0,
        policy,
      },
    },
    ...ofChain('input', rules),
    ...Object.entries(others).flatMap(([name, all]) => ofChain(name, all)),
  ];
}

const match = (left: unknown, right: unknown, op = '==') => ({ match: { op, left, right } });
const meta = (key: string) => ({ meta: { key } });
const payload = (protocol: string, field: string) => ({ payload: { protocol, field } });
const ct = { ct: { key: 'state' } };
const accept = { accept: null };
const drop = { drop: null };
const vrrp = {
  family: 'ipv4',
  protocol: 112,
  inputDevice: 'eth0',
  destination: '224.0.0.18',
  state: 'new',
} as const;

describe('a packet of VRRP', () => {
  const cases: readonly [string, readonly (readonly unknown[])[], string][] = [
    ['no rule, and the policy drops', [], 'dropped'],
    ['accepted by the protocol of IP', [[match(payload('ip', 'protocol'), 112), accept]], 'passes'],
    ['accepted by name', [[match(meta('l4proto'), 'vrrp'), accept]], 'passes'],
    [
      'accepted in a set',
      [[match(meta('l4proto'), { set: ['tcp', 'vrrp', 'icmp'] }), accept]],
      'passes',
    ],
    ['accepted by its interface', [[match(meta('iifname'), 'eth*'), accept]], 'passes'],
    ['accepted on another interface', [[match(meta('iifname'), 'eth1'), accept]], 'dropped'],
    [
      'accepted by its destination',
      [[match(payload('ip', 'daddr'), { prefix: { addr: '224.0.0.0', len: 24 } }), accept]],
      'passes',
    ],
    [
      'accepted by a range',
      [[match(payload('ip', 'daddr'), { range: ['224.0.0.1', '224.0.0.255'] }), accept]],
      'passes',
    ],
    [
      'accepted from a source that is not known here',
      [[match(payload('ip', 'saddr'), '10.0.0.3'), accept]],
      'maybe',
    ],
    [
      'only what is established',
      [[match(ct, ['established', 'related'], 'in'), accept]],
      'dropped',
    ],
    ['IPv6 of it alone', [[match(payload('ip6', 'nexthdr'), 112), accept]], 'dropped'],
    ['TCP alone', [[match(payload('tcp', 'dport'), 22), accept]], 'dropped'],
    ['all but TCP', [[match(meta('l4proto'), 'tcp', '!='), accept]], 'passes'],
    ['a match of iptables', [[{ xt: { type: 'match', name: 'recent' } }, accept]], 'maybe'],
    [
      'dropped by a rule',
      [[match(meta('l4proto'), 112), { counter: {} }, drop], [accept]],
      'dropped',
    ],
    ['rejected in another chain', [[{ jump: { target: 'more' } }], [accept]], 'dropped'],
    ['back from another chain', [[{ jump: { target: 'back' } }], [accept]], 'passes'],
    [
      'by a map of verdicts',
      [
        [
          {
            vmap: {
              key: meta('l4proto'),
              data: {
                set: [
                  ['tcp', accept],
                  [112, drop],
                ],
              },
            },
          },
        ],
        [accept],
      ],
      'dropped',
    ],
    ['limited', [[{ limit: { rate: 1 } }, accept]], 'maybe'],
  ];
  const others = {
    more: [[match(meta('l4proto'), 112), { reject: { type: 'icmpx' } }]],
    back: [[match(meta('l4proto'), 112), { return: null }], [drop]],
  };

  test.each(cases)('%s', (_name, rules, kind) => {
    expect(passageOf(ruleset(rules, { others }), 'input', vrrp).kind).toBe(kind);
  });

  test('passes without rules, by a policy that accepts, and chains of others', () => {
    expect(passageOf([], 'input', vrrp).kind).toBe('passes');
    expect(passageOf(ruleset([], { policy: 'accept' }), 'input', vrrp).kind).toBe('passes');
    expect(passageOf(ruleset([], { hook: 'output' }), 'input', vrrp).kind).toBe('passes');
  });

  test('is looked up in named sets', () => {
    const named = { set: { family: 'inet', table: 'filter', name: 'ok', elem: ['vrrp'] } };
    const rules = ruleset([[match(meta('l4proto'), '@ok'), accept]]);
    expect(passageOf([...rules, named], 'input', vrrp).kind).toBe('passes');
    expect(passageOf(rules, 'input', vrrp).kind).toBe('dropped');
  });

  test('comes to an end, whatever is listed', () => {
    const loop = ruleset([[{ jump: { target: 'input' } }], [{ strange: 1 }], ['x', null, 3]]);
    expect(passageOf(loop, 'input', vrrp)).toMatchObject({ by: INPUT });
  });
});

describe('the findings', () => {
  const on = (text: string, value: NftEntry[], settings = {}) =>
    findingsOn(text, { ruleset: { ok: true, value }, settings }).filter(({ subject }) =>
      subject.startsWith('firewall'),
    );

  test('name the chain, what it drops, and a rule that lets it through', () => {
    const [found] = on(instance(), ruleset([[match(payload('tcp', 'dport'), 22), accept]]));
    expect(found).toMatchObject({
      verdict: 'wrong',
      text: 'chain input of table inet filter drops VRRP (protocol 112)',
      about: [{ name: 'instance VI_1' }],
    });
    expect(found?.mend?.commands[0]?.join(' ')).toBe(
      'nft insert rule inet filter input meta l4proto 112 accept',
    );
  });

  test('tell requests of clients', () => {
    const [found] = on(service('DR', ['10.1.0.11 80']), ruleset([]));
    expect(found?.mend?.commands[0]?.join(' ')).toBe(
      'nft insert rule inet filter input ip daddr 10.0.0.1 tcp dport 80 accept',
    );
  });

  test('tell answers of NAT that are invalid without conntrack of IPVS, and what helps', () => {
    const rules = ruleset([[match(ct, 'invalid', 'in'), drop]], {
      policy: 'accept',
      hook: 'forward',
    });
    const nat = service('NAT', ['10.1.0.11 80']);
    const [found] = on(nat, rules);
    expect(found?.text).toContain('invalid to it while net.ipv4.vs.conntrack is 0');
    expect(found?.mend?.commands.at(-1)?.join(' ')).toBe('sysctl -w net.ipv4.vs.conntrack=1');
    const settings = { 'net/ipv4/vs/conntrack': '1' };
    expect(on(nat, rules, settings)).toMatchObject([{ verdict: 'met' }]);
  });

  test('say where it cannot be told', () => {
    const rules = ruleset([[match(payload('ip', 'saddr'), '10.0.0.3'), accept]]);
    expect(on(instance(), rules)).toMatchObject([{ verdict: 'unsure' }]);
  });
});
