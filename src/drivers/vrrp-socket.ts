/**
 * Raw IP sockets for VRRP: one for each interface and family. Sends with the source, TTL and TOS that
 * the protocol wants, receives with TTL, destination and kernel timestamp. Sources: ip(7), ipv6(7),
 * raw(7), RFC 9568 section 5.1.
 */
import {
  AF,
  IP,
  IPPROTO,
  IPV6,
  type MessageInfo,
  type OsError,
  SO,
  SOCK,
  SOL,
  Socket,
  sockaddrIn,
  sockaddrIn6,
} from 'dgram-extensions';
import { type IpAddress, type IpFamily, ipBytes, ipFromBytes } from '../core/base/address.ts';
import { concatBytes } from '../core/base/bytes.ts';
import { decodeIpv4Header, encodeIpv4Header } from '../core/wire/ipv4.ts';
import { VRRP_TTL } from '../core/wire/protocol.ts';
import { receivedBytesMax } from '../core/wire/vrrp-limits.ts';

/** Receive buffer of a socket: a burst of 1,000 instances' advertisements fits with room. */
export const VRRP_RECEIVE_BUFFER_BYTES: number = 1 << 20;
const TRAFFIC_CLASS_CS6 = 0xc0;

/** A received VRRP packet; `message` and `ipPacket` are valid during the call only. */
export interface ReceivedVrrp {
  readonly family: IpFamily;
  readonly ifindex: number;
  readonly source: IpAddress;
  readonly destination: IpAddress;
  readonly ttl: number;
  /** Monotonic microseconds. */
  readonly receivedUs: number;
  readonly message: Uint8Array;
  readonly ipPacket?: Uint8Array;
  /** Bytes that the packet had, when it is longer than any advertisement: `message` is its beginning only. */
  readonly cutFrom?: number;
}

/** A message to send. */
export interface OutgoingVrrp {
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** What follows the IP header. */
  readonly message: Uint8Array;
  /** TTL or hop limit. */
  readonly ttl: number;
  /** IPv4 identification. */
  readonly ipId: number;
}

/** Where a socket listens, and who is told. */
export interface VrrpSocketOptions {
  readonly family: IpFamily;
  readonly interface: string;
  readonly ifindex: number;
  /** 112, or 51 for version 2 inside IPSEC-AH. */
  readonly protocol: 112 | 51;
  /** The groups to join, of multicast instances. */
  readonly groups: readonly IpAddress[];
  /** It sends from an address that is on another interface: what a VMAC does. */
  readonly hasForeignSource: boolean;
  readonly onPacket: (packet: ReceivedVrrp) => void;
  readonly onError: (error: OsError) => void;
}

/** One raw socket on one interface. Its constructor throws OsError. */
export class VrrpSocket {
  readonly #socket: Socket;
  readonly #options: VrrpSocketOptions;

  constructor(options: VrrpSocketOptions) {
    this.#options = options;
    const v4 = options.family === 'ipv4';
    this.#socket = new Socket({
      family: v4 ? AF.INET : AF.INET6,
      type: SOCK.RAW,
      protocol: options.protocol,
      sizeBytes: receivedBytesMax(options.family),
    });
    try {
      this.#socket.bindToDevice(options.interface);
      this.setReceiveBuffer();
      this.#socket.setOption(SOL.SOCKET, SO.TIMESTAMPNS, 1);
      this.#socket.setOption(SOL.SOCKET, SO.PRIORITY, 6);
      if (v4) this.#prepareIpv4();
      else this.#prepareIpv6();
      for (const group of options.groups) {
        this.#socket.joinGroup(ipBytes(group), options.ifindex);
      }
      this.#socket.onMessage(
        (data, info) => this.#receive(data, info),
        (error) => options.onError(error),
      );
    } catch (error) {
      this.#socket.close();
      throw error;
    }
  }

  /** Sends one message. Bytes sent, or a negative errno (ENETDOWN and ENETUNREACH are normal life). */
  send(advert: OutgoingVrrp): number {
    const { ifindex, family, protocol } = this.#options;
    const source = ipBytes(advert.source);
    const destination = ipBytes(advert.destination);
    if (family === 'ipv6') {
      const to = sockaddrIn6(destination, { scopeId: ifindex });
      return this.#socket.send(advert.message, to, control(source, ifindex, advert.ttl));
    }
    // The header is ours (IP_HDRINCL): source may be an address that is not on this host, and the
    // identification counts from 1, as keepalived's does.
    const header = encodeIpv4Header({
      tos: TRAFFIC_CLASS_CS6,
      payloadLength: advert.message.length,
      identification: advert.ipId,
      dontFragment: false,
      ttl: advert.ttl,
      protocol,
      source,
      destination,
    });
    return this.#socket.send(concatBytes([header, advert.message]), sockaddrIn(destination));
  }

  /** Gives the receive buffer another size, absent the usual one; what is queued stays. Throws OsError. */
  setReceiveBuffer(bytes: number = VRRP_RECEIVE_BUFFER_BYTES): void {
    this.#socket.setOption(SOL.SOCKET, SO.RCVBUFFORCE, bytes);
  }

  /** Delivers what is queued now. */
  drain(): void {
    this.#socket.drain();
  }

  /** Leaves the groups and closes; harmless when repeated. */
  close(): void {
    this.#socket.close();
  }

  #prepareIpv4(): void {
    const socket = this.#socket;
    socket.setOption(IPPROTO.IP, IP.HDRINCL, 1);
    socket.setOption(IPPROTO.IP, IP.PKTINFO, 1);
    socket.setOption(IPPROTO.IP, IP.RECVTTL, 1);
    socket.setOption(IPPROTO.IP, IP.MULTICAST_LOOP, 0);
    // struct ip_mreqn: the interface by index, no address needed.
    const request = new Uint8Array(12);
    new DataView(request.buffer).setInt32(8, this.#options.ifindex, true);
    socket.setOption(IPPROTO.IP, IP.MULTICAST_IF, request);
  }

  #prepareIpv6(): void {
    const socket = this.#socket;
    socket.setOption(IPPROTO.IPV6, IPV6.RECVPKTINFO, 1);
    if (this.#options.hasForeignSource) socket.setOption(IPPROTO.IPV6, IPV6.FREEBIND, 1);
    socket.setOption(IPPROTO.IPV6, IPV6.RECVHOPLIMIT, 1);
    socket.setOption(IPPROTO.IPV6, IPV6.MULTICAST_LOOP, 0);
    socket.setOption(IPPROTO.IPV6, IPV6.MULTICAST_HOPS, VRRP_TTL);
    socket.setOption(IPPROTO.IPV6, IPV6.UNICAST_HOPS, VRRP_TTL);
    socket.setOption(IPPROTO.IPV6, IPV6.TCLASS, TRAFFIC_CLASS_CS6);
    socket.setOption(IPPROTO.IPV6, IPV6.MULTICAST_IF, this.#options.ifindex);
  }

  #receive(data: Uint8Array, info: MessageInfo): void {
    const { family, ifindex } = this.#options;
    const source = ipFromBytes(info.sourceAddress);
    const destination = ipFromBytes(info.destination);
    if (source === undefined || destination === undefined) return;
    const cut = info.truncated ? { cutFrom: info.length } : {};
    const common = { family, ifindex, source, destination, receivedUs: info.receivedUs, ...cut };
    if (family === 'ipv6') {
      this.#options.onPacket({ ...common, ttl: info.ttl, message: data });
      return;
    }
    // A raw IPv4 socket delivers the header too; the message ends where the header says, not the frame.
    const header = decodeIpv4Header(data);
    if (!header.ok) {
      // The kernel has checked the header: only a packet that was cut can fail here.
      const start = ((data[0] ?? 0) & 0x0f) * 4;
      this.#options.onPacket({ ...common, ttl: info.ttl, message: data.subarray(start) });
      return;
    }
    const { headerLength, totalLength, ttl } = header.value;
    this.#options.onPacket({
      ...common,
      ttl,
      message: data.subarray(headerLength, totalLength),
      ...(this.#options.protocol === 51 ? { ipPacket: data.subarray(0, totalLength) } : {}),
    });
  }
}

/**
 * Control messages of 64-bit Linux (cmsg(3)): IPV6_PKTINFO with struct in6_pktinfo, and where the hop limit is not that
 * of the socket, IPV6_HOPLIMIT with an int (RFC 3542 sections 6.2 and 6.3).
 */
function control(source: Uint8Array, ifindex: number, hopLimit: number): Uint8Array {
  const control = new Uint8Array(hopLimit === VRRP_TTL ? 40 : 64);
  const view = new DataView(control.buffer);
  view.setUint32(0, 36, true);
  view.setInt32(8, IPPROTO.IPV6, true);
  view.setInt32(12, IPV6.PKTINFO, true);
  control.set(source, 16);
  view.setInt32(32, ifindex, true);
  if (hopLimit === VRRP_TTL) return control;
  view.setUint32(40, 20, true);
  view.setInt32(48, IPPROTO.IPV6, true);
  view.setInt32(52, IPV6.HOPLIMIT, true);
  view.setInt32(56, hopLimit, true);
  return control;
}
