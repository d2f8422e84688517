/**
 * Scenario B1: LVS-NAT. The director stands between the clients' network and the servers', and translates both ways; one server listens on
 * another port than the service.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDirector } from '../kit/directors/create.ts';
import { expectWithin } from '../kit/expect.ts';
import {
  type IpvsCounters,
  type IpvsService,
  readIpvs,
  readIpvsCounters,
} from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import { CONF_DIRECTORY } from '../kit/paths.ts';
import { masquerading } from '../kit/real-server.ts';
import { type Answer, ask } from '../kit/requests.ts';
import type { TopologySpec } from '../kit/topology.ts';
import { WebServer } from '../kit/web-server.ts';
import { SETTLE_MS_MAX } from './limits.ts';
import type { Scenario } from './scenario.ts';

const VIP = '1.1.1.1';
const GATEWAY = '192.168.1.1';

/** What the scenario saw. */
export interface NatFacts {
  readonly answers: readonly Answer[];
  readonly table: readonly IpvsService[];
  readonly counters: readonly IpvsCounters[];
}

const topology: TopologySpec = {
  nodes: {
    director: {
      links: {
        eth0: { segment: 'outside', addresses: ['1.1.1.2/24'] },
        eth1: { segment: 'inside', addresses: ['192.168.1.2/24'] },
      },
      sysctls: { 'net.ipv4.ip_forward': 1 },
    },
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
    const director = createDirector(context.director, lab.node('director'));
    const servers = [new WebServer(lab.node('web01'), 80), new WebServer(lab.node('web02'), 8080)];
    await Promise.all(servers.map((server) => server.start()));
    await director.start(readFileSync(join(CONF_DIRECTORY, 'b1.conf'), 'utf8'));
    context.log('waiting for both virtual addresses and both servers');
    const table = await expectWithin(
      'the director holds both addresses and has both servers in the table',
      async () => {
        const services = await readIpvs(director.node);
        const isComplete = services[0]?.destinations.length === 2;
        const holds = (await director.node.holds(VIP)) && (await director.node.holds(GATEWAY));
        return isComplete && holds ? services : undefined;
      },
      { withinMs: SETTLE_MS_MAX },
    );
    const answers = await ask(lab.node('client'), `http://${VIP}/`, { count: 4 });
    const counters = await expectWithin(
      'the counters show four connections',
      async () => {
        const read = await readIpvsCounters(director.node);
        return read.reduce((sum, c) => sum + c.connections, 0) >= 4 ? read : undefined;
      },
      { withinMs: SETTLE_MS_MAX },
    );
    return { answers, table: table.value, counters: counters.value };
  } finally {
    await lab.close();
  }
};
