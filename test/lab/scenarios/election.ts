/**
 * Two routers and an address, without IPVS: who holds it, how it moves when the master is killed, returns, or is stopped in order, and what
 * that looks like on the wire and to a client. Each router answers HTTP itself, so the client sees who serves. Runs on any kernel
 * with network namespaces.
 */
import { advertisements, type SeenAdvertisement, settle } from '../kit/advertisements.ts';
import { startCapture } from '../kit/capture.ts';
import { vrrpConfiguration } from '../kit/configurations.ts';
import { createDirector } from '../kit/directors/create.ts';
import type { Director, RouterKind } from '../kit/directors/director.ts';
import { frrConfiguration, prepareFrr, virtualMac } from '../kit/directors/frr.ts';
import { expectWithin } from '../kit/expect.ts';
import { startHttpClient } from '../kit/http-client.ts';
import { Lab } from '../kit/lab.ts';
import {
  MOVEMENT_FILTER,
  type Movement,
  PATIENT_NEIGHBOUR_TABLE,
  watchMovement,
} from '../kit/movement.ts';
import type { LabNode } from '../kit/node.ts';
import { firstAnswer } from '../kit/request-record.ts';
import { startWebServers } from '../kit/web-server.ts';
import { SETTLE_MS_MAX } from './limits.ts';

/** The two routers and how they speak. */
export interface ElectionOptions {
  /** Working directory name under `.lab`. */
  readonly name: string;
  /** Program with priority 200, and program with priority 100. */
  readonly programs: readonly [RouterKind, RouterKind];
  readonly version: 2 | 3;
  /** PASS authentication, version 2 only. */
  readonly password?: string;
  readonly advertSeconds: number;
}

/** What was seen. */
export interface ElectionFacts {
  /** First router killed with SIGKILL: to the second. */
  readonly killed: Movement;
  /** First router started again: back. */
  readonly returned: Movement;
  /** First router stopped in order: to the second. */
  readonly stopped: Movement;
  /** Whether the first router, stopped, still holds the address. */
  readonly holdsAfterStop: boolean;
  readonly advertisements: readonly SeenAdvertisement[];
}

/** Names, addresses and priorities of the routers. */
export const ELECTION = {
  vip: '10.1.0.100',
  vrid: 51,
  first: { name: 'lb01', address: '10.1.0.1', priority: 200 },
  second: { name: 'lb02', address: '10.1.0.2', priority: 100 },
} as const;

/** Milliseconds between two requests of the client: the precision of what it sees. */
const REQUEST_INTERVAL_MS = 20;

/** Runs an election and three movements. */
export async function runElection(options: ElectionOptions): Promise<ElectionFacts> {
  const { vip, first, second } = ELECTION;
  const lan = (address: string) => ({ eth0: { segment: 'lan', addresses: [`${address}/24`] } });
  const lab = await Lab.open({
    name: options.name,
    topology: {
      nodes: {
        [first.name]: { links: lan(first.address) },
        [second.name]: { links: lan(second.address) },
        client: { links: lan('10.1.0.50'), sysctls: PATIENT_NEIGHBOUR_TABLE },
      },
    },
  });
  try {
    const [one, two, client] = [lab.node(first.name), lab.node(second.name), lab.node('client')];
    await startWebServers([one, two]);
    const wire = await startCapture(client, { device: 'eth0', filter: MOVEMENT_FILTER });
    const routers = [
      createDirector(options.programs[0], one),
      createDirector(options.programs[1], two),
    ] as const;
    const start = (index: 0 | 1): Promise<void> => startRouter(routers[index], index, options);
    await Promise.all([start(0), start(1)]);

    const traffic = await startHttpClient(client, {
      url: `http://${vip}/`,
      everyMs: REQUEST_INTERVAL_MS,
      timeoutMs: 500,
    });
    const startMs = Date.now();
    const mac = (node: LabNode, index: 0 | 1): string =>
      options.programs[index] === 'frr' ? virtualMac(ELECTION.vrid) : node.mac('eth0');
    await expectWithin(
      `${one.name} serves`,
      async () =>
        (await client.neighbourMac(vip)) === mac(one, 0) &&
        firstAnswer(traffic.records(), { sinceMs: startMs, server: one.name }) !== undefined,
      { withinMs: SETTLE_MS_MAX },
    );
    await settle(wire, first.address, options.advertSeconds);

    const watch = { vip, client, wire, traffic };
    const move = (to: 0 | 1, cause: () => Promise<unknown>): Promise<Movement> => {
      const node = to === 0 ? one : two;
      return watchMovement(watch, {
        cause,
        to: node,
        mac: mac(node, to),
        server: node.name,
        withinMs: SETTLE_MS_MAX,
      });
    };
    const killed = await move(1, () => routers[0].kill());
    const returned = await move(0, () => start(0));
    await settle(wire, first.address, options.advertSeconds);
    const stopped = await move(1, () => routers[0].stop());
    return {
      killed,
      returned,
      stopped,
      holdsAfterStop: await one.holds(vip),
      advertisements: advertisements(wire),
    };
  } finally {
    await lab.close();
  }
}

async function startRouter(
  router: Director,
  index: 0 | 1,
  options: ElectionOptions,
): Promise<void> {
  const { vip, vrid, first, second } = ELECTION;
  const { version, advertSeconds } = options;
  const { priority } = index === 0 ? first : second;
  if (router.kind === 'frr') {
    const virtualRouter = { vrid, version, priority, advertMs: advertSeconds * 1000, vip };
    const isPrepared = (await router.node.addresses()).some((a) => a.device.startsWith('vrrp4'));
    if (!isPrepared) await prepareFrr(router.node, virtualRouter);
    await router.start(frrConfiguration(virtualRouter));
    return;
  }
  const state = index === 0 ? 'MASTER' : 'BACKUP';
  const password = options.password === undefined ? {} : { password: options.password };
  const values = { state, priority, vip, vrid, version, advertSeconds, ...password } as const;
  await router.start(vrrpConfiguration(values));
}
