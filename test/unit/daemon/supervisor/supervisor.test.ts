/** The main process with children, control socket, signals and service manager that are the test's. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { err } from '../../../../src/core/base/result.ts';
import { fileFinding } from '../../../../src/core/language/diagnostic.ts';
import { notLoaded } from '../../../../src/daemon/supervisor/load-config.ts';
import type { StopOutcome } from '../../../../src/daemon/supervisor/role-process.ts';
import { bfdCheck } from '../../../support/builders/check.ts';
import { settle, useFakeClock } from '../../../support/fake-process.ts';
import { config, realServer, virtualServer } from '../../../support/state-fixture.ts';
import { loaded, running, setUp } from '../../../support/supervisor-bench.ts';

beforeEach(useFakeClock);
afterEach(() => {
  vi.useRealTimers();
});

test('without the vrrp process, checks by BFD sessions are said to have no result', async () => {
  const server = realServer('10.0.0.1');
  const bfd = { ...server, checks: [bfdCheck({ session: 'peer' })] };
  const of = config([], [virtualServer('192.0.2.80', [bfd])]);
  const only = setUp({ loaded: loaded(of) }, { vrrp: false, health: true });
  await settle();
  expect(only.lines.find(({ id }) => id === 'config.checks-without-bfd')?.message).toContain(
    'peer',
  );
  const both = setUp({ loaded: loaded(of) });
  await settle();
  expect(both.ids()).not.toContain('config.checks-without-bfd');
});

describe('a start', () => {
  test('gives each child its part of the configuration when it is ready', async () => {
    const it = setUp();
    await settle();
    expect(it.vrrp().orders).toEqual([]);
    it.vrrp().ready();
    it.health().ready();
    expect(it.vrrp().orders).toMatchObject([{ type: 'configure', serial: 1, adopt: [] }]);
    expect(it.health().orders).toMatchObject([{ type: 'configure', serial: 1, owned: [] }]);
  });

  test('is told to the service manager when both children have confirmed', async () => {
    const it = setUp();
    await settle();
    it.vrrp().ready();
    it.health().ready();
    it.vrrp().confirm();
    await settle();
    expect(it.told).toEqual([]);
    it.health().confirm();
    await settle();
    expect(it.told).toEqual(['ready 1 VRRP instance, 1 virtual server']);
    expect(it.ids()).toContain('daemon.running');
  });

  test('leaves the processor to the health process: spare and warm-up come when both have confirmed', async () => {
    const it = setUp();
    await settle();
    it.vrrp().ready();
    it.vrrp().confirm();
    await settle();
    expect(it.health().isStarted).toBe(true);
    expect(it.vrrp().keepsSpare).toBe(false);
    expect(it.vrrp().orders.map(({ type }) => type)).toEqual(['configure']);
    it.health().ready();
    it.health().confirm();
    await settle();
    expect(it.vrrp().keepsSpare).toBe(true);
    expect(it.vrrp().orders.map(({ type }) => type)).toEqual(['configure', 'warmUp']);
  });

  test('does not leave a director without a spare for a health process that never comes', async () => {
    const it = setUp();
    await settle();
    it.vrrp().ready();
    it.vrrp().confirm();
    await vi.advanceTimersByTimeAsync(19_000);
    expect(it.vrrp().keepsSpare).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(it.vrrp().keepsSpare).toBe(true);
  });

  test('needs only the children that there are', async () => {
    const it = setUp({}, { vrrp: true, health: false });
    await settle();
    expect([...it.children.keys()]).toEqual(['vrrp']);
    it.vrrp().ready();
    it.vrrp().confirm();
    await settle();
    expect(it.told).toHaveLength(1);
  });

  test('ends where the control socket cannot be had', async () => {
    const error = { code: 'listen-failed', message: 'no' } as const;
    const it = setUp({ startControl: async () => err(error) });
    expect(await it.status).toBe(1);
    expect(it.ids()).toEqual(['daemon.starting', 'control.listen-failed']);
  });
});

describe('what a child says', () => {
  test('is in the status while the child is heard of, and unknown afterwards', async () => {
    const it = await running();
    const view = { name: 'VI_1', state: 'MASTER', masterDownInterval: 3_600_000 };
    const said = { type: 'views', groups: [], router: {}, vips: [] };
    it.vrrp().say({ ...said, instances: [view], isInForce: true });
    expect([...it.supervisor.state().vrrp.keys()]).toEqual(['VI_1']);
    it.vrrp().isUp = false;
    expect([...it.supervisor.state().vrrp.keys()]).toEqual([]);
  });

  test('is in the status of its successor when that has said it itself', async () => {
    const it = await running();
    const view = { name: 'VI_1', state: 'MASTER', masterDownInterval: 3_600_000 };
    const said = { type: 'views', groups: [], router: {}, vips: [] };
    it.vrrp().say({ ...said, instances: [view], isInForce: true });
    it.vrrp().ready(true);
    expect([...it.supervisor.state().vrrp.keys()]).toEqual([]);
    it.vrrp().say({ ...said, instances: [], isInForce: false });
    expect([...it.supervisor.state().vrrp.keys()]).toEqual([]);
    it.vrrp().say({ ...said, instances: [view], isInForce: true });
    expect([...it.supervisor.state().vrrp.keys()]).toEqual(['VI_1']);
  });

  test('is reported when the main process does not know it, and changes nothing', async () => {
    const it = await running();
    it.health().say({ type: 'dance' });
    expect(it.lines.at(-1)).toMatchObject({
      id: 'trouble',
      component: 'main',
      message: expect.stringContaining('the main process does not know the message "dance"'),
    });
  });

  test('about the module of IPVS is answered when it was tried once', async () => {
    let loads = 0;
    const loadIpvsModule = async () => {
      loads++;
      return 'not there';
    };
    const it = await running({ loadIpvsModule });
    it.health().say({ type: 'loadModule' });
    it.health().say({ type: 'loadModule' });
    await settle();
    expect(loads).toBe(1);
    expect(it.health().orders.at(-1)).toEqual({ type: 'moduleLoaded', problem: 'not there' });
  });

  test('is written with the name that users know', async () => {
    const it = await running();
    const trouble = { operation: 'read-ipvs-table', errno: 'EPERM', detail: 'no' };
    it.health().say({ type: 'trouble', trouble });
    expect(it.lines.at(-1)).toMatchObject({ id: 'trouble', component: 'checker' });
  });
});

describe('a reload', () => {
  test('leaves a process alone that is loading: it is configured once, as the successor that it is', async () => {
    const it = await running();
    it.vrrp().heartbeatAt = 0;
    it.vrrp().orders.length = 0;
    void it.command().reload({ command: 'reload' });
    for (let turn = 0; turn < 5; turn++) await settle();
    expect(it.vrrp().orders).toEqual([]);
    it.vrrp().options.onReady(true);
    expect(it.vrrp().orders).toMatchObject([{ type: 'configure', serial: 2 }]);
  });

  test('is applied when both children have confirmed the new configuration', async () => {
    const it = await running();
    it.signal().onHangup();
    await settle();
    expect(it.vrrp().orders.at(-1)).toMatchObject({ type: 'configure', serial: 2 });
    expect(it.told.slice(1)).toEqual(['reloading']);
    it.vrrp().confirm();
    await settle();
    expect(it.ids()).not.toContain('reload.applied');
    it.health().confirm();
    await settle();
    expect(it.ids()).toContain('reload.applied');
    expect(it.told.slice(1)).toEqual(['reloading', 'ready 1 VRRP instance, 1 virtual server']);
  });

  test('waits ten seconds for a child, names it, and counts as applied without it', async () => {
    const it = await running();
    const answer = it.command().reload({ command: 'reload' });
    await settle();
    it.vrrp().confirm();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await answer).toMatchObject({ ok: true });
    expect(it.lines.filter(({ id }) => id === 'component.unconfirmed')).toMatchObject([
      { component: 'checker', fields: { seconds: 10 } },
    ]);
    expect(it.told.at(-1)).toBe('ready 1 VRRP instance, 1 virtual server');
  });

  test('of a child that was restarted meanwhile is confirmed by its successor', async () => {
    const it = await running();
    it.signal().onHangup();
    await settle();
    it.health().confirm();
    it.vrrp().options.onReady(true);
    expect(it.vrrp().orders.at(-1)).toMatchObject({ type: 'configure', serial: 2 });
    it.vrrp().confirm();
    await settle();
    expect(it.ids()).toContain('reload.applied');
  });

  test('of a file that is refused gives no child anything', async () => {
    const broken = notLoaded(fileFinding('load-failed', 'it is broken'), 0.1);
    const it = await running({ readConfig: async () => broken });
    const orders = it.vrrp().orders.length;
    expect(await it.command().reload({ command: 'reload' })).toMatchObject({ ok: false });
    expect(it.vrrp().orders).toHaveLength(orders);
    expect(it.told.at(-1)).toMatch(/^ready reload refused/);
  });

  test('starts the health process anew when it lacks a right', async () => {
    let isMissing = false;
    const rights = { of: () => [], take: () => isMissing, closedPath: undefined };
    const it = await running({ rights });
    isMissing = true;
    const orders = it.health().orders.length;
    it.signal().onHangup();
    await settle();
    expect(it.health().renewals).toBe(1);
    expect(it.health().orders).toHaveLength(orders);
  });
});

describe('a stop', () => {
  test('of children that end in order has status 0', async () => {
    const it = await running();
    it.signal().onStop('SIGTERM');
    expect(await it.status).toBe(0);
    expect(it.ids().slice(-2)).toEqual(['daemon.stopping', 'daemon.stopped']);
  });

  test('of a child that had to be killed has status 1', async () => {
    const it = await running();
    it.vrrp().stopOutcome = Promise.resolve({ end: 'killed' });
    it.signal().onStop('SIGTERM');
    expect(await it.status).toBe(1);
    expect(it.ids()).toContain('component.stop-failed');
    expect(it.ids()).toContain('component.cleaned-up');
  });

  test('comes before the health process while the vrrp process still ends', async () => {
    const it = await running();
    let end: (outcome: StopOutcome) => void = () => undefined;
    it.vrrp().stopOutcome = new Promise((resolve) => {
      end = resolve;
    });
    const stop = vi.spyOn(it.health(), 'stop');
    it.signal().onStop('SIGTERM');
    await settle();
    expect(stop).not.toHaveBeenCalled();
    end({ end: 'orderly', left: [] });
    await it.status;
    expect(stop).toHaveBeenCalledTimes(1);
  });

  test('before the first advertisement opens no metrics, which would keep the process', async () => {
    const listen = vi.fn(async () => undefined);
    const it = setUp({ listenForMetrics: listen });
    await settle();
    it.signal().onStop('SIGTERM');
    expect(await it.status).toBe(0);
    expect(listen).not.toHaveBeenCalled();
  });

  test('closes metrics that are only being opened', async () => {
    const close = vi.fn(async () => undefined);
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const listenForMetrics = async () => {
      await opened;
      return { close };
    };
    const it = await running({ listenForMetrics });
    it.signal().onStop('SIGTERM');
    await settle();
    open();
    expect(await it.status).toBe(0);
    expect(close).toHaveBeenCalledTimes(1);
  });

  test('does not wait for a reload that no child confirms', async () => {
    const it = await running();
    it.signal().onHangup();
    await settle();
    it.signal().onStop('SIGTERM');
    expect(await it.status).toBe(0);
  });

  test('of an operator is answered before it begins', async () => {
    const it = await running();
    const answer = await it.command().stop({ command: 'stop', keepTable: true });
    expect(answer).toMatchObject({ ok: true });
    expect(it.ids()).not.toContain('daemon.stopping');
    await settle();
    expect(await it.status).toBe(0);
  });
});
