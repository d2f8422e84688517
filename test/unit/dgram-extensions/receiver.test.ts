/** Reception: what is told of each message, batches, errors, and drain() after a stall. Needs no rights. */

import {
  AF,
  IP,
  IPPROTO,
  IPV6,
  monotonicUs,
  type OsError,
  SO,
  SOCK,
  SOL,
  Socket,
  sockaddrIn6,
  Timer,
} from 'dgram-extensions';
import { afterEach, describe, expect, it } from 'vitest';
import { LOOPBACK, loopbackSocket } from '../../support/dgram-extensions/udp.ts';
import { stall, until } from '../../support/dgram-extensions/wait.ts';

const LOOPBACK6 = Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? 1 : 0));
const LOOPBACK_IFINDEX = 1;

const opened: { close(): void }[] = [];
function keep<T extends { close(): void }>(resource: T): T {
  opened.push(resource);
  return resource;
}

afterEach(() => {
  for (const resource of opened.splice(0)) resource.close();
});

/** What a handler saw, copied out of the views. */
interface Seen {
  readonly data: number[];
  readonly length: number;
  readonly truncated: boolean;
  readonly ttl: number;
  readonly trafficClass: number;
  readonly ifindex: number;
  readonly destination: number[];
  readonly source: Uint8Array;
  readonly sourceAddress: number[];
  readonly receivedUs: number;
}

function collect(socket: Socket): { messages: Seen[]; errors: OsError[] } {
  const messages: Seen[] = [];
  const errors: OsError[] = [];
  socket.onMessage(
    (data, info) => {
      messages.push({
        data: [...data],
        length: info.length,
        truncated: info.truncated,
        ttl: info.ttl,
        trafficClass: info.trafficClass,
        ifindex: info.ifindex,
        destination: [...info.destination],
        source: info.source.slice(),
        sourceAddress: [...info.sourceAddress],
        receivedUs: info.receivedUs,
      });
    },
    (error) => errors.push(error),
  );
  return { messages, errors };
}

/**
 * Waits until the kernel stamps messages as they arrive. It switches that on in the background when the
 * first socket asks; before, a message is stamped when it is read.
 */
async function arrivalStamps(socket: Socket, messages: readonly Seen[]): Promise<void> {
  await until('stamps of arrival', () => {
    socket.send(Uint8Array.of(0), socket.localAddress());
    const sentUs = monotonicUs();
    stall(5);
    socket.drain();
    return (messages.at(-1)?.receivedUs ?? Number.NaN) < sentUs + 2500;
  });
}

describe('MessageInfo', () => {
  it('tells TTL, TOS, interface, destination, source and time of an IPv4 message', async () => {
    const receiver = keep(loopbackSocket());
    const sender = keep(loopbackSocket());
    for (const option of [IP.PKTINFO, IP.RECVTTL, IP.RECVTOS])
      receiver.setOption(SOL.IP, option, 1);
    receiver.setOption(SOL.SOCKET, SO.TIMESTAMPNS, 1);
    sender.setOption(SOL.IP, IP.TTL, 123);
    sender.setOption(SOL.IP, IP.TOS, 0xc0);
    const { messages } = collect(receiver);
    sender.send(Uint8Array.of(1, 2, 3), receiver.localAddress());
    await until('the message', () => messages.length > 0);
    expect(messages[0]).toMatchObject({
      data: [1, 2, 3],
      length: 3,
      truncated: false,
      ttl: 123,
      trafficClass: 0xc0,
      ifindex: LOOPBACK_IFINDEX,
      destination: [...LOOPBACK],
      source: sender.localAddress(),
      sourceAddress: [...LOOPBACK],
    });
  });

  it('tells when the kernel received a message, however late it is read', async () => {
    const receiver = keep(loopbackSocket());
    receiver.setOption(SOL.SOCKET, SO.TIMESTAMPNS, 1);
    const { messages } = collect(receiver);
    await arrivalStamps(receiver, messages);
    const beforeUs = monotonicUs();
    receiver.send(Uint8Array.of(1), receiver.localAddress());
    const afterUs = monotonicUs();
    stall(20);
    receiver.drain();
    const receivedUs = messages.at(-1)?.receivedUs;
    // The clocks are compared to much better than a millisecond.
    expect(receivedUs).toBeGreaterThan(beforeUs - 1000);
    expect(receivedUs).toBeLessThan(afterUs + 1000);
  });

  it('tells hop limit, traffic class, interface and destination of an IPv6 message', async () => {
    const open = () => new Socket({ family: AF.INET6, type: SOCK.DGRAM, protocol: IPPROTO.UDP });
    const receiver = keep(open());
    const sender = keep(open());
    receiver.bind(sockaddrIn6(LOOPBACK6));
    sender.bind(sockaddrIn6(LOOPBACK6));
    for (const option of [IPV6.RECVPKTINFO, IPV6.RECVHOPLIMIT, IPV6.RECVTCLASS]) {
      receiver.setOption(SOL.IPV6, option, 1);
    }
    sender.setOption(SOL.IPV6, IPV6.UNICAST_HOPS, 99);
    sender.setOption(SOL.IPV6, IPV6.TCLASS, 0xe0);
    const { messages } = collect(receiver);
    sender.send(Uint8Array.of(7), receiver.localAddress());
    await until('the message', () => messages.length > 0);
    expect(messages[0]).toMatchObject({
      ttl: 99,
      trafficClass: 0xe0,
      ifindex: LOOPBACK_IFINDEX,
      destination: [...LOOPBACK6],
      sourceAddress: [...LOOPBACK6],
    });
  });

  it('says unknown for what was not asked for', async () => {
    const receiver = keep(loopbackSocket());
    const { messages } = collect(receiver);
    receiver.send(Uint8Array.of(1), receiver.localAddress());
    await until('the message', () => messages.length > 0);
    expect(messages[0]).toMatchObject({ ttl: -1, trafficClass: -1, ifindex: 0, destination: [] });
    expect(messages[0]?.receivedUs).toBeNaN();
  });

  it('says when a message was cut, and how long it was', async () => {
    const receiver = keep(loopbackSocket({ sizeBytes: 16 }));
    const { messages } = collect(receiver);
    receiver.send(new Uint8Array(100).fill(5), receiver.localAddress());
    await until('the message', () => messages.length > 0);
    expect(messages[0]).toMatchObject({ length: 100, truncated: true });
    expect(messages[0]?.data).toEqual(Array.from({ length: 16 }, () => 5));
  });
});

describe('onMessage', () => {
  it('delivers more messages than slots, in order', async () => {
    const receiver = keep(loopbackSocket({ slots: 3 }));
    const { messages } = collect(receiver);
    const to = receiver.localAddress();
    for (let i = 0; i < 100; i++) receiver.send(Uint8Array.of(i), to);
    await until('all messages', () => messages.length === 100);
    expect(messages.map((message) => message.data[0])).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
  });

  it('is possible once', () => {
    const receiver = keep(loopbackSocket());
    receiver.onMessage(() => undefined);
    expect(() => receiver.onMessage(() => undefined)).toThrow('EALREADY');
  });

  it('refuses a stream, whose end would be readable for ever', () => {
    const stream = keep(new Socket({ family: AF.INET, type: SOCK.STREAM, protocol: 0 }));
    expect(() => stream.onMessage(() => undefined)).toThrow('ESOCKTNOSUPPORT');
  });

  it.each([0, 1025])('refuses %i slots', (slots) => {
    expect(() => keep(loopbackSocket({ slots })).onMessage(() => undefined)).toThrow('EINVAL');
  });

  it('reports a pending error by its own name and goes on (libuv would say EBADF and stop)', async () => {
    const gone = loopbackSocket();
    const nobody = gone.localAddress();
    gone.close();
    const receiver = keep(loopbackSocket());
    const { messages, errors } = collect(receiver);
    receiver.connect(nobody);
    receiver.send(Uint8Array.of(1)); // answered by ICMP port unreachable
    await until('the error', () => errors.length > 0);
    expect(errors[0]).toMatchObject({ code: 'ECONNREFUSED', syscall: 'recvmmsg' });
    const peer = keep(loopbackSocket());
    receiver.connect(peer.localAddress());
    peer.send(Uint8Array.of(9), receiver.localAddress());
    await until('a message after the error', () => messages.length > 0);
    expect(messages[0]?.data).toEqual([9]);
  });

  it('empties the error queue of IP_RECVERR instead of spinning on it', async () => {
    const gone = loopbackSocket();
    const nobody = gone.localAddress();
    gone.close();
    const receiver = keep(loopbackSocket());
    receiver.setOption(SOL.IP, IP.RECVERR, 1);
    const { messages, errors } = collect(receiver);
    for (let i = 0; i < 3; i++) receiver.send(Uint8Array.of(1), nobody);
    await until('an error', () => errors.length > 0);
    receiver.send(Uint8Array.of(9), receiver.localAddress());
    await until('a message after the errors', () => messages.length > 0);
    const before = process.cpuUsage();
    const start = performance.now();
    await until('a quiet moment', () => performance.now() - start > 100);
    const { user, system } = process.cpuUsage(before);
    const counted = errors.length;
    // A poll that reports the same error for ever would take a whole processor.
    expect(user + system).toBeLessThan(80_000);
    expect(errors).toHaveLength(counted);
  });

  it('drops errors when nobody wants them', async () => {
    const gone = loopbackSocket();
    const nobody = gone.localAddress();
    gone.close();
    const receiver = keep(loopbackSocket());
    let seen = 0;
    receiver.onMessage(() => seen++);
    receiver.connect(nobody);
    receiver.send(Uint8Array.of(1));
    await new Promise((resolve) => setImmediate(resolve));
    const peer = keep(loopbackSocket());
    receiver.connect(peer.localAddress());
    peer.send(Uint8Array.of(9), receiver.localAddress());
    await until('a message after the error', () => seen > 0);
  });
});

describe('drain', () => {
  it('delivers what is queued before it returns, however little fits a batch', () => {
    const receiver = keep(loopbackSocket({ slots: 2 }));
    const { messages } = collect(receiver);
    for (let i = 0; i < 50; i++) receiver.send(Uint8Array.of(i), receiver.localAddress());
    expect(receiver.drain()).toBe(50);
    expect(messages).toHaveLength(50);
    expect(receiver.drain()).toBe(0);
  });

  it('goes on behind a pending error', () => {
    const gone = loopbackSocket();
    const nobody = gone.localAddress();
    gone.close();
    const receiver = keep(loopbackSocket());
    receiver.setOption(SOL.IP, IP.RECVERR, 1);
    const { messages, errors } = collect(receiver);
    receiver.send(Uint8Array.of(1), nobody);
    keep(loopbackSocket()).send(Uint8Array.of(2), receiver.localAddress());
    expect(receiver.drain()).toBe(messages.length);
    expect(messages.map((message) => message.data)).toEqual([[2]]);
    expect(errors.map((error) => error.code)).toEqual(['ECONNREFUSED']);
  });

  it('ends with what was queued when it began, though more comes all the time', async () => {
    const receiver = keep(loopbackSocket({ slots: 4 }));
    receiver.setOption(SOL.SOCKET, SO.TIMESTAMPNS, 1);
    const seen: Seen[] = [];
    let isFlooded = false;
    receiver.onMessage((data, info) => {
      seen.push({ data: [...data], receivedUs: info.receivedUs } as Seen);
      if (isFlooded) receiver.send(Uint8Array.of(1), receiver.localAddress());
    });
    await arrivalStamps(receiver, seen);
    seen.length = 0;
    for (let i = 0; i < 12; i++) receiver.send(Uint8Array.of(0), receiver.localAddress());
    isFlooded = true;
    const delivered = receiver.drain();
    isFlooded = false;
    expect(seen.filter(({ data: [kind] }) => kind === 0)).toHaveLength(12);
    // All that was queued, and at most a batch that came meanwhile.
    expect(delivered).toBeLessThanOrEqual(16);
  });

  it('does nothing inside a handler of the same socket, whose batch is still being read', () => {
    const receiver = keep(loopbackSocket({ slots: 2 }));
    const drained: number[] = [];
    receiver.onMessage(() => drained.push(receiver.drain()));
    for (let i = 0; i < 5; i++) receiver.send(Uint8Array.of(i), receiver.localAddress());
    expect(receiver.drain()).toBe(5);
    expect(drained).toEqual([0, 0, 0, 0, 0]);
  });

  it('does nothing before onMessage', () => {
    const receiver = keep(loopbackSocket());
    receiver.send(new Uint8Array(1), receiver.localAddress());
    expect(receiver.drain()).toBe(0);
    expect(receiver.recvNow(new Uint8Array(1))).toBe(1);
  });

  it('shows after a stall the message that came before the deadline', async () => {
    const receiver = keep(loopbackSocket());
    receiver.setOption(SOL.SOCKET, SO.TIMESTAMPNS, 1);
    const { messages } = collect(receiver);
    await arrivalStamps(receiver, messages);
    messages.length = 0;
    let seenAtExpiry = -1;
    const deadlineUs = monotonicUs() + 20_000;
    const timer = keep(
      new Timer(() => {
        receiver.drain();
        seenAtExpiry = messages.length;
      }),
    );
    timer.arm(deadlineUs);
    receiver.send(Uint8Array.of(1), receiver.localAddress());
    stall(100);
    await until('the timer', () => seenAtExpiry >= 0);
    expect(seenAtExpiry).toBe(1);
    expect(messages[0]?.receivedUs).toBeLessThan(deadlineUs);
  });
});

describe('two sockets ready in the same turn', () => {
  it('may close each other', async () => {
    const first = keep(loopbackSocket());
    const second = keep(loopbackSocket());
    let seen = 0;
    const other = new Map([
      [first, second],
      [second, first],
    ]);
    for (const [socket, peer] of other) {
      socket.onMessage(() => {
        seen++;
        peer.close();
      });
      socket.send(Uint8Array.of(1), socket.localAddress());
    }
    await until('a message', () => seen > 0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toBe(1);
  });
});

describe('views', () => {
  it('may be taken away by JavaScript: reception fails with EFAULT and writes nowhere', async () => {
    const receiver = keep(loopbackSocket());
    const errors: string[] = [];
    receiver.onMessage(
      (data) => void structuredClone(data.buffer, { transfer: [data.buffer as ArrayBuffer] }),
      (error) => {
        errors.push(error.code);
        receiver.close();
      },
    );
    receiver.send(Uint8Array.of(1), receiver.localAddress());
    receiver.drain();
    receiver.send(Uint8Array.of(2), receiver.localAddress());
    await until('the error', () => errors.length > 0);
    expect(errors).toEqual(['EFAULT']);
  });
});
