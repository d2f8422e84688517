/** UDP sockets on loopback, for tests that need any message-keeping socket and no rights. */

import { AF, IPPROTO, SOCK, Socket, type SocketOptions, sockaddrIn } from 'dgram-extensions';

/** 127.0.0.1 */
export const LOOPBACK: Uint8Array = Uint8Array.of(127, 0, 0, 1);

/** An IPv4 UDP socket, bound to a port of its own on loopback. */
export function loopbackSocket(limits: Partial<SocketOptions> = {}): Socket {
  const socket = new Socket({
    family: AF.INET,
    type: SOCK.DGRAM,
    protocol: IPPROTO.UDP,
    ...limits,
  });
  socket.bind(sockaddrIn(LOOPBACK));
  return socket;
}
