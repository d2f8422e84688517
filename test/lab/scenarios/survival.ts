/**
 * A connection that survives the death of the master: the directors tell each other about connections (`lvs_sync_daemon`). Runs with
 * kernel IPVS; the daemons follow the instance through a failover, a return, somebody who stops one, and the stop.
 */
import { createDirector } from '../kit/directors/create.ts';
import { expectWithin } from '../kit/expect.ts';
import { Lab } from '../kit/lab.ts';
import type { LabNode } from '../kit/node.ts';
import { startStream } from '../kit/stream-client.ts';
import { startWebServers } from '../kit/web-server.ts';
import { waitUntilSynchronised } from './downloads.ts';
import { SETTLE_MS_MAX } from './limits.ts';
import { PAIR_VIP, pairTopology, synchronisedSample, waitUntilServing } from './pair.ts';
import type { Scenario } from './scenario.ts';

/** What the scenario saw. */
export interface SurvivalFacts {
  /** `ipvsadm -L --daemon` of each director. */
  readonly elected: Daemons;
  readonly killed: Daemons;
  readonly returned: Daemons;
  readonly stopped: Daemons;
  /** Both stops were orderly. */
  readonly clean: boolean;
  /** The held connection after the failover and the return. */
  readonly stream: { readonly pieces: number; readonly ended?: string };
  /** Pieces that came through the new master alone. */
  readonly piecesAfterDeath: number;
}

interface Daemons {
  readonly lb01: string;
  readonly lb02: string;
}

const MASTER = 'master sync daemon';
const BACKUP = 'backup sync daemon';

/** Runs it. */
export const survivalScenario: Scenario<SurvivalFacts> = async (context) => {
  const topology = pairTopology(['web01', 'web02']);
  const lab = await Lab.open({ name: 's', topology, directory: context.directory });
  try {
    const [lb01, lb02, client] = [lab.node('lb01'), lab.node('lb02'), lab.node('client')];
    await startWebServers([lab.node('web01'), lab.node('web02')]);
    const first = createDirector(context.director, lb01);
    const second = createDirector(context.director, lb02);
    await Promise.all([
      first.start(synchronisedSample('lb01')),
      second.start(synchronisedSample('lb02')),
    ]);
    await waitUntilServing(lb01);
    const elected = await daemonsWhen(lb01, lb02, [MASTER, BACKUP]);

    const stream = await startStream(client, `http://${PAIR_VIP}/stream`);
    await waitUntilSynchronised(lb02, `${PAIR_VIP}:80`);
    context.log('killing lb01');
    await first.kill();
    await lb01.exec(['ip', 'link', 'set', 'eth0', 'down']);
    await waitUntilServing(lb02);
    const killed = await daemonsWhen(undefined, lb02, ['', MASTER]);
    const atDeath = stream.state().pieces;
    await expectWithin('the stream goes on', () => stream.state().pieces > atDeath + 10, {
      withinMs: SETTLE_MS_MAX,
    });
    const piecesAfterDeath = stream.state().pieces - atDeath;

    context.log('lb01 returns');
    await lb01.exec(['ip', 'link', 'set', 'eth0', 'up']);
    await first.start(synchronisedSample('lb01'));
    await waitUntilServing(lb01);
    const returned = await daemonsWhen(lb01, lb02, [MASTER, BACKUP]);
    const { pieces } = stream.state();
    await expectWithin('the stream goes on', () => stream.state().pieces > pieces + 10, {
      withinMs: SETTLE_MS_MAX,
    });
    const ends = await Promise.all([first.stop(), second.stop()]);
    const clean = ends.every((end) => end.clean);
    const stopped = { lb01: await daemonsOf(lb01), lb02: await daemonsOf(lb02) };
    return { elected, killed, returned, stopped, clean, stream: stream.state(), piecesAfterDeath };
  } finally {
    await lab.close();
  }
};

async function daemonsOf(node: LabNode): Promise<string> {
  return (await node.exec(['ipvsadm', '-L', '--daemon'])).stdout.trim();
}

/** Waits until the directors that are asked run just these halves. */
async function daemonsWhen(
  lb01: LabNode | undefined,
  lb02: LabNode,
  wanted: readonly [string, string],
): Promise<Daemons> {
  let seen = { lb01: '', lb02: '' };
  await expectWithin(
    `the connection synchronisation is ${wanted.join(' and ')}`,
    async () => {
      seen = {
        lb01: lb01 === undefined ? '' : await daemonsOf(lb01),
        lb02: await daemonsOf(lb02),
      };
      return seen.lb01.startsWith(wanted[0]) && seen.lb02.startsWith(wanted[1]);
    },
    { withinMs: SETTLE_MS_MAX, everyMs: 100 },
  );
  return seen;
}
