/** The connect prober against servers on loopback. Cases that need a namespace are in packet.test.ts. */

import { type AddressInfo, createServer, type Server, Socket as TcpSocket } from 'node:net';
import {
  ConnectProber,
  type ConnectProberOptions,
  type ProbeRequest,
  type ProbeResult,
  sockaddrIn,
} from 'dgram-extensions';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startChild } from '../../support/dgram-extensions/child.ts';
import { LOOPBACK } from '../../support/dgram-extensions/udp.ts';
import { stall, until } from '../../support/dgram-extensions/wait.ts';

// Programs of their own start slowly on a busy machine; they are killed after half a minute.
vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

const ENOBUFS = -105;
const ETIMEDOUT = -110;
const ECONNREFUSED = -111;
const SECOND_US = 1_000_000;

const opened: { close(): unknown }[] = [];
const connections: TcpSocket[] = [];

afterEach(() => {
  for (const resource of opened.splice(0)) resource.close();
  for (const connection of connections.splice(0)) connection.destroy();
});

/** Serves loopback; resolves to the sockaddr to probe. */
async function serve(onConnection: (connection: TcpSocket) => void): Promise<Uint8Array> {
  const server: Server = createServer({ allowHalfOpen: true }, (connection) => {
    connections.push(connection);
    // A probe that is cut off resets the connection: no concern of the server here.
    connection.on('error', () => connection.destroy());
    onConnection(connection);
  });
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4096, resolve));
  return sockaddrIn(LOOPBACK, (server.address() as AddressInfo).port);
}

/** A port nobody listens on. */
async function refusing(): Promise<Uint8Array> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = sockaddrIn(LOOPBACK, (server.address() as AddressInfo).port);
  await new Promise((resolve) => server.close(resolve));
  return address;
}

type Outcome = Omit<ProbeResult, 'reply'> & { reply: string };

function prober(options: Partial<ConnectProberOptions> = {}): {
  probes: ConnectProber;
  outcomes: Outcome[];
} {
  const outcomes: Outcome[] = [];
  const probes = new ConnectProber({
    slots: 16,
    ...options,
    onResult: (result) => {
      const { id, errno, truncated, fd, elapsedUs, phase } = result;
      const reply = Buffer.from(result.reply).toString();
      outcomes.push({ id, errno, truncated, fd, elapsedUs, phase, reply });
      options.onResult?.(result);
    },
  });
  opened.push(probes);
  return { probes, outcomes };
}

/** One probe and its result. */
async function probeOnce(
  request: Omit<ProbeRequest, 'id' | 'timeoutUs'> & { timeoutUs?: number },
  options: Partial<ConnectProberOptions> = {},
): Promise<Outcome> {
  const { probes, outcomes } = prober(options);
  expect(probes.probe({ id: 1, timeoutUs: 5 * SECOND_US, ...request })).toBe(0);
  expect(probes.active).toBe(1);
  await until('the result', () => outcomes.length > 0);
  expect(probes.active).toBe(0);
  const [outcome] = outcomes;
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

describe('ConnectProber', () => {
  it('reports a connect that succeeds', async () => {
    const destination = await serve(() => undefined);
    expect(await probeOnce({ destination })).toMatchObject({
      id: 1,
      errno: 0,
      phase: 'connect',
      reply: '',
      fd: -1,
      truncated: false,
    });
  });

  it('reports a refused connect', async () => {
    const outcome = await probeOnce({ destination: await refusing() });
    expect(outcome).toMatchObject({ errno: ECONNREFUSED, phase: 'connect', fd: -1 });
  });

  it('reports what the kernel refuses at once as a result of probe()', () => {
    const { probes } = prober();
    const anywhere = sockaddrIn(LOOPBACK, 9);
    const common = { id: 1, timeoutUs: SECOND_US };
    expect(probes.probe({ ...common, destination: new Uint8Array(1) })).toBe(-22);
    expect(probes.probe({ ...common, destination: new Uint8Array(500) })).toBe(-22);
    // 192.0.2.1 is nobody's address: bind fails with EADDRNOTAVAIL.
    const source = sockaddrIn(Uint8Array.of(192, 0, 2, 1));
    expect(probes.probe({ ...common, destination: anywhere, source })).toBe(-99);
    const request = new Uint8Array(65537);
    expect(probes.probe({ ...common, destination: anywhere, request })).toBe(-90);
    expect(probes.active).toBe(0);
  });

  it('throws for an impossible number of slots', () => {
    expect(() => prober({ slots: 0 })).toThrow('EINVAL');
    expect(() => prober({ slots: 65537 })).toThrow('EINVAL');
  });

  it('sends the request and collects the reply to its end', async () => {
    const destination = await serve((connection) => {
      connection.on('data', (data) => connection.end(`echo ${data}`));
    });
    const request = Buffer.from('GET /');
    const outcome = await probeOnce({ destination, request });
    expect(outcome).toMatchObject({ errno: 0, phase: 'receive', reply: 'echo GET /' });
  });

  it('collects a reply larger than any buffer of the way, and sends a request as large', async () => {
    const length = 65536;
    let received = 0;
    const destination = await serve((connection) => {
      connection.on('data', (data) => {
        received += data.length;
        if (received === length) connection.end('x'.repeat(1_000_000));
      });
    });
    const outcome = await probeOnce(
      { destination, request: new Uint8Array(length) },
      { replyBytesMax: 2_000_000 },
    );
    expect(outcome).toMatchObject({ errno: 0, truncated: false });
    expect(outcome.reply).toHaveLength(1_000_000);
  });

  it('stops at replyBytesMax and says that there was more', async () => {
    const destination = await serve((connection) => connection.write('123456789'));
    const options = { replyBytesMax: 8 };
    const outcome = await probeOnce({ destination, until: 'eof' }, options);
    expect(outcome).toMatchObject({ errno: 0, reply: '12345678', truncated: true });
  });

  it('does not call a reply of exactly replyBytesMax cut', async () => {
    const destination = await serve((connection) => connection.end('12345678'));
    const outcome = await probeOnce({ destination, until: 'eof' }, { replyBytesMax: 8 });
    expect(outcome).toMatchObject({ errno: 0, reply: '12345678', truncated: false });
  });

  it('ends with the first bytes when that is enough', async () => {
    const destination = await serve((connection) => connection.write('220 ready\r\n'));
    const outcome = await probeOnce({ destination, until: 'firstBytes' });
    expect(outcome).toMatchObject({ errno: 0, phase: 'receive', reply: '220 ready\r\n' });
  });

  it('reports a reset while receiving, with what came before it', async () => {
    const destination = await serve((connection) => {
      connection.on('data', (data) => {
        if (data.length < 3) return;
        connection.write('part', () => setImmediate(() => connection.resetAndDestroy()));
      });
    });
    const outcome = await probeOnce({ destination, request: Buffer.from('abc') });
    expect(outcome).toMatchObject({ errno: -104, phase: 'receive' });
  });

  it('times out while a server is silent, not early, with the phase it was in', async () => {
    const destination = await serve(() => undefined);
    const outcome = await probeOnce({ destination, timeoutUs: 100_000, until: 'eof' });
    expect(outcome).toMatchObject({ errno: ETIMEDOUT, phase: 'receive' });
    expect(outcome.elapsedUs).toBeGreaterThanOrEqual(100_000);
  });

  it('does not take a stall of this process for slowness of the server', async () => {
    // The server is a process of its own: it answers while this one stands still.
    const server = startChild('slow-server.mjs', ['60']);
    await until('the server', () => server.lines.length > 0);
    const destination = sockaddrIn(LOOPBACK, Number(server.lines[0]?.['port']));
    const { probes, outcomes } = prober({ slots: 101 });
    // The first one runs out of time before any reply comes: the timer is the first to be ready.
    const common = { destination, until: 'firstBytes' } as const;
    for (let id = 0; id <= 100; id++) {
      probes.probe({ ...common, id, timeoutUs: id === 0 ? 20_000 : 200_000 });
    }
    stall(600);
    await until('all results', () => outcomes.length === 101);
    server.stop();
    const failed = outcomes.filter((outcome) => outcome.id !== 0 && outcome.errno !== 0);
    expect(failed).toEqual([]);
  });

  it('keeps time for each probe, whatever the order of their starts', async () => {
    const destination = await serve(() => undefined);
    const { probes, outcomes } = prober();
    for (const [id, timeoutMs] of [300, 50, 200, 50].entries()) {
      probes.probe({ id, destination, timeoutUs: timeoutMs * 1000, until: 'eof' });
    }
    await until('all results', () => outcomes.length === 4);
    expect(outcomes.map((outcome) => outcome.id)).toEqual([1, 3, 2, 0]);
    expect(outcomes.every((outcome) => outcome.errno === ETIMEDOUT)).toBe(true);
  });

  it('refuses with ENOBUFS when all slots are taken, and takes more when one is free', async () => {
    const destination = await serve(() => undefined);
    const { probes, outcomes } = prober({ slots: 2 });
    const start = (id: number) =>
      probes.probe({ id, destination, timeoutUs: 50_000, until: 'eof' });
    expect([start(1), start(2), start(3)]).toEqual([0, 0, ENOBUFS]);
    await until('results', () => outcomes.length === 2);
    expect(start(4)).toBe(0);
  });

  it('hands over the connection when it is to be kept', async () => {
    const destination = await serve((connection) => connection.pipe(connection));
    const { fd, errno } = await probeOnce({ destination, keep: true });
    expect(errno).toBe(0);
    expect(fd).toBeGreaterThan(2);
    const socket = new TcpSocket({ fd, readable: true, writable: true });
    connections.push(socket);
    let echoed = '';
    socket.on('data', (data) => {
      echoed += data.toString();
    });
    socket.write('still here');
    await until('the echo', () => echoed === 'still here');
  });

  it('hands over nothing of a probe that failed', async () => {
    const outcome = await probeOnce({ destination: await refusing(), keep: true });
    expect(outcome).toMatchObject({ errno: ECONNREFUSED, fd: -1 });
  });

  it('connects from the source it is given', async () => {
    let from = '';
    const destination = await serve((connection) => {
      from = connection.remoteAddress ?? '';
      connection.end();
    });
    const source = sockaddrIn(Uint8Array.of(127, 0, 0, 9));
    await probeOnce({ destination, source, until: 'eof' });
    expect(from).toBe('127.0.0.9');
  });

  it('closes with RST when asked to, with FIN otherwise', async () => {
    const ends: string[] = [];
    const destination = await serve((connection) => {
      connection.on('end', () => ends.push('FIN')).on('error', () => ends.push('RST'));
      connection.resume();
    });
    await probeOnce({ destination, resetOnClose: true });
    await until('the end', () => ends.length === 1);
    await probeOnce({ destination });
    await until('the end', () => ends.length === 2);
    expect(ends).toEqual(['RST', 'FIN']);
  });

  it('gives no result for a cancelled probe, and frees its slot', async () => {
    const destination = await serve(() => undefined);
    const { probes, outcomes } = prober({ slots: 2 });
    probes.probe({ id: 1, destination, timeoutUs: 50_000, until: 'eof' });
    probes.probe({ id: 2, destination, timeoutUs: 100_000, until: 'eof' });
    expect(probes.cancel(1)).toBe(true);
    expect(probes.cancel(1)).toBe(false);
    expect(probes.active).toBe(1);
    expect(probes.probe({ id: 3, destination, timeoutUs: 100_000, until: 'eof' })).toBe(0);
    await until('the others', () => outcomes.length === 2);
    expect(outcomes.map((outcome) => outcome.id).sort()).toEqual([2, 3]);
  });

  it('takes a cancel, and a new probe in the freed slot, from inside a handler', async () => {
    const destination = await refusing();
    const made = prober({
      onResult: (result) => {
        if (result.id !== 0) return;
        for (let id = 1; id < 8; id++) made.probes.cancel(id);
        made.probes.probe({ id: 100, destination, timeoutUs: SECOND_US });
      },
    });
    for (let id = 0; id < 8; id++) made.probes.probe({ id, destination, timeoutUs: SECOND_US });
    await until('the results', () => made.outcomes.some((outcome) => outcome.id === 100));
    expect(made.outcomes.map((outcome) => outcome.id)).toEqual([0, 100]);
    expect(made.probes.active).toBe(0);
  });

  it('can be closed in a handler and twice: no more results, EBADF for more probes', async () => {
    const destination = await refusing();
    const made = prober({ onResult: () => made.probes.close() });
    for (let id = 0; id < 8; id++) made.probes.probe({ id, destination, timeoutUs: SECOND_US });
    await until('a result', () => made.outcomes.length > 0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(made.outcomes).toHaveLength(1);
    made.probes.close();
    expect(made.probes.closed).toBe(true);
    expect(made.probes.active).toBe(0);
    expect(made.probes.probe({ id: 9, destination, timeoutUs: 1 })).toBe(-9);
    expect(made.probes.cancel(9)).toBe(false);
  });

  it('connects 4096 at once', async () => {
    const destination = await serve((connection) => connection.destroy());
    const { probes, outcomes } = prober({ slots: 4096 });
    let started = 0;
    for (let id = 0; id < 4096; id++) {
      const timeoutUs = 20 * SECOND_US;
      if (probes.probe({ id, destination, timeoutUs, resetOnClose: true }) === 0) started++;
    }
    expect(started).toBe(4096);
    expect(probes.active).toBe(4096);
    await until('all results', () => outcomes.length === 4096);
    expect(outcomes.filter((outcome) => outcome.errno !== 0)).toEqual([]);
    expect(new Set(outcomes.map((outcome) => outcome.id)).size).toBe(4096);
  });
});
