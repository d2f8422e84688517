/**
 * Tandem as a unit of systemd, installed by `deploy/install.sh`, on a director under load: start, restart, a reload that is refused, each process
 * killed, all of them killed, stop. Runs in a guest whose first process is systemd; the unit's network is that of the director.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from '#product/cli/ask.js';
import { runCommand } from '../kit/command.ts';
import { expectWithin } from '../kit/expect.ts';
import { startHttpClient } from '../kit/http-client.ts';
import { saveIpvs } from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import type { LabNode } from '../kit/node.ts';
import { CONF_DIRECTORY, REPOSITORY_ROOT } from '../kit/paths.ts';
import { isAnswered } from '../kit/request-record.ts';
import { startStream } from '../kit/stream-client.ts';
import { watchTable } from '../kit/table-watch.ts';
import { startWebServers } from '../kit/web-server.ts';
import { SETTLE_MS_MAX } from './limits.ts';
import { PAIR_CLIENTS, PAIR_VIP, pairTopology, waitUntilServing } from './pair.ts';
import type { Scenario } from './scenario.ts';

/** What the scenario saw. */
export interface SystemdFacts {
  /** The unit behind the start: `ActiveState`, `StatusText`. */
  readonly started: UnitState;
  readonly restarted: UnitState;
  /** `systemctl reload` with a file that cannot be read: its exit status, and the unit. */
  readonly refused: UnitState & { readonly status: number };
  /** The unit when the director serves again, by what was killed. */
  readonly killed: Readonly<Record<KilledProcess, UnitState>>;
  /** Every table that a fast look saw until the stop. */
  readonly tables: readonly string[];
  /** Why requests were not answered, with their numbers. */
  readonly errors: Readonly<Record<string, number>>;
  /** Requests answered behind the last of it. */
  readonly answeredAtTheEnd: number;
  /** The connection that was held all the time. */
  readonly stream: { readonly pieces: number; readonly ended?: string };
  readonly stopped: UnitState & { readonly rules: string; readonly holdsVip: boolean };
  /** Warnings and worse of the unit in the journal. */
  readonly journal: readonly string[];
}

/** Who is killed; `all` is every process of the unit at once. */
export type KilledProcess = 'vrrp' | 'checker' | 'main' | 'all';

/** A unit, as systemd has it. */
export interface UnitState {
  readonly active: string;
  readonly result: string;
  readonly restarts: number;
  readonly text: string;
}

const UNIT = 'tandem.service';
const CONFIGURATION = '/etc/tandem/tandem.conf';
const RUNTIME = '/run/tandem';
const COMMAND_MS_MAX = 120_000;

/** Runs it. */
export const systemdScenario: Scenario<SystemdFacts> = async (context) => {
  const topology = pairTopology(['web01', 'web02']);
  const lab = await Lab.open({ name: 'u', topology, directory: context.directory });
  try {
    const [lb01, client] = [lab.node('lb01'), lab.node('client')];
    await startWebServers([lab.node('web01'), lab.node('web02')]);
    context.log('installing and starting');
    await install(lb01);
    await systemctl('start');
    const started = await unit();
    await waitUntilServing(lb01);
    const tables = await watchTable(lb01);
    const stream = await startStream(client, `http://${PAIR_VIP}/stream`);
    const traffic = await startHttpClient(client, {
      url: `http://${PAIR_VIP}/`,
      everyMs: 100,
      timeoutMs: 5_000,
      sources: PAIR_CLIENTS,
    });
    const serving = async (): Promise<UnitState> => {
      const fromMs = Date.now();
      await expectWithin(
        'requests are answered',
        () => traffic.since(fromMs).filter(isAnswered).length >= 5,
        { withinMs: SETTLE_MS_MAX },
      );
      return unit();
    };

    context.log('restarting');
    await systemctl('restart');
    const restarted = await serving();

    context.log('a reload that is refused');
    writeFileSync(CONFIGURATION, `${sample()}virtual_server {\n`);
    const { status } = await systemctl('reload', { allowFailure: true });
    const refused = { ...(await serving()), status };
    writeFileSync(CONFIGURATION, sample());

    const kill = async (what: KilledProcess): Promise<UnitState> => {
      context.log(`killing ${what}`);
      const before = await pids();
      if (what === 'all') await systemctl('kill', { more: ['-s', 'KILL'] });
      else process.kill(before.get(what) ?? Number.NaN, 'SIGKILL');
      await expectWithin(
        'another one runs',
        async () => {
          const now = await pids();
          const names = what === 'all' ? [...before.keys()] : [what];
          return names.every((name) => now.has(name) && now.get(name) !== before.get(name));
        },
        { withinMs: SETTLE_MS_MAX },
      );
      return serving();
    };
    const killed = {
      vrrp: await kill('vrrp'),
      checker: await kill('checker'),
      main: await kill('main'),
      all: await kill('all'),
    };
    const held = stream.state();
    const records = traffic.records();
    const answeredAtTheEnd = records.slice(-5).filter(isAnswered).length;
    const tablesSeen = tables();

    context.log('stopping');
    await systemctl('stop');
    const stopped = {
      ...(await unit()),
      rules: await saveIpvs(lb01),
      holdsVip: await lb01.holds(PAIR_VIP),
    };
    return {
      started,
      restarted,
      refused,
      killed,
      tables: tablesSeen,
      errors: errorsOf(records.map(({ error }) => error)),
      answeredAtTheEnd,
      stream: held,
      stopped,
      journal: await warnings(),
    };
  } finally {
    await lab.close();
  }
};

/** Installs it as README says, with the unit in the network of the director. */
async function install({ namespace }: LabNode): Promise<void> {
  const dropIn = `/etc/systemd/system/${UNIT}.d`;
  for (const directory of [dropIn, '/etc/tandem', '/etc/default']) {
    mkdirSync(directory, { recursive: true });
  }
  writeFileSync(`${dropIn}/lab.conf`, `[Service]\nNetworkNamespacePath=/run/netns/${namespace}\n`);
  writeFileSync(CONFIGURATION, sample());
  await runCommand(['sh', join(REPOSITORY_ROOT, 'deploy/install.sh')], {
    timeoutMs: COMMAND_MS_MAX,
  });
  await runCommand(['systemctl', 'daemon-reload'], { timeoutMs: COMMAND_MS_MAX });
}

/** That of scenario D, without a peer. A connection may go to either server. */
function sample(): string {
  const text = readFileSync(join(CONF_DIRECTORY, 'd.lb01.conf'), 'utf8');
  return text.replace(/^ *persistence_timeout .*\n/m, '');
}

function systemctl(
  verb: string,
  options: { readonly allowFailure?: boolean; readonly more?: readonly string[] } = {},
): ReturnType<typeof runCommand> {
  const { more = [], ...rest } = options;
  return runCommand(['systemctl', verb, ...more, UNIT], { timeoutMs: COMMAND_MS_MAX, ...rest });
}

async function unit(): Promise<UnitState> {
  const names = ['ActiveState', 'Result', 'NRestarts', 'StatusText'];
  const { stdout } = await runCommand(['systemctl', 'show', '-p', names.join(','), UNIT]);
  const values = new Map(
    stdout.split('\n').map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]),
  );
  return {
    active: values.get('ActiveState') ?? '',
    result: values.get('Result') ?? '',
    restarts: Number(values.get('NRestarts')),
    text: values.get('StatusText') ?? '',
  };
}

/** Its processes by name; none while it does not answer. */
async function pids(): Promise<ReadonlyMap<string, number>> {
  const reply = await ask({ command: 'status' }, { runtimeDir: RUNTIME });
  if (!reply.ok) return new Map();
  return new Map(
    reply.value.components.flatMap(({ name, pid, up }) =>
      up === true && pid !== null ? [[name, pid] as const] : [],
    ),
  );
}

async function warnings(): Promise<readonly string[]> {
  const { stdout } = await runCommand(['journalctl', '-u', UNIT, '-p', 'warning', '-o', 'cat']);
  return stdout.split('\n').filter((line) => line !== '');
}

function errorsOf(errors: readonly (string | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const error of errors) {
    if (error !== undefined) counts[error] = (counts[error] ?? 0) + 1;
  }
  return counts;
}
