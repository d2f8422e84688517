/**
 * Scenario B1: LVS-NAT. The director stands between the clients' network and the servers', and translates both ways; one server listens on
 * another port than the service. A second director takes over in the middle of a download.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setUpDirectors } from '../kit/director-setup.ts';
import { createDirector } from '../kit/directors/create.ts';
import { type DownloadFacts, startDownload } from '../kit/download-client.ts';
import { expectWithin } from '../kit/expect.ts';
import {
  type IpvsCounters,
  type IpvsService,
  readIpvs,
  readIpvsCounters,
} from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import type { LabNode } from '../kit/node.ts';
import { CONF_DIRECTORY } from '../kit/paths.ts';
import { masquerading } from '../kit/real-server.ts';
import { type Answer, ask } from '../kit/requests.ts';
import type { TopologySpec } from '../kit/topology.ts';
import { WebServer } from '../kit/web-server.ts';
import { BYTES_AFTERWARDS, DOWNLOAD, waitUntilSynchronised } from './downloads.ts';
import { SETTLE_MS_MAX } from './limits.ts';
import type { Scenario } from './scenario.ts';

const VIP = '1.1.1.1';
const GATEWAY = '192.168.1.1';

/** What the scenario saw. */
export interface NatFacts {
  readonly answers: readonly Answer[];
  readonly table: readonly IpvsService[];
  readonly counters: readonly IpvsCounters[];
  /** A download during which lb01 dies. */
  readonly download: DownloadFacts;
}

const director = (host: number): TopologySpec['nodes'][string] => ({
  links: {
    eth0: { segment: 'outside', addresses: [`1.1.1.${host}/24`] },
    eth1: { segment: 'inside', addresses: [`192.168.1.${host}/24`] },
  },
});

const topology: TopologySpec = {
  nodes: {
    lb01: director(2),
    lb02: director(3),
    web01: {
      links: { eth0: { segment: 'inside', addresses: ['192.168.1.10/24'] } },
      ...masquerading(GATEWAY),
    },
    web02: {
      links: { eth0: { segment: 'inside', addresses: ['192.168.1.20/24'] } },
      ...masquerading(GATEWAY),
    },
    client: { links: { eth0: { segment: 'outside', addresses: ['1.1.1.100/24'] } } },
  },
};

/** Runs scenario B1. */
export const natScenario: Scenario<NatFacts> = async (context) => {
  const lab = await Lab.open({ name: 'b1', topology, directory: context.directory });
  try {
    const [lb01, lb02, client] = [lab.node('lb01'), lab.node('lb02'), lab.node('client')];
    const servers = [new WebServer(lab.node('web01'), 80), new WebServer(lab.node('web02'), 8080)];
    await Promise.all(servers.map((server) => server.start()));
    const [first, second] = [lb01, lb02].map((node) => createDirector(context.director, node));
    const sample = join(CONF_DIRECTORY, 'b1.conf');
    await setUpDirectors([lb01, lb02], sample);
    const text = readFileSync(sample, 'utf8');
    const other = text
      .replace('router_id lb01', 'router_id lb02')
      .replaceAll('priority 150', 'priority 100');
    await Promise.all([first?.start(text), second?.start(other)]);
    context.log('waiting for both virtual addresses and both servers');
    const table = await waitUntilServing(lb01);
    const answers = await ask(client, `http://${VIP}/`, { count: 4 });
    const counters = await expectWithin(
      'the counters show four connections',
      async () => {
        const read = await readIpvsCounters(lb01);
        return read.reduce((sum, c) => sum + c.connections, 0) >= 4 ? read : undefined;
      },
      { withinMs: SETTLE_MS_MAX },
    );

    context.log('a download begins');
    const download = await startDownload(client, { url: `http://${VIP}`, ...DOWNLOAD });
    await waitUntilSynchronised(lb02, `${VIP}:80`);
    context.log('killing lb01');
    await first?.kill();
    await lb01.ip('link set eth0 down', 'link set eth1 down');
    await waitUntilServing(lb02);
    const downloaded = await download.goesOn(BYTES_AFTERWARDS, { withinMs: SETTLE_MS_MAX });
    return { answers, table, counters: counters.value, download: downloaded };
  } finally {
    await lab.close();
  }
};

async function waitUntilServing(node: LabNode): Promise<readonly IpvsService[]> {
  const found = await expectWithin(
    `${node.name} holds both addresses and has both servers in the table`,
    async () => {
      const services = await readIpvs(node);
      const isComplete = services[0]?.destinations.length === 2;
      const holds = (await node.holds(VIP)) && (await node.holds(GATEWAY));
      return isComplete && holds ? services : undefined;
    },
    { withinMs: SETTLE_MS_MAX },
  );
  return found.value;
}
