/** Sockets over loopback and netlink: options, sending, receiving, closing. Needs no rights. */

import {
  AF,
  IP,
  IPPROTO,
  NETLINK,
  OsError,
  SO,
  SOCK,
  SOL,
  Socket,
  sockaddrIn,
  sockaddrNl,
} from 'dgram-extensions';
import { afterEach, describe, expect, it } from 'vitest';
import { LOOPBACK, loopbackSocket } from '../../support/dgram-extensions/udp.ts';
import { until } from '../../support/dgram-extensions/wait.ts';

const EAGAIN = -11;
const EBADF = -9;
const EINVAL = -22;

const opened: Socket[] = [];
function keep(socket: Socket): Socket {
  opened.push(socket);
  return socket;
}

afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

/** Sends and reads back, past the event loop. */
function readAll(socket: Socket): number[] {
  const lengths: number[] = [];
  const buffer = new Uint8Array(64);
  for (;;) {
    const length = socket.recvNow(buffer);
    if (length < 0) return lengths;
    lengths.push(length);
  }
}

describe('Socket', () => {
  it('throws OsError with the errno when the kernel has no such socket', () => {
    const make = () => new Socket({ family: 99, type: SOCK.RAW, protocol: 0 });
    expect(make).toThrow(OsError);
    expect(make).toThrow('EAFNOSUPPORT');
  });

  it('is non-blocking and close-on-exec from birth', () => {
    const socket = keep(loopbackSocket());
    expect(socket.recvNow(new Uint8Array(1))).toBe(EAGAIN);
    expect(socket.fd).toBeGreaterThan(2);
  });

  it('sets and reads options as integers and as bytes', () => {
    const socket = keep(loopbackSocket());
    socket.setOption(SOL.IP, IP.TTL, 42);
    expect(new Int32Array(socket.getOption(SOL.IP, IP.TTL).slice().buffer)[0]).toBe(42);
    socket.setOption(SOL.IP, IP.TTL, new Uint8Array(Int32Array.of(43).buffer));
    expect(new Int32Array(socket.getOption(SOL.IP, IP.TTL).slice().buffer)[0]).toBe(43);
  });

  it('names level and option when one is refused', () => {
    const socket = keep(loopbackSocket());
    expect(() => socket.setOption(SOL.IP, IP.TTL, 4000)).toThrow('setsockopt(0, 2): EINVAL');
    expect(() => socket.getOption(SOL.SOCKET, 9999)).toThrow('getsockopt(1, 9999): ENOPROTOOPT');
  });

  it('tells the address it is bound to', () => {
    const socket = keep(loopbackSocket());
    const address = socket.localAddress();
    expect(address).toHaveLength(16);
    expect([...address.subarray(4, 8)]).toEqual([...LOOPBACK]);
    expect(address[2] === 0 && address[3] === 0).toBe(false);
  });

  it('throws TypeError for an argument of the wrong kind, before any system call', () => {
    const socket = keep(loopbackSocket());
    const text = JSON.parse('"text"');
    expect(() => socket.send(text)).toThrow(TypeError);
    expect(() => socket.bind(text)).toThrow(TypeError);
    expect(() => socket.setOption(SOL.IP, IP.TTL, text)).toThrow(TypeError);
    expect(() => socket.setOption(SOL.IP, 0.5, 1)).toThrow(RangeError);
  });

  it('refuses an address longer than any sockaddr', () => {
    const socket = keep(loopbackSocket());
    expect(() => socket.connect(new Uint8Array(129))).toThrow('EINVAL');
  });
});

describe('Socket.close', () => {
  it('is harmless twice', () => {
    const socket = loopbackSocket();
    socket.onMessage(() => undefined);
    socket.close();
    socket.close();
    expect(socket.closed).toBe(true);
    expect(socket.fd).toBe(-1);
  });

  it('makes later calls fail with EBADF, whoever got the number since', () => {
    const socket = loopbackSocket();
    const address = socket.localAddress();
    socket.close();
    keep(loopbackSocket());
    expect(socket.send(new Uint8Array(1), address)).toBe(EBADF);
    expect(socket.recvNow(new Uint8Array(1))).toBe(EBADF);
    expect(socket.drain()).toBe(0);
    expect(() => socket.bind(address)).toThrow('bind: EBADF');
    expect(() => socket.onMessage(() => undefined)).toThrow('EBADF');
    socket.ref();
    socket.unref();
  });

  it('delivers nothing afterwards, not even the rest of a batch', async () => {
    const receiver = keep(loopbackSocket());
    const sender = keep(loopbackSocket());
    const seen: number[] = [];
    const to = receiver.localAddress();
    for (const byte of [1, 2, 3]) sender.send(Uint8Array.of(byte), to);
    receiver.onMessage((data) => {
      seen.push(data[0] ?? -1);
      receiver.close();
    });
    await until('the first message', () => seen.length > 0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual([1]);
  });
});

describe('Socket.send', () => {
  it('returns the bytes sent', () => {
    const receiver = keep(loopbackSocket());
    const sender = keep(loopbackSocket());
    expect(sender.send(new Uint8Array(9), receiver.localAddress())).toBe(9);
    expect(sender.send(new Uint8Array(0), receiver.localAddress())).toBe(0);
    expect(readAll(receiver)).toEqual([9, 0]);
  });

  it('returns a negative errno and does not throw when the kernel refuses', () => {
    const sender = keep(loopbackSocket());
    expect(sender.send(new Uint8Array(1), new Uint8Array(3))).toBe(EINVAL);
  });

  it('uses the connected peer when there is no address', () => {
    const receiver = keep(loopbackSocket());
    const sender = keep(loopbackSocket());
    sender.connect(receiver.localAddress());
    expect(sender.send(new Uint8Array(4))).toBe(4);
    expect(readAll(receiver)).toEqual([4]);
  });

  it('passes control data: IP_TTL of one message (ip(7))', async () => {
    const receiver = keep(loopbackSocket());
    const sender = keep(loopbackSocket());
    receiver.setOption(SOL.IP, IP.RECVTTL, 1);
    const ttls: number[] = [];
    receiver.onMessage((_data, info) => ttls.push(info.ttl));
    // struct cmsghdr on a 64-bit machine: length 20, level 0, type 2, an int, padding to 24.
    const control = new Uint8Array(24);
    new BigUint64Array(control.buffer)[0] = 20n;
    new Int32Array(control.buffer).set([SOL.IP, IP.TTL, 99], 2);
    sender.send(new Uint8Array(1), receiver.localAddress(), control);
    await until('the message', () => ttls.length > 0);
    expect(ttls).toEqual([99]);
  });
});

describe('Socket.sendBatch', () => {
  it('sends more messages than one system call takes, to different peers', () => {
    const receivers = [keep(loopbackSocket()), keep(loopbackSocket())];
    const sender = keep(loopbackSocket());
    const to = receivers.map((receiver) => receiver.localAddress());
    const messages = Array.from({ length: 150 }, (_, i) => ({
      data: new Uint8Array(i % 50),
      to: to[i % 2] ?? new Uint8Array(0),
    }));
    expect(sender.sendBatch(messages)).toBe(150);
    expect(receivers.map((receiver) => readAll(receiver).length)).toEqual([75, 75]);
  });

  it('returns how many went before one that is refused', () => {
    const receiver = keep(loopbackSocket());
    const sender = keep(loopbackSocket());
    const to = receiver.localAddress();
    const good = { data: new Uint8Array(1), to };
    const bad = { data: new Uint8Array(1), to: new Uint8Array(3) };
    expect(sender.sendBatch([good, good, bad, good])).toBe(2);
    expect(sender.sendBatch([bad, good])).toBe(EINVAL);
    expect(sender.sendBatch([])).toBe(0);
    expect(readAll(receiver)).toEqual([1, 1]);
  });

  it('returns EAGAIN or a part when the queue is full', () => {
    // Netlink between user sockets blocks when the peer's buffer is full; here it must not.
    const receiver = keep(new Socket({ family: AF.NETLINK, type: SOCK.RAW, protocol: 2 }));
    receiver.bind(sockaddrNl());
    receiver.setOption(SOL.SOCKET, SO.RCVBUF, 4096);
    const sender = keep(new Socket({ family: AF.NETLINK, type: SOCK.RAW, protocol: 2 }));
    const to = receiver.localAddress();
    const sent = sender.sendBatch(
      Array.from({ length: 500 }, () => ({ data: new Uint8Array(100), to })),
    );
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(500);
    expect(sender.sendBatch([{ data: new Uint8Array(100), to }])).toBe(EAGAIN);
  });
});

describe('Socket.recvNow', () => {
  it('returns the whole length when the buffer is too small', () => {
    const receiver = keep(loopbackSocket());
    const sender = keep(loopbackSocket());
    sender.send(Uint8Array.of(1, 2, 3, 4), receiver.localAddress());
    const buffer = new Uint8Array(2);
    expect(receiver.recvNow(buffer)).toBe(4);
    expect([...buffer]).toEqual([1, 2]);
  });

  it('tells the sender', () => {
    const receiver = keep(loopbackSocket());
    const sender = keep(loopbackSocket());
    sender.send(new Uint8Array(1), receiver.localAddress());
    const source = new Uint8Array(128);
    receiver.recvNow(new Uint8Array(1), source);
    expect(source.subarray(0, 16)).toEqual(sender.localAddress());
  });
});

describe('Socket of netlink', () => {
  const RTM_NEWLINK = 16;
  const RTM_GETLINK = 18;
  const NLMSG_DONE = 3;

  /** A dump of all links: struct nlmsghdr and struct ifinfomsg. */
  function linkDump(): Uint8Array {
    const request = new Uint8Array(32);
    const view = new DataView(request.buffer);
    view.setUint32(0, request.length, true);
    view.setUint16(4, RTM_GETLINK, true);
    view.setUint16(6, 0x301, true); // NLM_F_REQUEST | NLM_F_DUMP
    view.setUint32(8, 77, true);
    return request;
  }

  /** Types of the messages in a datagram. */
  function typesIn(data: Uint8Array): number[] {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const types: number[] = [];
    for (let at = 0; at + 16 <= data.length; at += (view.getUint32(at, true) + 3) & ~3) {
      types.push(view.getUint16(at + 4, true));
    }
    return types;
  }

  function rtnetlink(): Socket {
    const socket = keep(
      new Socket({ family: AF.NETLINK, type: SOCK.RAW, protocol: 0, sizeBytes: 32768 }),
    );
    socket.bind(sockaddrNl());
    socket.setOption(SOL.NETLINK, NETLINK.EXT_ACK, 1);
    return socket;
  }

  it('answers a dump without the event loop (recvNow)', () => {
    const socket = rtnetlink();
    expect(socket.send(linkDump(), sockaddrNl())).toBe(32);
    const buffer = new Uint8Array(32768);
    const source = new Uint8Array(12);
    const types: number[] = [];
    for (let length = socket.recvNow(buffer, source); length > 0; ) {
      expect([...source]).toEqual([...sockaddrNl()]); // the kernel, port 0
      types.push(...typesIn(buffer.subarray(0, length)));
      length = socket.recvNow(buffer, source);
    }
    expect(types[0]).toBe(RTM_NEWLINK);
    expect(types.at(-1)).toBe(NLMSG_DONE);
  });

  it('answers a dump through the event loop (onMessage)', async () => {
    const socket = rtnetlink();
    const types: number[] = [];
    socket.onMessage((data, info) => {
      types.push(...typesIn(data));
      expect([...info.source]).toEqual([...sockaddrNl()]);
      expect(info.sourceAddress).toHaveLength(0);
    });
    socket.send(linkDump(), sockaddrNl());
    await until('the end of the dump', () => types.at(-1) === NLMSG_DONE);
    expect(types).toContain(RTM_NEWLINK);
  });
});

describe('Socket.attachFilter', () => {
  const BPF_RET_K = 0x06;
  /** struct sock_filter of one instruction: return that many bytes. */
  function accept(bytes: number): Uint8Array {
    const program = new Uint8Array(8);
    new DataView(program.buffer).setUint16(0, BPF_RET_K, true);
    new DataView(program.buffer).setUint32(4, bytes, true);
    return program;
  }

  it('drops what the program refuses until it is detached', () => {
    const receiver = keep(loopbackSocket());
    const sender = keep(loopbackSocket());
    receiver.attachFilter(accept(0));
    sender.send(new Uint8Array(5), receiver.localAddress());
    expect(readAll(receiver)).toEqual([]);
    receiver.setOption(SOL.SOCKET, SO.DETACH_FILTER, 0);
    sender.send(new Uint8Array(6), receiver.localAddress());
    expect(readAll(receiver)).toEqual([6]);
  });

  it('refuses bytes that are no whole instructions', () => {
    const socket = keep(loopbackSocket());
    expect(() => socket.attachFilter(new Uint8Array(0))).toThrow('EINVAL');
    expect(() => socket.attachFilter(new Uint8Array(12))).toThrow('EINVAL');
    expect(() => socket.attachFilter(new Uint8Array(8 * 5000))).toThrow('EINVAL');
  });
});

describe('Socket groups', () => {
  it('joins and leaves a group by interface index', () => {
    const socket = keep(new Socket({ family: AF.INET, type: SOCK.DGRAM, protocol: IPPROTO.UDP }));
    const group = Uint8Array.of(224, 0, 0, 18);
    socket.joinGroup(group, 1);
    expect(() => socket.joinGroup(group, 1)).toThrow('EADDRINUSE');
    socket.leaveGroup(group, 1);
    expect(() => socket.leaveGroup(group, 1)).toThrow('EADDRNOTAVAIL');
  });

  it('joins an IPv6 group', () => {
    const socket = keep(new Socket({ family: AF.INET6, type: SOCK.DGRAM, protocol: IPPROTO.UDP }));
    const group = new Uint8Array(16);
    group.set([0xff, 2]);
    group[15] = 0x12;
    socket.joinGroup(group, 1);
    socket.leaveGroup(group, 1);
    expect(() => socket.leaveGroup(group, 1)).toThrow('EADDRNOTAVAIL');
  });

  it('refuses a group that is no address, and an interface that is not there', () => {
    const socket = keep(loopbackSocket());
    expect(() => socket.joinGroup(new Uint8Array(5), 1)).toThrow(RangeError);
    expect(() => socket.joinGroup(Uint8Array.of(224, 0, 0, 18), 999_999)).toThrow('ENODEV');
  });

  it('reports a device that is not there (bindToDevice)', () => {
    expect(() => keep(loopbackSocket()).bindToDevice('nodev0')).toThrow('ENODEV');
  });

  it('sends to the address it was given by sockaddrIn', () => {
    const receiver = keep(loopbackSocket());
    const port = (receiver.localAddress()[2] ?? 0) * 256 + (receiver.localAddress()[3] ?? 0);
    keep(loopbackSocket()).send(new Uint8Array(2), sockaddrIn(LOOPBACK, port));
    expect(readAll(receiver)).toEqual([2]);
  });
});
