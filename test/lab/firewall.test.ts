/**
 * Addresses that accept no packets, on the kernel of this machine: what a client reaches and what it does not, what stands in the kernel, and what
 * keeps it there. Two routers, one client on their segment, and a server behind them.
 */
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeepalivedDirector } from './kit/directors/keepalived.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import type { LabNode } from './kit/node.ts';
import { labDirectory } from './kit/paths.ts';
import { hasKeepalived, SAID, skipWithoutNamespaces } from './support.ts';

const WITHIN = { withinMs: 15_000 };
/** So long, at most, the instances wait for the rules at a start. */
const RULES_MS_MAX = 500;
const VIP = '10.1.0.100';
const VIP6 = 'fd00:1::100';
const LOCAL6 = 'fe80::100';
const SERVER = '10.2.0.9';

let lab: Lab;
let r1: LabNode;
let r2: LabNode;
let client: LabNode;
let tandem: TandemDirector;

beforeEach(async (context) => {
  skipWithoutNamespaces(context);
  const router = (host: number) => ({
    links: {
      eth0: { segment: 'lan0', addresses: [`10.1.0.${host}/24`, `fd00:1::${host}/64`] },
      eth1: { segment: 'lan1', addresses: [`10.2.0.${host}/24`] },
    },
    sysctls: { 'net.ipv4.ip_forward': 1 },
  });
  lab = await Lab.open({
    name: 'fw',
    topology: {
      nodes: {
        r1: router(1),
        r2: router(2),
        client: {
          links: { eth0: { segment: 'lan0', addresses: ['10.1.0.50/24', 'fd00:1::50/64'] } },
          ip: [`route add 10.2.0.0/24 via ${VIP}`],
        },
        server: {
          links: { eth0: { segment: 'lan1', addresses: [`${SERVER}/24`] } },
          ip: ['route add 10.1.0.0/24 via 10.2.0.1'],
        },
      },
    },
    directory: labDirectory('firewall'),
  });
  r1 = lab.node('r1');
  r2 = lab.node('r2');
  client = lab.node('client');
  tandem = new TandemDirector(r1);
});

afterEach(async () => {
  await lab?.close();
});

/** Two instances, IPv4 and IPv6, with two and a half advertisements in a second. */
function configuration(lines: string, globals: string = '', priority: number = 150): string {
  const instance = (name: string, vrid: number, addresses: readonly string[]): string => `
vrrp_instance ${name} {
    interface eth0
    virtual_router_id ${vrid}
    version 3
    advert_int 0.4
    priority ${priority}
    ${lines}
    virtual_ipaddress {
        ${addresses.join('\n        ')}
    }
}
`;
  return `global_defs {
    router_id r1
    ${globals}
}
${instance('V4', 7, [`${VIP}/24`])}${instance('V6', 8, [`${LOCAL6}/64`, `${VIP6}/64`])}`;
}

async function succeeds(node: LabNode, ...argv: readonly string[]): Promise<boolean> {
  return (await node.exec(argv, { allowFailure: true })).status === 0;
}

const pings = (address: string): Promise<boolean> =>
  succeeds(client, 'ping', '-n', '-c', '1', '-W', '1', address);

/** What a client notices of a router that holds the addresses. */
async function effect(router: LabNode) {
  await client.exec(['ip', 'neigh', 'flush', 'all']);
  const listener = await router.start('listener', [
    process.execPath,
    '-e',
    "require('node:net').createServer((s) => s.end()).listen(8080, '::')",
  ]);
  const connects = (address: string): Promise<boolean> =>
    succeeds(
      client,
      'curl',
      '-s',
      '--max-time',
      '1',
      '-o',
      '/dev/null',
      `telnet://${address}:8080`,
    );
  const isFound = async (address: string): Promise<boolean> =>
    (await client.neighbourMac(address)) === router.mac('eth0');
  const [ping, ping6, pingLocal, tcp, tcp6, own, from, forwards] = await Promise.all([
    pings(VIP),
    pings(VIP6),
    pings(`${LOCAL6}%eth0`),
    connects(VIP),
    connects(`[${VIP6}]`),
    pings(router === r1 ? '10.1.0.1' : '10.1.0.2'),
    succeeds(router, 'ping', '-n', '-c', '1', '-W', '1', '-I', VIP, '10.1.0.50'),
    pings(SERVER),
  ]);
  const found = {
    ...{ ping, ping6, pingLocal, tcp, tcp6, own, from, forwards },
    arp: await isFound(VIP),
    neighbour6: await isFound(VIP6),
    neighbourLocal: await isFound(LOCAL6),
  };
  listener.signal('SIGKILL');
  return found;
}

/** Nothing is accepted, all else works. */
const CLOSED = {
  ping: false,
  ping6: false,
  pingLocal: false,
  tcp: false,
  tcp6: false,
  arp: true,
  neighbour6: true,
  neighbourLocal: true,
  own: true,
  from: false,
  forwards: true,
};

async function expectMaster(node: LabNode): Promise<void> {
  for (const address of [VIP, VIP6, LOCAL6]) {
    await expectWithin(`${node.name} holds ${address}`, () => node.holds(address), WITHIN);
  }
}

const ruleset = async (node: LabNode = r1): Promise<string> =>
  (await node.exec(['nft', 'list', 'ruleset'])).stdout;

/** When a line of the log says it was written, milliseconds. */
const saidAt = (pattern: RegExp): number => {
  const line = (tandem.process?.text() ?? '').split('\n').find((one) => pattern.test(one)) ?? '';
  return Date.parse(line.slice(0, line.indexOf(' ')));
};

const expectRules = (pattern: RegExp) =>
  expectWithin(`rules ${pattern}`, async () => pattern.test(await ruleset()), WITHIN);

describe('no_accept', () => {
  it('drops packets to the addresses at the master; neighbours find them and traffic is forwarded (VR-AD-15, VR-AD-17)', async () => {
    await tandem.start(configuration('no_accept'));
    await expectMaster(r1);
    expect(await effect(r1)).toEqual(CLOSED);
    // Before the first instance starts, which waits for the program that sets them, but not for long.
    const stoodMs = saidAt(/are dropped: the rules stand/);
    const begunMs = saidAt(/INIT -> BACKUP/);
    const waitedMs = begunMs - saidAt(/ starts with /);
    expect(stoodMs <= begunMs || waitedMs >= RULES_MS_MAX, `${stoodMs} <= ${begunMs}`).toBe(true);
    const { firewall } = await tandem.status();
    expect(firewall).toMatchObject({
      inForce: true,
      place: 'table keepalived of nftables',
      dropped: expect.arrayContaining([VIP, VIP6, `${LOCAL6}%eth0`]),
    });
    expect(await tandem.metrics()).toContain('tandem_firewall_in_force 1');
    await tandem.stop();
    expect(await ruleset()).toBe('');
  });

  it('has the effect of keepalived with the same file', async (context) => {
    if (!hasKeepalived()) context.skip('the package keepalived is not installed');
    const keepalived = new KeepalivedDirector(r1);
    await keepalived.start(configuration('no_accept'));
    await expectMaster(r1);
    expect(await effect(r1)).toEqual(CLOSED);
    await keepalived.stop();
  });

  it('is what a reload makes it, without a lost mastership, and rules that are flushed come back (VR-AD-16)', async () => {
    await tandem.start(configuration('no_accept'));
    await expectMaster(r1);
    expect(await pings(VIP)).toBe(false);
    expect((await tandem.reload(configuration('accept'))).isAccepted).toBe(true);
    await expectWithin('the address answers', () => pings(VIP), WITHIN);
    expect(await ruleset()).toBe('');
    await tandem.reload(
      configuration('no_accept', 'nftables vrrp\n    nftables_counters\n    nftables_ifindex'),
    );
    expect(await pings(VIP)).toBe(false);
    expect(await ruleset()).toMatch(/table ip vrrp \{[\s\S]*counter packets \d+ bytes \d+ drop/);
    expect(await ruleset()).toContain('type ipv6_addr . iface_index');

    await r1.exec(['nft', 'flush', 'ruleset']);
    await expectRules(/table ip vrrp/);
    await expectRules(/table ip6 vrrp/);
    await expectWithin(
      'the status counts it',
      async () => (await tandem.status()).firewall?.repairs === 1,
      WITHIN,
    );
    await expect
      .poll(() => tandem.process?.text(), SAID)
      .toContain('somebody removed the rules in table vrrp of nftables');
    expect(tandem.process?.text()).not.toMatch(/MASTER -> /);
    await tandem.stop();
    expect(await ruleset()).toBe('');
  });

  it('outlives the vrrp process and the main process, and the next one adopts the rules', async () => {
    await tandem.start(configuration('no_accept', 'nftables_counters'));
    await expectMaster(r1);
    const vrrp = (await tandem.status()).components.find(({ name }) => name === 'vrrp')?.pid ?? 0;
    process.kill(vrrp, 'SIGKILL');
    expect(await ruleset()).toContain(`elements = { ${VIP} }`);
    await expectWithin(
      'another vrrp process',
      async () => (await tandem.instance('V4')).state === 'MASTER',
      WITHIN,
    );
    expect(await pings(VIP)).toBe(false);
    tandem.process?.signal('SIGKILL');
    await expectWithin('the addresses are gone', async () => !(await r1.holds(VIP)), WITHIN);
    expect(await ruleset()).toContain(`elements = { ${VIP} }`);
    await tandem.start(configuration('no_accept', 'nftables_counters'));
    await expectWithin(
      'the rules are adopted',
      () => /the rules stood already in table keepalived/.test(tandem.process?.text() ?? ''),
      WITHIN,
    );
    tandem.process?.signal('SIGKILL');
    // Nothing is to be closed any more: what the predecessor left goes.
    await tandem.start(configuration('accept'));
    await expectRules(/^$/);
    await tandem.stop();
  });

  it('with vrrp_iptables stands in chains, with sets where they are named, and goes without a trace', async (context) => {
    if (!existsSync('/usr/sbin/iptables-legacy'))
      context.skip('the package iptables is not installed');
    const saved = async (): Promise<string> => {
      const texts = await Promise.all(
        ['iptables-save', 'ip6tables-save', 'iptables-legacy-save', 'ip6tables-legacy-save'].map(
          (program) => r1.exec([program, '-t', 'filter'], { allowFailure: true }),
        ),
      );
      return texts.map(({ stdout }) => stdout).join('\n');
    };
    // As an administrator has it: chains that are linked by hand, in the tables of the older programs only.
    for (const program of ['iptables-legacy', 'ip6tables-legacy']) {
      await r1.exec([program, '-N', 'KIN']);
      await r1.exec([program, '-I', 'INPUT', '-j', 'KIN']);
    }
    const names = existsSync('/usr/sbin/ipset') ? 'vrrp_ipsets v4 v6 local' : '';
    await tandem.start(configuration('no_accept', `vrrp_iptables KIN\n    ${names}`));
    await expectMaster(r1);
    expect(await saved()).toContain('-A KIN -j tandem-in');
    // Without a chain for the way out, packets from the address leave; the answer is dropped.
    expect(await effect(r1)).toEqual(CLOSED);
    expect((await tandem.status()).firewall).toMatchObject({ inForce: true });
    await r1.exec(['iptables-legacy', '-F', 'KIN']);
    await expectWithin('the jump is back', async () => /-A KIN -j tandem-in/.test(await saved()), {
      withinMs: 30_000,
    });
    await tandem.stop();
    expect(await saved()).not.toContain('tandem');
    if (names !== '') expect((await r1.exec(['ipset', 'list', '-n'])).stdout).toBe('');
  });
});

it('strict mode goes with keepalived in both roles, version 2 and version 3', async (context) => {
  if (!hasKeepalived()) context.skip('the package keepalived is not installed');
  const versions = [2, 3] as const;
  const address = (version: number): string => `10.1.0.10${version}`;
  const strict = (priority: number): string => `global_defs {
    vrrp_strict
}
${versions
  .map(
    (version) => `vrrp_instance V${version} {
    state BACKUP
    interface eth0
    virtual_router_id ${version}
    version ${version}
    priority ${priority}
    advert_int 1
    virtual_ipaddress {
        ${address(version)}/24
    }
}
`,
  )
  .join('')}`;
  const expectHolder = async (node: LabNode, other: LabNode): Promise<void> => {
    for (const version of versions) {
      await expectWithin(
        `${node.name} alone holds ${address(version)}`,
        async () => (await node.holds(address(version))) && !(await other.holds(address(version))),
        WITHIN,
      );
      expect(await pings(address(version))).toBe(false);
    }
  };
  const keepalived = new KeepalivedDirector(r2);
  await Promise.all([tandem.start(strict(200)), keepalived.start(strict(100))]);
  await expectHolder(r1, r2);
  await tandem.stop();
  await expectHolder(r2, r1);
  // keepalived gives way to the higher priority.
  await tandem.start(strict(200));
  await expectHolder(r1, r2);
  for (const version of versions) {
    expect((await tandem.instance(`V${version}`)).conflicts).toEqual([]);
  }
});
