/**
 * UDP sockets of BFD: one that hears a port in one family, and one for each session that sends. Sources: udp(7), ip(7), ipv6(7), RFC 5881
 * sections 4 and 5, RFC 5883 section 5.
 */
import { randomInt } from 'node:crypto';
import {
  AF,
  IP,
  IPPROTO,
  IPV6,
  type MessageInfo,
  OsError,
  SO,
  SOCK,
  SOL,
  Socket,
  sockaddrIn,
  sockaddrIn6,
} from 'dgram-extensions';
import {
  type IpAddress,
  type IpFamily,
  ipBytes,
  ipFamily,
  ipFromBytes,
} from '../core/base/address.ts';
import { BFD_READ_LENGTH } from '../core/wire/bfd.ts';

/** Source ports that RFC 5881 section 4 allows. */
const SOURCE_PORTS = { from: 49_152, to: 65_535 } as const;

/** Ports that are tried until one is free. */
const PORT_TRIES = 32;

const TRAFFIC_CLASS_CS6 = 0xc0;

/** A received packet; `message` is valid during the call only. */
export interface ReceivedBfd {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly ttl: number;
  /** Monotonic microseconds; NaN where the kernel does not say. */
  readonly receivedUs: number;
  readonly message: Uint8Array;
}

/** What to hear, and who is told. */
export interface BfdListenerOptions {
  readonly family: IpFamily;
  readonly port: number;
  readonly onPacket: (packet: ReceivedBfd) => void;
  readonly onError: (error: OsError) => void;
}

/** Hears a port on all addresses of a family. Its constructor throws OsError: EADDRINUSE beside another BFD program. */
export class BfdListener {
  readonly #socket: Socket;

  constructor(options: BfdListenerOptions) {
    const v4 = options.family === 'ipv4';
    const socket = udp(options.family);
    this.#socket = socket;
    try {
      socket.setOption(SOL.SOCKET, SO.TIMESTAMPNS, 1);
      if (v4) {
        socket.setOption(IPPROTO.IP, IP.PKTINFO, 1);
        socket.setOption(IPPROTO.IP, IP.RECVTTL, 1);
      } else {
        socket.setOption(IPPROTO.IPV6, IPV6.V6ONLY, 1);
        socket.setOption(IPPROTO.IPV6, IPV6.RECVPKTINFO, 1);
        socket.setOption(IPPROTO.IPV6, IPV6.RECVHOPLIMIT, 1);
      }
      socket.bind(anyAddress(options.family, options.port));
      socket.onMessage(
        (data, info) => receive(data, info, options.onPacket),
        (error) => options.onError(error),
      );
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Delivers what is queued now. */
  drain(): void {
    this.#socket.drain();
  }

  /** Closes; harmless when repeated. */
  close(): void {
    this.#socket.close();
  }
}

/** Where a session sends. */
export interface BfdSenderOptions {
  readonly neighbour: IpAddress;
  /** Absent: the kernel chooses. */
  readonly source?: IpAddress;
  readonly port: number;
  /** 1..255. */
  readonly ttl: number;
}

/** Sends packets of one session, always from the same port. Its constructor throws OsError: EADDRNOTAVAIL while the source address is missing. */
export class BfdSender {
  readonly #socket: Socket;
  readonly #to: Uint8Array;

  constructor({ neighbour, source, port, ttl }: BfdSenderOptions) {
    const family = ipFamily(neighbour);
    const socket = udp(family);
    this.#socket = socket;
    this.#to =
      family === 'ipv4'
        ? sockaddrIn(ipBytes(neighbour), port)
        : sockaddrIn6(ipBytes(neighbour), { port });
    try {
      socket.setOption(SOL.SOCKET, SO.PRIORITY, 6);
      if (family === 'ipv4') {
        socket.setOption(IPPROTO.IP, IP.TTL, ttl);
        socket.setOption(IPPROTO.IP, IP.TOS, TRAFFIC_CLASS_CS6);
      } else {
        socket.setOption(IPPROTO.IPV6, IPV6.UNICAST_HOPS, ttl);
        socket.setOption(IPPROTO.IPV6, IPV6.TCLASS, TRAFFIC_CLASS_CS6);
      }
      bindToFreePort(socket, family, source);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Sends one packet. Bytes sent, or a negative errno (ENETUNREACH and EHOSTUNREACH are normal life). */
  send(packet: Uint8Array): number {
    return this.#socket.send(packet, this.#to);
  }

  /** Closes; harmless when repeated. */
  close(): void {
    this.#socket.close();
  }
}

function udp(family: IpFamily): Socket {
  return new Socket({
    family: family === 'ipv4' ? AF.INET : AF.INET6,
    type: SOCK.DGRAM,
    protocol: IPPROTO.UDP,
    sizeBytes: BFD_READ_LENGTH,
  });
}

function anyAddress(family: IpFamily, port: number): Uint8Array {
  return family === 'ipv4'
    ? sockaddrIn(new Uint8Array(4), port)
    : sockaddrIn6(new Uint8Array(16), { port });
}

function bindToFreePort(socket: Socket, family: IpFamily, source: IpAddress | undefined): void {
  for (let tries = 1; ; tries += 1) {
    const port = randomInt(SOURCE_PORTS.from, SOURCE_PORTS.to + 1);
    const address =
      source === undefined
        ? anyAddress(family, port)
        : family === 'ipv4'
          ? sockaddrIn(ipBytes(source), port)
          : sockaddrIn6(ipBytes(source), { port });
    try {
      socket.bind(address);
      return;
    } catch (error) {
      const isTaken = error instanceof OsError && error.code === 'EADDRINUSE';
      if (!isTaken || tries >= PORT_TRIES) throw error;
    }
  }
}

function receive(
  message: Uint8Array,
  info: MessageInfo,
  onPacket: (packet: ReceivedBfd) => void,
): void {
  const source = ipFromBytes(info.sourceAddress);
  const destination = ipFromBytes(info.destination);
  if (source === undefined || destination === undefined) return;
  onPacket({ source, destination, ttl: info.ttl, receivedUs: info.receivedUs, message });
}
