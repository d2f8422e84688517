/**
 * What goes wrong on a director without its peer having to notice: a process of it dies alone, somebody clears the kernel's table behind its
 * back, it is killed and started again on a table that is right. Runs with Tandem only; keepalived flushes and restarts otherwise.
 */
import { advertisements } from '../kit/advertisements.ts';
import { startCapture } from '../kit/capture.ts';
import { TandemDirector } from '../kit/directors/tandem.ts';
import { expectWithin } from '../kit/expect.ts';
import { type HttpClient, startHttpClient } from '../kit/http-client.ts';
import { saveIpvs } from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import type { LabNode } from '../kit/node.ts';
import { isAnswered } from '../kit/request-record.ts';
import { startStream } from '../kit/stream-client.ts';
import { watchTable } from '../kit/table-watch.ts';
import { startWebServers } from '../kit/web-server.ts';
import { waitUntilSynchronised } from './downloads.ts';
import { SETTLE_MS_MAX } from './limits.ts';
import {
  PAIR_CLIENTS,
  PAIR_VIP,
  pairTopology,
  synchronisedSample,
  waitUntilServing,
} from './pair.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';

/** The time between two pieces of the silent connection: longer than the repair of a cleared table. */
const SILENT_MS = 8_000;

/** How traffic came through one mishap. */
export interface MishapFacts {
  /** Milliseconds until everything was as before. */
  readonly healedAfterMs: number;
  readonly failedRequests: number;
  readonly answeredRequests: number;
}

/** What the scenario saw. */
export interface MishapsFacts {
  readonly vrrpKilled: MishapFacts;
  readonly healthKilled: MishapFacts;
  readonly runnerKilled: MishapFacts;
  /** Tables that a look each tenth of a second saw while these were killed; one when nothing changed. */
  readonly tablesMeanwhile: readonly string[];
  /** `ipvsadm -C`. */
  readonly tableCleared: MishapFacts;
  /** How long a look at the table takes here, milliseconds: what healed is seen that much later. */
  readonly lookMs: number;
  /** A weight changed and a server added by hand, and the line that tells. */
  readonly tableChanged: MishapFacts & { readonly line: string };
  /** The address deleted by hand. */
  readonly addressDeleted: MishapFacts;
  /** Whether lb02 ever spoke while lb01 went through all of the above. */
  readonly backupSpoke: boolean;
  /** The held connection after those. */
  readonly stream: { readonly longestGapMs: number; readonly ended?: string };
  /** A connection that was open and silent while the table was cleared. */
  readonly silent: { readonly ended?: string };
  /** The whole of it killed, the supervisor alone, and `tandem stop --keep-ipvs` as for a restart; a start behind each. */
  readonly restarts: readonly RestartFacts[];
  /** Over all of these: tables as above, requests that were reset or refused, and a connection that was held. */
  readonly restarted: {
    readonly tables: readonly string[];
    readonly answeredRequests: number;
    readonly endedRequests: readonly string[];
    readonly stream: { readonly ended?: string };
  };
  /** Lines about a scheduler that the kernel does not have, within some attempts; undefined where it has it. */
  readonly refusalLines: readonly string[] | undefined;
}

/** A start on a table that is right. */
export interface RestartFacts {
  readonly name: string;
  /** The table between end and start. */
  readonly rulesBetween: string;
  /** Operations sent to the kernel until each server had been checked again. */
  readonly operations: number;
}

/** Runs it. */
export const mishapsScenario: Scenario<MishapsFacts> = async (context) => {
  const topology = pairTopology(['web01', 'web02']);
  const lab = await Lab.open({ name: 'm', topology, directory: context.directory });
  try {
    const [lb01, lb02, client] = [lab.node('lb01'), lab.node('lb02'), lab.node('client')];
    await startWebServers([lab.node('web01'), lab.node('web02')]);
    const director = new TandemDirector(lb01);
    const peer = new TandemDirector(lb02);
    // A take-over in the first moments of a connection meets a director that has not heard of it yet: it asks the client's persistence.
    for (const node of [lb01, lb02]) await node.sysctl({ 'net.ipv4.vs.sloppy_tcp': 1 });
    await Promise.all([director.start(sample('lb01')), peer.start(sample('lb02'))]);
    await waitUntilServing(lb01);
    const rules = await saveIpvs(lb01);
    const spoken = await startCapture(lb02, { device: 'eth0', filter: 'proto 112' });
    const stream = await startStream(client, `http://${PAIR_VIP}/stream`);
    const traffic = await startHttpClient(client, {
      url: `http://${PAIR_VIP}/`,
      everyMs: 100,
      timeoutMs: 2000,
      sources: PAIR_CLIENTS,
    });

    const mishap = async (
      name: string,
      cause: () => Promise<unknown>,
      isHealed: () => Promise<boolean>,
    ): Promise<MishapFacts> => {
      context.log(name);
      const fromMs = Date.now();
      await cause();
      const healed = await expectWithin(`${name}: healed`, isHealed, { withinMs: SETTLE_MS_MAX });
      await expectWithin(
        `${name}: answers afterwards`,
        () => traffic.since(fromMs + healed.elapsedMs).filter(isAnswered).length >= 5,
        { withinMs: SETTLE_MS_MAX },
      );
      const records = traffic.since(fromMs);
      const answeredRequests = records.filter(isAnswered).length;
      return {
        healedAfterMs: healed.elapsedMs,
        answeredRequests,
        failedRequests: records.length - answeredRequests,
      };
    };
    const killOne = (name: string) => async (): Promise<MishapFacts> => {
      const before = await pidOf(director, name);
      return mishap(
        `${name} killed`,
        () => lb01.exec(['kill', '-KILL', String(before)]),
        async () => {
          const status = await director.status();
          const now = status.components.find((component) => component.name === name);
          return now?.up === true && now.pid !== before;
        },
      );
    };

    await director.untilSpare();
    const table = await watchTable(lb01);
    const vrrpKilled = await killOne('vrrp')();
    const healthKilled = await killOne('checker')();
    const runnerKilled = await killOne('runner')();
    await untilChecked(director);
    const tablesMeanwhile = table();
    // Not beyond this point: without any service the kernel takes its hooks away and resets what comes.
    const held = stream.state();
    await stream.end();
    const silent = await startStream(client, `http://${PAIR_VIP}/stream/${SILENT_MS}`);
    const before = performance.now();
    await saveIpvs(lb01);
    const lookMs = performance.now() - before;
    const tableCleared = await mishap(
      'table cleared',
      () => lb01.exec(['ipvsadm', '-C']),
      async () => (await saveIpvs(lb01)) === rules,
    );
    const tableChanged = await mishap(
      'table changed',
      () => {
        // One program for both, so that one look of the keeper sees both.
        const service = `-t ${PAIR_VIP}:80`;
        const weight = `-e ${service} -r 10.0.0.7:80 -g -w 77`;
        const server = `-a ${service} -r 10.0.0.99:80 -g -w 0`;
        return lb01.exec(['sh', '-c', `printf '%s\\n' '${weight}' '${server}' | ipvsadm -R`]);
      },
      async () => (await saveIpvs(lb01)) === rules && linesWith(director, 'was 77').length > 0,
    );
    const line = linesWith(director, 'was 77').at(-1) ?? '';
    const addressDeleted = await mishap(
      'address deleted',
      () => lb01.ip(`address del ${PAIR_VIP}/32 dev eth0`),
      () => lb01.holds(PAIR_VIP),
    );
    const heard = advertisements(spoken).map((advert) => advert.source);
    const backupSpoke = heard.includes('10.0.0.6');

    await expectWithin('the silent connection speaks', () => silent.state().pieces > 1, {
      withinMs: SETTLE_MS_MAX,
    });
    await silent.end();
    const restarted = await throughRestarts(context, { director, lb02, client, traffic });
    return {
      vrrpKilled,
      healthKilled,
      runnerKilled,
      tablesMeanwhile,
      tableCleared,
      lookMs,
      tableChanged: { ...tableChanged, line },
      addressDeleted,
      backupSpoke,
      stream: held,
      silent: silent.state(),
      ...restarted,
      refusalLines: await refusalsOf(director),
    };
  } finally {
    await lab.close();
  }
};

/** Ends the director in each way, under load and with a held connection, and starts it again on its own table. */
async function throughRestarts(
  context: ScenarioContext,
  lab: {
    readonly director: TandemDirector;
    readonly lb02: LabNode;
    readonly client: LabNode;
    readonly traffic: HttpClient;
  },
): Promise<Pick<MishapsFacts, 'restarts' | 'restarted'>> {
  const { director, lb02, client, traffic } = lab;
  const stream = await startStream(client, `http://${PAIR_VIP}/stream`);
  await waitUntilSynchronised(lb02, `${PAIR_VIP}:80`);
  const table = await watchTable(director.node);
  const fromMs = Date.now();
  const ways: Readonly<Record<string, () => Promise<unknown>>> = {
    'killed as a whole': () => director.kill(),
    'supervisor killed': async () => {
      director.process?.signal('SIGKILL');
      await director.process?.ended;
    },
    'stopped for a restart': () => director.run('stop', '--keep-ipvs'),
  };
  const restarts: RestartFacts[] = [];
  for (const [name, end] of Object.entries(ways)) {
    context.log(`${name}, and started again`);
    await end();
    const rulesBetween = await saveIpvs(director.node);
    await director.start(sample('lb01'));
    await expectWithin(
      'lb01 is master again',
      async () => (await director.instance('VI_1')).state === 'MASTER',
      { withinMs: SETTLE_MS_MAX },
    );
    await untilChecked(director);
    restarts.push({
      name,
      rulesBetween,
      operations: (await director.status()).ipvs.operations ?? -1,
    });
  }
  const { pieces } = stream.state();
  await expectWithin('the held connection goes on', () => stream.state().pieces > pieces + 10, {
    withinMs: SETTLE_MS_MAX,
  });
  const records = traffic.since(fromMs);
  const endedRequests = records
    .filter((one) => !isAnswered(one) && one.error !== 'timeout')
    .map((one) => `${one.error ?? one.status}`);
  const answeredRequests = records.filter(isAnswered).length;
  const restarted = { tables: table(), answeredRequests, endedRequests, stream: stream.state() };
  return { restarts, restarted };
}

/** Waits until a director has checked each of its servers. */
async function untilChecked(director: TandemDirector): Promise<void> {
  await expectWithin(
    `${director.node.name} has checked both servers`,
    async () => {
      const [service] = (await director.status()).virtualServers;
      const checks = service?.realServers.flatMap((server) => server.checks) ?? [];
      return checks.length === 2 && checks.every(({ runs }) => (runs ?? 0) > 0);
    },
    { withinMs: SETTLE_MS_MAX },
  );
}

/** Asks for a scheduler that old kernels lack, for as long as some attempts take. */
async function refusalsOf(director: TandemDirector): Promise<readonly string[] | undefined> {
  const wanted = sample('lb01').replace('lb_algo rr', 'lb_algo twos');
  await director.reload(wanted);
  const refused = await expectWithin(
    'three attempts are refused',
    async () => {
      const { refusals, operations } = (await director.status()).ipvs;
      return (refusals ?? 0) >= 3 || ((operations ?? 0) > 0 && refusals === 0);
    },
    { withinMs: SETTLE_MS_MAX },
  );
  if (!refused.value || (await director.status()).ipvs.refusals === 0) return undefined;
  return linesWith(director, 'ip_vs_twos');
}

function linesWith(director: TandemDirector, part: string): readonly string[] {
  const text = director.process?.text() ?? '';
  return text.split('\n').filter((candidate) => candidate.includes(part));
}

async function pidOf(director: TandemDirector, name: string): Promise<number> {
  const { components } = await director.status();
  const pid = components.find((component) => component.name === name)?.pid;
  // 0 would be a whole process group.
  if (pid == null) throw new Error(`no process ${name}`);
  return pid;
}

/** Of a pair whose directors tell each other about connections, and track a script, so that all processes have something to do. */
function sample(director: string): string {
  return synchronisedSample(director)
    .replace('global_defs {', 'global_defs {\n    script_user root')
    .replace(
      'vrrp_instance VI_1 {',
      `vrrp_script always {
    script "/bin/true"
    interval 5
}
vrrp_instance VI_1 {
    track_script {
        always
    }`,
    );
}
