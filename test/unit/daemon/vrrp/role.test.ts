/** The vrrp process with a real machine, on a network that is in memory. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import type { BfdConfig } from '../../../../src/core/model/tracking.ts';
import type { AddressFact, VrrpReport } from '../../../../src/core/vrrp/events-and-actions.ts';
import { VrrpRouter } from '../../../../src/core/vrrp/router.ts';
import type { FromVrrp, ToVrrp } from '../../../../src/daemon/frame/messages.ts';
import { ProcessFrame } from '../../../../src/daemon/frame/process-frame.ts';
import type { BfdPort, NetworkKernel, VrrpParts } from '../../../../src/daemon/vrrp/ports.ts';
import { VrrpRole } from '../../../../src/daemon/vrrp/role.ts';
import { KernelError } from '../../../../src/drivers/kernel-error.ts';
import type { NetworkMonitorHandlers } from '../../../../src/drivers/rtnetlink.ts';
import type { OutgoingVrrp, VrrpSocketOptions } from '../../../../src/drivers/vrrp-socket.ts';
import { HOST } from '../../../support/builders/host.ts';
import { configuration, instance } from '../../../support/builders/instance.ts';
import { DIGESTS, type PeerPacket } from '../../../support/builders/packet.ts';
import { FakeProcess, settle, useFakeClock } from '../../../support/fake-process.ts';
import { Bench } from '../../../support/vrrp-bench.ts';

/** The kernel's interfaces and addresses, in memory. */
class MemoryNetwork implements NetworkKernel {
  addresses: readonly AddressFact[] = HOST.addresses;
  refuse: () => string | undefined = () => undefined;
  isUnreadable = false;
  hangs = false;
  isClosed = false;
  changed: (() => void) | undefined;

  async dump() {
    if (this.isUnreadable) throw new KernelError('read interfaces', 'ENOBUFS');
    return { interfaces: HOST.interfaces, addresses: this.addresses, links: [] };
  }

  async changeLinks() {
    return [];
  }

  setReceiveBuffers(): void {}

  async routeTo() {
    return undefined;
  }

  monitor({ onOverrun }: NetworkMonitorHandlers): void {
    this.changed = onOverrun;
  }

  async readRouting() {
    return [];
  }

  monitorRouting(): void {}

  change(changes: Parameters<NetworkKernel['change']>[0]) {
    const answers = changes.map((change) => {
      if (!('address' in change)) return undefined;
      const { type, address } = change;
      const errno = this.refuse();
      if (errno !== undefined) return new KernelError(`${type} address`, errno);
      const others = this.addresses.filter((one) => one.address !== address.address);
      const added = { flags: 0x80, ...address, scope: address.scope ?? 0 } as AddressFact;
      this.addresses = type === 'add' ? [...others, added] : others;
      return undefined;
    });
    return this.hangs ? new Promise<never>(() => undefined) : Promise.resolve(answers);
  }

  close(): void {
    this.isClosed = true;
  }
}

const CONFIG = configuration([instance()]);
const VIP = '192.0.2.100';

async function setUp(
  warmUp: VrrpParts['warmUp'] = async () => undefined,
  {
    warmsUpLater = false,
    openBfd = () => Promise.reject(new Error('this test has no BFD session')),
  }: Partial<Pick<VrrpParts, 'warmsUpLater' | 'openBfd'>> = {},
) {
  const host = new FakeProcess<FromVrrp>();
  const network = new MemoryNetwork();
  const sent: OutgoingVrrp[] = [];
  const frames: Uint8Array[] = [];
  const sockets: VrrpSocketOptions[] = [];
  const parts: VrrpParts = {
    core: new VrrpRouter(DIGESTS),
    kernel: network,
    openBfd,
    openTakeoverSay: () => Promise.reject(new Error('this test has no heartbeat')),
    frames: { send: (_ifindex, frame) => frames.push(frame), close: () => undefined },
    claims: { listen: () => undefined, read: () => [], close: () => undefined },
    listen: () => ({ drain: () => undefined, close: () => undefined }),
    filtersStrictly: () => false,
    refuseRouters: () => undefined,
    openSocket: (options) => {
      sockets.push(options);
      const send = (advert: OutgoingVrrp): number => sent.push(advert);
      return {
        send,
        drain: () => undefined,
        close: () => undefined,
        setReceiveBuffer: () => undefined,
      };
    },
    digests: DIGESTS,
    links: { ask: async () => true, close: () => undefined },
    wallClock: () => 0,
    uptime: () => seconds(1_000),
    warmsUpLater,
    warmUp,
  };
  const frame = new ProcessFrame<ToVrrp, FromVrrp, VrrpReport>(host);
  await frame.run(new VrrpRole(frame, parts));
  const order = (message: ToVrrp): void => host.order(message);
  return {
    host,
    network,
    sent,
    frames,
    order,
    hasVip: () => network.addresses.some(({ address }) => address === VIP),
    states: () =>
      host
        .of('facts')
        .flatMap(({ facts }) =>
          facts.flatMap(({ report }) => (report.type === 'transition' ? report.to : [])),
        ),
    /** Another router's advertisement comes in. */
    hear: (packet: PeerPacket) => {
      const { type: _, receivedAt, ...event } = new Bench(CONFIG).packetEvent(packet);
      sockets[0]?.onPacket({ ...event, receivedUs: Number.NaN } as never);
      return receivedAt;
    },
  };
}

type Setting = Awaited<ReturnType<typeof setUp>>;

async function configured(): Promise<Setting> {
  const it = await setUp();
  it.order({ type: 'configure', serial: 1, isTraced: false, config: CONFIG, adopt: [], held: [] });
  await settle();
  return it;
}

test('the warm-up keeps nothing waiting: it begins behind `ready`, and rests until a configuration is in force', async () => {
  const log: string[] = [];
  const it = await setUp(async (goOn) => {
    while (await goOn()) log.push(it.host.of('configured').length > 0 ? 'behind' : 'before');
  });
  expect(it.host.of('ready')).toHaveLength(1);
  expect(log).toEqual([]);
  it.order({ type: 'configure', serial: 1, isTraced: false, config: CONFIG, adopt: [], held: [] });
  await settle();
  expect(log).not.toContain('before');
  expect(log).toContain('behind');
});

test('the warm-up of the process that begins a start waits until it is ordered, and happens once', async () => {
  let warmUps = 0;
  const it = await setUp(
    async () => {
      warmUps++;
    },
    { warmsUpLater: true },
  );
  it.order({ type: 'configure', serial: 1, isTraced: false, config: CONFIG, adopt: [], held: [] });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(warmUps).toBe(0);
  it.order({ type: 'warmUp' });
  it.order({ type: 'warmUp' });
  await settle();
  expect(warmUps).toBe(1);
});

describe('BFD that is still being opened', () => {
  const session = { name: 'b', neighbour: '192.0.2.7', multihop: false } as unknown as BfdConfig;
  const order = (serial: number): ToVrrp => ({
    type: 'configure',
    serial,
    isTraced: false,
    config: { ...configuration([instance({ priority: 100 + serial })]), bfd: [session] },
    adopt: [],
    held: [],
  });
  async function opening() {
    let isOpened = (_: BfdPort): void => undefined;
    let openings = 0;
    let closings = 0;
    const it = await setUp(undefined, {
      openBfd: () => {
        openings += 1;
        return new Promise((resolve) => {
          isOpened = resolve;
        });
      },
    });
    const port: BfdPort = {
      configure: () => undefined,
      view: () => ({ sessions: [] }) as unknown as ReturnType<BfdPort['view']>,
      close: () => {
        closings += 1;
      },
    };
    const counts = () => ({ openings, closings });
    return { it, counts, finish: () => isOpened(port) };
  }

  test('is opened once, and the last configuration comes into force', async () => {
    const { it, counts, finish } = await opening();
    it.order(order(1));
    it.order(order(2));
    await settle();
    finish();
    await settle();
    expect(it.host.of('configured').map(({ serial }) => serial)).toEqual([2]);
    expect(counts()).toEqual({ openings: 1, closings: 0 });
  });

  test('is closed by a stop that came meanwhile', async () => {
    const { it, counts, finish } = await opening();
    it.order(order(1));
    await settle();
    it.order({ type: 'shutdown' });
    await settle();
    finish();
    await settle();
    expect(counts()).toEqual({ openings: 1, closings: 1 });
    expect(it.host.isEnded).toBe(true);
  });
});

async function master(): Promise<Setting> {
  const it = await configured();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(it.states().at(-1)).toBe('MASTER');
  return it;
}

beforeEach(useFakeClock);
afterEach(() => {
  vi.useRealTimers();
});

test('is silent until it is configured: it may be a spare', async () => {
  const { host } = await setUp();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(host.said).toEqual([{ type: 'ready' }]);
});

test('confirms a configuration and tells how its instances stand', async () => {
  const { host, states } = await configured();
  expect(host.of('configured')).toEqual([{ type: 'configured', serial: 1, instances: 1 }]);
  expect(states()).toEqual(['BACKUP']);
  expect(host.of('views').at(-1)?.instances).toMatchObject([{ name: 'VI', state: 'BACKUP' }]);
});

test('takes over when nobody advertises: advertisement, address, announcement', async () => {
  const { sent, frames, hasVip } = await master();
  expect(sent.length).toBeGreaterThan(0);
  expect(hasVip()).toBe(true);
  expect(frames.length).toBeGreaterThan(0);
});

test('gives way to an advertisement with a higher priority', async () => {
  const it = await master();
  it.hear({ priority: 200 });
  await settle();
  expect(it.states().at(-1)).toBe('BACKUP');
  expect(it.hasVip()).toBe(false);
});

test('reports an address that the kernel refuses, and stays MASTER', async () => {
  const it = await configured();
  it.network.refuse = () => 'EPERM';
  await vi.advanceTimersByTimeAsync(4_000);
  expect(it.host.of('trouble')[0]).toEqual({
    type: 'trouble',
    trouble: { operation: 'add-address', about: '192.0.2.100/32 on eth0', errno: 'EPERM' },
  });
  expect(it.states().at(-1)).toBe('MASTER');
});

test('waits with a configuration while the network cannot be read, and says so', async () => {
  const it = await setUp();
  it.network.isUnreadable = true;
  it.order({ type: 'configure', serial: 1, isTraced: false, config: CONFIG, adopt: [], held: [] });
  await vi.advanceTimersByTimeAsync(250);
  expect(it.host.of('configured')).toEqual([]);
  expect(it.host.of('trouble').length).toBeGreaterThan(0);
  it.network.isUnreadable = false;
  await vi.advanceTimersByTimeAsync(200);
  expect(it.host.of('configured')).toHaveLength(1);
});

test('puts an address back that somebody removed', async () => {
  const it = await master();
  // The kernel has confirmed the address, as a dump shows it.
  it.network.changed?.();
  await vi.advanceTimersByTimeAsync(50);
  it.network.addresses = HOST.addresses;
  it.network.changed?.();
  await vi.advanceTimersByTimeAsync(50);
  expect(it.hasVip()).toBe(true);
});

test('answers a resignation, and gives mastership away', async () => {
  const it = await master();
  it.order({ type: 'request', id: 7, request: { command: 'resign', instance: 'VI' } });
  await settle();
  expect(it.host.of('reply')).toMatchObject([
    { id: 7, reply: { ok: true, value: { instance: 'VI' } } },
  ]);
  expect(it.states().at(-1)).toBe('BACKUP');
});

test('answers for an instance that there is none of', async () => {
  const it = await master();
  it.order({ type: 'request', id: 8, request: { command: 'resign', instance: 'other' } });
  expect(it.host.of('reply')).toMatchObject([
    { id: 8, reply: { ok: false, error: { code: 'not-found' } } },
  ]);
});

describe('a stop', () => {
  test.each([
    ['of the supervisor', (it: Setting) => it.order({ type: 'shutdown' })],
    ['because the supervisor is gone', (it: Setting) => it.host.vanish()],
  ])('%s says farewell, removes addresses and closes the kernel', async (_title, stop) => {
    const it = await master();
    it.sent.splice(0);
    stop(it);
    await settle();
    expect(it.sent).toHaveLength(1);
    expect(it.hasVip()).toBe(false);
    expect(it.network.isClosed).toBe(true);
    expect(it.host.said.at(-1)).toEqual({ type: 'stopped', left: [] });
  });

  test('names the address that the kernel did not take back', async () => {
    const it = await master();
    it.network.refuse = () => 'EPERM';
    it.order({ type: 'shutdown' });
    await settle();
    expect(it.host.said.at(-1)).toEqual({ type: 'stopped', left: ['192.0.2.100/32 on eth0'] });
  });

  test('that the kernel does not answer ends the process all the same', async () => {
    const it = await master();
    it.network.hangs = true;
    it.order({ type: 'shutdown' });
    await vi.advanceTimersByTimeAsync(it.host.stopMsMax);
    expect(it.host.exits).toEqual([1]);
    expect(it.host.of('stopped')).toEqual([]);
  });
});

test('a stop before its configuration is in force puts away what its predecessor left, with a farewell', async () => {
  const it = await setUp();
  const address = { ifindex: 2, address: VIP, prefixLength: 32, flags: 0x80, scope: 0 };
  it.network.addresses = [...it.network.addresses, address as AddressFact];
  it.order({
    type: 'configure',
    serial: 1,
    isTraced: false,
    config: CONFIG,
    adopt: ['VI'],
    held: [],
  });
  it.order({ type: 'shutdown' });
  await settle();
  expect(it.host.of('configured')).toEqual([]);
  expect(it.hasVip()).toBe(false);
  expect(it.sent.map(({ message }) => message[2])).toEqual([0]);
  expect(it.host.of('stopped')).toEqual([{ type: 'stopped', left: [] }]);
});

test('cleans up for a process that is gone: farewell, addresses removed, end', async () => {
  const it = await setUp();
  it.network.addresses = [
    ...HOST.addresses,
    { ifindex: 2, address: VIP, prefixLength: 24, flags: 0x80, scope: 0, protocol: 18 } as never,
  ];
  it.order({ type: 'cleanUp', config: CONFIG, masters: ['VI'], held: [] });
  await settle();
  expect(it.sent).toHaveLength(1);
  expect(it.hasVip()).toBe(false);
  expect(it.host.said.at(-1)).toEqual({ type: 'stopped', left: [] });
});

describe('V10: an address that a reload dropped while no process ran', () => {
  const gone = '192.0.2.77' as typeof VIP & AddressFact['address'];
  const held = [{ instance: 'OLD', address: gone, prefixLength: 24, interface: 'eth0' }];
  const left = (it: Setting): void => {
    const fact = { ifindex: 2, address: gone, prefixLength: 24, flags: 0x80, scope: 0 };
    it.network.addresses = [...HOST.addresses, { ...fact, protocol: 18 } as AddressFact];
  };
  const has = (it: Setting): boolean => it.network.addresses.some((one) => one.address === gone);

  test('goes when the next process has its configuration', async () => {
    const it = await setUp();
    left(it);
    it.order({ type: 'configure', serial: 2, isTraced: false, config: CONFIG, adopt: [], held });
    await settle();
    expect(it.host.of('configured')).toHaveLength(1);
    expect(has(it)).toBe(false);
  });

  test('goes with a process that cleans up in the place of one that is gone', async () => {
    const it = await setUp();
    left(it);
    it.order({ type: 'cleanUp', config: CONFIG, masters: [], held });
    await settle();
    expect(has(it)).toBe(false);
    expect(it.host.said.at(-1)).toEqual({ type: 'stopped', left: [] });
  });

  test('goes with a process that is stopped before its configuration is in force', async () => {
    const it = await setUp();
    left(it);
    it.order({ type: 'configure', serial: 2, isTraced: false, config: CONFIG, adopt: [], held });
    it.order({ type: 'shutdown' });
    await settle();
    expect(has(it)).toBe(false);
  });
});

describe('resign', () => {
  const ask = (it: Setting, name = 'VI'): void =>
    it.order({ type: 'request', id: 9, request: { command: 'resign', instance: name } });
  const answer = (it: Setting): unknown => it.host.of('reply').at(-1)?.reply;

  test('to a process that is still loading says so, and not that there is no such instance', async () => {
    const it = await setUp();
    ask(it);
    expect(answer(it)).toMatchObject({ ok: false, error: { code: 'starting' } });
    it.network.isUnreadable = true;
    it.order({
      type: 'configure',
      serial: 1,
      isTraced: false,
      config: CONFIG,
      adopt: [],
      held: [],
    });
    await settle();
    ask(it);
    expect(answer(it)).toMatchObject({ ok: false, error: { code: 'starting' } });
  });

  test('to an instance that a reload brings, while that is under way', async () => {
    const it = await configured();
    it.network.isUnreadable = true;
    const config = configuration([instance(), instance({ name: 'NEW', vrid: 9 })]);
    it.order({ type: 'configure', serial: 2, isTraced: false, config, adopt: [], held: [] });
    await settle();
    ask(it, 'NEW');
    expect(answer(it)).toMatchObject({ ok: false, error: { code: 'starting' } });
    ask(it, 'OTHER');
    expect(answer(it)).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });
});

test('O6: traffic is reported while it is wanted, and nothing is made or sent while it is not', async () => {
  const traced = (it: Setting): string[] =>
    it.host
      .of('facts')
      .flatMap(({ facts }) =>
        facts.flatMap(({ report }) => (report.type === 'trace' ? report.fact.id : [])),
      );
  const quiet = await master();
  quiet.hear({ priority: 50 });
  await settle();
  expect(traced(quiet)).toEqual([]);
  const it = await setUp();
  it.order({ type: 'configure', serial: 1, isTraced: true, config: CONFIG, adopt: [], held: [] });
  await settle();
  await vi.advanceTimersByTimeAsync(4_000);
  it.hear({ priority: 50 });
  await vi.advanceTimersByTimeAsync(100);
  expect(new Set(traced(it))).toEqual(
    new Set(['trace.netlink', 'trace.advert-sent', 'trace.announced', 'trace.advert-received']),
  );
});
