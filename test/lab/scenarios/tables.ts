/**
 * The IPVS table of Tandem beside that of keepalived: both have the same configurations, ask the same servers and go through the same events. What
 * differs at the end of a step, when both had time for it, is told.
 */
import { KeepalivedDirector } from '../kit/directors/keepalived.ts';
import { TandemDirector } from '../kit/directors/tandem.ts';
import { saveIpvs } from '../kit/ipvs-table.ts';
import { Lab } from '../kit/lab.ts';
import { type ManyServer, ManyServers } from '../kit/many-servers.ts';
import type { TopologySpec } from '../kit/topology.ts';
import type { Scenario } from './scenario.ts';
import { isKnownDifference, serverAddress, TABLE_CASES, type TableCase } from './table-cases.ts';

/** What the scenario saw. */
export interface TablesFacts {
  readonly steps: readonly TableStep[];
}

/** One event, and the tables when they had settled. */
export interface TableStep {
  readonly event: string;
  /** Lines in the table of keepalived. */
  readonly lines: number;
  /** What differs, by the title of its case. */
  readonly differences: readonly TableDifference[];
}

/** One case with different lines. */
export interface TableDifference {
  readonly title: string;
  readonly keepalived: readonly string[];
  readonly tandem: readonly string[];
}

const NUMBERS = [1, 2, 3, 9];
const topology: TopologySpec = {
  modules: ['ipip'],
  nodes: {
    lb01: { links: { eth0: { segment: 'lan', addresses: ['10.0.0.5/24', 'fd00:1::5/64'] } } },
    lb02: { links: { eth0: { segment: 'lan', addresses: ['10.0.0.6/24', 'fd00:1::6/64'] } } },
    servers: {
      // A refused datagram is told each time: two directors ask many ports.
      sysctls: { 'net.ipv4.icmp_ratelimit': 0 },
      links: {
        eth0: {
          segment: 'lan',
          addresses: NUMBERS.flatMap((number) => [
            `${serverAddress(number)}/24`,
            `${serverAddress(number, 'ipv6')}/64`,
          ]),
        },
      },
    },
  },
};

/** keepalived cuts the connections of a server that a reload takes away; Tandem drains it unless it is told not to. */
const SETTINGS = `global_defs {
    @tandem lvs_drain_time 0
}
`;

/** A table that does not change for so long has settled: a check each second, and a server that is gone refuses at once. */
const SETTLED_MS = 3_500;
const SETTLE_MS_MAX = 60_000;
/** What one of them may take longer than the other: one slow turn of a guest. */
const BEHIND_MS_MAX = 10_000;
const LOOK_EVERY_MS = 500;

/** Runs it. */
export const tablesScenario: Scenario<TablesFacts> = async (context) => {
  const lab = await Lab.open({ name: 't', topology, directory: context.directory });
  try {
    const keepalived = new KeepalivedDirector(lab.node('lb01'));
    const tandem = new TandemDirector(lab.node('lb02'));
    const servers = new ManyServers(lab.node('servers'));
    await servers.start();
    const before = [SETTINGS, ...TABLE_CASES.map((one) => one.before)].join('\n');
    const after = [SETTINGS, ...TABLE_CASES.map((one) => one.after)].join('\n');
    const reload = (text: string) => async (): Promise<void> => {
      const [theirs, ours] = await Promise.all([keepalived.reload(text), tandem.reload(text)]);
      if (!ours.isAccepted || !theirs.isAccepted) {
        throw new Error(`a reload was refused: ${theirs.output} ${ours.output}`);
      }
    };
    const steps: TableStep[] = [];
    const step = async (event: string, cause: () => Promise<unknown>): Promise<void> => {
      context.log(event);
      await cause();
      await settled(keepalived);
      const { theirs, differences } = await compared(event, keepalived, tandem);
      for (const one of differences) context.log(`differs: ${JSON.stringify(one)}`);
      steps.push({ event, lines: theirs.split('\n').length, differences });
    };
    await servers.become(up([1, 2, 3]));
    await step('a start with all servers', () =>
      Promise.all([keepalived.start(before), tandem.start(before)]),
    );
    await step('the first of each goes', () => servers.become(up([2, 3])));
    await step('all go', () => servers.become(up([])));
    await step('the second comes back', () => servers.become(up([2])));
    await step('all come back', () => servers.become(up([1, 2, 3])));
    await step('all answer HTTP with 503', () => servers.become(up([1, 2, 3], 'sick')));
    await step('they are well again', () => servers.become(up([1, 2, 3])));
    await step('a reload with all servers', reload(after));
    await step('the first of each goes after it', () => servers.become(up([2, 3])));
    await step('a reload back while it is gone', reload(before));
    await step('all go again', () => servers.become(up([])));
    await step('a reload while all are gone', reload(after));
    await step('all come back after it', () => servers.become(up([1, 2, 3])));
    await step('a stop', () => Promise.all([keepalived.stop(), tandem.stop()]));
    return { steps };
  } finally {
    await lab.close();
  }
};

/** Servers of these numbers in each case, and all sorry servers. */
function up(numbers: readonly number[], state: ManyServer['state'] = 'up'): readonly ManyServer[] {
  return TABLE_CASES.flatMap(({ servers, port, protocol }) =>
    servers.flatMap((address, index): readonly ManyServer[] => {
      const number = NUMBERS[index] ?? 0;
      const isSorry = index === servers.length - 1;
      if (isSorry) return [{ address, port, protocol, state: 'up' }];
      return numbers.includes(number) ? [{ address, port, protocol, state }] : [];
    }),
  );
}

async function settled({ node }: KeepalivedDirector): Promise<void> {
  const limit = performance.now() + SETTLE_MS_MAX;
  let table = await saveIpvs(node);
  let since = performance.now();
  while (performance.now() - since < SETTLED_MS && performance.now() < limit) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const now = await saveIpvs(node);
    if (now === table) continue;
    table = now;
    since = performance.now();
  }
}

/**
 * What differs when both have had time. Both are read anew each time: on a busy machine either may be late, keepalived too, which takes a lost ICMP message
 * for a server that is there.
 */
async function compared(
  event: string,
  keepalived: KeepalivedDirector,
  tandem: TandemDirector,
): Promise<{ readonly theirs: string; readonly differences: readonly TableDifference[] }> {
  const limit = performance.now() + BEHIND_MS_MAX;
  for (;;) {
    const [theirs, ours] = await Promise.all([saveIpvs(keepalived.node), saveIpvs(tandem.node)]);
    const differences = TABLE_CASES.flatMap((one) => differenceOf(one, theirs, ours));
    const isSettled = differences.every(({ title }) => isKnownDifference(title, event));
    if (isSettled || performance.now() > limit) return { theirs, differences };
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function differenceOf(one: TableCase, theirs: string, ours: string): readonly TableDifference[] {
  const own = (table: string): string[] =>
    table.split('\n').filter((line) => `${line} `.includes(one.mark));
  const [keepalived, tandem] = [own(theirs), own(ours)];
  const isSame = keepalived.join('\n') === tandem.join('\n');
  return isSame ? [] : [{ title: one.title, keepalived, tandem }];
}
