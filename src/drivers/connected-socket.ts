/**
 * A socket with one peer: UDP from a port to the same port of the peer, or raw ICMP. The kernel drops what others send.
 * Sources: udp(7), raw(7), icmp(7), ip(7), ipv6(7).
 */
import {
  AF,
  IPPROTO,
  IPV6,
  type OsError,
  SO,
  SOCK,
  SOL,
  Socket,
  sockaddrIn,
  sockaddrIn6,
} from 'dgram-extensions';
import { type IpAddress, type IpFamily, ipBytes, ipFamily } from '../core/base/address.ts';

/** Longest IPv4 header (RFC 791), which a raw socket delivers before what it carries. */
const IPV4_HEADER_BYTES_MAX = 60;

/** What to open, and who is told. */
export interface ConnectedSocketOptions {
  readonly peer: IpAddress;
  /** Absent: the kernel's choice. */
  readonly source?: IpAddress;
  /** UDP port of both sides; absent: ICMP. */
  readonly port?: number;
  /** Bytes that are read of a message; of a longer one the rest is lost. */
  readonly sizeBytes: number;
  /** `message` is what the IP packet carries, or behind UDP's header, and valid during the call only; `receivedUs` is NaN where the kernel does not say. */
  readonly onMessage: (message: Uint8Array, receivedUs: number) => void;
  readonly onError: (error: OsError) => void;
}

/** One socket. Its constructor throws OsError: EADDRNOTAVAIL while the source address is missing, EADDRINUSE beside another program. */
export class ConnectedSocket {
  readonly #socket: Socket;

  constructor(options: ConnectedSocketOptions) {
    const { peer, source, port, onMessage } = options;
    const family = ipFamily(peer);
    const isIcmp = port === undefined;
    const hasHeader = isIcmp && family === 'ipv4';
    const icmp = family === 'ipv4' ? IPPROTO.ICMP : IPPROTO.ICMPV6;
    const socket = new Socket({
      family: family === 'ipv4' ? AF.INET : AF.INET6,
      type: isIcmp ? SOCK.RAW : SOCK.DGRAM,
      protocol: isIcmp ? icmp : IPPROTO.UDP,
      sizeBytes: options.sizeBytes + (hasHeader ? IPV4_HEADER_BYTES_MAX : 0),
    });
    this.#socket = socket;
    try {
      socket.setOption(SOL.SOCKET, SO.TIMESTAMPNS, 1);
      socket.setOption(SOL.SOCKET, SO.PRIORITY, 6);
      if (!isIcmp) {
        // Two peers may be heard on one port: the kernel tells them apart by their addresses.
        socket.setOption(SOL.SOCKET, SO.REUSEADDR, 1);
        if (family === 'ipv6') socket.setOption(IPPROTO.IPV6, IPV6.V6ONLY, 1);
        socket.bind(sockaddr(source ?? UNSPECIFIED[family], port));
      } else if (source !== undefined) socket.bind(sockaddr(source, 0));
      socket.connect(sockaddr(peer, port ?? 0));
      socket.onMessage(
        (data, { receivedUs }) => {
          const skipped = hasHeader ? ((data[0] ?? 0) & 0x0f) * 4 : 0;
          onMessage(data.subarray(skipped), receivedUs);
        },
        (error) => options.onError(error),
      );
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Sends one message. Bytes sent, or a negative errno; ECONNREFUSED tells of an earlier one. */
  send(message: Uint8Array): number {
    return this.#socket.send(message);
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

const UNSPECIFIED: Readonly<Record<IpFamily, IpAddress>> = {
  ipv4: '0.0.0.0' as IpAddress,
  ipv6: '::' as IpAddress,
};

function sockaddr(address: IpAddress, port: number): Uint8Array {
  return ipFamily(address) === 'ipv4'
    ? sockaddrIn(ipBytes(address), port)
    : sockaddrIn6(ipBytes(address), { port });
}
