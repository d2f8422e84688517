// Shared by the programs: one JSON line for each thing a test wants to know, and loopback sockets.
import { writeSync } from 'node:fs';
import { AF, IPPROTO, SOCK, Socket, sockaddrIn } from 'dgram-extensions';

/** Written at once, so that a crash right after it loses nothing. */
export function say(fact) {
  writeSync(1, `${JSON.stringify(fact)}\n`);
}

export const LOOPBACK = Uint8Array.of(127, 0, 0, 1);

export function loopbackSocket() {
  const socket = new Socket({ family: AF.INET, type: SOCK.DGRAM, protocol: IPPROTO.UDP });
  socket.bind(sockaddrIn(LOOPBACK));
  return socket;
}

export function hex(bytes) {
  return Buffer.from(bytes).toString('hex');
}
