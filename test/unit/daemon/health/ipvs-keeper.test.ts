/** The keeper of the kernel's IPVS table, with a kernel that is a Map. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { IpAddress } from '../../../../src/core/base/address.ts';
import type { ServerVerdicts } from '../../../../src/core/lvs/desired.ts';
import type { IpvsOperation, IpvsTable } from '../../../../src/core/lvs/ipvs-table.ts';
import { applyOperations } from '../../../../src/core/lvs/table-operations.ts';
import type { RealServerConfig, VirtualServerConfig } from '../../../../src/core/model/config.ts';
import type { FromHealth } from '../../../../src/daemon/frame/messages.ts';
import { IpvsKeeper } from '../../../../src/daemon/health/ipvs-keeper.ts';
import type { IpvsPort } from '../../../../src/daemon/health/ports.ts';
import { KernelError } from '../../../../src/drivers/kernel-error.ts';
import {
  addressService,
  realServer as builtServer,
  virtualServer as builtService,
} from '../../../support/builders/service.ts';
import { type MemoryReader, readerOf } from '../../../support/memory-ipvs.ts';
import { SyncKernel } from '../../../support/sync-kernel.ts';

function realServer(last: number): RealServerConfig {
  return builtServer(`10.0.0.${last}`, 80);
}

function virtualServer(last: number, servers: readonly number[]): VirtualServerConfig {
  const address = `192.0.2.${last}`;
  return builtService({
    title: `${address} 80`,
    services: [addressService(address, 80)],
    scheduler: 'rr',
    realServers: servers.map(realServer),
  });
}

/** A kernel that keeps its table in memory and can be told to refuse. */
class MapKernel {
  table: IpvsTable = new Map();
  applied: IpvsOperation[] = [];
  closed = false;
  refuse: (operation: IpvsOperation) => string | undefined = () => undefined;
  readonly sync = new SyncKernel();
  readonly #reader = readerOf(() => this.table);

  get reads(): MemoryReader['reads'] {
    return this.#reader.reads;
  }

  readonly port: IpvsPort = {
    ...this.#reader.port,
    apply: async (operations) => {
      const errors = [];
      for (const operation of operations) {
        const errno = this.refuse(operation);
        if (errno !== undefined) {
          errors.push({ operation, error: new KernelError(operation.type, errno) });
          continue;
        }
        this.table = applyOperations(this.table, [operation]);
        this.applied.push(operation);
      }
      return { applied: operations.length - errors.length, errors };
    },
    setTimeouts: async () => undefined,
    setReceiveBuffer: () => undefined,
    ...this.sync.port,
    close: () => {
      this.closed = true;
    },
  };
}

const weights = new Map<string, number | undefined>();
const health: ServerVerdicts = {
  effectiveWeight: (_virtualServer, server) => (weights.has(server) ? weights.get(server) : 1),
  sorryServerActive: () => false,
  leaving: () => [],
  leavingServices: () => [],
};

function setUp(
  kernel: MapKernel,
  isAvailable: () => boolean = () => true,
  verdicts: ServerVerdicts = health,
) {
  const said: FromHealth[] = [];
  const keeper = new IpvsKeeper({
    health: verdicts,
    clocks: { now: () => Date.now() * 1_000, spent: () => 0 },
    open: async () =>
      isAvailable()
        ? { ok: true, value: kernel.port }
        : { ok: false, error: { message: 'the kernel has no IPVS' } },
    send: (message) => said.push(message),
    onTable: () => undefined,
  });
  const count = (type: FromHealth['type']): number => said.filter((m) => m.type === type).length;
  return { keeper, said, count };
}

function shape(table: IpvsTable): Record<string, string[]> {
  return Object.fromEntries(
    [...table].map(([key, entry]) => [key, [...entry.destinations.keys()].sort()]),
  );
}

beforeEach(() => {
  weights.clear();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !condition(); i++) await new Promise((r) => setImmediate(r));
  expect(condition()).toBe(true);
}

/** Lets time pass in steps, with turns of the event loop between them. */
async function pass(ms: number): Promise<void> {
  for (let step = 0; step < ms; step += 100) {
    await vi.advanceTimersByTimeAsync(100);
    for (let turn = 0; turn < 5; turn++) await new Promise((r) => setImmediate(r));
  }
}

describe('IpvsKeeper', () => {
  test('makes the table what the configuration says, and confirms it', async () => {
    const kernel = new MapKernel();
    const { keeper, count } = setUp(kernel);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [11, 12])], owned: [] });
    await until(() => count('configured') === 1);
    expect(shape(kernel.table)).toEqual({ 'tcp:192.0.2.1:80': ['10.0.0.11:80', '10.0.0.12:80'] });
  });

  test('a goal is confirmed by the cycle that has planned it, not by one that was under way', async () => {
    const kernel = new MapKernel();
    const { keeper, said } = setUp(kernel);
    const confirmed = () => said.flatMap((one) => (one.type === 'configured' ? one.serial : []));
    const dump = kernel.port.dumpTable;
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    Object.assign(kernel.port, {
      dumpTable: async (isWanted: never) => {
        const table = await dump(isWanted);
        await held;
        return table;
      },
    });
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [11])], owned: [] });
    await until(() => kernel.reads.dumps === 1);
    keeper.configure({ serial: 2, virtualServers: [virtualServer(2, [21])], owned: [] });
    release();
    await until(() => confirmed().length > 0);
    expect(confirmed()).toEqual([2]);
    expect([...kernel.table.keys()]).toEqual(['tcp:192.0.2.2:80']);
  });

  test('a start on a kernel that is right already changes nothing', async () => {
    const kernel = new MapKernel();
    const goal = { serial: 1, virtualServers: [virtualServer(1, [11])], owned: [] };
    const first = setUp(kernel);
    first.keeper.configure(goal);
    await until(() => first.count('configured') === 1);
    kernel.applied = [];
    const second = setUp(kernel);
    second.keeper.configure(goal);
    await until(() => second.count('configured') === 1);
    expect(kernel.applied).toEqual([]);
  });

  test('a server that failed is taken out without reading the table again', async () => {
    const kernel = new MapKernel();
    const { keeper, count } = setUp(kernel);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [11, 12])], owned: [] });
    await until(() => count('configured') === 1);
    const { dumps } = kernel.reads;
    weights.set('10.0.0.11:80', undefined);
    keeper.request('tcp:192.0.2.1:80');
    await until(() => shape(kernel.table)['tcp:192.0.2.1:80']?.length === 1);
    expect(kernel.reads.dumps).toBe(dumps);
  });

  test('repairs what somebody else deleted, and says so', async () => {
    const kernel = new MapKernel();
    const { keeper, count } = setUp(kernel);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [11])], owned: [] });
    await until(() => count('configured') === 1);
    kernel.table = new Map();
    await vi.advanceTimersByTimeAsync(2_000);
    await until(() => count('repaired') === 1);
    expect(shape(kernel.table)).toEqual({ 'tcp:192.0.2.1:80': ['10.0.0.11:80'] });
  });

  test('H11: names what somebody else changed, with what it was and what it is again', async () => {
    const kernel = new MapKernel();
    const { keeper, said, count } = setUp(kernel);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [11, 12])], owned: [] });
    await until(() => count('configured') === 1);
    const key = 'tcp:192.0.2.1:80';
    const entry = kernel.table.get(key);
    const server = entry?.destinations.get('10.0.0.11:80');
    if (entry === undefined || server === undefined) throw new Error('not in the table');
    const destinations = new Map([
      ['10.0.0.11:80', { ...server, weight: 5 }],
      ['10.0.0.99:80', { ...server, address: '10.0.0.99' as IpAddress }],
    ]);
    kernel.table = new Map([[key, { ...entry, destinations }]]);
    await vi.advanceTimersByTimeAsync(2_000);
    await until(() => count('repaired') === 1);
    expect(said.find((message) => message.type === 'repaired')).toMatchObject({
      operations: 3,
      repairs: [
        { service: key, server: '10.0.0.12:80', found: 'missing' },
        { server: '10.0.0.11:80', found: 'changed', settings: [{ name: 'weight', was: 5, is: 1 }] },
        { service: key, server: '10.0.0.99:80', found: 'foreign', settings: [] },
      ],
    });
    expect(shape(kernel.table)).toEqual({ [key]: ['10.0.0.11:80', '10.0.0.12:80'] });
  });

  test('H11: a change by hand is said also when a check changes another service at the same time', async () => {
    const kernel = new MapKernel();
    const { keeper, said, count } = setUp(kernel);
    keeper.configure({
      serial: 1,
      virtualServers: [virtualServer(1, [11, 12]), virtualServer(2, [21, 22])],
      owned: [],
    });
    await until(() => count('configured') === 1);
    kernel.table = applyOperations(
      kernel.table,
      [...kernel.table].flatMap(([key, { service, destinations }]) =>
        [...destinations].map(([destinationKey, destination]) => ({
          type: 'removeDestination' as const,
          key,
          service,
          destinationKey,
          destination,
        })),
      ),
    );
    // A refusal-free way to make the keeper read and plan in one cycle: the timer and a request together.
    vi.advanceTimersByTime(2_000);
    weights.set('10.0.0.21:80', undefined);
    keeper.request('tcp:192.0.2.2:80');
    await until(() => count('repaired') === 1);
    expect(said.find((message) => message.type === 'repaired')).toMatchObject({ operations: 2 });
  });

  test('H11: many changes by hand are a number', async () => {
    const kernel = new MapKernel();
    const { keeper, said, count } = setUp(kernel);
    const servers = Array.from({ length: 100 }, (_, index) => index + 1);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, servers)], owned: [] });
    await until(() => count('configured') === 1);
    kernel.table = new Map();
    await vi.advanceTimersByTimeAsync(2_000);
    await until(() => count('repaired') === 1);
    const repaired = said.find((message) => message.type === 'repaired');
    expect(repaired?.operations).toBe(101);
    expect(repaired?.repairs).toHaveLength(5);
  });

  test('H7: a table that is cleared while health changes all the time is repaired within a second', async () => {
    const kernel = new MapKernel();
    const { keeper, count } = setUp(kernel);
    const servers = [virtualServer(1, [11, 12]), virtualServer(2, [21])];
    keeper.configure({ serial: 1, virtualServers: servers, owned: [] });
    await until(() => count('configured') === 1);
    kernel.table = new Map();
    for (let step = 0; step < 10; step++) {
      weights.set('10.0.0.11:80', step);
      keeper.request('tcp:192.0.2.1:80');
      await pass(100);
    }
    expect([...kernel.table.keys()]).toContain('tcp:192.0.2.2:80');
    expect(count('repaired')).toBe(1);
    await keeper.stop(true);
  });

  test('H7: one slow reading of counters does not make the next look wait', async () => {
    const kernel = new MapKernel();
    const { services } = kernel.port;
    let slowness = 3_000;
    Object.assign(kernel.port, {
      services: async () => {
        await new Promise((resolve) => setTimeout(resolve, slowness));
        slowness = 0;
        return services();
      },
    });
    const { keeper, count } = setUp(kernel);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [11])], owned: [] });
    await until(() => count('configured') === 1);
    await pass(2_100);
    expect(slowness).toBe(3_000);
    await pass(3_000);
    expect(slowness).toBe(0);
    kernel.table = new Map();
    await pass(1_000);
    expect(kernel.table.size).toBe(1);
    await keeper.stop(true);
  });

  test('H7: what looks otherwise in the file and is as it should be is read once, not at each look', async () => {
    const kernel = new MapKernel();
    const { look } = kernel.port;
    Object.assign(kernel.port, {
      look: async () => {
        const seen = await look();
        return seen.ok
          ? { ok: true, value: new Map([...seen.value].map(([key, one]) => [key, one + 1])) }
          : seen;
      },
    });
    const { keeper, count } = setUp(kernel);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [11])], owned: [] });
    await until(() => count('configured') === 1);
    await pass(10_000);
    expect(kernel.reads.looks).toBeGreaterThan(9);
    expect(kernel.reads.dumps).toBe(2);
    expect(count('repaired')).toBe(0);
    await keeper.stop(true);
  });

  test('H7: without the file the rounds of counters notice changes, and it is said once', async () => {
    const kernel = new MapKernel();
    const error = new KernelError('read /proc/self/net/ip_vs', 'EACCES');
    Object.assign(kernel.port, { look: async () => ({ ok: false, error }) });
    const { keeper, said, count } = setUp(kernel);
    keeper.configure({
      serial: 1,
      virtualServers: [virtualServer(1, [11]), virtualServer(2, [21])],
      owned: [],
    });
    await until(() => count('configured') === 1);
    kernel.table = new Map([...kernel.table].slice(1));
    await pass(2_500);
    expect(kernel.table.size).toBe(2);
    for (const [key, { service }] of kernel.table) {
      kernel.table = new Map([...kernel.table, [key, { service, destinations: new Map() }]]);
    }
    await pass(2_500);
    expect(shape(kernel.table)).toEqual({
      'tcp:192.0.2.1:80': ['10.0.0.11:80'],
      'tcp:192.0.2.2:80': ['10.0.0.21:80'],
    });
    expect(count('repaired')).toBe(2);
    expect(said.filter((message) => message.type === 'trouble')).toMatchObject([
      { trouble: { operation: 'read-ipvs-table', errno: 'EACCES' } },
    ]);
    await keeper.stop(true);
  });

  test('a reload plans what has changed: equal objects are not asked about, from A to B to A nothing is touched', async () => {
    const kernel = new MapKernel();
    const asked: string[] = [];
    const { keeper, count } = setUp(kernel, undefined, {
      ...health,
      effectiveWeight: (key, server) => {
        asked.push(key);
        return health.effectiveWeight(key, server);
      },
    });
    const [a, b] = [virtualServer(1, [11, 12]), virtualServer(2, [21])];
    keeper.configure({ serial: 1, virtualServers: [a, b], owned: [] });
    await until(() => count('configured') === 1);
    const before = kernel.table.get('tcp:192.0.2.1:80');
    kernel.applied = [];
    asked.length = 0;
    const { dumps, looks } = kernel.reads;
    const changed = { ...b, scheduler: 'wlc' };
    keeper.configure({ serial: 2, virtualServers: [a, changed], owned: [...kernel.table.keys()] });
    await until(() => count('configured') === 2);
    expect(new Set(asked)).toEqual(new Set([b.key]));
    expect(kernel.applied.map(({ type, key }) => `${type} ${key}`)).toEqual([
      'updateService tcp:192.0.2.2:80',
    ]);
    expect(kernel.reads).toMatchObject({ dumps, looks });
    keeper.configure({ serial: 3, virtualServers: [a, b], owned: [] });
    await until(() => count('configured') === 3);
    keeper.configure({ serial: 4, virtualServers: [a], owned: [] });
    await until(() => count('configured') === 4);
    keeper.configure({ serial: 5, virtualServers: [a, b], owned: [] });
    await until(() => count('configured') === 5);
    expect([...kernel.table.keys()]).toEqual(['tcp:192.0.2.1:80', 'tcp:192.0.2.2:80']);
    expect(kernel.table.get('tcp:192.0.2.1:80')).toBe(before);
    expect(count('repaired')).toBe(0);
    await keeper.stop(true);
  });

  test('H4: one line for a cause with its number; servers of a service that is not there are not tried', async () => {
    const kernel = new MapKernel();
    let hasScheduler = false;
    kernel.refuse = (operation) => {
      if (operation.type === 'addService') return hasScheduler ? undefined : 'ENOENT';
      return kernel.table.has(operation.key) ? undefined : 'ESRCH';
    };
    const { keeper, said, count } = setUp(kernel);
    const servers = Array.from({ length: 100 }, (_, index) => index + 1);
    const virtualServers = Array.from({ length: 20 }, (_, index) =>
      virtualServer(index + 1, servers),
    );
    keeper.configure({ serial: 1, virtualServers, owned: [] });
    await pass(15_000);
    const status = () => said.findLast((message) => message.type === 'ipvs')?.status;
    const attempts = (status()?.refusals ?? 0) / 20;
    expect(attempts).toBeGreaterThan(3);
    expect(attempts).toBeLessThan(15);
    expect(Number.isInteger(attempts)).toBe(true);
    expect(said.filter((message) => message.type === 'trouble')).toEqual([
      {
        type: 'trouble',
        trouble: {
          operation: 'add-service',
          about: expect.stringMatching(/^tcp:/),
          count: 20,
          errno: 'ENOENT',
          detail: 'the kernel has no module ip_vs_rr',
        },
      },
    ]);
    hasScheduler = true;
    await pass(11_000);
    await until(() => count('refusalsEnded') === 1);
    expect(kernel.table.size).toBe(20);
    expect(count('trouble')).toBe(1);
    await keeper.stop(true);
  });

  test('H10: a refused change disturbs nothing else, and what is shown is what the kernel has', async () => {
    const kernel = new MapKernel();
    kernel.refuse = ({ type, service }) =>
      type === 'updateService' && service.scheduler === 'twos' ? 'ENOENT' : undefined;
    const { keeper, said, count } = setUp(kernel);
    const [first, second] = [virtualServer(1, [11, 12]), virtualServer(2, [21, 22])];
    keeper.configure({ serial: 1, virtualServers: [first, second], owned: [] });
    await until(() => count('configured') === 1);
    const wanted = { ...first, scheduler: 'twos' };
    keeper.configure({ serial: 2, virtualServers: [wanted, second], owned: [] });
    await pass(7_000);
    const status = () => said.findLast((message) => message.type === 'ipvs')?.status;
    expect(status()).toMatchObject({
      services: 2,
      destinations: 4,
      refused: {
        causes: [{ operation: 'change-service', detail: 'the kernel has no module ip_vs_twos' }],
        services: { 'tcp:192.0.2.1:80': expect.stringContaining('ip_vs_twos') },
      },
    });
    // The pause is seconds long now: others, and other changes of the same service, do not wait for it.
    const attempts = status()?.refusals ?? 0;
    const { dumps } = kernel.reads;
    weights.set('10.0.0.11:80', undefined);
    weights.set('10.0.0.21:80', undefined);
    keeper.request(first.key);
    keeper.request(second.key);
    await pass(100);
    expect(shape(kernel.table)).toEqual({
      'tcp:192.0.2.1:80': ['10.0.0.12:80'],
      'tcp:192.0.2.2:80': ['10.0.0.22:80'],
    });
    weights.clear();
    keeper.request();
    await pass(100);
    expect(shape(kernel.table)['tcp:192.0.2.2:80']).toHaveLength(2);
    expect(status()?.refusals).toBe(attempts);
    expect(kernel.reads.dumps).toBe(dumps);
    expect(count('trouble')).toBe(1);
    expect(count('repaired')).toBe(0);
    // Another value is another operation, and is tried at once.
    keeper.configure({ serial: 3, virtualServers: [first, second], owned: [] });
    await until(() => count('refusalsEnded') === 1);
    expect(status()?.refused).toEqual({ causes: [], services: {} });
    await keeper.stop(true);
  });

  test('H10: who waits for a configuration knows what of it was refused', async () => {
    const kernel = new MapKernel();
    kernel.refuse = ({ type }) => (type === 'addService' ? 'ENOENT' : undefined);
    const { keeper, said } = setUp(kernel);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [11])], owned: [] });
    await until(() => said.some((message) => message.type === 'configured'));
    const before = said.slice(
      0,
      said.findIndex((message) => message.type === 'configured'),
    );
    expect(
      before.findLast((message) => message.type === 'ipvs')?.status.refused.causes,
    ).toHaveLength(1);
    await keeper.stop(true);
  });

  test('an answer that never came makes the keeper read the whole table again', async () => {
    const kernel = new MapKernel();
    let lost = 1;
    kernel.refuse = () => (lost-- > 0 ? 'ETIMEDOUT' : undefined);
    const { keeper, count } = setUp(kernel);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [11])], owned: [] });
    await until(() => count('configured') === 1);
    const { dumps } = kernel.reads;
    await pass(300);
    expect(kernel.reads.dumps).toBeGreaterThan(dumps);
    expect(shape(kernel.table)).toEqual({ 'tcp:192.0.2.1:80': ['10.0.0.11:80'] });
    expect(count('refusalsEnded')).toBe(1);
    await keeper.stop(true);
  });

  test('what is told of the table is what has changed', async () => {
    const kernel = new MapKernel();
    const { keeper, said, count } = setUp(kernel);
    const virtualServers = [virtualServer(1, [11]), virtualServer(2, [21])];
    keeper.configure({ serial: 1, virtualServers, owned: [] });
    await until(() => count('configured') === 1);
    said.length = 0;
    weights.set('10.0.0.11:80', 7);
    keeper.request('tcp:192.0.2.1:80');
    await pass(100);
    expect(said.filter(({ type }) => type === 'programmed')).toEqual([
      {
        type: 'programmed',
        services: [
          {
            serviceKey: 'tcp:192.0.2.1:80',
            found: { scheduler: 'rr', weights: [{ key: '10.0.0.11:80', weight: 7 }] },
          },
        ],
      },
    ]);
    expect(said.find(({ type }) => type === 'ipvs')).not.toHaveProperty('owned');
    said.length = 0;
    keeper.configure({ serial: 2, virtualServers: virtualServers.slice(1), owned: [] });
    await until(() => count('configured') === 1);
    expect(said.find(({ type }) => type === 'programmed')).toEqual({
      type: 'programmed',
      services: [{ serviceKey: 'tcp:192.0.2.1:80' }],
    });
    expect(said.find(({ type }) => type === 'ipvs')).toMatchObject({ owned: ['tcp:192.0.2.2:80'] });
    await keeper.stop(true);
  });

  test('a stop removes our services and no others', async () => {
    const kernel = new MapKernel();
    const other = setUp(kernel);
    other.keeper.configure({ serial: 1, virtualServers: [virtualServer(9, [99])], owned: [] });
    await until(() => other.count('configured') === 1);
    const { keeper, count } = setUp(kernel);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [11])], owned: [] });
    await until(() => count('configured') === 1);
    await keeper.stop(false);
    expect(Object.keys(shape(kernel.table))).toEqual(['tcp:192.0.2.9:80']);
    expect(kernel.closed).toBe(true);
  });

  test('with lvs_flush_on_stop a stop removes all services', async () => {
    const kernel = new MapKernel();
    const other = setUp(kernel);
    other.keeper.configure({ serial: 1, virtualServers: [virtualServer(9, [99])], owned: [] });
    await until(() => other.count('configured') === 1);
    const { keeper, count } = setUp(kernel);
    const virtualServers = [virtualServer(1, [11])];
    keeper.configure({ serial: 1, virtualServers, owned: [], flushesAtStop: true });
    await until(() => count('configured') === 1);
    expect(kernel.table.size).toBe(2);
    expect(await keeper.stop(false)).toEqual([]);
    expect(kernel.table.size).toBe(0);
  });

  test('with lvs_flush a start removes services of others, and leaves alone what is as it should be', async () => {
    const kernel = new MapKernel();
    const other = setUp(kernel);
    const virtualServers = [virtualServer(1, [11]), virtualServer(9, [99])];
    other.keeper.configure({ serial: 1, virtualServers, owned: [] });
    await until(() => other.count('configured') === 1);
    kernel.applied = [];
    const { keeper, count } = setUp(kernel);
    const ours = virtualServers.slice(0, 1);
    keeper.configure({ serial: 1, virtualServers: ours, owned: [], takesAll: true });
    await until(() => count('configured') === 1);
    expect(new Set(kernel.applied.map(({ key }) => key))).toEqual(new Set(['tcp:192.0.2.9:80']));
    expect([...kernel.table.keys()]).toEqual(['tcp:192.0.2.1:80']);
    // What others make from now on is theirs.
    other.keeper.request();
    await pass(2_200);
    expect(kernel.table.size).toBe(2);
  });

  test('the connection synchronisation runs without a virtual server, follows, is repaired and stopped', async () => {
    const kernel = new MapKernel();
    const { keeper, said, count } = setUp(kernel);
    const settings = { interface: 'eth1', syncId: 51 };
    const sync = { settings, roles: ['backup'] } as const;
    keeper.configure({ serial: 1, virtualServers: [], owned: [], sync });
    await until(() => count('ipvs') === 1);
    expect([...kernel.sync.running.values()]).toEqual([{ role: 'backup', ...settings }]);
    keeper.follow(['master']);
    await until(() => count('syncChanged') === 2);
    expect([...kernel.sync.running.values()]).toEqual([{ role: 'master', ...settings }]);
    expect(kernel.sync.asked).toEqual(['start backup', 'stop backup', 'start master']);
    await pass(2_200);
    expect(count('syncChanged')).toBe(2);
    kernel.sync.running.clear();
    await pass(2_200);
    expect(said.findLast((one) => one.type === 'syncChanged')).toEqual({
      type: 'syncChanged',
      running: [{ role: 'master', ...settings }],
      isRepair: true,
    });
    const report = said.findLast((one) => one.type === 'ipvs');
    expect(report?.status.sync).toEqual({
      running: [{ role: 'master', ...settings }],
      problem: '',
    });
    const told = said.findLast((one) => one.type === 'ipvs' && one.owned !== undefined);
    expect(told).toMatchObject({ owned: ['connection synchronisation as master'] });
    expect(await keeper.stop(false)).toEqual([]);
    expect(kernel.sync.running.size).toBe(0);
  });

  test('a connection synchronisation that runs as it should is left alone, and stopped at the stop', async () => {
    const kernel = new MapKernel();
    const settings = { interface: 'eth1', syncId: 1 };
    kernel.sync.running.set('master', { role: 'master', ...settings });
    const { keeper, count } = setUp(kernel);
    keeper.configure({ serial: 1, virtualServers: [], owned: [], sync: { settings } });
    await until(() => count('ipvs') === 1);
    keeper.follow(['master']);
    await until(() => count('ipvs') === 2);
    expect(kernel.sync.asked).toEqual([]);
    await keeper.stop(false);
    expect(kernel.sync.asked).toEqual(['stop master']);
  });

  test('a connection synchronisation that is refused is told once, shown, and tried again', async () => {
    const kernel = new MapKernel();
    kernel.sync.refusal = 'ENODEV';
    const { keeper, said, count } = setUp(kernel);
    const sync = { settings: { interface: 'eth9', syncId: 1 }, roles: ['backup'] } as const;
    keeper.configure({ serial: 1, virtualServers: [], owned: [], sync });
    await pass(6_500);
    expect(kernel.sync.asked.length).toBeGreaterThan(2);
    expect(count('trouble')).toBe(1);
    expect(said.findLast((one) => one.type === 'ipvs')?.status.sync.problem).toContain('ENODEV');
    kernel.sync.refusal = undefined;
    await pass(2_200);
    expect(kernel.sync.running.size).toBe(1);
    expect(said.findLast((one) => one.type === 'ipvs')?.status.sync.problem).toBe('');
    await keeper.stop(false);
  });

  test("a predecessor's synchronisation that nobody configures any more is stopped, that of others is not", async () => {
    const kernel = new MapKernel();
    for (const role of ['master', 'backup'] as const) {
      kernel.sync.running.set(role, { role, interface: 'eth1', syncId: 1 });
    }
    const { keeper, count } = setUp(kernel);
    const owned = ['connection synchronisation as master'];
    keeper.configure({ serial: 1, virtualServers: [], owned });
    await until(() => count('syncChanged') === 1);
    expect([...kernel.sync.running.keys()]).toEqual(['backup']);
    await keeper.stop(false);
    expect([...kernel.sync.running.keys()]).toEqual(['backup']);
  });

  test('services that a predecessor left and nobody configures any more are removed', async () => {
    const kernel = new MapKernel();
    const old = setUp(kernel);
    old.keeper.configure({ serial: 1, virtualServers: [virtualServer(9, [99])], owned: [] });
    await until(() => old.count('configured') === 1);
    const { keeper, count } = setUp(kernel);
    keeper.configure({
      serial: 1,
      virtualServers: [virtualServer(1, [11])],
      owned: ['tcp:192.0.2.9:80'],
    });
    await until(() => count('configured') === 1);
    expect(Object.keys(shape(kernel.table))).toEqual(['tcp:192.0.2.1:80']);
  });

  test('a refusal is reported, the rest is done, and the plan is tried again', async () => {
    const kernel = new MapKernel();
    const { keeper, count } = setUp(kernel);
    let refusals = 1;
    kernel.refuse = (operation) =>
      operation.type === 'addDestination' && refusals-- > 0 ? 'ENOMEM' : undefined;
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [11, 12])], owned: [] });
    await until(() => count('ipvs') > 0);
    expect(count('trouble')).toBe(1);
    expect(shape(kernel.table)['tcp:192.0.2.1:80']).toHaveLength(1);
    await pass(200);
    expect(shape(kernel.table)['tcp:192.0.2.1:80']).toHaveLength(2);
  });

  test('a refusal does not keep the configuration from being confirmed, once', async () => {
    const kernel = new MapKernel();
    kernel.refuse = () => 'ENOENT';
    const { keeper, said, count } = setUp(kernel);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [1])], owned: [] });
    await pass(1_000);
    expect(kernel.reads.dumps).toBeGreaterThan(2);
    expect(said.find((message) => message.type === 'trouble')?.trouble).toMatchObject({
      errno: 'ENOENT',
      detail: 'the kernel has no module ip_vs_rr',
    });
    expect(count('configured')).toBe(1);
    await keeper.stop(true);
  });

  test('a service that left with the configuration is not removed again when somebody makes it by hand', async () => {
    const kernel = new MapKernel();
    const { keeper, count } = setUp(kernel);
    keeper.configure({
      serial: 1,
      virtualServers: [virtualServer(1, [1]), virtualServer(2, [1])],
      owned: [],
    });
    await until(() => count('configured') === 1);
    const byHand = kernel.table;
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [1])], owned: [] });
    await until(() => count('configured') === 2);
    expect([...kernel.table.keys()]).toEqual(['tcp:192.0.2.1:80']);
    kernel.table = byHand;
    const { looks } = kernel.reads;
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [1])], owned: [] });
    await pass(2_200);
    expect(kernel.reads.looks).toBeGreaterThan(looks);
    expect(kernel.table.size).toBe(2);
    await keeper.stop(false);
    expect([...kernel.table.keys()]).toEqual(['tcp:192.0.2.2:80']);
  });

  test('a module that was unloaded is reported as missing, and used again when it is back', async () => {
    const kernel = new MapKernel();
    let isLoaded = true;
    const { dumpTable } = kernel.port;
    Object.assign(kernel.port, {
      dumpTable: async (wants: (key: string) => boolean) => {
        if (!isLoaded) throw new KernelError('find the family', 'ENOENT');
        return dumpTable(wants);
      },
    });
    const { keeper, said, count } = setUp(kernel, () => isLoaded);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [1])], owned: [] });
    await until(() => count('configured') === 1);
    isLoaded = false;
    kernel.table = new Map();
    await pass(5_000);
    const status = () => said.findLast((message) => message.type === 'ipvs')?.status;
    expect(status()).toMatchObject({ available: false, reason: 'the kernel has no IPVS' });
    isLoaded = true;
    await pass(15_000);
    expect(status()).toMatchObject({ available: true, services: 1 });
    expect(kernel.table.size).toBe(1);
    await keeper.stop(true);
  });

  test('a failure in one of two virtual servers of one service keeps the servers of the other', async () => {
    const kernel = new MapKernel();
    const { keeper, count } = setUp(kernel);
    const first = virtualServer(1, [11, 12]);
    const second = { ...virtualServer(1, [13]), key: 'group second' };
    keeper.configure({ serial: 1, virtualServers: [first, second], owned: [] });
    await until(() => count('configured') === 1);
    weights.set('10.0.0.11:80', undefined);
    keeper.request(first.key);
    await until(() => shape(kernel.table)['tcp:192.0.2.1:80']?.length === 2);
    expect(shape(kernel.table)).toEqual({ 'tcp:192.0.2.1:80': ['10.0.0.12:80', '10.0.0.13:80'] });
  });

  test('without virtual servers IPVS is not even opened', async () => {
    const { keeper, said, count } = setUp(new MapKernel(), () => {
      throw new Error('opened');
    });
    keeper.configure({ serial: 1, virtualServers: [], owned: [] });
    await until(() => count('configured') === 1);
    expect(said.map((message) => message.type)).toEqual(['configured']);
  });

  test('a kernel without IPVS is reported, and used when it has it later', async () => {
    const kernel = new MapKernel();
    let available = false;
    const { keeper, said, count } = setUp(kernel, () => available);
    keeper.configure({ serial: 1, virtualServers: [virtualServer(1, [11])], owned: [] });
    await until(() => count('ipvs') > 0);
    expect(said.find((m) => m.type === 'ipvs')).toMatchObject({
      status: { available: false, reason: 'the kernel has no IPVS' },
    });
    available = true;
    await vi.advanceTimersByTimeAsync(10_000);
    await until(() => kernel.table.size === 1);
  });
});
