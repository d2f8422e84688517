/**
 * A real netlink socket for `NetlinkSocket`, on our native module: its address chosen by the kernel,
 * error answers short and explained, and a receive buffer for the largest part of a dump. Datagrams
 * that are not from the kernel are dropped.
 */
import { AF, NETLINK, SOCK, SOL, Socket, sockaddrNl } from 'dgram-extensions';
import type { ReceiveBuffer } from '../core/model/global-options.ts';
import { hostU32 } from '../core/netlink/attributes.ts';
import type { NetlinkPort, NetlinkPortHandlers } from './netlink-socket.ts';
import { setReceiveBuffer, trySetOption } from './receive-buffer.ts';

/** The kernel fills parts of a dump up to 32 KiB; a shorter buffer would have the first one cut off. */
const DATAGRAM_BYTES = 64 * 1024;
/** Datagrams read with one system call. */
const SLOTS = 4;
/** Room for bursts of notifications, and for the refusals of a batch that fails as a whole. */
const RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024;
/** Offset of the sender's port in struct sockaddr_nl; 0 is the kernel. */
const SENDER_OFFSET = 4;

/** What to open. */
export interface NetlinkPortOptions {
  /** NETLINK_ROUTE or NETLINK_GENERIC. */
  readonly protocol: number;
  /** Multicast groups by number. */
  readonly groups?: readonly number[];
  /** Receive buffer in the kernel; tests make it small. */
  readonly receiveBufferBytes?: number;
}

/** Opens a netlink socket in the network namespace of the caller. Throws OsError. */
export function openNetlinkPort(options: NetlinkPortOptions): NetlinkPort {
  const socket = new Socket({
    family: AF.NETLINK,
    type: SOCK.RAW,
    protocol: options.protocol,
    slots: SLOTS,
    sizeBytes: DATAGRAM_BYTES,
    controlBytes: 0,
  });
  try {
    prepare(socket, options);
  } catch (error) {
    socket.close();
    throw error;
  }
  const kernel = sockaddrNl();
  return {
    send: (frames) => socket.send(frames, kernel),
    listen: (handlers) => listen(socket, handlers),
    drain: () => socket.drain(),
    setReceiveBuffer: (size) => setReceiveBuffer(socket, size ?? USUAL),
    close: () => socket.close(),
  };
}

function prepare(socket: Socket, options: NetlinkPortOptions): void {
  const bytes = options.receiveBufferBytes ?? RECEIVE_BUFFER_BYTES;
  setReceiveBuffer(socket, { bytes, isForced: true });
  trySetOption(socket, SOL.NETLINK, NETLINK.CAP_ACK, 1);
  trySetOption(socket, SOL.NETLINK, NETLINK.EXT_ACK, 1);
  trySetOption(socket, SOL.NETLINK, NETLINK.GET_STRICT_CHK, 1);
  socket.bind(sockaddrNl());
  for (const group of options.groups ?? []) {
    socket.setOption(SOL.NETLINK, NETLINK.ADD_MEMBERSHIP, group);
  }
}

const USUAL: ReceiveBuffer = { bytes: RECEIVE_BUFFER_BYTES, isForced: true };

function listen(socket: Socket, handlers: NetlinkPortHandlers): void {
  socket.onMessage(
    (datagram, info) => {
      if (hostU32(info.source, SENDER_OFFSET) !== 0) return;
      handlers.onDatagram(datagram, !info.truncated);
    },
    (error) => handlers.onError(Math.abs(error.errno)),
  );
}
