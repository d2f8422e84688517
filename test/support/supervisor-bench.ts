/** What tests of the main process run it with: children, control socket, signals and service manager that are the test's. */

import { ok } from '../../src/core/base/result.ts';
import { NO_ORDERS } from '../../src/core/health/server-orders.ts';
import type { Config } from '../../src/core/model/config.ts';
import { NotificationMachine } from '../../src/core/notifications/machine.ts';
import type { ControlHandlers } from '../../src/daemon/control/server.ts';
import type { Message } from '../../src/daemon/frame/dispatch.ts';
import type { RunOptions } from '../../src/daemon/frame/run-options.ts';
// A supervisor loads it late: on a busy machine that would be after the last test of a file.
import '../../src/daemon/outlets/metrics/metrics.ts';
import type { LogLine } from '../../src/daemon/outlets/log/log.ts';
import type { ChildOptions } from '../../src/daemon/supervisor/child.ts';
import type { ChildPort } from '../../src/daemon/supervisor/children.ts';
import { NO_HOLDINGS } from '../../src/daemon/supervisor/holdings-record.ts';
import type { LoadedConfig } from '../../src/daemon/supervisor/load-config.ts';
import type { StopOutcome } from '../../src/daemon/supervisor/role-process.ts';
import { NO_HEALTH } from '../../src/daemon/supervisor/runtime-record.ts';
import type { SignalHandlers } from '../../src/daemon/supervisor/signals.ts';
import { Supervisor, type SupervisorParts } from '../../src/daemon/supervisor/supervisor.ts';
import { fakeClock, settle } from './fake-process.ts';
import { config, instanceConfig, virtualServer } from './state-fixture.ts';

/** One instance and one virtual server. */
export const SUPERVISED: Config = config([instanceConfig()], [virtualServer('192.0.2.80', [])]);

/** A configuration that was read without a finding. */
export function loaded(of: Config = SUPERVISED): LoadedConfig & { readonly config: Config } {
  return { config: of, findings: [], seconds: 0.1, errors: 0, warnings: 0, exitStatus: 0 };
}

/** A child that does what the test says. */
export class FakeChild implements ChildPort<Message> {
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

  /** It is ready for a configuration, the first of its role or another in its place. */
  ready(isAnother = false): void {
    this.isUp = true;
    this.options.onReady(isAnother);
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

/** A supervisor that has begun, with all that it talks to. */
export function setUp(
  changes: Partial<SupervisorParts> = {},
  roles = { vrrp: true, health: true },
) {
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
    hearProcesses: () => ({ setReceiveBuffer: () => undefined, close: () => undefined }),
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
      read: () => ({ owned: [], health: NO_HEALTH, orders: NO_ORDERS }),
      touch: () => undefined,
      write: () => undefined,
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

/** What a test has of it. */
export type Setting = ReturnType<typeof setUp>;

/** One whose children are ready and have confirmed their configuration. */
export async function running(changes: Partial<SupervisorParts> = {}): Promise<Setting> {
  const it = setUp(changes);
  await settle();
  for (const one of it.children.values()) one.ready();
  for (const one of it.children.values()) one.confirm();
  await settle();
  return it;
}
