/** Tandem as a unit of a real systemd, in a guest, under load. */
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { SystemdFacts } from './scenarios/systemd.ts';
import { hookLimitMs, runScenarioSeries, type ScenarioRun } from './support.ts';

const SERIES_MS_MAX = 400_000;

let run: ScenarioRun;

beforeAll(async () => {
  run = await runScenarioSeries(['systemd'], {
    director: 'tandem',
    timeoutMs: SERIES_MS_MAX,
    serviceManager: 'systemd',
  });
}, hookLimitMs(SERIES_MS_MAX));

function facts(context: TestContext): SystemdFacts {
  if (run.kind === 'skipped') return context.skip(run.reason);
  const report = run.reports.get('systemd');
  if (report?.error !== undefined) throw new Error(report.error);
  return report?.facts as SystemdFacts;
}

const running = { active: 'active', result: 'success', text: '1 VRRP instance, 1 virtual server' };

/** The same, while the file is not the one that runs. */
const warned = { ...running, text: `reload refused; ${running.text}` };

describe('a unit of systemd under load', () => {
  it('starts, and says what runs', (context) => {
    expect(facts(context).started).toEqual({ ...running, restarts: 0 });
  });

  it('is restarted', (context) => {
    expect(facts(context).restarted).toEqual({ ...running, restarts: 0 });
  });

  it('refuses a file with a mistake in its reload, and goes on', (context) => {
    const { refused, journal } = facts(context);
    expect(refused).toEqual({ ...warned, restarts: 0, status: 1 });
    expect(journal.join('\n')).toMatch(/reload/);
  });

  it('goes on when a process is killed, and is started again when the main one is', (context) => {
    expect(facts(context).killed).toEqual({
      vrrp: { ...warned, restarts: 0 },
      checker: { ...warned, restarts: 0 },
      main: { ...running, restarts: 1 },
      all: { ...running, restarts: 2 },
    });
  });

  it('resets no connection in all of it, and takes no server out of the table', (context) => {
    const { errors, stream, tables, answeredAtTheEnd } = facts(context);
    // While nobody has the address a packet is lost, and sent again.
    expect(Object.keys(errors).filter((error) => error !== 'timeout')).toEqual([]);
    expect(answeredAtTheEnd).toBe(5);
    expect(stream.ended).toBeUndefined();
    expect(tables).toHaveLength(1);
    expect(tables[0]?.split(';')).toHaveLength(3);
  });

  it('leaves nothing when it is stopped', (context) => {
    const { stopped } = facts(context);
    expect(stopped).toEqual({
      ...running,
      active: 'inactive',
      restarts: 0,
      text: '',
      rules: '',
      holdsVip: false,
    });
  });
});
