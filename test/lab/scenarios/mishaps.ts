/**
 * What goes wrong on a director without its peer having to notice: a process of it dies alone, somebody clears the kernel's table behind its
 * back, it is killed and started again on a table that is right. Runs with Tandem only; keepalived flushes and restarts otherwise.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { advertisements } from '../kit/advertisements.ts';
import { startCapture } from '../kit/capture.ts';
import { TandemDirector } from '../kit/directors/tandem.ts';
import { expectWithin } from '../kit/expect.ts';
import { startHttpClient } from '../kit/http-client.ts';
import { saveIpvs } from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import { CONF_DIRECTORY } from '../kit/paths.ts';
import { isAnswered } from '../kit/request-record.ts';
import { startStream } from '../kit/stream-client.ts';
import { startWebServers } from '../kit/web-server.ts';
import { SETTLE_MS_MAX } from './limits.ts';
import { PAIR_CLIENTS, PAIR_VIP, pairTopology, waitUntilServing } from './pair.ts';
import type { Scenario } from './scenario.ts';

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
  /** `ipvsadm -C`. */
  readonly tableCleared: MishapFacts;
  /** A weight changed and a server added by hand, and the line that tells. */
  readonly tableChanged: MishapFacts & { readonly line: string };
  /** The address deleted by hand. */
  readonly addressDeleted: MishapFacts;
  /** Whether lb02 ever spoke while lb01 went through all of the above. */
  readonly backupSpoke: boolean;
  /** The held connection after the first two. */
  readonly stream: { readonly longestGapMs: number; readonly ended?: string };
  /** Operations sent to the kernel by a start on a table that was right. */
  readonly operationsOnRightTable: number;
  /** The table before and after that start. */
  readonly rulesBefore: string;
  readonly rulesAfter: string;
  /** `tandem stop --keep-ipvs`, and a start: operations sent to the kernel by it, and the table in between. */
  readonly restart: { readonly operations: number; readonly rulesBetween: string };
  /** Lines about a scheduler that the kernel does not have, within some attempts; undefined where it has it. */
  readonly refusalLines: readonly string[] | undefined;
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
    const vrrpKilled = await killOne('vrrp')();
    const healthKilled = await killOne('checker')();
    // Not beyond this point: without any service the kernel takes its hooks away and resets what comes.
    const held = stream.state();
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

    context.log('killed as a whole, and started again on its own table');
    await director.kill();
    const rulesBefore = await saveIpvs(lb01);
    await director.start(sample('lb01'));
    const operationsOnRightTable = await operationsOfStart(director);
    const rulesAfter = await saveIpvs(lb01);

    context.log('stopped for a restart, and started again');
    await director.run('stop', '--keep-ipvs');
    const rulesBetween = await saveIpvs(lb01);
    await director.start(sample('lb01'));
    const restart = { operations: await operationsOfStart(director), rulesBetween };
    return {
      vrrpKilled,
      healthKilled,
      tableCleared,
      tableChanged: { ...tableChanged, line },
      addressDeleted,
      backupSpoke,
      stream: held,
      operationsOnRightTable,
      rulesBefore,
      rulesAfter,
      restart,
      refusalLines: await refusalsOf(director),
    };
  } finally {
    await lab.close();
  }
};

/** Operations that a start has sent to the kernel when it has read its table. */
async function operationsOfStart(director: TandemDirector): Promise<number> {
  const sent = await expectWithin(
    `${director.node.name} has read its table`,
    async () => {
      const { readAgeSeconds, operations } = (await director.status()).ipvs;
      return readAgeSeconds === null || operations === null ? undefined : { operations };
    },
    { withinMs: SETTLE_MS_MAX },
  );
  return sent.value.operations;
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
  return components.find((component) => component.name === name)?.pid ?? 0;
}

function sample(director: string): string {
  return readFileSync(join(CONF_DIRECTORY, `d.${director}.conf`), 'utf8');
}
