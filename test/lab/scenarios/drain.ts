/**
 * A real server that leaves while it has connections: by an operator's drain, and by a reload that removes it. Runs with kernel IPVS under a constant
 * load of new connections, with a held connection on the server that leaves.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '#product/cli/ask.js';
import type { ControlRequest } from '#product/core/control/commands.js';
import { TandemDirector } from '../kit/directors/tandem.ts';
import { expectWithin } from '../kit/expect.ts';
import { startHttpClient } from '../kit/http-client.ts';
import { readIpvs } from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import type { LabNode } from '../kit/node.ts';
import { CONF_DIRECTORY } from '../kit/paths.ts';
import { isAnswered } from '../kit/request-record.ts';
import { type StreamClient, startStream } from '../kit/stream-client.ts';
import { startWebServers } from '../kit/web-server.ts';
import { SETTLE_MS_MAX } from './limits.ts';
import { PAIR_CLIENTS, PAIR_VIP, pairTopology, waitUntilServing } from './pair.ts';
import type { Scenario } from './scenario.ts';

/** What the scenario saw. */
export interface DrainFacts {
  /** What `tandem server drain` answers. */
  readonly answer: string;
  /** While the server is drained, and while it leaves by a reload. */
  readonly drained: DrainPhase;
  readonly removed: DrainPhase;
  /** Weight of the server after `enable`, and after the reload that has it again. */
  readonly weightAfterEnable: number | undefined;
  readonly weightAfterReturn: number | undefined;
  /** Of the whole time: requests that were not answered. */
  readonly failedRequests: number;
  readonly answeredRequests: number;
  /** The connection, when it is let go. */
  readonly stream: { readonly pieces: number; readonly ended?: string };
  /** The line that says that the server has left the table, after its last connection. */
  readonly lastLine: string;
}

/** What was seen while the server kept its connection. */
export interface DrainPhase {
  readonly weight: number | undefined;
  readonly activeConnections: number | undefined;
  /** Pieces that came through meanwhile. */
  readonly pieces: number;
  /** Its connections as `tandem status` has them. */
  readonly counted: number | null;
}

/** Runs it. */
export const drainScenario: Scenario<DrainFacts> = async (context) => {
  const topology = pairTopology(['web01', 'web02']);
  const lab = await Lab.open({ name: 'd', topology, directory: context.directory });
  try {
    const [lb01, client] = [lab.node('lb01'), lab.node('client')];
    await startWebServers([lab.node('web01'), lab.node('web02')]);
    const director = new TandemDirector(lb01);
    await director.start(sample());
    await waitUntilServing(lb01);
    // A connection that has been closed is not waited for as long as the usual two minutes.
    await lb01.exec(['ipvsadm', '--set', '900', '2', '300']);
    const stream = await startStream(client, `http://${PAIR_VIP}/stream`);
    const server = await holderOf(lb01);
    const traffic = await startHttpClient(client, {
      url: `http://${PAIR_VIP}/`,
      everyMs: 100,
      timeoutMs: 2_000,
      sources: PAIR_CLIENTS,
    });
    const fromMs = Date.now();

    context.log(`draining ${server}`);
    const answer = (await director.run('server', 'drain', server)).stdout.trim();
    const drained = await phase(director, server, stream);
    await tell(director, { command: 'server', action: 'enable', server });
    const weightAfterEnable = await weightWhen(lb01, server, 1);

    context.log(`a reload without ${server}`);
    await reload(director, sample(server));
    const removed = await phase(director, server, stream);
    await reload(director, sample());
    const weightAfterReturn = await weightWhen(lb01, server, 1);
    const records = traffic.since(fromMs);
    const answeredRequests = records.filter(isAnswered).length;

    context.log('the last connection ends');
    await reload(director, sample(server));
    await weightWhen(lb01, server, 0);
    const held = stream.state();
    await stream.end();
    await expectWithin(
      'the server has left the table',
      async () => (await destinationOf(lb01, server)) === undefined,
      { withinMs: SETTLE_MS_MAX, everyMs: 200 },
    );
    // The table changes at once; the line comes with the next batch of facts.
    const said = await expectWithin(
      'the log says that it has left the table',
      () => leftLine(director.process?.text() ?? ''),
      { withinMs: SETTLE_MS_MAX, everyMs: 200 },
    );
    return {
      answer,
      drained,
      removed,
      weightAfterEnable,
      weightAfterReturn,
      answeredRequests,
      failedRequests: records.length - answeredRequests,
      stream: held,
      lastLine: said.value ?? '',
    };
  } finally {
    await lab.close();
  }
};

function leftLine(text: string): string | undefined {
  return text.split('\n').findLast((line) => line.includes('has left the table'));
}

/** Reloads without a program for it, which may take half a minute to start in a guest on a busy machine. */
async function reload(director: TandemDirector, configuration: string): Promise<void> {
  director.node.writeFile('tandem.conf', configuration);
  await tell(director, { command: 'reload' });
}

async function tell(
  director: TandemDirector,
  request: ControlRequest<'reload' | 'server'>,
): Promise<void> {
  const reply = await ask(request, {
    runtimeDir: director.node.runtimeDirectory,
    timeoutMs: SETTLE_MS_MAX,
  });
  if (!reply.ok) throw new Error(`${request.command}: ${reply.error.message}`);
}

/** Waits until a server has weight 0, and the connection has gone on for a while. */
async function phase(
  director: TandemDirector,
  server: string,
  stream: StreamClient,
): Promise<DrainPhase> {
  await weightWhen(director.node, server, 0);
  const before = stream.state().pieces;
  await expectWithin('the connection goes on', () => stream.state().pieces > before + 20, {
    withinMs: SETTLE_MS_MAX,
  });
  const counted = await expectWithin(
    'status counts its connections',
    () => countedOf(director, server),
    { withinMs: SETTLE_MS_MAX, everyMs: 200 },
  );
  const found = await destinationOf(director.node, server);
  return {
    weight: found?.weight,
    activeConnections: found?.activeConnections,
    pieces: stream.state().pieces - before,
    counted: counted.value ?? null,
  };
}

async function countedOf(director: TandemDirector, server: string): Promise<number | undefined> {
  const [virtualServer] = (await director.status()).virtualServers;
  const key = `${server}:80`;
  const drain =
    virtualServer?.realServers.find((one) => one.key === key)?.order?.drain ??
    virtualServer?.leaving.find((one) => one.key === key)?.drain;
  return drain?.activeConnections ?? undefined;
}

async function destinationOf(node: LabNode, server: string) {
  const service = (await readIpvs(node)).find(({ address }) => address === `${PAIR_VIP}:80`);
  return service?.destinations.find(({ address }) => address === `${server}:80`);
}

async function weightWhen(
  node: LabNode,
  server: string,
  weight: number,
): Promise<number | undefined> {
  const seen = await expectWithin(
    `${server} has weight ${weight}`,
    async () => (await destinationOf(node, server))?.weight === weight,
    { withinMs: SETTLE_MS_MAX, everyMs: 200 },
  );
  return seen.value ? weight : undefined;
}

/** The address of the server that has the one connection there is. */
export async function holderOf(node: LabNode): Promise<string> {
  let address = '';
  await expectWithin(
    'one server has the connection',
    async () => {
      const [service] = await readIpvs(node);
      const holder = service?.destinations.find((one) => one.activeConnections > 0);
      address = holder?.address.split(':')[0] ?? '';
      return address !== '';
    },
    { withinMs: SETTLE_MS_MAX, everyMs: 200 },
  );
  return address;
}

/** The sample of lb01 without persistence, which would bind clients to a server that is drained; and without one server. */
export function sample(without?: string): string {
  const text = readFileSync(join(CONF_DIRECTORY, 'd.lb01.conf'), 'utf8').replace(
    /^ *persistence_timeout.*\n/m,
    '',
  );
  if (without === undefined) return text;
  const block = new RegExp(
    `    real_server ${without.replaceAll('.', '\\.')} 80 \\{\\n[\\s\\S]*?\\n    \\}\\n`,
  );
  return text.replace(block, '');
}
