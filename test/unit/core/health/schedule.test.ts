/** The timetable: places for probes, the queue for them, and moving runs forward. */
import { describe, expect, it } from 'vitest';
import { instant, seconds } from '../../../../src/core/base/time.ts';
import type { HealthAction } from '../../../../src/core/health/events-and-actions.ts';
import { Schedule } from '../../../../src/core/health/schedule.ts';
import { Check, RealServer, VirtualServer } from '../../../../src/core/health/server-tree.ts';
import { tcpCheck } from '../../../support/builders/check.ts';
import { realServer, rs, virtualServer } from './support.ts';

const START = { up: true, firstFailureCounts: false };

function check(id: number): Check {
  const config = realServer(1, []);
  const vs = new VirtualServer(virtualServer([config]));
  const server = new RealServer(rs(1), vs, config, instant(0));
  return new Check(id, server, tcpCheck(), START, instant(0));
}

function started(actions: readonly HealthAction[]): number[] {
  return actions.flatMap((action) => (action.type === 'startProbe' ? [action.checkId] : []));
}

describe('Schedule', () => {
  it('starts what is due as far as there are places, the rest in turn as places are freed', () => {
    const schedule = new Schedule(2);
    const checks = [1, 2, 3, 4].map(check);
    for (const one of checks) schedule.plan(one, instant(0), seconds(1));
    const actions: HealthAction[] = [];
    schedule.startDue(instant(1_000_000), actions);
    expect(started(actions)).toEqual([1, 2]);
    expect(schedule.deadline).toBeUndefined();
    for (const one of checks.slice(0, 2)) schedule.finish(one, actions);
    expect(started(actions)).toEqual([1, 2, 3, 4]);
    expect(checks.map(({ running }) => running)).toEqual([false, false, true, true]);
  });

  it('gives the place of a dropped probe to the next, and forgets a dropped one in the queue', () => {
    const schedule = new Schedule(1);
    const [one, two, three] = [check(1), check(2), check(3)];
    const actions: HealthAction[] = [];
    for (const each of [one, two, three]) schedule.request(each, actions);
    schedule.drop(two, actions);
    schedule.drop(one, actions);
    expect(actions.map(({ type }) => type)).toEqual(['startProbe', 'cancelProbe', 'startProbe']);
    expect(started(actions)).toEqual([1, 3]);
  });

  it('hastens a run, and never puts one off', () => {
    const schedule = new Schedule();
    const one = check(1);
    schedule.plan(one, instant(0), seconds(10));
    schedule.hasten(one, instant(0), seconds(20));
    expect(schedule.deadline).toBe(10_000_000);
    schedule.hasten(one, instant(0), seconds(2));
    const actions: HealthAction[] = [];
    schedule.startDue(instant(2_000_000), actions);
    expect(started(actions)).toEqual([1]);
    schedule.hasten(one, instant(2_000_000), seconds(1));
    schedule.startDue(instant(99_000_000), actions);
    expect(started(actions)).toEqual([1]);
  });
});
