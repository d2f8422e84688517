/** Rules of all purposes together: what stands before what starts, and what goes behind what stops. */
import { beforeEach, expect, test, vi } from 'vitest';
import { instant } from '../../../../src/core/base/time.ts';
import type { Fact } from '../../../../src/core/facts/catalogue.ts';
import type { Config } from '../../../../src/core/model/config.ts';
import { Rules } from '../../../../src/daemon/supervisor/rules.ts';
import { FakeRuleTools } from '../../../support/fake-rule-tools.ts';
import { parse } from '../../../support/parse-text.ts';

function configOf(method: string, accepts = 'no_accept'): Config {
  const { config } = parse(`vrrp_instance VI {
  interface eth0
  virtual_router_id 51
  ${accepts}
  virtual_ipaddress {
    192.0.2.10/24
  }
}
virtual_server 192.0.2.11 80 {
  lvs_sched rr
  lvs_method ${method}
  protocol TCP
  real_server 10.0.0.1 8080 {
  }
}
`);
  if (config === undefined) throw new Error('refused');
  return config;
}

const BOTH = { vrrp: true, health: true };
const KEY = 'tcp:192.0.2.11:80';
let tools: FakeRuleTools;
let facts: Fact[];

function rules(roles = BOTH): Rules {
  return new Rules(
    {
      call: (call) => tools.call(call),
      generation: async () => tools.generation,
      interfaceIndex: () => 1,
      now: () => instant(1_000_000),
      tell: (fact) => facts.push(fact),
      touchRecord: () => undefined,
    },
    roles,
  );
}

beforeEach(() => {
  tools = new FakeRuleTools();
  facts = [];
});

const tables = (): string[] => [...tools.tables.keys()].sort();

test('a start writes the rules of each purpose, and says so', async () => {
  const one = rules();
  await one.start(configOf('FNAT'));
  expect(tables()).toEqual(['ip keepalived', 'ip tandem_fnat']);
  expect(one.views).toMatchObject({
    closed: { held: ['192.0.2.10'] },
    'full-nat': { wanted: [KEY], held: [KEY], place: 'table tandem_fnat of nftables' },
  });
  expect(facts).toMatchObject([
    { id: 'firewall.applied', purpose: 'closed' },
    { id: 'firewall.applied', purpose: 'full-nat', addresses: [KEY] },
  ]);
});

test('nothing is called where nothing is asked for, or what it is for does not run', async () => {
  await rules().start(configOf('NAT', 'accept'));
  await rules({ vrrp: false, health: false }).start(configOf('FNAT'));
  expect(tools.calls).toEqual([]);
});

test('a reload leaves the rules of services alone while the health process is silent', async () => {
  const one = rules();
  await one.start(configOf('FNAT'));
  const next = configOf('NAT', 'accept');
  await one.prepare(next);
  one.settle(next, ['health']);
  await one.removeBehindVrrp();
  expect(tables()).toEqual(['ip tandem_fnat']);
  one.settle(next, []);
  await vi.waitFor(() => expect(tables()).toEqual([]));
});

test('a stop opens addresses first, and removes what services need behind them', async () => {
  const one = rules();
  await one.start(configOf('FNAT'));
  await one.removeBehindVrrp();
  expect(tables()).toEqual(['ip tandem_fnat']);
  expect(await one.removeBehindServices(true)).toBe(true);
  expect(tables()).toEqual(['ip tandem_fnat']);
  expect(await one.removeBehindServices(false)).toBe(true);
  expect(tables()).toEqual([]);
});

test('a successor knows where rules stand, and removes those that it does not want', async () => {
  const one = rules();
  await one.start(configOf('FNAT'));
  const other = rules();
  other.inherit(one.places);
  await other.start(configOf('NAT', 'accept'));
  expect(tables()).toEqual([]);
});

test('where nftables does not do, iptables translates', async () => {
  tools.nftRefuses = 'Operation not supported';
  const one = rules();
  await one.start(configOf('FNAT', 'accept'));
  expect(one.views['full-nat']).toMatchObject({ held: [KEY], place: 'table nat of iptables' });
  expect(facts).toMatchObject([
    { purpose: 'full-nat', instead: 'nftables: Operation not supported' },
  ]);
});

test('a service whose rules cannot be written is named', async () => {
  for (const program of ['nft', 'iptables-save', 'iptables-legacy-save'])
    tools.missing.add(program);
  await rules().start(configOf('FNAT', 'accept'));
  expect(facts).toMatchObject([{ id: 'firewall.failed', purpose: 'full-nat', addresses: [KEY] }]);
});
