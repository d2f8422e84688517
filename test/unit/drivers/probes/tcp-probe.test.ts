/** TCP_CHECK against real sockets on loopback. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import process from 'node:process';
import { describe, expect, it, onTestFinished } from 'vitest';
import { milliseconds } from '../../../../src/core/base/time.ts';
import { ip } from '../../../support/builders/addresses.ts';
import {
  closedPort,
  eventually,
  listen,
  Prober,
  probe,
  tcpCheck,
} from '../../../support/probing.ts';

describe('TCP_CHECK', () => {
  it('succeeds when the handshake completes, and sends nothing', async () => {
    let bytes = 0;
    let ended = 0;
    const port = await listen((socket) => {
      socket.on('data', (data) => {
        bytes += data.length;
      });
      socket.on('end', () => {
        ended += 1;
        socket.end();
      });
    });
    expect(await probe(tcpCheck(port))).toMatchObject({ outcome: 'ok', detail: 'connected' });
    await eventually(() => ended).toBe(1);
    expect(bytes).toBe(0);
  });

  it('over IPv6', async () => {
    const port = await listen((socket) => socket.end(), '::1');
    expect(await probe(tcpCheck(port, { address: ip('::1') }))).toMatchObject({ outcome: 'ok' });
  });

  it('reports a refused connection', async () => {
    expect(await probe(tcpCheck(await closedPort()))).toMatchObject({
      outcome: 'refused',
      detail: 'connect: connection refused',
    });
  });

  it('reports a server whose queue of connections is full as a timeout', async () => {
    const port = await frozenServer();
    const blocked = Array.from({ length: 4 }, () => connect(port, '127.0.0.1'));
    onTestFinished(() => {
      for (const socket of blocked) socket.destroy();
    });
    await Promise.all(blocked.slice(0, 2).map((socket) => once(socket, 'connect')));
    const check = tcpCheck(port, { connectTimeout: milliseconds(300) });
    const result = await probe(check);
    expect(result).toMatchObject({ outcome: 'timeout', detail: 'no connection within 0.3 s' });
    expect(result.elapsed).toBeGreaterThanOrEqual(300_000);
  });

  it('uses the source address it is given', async () => {
    const seen: (string | undefined)[] = [];
    const port = await listen((socket) => {
      seen.push(socket.remoteAddress);
      socket.end();
    });
    await probe(tcpCheck(port, { sourceAddress: ip('127.0.0.9') }));
    await eventually(() => seen).toEqual(['127.0.0.9']);
  });

  it('can use a fixed source port again and again', async () => {
    const ports: (number | undefined)[] = [];
    const port = await listen((socket) => {
      ports.push(socket.remotePort);
      socket.end();
    });
    const sourcePort = await closedPort();
    const check = tcpCheck(port, { sourceAddress: ip('127.0.0.9'), sourcePort });
    const prober = new Prober();
    for (let i = 0; i < 3; i++) expect(await prober.run(check)).toMatchObject({ outcome: 'ok' });
    await eventually(() => ports).toEqual([sourcePort, sourcePort, sourcePort]);
  });

  it.each([
    ['source address', { sourceAddress: ip('192.0.2.77') }],
    ['interface', { sourceInterface: 'no-such-if0' }],
  ])('calls a %s that is not on this host a local error', async (_what, change) => {
    const port = await listen((socket) => socket.end());
    expect(await probe(tcpCheck(port, change))).toMatchObject({ outcome: 'local-error' });
  });

  it('calls probes beyond its slots a local error', async () => {
    const port = await listen(() => {});
    const prober = new Prober(1);
    const outcomes = await Promise.all([prober.run(tcpCheck(port)), prober.run(tcpCheck(port))]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['local-error', 'ok']);
  });
});

const LISTENER = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 },
  function () { console.log(this.address().port); });`;

/** A listening process that is stopped, so that it accepts nothing: its queue holds two connections. */
async function frozenServer(): Promise<number> {
  const child = spawn(process.execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  return Number(String(line));
}
