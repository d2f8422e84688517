/**
 * The same configurations, the same servers and the same events: after each of them the IPVS table of Tandem is that of keepalived 2.2. What differs is
 * in `DIFFERENCES` of the cases, with the reason.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { isKnownDifference, TABLE_CASES } from './scenarios/table-cases.ts';
import type { TablesFacts } from './scenarios/tables.ts';
import { hasKeepalived, hookLimitMs, runScenarioSeries, type ScenarioRun } from './support.ts';

const SERIES_MS_MAX = 500_000;

let run: ScenarioRun;

beforeAll(async () => {
  if (!hasKeepalived()) {
    run = { kind: 'skipped', reason: 'the package keepalived is not installed' };
    return;
  }
  run = await runScenarioSeries(['tables'], { director: 'tandem', timeoutMs: SERIES_MS_MAX });
}, hookLimitMs(SERIES_MS_MAX));

describe('the table beside that of keepalived', () => {
  it('has at least 30 configurations in it', () => {
    expect(TABLE_CASES.length).toBeGreaterThanOrEqual(30);
  });

  it('is the same after each event', (context) => {
    if (run.kind === 'skipped') return context.skip(run.reason);
    const report = run.reports.get('tables');
    if (report?.error !== undefined) throw new Error(report.error);
    const { steps } = (report?.facts ?? { steps: [] }) as TablesFacts;
    expect(steps).toHaveLength(14);
    // Something is in it until the stop, so that the comparison is one.
    expect(steps.slice(0, -1).every(({ lines }) => lines > TABLE_CASES.length)).toBe(true);
    const found = steps.flatMap(({ event, differences }) =>
      differences
        .filter(({ title }) => !isKnownDifference(title, event))
        .map((difference) => ({ event, ...difference })),
    );
    expect(found).toEqual([]);
  });
});
