/** Sizes of receive buffers, on a socket of this machine. */
import { readFileSync } from 'node:fs';
import { AF, SO, SOCK, SOL, Socket } from 'dgram-extensions';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setReceiveBuffer } from '../../../src/drivers/receive-buffer.ts';

const LIMIT = Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8'));
let socket: Socket;
beforeEach(() => {
  socket = new Socket({ family: AF.INET, type: SOCK.DGRAM, protocol: 0, sizeBytes: 64 });
});
afterEach(() => socket.close());

/** The kernel doubles what it is asked for (socket(7)). */
function bytes(): number {
  const [value = 0] = new Uint32Array(socket.getOption(SOL.SOCKET, SO.RCVBUF).slice().buffer);
  return value / 2;
}

test('a size below the limit of the system is taken as it is', () => {
  setReceiveBuffer(socket, { bytes: 70_000, isForced: false });
  expect(bytes()).toBe(70_000);
});

test('a size beyond it is cut down to it, unless it is forced', () => {
  setReceiveBuffer(socket, { bytes: 2 * LIMIT, isForced: false });
  expect(bytes()).toBe(LIMIT);
  setReceiveBuffer(socket, { bytes: 2 * LIMIT, isForced: true });
  // Where this process may not, the limit stays.
  expect([LIMIT, 2 * LIMIT]).toContain(bytes());
});
