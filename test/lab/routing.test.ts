/**
 * Routes, rules and static entries in the kernel: line by line what Debian's keepalived makes of the same file, and then what only a
 * running director shows: removal by others, reload, a process that is killed, interfaces that go down, the stop.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KeepalivedDirector } from './kit/directors/keepalived.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import type { LabNode } from './kit/node.ts';
import { labDirectory } from './kit/paths.ts';
import type { LabProcess } from './kit/process.ts';
import { signalProcess } from './kit/process-tree.ts';
import { hasKeepalived, skipWithoutNamespaces } from './support.ts';

const WITHIN_MS = 20_000;

/** Lines that keepalived 2.2.7 and Tandem make the same of. */
const ROUTES = [
  '10.1.0.0/16 via 192.0.2.254 dev eth0',
  '10.2.0.0/16 dev eth0',
  '10.3.0.0/16 via 192.0.2.254',
  '10.4.0.0/16 via 192.0.2.254 dev eth0 table 100 metric 5',
  'blackhole 10.6.0.0/16',
  'unreachable 10.7.0.0/16',
  'prohibit 10.8.0.0/16',
  'throw 10.9.0.0/16',
  '10.10.0.0/16 table 1000 nexthop via 192.0.2.254 dev eth0 weight 2 nexthop via 192.0.2.253 dev eth0 weight 5',
  '10.11.0.0/16 dev eth0 scope link',
  '10.12.0.0/16 via 192.0.2.254 dev eth0 tos 0x10',
  '10.13.0.0/16 via 192.0.2.254 dev eth0 src 192.0.2.100',
  '10.14.0.0/16 via 192.0.2.254 dev eth0 realms 3/4',
  '10.15.0.0/16 via 198.51.100.9 dev eth0 onlink',
  '10.16.0.0/16 via 192.0.2.254 dev eth0 mtu 1400 advmss 1300',
  '10.17.0.0/16 via 192.0.2.254 dev eth0 mtu lock 1400 cwnd 7 rtt 300ms rttvar 300ms rto_min 400ms ssthresh 9 window 1000 initcwnd 11 initrwnd 12 hoplimit 33 quickack 1 reordering 5 features ecn fastopen_no_cookie 1 congctl cubic',
  '10.18.0.0/16 via 192.0.2.254 dev eth0 protocol static no_track',
  '10.20.0.0/16 via 192.0.2.254 dev eth0 encap ip id 5 dst 203.0.113.1 ttl 7 tos 8',
  '10.24.0.0/16 via 192.0.2.254 dev eth0 append',
  '10.25.0.0/16 via 192.0.2.254 dev eth0 congctl lock reno',
  'default via 192.0.2.254 dev eth0',
  '2001:db8:1::/48 via 2001:db8::254 dev eth0',
  '2001:db8:2::/48 dev eth0',
  '2001:db8:3::/48 via 2001:db8::254 dev eth0 metric 77 table 200 pref high',
  '2001:db8:5::/48 from 2001:db8:9::/48 via 2001:db8::254 dev eth0',
  'unreachable 2001:db8:6::/48',
  'blackhole 2001:db8:7::/48',
  '2001:db8:8::/48 nexthop via 2001:db8::254 dev eth0 weight 2 nexthop via 2001:db8::253 dev eth0',
  '2001:db8:a::/48 via 2001:db8::254 dev eth0 mtu 1300 hoplimit 9 encap ip6 id 5 dst 2001:db8::1 hoplimit 6',
  'default via 2001:db8::254 dev eth0',
];

const RULES = [
  'from 10.1.0.0/16 table 100 preference 500',
  'to 10.2.0.0/16 table 100 preference 501',
  'from 10.1.0.0/16 to 10.3.0.0/16 lookup main preference 502',
  'not from 10.4.0.0/16 table 100 preference 503',
  'fwmark 0x10/0xff table 100 preference 504',
  'fwmark 7 table 1000 preference 505',
  'iif eth0 table 100 preference 506',
  'oif eth0 table 100 preference 507',
  'tos 0x10 table 100 preference 508',
  'from 10.5.0.0/16 blackhole preference 509',
  'from 10.6.0.0/16 prohibit preference 510',
  'from 10.7.0.0/16 unreachable preference 511',
  'from 10.8.0.0/16 goto 600 preference 512',
  'from 10.9.0.0/16 nop preference 513',
  'table 100 suppress_prefixlength 0 preference 514',
  'table 100 suppress_ifgroup 3 preference 515',
  'uidrange 100-200 table 100 preference 516',
  'ipproto tcp sport 100-200 dport 80-80 table 100 preference 517',
  'tunnel-id 99 table 100 preference 518',
  'l3mdev preference 519',
  'from 10.1.0.0/16 realms 3/4 table 100 preference 520',
  'from 2001:db8:1::/48 table 200 preference 521',
  'inet6 x iif eth0 table 200 preference 522',
  'to 10.99.0.0/16 table 100',
  'to 10.98.0.0/16 table 100',
];

/** What keepalived 2.2.7 asks of the kernel in vain, and Tandem gets: the scope that the kernel wants, a gateway of another family, `or`. */
const BETTER: readonly (readonly [line: string, shown: RegExp])[] = [
  ['local 10.5.0.1 dev eth0', /^2 10\.5\.0\.1 dev eth0 table 254 proto 18 scope 254/m],
  ['broadcast 10.5.0.255 dev eth0', /^3 10\.5\.0\.255 dev eth0 table 254 proto 18 scope 253/m],
  ['10.19.0.0/16 via inet6 fe80::9 dev eth0', /^1 10\.19\.0\.0\/16 via inet6 fe80::9 dev eth0/m],
];

const STATICS = `
static_ipaddress {
    198.51.100.1/24 dev eth1
    2001:db8:77::1/64 dev eth1 home
    2001:db8:78::1/64 dev eth1 -nodad mngtmpaddr
    2001:db8:79::1/128 dev eth1
    2001:db8:7b::1/64 dev eth1 noprefixroute
}
static_routes {
    10.50.0.0/16 via 198.51.100.254 dev eth1
    2001:db8:50::/48 dev eth1
}
static_rules {
    from 10.50.0.0/16 table 100 preference 700
}
`;

interface Part {
  readonly name?: string;
  readonly vrid?: number;
  readonly vip?: string;
  readonly routes?: readonly string[];
  readonly rules?: readonly string[];
}

function instance({
  name = 'V',
  vrid = 5,
  vip = '192.0.2.100/24',
  routes = [],
  rules = [],
}: Part): string {
  const block = (word: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `    ${word} {\n        ${lines.join('\n        ')}\n    }\n`;
  return `vrrp_instance ${name} {
    interface eth0
    virtual_router_id ${vrid}
    priority 200
    advert_int 1
    virtual_ipaddress {
        ${vip}
    }
${block('virtual_routes', routes)}${block('virtual_rules', rules)}}
`;
}

const SAME = STATICS + instance({ routes: ROUTES, rules: RULES });

let lab: Lab;
let ours: LabNode;
let director: TandemDirector;

async function ip(node: LabNode, ...words: readonly string[]): Promise<string> {
  return (await node.exec(['ip', ...words], { allowFailure: true })).stdout;
}

/** All routes and rules that are not the kernel's, as numbers. */
async function shown(node: LabNode): Promise<string> {
  const lists = [
    await ip(node, '-N', '-d', '-4', 'route', 'show', 'table', 'all'),
    await ip(node, '-N', '-d', '-6', 'route', 'show', 'table', 'all'),
    await ip(node, '-N', '-d', '-4', 'rule'),
    await ip(node, '-N', '-d', '-6', 'rule'),
  ];
  const lines = lists.flatMap((list) => list.split('\n').map((line) => line.trimEnd()));
  return lines.filter((line) => line !== '' && !/proto 2\b|^5 /.test(line)).join('\n');
}

async function addresses(node: LabNode): Promise<string[]> {
  const text = await ip(node, '-o', 'address', 'show', 'dev', 'eth1', 'scope', 'global');
  return text.split('\n').flatMap((line) => /inet6? (.*?) *\\/.exec(line)?.[1] ?? []);
}

async function master(node: LabNode, vip = '192.0.2.100'): Promise<void> {
  await expectWithin(`${node.name} holds ${vip}`, () => node.holds(vip), { withinMs: WITHIN_MS });
}

async function waitFor(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  await expectWithin(what, isSo, { withinMs: WITHIN_MS });
}

const log = (): string => director.process?.text() ?? '';
const has = async (text: string): Promise<boolean> => (await shown(ours)).includes(text);

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  const links = (lan: string) => ({
    eth0: { segment: lan, addresses: ['192.0.2.1/24', '2001:db8::1/64'] },
    eth1: { segment: `${lan}b`, addresses: [] },
  });
  lab = await Lab.open({
    name: 'rt',
    topology: { nodes: { lb01: { links: links('lan1') }, lb02: { links: links('lan2') } } },
    directory: labDirectory('routing'),
  });
  ours = lab.node('lb01');
  director = new TandemDirector(ours);
  await director.start(SAME);
  await master(ours);
}, 90_000);

afterAll(async () => {
  await lab?.close();
});

beforeEach(skipWithoutNamespaces);

describe('beside keepalived', () => {
  it('the kernel has the same routes, rules and static entries from the same file', async (context) => {
    if (!hasKeepalived()) context.skip('keepalived is not installed');
    const theirs = lab.node('lb02');
    const keepalived = new KeepalivedDirector(theirs);
    await keepalived.start(SAME);
    await master(theirs);
    await waitFor(
      'both have set everything',
      async () => (await shown(ours)) === (await shown(theirs)),
    );
    expect((await shown(ours)).split('\n').length).toBeGreaterThan(ROUTES.length + RULES.length);
    await waitFor(
      'detection is over',
      async () => !(await addresses(ours)).join().includes('tentative'),
    );
    expect(await addresses(ours)).toEqual(await addresses(theirs));
    await keepalived.stop();
  }, 60_000);

  it('a status, and metrics, tell of all of them', async () => {
    const { vrrp } = await director.status();
    const [one] = vrrp.instances;
    expect(one?.routing.filter(({ set }) => set)).toHaveLength(ROUTES.length + RULES.length);
    expect(vrrp.statics.addresses.map(({ held }) => held)).toEqual(Array(5).fill(true));
    expect(vrrp.statics.routing.map(({ set }) => set)).toEqual([true, true, true]);
    expect(await director.metrics()).toContain('routing_present{vrrp="V",kind="route"} 30');
    expect((await director.run('status')).stdout).toMatch(/55 of 55 routes and rules set/);
  });
});

describe('a route that somebody removes', () => {
  it('is set again, with a line; a rule and static entries, too', async () => {
    await ip(ours, 'route', 'del', '10.1.0.0/16');
    await ip(ours, 'rule', 'del', 'preference', '500');
    await ip(ours, '-6', 'route', 'del', '2001:db8:1::/48');
    await ip(ours, 'route', 'del', '10.50.0.0/16');
    await ip(ours, 'address', 'del', '198.51.100.1/24', 'dev', 'eth1');
    for (const text of ['10.1.0.0/16', '500:', '2001:db8:1::/48', '10.50.0.0/16']) {
      await waitFor(`${text} is back`, () => has(text));
    }
    await waitFor('the address is back', async () =>
      (await addresses(ours)).join().includes('198.51.100.1/24'),
    );
    expect(log()).toMatch(
      /V: somebody else removed .*route 10\.1\.0\.0\/16 via 192\.0\.2\.254 dev eth0.*: set again/,
    );
    expect(log()).toMatch(/static entries: somebody else removed route 10\.50\.0\.0\/16/);
    expect(await director.instance('V')).toMatchObject({ state: 'MASTER' });
  });

  it('stays away with no_track, until the next change of state', async () => {
    await ip(ours, 'route', 'del', '10.18.0.0/16');
    await waitFor('the log says so', () =>
      /10\.18\.0\.0\/16 .*not tracked \(no_track\)/.test(log()),
    );
    expect(await has('10.18.0.0/16')).toBe(false);
  });
});

describe('a reload', () => {
  it('changes what differs, and nothing else', async () => {
    const monitor: LabProcess = await ours.start('monitor', ['ip', 'monitor', 'route', 'rule']);
    const routes = [
      ...ROUTES.slice(1),
      '10.1.0.0/16 via 192.0.2.253 dev eth0',
      ...BETTER.map(([line]) => line),
    ];
    expect(await director.reload(STATICS + instance({ routes, rules: RULES }))).toMatchObject({
      isAccepted: true,
    });
    await waitFor('the new way', () => has('10.1.0.0/16 via 192.0.2.253'));
    await waitFor('the old one is gone', async () => !(await has('10.1.0.0/16 via 192.0.2.254')));
    for (const [line, text] of BETTER) {
      await waitFor(line, async () => text.test(await shown(ours)));
    }
    await waitFor('the monitor is up to date', () =>
      monitor.text().includes('Deleted 10.1.0.0/16'),
    );
    const changed = monitor
      .text()
      .split('\n')
      .filter((line) => /^(Deleted )?(\d|local|broadcast)/.test(line));
    expect(changed.filter((line) => !/10\.(1|5|19|18)\./.test(line))).toEqual([]);
    await monitor.stop();
  });
});

describe('the vrrp process is killed', () => {
  it('and its successor adopts every route', async () => {
    const before = await shown(ours);
    const monitor = await ours.start('monitor2', ['ip', 'monitor', 'route', 'rule']);
    signalProcess(await director.untilSpare(), 'SIGKILL');
    await waitFor('another one runs', () => /vrrp: started again/.test(log()));
    await waitFor('and holds them', async () => {
      const { state, routing } = await director.instance('V');
      return state === 'MASTER' && routing.length > 0 && routing.every(({ set }) => set === true);
    });
    expect(await shown(ours)).toBe(before);
    expect(monitor.text()).not.toContain('Deleted');
    await monitor.stop();
  });
});

describe('an interface goes down', () => {
  const TEXT = `track_group G {
    group {
        W
    }
}
static_routes {
    10.60.0.0/16 dev eth1 track_group G
}
${instance({ routes: ['10.1.0.0/16 dev eth1'] })}
${instance({ name: 'U', vrid: 6, vip: '192.0.2.101/24', routes: ['10.2.0.0/16 dev eth1 no_track'] })}
${instance({ name: 'W', vrid: 8, vip: '192.0.2.103/24' })}
`;

  it('and what tracks a route over it is in FAULT; when it is up again, all is set again', async () => {
    expect(await director.reload(TEXT)).toMatchObject({ isAccepted: true });
    for (const vip of ['192.0.2.100', '192.0.2.101', '192.0.2.103']) await master(ours, vip);
    expect(await has('10.50.0.0/16')).toBe(false);
    await ip(ours, 'link', 'set', 'eth1', 'down');
    await waitFor('V is in FAULT', async () => (await director.instance('V')).state === 'FAULT');
    expect(await director.instance('V')).toMatchObject({
      reason: 'routing-interface',
      cause: 'eth1, the interface of route 10.1.0.0/16 dev eth1, is administratively down',
    });
    expect(await director.instance('W')).toMatchObject({ state: 'FAULT', reason: 'track-group' });
    expect(await director.instance('U')).toMatchObject({ state: 'MASTER' });
    await ip(ours, 'link', 'set', 'eth1', 'up');
    for (const text of ['10.1.0.0/16', '10.2.0.0/16', '10.60.0.0/16']) {
      await waitFor(`${text} is back`, () => has(text));
    }
  });
});

describe('the stop', () => {
  it('removes everything', async () => {
    await director.stop();
    expect(await shown(ours)).toBe('');
    expect(await addresses(ours)).toEqual([]);
    expect(director.process?.end).toMatchObject({ status: 0 });
  });
});
