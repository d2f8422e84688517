/**
 * A datagram, raw, packet or netlink socket. Non-blocking and close-on-exec from birth. Setting up throws
 * OsError; sending returns counts or negative errnos, because a full buffer or a link that is down is no
 * exception; reception errors go to a handler and reception goes on.
 */

import { HOST_IS_LITTLE_ENDIAN, viewOf, zeroTerminated } from './bytes.ts';
import { IP, IPV6, SO, SOL } from './constants.ts';
import { native } from './native.ts';
import { checked } from './os-error.ts';
import { type MessageHandler, type ReceiveErrorHandler, startReceiving } from './receiver.ts';

const SLOTS_DEFAULT = 16;
const SIZE_BYTES_DEFAULT = 2048;
const CONTROL_BYTES_DEFAULT = 256;
const SOCKADDR_BYTES_MAX = 128;
const INTEGER_BYTES = 4;

/** What to open, and how much memory reception may use (slots times size). */
export interface SocketOptions {
  /** Address family, of AF. */
  readonly family: number;
  /** Socket type, of SOCK. */
  readonly type: number;
  /** Protocol within the family; an Ethernet protocol for AF.PACKET is in network byte order. */
  readonly protocol: number;
  /** Messages read with one system call, 1 to 1024; 16 when absent. */
  readonly slots?: number;
  /** Longest message kept whole; 2048 when absent. */
  readonly sizeBytes?: number;
  /** Room for control data of a message; 256, enough for all that MessageInfo tells, when absent. */
  readonly controlBytes?: number;
}

/** One message of a batch. */
export interface OutgoingMessage {
  readonly data: Uint8Array;
  /** Destination sockaddr; none on a connected socket. */
  readonly to?: Uint8Array;
}

/** A socket of any family that keeps message boundaries. */
export class Socket {
  readonly #options: SocketOptions;
  #fd: number;
  #isReceiving = false;
  #keepsLoopAlive = true;

  /** Throws OsError (EPERM without CAP_NET_RAW, EAFNOSUPPORT, ...) and NativeModuleError. */
  constructor(options: SocketOptions) {
    this.#options = options;
    const { family, type, protocol } = options;
    this.#fd = checked(
      `socket(${family}, ${type}, ${protocol})`,
      native().open(family, type, protocol),
    );
  }

  /** The descriptor; -1 once closed. */
  get fd(): number {
    return this.#fd;
  }

  /** Whether close() was called. */
  get closed(): boolean {
    return this.#fd < 0;
  }

  /** Sets a socket option; a number is passed as a C int. Throws OsError. */
  setOption(level: number, name: number, value: number | Uint8Array): void {
    const result = native().setOption(this.#fd, level, name, value);
    checked(`setsockopt(${level}, ${name})`, result);
  }

  /** Reads a socket option of at most `lengthBytes` bytes. Throws OsError. */
  getOption(level: number, name: number, lengthBytes: number = INTEGER_BYTES): Uint8Array {
    const buffer = new Uint8Array(lengthBytes);
    const result = native().getOption(this.#fd, level, name, buffer);
    return buffer.subarray(0, checked(`getsockopt(${level}, ${name})`, result));
  }

  /**
   * Attaches a classic BPF program: the bytes of an array of struct sock_filter (linux/filter.h), at most
   * 4096 of them. setOption(SOL.SOCKET, SO.DETACH_FILTER, 0) removes it. Throws OsError.
   */
  attachFilter(program: Uint8Array): void {
    checked('setsockopt(SO_ATTACH_FILTER)', native().attachFilter(this.#fd, program));
  }

  /** Binds to a sockaddr. Throws OsError. */
  bind(address: Uint8Array): void {
    checked('bind', native().bind(this.#fd, address));
  }

  /** Sets the peer of a datagram socket. Throws OsError. */
  connect(address: Uint8Array): void {
    checked('connect', native().connect(this.#fd, address));
  }

  /** The sockaddr the socket is bound to. Throws OsError. */
  localAddress(): Uint8Array {
    const buffer = new Uint8Array(SOCKADDR_BYTES_MAX);
    return buffer.subarray(0, checked('getsockname', native().localAddress(this.#fd, buffer)));
  }

  /**
   * Sends one message. Returns the bytes sent or a negative errno: EAGAIN and ENOBUFS when queues are
   * full, ENETDOWN, EBADF once closed. `control` is the bytes of struct cmsghdr's (cmsg(3)).
   */
  send(data: Uint8Array, to?: Uint8Array, control?: Uint8Array, flags = 0): number {
    return native().send(this.#fd, data, to, control, flags);
  }

  /**
   * Sends many messages with few system calls. Returns how many were sent before the first that the kernel
   * refused, or that one's negative errno when it was the very first.
   */
  sendBatch(messages: readonly OutgoingMessage[]): number {
    return native().sendBatch(
      this.#fd,
      messages.map((message) => message.data),
      messages.map((message) => message.to),
    );
  }

  /**
   * Reads one queued message at once, past any handler. Returns its whole length, larger than the buffer
   * when it was cut, or a negative errno: EAGAIN when nothing is queued. Netlink answers a request before
   * send() returns, so a request needs no event loop. The sender's sockaddr is written to `source`; give it
   * room and zeroes.
   */
  recvNow(buffer: Uint8Array, source?: Uint8Array): number {
    return native().receiveNow(this.#fd, buffer, source);
  }

  /**
   * Starts reception; possible once. The handlers, and with them this object, are held until close().
   * An exception in a handler becomes an uncaughtException, and the next message is delivered. Microtasks
   * run after a batch, not after each message. Without `onError` errors of reception are dropped. Throws
   * OsError: ESOCKTNOSUPPORT for a stream, EALREADY the second time.
   */
  onMessage(handler: MessageHandler, onError?: ReceiveErrorHandler): void {
    const limits = {
      slots: this.#options.slots ?? SLOTS_DEFAULT,
      sizeBytes: this.#options.sizeBytes ?? SIZE_BYTES_DEFAULT,
      controlBytes: this.#options.controlBytes ?? CONTROL_BYTES_DEFAULT,
    };
    startReceiving(this.#fd, limits, () => this.closed, handler, onError);
    this.#isReceiving = true;
    this.#applyReference();
  }

  /**
   * Reads what is queued now and hands it to the handler; returns the number of messages. Call it before
   * acting on a deadline: after a stall the message that would have moved it may be waiting. A flood cannot
   * hold it: see the README. Inside a
   * handler of the same socket, before onMessage() and after close() it does nothing and returns 0.
   */
  drain(): number {
    return this.#isReceiving && !this.closed ? native().drain(this.#fd) : 0;
  }

  /** Joins a multicast group of 4 or 16 bytes on an interface. Throws OsError. */
  joinGroup(group: Uint8Array, ifindex: number): void {
    this.#changeMembership(group, ifindex, IP.ADD_MEMBERSHIP, IPV6.ADD_MEMBERSHIP);
  }

  /** Leaves a multicast group. Throws OsError. */
  leaveGroup(group: Uint8Array, ifindex: number): void {
    this.#changeMembership(group, ifindex, IP.DROP_MEMBERSHIP, IPV6.DROP_MEMBERSHIP);
  }

  /** Receives from and sends through one interface only; an empty name lifts that. Throws OsError. */
  bindToDevice(name: string): void {
    this.setOption(SOL.SOCKET, SO.BINDTODEVICE, zeroTerminated(name));
  }

  /** Lets reception keep the process alive, as it does from the start. */
  ref(): void {
    this.#keepsLoopAlive = true;
    this.#applyReference();
  }

  /** Lets the process end although messages may still come. */
  unref(): void {
    this.#keepsLoopAlive = false;
    this.#applyReference();
  }

  /** Ends reception and closes the descriptor; no handler runs afterwards. Twice is harmless. */
  close(): void {
    if (this.closed) return;
    const fd = this.#fd;
    this.#fd = -1;
    native().close(fd);
  }

  #applyReference(): void {
    if (this.#isReceiving && !this.closed) native().reference(this.#fd, this.#keepsLoopAlive);
  }

  #changeMembership(group: Uint8Array, ifindex: number, option4: number, option6: number): void {
    if (group.length === 4) {
      // struct ip_mreqn: group, local address, interface.
      const request = new Uint8Array(12);
      request.set(group);
      viewOf(request).setInt32(8, ifindex, HOST_IS_LITTLE_ENDIAN);
      this.setOption(SOL.IP, option4, request);
      return;
    }
    if (group.length !== 16) throw new RangeError(`a group of ${group.length} bytes is no address`);
    // struct ipv6_mreq: group, interface.
    const request = new Uint8Array(20);
    request.set(group);
    viewOf(request).setInt32(16, ifindex, HOST_IS_LITTLE_ENDIAN);
    this.setOption(SOL.IPV6, option6, request);
  }
}
