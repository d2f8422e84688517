/**
 * Scenario D: a pair of directors with LVS-DR. The address and the traffic move when the master is killed, when it returns, when it is
 * stopped in order, and when it is started again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settle } from '../kit/advertisements.ts';
import { startCapture } from '../kit/capture.ts';
import { setUpDirectors } from '../kit/director-setup.ts';
import { createDirector } from '../kit/directors/create.ts';
import { expectWithin } from '../kit/expect.ts';
import { startHttpClient } from '../kit/http-client.ts';
import {
  type IpvsCounters,
  type IpvsService,
  readIpvs,
  readIpvsCounters,
  saveIpvs,
  weightsOf,
} from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import {
  MOVEMENT_FILTER,
  type Movement,
  type MovementWatch,
  PATIENT_NEIGHBOUR_TABLE,
  watchMovement,
} from '../kit/movement.ts';
import type { LabNode } from '../kit/node.ts';
import { CONF_DIRECTORY } from '../kit/paths.ts';
import { directRouting, setUpRealServers } from '../kit/real-server.ts';
import { isAnswered, type RequestRecord, spreadOf } from '../kit/request-record.ts';
import type { TopologySpec } from '../kit/topology.ts';
import { startWebServers } from '../kit/web-server.ts';
import { SETTLE_MS_MAX } from './limits.ts';
import type { Scenario } from './scenario.ts';

/** The virtual address of scenario D. */
export const PAIR_VIP = '10.0.0.3';

/** Client addresses: several, because each sticks to one server. */
export const PAIR_CLIENTS: readonly string[] = [100, 101, 102, 103, 104, 105].map(
  (n) => `10.0.0.${n}`,
);

/** What the scenario saw. */
export interface PairFacts {
  /** Milliseconds from the start of the directors until the client reached lb01. */
  readonly electedAfterMs: number;
  /** IPVS table of each director while lb01 is master. */
  readonly tables: Readonly<Record<string, readonly IpvsService[]>>;
  /** Answers by server before anything happens. */
  readonly spread: Readonly<Record<string, number>>;
  /** Servers that answered each client address before anything happens. */
  readonly serversByClient: Readonly<Record<string, readonly string[]>>;
  readonly counters: readonly IpvsCounters[];
  /** lb01 killed with SIGKILL: to lb02. */
  readonly killed: Movement;
  /** lb01 started again: back to lb01. */
  readonly returned: Movement;
  /** lb01 stopped in order: to lb02. */
  readonly stopped: Movement;
  /** What lb01 still had after its orderly stop. */
  readonly leftBehind: {
    readonly holdsVip: boolean;
    readonly ipvsRules: string;
    readonly clean: boolean;
  };
  /** lb01 started a second time: back to lb01. */
  readonly startedAgain: Movement;
}

/** The network of scenario D, with as many web servers as asked for, which are real servers already or have to be made that. */
export function pairTopology(
  webServers: readonly string[],
  are: 'set-up' | 'bare' = 'set-up',
): TopologySpec {
  const lan = (address: string): TopologySpec['nodes'][string]['links'] => ({
    eth0: { segment: 'lan', addresses: [`${address}/24`] },
  });
  const servers = webServers.map((name, index) => [
    name,
    { links: lan(`10.0.0.${7 + index}`), ...(are === 'set-up' && directRouting(PAIR_VIP)) },
  ]);
  return {
    nodes: {
      lb01: { links: lan('10.0.0.5') },
      lb02: { links: lan('10.0.0.6') },
      ...Object.fromEntries(servers),
      client: {
        links: {
          eth0: { segment: 'lan', addresses: PAIR_CLIENTS.map((address) => `${address}/24`) },
        },
        sysctls: PATIENT_NEIGHBOUR_TABLE,
      },
    },
  };
}

/** Runs scenario D. */
export const pairScenario: Scenario<PairFacts> = async (context) => {
  const topology = pairTopology(['web01', 'web02'], 'bare');
  const lab = await Lab.open({ name: 'd', topology, directory: context.directory });
  try {
    const [lb01, lb02, client] = [lab.node('lb01'), lab.node('lb02'), lab.node('client')];
    const servers = [lab.node('web01'), lab.node('web02')];
    await setUpRealServers(servers, join(CONF_DIRECTORY, 'd.lb01.conf'));
    await setUpDirectors([lb01, lb02], join(CONF_DIRECTORY, 'd.lb01.conf'));
    await startWebServers(servers);
    const first = createDirector(context.director, lb01);
    const second = createDirector(context.director, lb02);
    const startMs = Date.now();
    await Promise.all([first.start(sample('lb01')), second.start(sample('lb02'))]);
    context.log('waiting for lb01 to serve');
    await waitUntilServing(lb01);
    await waitUntilReachable(client, lb01);
    const electedAfterMs = Date.now() - startMs;

    const wire = await startCapture(client, { device: 'eth0', filter: MOVEMENT_FILTER });
    const traffic = await startHttpClient(client, {
      url: `http://${PAIR_VIP}/`,
      everyMs: 100,
      timeoutMs: 1000,
      sources: PAIR_CLIENTS,
    });
    const records = await expectWithin(
      'a first round of answers to every client address',
      () => {
        const answered = traffic.records().filter(isAnswered);
        return answered.length >= 3 * PAIR_CLIENTS.length ? [...answered] : undefined;
      },
      { withinMs: SETTLE_MS_MAX },
    );
    const tables = { lb01: await readIpvs(lb01), lb02: await readIpvs(lb02) };
    const counters = await expectWithin(
      'counters of both servers',
      async () => {
        const read = await readIpvsCounters(lb01);
        return read.length === 2 && read.every((c) => c.connections > 0) ? read : undefined;
      },
      { withinMs: SETTLE_MS_MAX },
    );

    const watch: MovementWatch = { vip: PAIR_VIP, client, wire, traffic };
    const move = (to: LabNode, cause: () => Promise<unknown>): Promise<Movement> =>
      watchMovement(watch, { cause, to, withinMs: SETTLE_MS_MAX });
    context.log('killing lb01');
    const killed = await move(lb02, () => first.kill());
    context.log('starting lb01');
    const returned = await move(lb01, () => first.start(sample('lb01')));
    await waitUntilServing(lb01);
    await settle(wire, '10.0.0.5', 1);
    context.log('stopping lb01');
    let clean = false;
    const stopped = await move(lb02, async () => {
      clean = (await first.stop()).clean;
    });
    const leftBehind = {
      holdsVip: await lb01.holds(PAIR_VIP),
      ipvsRules: await saveIpvs(lb01),
      clean,
    };
    context.log('starting lb01 again');
    const startedAgain = await move(lb01, () => first.start(sample('lb01')));
    return {
      electedAfterMs,
      tables,
      spread: Object.fromEntries(spreadOf(records.value)),
      serversByClient: serversByClient(records.value),
      counters: counters.value,
      killed,
      returned,
      stopped,
      leftBehind,
      startedAgain,
    };
  } finally {
    await lab.close();
  }
};

/** Waits until a director holds the virtual address and has all its real servers in the table. */
export async function waitUntilServing(director: LabNode, servers = 2): Promise<void> {
  await expectWithin(
    `${director.name} holds ${PAIR_VIP} with ${servers} servers`,
    async () => {
      if (!(await director.holds(PAIR_VIP))) return false;
      return weightsOf(await readIpvs(director), `${PAIR_VIP}:80`)?.size === servers;
    },
    { withinMs: SETTLE_MS_MAX, everyMs: 100 },
  );
}

/** Waits until a request of the client has been sent to this director and its neighbour table says so. */
async function waitUntilReachable(client: LabNode, director: LabNode): Promise<void> {
  await client.exec(['ping', '-c', '1', '-W', '2', PAIR_VIP]);
  await expectWithin(
    `${client.name} reaches ${PAIR_VIP} at ${director.name}`,
    async () => (await client.neighbourMac(PAIR_VIP)) === director.mac('eth0'),
    { withinMs: SETTLE_MS_MAX },
  );
}

/** The configuration of a director of the pair, which tell each other about connections. */
export function synchronisedSample(director: string): string {
  return sample(director).replace('global_defs {', 'global_defs {\n    lvs_sync_daemon eth0 VI_1');
}

function sample(director: string): string {
  return readFileSync(join(CONF_DIRECTORY, `d.${director}.conf`), 'utf8');
}

function serversByClient(records: readonly RequestRecord[]): Record<string, readonly string[]> {
  const sorted: Record<string, readonly string[]> = {};
  for (const source of PAIR_CLIENTS) {
    const own = records.filter((record) => record.source === source && isAnswered(record));
    sorted[source] = [...new Set(own.map((record) => record.server ?? ''))];
  }
  return sorted;
}
