/**
 * Scenario E, Full-NAT: servers that know of nothing, from the sample conf/features/full-nat on two directors.
 * What servers see as client moves together with the address of the service.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectDirectorIsReady, setUpDirectors } from '../kit/director-setup.ts';
import { TandemDirector } from '../kit/directors/tandem.ts';
import { type Download, type DownloadFacts, startDownload } from '../kit/download-client.ts';
import { expectWithin } from '../kit/expect.ts';
import { type IpvsService, readIpvs } from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import type { LabNode } from '../kit/node.ts';
import { CONF_DIRECTORY } from '../kit/paths.ts';
import { type Answer, ask } from '../kit/requests.ts';
import type { TopologySpec } from '../kit/topology.ts';
import { startWebServers } from '../kit/web-server.ts';
import { BYTES_AFTERWARDS, DOWNLOAD, waitUntilSynchronised } from './downloads.ts';
import { SETTLE_MS_MAX } from './limits.ts';
import type { Scenario } from './scenario.ts';

const VIP = '192.0.2.10';
const PORT = 8080;

/** What the scenario saw. */
export interface FullNatFacts {
  readonly table: readonly IpvsService[];
  /** Of the services, IPv4 and IPv6. */
  readonly answers: readonly Answer[];
  readonly answers6: readonly Answer[];
  /** Of the group of addresses, which one service by mark takes. */
  readonly gathered: readonly Answer[];
  /** Of a server itself, by way of the director. */
  readonly forwarded: readonly Answer[];
  /** What the status of lb01 says of the first service. */
  readonly status: unknown;
  /** Somebody emptied the chain of rules, and requests get answers again. */
  readonly repaired: readonly Answer[];
  /** After the death of lb01. */
  readonly afterDeath: readonly Answer[];
  /** A download during which lb01 died; undefined without conntrackd. */
  readonly download: DownloadFacts | undefined;
  /** What lb02 left when it was stopped. */
  readonly leftBehind: {
    readonly clean: boolean;
    readonly rules: string;
    readonly conntrack: string;
    readonly table: readonly IpvsService[];
  };
}

const director = (host: number): TopologySpec['nodes'][string] => ({
  links: {
    eth0: { segment: 'outside', addresses: [`192.0.2.${host}/24`, `2001:db8:1::${host}/64`] },
    eth1: { segment: 'inside', addresses: [`10.0.0.${host}/24`, `2001:db8:2::${host}/64`] },
  },
});

/** The servers have an address each, and no route to anywhere. */
const server = (host: number): TopologySpec['nodes'][string] => ({
  links: {
    eth0: { segment: 'inside', addresses: [`10.0.0.${host}/24`, `2001:db8:2::${host}/64`] },
  },
});

const topology: TopologySpec = {
  nodes: {
    lb01: director(5),
    lb02: director(6),
    web01: server(7),
    web02: server(8),
    client: {
      links: {
        eth0: { segment: 'outside', addresses: ['192.0.2.50/24', '2001:db8:1::50/64'] },
      },
    },
  },
};

/** Runs it. */
export const fullNatScenario: Scenario<FullNatFacts> = async (context) => {
  const lab = await Lab.open({ name: 'e', topology, directory: context.directory });
  try {
    const [lb01, lb02, client] = [lab.node('lb01'), lab.node('lb02'), lab.node('client')];
    await startWebServers([lab.node('web01'), lab.node('web02')], PORT);
    const [first, second] = [new TandemDirector(lb01), new TandemDirector(lb02)];
    const sample = join(CONF_DIRECTORY, 'features', 'full-nat.conf');
    await setUpDirectors([lb01, lb02], sample);
    await expectDirectorIsReady(lb02, sample);
    const text = withGroup(readFileSync(sample, 'utf8'));
    const other = text
      .replace('router_id lb01', 'router_id lb02')
      .replace('priority 150', 'priority 100');
    await Promise.all([first.start(text), second.start(other)]);
    if (hasConntrackd()) for (const node of [lb01, lb02]) await startConntrackd(node);
    context.log('waiting for lb01 to serve');
    const table = await waitUntilServing(lb01);
    // Programs start slowly in a guest: a director that waited in vain writes the rules a little later.
    for (const one of [first, second]) await waitUntilTranslating(one);
    const answers = await ask(client, `http://${VIP}/`, { count: 4 });
    const gathered = await ask(client, `http://${VIP}:81/`, { count: 1 });
    const answers6 = await ask(client, 'http://[2001:db8:1::10]/', { count: 2 });
    const status = (await first.status()).virtualServers[0]?.fullNat;

    // What goes to a server itself is none of it.
    await client.exec(['ip', 'route', 'add', '10.0.0.0/24', 'via', '192.0.2.5']);
    await lab.node('web01').exec(['ip', 'route', 'add', '192.0.2.0/24', 'via', '10.0.0.5']);
    const forwarded = await ask(client, `http://10.0.0.7:${PORT}/`, { count: 1 });
    await lab.node('web01').exec(['ip', 'route', 'del', '192.0.2.0/24']);

    context.log('emptying the table of translations');
    await emptyRules(lb01);
    const repaired = await expectWithin(
      'the rules stand again',
      async () => {
        if (!(await rulesOf(lb01)).includes('10.0.0.10')) return undefined;
        const again = await ask(client, `http://${VIP}/`, { count: 2 });
        return again.every(({ seenAs }) => seenAs === '10.0.0.10') ? again : undefined;
      },
      { withinMs: SETTLE_MS_MAX, everyMs: 500 },
    );

    let download: Download | undefined;
    if (hasConntrackd()) {
      context.log('a download begins');
      download = await startDownload(client, { url: `http://${VIP}`, ...DOWNLOAD });
      await waitUntilSynchronised(lb02, `${VIP}:80`);
      await waitUntilTranslated(lb02);
    }
    context.log('killing lb01');
    await first.kill();
    await lb01.ip('link set eth0 down', 'link set eth1 down');
    await waitUntilServing(lb02);
    const afterDeath = await expectWithin(
      'lb02 serves with the source that moved to it',
      async () => {
        const again = await ask(client, `http://${VIP}/`, { count: 2 });
        return again.every(({ server: name }) => name !== '') ? again : undefined;
      },
      { withinMs: SETTLE_MS_MAX, everyMs: 500 },
    );

    const downloaded = await download?.goesOn(BYTES_AFTERWARDS, { withinMs: SETTLE_MS_MAX });

    context.log('stopping lb02');
    const { clean } = await second.stop();
    return {
      table,
      answers,
      answers6,
      gathered,
      forwarded,
      status,
      repaired: repaired.value,
      afterDeath: afterDeath.value,
      download: downloaded,
      leftBehind: {
        clean,
        rules: await rulesOf(lb02),
        conntrack: (await lb02.exec(['cat', '/proc/sys/net/ipv4/vs/conntrack'])).stdout.trim(),
        table: await readIpvs(lb02),
      },
    };
  } finally {
    await lab.close();
  }
};

/** True when what tells directors about translations is installed, and what shows them. */
export function hasConntrackd(): boolean {
  return ['conntrackd', 'conntrack'].every((name) => existsSync(`/usr/sbin/${name}`));
}

/** Tells the other director about translations, from the sample. */
async function startConntrackd(node: LabNode): Promise<void> {
  const sample = readFileSync(join(CONF_DIRECTORY, 'features', 'full-nat.conntrackd'), 'utf8');
  const own = sample
    .replace('/run/lock/conntrackd.lock', join(node.runtimeDirectory, 'conntrackd.lock'))
    .replace('/run/conntrackd.sock', join(node.runtimeDirectory, 'conntrackd.sock'));
  const swapped = own
    .replace('IPv4_address 10.0.0.5', 'IPv4_address 10.0.0.6')
    .replace('IPv4_Destination_Address 10.0.0.6', 'IPv4_Destination_Address 10.0.0.5');
  const file = node.writeFile('conntrackd.conf', node.name === 'lb01' ? own : swapped);
  await node.start('conntrackd', ['conntrackd', '-C', file]);
}

/** Waits until a director knows the translation of a connection that the other one forwards. */
async function waitUntilTranslated(node: LabNode): Promise<void> {
  await expectWithin(
    `${node.name} knows the source of the connection`,
    async () => {
      const { stdout } = await node.exec(['conntrack', '-L', '-p', 'tcp', '--orig-dst', VIP]);
      return stdout
        .split('\n')
        .some((line) => line.includes('ESTABLISHED') && line.includes('dst=10.0.0.10'));
    },
    { withinMs: SETTLE_MS_MAX, everyMs: 200 },
  );
}

/** Waits until a director has seen its rules in the kernel. */
async function waitUntilTranslating(director: TandemDirector): Promise<void> {
  await expectWithin(
    `${director.node.name} translates and marks`,
    async () => {
      const { virtualServers } = await director.status();
      return virtualServers.every(
        ({ fullNat, gathered }) => fullNat?.inForce !== false && gathered?.inForce !== false,
      );
    },
    { withinMs: SETTLE_MS_MAX, everyMs: 500 },
  );
}

/** With a service of a group as well, whose packets are marked. */
function withGroup(text: string): string {
  return `${text.replace('global_defs {', 'global_defs {\n    nftables_ipvs')}
virtual_server_group G {
    192.0.2.10 81
}
virtual_server group G {
    lvs_sched rr
    lvs_method FNAT
    fnat_source 10.0.0.10
    protocol TCP
    real_server 10.0.0.8 ${PORT} {
    }
}
`;
}

/** Waits until a director holds the address and has both servers in the table. */
async function waitUntilServing(node: LabNode): Promise<readonly IpvsService[]> {
  const found = await expectWithin(
    `${node.name} holds ${VIP} with both servers`,
    async () => {
      if (!(await node.holds(VIP))) return undefined;
      const services = await readIpvs(node);
      const count = (address: string): number | undefined =>
        services.find((one) => one.address === address)?.destinations.length;
      const isComplete = count(`${VIP}:80`) === 2 && count('[2001:db8:1::10]:80') === 1;
      return isComplete ? services : undefined;
    },
    { withinMs: SETTLE_MS_MAX, everyMs: 100 },
  );
  return found.value;
}

/** All rules that translate or mark, in either program; a kernel has the one or the other. */
async function rulesOf(node: LabNode): Promise<string> {
  const programs = [
    ['nft', 'list', 'ruleset'],
    ['iptables-legacy-save', '-t', 'nat'],
    ['iptables-legacy-save', '-t', 'mangle'],
    ['ip6tables-legacy-save', '-t', 'nat'],
  ];
  const ends = await Promise.all(programs.map((argv) => node.exec(argv, { allowFailure: true })));
  return ends
    .flatMap(({ stdout }) => stdout.split('\n'))
    .filter((line) => /tandem|10\.0\.0\.10|2001:db8:2::10/.test(line))
    .join('\n');
}

async function emptyRules(node: LabNode): Promise<void> {
  await node.exec(['nft', 'flush', 'ruleset'], { allowFailure: true });
  await node.exec(['iptables-legacy', '-t', 'nat', '-F'], { allowFailure: true });
  await node.exec(['iptables-legacy', '-t', 'mangle', '-F'], { allowFailure: true });
}
