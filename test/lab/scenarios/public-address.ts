/**
 * Scenarios B2 and C: LVS-DR in one segment, behind a machine that owns the only public address and forwards its port 80 to the virtual address.
 * B2 looks at the rotation over the servers; C at sessions that stick to a server and at a failed server that stays in the table with
 * weight 0.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setUpDirectors } from '../kit/director-setup.ts';
import { createDirector } from '../kit/directors/create.ts';
import type { Director } from '../kit/directors/director.ts';
import { expectWithin } from '../kit/expect.ts';
import { type IpvsService, readIpvs, weightsOf } from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import { CONF_DIRECTORY } from '../kit/paths.ts';
import { defaultRoute, setUpRealServers } from '../kit/real-server.ts';
import { type Answer, ask } from '../kit/requests.ts';
import type { TopologySpec } from '../kit/topology.ts';
import { startWebServers } from '../kit/web-server.ts';
import { DETECT_MS_MAX, SETTLE_MS_MAX } from './limits.ts';
import type { Scenario } from './scenario.ts';

/** Addresses of one of the two deployments. */
interface Deployment {
  readonly name: string;
  readonly publicAddress: string;
  readonly clients: readonly string[];
  /** Inside address of the machine in front. */
  readonly gateway: string;
  readonly director: string;
  readonly vip: string;
  readonly servers: readonly [string, string];
}

const B2: Deployment = {
  name: 'b2',
  publicAddress: '1.1.1.1',
  clients: ['1.1.1.100'],
  gateway: '192.168.10.1',
  director: '192.168.10.10',
  vip: '192.168.10.254',
  servers: ['192.168.10.2', '192.168.10.3'],
};

const C: Deployment = {
  name: 'c',
  publicAddress: '203.0.113.5',
  clients: ['203.0.113.100', '203.0.113.101'],
  gateway: '192.168.1.1',
  director: '192.168.1.160',
  vip: '192.168.1.169',
  servers: ['192.168.1.166', '192.168.1.167'],
};

/** What scenario B2 saw. */
export interface DirectRoutingFacts {
  readonly answers: readonly Answer[];
  readonly table: readonly IpvsService[];
}

/** What scenario C saw. */
export interface StickyFacts {
  readonly table: readonly IpvsService[];
  /** Answers to each of two clients, in order. */
  readonly answersByClient: readonly (readonly Answer[])[];
  /** The server that was then killed. */
  readonly killed: string;
  /** Weights, by `ADDRESS:PORT`, with that server down, and with it back. */
  readonly weightsDown: Readonly<Record<string, number>>;
  readonly weightsBack: Readonly<Record<string, number>>;
  /** Answers to a client that had no session yet, with that server down. */
  readonly answersDown: readonly Answer[];
}

/** Runs scenario B2. */
export const directRoutingScenario: Scenario<DirectRoutingFacts> = (context) =>
  withDeployment(B2, context, async ({ lab, table }) => ({
    answers: await ask(lab.node('client'), `http://${B2.publicAddress}/`, { count: 6 }),
    table,
  }));

/** Runs scenario C. */
export const stickyScenario: Scenario<StickyFacts> = (context) =>
  withDeployment(C, context, async ({ lab, director, table, servers }) => {
    const url = `http://${C.publicAddress}/`;
    const client = lab.node('client');
    const answersByClient: (readonly Answer[])[] = [];
    for (const source of C.clients) {
      answersByClient.push(await ask(client, url, { count: 3, source }));
    }
    const victim = servers[0];
    if (victim === undefined) throw new Error('no server to kill');
    context.log('killing a server and waiting for weight 0');
    await victim.kill();
    const down = await waitForWeights(director, C, [0, 1]);
    await client.ip(`address add ${NEWCOMER}/24 dev eth0`);
    const answersDown = await ask(client, url, { count: 2, source: NEWCOMER });
    await victim.start();
    const back = await waitForWeights(director, C, [1, 1]);
    return {
      table,
      answersByClient,
      killed: victim.node.name,
      weightsDown: down,
      weightsBack: back,
      answersDown,
    };
  });

/** A client address that first appears while a server is down. */
const NEWCOMER = '203.0.113.102';

interface Running {
  readonly lab: Lab;
  readonly director: Director;
  readonly servers: Awaited<ReturnType<typeof startWebServers>>;
  readonly table: readonly IpvsService[];
}

async function withDeployment<T>(
  deployment: Deployment,
  context: Parameters<Scenario<T>>[0],
  body: (running: Running) => Promise<T>,
): Promise<T> {
  const { directory } = context;
  const lab = await Lab.open({
    name: deployment.name,
    topology: topologyOf(deployment),
    directory,
  });
  try {
    const director = createDirector(context.director, lab.node('director'));
    await forwardPublicAddress(lab, deployment);
    const sample = join(CONF_DIRECTORY, `${deployment.name}.conf`);
    const nodes = [lab.node('web01'), lab.node('web02')];
    await setUpRealServers(nodes, sample);
    await setUpDirectors([lab.node('director')], sample);
    const servers = await startWebServers(nodes);
    await director.start(readFileSync(sample, 'utf8'));
    context.log('waiting for the virtual address and both servers');
    await waitForWeights(director, deployment, [1, 1]);
    await expectWithin(
      'the director holds the virtual address',
      () => director.node.holds(deployment.vip),
      { withinMs: SETTLE_MS_MAX },
    );
    return await body({ lab, director, servers, table: await readIpvs(director.node) });
  } finally {
    await lab.close();
  }
}

function topologyOf(d: Deployment): TopologySpec {
  const server = (address: string): TopologySpec['nodes'][string] => ({
    links: { eth0: { segment: 'lan', addresses: [`${address}/24`] } },
    ip: defaultRoute(d.gateway),
  });
  return {
    nodes: {
      router: {
        links: {
          wan0: { segment: 'wan', addresses: [`${d.publicAddress}/24`] },
          lan0: { segment: 'lan', addresses: [`${d.gateway}/24`] },
        },
        sysctls: { 'net.ipv4.ip_forward': 1 },
      },
      director: {
        links: { eth0: { segment: 'lan', addresses: [`${d.director}/24`] } },
        ip: [`route add default via ${d.gateway}`],
      },
      web01: server(d.servers[0]),
      web02: server(d.servers[1]),
      client: {
        links: { eth0: { segment: 'wan', addresses: d.clients.map((c) => `${c}/24`) } },
      },
    },
  };
}

/** Ordinary port forwarding on the machine in front; iptables-legacy, for kernels without nftables' IPv4 family. */
async function forwardPublicAddress(lab: Lab, d: Deployment): Promise<void> {
  const match = ['-d', d.publicAddress, '-p', 'tcp', '--dport', '80'];
  const rule = ['PREROUTING', ...match, '-j', 'DNAT', '--to-destination', `${d.vip}:80`];
  await lab.node('router').exec(['iptables-legacy', '-t', 'nat', '-A', ...rule]);
}

async function waitForWeights(
  director: Director,
  d: Deployment,
  weights: readonly [number, number],
): Promise<Readonly<Record<string, number>>> {
  const found = await expectWithin(
    `weights ${weights.join(' and ')}`,
    async () => {
      const seen = weightsOf(await readIpvs(director.node), `${d.vip}:80`);
      const matches = d.servers.every((s, index) => seen?.get(`${s}:80`) === weights[index]);
      return matches && seen !== undefined ? seen : undefined;
    },
    { withinMs: DETECT_MS_MAX, everyMs: 200 },
  );
  return Object.fromEntries(found.value);
}
