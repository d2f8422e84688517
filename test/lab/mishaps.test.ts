/**
 * What must not be noticed by anybody: one process of a director dies, its table or its address is deleted by hand, the whole of it is killed
 * and started again on a table that is right. With kernel IPVS and a held TCP connection.
 */
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { DrainFacts } from './scenarios/drain.ts';
import type { LeavingFacts } from './scenarios/leaving.ts';
import type { MishapFacts, MishapsFacts } from './scenarios/mishaps.ts';
import type { SurvivalFacts } from './scenarios/survival.ts';
import { hookLimitMs, runScenarioSeries, type ScenarioRun } from './support.ts';

/** What ends a series that hangs, and no limit for a machine that is busy. */
const SERIES_MS_MAX = 800_000;
/** A pause between two looks of the keeper, its look and its writes, in a guest that is busy with clients and servers. */
const CLEARED_MS_MAX = 2_000;
/** "Within seconds": the pause between two looks at the table (0.75 s), and a slow guest. */
const REPAIR_MS_MAX = 6_000;
/** While the table is empty the kernel refuses connections: at most the requests of one repair, one each 100 ms. */
const REFUSED_MAX = REPAIR_MS_MAX / 100;

let run: ScenarioRun;

beforeAll(async () => {
  run = await runScenarioSeries(['mishaps', 'survival', 'drain', 'leaving'], {
    director: 'tandem',
    timeoutMs: SERIES_MS_MAX,
  });
}, hookLimitMs(SERIES_MS_MAX));

function facts(context: TestContext): MishapsFacts {
  return factsOf(context, 'mishaps') as MishapsFacts;
}

function factsOf(
  context: TestContext,
  name: 'mishaps' | 'survival' | 'drain' | 'leaving',
): unknown {
  if (run.kind === 'skipped') return context.skip(run.reason);
  const report = run.reports.get(name);
  if (report?.error !== undefined) throw new Error(report.error);
  expect(report, 'report of the scenario').toBeDefined();
  return report?.facts;
}

describe('a director that goes on through mishaps', () => {
  it.for(['vrrpKilled', 'healthKilled', 'runnerKilled'] as const)(
    '%s: no request fails',
    (name, context) => {
      const { failedRequests, answeredRequests }: MishapFacts = facts(context)[name];
      expect(answeredRequests).toBeGreaterThan(0);
      expect(failedRequests).toBe(0);
    },
  );

  it('its peer never takes over meanwhile', (context) => {
    expect(facts(context).backupSpoke).toBe(false);
  });

  it('a cleared table is repaired within a second or two, under load', (context) => {
    const { tableCleared, lookMs } = facts(context);
    expect(tableCleared.healedAfterMs).toBeLessThan(CLEARED_MS_MAX + 3 * lookMs);
    expect(tableCleared.failedRequests).toBeLessThan(REFUSED_MAX);
  });

  it('H11: a weight changed and a server added by hand are undone and named', (context) => {
    const { tableChanged } = facts(context);
    expect(tableChanged.healedAfterMs).toBeLessThan(REPAIR_MS_MAX);
    expect(tableChanged.line).toContain(
      'weight of 10.0.0.7:80 in tcp:10.0.0.3:80 was 77, is 1 again; server 10.0.0.99:80 of tcp:10.0.0.3:80 had been added',
    );
  });

  it('H4: a scheduler that the kernel lacks is one line, however often it is tried', (context) => {
    const { refusalLines } = facts(context);
    if (refusalLines === undefined) return context.skip('this kernel has the scheduler twos');
    expect(refusalLines).toHaveLength(1);
    expect(refusalLines[0]).toMatch(
      /change service tcp:10\.0\.0\.3:80 failed, ENOENT: the kernel has no module ip_vs_twos/,
    );
  });

  it('a deleted address is put back at once', (context) => {
    const { addressDeleted } = facts(context);
    expect(addressDeleted.healedAfterMs).toBeLessThan(REPAIR_MS_MAX);
  });

  it('a held connection survives the death of each process', (context) => {
    const { stream } = facts(context);
    expect(stream.ended).toBeUndefined();
  });

  it('a silent connection survives that the table is cleared', (context) => {
    expect(facts(context).silent.ended).toBeUndefined();
  });

  it('servers are checked again, and none leaves the table for it', (context) => {
    const { tablesMeanwhile, restarted } = facts(context);
    expect(tablesMeanwhile).toHaveLength(1);
    expect(restarted.tables).toEqual(tablesMeanwhile);
    expect(tablesMeanwhile[0]).toContain('-r 10.0.0.7:80');
  });

  it('H14: ended in any way, it leaves the table, and the start adopts it: the kernel is sent nothing', (context) => {
    const { restarts, restarted } = facts(context);
    expect(restarts.map(({ name }) => name)).toEqual([
      'killed as a whole',
      'supervisor killed',
      'stopped for a restart',
    ]);
    for (const { rulesBetween, operations } of restarts) {
      expect(rulesBetween.split('\n').join(';')).toBe(restarted.tables[0]);
      expect(operations).toBe(0);
    }
  });

  it('no connection is reset, held or new, while it ends and starts again', (context) => {
    const { stream, answeredRequests, endedRequests } = facts(context).restarted;
    expect(stream.ended).toBeUndefined();
    expect(answeredRequests).toBeGreaterThan(20);
    expect(endedRequests).toEqual([]);
  });
});

describe('the connection synchronisation', () => {
  const seen = (context: TestContext): SurvivalFacts =>
    factsOf(context, 'survival') as SurvivalFacts;

  it('sends on the master and receives on the backup, with the router id, through failover and return', (context) => {
    const { elected, killed, returned } = seen(context);
    const half = (role: string): RegExp =>
      new RegExp(`^${role} sync daemon \\(mcast=eth0, syncid=62, [^\n]*\\)$`);
    for (const { lb01, lb02 } of [elected, returned]) {
      expect(lb01).toMatch(half('master'));
      expect(lb02).toMatch(half('backup'));
    }
    expect(killed.lb02).toMatch(half('master'));
  });

  it('keeps a connection alive when its director dies, and when that is back', (context) => {
    const { stream, piecesAfterDeath } = seen(context);
    expect(stream.ended).toBeUndefined();
    expect(piecesAfterDeath).toBeGreaterThan(10);
  });

  it('does not run behind an orderly stop', (context) => {
    const { stopped, clean } = seen(context);
    expect(clean).toBe(true);
    expect(stopped).toEqual({ lb01: '', lb02: '' });
  });
});

describe('a server that leaves while it has connections', () => {
  const seen = (context: TestContext): DrainFacts => factsOf(context, 'drain') as DrainFacts;

  it('is drained under load: no connection ends and no request fails', (context) => {
    const { answer, drained, weightAfterEnable, failedRequests, answeredRequests } = seen(context);
    expect(answer).toMatch(/gets no new connections, and leaves the table when none is left/);
    expect(drained).toMatchObject({ weight: 0, activeConnections: 1, counted: 1 });
    expect(weightAfterEnable).toBe(1);
    expect(answeredRequests).toBeGreaterThan(20);
    expect(failedRequests).toBe(0);
  });

  it('H12: a reload that removes it leaves it its connections, and one that has it again takes it back', (context) => {
    const { removed, weightAfterReturn, stream } = seen(context);
    expect(removed).toMatchObject({ weight: 0, activeConnections: 1, counted: 1 });
    expect(weightAfterReturn).toBe(1);
    expect(stream.ended).toBeUndefined();
  });

  it('H12: it leaves the table behind its last connection', (context) => {
    expect(seen(context).lastLine).toMatch(/has left the table after .*: no connection is left/);
  });
});

describe('H12: what a changed file no longer has', () => {
  it('keeps its connections, by a reload and by a start, and goes behind the last one', (context) => {
    const { stream, ...seen } = factsOf(context, 'leaving') as LeavingFacts;
    expect(seen).toEqual({
      serviceRemoved: 0,
      state: 'LEAVING',
      serviceBack: 1,
      startWithoutServer: 0,
      startWithoutService: 0,
      atTheEnd: 'gone',
    });
    expect(stream.ended).toBeUndefined();
  });
});
