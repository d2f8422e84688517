/** The IPVS driver against a kernel in memory that speaks real frames. */
import { OsError } from 'dgram-extensions';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as abi from '../../../src/core/lvs/abi.ts';
import type { IpvsOperation, IpvsTable } from '../../../src/core/lvs/ipvs-table.ts';
import { planTable } from '../../../src/core/lvs/table-operations.ts';
import { endpointKey } from '../../../src/core/model/config.ts';
import { hostU32 } from '../../../src/core/netlink/attributes.ts';
import { IpvsKernel, type IpvsOpenOptions } from '../../../src/drivers/ipvs.ts';
import type { NetlinkPort } from '../../../src/drivers/netlink-socket.ts';
import { ip } from '../../support/builders/addresses.ts';
import { destination, entry, service } from '../../support/builders/ipvs.ts';
import { addressService, markService } from '../../support/builders/service.ts';
import { FakeKernel } from '../../support/fake-kernel.ts';
import { FakeIpvs } from '../../support/fake-kernel-ipvs.ts';

let ipvs: FakeIpvs;
let kernel: FakeKernel;

beforeEach(() => {
  ipvs = new FakeIpvs();
  kernel = new FakeKernel(ipvs.handle);
});

async function open(options: IpvsOpenOptions = {}): Promise<IpvsKernel> {
  const opened = await IpvsKernel.open({ openPort: kernel.openPort, timeoutMs: 20, ...options });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** The desired table as the driver reports it: without counters. */
function plain(table: IpvsTable): unknown {
  return new Map(
    [...table].map(([key, { service: record, destinations }]) => [
      key,
      {
        service: record,
        destinations: new Map(
          [...destinations]
            .map(([name, target]) => {
              const { family, address, port, forwarding, weight } = target;
              const { upperThreshold, lowerThreshold, tunnel } = target;
              const same = { family, address, port, forwarding, weight };
              return [name, { ...same, upperThreshold, lowerThreshold, tunnel }] as const;
            })
            .sort(([a], [b]) => a.localeCompare(b)),
        ),
      },
    ]),
  );
}

const TABLE: IpvsTable = new Map([
  entry(service(addressService('192.0.2.10', 80)), [
    destination('198.51.100.1', 80, { weight: 5, upperThreshold: 100, lowerThreshold: 50 }),
    destination('198.51.100.2', 8080, { forwarding: 'masquerade' }),
    destination('2001:db8::2', 80, {
      forwarding: 'tunnel',
      tunnel: { type: 'gue', port: 6080, flags: 1 },
    }),
  ]),
  entry(
    service(addressService('2001:db8::10', 443, 'UDP'), {
      scheduler: 'sh',
      flags: 0x19,
      timeoutSeconds: 300,
      netmaskPrefix: 64,
    }),
    [destination('2001:db8::3', 443)],
  ),
  entry(service(addressService('192.0.2.10', 9, 'SCTP'), { scheduler: 'wlc' })),
  entry(service(markService(7), { scheduler: 'mh', flags: 8 }), [destination('198.51.100.1', 0)]),
  entry(service(markService(7, 'ipv6'))),
]);

describe('open', () => {
  it('says what the kernel has', async () => {
    const driver = await open();
    expect(await driver.info()).toEqual({
      ok: true,
      value: { version: '1.2.1', connectionTableSize: 4096 },
    });
  });

  it('loads the module when nobody knows the family, and goes on', async () => {
    kernel.unload(ipvs.handle);
    kernel.load(({ type }) => (type === 16 ? { errno: 2 } : undefined));
    const loadModule = vi.fn(async () => {
      kernel.load(ipvs.handle);
      return undefined;
    });
    const driver = await open({ loadModule });
    expect(loadModule).toHaveBeenCalledTimes(1);
    expect((await driver.info()).ok).toBe(true);
  });

  it('says why there is no IPVS, and leaves no socket behind', async () => {
    kernel.unload(ipvs.handle);
    kernel.load(({ type }) => (type === 16 ? { errno: 2 } : undefined));
    const opened = await IpvsKernel.open({
      openPort: kernel.openPort,
      loadModule: async () => 'modprobe: not here',
    });
    expect(opened).toMatchObject({ ok: false, error: { reason: 'no-module' } });
    expect(!opened.ok && opened.error.message).toContain('(modprobe: not here)');
    expect(kernel.openPorts).toBe(0);
  });

  it('says that a right is missing: the family is found without it, requests are refused', async () => {
    ipvs.hasPermission = false;
    const opened = await IpvsKernel.open({ openPort: kernel.openPort });
    expect(opened).toMatchObject({ ok: false, error: { reason: 'no-permission' } });
    expect(kernel.openPorts).toBe(0);
  });

  it('is no crash where not even a socket can be opened', async () => {
    const openPort = (): never => {
      throw new OsError('socket', -24);
    };
    const opened = await IpvsKernel.open({ openPort });
    expect(opened).toMatchObject({ error: { reason: 'failed', error: { errnoName: 'EMFILE' } } });
  });

  it('reports any other trouble as it is', async () => {
    kernel.faults.refuseSends = { count: 1, errno: 105 };
    const opened = await IpvsKernel.open({ openPort: kernel.openPort });
    expect(opened).toMatchObject({ error: { reason: 'failed', error: { errnoName: 'ENOBUFS' } } });
  });
});

describe('dumpTable and apply', () => {
  it('reads back what was planned and applied, of every kind', async () => {
    const driver = await open();
    const operations = planTable({ observed: new Map(), desired: TABLE, owned: new Set() });
    expect(await driver.apply(operations)).toEqual({ applied: operations.length, errors: [] });
    const table = await driver.dumpTable();
    expect(plain(table)).toEqual(plain(TABLE));
    expect(planTable({ observed: table, desired: TABLE, owned: new Set() })).toEqual([]);
  });

  it('reaches any table from any other', async () => {
    const tables = fc.subarray([...TABLE].map(([key]) => key));
    await fc.assert(
      fc.asyncProperty(tables, tables, fc.integer({ min: 0, max: 3 }), async (a, b, weight) => {
        ipvs.services.clear();
        const driver = await open();
        const first = new Map([...TABLE].filter(([key]) => a.includes(key)));
        const second = new Map(
          [...TABLE]
            .filter(([key]) => b.includes(key))
            .map(([, { service: record, destinations }]) =>
              entry(
                { ...record, scheduler: 'wrr' },
                [...destinations.values()].slice(0, 2).map((target) => ({ ...target, weight })),
              ),
            ),
        );
        const owned = new Set(TABLE.keys());
        for (const desired of [first, second]) {
          const observed = await driver.dumpTable();
          const { errors } = await driver.apply(planTable({ observed, desired, owned }));
          expect(errors).toEqual([]);
          expect(plain(await driver.dumpTable())).toEqual(plain(desired));
        }
        driver.close();
      }),
      { numRuns: 30 },
    );
  });

  it('never flushes', async () => {
    const driver = await open();
    await driver.apply(planTable({ observed: new Map(), desired: TABLE, owned: new Set() }));
    const observed = await driver.dumpTable();
    await driver.apply(planTable({ observed, desired: new Map(), owned: new Set(TABLE.keys()) }));
    expect(ipvs.services.size).toBe(0);
    expect(ipvs.commands).not.toContain(17);
  });

  it('reads only the services that are asked for', async () => {
    const driver = await open();
    await driver.apply(planTable({ observed: new Map(), desired: TABLE, owned: new Set() }));
    ipvs.commands.length = 0;
    const table = await driver.dumpTable((key) => key.startsWith('fwmark'));
    expect([...table.keys()]).toEqual(['fwmark:7:ipv4', 'fwmark:7:ipv6']);
    expect(ipvs.commands.filter((one) => one === abi.IPVS_CMD_GET_DEST)).toHaveLength(2);
  });

  it('passes over a service that no configuration can name', async () => {
    const driver = await open();
    await driver.apply(planTable({ observed: new Map(), desired: TABLE, owned: new Set() }));
    for (const one of ipvs.services.values()) {
      if (one.block.has(abi.IPVS_SVC_ATTR_PORT)) {
        one.block.set(abi.IPVS_SVC_ATTR_PROTOCOL, Uint8Array.of(1, 0));
      }
    }
    expect([...(await driver.dumpTable()).keys()]).toEqual(['fwmark:7:ipv4', 'fwmark:7:ipv6']);
  });

  it('reports each refusal with its operation and goes on with the rest', async () => {
    const driver = await open();
    const record = service(addressService('192.0.2.10', 80));
    const [key] = entry(record);
    const target = destination('198.51.100.1', 80);
    const destinationKey = endpointKey(target.address, target.port);
    const add: IpvsOperation = { type: 'addService', key, service: record };
    const addTarget = { type: 'addDestination', key, service: record, destinationKey } as const;
    const operations: IpvsOperation[] = [
      add,
      { ...add },
      { type: 'updateService', key, service: { ...record, scheduler: 'nonsense' } },
      { ...addTarget, destination: target },
      { ...addTarget, destination: target },
      { ...addTarget, destination: { ...target, lowerThreshold: 1 } },
      { ...addTarget, type: 'removeDestination', destination: target },
      { ...addTarget, type: 'updateDestination', destination: target },
      { type: 'removeService', key, service: record },
      { type: 'removeService', key, service: record },
    ];
    const heard: string[] = [];
    const { applied, errors } = await driver.apply(operations, {
      onError: ({ error }) => heard.push(error.message),
    });
    expect(applied).toBe(4);
    expect(errors.map(({ operation }) => operations.indexOf(operation))).toEqual([
      1, 2, 4, 5, 7, 9,
    ]);
    expect(heard).toEqual([
      'add service tcp:192.0.2.10:80: EEXIST',
      'change service tcp:192.0.2.10:80: ENOENT',
      'add server 198.51.100.1:80 to tcp:192.0.2.10:80: EEXIST',
      'add server 198.51.100.1:80 to tcp:192.0.2.10:80: ERANGE',
      'change server 198.51.100.1:80 of tcp:192.0.2.10:80: ENOENT',
      'remove service tcp:192.0.2.10:80: ESRCH',
    ]);
  });

  it('H8: pieces become short where the kernel is slow, and long again', async () => {
    let msPerOperation = 1;
    const pieces: number[] = [];
    const slowPort = (): NetlinkPort => {
      const port = kernel.openPort();
      const send = port.send.bind(port);
      port.send = (frames) => {
        const length = messagesIn(frames);
        const until = performance.now() + length * msPerOperation;
        while (performance.now() < until);
        if (length > 1) pieces.push(length);
        return send(frames);
      };
      return port;
    };
    const driver = await open({ openPort: slowPort });
    const record = service(addressService('192.0.2.1', 80));
    const [key] = entry(record);
    const operations = (type: 'addDestination' | 'updateDestination'): IpvsOperation[] =>
      Array.from({ length: 600 }, (_, index) => {
        const target = destination(`10.1.${index >> 8}.${index & 255}`, 80);
        const destinationKey = endpointKey(target.address, target.port);
        return { type, key, service: record, destinationKey, destination: target };
      });
    const turns: number[] = [];
    const timer = setInterval(() => turns.push(performance.now()), 1);
    await driver.apply([
      { type: 'addService', key, service: record },
      ...operations('addDestination'),
    ]);
    clearInterval(timer);
    expect(pieces.slice(0, 4)).toEqual([256, 128, 64, 32]);
    expect(Math.max(...pieces.slice(5))).toBeLessThanOrEqual(32);
    expect(turns.length).toBeGreaterThan(3);
    msPerOperation = 0;
    pieces.length = 0;
    await driver.apply(operations('updateDestination'));
    expect(Math.max(...pieces)).toBeGreaterThan(32);
  });

  it('sends 11,000 operations in batches that hold the event loop for a moment only', async () => {
    const driver = await open();
    const many = new Map(
      Array.from({ length: 1000 }, (_, i) =>
        entry(
          service(addressService(`10.0.${i >> 8}.${i & 255}`, 80)),
          Array.from({ length: 10 }, (_unused, j) => destination(`10.1.0.${j}`, 80)),
        ),
      ),
    );
    kernel.sends.length = 0;
    const operations = planTable({ observed: new Map(), desired: many, owned: new Set() });
    expect(await driver.apply(operations)).toMatchObject({ applied: 11_000 });
    // More of them on a machine that stalls.
    expect(kernel.sends.length).toBeGreaterThanOrEqual(Math.ceil(11_000 / 256));
    expect(kernel.sends.every(({ acks }) => acks === 1)).toBe(true);
    expect(Math.max(...kernel.sends.map(({ bytes }) => bytes))).toBeLessThan(200_000);
  });

  it('finds the family again after the module was unloaded and loaded', async () => {
    const driver = await open();
    ipvs.family = 0x33;
    expect(await driver.dumpTable()).toEqual(new Map());
    expect(await driver.timeouts()).toMatchObject({ ok: true });
  });

  it('rejects with the refusal when the table can not be read', async () => {
    const driver = await open();
    ipvs.hasPermission = false;
    await expect(driver.dumpTable()).rejects.toMatchObject({
      code: 'KERNEL',
      operation: 'read IPVS services',
      errnoName: 'EPERM',
    });
  });
});

describe('configuration, counters and daemons', () => {
  it('sets the timeouts that are given and keeps the others', async () => {
    const driver = await open();
    expect(await driver.setTimeouts({ udp: 30 })).toBeUndefined();
    expect(await driver.timeouts()).toEqual({
      ok: true,
      value: { tcp: 900, tcpFin: 120, udp: 30 },
    });
  });

  it('zeroes the counters of one service or of all', async () => {
    const driver = await open();
    expect(await driver.zero()).toBeUndefined();
    expect((await driver.zero(addressService('192.0.2.10', 80)))?.errnoName).toBe('ESRCH');
  });

  it('starts, lists and stops synchronisation daemons', async () => {
    const driver = await open();
    const master = {
      role: 'master',
      interface: 'eth0',
      syncId: 5,
      group: ip('224.0.0.81'),
    } as const;
    expect(await driver.startDaemon(master)).toBeUndefined();
    expect((await driver.startDaemon(master))?.errnoName).toBe('EEXIST');
    expect(await driver.daemons()).toEqual({ ok: true, value: [master] });
    expect(await driver.stopDaemon('master')).toBeUndefined();
    expect((await driver.stopDaemon('master'))?.errnoName).toBe('ESRCH');
  });

  it('takes a daemon for stopped when the kernel says nothing but lists it no more', async () => {
    const driver = await open();
    await driver.startDaemon({ role: 'backup', interface: 'eth0', syncId: 5 });
    kernel.faults.loseAcks = 1;
    expect(await driver.stopDaemon('backup')).toBeUndefined();
  });
});

/** How many netlink messages stand one behind another. */
function messagesIn(frames: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < frames.length; at += (hostU32(frames, at) + 3) & ~3) count++;
  return count;
}
