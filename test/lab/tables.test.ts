/**
 * The same configurations, the same servers and the same events: after each of them the IPVS table of Tandem is that of keepalived 2.2. What differs is
 * in `DIFFERENCES`, with the reason.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { TABLE_CASES } from './scenarios/table-cases.ts';
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

/**
 * Where another table is the right one, by case and event. keepalived puts servers that are down into the table when a reload changes their
 * method, and leaves them there (`conf/docs/differences.md`).
 */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  'another method after a reload': [
    'a reload back while it is gone',
    'all go again',
    'a reload while all are gone',
    // A weight that the same reload changed is not taken over either.
    'all come back after it',
  ],
};

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
        .filter(({ title }) => DIFFERENCES[title]?.includes(event) !== true)
        .map((difference) => ({ event, ...difference })),
    );
    expect(found).toEqual([]);
  });
});
