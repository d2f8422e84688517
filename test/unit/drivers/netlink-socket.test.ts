/** Requests, batches, dumps and notifications over netlink, against a kernel in memory with faults. */
import { describe, expect, it, vi } from 'vitest';
import type { NetlinkCommand } from '../../../src/drivers/netlink-frames.ts';
import { NetlinkSocket, type NetlinkSocketOptions } from '../../../src/drivers/netlink-socket.ts';
import { FakeKernel, type FakeRequest } from '../../support/fake-kernel.ts';

const ECHO = 100;
const EPERM = 1;
const EMSGSIZE = 90;

/** Fails where the first byte of the payload says so; a dump lists ten payloads; else it echoes. */
function family({ type, payload, isDump }: FakeRequest): ReturnType<FakeKernel['answer']> {
  if (type !== ECHO) return { errno: 95 };
  if (payload[0] === 0xff) return { errno: EPERM, text: 'not you' };
  if (isDump) return { data: Array.from({ length: 10 }, (_, i) => Uint8Array.of(i, 0, 0, 0)) };
  return { data: [payload] };
}

function open(options: NetlinkSocketOptions = {}): { kernel: FakeKernel; socket: NetlinkSocket } {
  const kernel = new FakeKernel(family);
  return { kernel, socket: new NetlinkSocket(kernel.openPort(), { timeoutMs: 20, ...options }) };
}

function command(payload: readonly number[], operation: string = 'echo'): NetlinkCommand {
  return { type: ECHO, payload: Uint8Array.from(payload), operation };
}

const GOOD = command([1, 2, 3, 4]);
const BAD = command([0xff, 0, 0, 0], 'do what is forbidden');

describe('batches', () => {
  it('ask for one acknowledgement, at their end', async () => {
    const { kernel, socket } = open();
    expect(await socket.execute(Array.from({ length: 100 }, () => GOOD))).toEqual(
      Array.from({ length: 100 }, () => undefined),
    );
    expect(kernel.sends).toEqual([{ messages: 100, acks: 1, bytes: 2000 }]);
  });

  it('match errors by sequence number, and one stops none of the others', async () => {
    const { socket } = open();
    const results = await socket.execute([GOOD, BAD, GOOD, BAD, BAD]);
    expect(results.map((error) => error?.errnoName)).toEqual([
      undefined,
      'EPERM',
      undefined,
      'EPERM',
      'EPERM',
    ]);
  });

  it("say what was refused, with the kernel's explanation", async () => {
    const [error] = await open().socket.execute([BAD]);
    expect(error).toMatchObject({
      code: 'KERNEL',
      operation: 'do what is forbidden',
      errnoName: 'EPERM',
      explanation: 'not you',
      message: 'do what is forbidden: EPERM (not you)',
    });
  });

  it('are cut at 256 messages, and the event loop gets a turn between two of them', async () => {
    const { kernel, socket } = open();
    const turn = vi.fn();
    setImmediate(turn);
    await socket.execute(Array.from({ length: 600 }, () => GOOD));
    expect(kernel.sends.map(({ messages }) => messages)).toEqual([256, 256, 88]);
    expect(turn).toHaveBeenCalled();
  });

  it('are cut at 128 KiB, below the smallest send buffer', async () => {
    const { kernel, socket } = open();
    const large = command(Array.from({ length: 60_000 }, () => 1));
    await socket.execute([large, large, large]);
    expect(kernel.sends.map(({ messages }) => messages)).toEqual([2, 1]);
  });

  it('are in the kernel when the call returns', () => {
    const { kernel, socket } = open();
    void socket.execute([GOOD]);
    expect(kernel.sends).toHaveLength(1);
  });

  it('fail as a whole when the kernel takes no bytes', async () => {
    const { kernel, socket } = open();
    kernel.faults.refuseSends = { count: 1, errno: EMSGSIZE };
    const results = await socket.execute([GOOD, GOOD]);
    expect(results.map((error) => error?.errnoName)).toEqual(['EMSGSIZE', 'EMSGSIZE']);
    expect(await socket.execute([GOOD])).toEqual([undefined]);
  });

  it('end with ETIMEDOUT when the acknowledgement never comes', async () => {
    const { kernel, socket } = open();
    kernel.faults.loseAcks = 1;
    const results = await socket.execute([BAD, GOOD]);
    expect(results.map((error) => error?.errnoName)).toEqual(['EPERM', 'ETIMEDOUT']);
  });

  it('end with ENOBUFS when answers were lost, and the socket goes on', async () => {
    const onOverrun = vi.fn();
    const { kernel, socket } = open({ onOverrun });
    kernel.faults.queueMax = 2;
    const results = await socket.execute([BAD, BAD, BAD, BAD, GOOD]);
    expect(results.every((error) => error !== undefined)).toBe(true);
    expect(results.at(-1)?.errnoName).toBe('ENOBUFS');
    expect(onOverrun).toHaveBeenCalledTimes(1);
    kernel.faults.queueMax = Number.POSITIVE_INFINITY;
    expect(await socket.execute([GOOD])).toEqual([undefined]);
  });

  it('do nothing when they are empty', async () => {
    const { kernel, socket } = open();
    expect(await socket.execute([])).toEqual([]);
    expect(kernel.sends).toEqual([]);
  });
});

describe('requests', () => {
  it('have the data that came before the acknowledgement', async () => {
    const reply = await open().socket.request(GOOD);
    expect(reply).toEqual({ ok: true, value: [Uint8Array.of(1, 2, 3, 4)] });
  });

  it('are matched to their own answers when several are open', async () => {
    const { socket } = open();
    const replies = await Promise.all(
      [5, 6, 7].map((byte) => socket.request(command([byte, 0, 0, 0]))),
    );
    expect(replies.map((reply) => reply.ok && reply.value[0]?.[0])).toEqual([5, 6, 7]);
  });

  it('end with ECANCELED when the socket is closed, before or after', async () => {
    const { kernel, socket } = open();
    kernel.faults.loseAcks = 1;
    const pending = socket.request(GOOD);
    socket.close();
    socket.close();
    expect(await pending).toMatchObject({ error: { errnoName: 'ECANCELED' } });
    expect(await socket.request(GOOD)).toMatchObject({ error: { errnoName: 'ECANCELED' } });
    expect(kernel.openPorts).toBe(0);
  });
});

describe('dumps', () => {
  const expected = Array.from({ length: 10 }, (_, i) => Uint8Array.of(i, 0, 0, 0));

  it('collect all parts', async () => {
    expect(await open().socket.dump(GOOD)).toEqual({ ok: true, value: expected });
  });

  it('wait for one another: the kernel runs one for each socket', async () => {
    const { socket } = open();
    const dumps = await Promise.all([socket.dump(GOOD), socket.dump(GOOD), socket.dump(GOOD)]);
    for (const dump of dumps) expect(dump).toEqual({ ok: true, value: expected });
  });

  it('are read again when the list changed meanwhile (NLM_F_DUMP_INTR)', async () => {
    const { kernel, socket } = open();
    kernel.faults.interruptDumps = 2;
    expect(await socket.dump(GOOD)).toEqual({ ok: true, value: expected });
    expect(kernel.sends).toHaveLength(3);
  });

  it('are given up when the list never keeps still', async () => {
    const { kernel, socket } = open();
    kernel.faults.interruptDumps = Number.POSITIVE_INFINITY;
    expect(await socket.dump(GOOD)).toMatchObject({ ok: false, error: { errnoName: 'EINTR' } });
  });

  it('are read again when a part did not fit the buffer', async () => {
    const { kernel, socket } = open();
    kernel.faults.truncateDumps = 1;
    expect(await socket.dump(GOOD)).toEqual({ ok: true, value: expected });
  });

  it('report a refusal and are not asked again', async () => {
    const { kernel, socket } = open();
    expect(await socket.dump(BAD)).toMatchObject({ ok: false, error: { errnoName: 'EPERM' } });
    expect(kernel.sends).toHaveLength(1);
  });

  it('go on after one that failed', async () => {
    const { kernel, socket } = open();
    kernel.faults.refuseSends = { count: 1, errno: EMSGSIZE };
    const dumps = await Promise.all([socket.dump(GOOD), socket.dump(GOOD)]);
    expect(dumps.map(({ ok }) => ok)).toEqual([false, true]);
  });
});

describe('notifications', () => {
  it('come with type and payload, whatever their sequence number', async () => {
    const kernel = new FakeKernel(family);
    const heard: [number, number[]][] = [];
    const socket = new NetlinkSocket(kernel.openPort([5]), {
      onNotification: (type, payload) => heard.push([type, [...payload]]),
    });
    kernel.notify(5, 20, Uint8Array.of(1, 0, 0, 0), 0);
    kernel.notify(5, 21, Uint8Array.of(2, 0, 0, 0), 1);
    kernel.notify(6, 22, Uint8Array.of(3, 0, 0, 0), 1);
    expect(socket.drain()).toBe(2);
    expect(heard).toEqual([
      [20, [1, 0, 0, 0]],
      [21, [2, 0, 0, 0]],
    ]);
  });

  it('that were lost are reported once', () => {
    const kernel = new FakeKernel(family);
    const onOverrun = vi.fn();
    const onNotification = vi.fn();
    const socket = new NetlinkSocket(kernel.openPort([5]), { onOverrun, onNotification });
    kernel.faults.queueMax = 3;
    for (let i = 0; i < 10; i++) kernel.notify(5, 20, new Uint8Array(4));
    socket.drain();
    expect(onOverrun).toHaveBeenCalledTimes(1);
    expect(onNotification).toHaveBeenCalledTimes(3);
  });
});
