/** What a stream has received is looked at later, in shares, and counts before what comes after it. */

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { milliseconds } from '../../../../src/core/base/time.ts';
import { UrlResponse } from '../../../../src/core/checkers/http/url-response.ts';
import type { Finding } from '../../../../src/core/checkers/outcome.ts';
import { PROBE_TOOLS } from '../../../../src/drivers/probes/probe-tools.ts';
import { readResponse } from '../../../../src/drivers/probes/stream-reading.ts';

const HEAD = 'HTTP/1.1 200 OK\r\n';
const DIGEST = '0'.repeat(32);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A socket that receives what a test pushes. */
class FakeSocket extends Duplex {
  timeOut: (() => void) | undefined;

  override _read(): void {}

  setTimeout(_ms: number, callback: () => void): this {
    this.timeOut = callback;
    return this;
  }
}

function reading(): { readonly socket: FakeSocket; readonly findings: Finding[] } {
  const socket = new FakeSocket();
  const findings: Finding[] = [];
  readResponse(socket as unknown as Socket, {
    judge: new UrlResponse({ path: '/', statusCodes: [], digest: DIGEST }, PROBE_TOOLS),
    timeout: milliseconds(60_000),
    onFinding: (finding) => findings.push(finding),
  });
  return { socket, findings };
}

it('H1: a server that sends faster than is looked at has to wait', async () => {
  const { socket, findings } = reading();
  await turn();
  socket.push(`${HEAD}\r\n`);
  socket.push(Buffer.alloc(65_536));
  expect(socket.isPaused()).toBe(true);
  await turn();
  await turn();
  expect(socket.isPaused()).toBe(false);
  expect(findings).toEqual([]);
  socket.destroy();
});

it('H1: an answer that was received counts, though the connection was reset or the time is over', async () => {
  for (const disturb of [
    (socket: FakeSocket) => socket.destroy(Object.assign(new Error(), { code: 'ECONNRESET' })),
    (socket: FakeSocket) => socket.timeOut?.(),
  ]) {
    const { socket, findings } = reading();
    await turn();
    socket.push(`${HEAD}Content-Length: 2\r\n\r\nok`);
    disturb(socket);
    await turn();
    await turn();
    expect(findings.map(({ outcome }) => outcome)).toEqual(['bad-digest']);
  }
});

it('H1: a time-out looks once more at what has come meanwhile', async () => {
  const { socket, findings } = reading();
  await turn();
  socket.timeOut?.();
  expect(findings).toEqual([]);
  socket.push(`${HEAD}Content-Length: 2\r\n\r\nok`);
  await turn();
  await turn();
  expect(findings.map(({ outcome }) => outcome)).toEqual(['bad-digest']);
});
