/**
 * What a changed file no longer has, while a connection is open through it: a virtual server that a reload takes away, a server and a virtual server
 * that are gone from the file of a start on the table of its predecessor. With kernel IPVS.
 */
import { ask } from '#product/cli/ask.js';
import { TandemDirector } from '../kit/directors/tandem.ts';
import { expectWithin } from '../kit/expect.ts';
import { readIpvs } from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import type { LabNode } from '../kit/node.ts';
import { type StreamClient, startStream } from '../kit/stream-client.ts';
import { startWebServers } from '../kit/web-server.ts';
import { holderOf, sample } from './drain.ts';
import { SETTLE_MS_MAX } from './limits.ts';
import { PAIR_VIP, pairTopology, waitUntilServing } from './pair.ts';
import type { Scenario } from './scenario.ts';

/** What the scenario saw. */
export interface LeavingFacts {
  /** Weights of the server with the connection, after each step; `gone`: its service is not in the table. */
  readonly serviceRemoved: Weight;
  readonly serviceBack: Weight;
  readonly startWithoutServer: Weight;
  readonly startWithoutService: Weight;
  readonly atTheEnd: Weight;
  /** State of the virtual server in the status, while it leaves. */
  readonly state: string | undefined;
  /** The connection, when it is let go. */
  readonly stream: { readonly pieces: number; readonly ended?: string };
}

/** Weight of a server in the table. */
export type Weight = number | 'gone';

/** Runs it. */
export const leavingScenario: Scenario<LeavingFacts> = async (context) => {
  const topology = pairTopology(['web01', 'web02']);
  const lab = await Lab.open({ name: 'lv', topology, directory: context.directory });
  try {
    const [lb01, client] = [lab.node('lb01'), lab.node('client')];
    await startWebServers([lab.node('web01'), lab.node('web02')]);
    const director = new TandemDirector(lb01);
    await director.start(sample());
    await waitUntilServing(lb01);
    await lb01.exec(['ipvsadm', '--set', '900', '2', '300']);
    const stream = await startStream(client, `http://${PAIR_VIP}/stream`);
    const server = await holderOf(lb01);
    const settled = async (weight: Weight): Promise<Weight> => {
      await expectWithin(
        `the weight of ${server} is ${weight}`,
        async () => (await weightOf(lb01, server)) === weight,
        { withinMs: SETTLE_MS_MAX, everyMs: 200 },
      );
      if (weight !== 'gone') await goesOn(stream);
      return weightOf(lb01, server);
    };

    context.log('a reload without the virtual server, and one with it');
    await reload(director, withoutService());
    const serviceRemoved = await settled(0);
    const state = (await director.status()).virtualServers[0]?.state;
    await reload(director, sample());
    const serviceBack = await settled(1);

    context.log(`killed, and started without ${server}`);
    await director.kill();
    await director.start(sample(server));
    const startWithoutServer = await settled(0);

    context.log('killed, and started without the virtual server');
    await reload(director, sample());
    await settled(1);
    await director.kill();
    await director.start(withoutService());
    const startWithoutService = await settled(0);
    const held = stream.state();
    await stream.end();
    const atTheEnd = await settled('gone');
    return {
      serviceRemoved,
      serviceBack,
      startWithoutServer,
      startWithoutService,
      atTheEnd,
      state,
      stream: held,
    };
  } finally {
    await lab.close();
  }
};

async function reload(director: TandemDirector, configuration: string): Promise<void> {
  director.node.writeFile('tandem.conf', configuration);
  const { runtimeDirectory: runtimeDir } = director.node;
  const reply = await ask(
    { command: 'reload', allowEmpty: true },
    { runtimeDir, timeoutMs: SETTLE_MS_MAX },
  );
  if (!reply.ok) throw new Error(`reload: ${reply.error.message}`);
}

async function goesOn(stream: StreamClient): Promise<void> {
  const before = stream.state().pieces;
  await expectWithin('the connection goes on', () => stream.state().pieces > before + 10, {
    withinMs: SETTLE_MS_MAX,
  });
}

async function weightOf(node: LabNode, server: string): Promise<Weight> {
  const service = (await readIpvs(node)).find(({ address }) => address === `${PAIR_VIP}:80`);
  const found = service?.destinations.find(({ address }) => address === `${server}:80`);
  return found?.weight ?? 'gone';
}

/** It holds the virtual address as before. */
function withoutService(): string {
  return sample().replace(/^virtual_server [\s\S]*?\n\}\n/m, '');
}
