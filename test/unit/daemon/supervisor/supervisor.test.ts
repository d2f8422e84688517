/** The main process with children, control socket, signals and service manager that are the test's. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { err, ok } from '../../../../src/core/base/result.ts';
import { seconds } from '../../../../src/core/base/time.ts';
import { fileFinding } from '../../../../src/core/language/diagnostic.ts';
import type { Config } from '../../../../src/core/model/config.ts';
import type { TrackScriptConfig } from '../../../../src/core/model/tracking.ts';
import { NotificationMachine } from '../../../../src/core/notifications/machine.ts';
import type { ProgramRequest } from '../../../../src/core/programs/program-request.ts';
import type { ControlHandlers } from '../../../../src/daemon/control/server.ts';
import type { Message } from '../../../../src/daemon/frame/dispatch.ts';
import type { RunOptions } from '../../../../src/daemon/frame/run-options.ts';
import type { LogLine } from '../../../../src/daemon/outlets/log/log.ts';
import type { ChildOptions } from '../../../../src/daemon/supervisor/child.ts';
import type { ChildPort } from '../../../../src/daemon/supervisor/children.ts';
import { NO_HOLDINGS } from '../../../../src/daemon/supervisor/holdings-record.ts';
import { type LoadedConfig, notLoaded } from '../../../../src/daemon/supervisor/load-config.ts';
import type { StopOutcome } from '../../../../src/daemon/supervisor/role-process.ts';
import { NO_HEALTH } from '../../../../src/daemon/supervisor/runtime-record.ts';
import type { SignalHandlers } from '../../../../src/daemon/supervisor/signals.ts';
import { Supervisor, type SupervisorParts } from '../../../../src/daemon/supervisor/supervisor.ts';
import { groupOf } from '../../../../src/drivers/programs/program-group.ts';
import { bfdCheck } from '../../../support/builders/check.ts';
import { fakeClock, settle, useFakeClock } from '../../../support/fake-process.ts';
import {
  config,
  instanceConfig,
  realServer,
  virtualServer,
} from '../../../support/state-fixture.ts';

const CONFIG = config([instanceConfig()], [virtualServer('192.0.2.80', [])]);

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

function loaded(of: Config = CONFIG): LoadedConfig & { readonly config: Config } {
  return { config: of, findings: [], seconds: 0.1, errors: 0, warnings: 0, exitStatus: 0 };
}

/** A child that does what the test says. */
class FakeChild implements ChildPort<Message> {
  readonly options: ChildOptions<Message>;
  readonly orders: Message[] = [];
  readonly lostAt: number = 0;
  isStarted = false;
  keepsSpare = false;
  isUp = false;
  renewals = 0;
  restarts = 0;
  heartbeatAt = 1;
  /** How its stop goes; a promise that stays open is a stop that hangs. */
  stopOutcome: Promise<StopOutcome> = Promise.resolve({ end: 'orderly', left: [] });

  constructor(options: ChildOptions<Message>) {
    this.options = options;
  }

  start(): void {
    this.isStarted = true;
  }

  send(message: Message): void {
    // What each process is told of itself stands before every configuration, and has tests of its own.
    if (message.type !== 'settings') this.orders.push(message);
  }

  watch(): void {}

  state() {
    const { name } = this.options;
    const { restarts, heartbeatAt } = this;
    return { name, up: this.isUp, pid: 7, heartbeatAt, restarts, latenessUs: 0 };
  }

  keepSpare(): void {
    this.keepsSpare = true;
  }

  renew(): void {
    this.renewals++;
  }

  stop(): Promise<StopOutcome> {
    return this.stopOutcome;
  }

  async substitute(): Promise<StopOutcome> {
    return { end: 'orderly', left: [] };
  }

  close(): void {}

  /** It is ready for a configuration. */
  ready(): void {
    this.isUp = true;
    this.options.onReady(false);
  }

  /** It says something. */
  say(message: Message & Readonly<Record<string, unknown>>): void {
    this.options.onMessage(message);
  }

  /** It confirms the configuration that it was given last. */
  confirm(): void {
    const order = this.orders.findLast(({ type }) => type === 'configure') as { serial?: number };
    const counts = { instances: 1, virtualServers: 1, operations: 0 };
    this.say({ type: 'configured', serial: order.serial, ...counts });
  }
}

function setUp(changes: Partial<SupervisorParts> = {}, roles = { vrrp: true, health: true }) {
  const children = new Map<string, FakeChild>();
  const lines: LogLine[] = [];
  const told: string[] = [];
  const now = fakeClock();
  let signals: SignalHandlers | undefined;
  let handlers: ControlHandlers | undefined;
  const options: RunOptions = {
    configFile: '/etc/tandem/tandem.conf',
    runtimeDir: '/run/tandem',
    logFormat: 'text',
    logLevel: 'debug',
    logPlace: { kind: 'stdout' },
    roles,
    metrics: { address: '127.0.0.1', port: 9165 },
  };
  const note =
    (what: string) =>
    (text: unknown): void => {
      told.push(`${what} ${text}`);
    };
  const supervisor = new Supervisor({
    options,
    loaded: loaded(),
    clock: { monotonic: () => now.now(), wall: () => Date.now() },
    logger: {
      log: (_level, line) => lines.push(line),
      enabled: () => true,
      close: async () => undefined,
    },
    notify: {
      problem: undefined,
      enabled: true,
      watchdogIntervalMs: undefined,
      ready: note('ready'),
      reloading: () => told.push('reloading'),
      stopping: note('stopping'),
      status: note('status'),
      watchdog: () => undefined,
      close: () => undefined,
    },
    makeChild: (made) => {
      const child = new FakeChild(made as never);
      children.set(made.name, child);
      // It takes any order, and answers only what the test says.
      return child as never;
    },
    rights: { of: () => [], take: () => false, closedPath: undefined },
    hearProcesses: () => ({ close: () => undefined }),
    scheduling: {
      own: () => ({ nice: 0, cpus: [0, 1] }),
      swap: () => 'none',
      setNice: () => undefined,
      setCpus: () => undefined,
      setRealTime: () => undefined,
      setRealTimeLimit: () => undefined,
    },
    readConfig: async () => loaded(),
    notifications: async () => new NotificationMachine({ user: 'root', host: 'vm' }),
    openDumps: async () => ({ write: (kind) => void told.push(`dump ${kind}`), data: () => [] }),
    loadIpvsModule: async () => undefined,
    firewall: {
      call: async () => ({ kind: 'missing' }),
      generation: async () => undefined,
      interfaceIndex: () => 0,
    },
    startControl: async (control) => {
      handlers = control.handlers;
      return ok({ close: async () => undefined });
    },
    listenForMetrics: async () => undefined,
    catchSignals: (caught) => {
      signals = caught;
    },
    pidFiles: { main: () => undefined, child: () => [], remove: () => [] },
    own: { rename: () => undefined, mask: () => undefined },
    traces: {
      besides: '/run/tandem/main.pid',
      makeDirectory: () => undefined,
      write: (path) => void told.push(`write ${path}`),
      remove: (path) => void told.push(`remove ${path}`),
    },
    reloadClock: { watch: () => ({ close: () => undefined }), remove: () => undefined },
    openRecord: () => ({
      read: () => ({ owned: [], health: NO_HEALTH }),
      touch: () => undefined,
      remove: () => undefined,
    }),
    openHoldings: () => ({
      read: () => NO_HOLDINGS,
      touch: () => undefined,
      remove: () => void told.push('holdings removed'),
    }),
    ...changes,
  });
  const child = (name: string): FakeChild => {
    const found = children.get(name);
    if (found === undefined) throw new Error(`no child ${name}`);
    return found;
  };
  return {
    supervisor,
    status: supervisor.run(),
    children,
    vrrp: () => child('vrrp'),
    health: () => child('health'),
    lines,
    told,
    ids: () => lines.map(({ id }) => id),
    signal: () => signals as SignalHandlers,
    command: () => handlers as ControlHandlers,
  };
}

type Setting = ReturnType<typeof setUp>;

async function running(changes: Partial<SupervisorParts> = {}): Promise<Setting> {
  const it = setUp(changes);
  await settle();
  for (const one of it.children.values()) one.ready();
  for (const one of it.children.values()) one.confirm();
  await settle();
  return it;
}

beforeEach(useFakeClock);
afterEach(() => {
  vi.useRealTimers();
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
    expect(it.told).toEqual(['ready 1 VRRP instances, 1 virtual servers']);
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
    expect(it.told.slice(1)).toEqual(['reloading', 'ready 1 VRRP instances, 1 virtual servers']);
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
    expect(it.told.at(-1)).toBe('ready 1 VRRP instances, 1 virtual servers');
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
  const tracking = config([instanceConfig({ trackers })], CONFIG.virtualServers, { tracked });
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
    setUp({ loaded: loaded({ ...CONFIG, global: { ...CONFIG.global, lifecycle } }) });
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
