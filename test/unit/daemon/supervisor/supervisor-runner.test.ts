/** The main process and its runner process: tracked scripts, and the scripts of a start and a stop. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import type { TrackScriptConfig } from '../../../../src/core/model/tracking.ts';
import type { ProgramRequest } from '../../../../src/core/programs/program-request.ts';
import { groupOf } from '../../../../src/drivers/programs/program-group.ts';
import { settle, useFakeClock } from '../../../support/fake-process.ts';
import { config, instanceConfig } from '../../../support/state-fixture.ts';
import {
  type FakeChild,
  loaded,
  running,
  type Setting,
  SUPERVISED,
  setUp,
} from '../../../support/supervisor-bench.ts';

beforeEach(useFakeClock);
afterEach(() => {
  vi.useRealTimers();
});

describe('the runner process', () => {
  const script: TrackScriptConfig = {
    name: 'chk',
    command: { argv: ['/bin/true'] },
    interval: seconds(1),
    timeout: seconds(1),
    rise: 1,
    fall: 1,
    failsAtStart: false,
  };
  const trackers = [{ kind: 'script', name: 'chk', weight: 0 }] as const;
  const tracked = { scripts: [script], processes: [], files: [], bfd: [] };
  const tracking = config([instanceConfig({ trackers })], SUPERVISED.virtualServers, { tracked });
  const fact = { kind: 'script', name: 'chk', isUp: true } as const;
  const runnerOf = (it: Setting): FakeChild => it.children.get('runner') as FakeChild;

  async function tracks(): Promise<Setting> {
    const it = setUp({ loaded: loaded(tracking) });
    await settle();
    it.vrrp().ready();
    expect(it.children.has('runner')).toBe(false);
    it.vrrp().confirm();
    runnerOf(it).ready();
    return it;
  }

  test('is started only when a configuration needs it, behind the vrrp process, also by a reload', async () => {
    const idle = await running();
    expect(idle.children.has('runner')).toBe(false);
    const it = await running({ readConfig: async () => loaded(tracking) });
    const reloading = it.command().reload({ command: 'reload' });
    for (let turn = 0; turn < 5; turn++) await settle();
    runnerOf(it).ready();
    expect(runnerOf(it).orders).toMatchObject([
      { type: 'configure', serial: 2, isStart: false, tracking: { scripts: [{ name: 'chk' }] } },
    ]);
    for (const one of it.children.values()) one.confirm();
    await settle();
    expect((await reloading).ok).toBe(true);
  });

  test('what it finds out goes to the vrrp process, and before the configuration to the next one', async () => {
    const it = await tracks();
    runnerOf(it).say({ type: 'trackers', facts: [fact], isComplete: false });
    const told = { type: 'trackers', facts: [fact] };
    expect(it.vrrp().orders.at(-1)).toMatchObject(told);
    it.vrrp().orders.length = 0;
    it.vrrp().options.onReady(true);
    expect(it.vrrp().orders.map(({ type }) => type)).toEqual(['trackers', 'configure']);
    expect(it.vrrp().orders[0]).toMatchObject({ ...told, isComplete: true });
  });

  test('its successor is told what it knew, makes no file again, and nobody hears of a change', async () => {
    const it = await tracks();
    expect(runnerOf(it).orders[0]).toMatchObject({ isStart: true, known: [] });
    runnerOf(it).say({ type: 'trackers', facts: [fact], isComplete: true });
    const before = it.vrrp().orders.length;
    runnerOf(it).confirm();
    runnerOf(it).restarts = 1;
    runnerOf(it).options.onReady(true);
    expect(runnerOf(it).orders.at(-1)).toMatchObject({ isStart: false, known: [fact] });
    expect(it.vrrp().orders).toHaveLength(before);
  });

  test('one that died before its first configuration has made no file: its successor does', async () => {
    const it = await tracks();
    runnerOf(it).restarts = 1;
    runnerOf(it).options.onReady(true);
    expect(runnerOf(it).orders.at(-1)).toMatchObject({ isStart: true });
  });

  test('when it is killed, its programs are ended before its successor is given any', async () => {
    const it = await tracks();
    runnerOf(it).confirm();
    const program = spawn('/bin/sh', ['-c', 'trap "sleep 0.2; exit" TERM; echo; read line'], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(program.stdout, 'data');
    runnerOf(it).say({ type: 'running', groups: [groupOf(program.pid ?? 0)] });
    runnerOf(it).orders.length = 0;
    const death = { pid: 7, exitCode: null, signal: 'SIGKILL' as const, livedSeconds: 1 };
    runnerOf(it).options.onDied({ ...death, restartInSeconds: 0 });
    runnerOf(it).options.onReady(true);
    expect(runnerOf(it).orders).toEqual([]);
    await once(program, 'exit');
    await vi.waitFor(() => expect(runnerOf(it).orders[0]).toMatchObject({ type: 'configure' }));
  });
});

describe('startup_script and shutdown_script', () => {
  const lifecycle = {
    startup: { argv: ['/bin/up'] },
    shutdown: { argv: ['/bin/down'], user: 'nobody' },
  };
  const started = (): Setting =>
    setUp({ loaded: loaded({ ...SUPERVISED, global: { ...SUPERVISED.global, lifecycle } }) });
  const runner = (it: Setting): FakeChild => {
    const found = it.children.get('runner');
    if (found === undefined) throw new Error('there is no runner');
    return found;
  };
  const asked = (it: Setting) =>
    runner(it).orders.flatMap((order) =>
      order.type === 'run' ? [(order as { request?: ProgramRequest }).request] : [],
    );
  const end = (it: Setting, status: number): void => {
    const key = asked(it).at(-1)?.key;
    runner(it).say({
      type: 'programEnded',
      end: { key, outcome: { kind: 'exited', status }, ran: 0 },
    });
  };

  test('nothing else starts before the first has ended, whatever came of it', async () => {
    const it = started();
    await settle();
    runner(it).ready();
    expect(asked(it)).toMatchObject([
      { lane: 'system', command: { argv: ['/bin/up'] }, timeLimit: 10_000_000 },
    ]);
    expect(it.vrrp().isStarted).toBe(false);
    end(it, 1);
    await settle();
    expect(it.vrrp().isStarted).toBe(true);
    expect(it.ids()).toContain('daemon.script-ended');
  });

  test('a runner process that never comes keeps nothing from its start', async () => {
    const it = started();
    await settle();
    expect(it.vrrp().isStarted).toBe(false);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(it.vrrp().isStarted).toBe(true);
    expect(it.ids()).toContain('daemon.script-ended');
  });

  test('the other runs when VRRP and health have stopped', async () => {
    const it = started();
    await settle();
    runner(it).ready();
    end(it, 0);
    await settle();
    for (const name of ['vrrp', 'health']) {
      it.children.get(name)?.ready();
      it.children.get(name)?.confirm();
      await settle();
    }
    it.signal().onStop('SIGTERM');
    await settle();
    expect(asked(it)).toHaveLength(2);
    expect(asked(it).at(-1)).toMatchObject({ command: lifecycle.shutdown });
    expect(it.ids()).not.toContain('daemon.stopped');
    end(it, 0);
    expect(await it.status).toBe(0);
  });
});
