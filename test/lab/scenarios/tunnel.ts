/**
 * Scenario A: LVS-TUN with two real servers. The director wraps requests in IP-in-IP; the servers answer the client directly.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CapturedPacket, startCapture } from '../kit/capture.ts';
import { setUpDirectors } from '../kit/director-setup.ts';
import { createDirector } from '../kit/directors/create.ts';
import { expectWithin } from '../kit/expect.ts';
import { type IpvsService, readIpvs } from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import { CONF_DIRECTORY } from '../kit/paths.ts';
import { setUpRealServers } from '../kit/real-server.ts';
import { serversAsked } from '../kit/requests.ts';
import type { TopologySpec } from '../kit/topology.ts';
import { startWebServers } from '../kit/web-server.ts';
import { SETTLE_MS_MAX } from './limits.ts';
import type { Scenario } from './scenario.ts';

const VIP = '172.25.254.100';

/** What the scenario saw. */
export interface TunnelFacts {
  /** Servers that answered consecutive requests. */
  readonly sequence: readonly string[];
  /** IPVS table while serving. */
  readonly table: readonly IpvsService[];
  /** Packets of IP-in-IP, and bare requests to the virtual address, that arrived at a real server. */
  readonly tunnelledPackets: number;
  readonly barePackets: number;
}

const topology: TopologySpec = {
  modules: ['ipip'],
  nodes: {
    server1: { links: { eth0: { segment: 'lan', addresses: ['172.25.254.1/24'] } } },
    server2: { links: { eth0: { segment: 'lan', addresses: ['172.25.254.2/24'] } } },
    server3: { links: { eth0: { segment: 'lan', addresses: ['172.25.254.3/24'] } } },
    client: { links: { eth0: { segment: 'lan', addresses: ['172.25.254.250/24'] } } },
  },
};

/** Runs scenario A. */
export const tunnelScenario: Scenario<TunnelFacts> = async (context) => {
  const lab = await Lab.open({ name: 'a', topology, directory: context.directory });
  try {
    const director = createDirector(context.director, lab.node('server1'));
    const server2 = lab.node('server2');
    const servers = [server2, lab.node('server3')];
    const sample = join(CONF_DIRECTORY, 'a.conf');
    await setUpRealServers(servers, sample);
    await setUpDirectors([lab.node('server1')], sample);
    await startWebServers(servers);
    const capture = await startCapture(server2, {
      device: 'eth0',
      filter: `ip proto 4 or (ip and dst host ${VIP})`,
    });
    await director.start(readFileSync(sample, 'utf8'));
    context.log('waiting for the virtual address and both servers');
    const table = await expectWithin(
      'server1 holds the virtual address and both servers are in the table',
      async () => {
        const services = await readIpvs(director.node);
        const isComplete = services[0]?.destinations.length === 2;
        return isComplete && (await director.node.holds(VIP)) ? services : undefined;
      },
      { withinMs: SETTLE_MS_MAX },
    );
    const sequence = await serversAsked(lab.node('client'), `http://${VIP}/`, 6);
    const isTunnelled = (packet: CapturedPacket): boolean => packet.text.includes('proto IPIP (4)');
    await capture.waitFor('a tunnelled request', isTunnelled, { withinMs: SETTLE_MS_MAX });
    return {
      sequence,
      table: table.value,
      tunnelledPackets: capture.packets(isTunnelled).length,
      barePackets: capture.packets((packet) => !isTunnelled(packet)).length,
    };
  } finally {
    await lab.close();
  }
};
