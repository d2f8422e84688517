/** The health process with a real machine; probes end as the test says, and the kernel's IPVS is a list. */

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { IpAddress } from '../../../../src/core/base/address.ts';
import { seconds, ZERO_DURATION } from '../../../../src/core/base/time.ts';
import type { HealthReport } from '../../../../src/core/health/events-and-actions.ts';
import { HealthMachine } from '../../../../src/core/health/machine.ts';
import type { IpvsOperation, IpvsTable } from '../../../../src/core/lvs/ipvs-table.ts';
import { applyOperations } from '../../../../src/core/lvs/table-operations.ts';
import type { CheckConfig } from '../../../../src/core/model/config.ts';
import type { AddressFact } from '../../../../src/core/vrrp/events-and-actions.ts';
import type { FromHealth, ToHealth } from '../../../../src/daemon/frame/messages.ts';
import { ProcessFrame } from '../../../../src/daemon/frame/process-frame.ts';
import type { HealthCore, IpvsPort } from '../../../../src/daemon/health/ports.ts';
import { HealthRole } from '../../../../src/daemon/health/role.ts';
import { KernelError } from '../../../../src/drivers/kernel-error.ts';
import type { ProbeRunnerOptions } from '../../../../src/drivers/probes/probe-runner.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { fileCheck } from '../../../support/builders/check.ts';
import { realServer, virtualServer } from '../../../support/builders/service.ts';
import { FakeProcess, settle, useFakeClock } from '../../../support/fake-process.ts';
import { readerOf } from '../../../support/memory-ipvs.ts';
import { SyncKernel } from '../../../support/sync-kernel.ts';

/** The kernel's IPVS: a table, and what it was told. */
class MemoryIpvs {
  table: IpvsTable = new Map();
  operations: IpvsOperation[] = [];
  refuse: (operation: IpvsOperation) => string | undefined = () => undefined;
  hangs = false;

  readonly port: IpvsPort = {
    ...readerOf(() => this.table).port,
    apply: (operations) => {
      const errors = operations.flatMap((operation) => {
        const errno = this.refuse(operation);
        return errno === undefined
          ? []
          : [{ operation, error: new KernelError(operation.type, errno) }];
      });
      const refused = new Set(errors.map(({ operation }) => operation));
      const taken = operations.filter((operation) => !refused.has(operation));
      this.table = applyOperations(this.table, taken);
      this.operations.push(...taken);
      const answer = { applied: taken.length, errors };
      return this.hangs ? new Promise<never>(() => undefined) : Promise.resolve(answer);
    },
    setTimeouts: async () => undefined,
    setReceiveBuffer: () => undefined,
    ...new SyncKernel().port,
    close: () => undefined,
  };
}

const CHECK: CheckConfig = {
  type: 'TCP_CHECK',
  label: 'TCP_CHECK#1',
  delayLoop: seconds(4),
  warmup: ZERO_DURATION,
  retry: 0,
  delayBeforeRetry: seconds(1),
  alpha: false,
  logAllFailures: false,
  target: { address: ip('10.0.1.1'), port: 80, connectTimeout: seconds(2) },
};
const SERVER = virtualServer({
  realServers: [realServer('10.0.1.1', 80, { checks: [CHECK] }), realServer('10.0.1.2', 80)],
});
const CONFIGURE: ToHealth = {
  type: 'configure',
  serial: 1,
  isTraced: false,
  virtualServers: [SERVER],
  owned: [],
  known: { down: [], alive: [], quorumUp: [] },
};

async function setUp(core: HealthCore = new HealthMachine({ random: () => 0 })) {
  const host = new FakeProcess<FromHealth>();
  const ipvs = new MemoryIpvs();
  const probes: { id: number; generation: number }[] = [];
  const modules: (string | undefined)[] = [];
  const held: IpAddress[] = [];
  let onEnd: ProbeRunnerOptions['onEnd'] = () => undefined;
  let programs: ProbeRunnerOptions['programs'] | undefined;
  const frame = new ProcessFrame<ToHealth, FromHealth, HealthReport>(host);
  const role = new HealthRole(frame, {
    core,
    openIpvs: async (loadModule) => {
      modules.push(await loadModule());
      return { ok: true, value: ipvs.port };
    },
    openAddresses: () => ({
      monitor: () => undefined,
      dump: async () => ({ interfaces: [], addresses: held.map(addressFact), links: [] }),
      close: () => undefined,
    }),
    openProbes: (options) => {
      onEnd = options.onEnd;
      programs = options.programs;
      return {
        start: (id, generation) => probes.push({ id, generation }),
        cancel: () => undefined,
        close: () => undefined,
      };
    },
    readSysctl: () => undefined,
    writeSysctl: () => 'ENOENT',
  });
  await frame.run(role);
  return {
    host,
    ipvs,
    probes,
    modules,
    held,
    order: (message: ToHealth) => host.order(message),
    runProgram: (...args: Parameters<ProbeRunnerOptions['programs']['run']>) =>
      programs?.run(...args),
    end: (outcome: 'ok' | 'refused') => {
      const last = probes.at(-1);
      if (last === undefined) throw new Error('no probe runs');
      onEnd(last.id, last.generation, { outcome, detail: outcome, elapsed: ZERO_DURATION });
    },
  };
}

function addressFact(address: IpAddress): AddressFact {
  return { ifindex: 1, address, prefixLength: 32 } as AddressFact;
}

type Setting = Awaited<ReturnType<typeof setUp>>;

async function configured(core?: HealthCore): Promise<Setting> {
  const it = await setUp(core);
  it.order(CONFIGURE);
  await settle();
  it.order({ type: 'moduleLoaded' });
  await settle();
  return it;
}

beforeEach(useFakeClock);
afterEach(() => {
  vi.useRealTimers();
});

test('has the module loaded, fills the table and confirms the configuration', async () => {
  const { host, ipvs, modules } = await configured();
  expect(host.of('loadModule')).toHaveLength(1);
  expect(modules).toEqual([undefined]);
  expect([...(ipvs.table.values().next().value?.destinations.keys() ?? [])]).toHaveLength(2);
  expect(host.of('configured')).toEqual([
    { type: 'configured', serial: 1, virtualServers: 1, operations: 3 },
  ]);
  expect(host.of('views')[0]?.virtualServers.map(({ key }) => key)).toEqual([SERVER.key]);
});

test('goes on when the supervisor does not say what became of the module', async () => {
  const it = await setUp();
  it.order(CONFIGURE);
  await vi.advanceTimersByTimeAsync(12_500);
  expect(it.modules).toEqual(['no answer']);
});

test('removes a server from the table when its check fails, and reports both', async () => {
  const it = await configured();
  it.ipvs.operations.splice(0);
  await vi.advanceTimersByTimeAsync(5_000);
  it.end('refused');
  await settle();
  await settle();
  expect(it.ipvs.operations).toMatchObject([{ type: 'removeDestination' }]);
  const facts = it.host
    .of('facts')
    .flatMap(({ facts: timed }) => timed.map(({ report }) => report));
  expect(facts.slice(-2)).toMatchObject([
    { type: 'checkChanged', realServer: '10.0.1.1:80', up: false },
    { type: 'serverChanged', realServer: '10.0.1.1:80', up: false },
  ]);
});

test('plans when the machine orders it, though no server has changed: a drain, a weight of an operator', async () => {
  let weight = 1;
  const it = await configured({
    deadline: undefined,
    handle: (_now, event) =>
      event.type === 'probeEnded' ? [{ type: 'replan', virtualServer: SERVER.key }] : [],
    view: () => ({ virtualServers: [] }),
    viewOf: () => [],
    effectiveWeight: () => weight,
    sorryServerActive: () => false,
    leaving: () => [],
    leavingServices: () => [],
  });
  it.ipvs.operations.splice(0);
  weight = 0;
  it.probes.push({ id: 1, generation: 1 });
  it.end('ok');
  await settle();
  await settle();
  expect(it.ipvs.operations).toMatchObject([
    { type: 'updateDestination', destination: { weight: 0 } },
    { type: 'updateDestination', destination: { weight: 0 } },
  ]);
});

test('reports what the kernel refuses, and tries again', async () => {
  const it = await setUp();
  it.ipvs.refuse = () => 'EPERM';
  it.order(CONFIGURE);
  await settle();
  it.order({ type: 'moduleLoaded' });
  await settle();
  expect(it.host.of('trouble').length).toBeGreaterThan(0);
  expect(it.host.of('configured')).toMatchObject([{ operations: 0 }]);
  it.ipvs.refuse = () => undefined;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(it.ipvs.table.size).toBe(1);
  expect(it.host.of('refusalsEnded')).toHaveLength(1);
});

test('gives signs of life before it has a configuration', async () => {
  const { host } = await setUp();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(host.of('heartbeat')).toHaveLength(1);
});

describe('a stop', () => {
  test.each([
    ['that keeps the table', (it: Setting) => it.order({ type: 'shutdown', keepTable: true }), 1],
    ['that does not', (it: Setting) => it.order({ type: 'shutdown', keepTable: false }), 0],
    ['because the supervisor is gone keeps it, too', (it: Setting) => it.host.vanish(), 1],
  ])('%s', async (_title, stop, services) => {
    const it = await configured();
    stop(it);
    await settle();
    expect(it.ipvs.table.size).toBe(services);
    expect(it.host.said.at(-1)).toEqual({ type: 'stopped', left: [] });
  });

  test('that the kernel does not answer ends the process all the same', async () => {
    const it = await configured();
    it.ipvs.hangs = true;
    it.order({ type: 'shutdown', keepTable: false });
    await vi.advanceTimersByTimeAsync(it.host.stopMsMax);
    expect(it.host.exits).toEqual([1]);
  });
});

test('removes the services of a process that is gone, and ends', async () => {
  const before = await configured();
  const owned = [...before.ipvs.table.keys()];
  const it = await setUp();
  it.ipvs.table = before.ipvs.table;
  it.order({ type: 'cleanUp', owned });
  await settle();
  it.order({ type: 'moduleLoaded' });
  await settle();
  expect(it.ipvs.table.size).toBe(0);
  expect(it.host.said.at(-1)).toEqual({ type: 'stopped', left: [] });
});

test('O6: the results of probes are reported while traffic is wanted, and not otherwise', async () => {
  const traced = (it: Setting): unknown[] =>
    it.host
      .of('facts')
      .flatMap(({ facts }) => facts.map(({ report }) => report))
      .flatMap((report) => (report.type === 'trace' ? report.fact : []));
  const quiet = await configured();
  const it = await configured();
  if (CONFIGURE.type === 'configure') it.order({ ...CONFIGURE, serial: 2, isTraced: true });
  for (const one of [quiet, it]) {
    await vi.advanceTimersByTimeAsync(5_000);
    one.end('refused');
    await vi.advanceTimersByTimeAsync(5_000);
    one.end('refused');
    await settle();
  }
  expect(traced(quiet)).toEqual([]);
  const check = 'TCP_CHECK#1 to 10.0.1.1:80';
  expect(traced(it).at(-1)).toMatchObject({
    id: 'trace.probe',
    check,
    result: { outcome: 'refused' },
  });
});

test('programs of checks are run by way of the main process; what is taken back has no end', async () => {
  const it = await configured();
  const program = { command: { argv: ['/bin/check'] }, timeLimit: seconds(3) };
  const ends: string[] = [];
  for (const name of ['a', 'b']) it.runProgram(program, () => ends.push(name));
  const cancel = it.runProgram(program, () => ends.push('c'));
  const asked = it.host.of('runProgram');
  expect(asked.map((message) => message.program)).toEqual([program, program, program]);
  cancel?.();
  cancel?.();
  expect(it.host.of('cancelProgram')).toEqual([{ type: 'cancelProgram', id: asked[2]?.id }]);
  for (const { id } of [...asked].reverse()) {
    const end = {
      key: `${id}`,
      outcome: { kind: 'exited', status: 0 },
      ran: ZERO_DURATION,
    } as const;
    it.order({ type: 'programEnded', id, end });
  }
  expect(ends).toEqual(['b', 'a']);
});

test('a check that goes by a tracked file sets the weight in the kernel', async () => {
  const file: CheckConfig = fileCheck({ weight: 2 });
  const server = virtualServer({
    realServers: [realServer('10.0.1.1', 80, { weight: 10, checks: [file] })],
  });
  const it = await setUp();
  // What is known comes before the configuration.
  const facts = [{ kind: 'file', name: 'load', value: 5 }] as const;
  it.order({ type: 'trackers', facts, isComplete: true });
  if (CONFIGURE.type === 'configure') it.order({ ...CONFIGURE, virtualServers: [server] });
  await settle();
  it.order({ type: 'moduleLoaded' });
  await settle();
  const weights = (): unknown =>
    [...(it.ipvs.table.values().next().value?.destinations.values() ?? [])].map(
      ({ weight }) => weight,
    );
  expect(weights()).toEqual([20]);
  it.order({ type: 'trackers', facts: [{ ...facts[0], value: -5 }], isComplete: false });
  await settle();
  expect(weights()).toEqual([0]);
  expect(it.probes).toEqual([]);
});

test('asks servers of ha_suspend only while this host has the address', async () => {
  const it = await setUp();
  const haSuspend = { ...SERVER, haSuspend: true };
  it.order({ ...CONFIGURE, virtualServers: [haSuspend] });
  await settle();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(it.probes).toEqual([]);
  expect(
    it.host.of('facts').flatMap(({ facts }) => facts.map(({ report }) => report.type)),
  ).toContain('checksSuspended');
  it.held.push(ip('192.0.2.10'));
  it.order({ ...CONFIGURE, serial: 2, virtualServers: [haSuspend] });
  await settle();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(it.probes).toHaveLength(1);
});
