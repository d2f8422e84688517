/** Programs that outlive the runner process that started them: ended as any program is, before another is started. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Fact } from '../../../../src/core/facts/catalogue.ts';
import { Orphans } from '../../../../src/daemon/supervisor/orphans.ts';
import {
  groupOf,
  type ProgramGroup,
  type RunningProgram,
  signalGroup,
  wasThere,
} from '../../../../src/drivers/programs/program-group.ts';

const ONE: RunningProgram = { group: 4_001, bornAt: '10', key: 'chk 1 1' };
const TWO: RunningProgram = { group: 4_002, bornAt: '11', key: 'chk 2 1' };

/** Groups of which the test says what ends them. */
function setUp(ends: ReadonlyMap<ProgramGroup, 'SIGTERM' | 'SIGKILL' | 'nothing'>) {
  const alive = new Set(ends.keys());
  const sent: string[] = [];
  const facts: Fact[] = [];
  const orphans = new Orphans({
    tell: (fact) => facts.push(fact),
    wasThere: ({ bornAt }, ticks) => Number(bornAt) <= ticks,
    signal: (group, signal) => {
      if (!alive.has(group)) return false;
      if (signal !== 0) sent.push(`${signal} ${group.group}`);
      if (signal === ends.get(group)) alive.delete(group);
      return true;
    },
  });
  return { orphans, sent, facts };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('without programs nobody waits', () => {
  const { orphans, facts } = setUp(new Map());
  const gone = vi.fn();
  orphans.take([]);
  orphans.died();
  orphans.whenGone(gone);
  expect(gone).toHaveBeenCalledOnce();
  expect(facts).toEqual([]);
});

test('SIGTERM at once, SIGKILL after two seconds; the successor waits for the last, and it is said once', () => {
  const { orphans, sent, facts } = setUp(
    new Map([
      [ONE, 'SIGTERM'],
      [TWO, 'SIGKILL'],
    ]),
  );
  const gone = vi.fn();
  orphans.take([ONE, TWO]);
  orphans.died();
  expect(sent).toEqual(['SIGTERM 4001', 'SIGTERM 4002']);
  orphans.whenGone(gone);
  vi.advanceTimersByTime(1_999);
  expect(gone).not.toHaveBeenCalled();
  expect(sent).toHaveLength(2);
  vi.advanceTimersByTime(200);
  expect(sent.slice(2)).toEqual(['SIGKILL 4002']);
  expect(gone).toHaveBeenCalledOnce();
  expect(facts).toEqual([{ id: 'component.orphans-ended', count: 2, left: 0 }]);
  expect(orphans.areThere).toBe(false);
});

test('what even SIGKILL does not end keeps nobody waiting for ever', () => {
  const { orphans, facts } = setUp(new Map([[ONE, 'nothing']]));
  const gone = vi.fn();
  orphans.take([ONE]);
  orphans.died();
  orphans.whenGone(gone);
  vi.advanceTimersByTime(4_000);
  expect(gone).toHaveBeenCalledOnce();
  expect(facts).toEqual([{ id: 'component.orphans-ended', count: 1, left: 1 }]);
  expect(vi.getTimerCount()).toBe(0);
});

test('what a killed main process had running is ended, but nothing that has got its number since', () => {
  const { orphans, sent } = setUp(
    new Map([
      [ONE, 'SIGTERM'],
      [TWO, 'SIGTERM'],
    ]),
  );
  const gone = vi.fn();
  orphans.inherit([ONE, TWO], 10);
  expect(orphans.running).toEqual([ONE]);
  orphans.whenGone(gone);
  vi.advanceTimersByTime(200);
  expect(sent).toEqual(['SIGTERM 4001']);
  expect(gone).toHaveBeenCalledOnce();
  expect(orphans.running).toEqual([]);
});

test('a process group is known by its number and its start, also when its leader has ended', async () => {
  vi.useRealTimers();
  const leader = spawn('/bin/sh', ['-c', 'sleep 60 & read line'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const group = groupOf(leader.pid ?? 0);
  expect(group.bornAt).toMatch(/^\d+$/);
  expect(signalGroup(group, 0)).toBe(true);
  expect(signalGroup({ ...group, bornAt: '1' }, 0)).toBe(false);
  expect(wasThere(group, 0)).toBe(true);
  expect(wasThere({ ...group, bornAt: '1' }, 0)).toBe(false);
  leader.stdin.end();
  await once(leader, 'exit');
  expect(signalGroup(group, 0)).toBe(true);
  expect(wasThere(group, Number(group.bornAt) + 1_000)).toBe(true);
  expect(wasThere(group, Number(group.bornAt) - 1)).toBe(false);
  signalGroup(group, 'SIGKILL');
  await vi.waitFor(() => expect(signalGroup(group, 0)).toBe(false));
});
