/**
 * IPVS for real. Runs in a network namespace of its own, as root, in a kernel that has ip_vs; `ipvsadm` is
 * the yardstick where it can be.
 */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { errnoName } from 'dgram-extensions';
import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type {
  IpvsDestination,
  IpvsOperation,
  IpvsService,
  IpvsTable,
} from '../../src/core/lvs/ipvs-table.ts';
import { procKey, procNumber } from '../../src/core/lvs/proc-table.ts';
import { planTable } from '../../src/core/lvs/table-operations.ts';
import { endpointKey, serviceKey } from '../../src/core/model/config.ts';
import { hostU16 } from '../../src/core/netlink/attributes.ts';
import { genericAttributes, NETLINK_GENERIC } from '../../src/drivers/genetlink.ts';
import { IpvsKernel } from '../../src/drivers/ipvs.ts';
import { decodeDatagram } from '../../src/drivers/netlink-frames.ts';
import { openNetlinkPort } from '../../src/drivers/netlink-port.ts';
import { ip } from '../support/builders/addresses.ts';
import { destination, entry, service } from '../support/builders/ipvs.ts';
import { addressService, markService } from '../support/builders/service.ts';
import { IPVS_VECTORS } from '../vectors/ipvs.ts';

const NOTHING: IpvsTable = new Map();
const NONE: ReadonlySet<string> = new Set();
const NLM_F_ACK = 4;

let driver: IpvsKernel;

beforeAll(() => {
  // Without any address there is no routing table, and the kernel takes no destination.
  run('ip', 'link', 'set', 'lo', 'up');
  run('ip', 'link', 'add', 'eth0', 'type', 'dummy');
  run('ip', 'address', 'add', '10.9.0.1/24', 'dev', 'eth0');
  run('ip', 'link', 'set', 'eth0', 'up');
});

beforeEach(async () => {
  run('ipvsadm', '-C');
  driver = await open();
});

afterEach(() => driver.close());
// Other suites may follow in this namespace.
afterAll(() => {
  run('ipvsadm', '-C');
  run('ip', 'link', 'del', 'eth0');
});

async function open(): Promise<IpvsKernel> {
  const opened = await IpvsKernel.open();
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' });
}

/** The kernel's table in ipvsadm's words. */
function saved(): string[] {
  return run('ipvsadm', '-Sn').trimEnd().split('\n').sort();
}

/** Plans, applies without a refusal, and reads back. */
async function reach(
  desired: IpvsTable,
  owned: ReadonlySet<string> = NONE,
): Promise<IpvsOperation[]> {
  const plan = planTable({ observed: await driver.dumpTable(), desired, owned });
  const { errors } = await driver.apply(plan);
  expect(errors.map(({ error }) => error.message)).toEqual([]);
  expect(planTable({ observed: await driver.dumpTable(), desired, owned })).toEqual([]);
  return plan;
}

const GUE = { type: 'gue', port: 6080, flags: 1 } as const;

const EVERY_KIND: IpvsTable = new Map([
  entry(service(addressService('192.0.2.10', 80)), [
    destination('198.51.100.1', 80, { weight: 5, upperThreshold: 100, lowerThreshold: 50 }),
    destination('198.51.100.2', 8080, { forwarding: 'masquerade', weight: 0x7fff_ffff }),
    destination('198.51.100.3', 80, {
      forwarding: 'tunnel',
      tunnel: { type: 'ipip', port: 0, flags: 0 },
    }),
    destination('198.51.100.4', 80, { forwarding: 'tunnel', tunnel: GUE }),
    destination('198.51.100.5', 80, {
      forwarding: 'tunnel',
      tunnel: { type: 'gre', port: 0, flags: 0 },
    }),
    destination('2001:db8:1::6', 80, {
      forwarding: 'tunnel',
      tunnel: { type: 'ipip', port: 0, flags: 0 },
    }),
  ]),
  entry(
    service(addressService('2001:db8::10', 443), {
      scheduler: 'wrr',
      flags: 1,
      timeoutSeconds: 600,
      netmaskPrefix: 64,
    }),
    [destination('2001:db8:1::1', 8443, { forwarding: 'masquerade' })],
  ),
  entry(
    service(addressService('192.0.2.9', 443), {
      scheduler: 'mh',
      flags: 0x11,
      timeoutSeconds: 300,
      netmaskPrefix: 24,
    }),
  ),
  entry(
    service(addressService('192.0.2.10', 5060, 'UDP'), {
      flags: 5,
      timeoutSeconds: 60,
      persistenceEngine: 'sip',
    }),
  ),
  entry(service(addressService('192.0.2.10', 9, 'SCTP'), { scheduler: 'sh', flags: 0x18 })),
  entry(service(markService(7)), [destination('198.51.100.1', 0)]),
  entry(service(markService(7, 'ipv6'), { scheduler: 'wlc', flags: 0x28 })),
]);

describe('bytes', () => {
  it('has the verdict of every captured request, in their sequence', async () => {
    const port = openNetlinkPort({ protocol: NETLINK_GENERIC });
    const errnos = new Map<number, number>();
    let family = 0;
    port.listen({
      onDatagram: (datagram) =>
        decodeDatagram(datagram, (reply) => {
          if (reply.kind === 'end') errnos.set(reply.seq, reply.errno);
          else if (family === 0) family = familyIn(reply.payload);
        }),
      onError: () => undefined,
    });
    // Daemons are tested below: the kernel may leave the stop of a fresh one unanswered.
    const vectors = IPVS_VECTORS.slice(
      0,
      IPVS_VECTORS.findIndex(({ name }) => name === 'NEW_DAEMON master'),
    );
    expect(vectors.length).toBeGreaterThan(20);
    const verdicts = new Map<string, string>();
    for (const [index, { name, request }] of vectors.entries()) {
      const frame = request.slice();
      const view = new DataView(frame.buffer);
      if (index > 0) view.setUint16(4, family, true);
      view.setUint16(6, view.getUint16(6, true) | NLM_F_ACK, true);
      view.setUint32(8, index + 1, true);
      port.send(frame);
      while (port.drain() > 0);
      const errno = errnos.get(index + 1);
      verdicts.set(name, errno === 0 ? 'ok' : errnoName(errno ?? 0));
    }
    port.close();
    expect(Object.fromEntries(verdicts)).toEqual(
      Object.fromEntries(vectors.map(({ name, result }) => [name, result])),
    );
    expect(saved()).toEqual(['']);
  });
});

function familyIn(payload: Uint8Array): number {
  const attributes = genericAttributes(payload);
  const id = attributes.ok ? attributes.value.get(1) : undefined;
  return id === undefined ? 0 : hostU16(id);
}

describe('the table', () => {
  it('H7: looks in /proc as the number of each entry says, on this kernel', async () => {
    await reach(EVERY_KIND);
    const seen = await driver.look();
    if (!seen.ok) throw seen.error;
    const expected = new Map<string, number>();
    for (const one of EVERY_KIND.values()) {
      const key = procKey(one.service.identity);
      expected.set(key, ((expected.get(key) ?? 0) + procNumber(one)) | 0);
    }
    expect(new Map(seen.value)).toEqual(expected);
  });

  it('holds services and destinations of every kind, and ipvsadm agrees', async () => {
    await reach(EVERY_KIND);
    expect(saved()).toEqual(
      [
        '-A -t 192.0.2.10:80 -s rr',
        '-a -t 192.0.2.10:80 -r 198.51.100.1:80 -g -w 5',
        '-a -t 192.0.2.10:80 -r 198.51.100.2:8080 -m -w 2147483647',
        '-a -t 192.0.2.10:80 -r 198.51.100.3:80 -i -w 1 --tun-type ipip',
        '-a -t 192.0.2.10:80 -r 198.51.100.4:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum',
        '-a -t 192.0.2.10:80 -r 198.51.100.5:80 -i -w 1 --tun-type gre --tun-nocsum',
        '-a -t 192.0.2.10:80 -r [2001:db8:1::6]:80 -i -w 1 --tun-type ipip',
        '-A -t [2001:db8::10]:443 -s wrr -p 600 -M 64',
        '-a -t [2001:db8::10]:443 -r [2001:db8:1::1]:8443 -m -w 1',
        '-A -t 192.0.2.9:443 -s mh -p 300 -M 255.255.255.0 -b mh-port',
        '-A -u 192.0.2.10:5060 -s rr -p 60 --pe sip -o',
        '-A --sctp-service 192.0.2.10:9 -s sh -b sh-fallback,sh-port',
        '-A -f 7 -s rr',
        '-a -f 7 -r 198.51.100.1:0 -g -w 1',
        '-A -f 7 -6 -s wlc -b flag-1,flag-3',
      ].sort(),
    );
    expect(run('ipvsadm', '-Ln', '--thresholds')).toMatch(/198\.51\.100\.1:80 +100 +50 /);
  });

  it('is changed in place: attributes of services and destinations', async () => {
    await reach(EVERY_KIND);
    const changed = new Map(
      [...EVERY_KIND].map(([key, { service: record, destinations }]) => [
        key,
        {
          service: { ...record, scheduler: record.scheduler === 'wlc' ? 'lc' : 'wlc', flags: 0 },
          destinations: new Map(
            [...destinations].map(([name, target]) => [name, { ...target, weight: 9 }]),
          ),
        },
      ]),
    );
    const plan = await reach(changed);
    expect(new Set(plan.map(({ type }) => type))).toEqual(
      new Set(['updateService', 'updateDestination']),
    );
  });

  it('loses what is ours and keeps what is foreign', async () => {
    run('ipvsadm', '-A', '-t', '192.0.2.200:80', '-s', 'rr');
    run('ipvsadm', '-a', '-t', '192.0.2.200:80', '-r', '198.51.100.200', '-w', '3');
    await reach(EVERY_KIND);
    await reach(NOTHING, new Set(EVERY_KIND.keys()));
    expect(saved()).toEqual([
      '-A -t 192.0.2.200:80 -s rr',
      '-a -t 192.0.2.200:80 -r 198.51.100.200:80 -g -w 3',
    ]);
  });

  it('is repaired after somebody changed or cleared it', async () => {
    await reach(EVERY_KIND);
    const before = saved();
    run('ipvsadm', '-e', '-t', '192.0.2.10:80', '-r', '198.51.100.1:80', '-m', '-w', '77');
    run('ipvsadm', '-E', '-t', '192.0.2.10:80', '-s', 'lc', '-p', '55');
    run('ipvsadm', '-d', '-f', '7', '-r', '198.51.100.1:0');
    run('ipvsadm', '-a', '-f', '7', '-r', '198.51.100.66:0');
    await reach(EVERY_KIND);
    expect(saved()).toEqual(before);
    run('ipvsadm', '-C');
    await reach(EVERY_KIND);
    expect(saved()).toEqual(before);
  });

  it('goes from any table to any other without a refusal', async () => {
    const hosts = fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 5 });
    const record: fc.Arbitrary<[IpvsService, IpvsDestination[]]> = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('rr', 'wlc', 'mh'), fc.nat(2), hosts)
      .map(([last, scheduler, weight, targets]) => [
        service(addressService(`192.0.2.${last}`, 80), { scheduler }),
        targets.map((host) => destination(`198.51.100.${host}`, 80, { weight })),
      ]);
    const tables = fc
      .array(record, { maxLength: 4 })
      .map((records) => new Map(records.map(([one, targets]) => entry(one, targets))));
    const owned = new Set([1, 2, 3, 4].map((last) => `tcp:192.0.2.${last}:80`));
    await fc.assert(
      fc.asyncProperty(tables, async (desired) => {
        await reach(desired, owned);
      }),
      { numRuns: 25 },
    );
  });

  it('keeps the connections of what is changed in place', async () => {
    const identity = addressService('10.9.0.1', 5300, 'UDP');
    const target = destination('10.9.0.77', 5300);
    await reach(new Map([entry(service(identity), [target])]));
    await sendDatagram('10.9.0.1', 5300);
    await vi.waitFor(async () => expect(await connections(identity)).toBe(1));
    const changed = service(identity, { scheduler: 'wlc', flags: 1, timeoutSeconds: 60 });
    await reach(new Map([entry(changed, [{ ...target, weight: 0 }])]));
    expect(await connections(identity)).toBe(1);
  });
});

describe('refusals', () => {
  const record = service(addressService('192.0.2.10', 80));
  const key = serviceKey(record.identity);

  function onDestination(
    type: 'addDestination' | 'updateDestination' | 'removeDestination',
    target: IpvsDestination,
  ): IpvsOperation {
    const destinationKey = endpointKey(target.address, target.port);
    return { type, key, service: record, destinationKey, destination: target };
  }

  it('are matched to their operations, and stop none of the others', async () => {
    const good = destination('198.51.100.1', 80);
    const operations: [IpvsOperation, string | undefined][] = [
      [{ type: 'updateService', key, service: record }, 'ESRCH'],
      [{ type: 'addService', key, service: record }, undefined],
      [{ type: 'addService', key, service: record }, 'EEXIST'],
      [{ type: 'updateService', key, service: { ...record, scheduler: 'nonsense' } }, 'ENOENT'],
      [onDestination('updateDestination', good), 'ENOENT'],
      [onDestination('addDestination', good), undefined],
      [onDestination('addDestination', good), 'EEXIST'],
      [onDestination('addDestination', destination('0.0.0.0', 80)), 'EINVAL'],
      [onDestination('updateDestination', { ...good, lowerThreshold: 9 }), 'ERANGE'],
      [onDestination('removeDestination', good), undefined],
      [onDestination('removeDestination', good), 'ENOENT'],
      [{ type: 'removeService', key, service: record }, undefined],
      [{ type: 'removeService', key, service: record }, 'ESRCH'],
    ];
    const { applied, errors } = await driver.apply(operations.map(([operation]) => operation));
    expect(applied).toBe(4);
    const byOperation = new Map(errors.map(({ operation, error }) => [operation, error.errnoName]));
    expect(operations.map(([operation]) => byOperation.get(operation))).toEqual(
      operations.map(([, errno]) => errno),
    );
  });

  it('of a whole batch arrive complete', async () => {
    const operations: IpvsOperation[] = Array.from({ length: 600 }, () => ({
      type: 'removeService',
      key,
      service: record,
    }));
    const { errors } = await driver.apply(operations);
    expect(errors).toHaveLength(600);
    expect(new Set(errors.map(({ error }) => error.errnoName))).toEqual(new Set(['ESRCH']));
  });

  it('that overrun the receive buffer are reported, and the table can be read anew', async () => {
    const opened = await IpvsKernel.open({
      openPort: () => openNetlinkPort({ protocol: NETLINK_GENERIC, receiveBufferBytes: 8192 }),
    });
    if (!opened.ok) throw new Error(opened.error.message);
    const operations: IpvsOperation[] = Array.from({ length: 200 }, () => ({
      type: 'removeService',
      key,
      service: record,
    }));
    const { applied, errors } = await opened.value.apply([
      ...operations,
      { type: 'addService', key, service: record },
    ]);
    expect(applied).toBe(0);
    expect(errors.at(-1)?.error.errnoName).toBe('ENOBUFS');
    expect([...(await opened.value.dumpTable()).keys()]).toEqual([key]);
    opened.value.close();
  });
});

describe('size', () => {
  it('takes 1,000 services with 10 servers each, reads them back, and removes them', async () => {
    const desired = new Map(
      Array.from({ length: 1000 }, (_, i) =>
        entry(
          service(addressService(`10.1.${i >> 8}.${i & 255}`, 80)),
          Array.from({ length: 10 }, (_unused, j) => destination(`10.2.0.${j + 1}`, 80)),
        ),
      ),
    );
    const plan = planTable({ observed: NOTHING, desired, owned: NONE });
    let start = performance.now();
    expect(await driver.apply(plan)).toEqual({ applied: 11_000, errors: [] });
    console.log(`applied 11,000 operations in ${Math.round(performance.now() - start)} ms`);
    start = performance.now();
    const observed = await driver.dumpTable();
    console.log(`read 1,000 services in ${Math.round(performance.now() - start)} ms`);
    expect(planTable({ observed, desired, owned: NONE })).toEqual([]);
    expect(saved()).toHaveLength(11_000);
    const removal = planTable({ observed, desired: NOTHING, owned: new Set(desired.keys()) });
    expect(await driver.apply(removal)).toEqual({ applied: 11_000, errors: [] });
    expect(saved()).toEqual(['']);
  });
});

describe('configuration and daemons', () => {
  it('sets and reads timeouts', async () => {
    expect(await driver.setTimeouts({ tcp: 600, udp: 77 })).toBeUndefined();
    expect(run('ipvsadm', '-L', '--timeout')).toContain('600 120 77');
    expect(await driver.timeouts()).toEqual({
      ok: true,
      value: { tcp: 600, tcpFin: 120, udp: 77 },
    });
    expect((await driver.setTimeouts({ tcp: 0x7fff_ffff }))?.errnoName).toBe('EINVAL');
  });

  it('counts from zero again after zeroing', async () => {
    const identity = addressService('10.9.0.1', 5301, 'UDP');
    await reach(new Map([entry(service(identity), [destination('10.9.0.77', 5301)])]));
    await sendDatagram('10.9.0.1', 5301);
    const packets = async (): Promise<number | undefined> =>
      (await driver.dumpTable()).get(serviceKey(identity))?.stats?.packetsIn;
    // The kernel folds counters every two seconds.
    await vi.waitFor(async () => expect(await packets()).toBe(1), { timeout: 10_000 });
    expect(await driver.zero(identity)).toBeUndefined();
    expect(await packets()).toBe(0);
    expect((await driver.zero(addressService('10.9.0.1', 1)))?.errnoName).toBe('ESRCH');
  });

  it('starts, lists and stops synchronisation daemons, a fresh one too', async () => {
    const group = ip('239.1.2.3');
    const daemon = { interface: 'eth0', syncId: 5, maxLength: 1400, group, port: 9000, ttl: 4 };
    expect(await driver.startDaemon({ role: 'master', ...daemon })).toBeUndefined();
    expect(await driver.startDaemon({ role: 'backup', ...daemon })).toBeUndefined();
    expect(await driver.daemons()).toEqual({
      ok: true,
      value: [
        { role: 'master', ...daemon },
        { role: 'backup', ...daemon },
      ],
    });
    expect(await driver.stopDaemon('master')).toBeUndefined();
    expect(await driver.stopDaemon('backup')).toBeUndefined();
    expect(await driver.daemons()).toEqual({ ok: true, value: [] });
    expect((await driver.stopDaemon('backup'))?.errnoName).toBe('ESRCH');
  });
});

async function connections(identity: IpvsService['identity']): Promise<number> {
  const destinations = (await driver.dumpTable()).get(serviceKey(identity))?.destinations;
  let count = 0;
  for (const target of destinations?.values() ?? []) count += target.inactiveConnections;
  return count;
}

function sendDatagram(address: string, port: number): Promise<void> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.send('x', port, address, (error) => {
      socket.close();
      if (error === null) resolve();
      else reject(error);
    });
  });
}
