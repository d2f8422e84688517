/** The HTTP server on loopback: what it serves, what it refuses, and a port that is taken. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { BODIES_MAX } from '../../../../src/daemon/http/output.ts';
import { CONNECTIONS_MAX, type HttpServer, startHttp } from '../../../../src/daemon/http/server.ts';
import { createMetrics, type Metrics } from '../../../../src/daemon/outlets/metrics/metrics.ts';
import { daemonState } from '../../../support/state-fixture.ts';

const open: HttpServer[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(
  metrics: Metrics = createMetrics(() => daemonState(), { snapshotMs: 0 }),
  outputMs?: number,
): Promise<string> {
  const started = await startHttp({
    address: '127.0.0.1',
    port: 0,
    metrics,
    version: '0.1.0',
    ...(outputMs === undefined ? {} : { outputMs }),
  });
  if (!started.ok) throw new Error(started.error.message);
  open.push(started.value);
  return `http://127.0.0.1:${started.value.port}`;
}

/** Connections that the server has, as the kernel lists them: `ss` leaves out what is closed. */
async function connectionsOf(url: string): Promise<number> {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const ESTABLISHED = '01';
  return lines.filter((line) => {
    const [, local, , state] = line.trim().split(/\s+/);
    return local === `0100007F:${port}` && state === ESTABLISHED;
  }).length;
}

/** A connection that asks for nothing. */
async function idle(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Asks for the metrics over a socket of its own; the test decides whether to read. */
async function rawRequest(url: string, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.pause();
  socket.write(`GET /metrics HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  return socket;
}

/** Metrics of a size that no socket buffer holds, a new text for each scrape. */
function largeMetrics(): Metrics {
  const metrics = createMetrics(() => daemonState());
  return { ...metrics, render: async () => Buffer.alloc(32 * 1024 * 1024, 'x') };
}

function isClosed(socket: Socket): Promise<unknown> {
  socket.resume();
  return socket.destroyed ? Promise.resolve() : once(socket, 'close');
}

describe('H5: clients that do not read', () => {
  test('are cut after a time', async () => {
    const url = await start(largeMetrics(), 200);
    const socket = await rawRequest(url);
    const startedMs = performance.now();
    await expect.poll(async () => connectionsOf(url), { timeout: 5_000 }).toBe(0);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(190);
    await isClosed(socket);
  });

  test('hold only so many versions of the text; a scraper gets the newest', async () => {
    const url = await start(largeMetrics());
    const sockets: Socket[] = [];
    for (let count = 0; count < BODIES_MAX + 2; count++) {
      sockets.push(await rawRequest(url));
      await expect.poll(() => connectionsOf(url)).toBe(Math.min(count + 1, BODIES_MAX));
    }
    const response = await fetch(`${url}/metrics`, {
      headers: { 'accept-encoding': 'identity' },
    });
    expect((await response.arrayBuffer()).byteLength).toBe(32 * 1024 * 1024);
    for (const socket of sockets) socket.destroy();
  });

  test('do not keep others out, however many they are', async () => {
    const url = await start(largeMetrics());
    const sockets: Socket[] = [];
    for (let count = 0; count < CONNECTIONS_MAX + 5; count++) sockets.push(await idle(url));
    expect((await fetch(`${url}/`)).status).toBe(200);
    expect(await connectionsOf(url)).toBeLessThanOrEqual(CONNECTIONS_MAX);
    for (const socket of sockets) socket.destroy();
  });
});

describe('H5: the host of a request on loopback', () => {
  test.each([
    ['127.0.0.1:9165', 200],
    ['[::1]:9165', 200],
    ['localhost', 200],
    ['LOCALHOST:9165', 200],
    ['192.0.2.1', 200],
    ['evil.example', 421],
    ['localhost.evil.example:9165', 421],
    ['', 421],
  ])('%s: %s', async (host, status) => {
    const socket = await rawRequest(await start(), host);
    const [data] = (await once(socket.resume(), 'data')) as [Buffer];
    expect(data.toString('latin1').split('\r\n', 1)[0]).toContain(` ${status} `);
    socket.destroy();
  });
});

test('H5: scrapes that come while a text is being made share it', async () => {
  let states = 0;
  const metrics = createMetrics(
    () => {
      states++;
      return daemonState();
    },
    { snapshotMs: 0 },
  );
  const [first, second, third] = await Promise.all([
    metrics.render(),
    metrics.render(),
    metrics.render(),
  ]);
  expect(second).toBe(first);
  expect(third).toBe(first);
  expect(states).toBe(1);
  await metrics.render();
  expect(states).toBe(2);
});

/** The head and the body as they were sent; `fetch` would unpack it. */
async function rawAnswer(url: string, accepted?: string): Promise<{ head: string; body: Buffer }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const line = accepted === undefined ? '' : `Accept-Encoding: ${accepted}\r\n`;
  socket.write(`GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n${line}Connection: close\r\n\r\n`);
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece);
  const all = Buffer.concat(pieces);
  const end = all.indexOf('\r\n\r\n');
  return { head: all.subarray(0, end).toString().toLowerCase(), body: all.subarray(end + 4) };
}

describe('H16: the metrics are compressed', () => {
  test.each(['gzip', 'deflate, gzip;q=0.5', '*', 'br;q=1.0, GZIP', 'gzip;q=0.001'])(
    'for a client that takes "%s"',
    async (accepted) => {
      const metrics = createMetrics(() => daemonState());
      const { head, body } = await rawAnswer(await start(metrics), accepted);
      expect(head).toContain('content-encoding: gzip');
      expect(head).toContain('vary: accept-encoding');
      expect(head).toContain(`content-length: ${body.length}`);
      expect(gunzipSync(body)).toEqual(await metrics.render());
    },
  );

  test.each([undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.0, *', '*;q=0'])(
    'and not for one that takes "%s"',
    async (accepted) => {
      const { head, body } = await rawAnswer(await start(), accepted);
      expect(head).not.toContain('content-encoding');
      expect(head).toContain('vary: accept-encoding');
      expect(body.toString()).toContain('tandem_component_up{component="vrrp"} 1\n');
    },
  );

  test('once for all that ask while a text is fresh', async () => {
    const metrics = createMetrics(() => daemonState());
    expect(await metrics.renderGzip()).toBe(await metrics.renderGzip());
  });
});

describe('The HTTP server', () => {
  test('serves the metrics with the type of the text format', async () => {
    const response = await fetch(`${await start()}/metrics?x=1`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('tandem_component_up{component="vrrp"} 1\n');
  });

  test('serves an index with a link to them', async () => {
    const response = await fetch(`${await start()}/`);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toContain('href="/metrics"');
  });

  test('answers HEAD without a body', async () => {
    const response = await fetch(`${await start()}/metrics`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  test('knows nothing else', async () => {
    expect((await fetch(`${await start()}/etc/passwd`)).status).toBe(404);
  });

  test('a scrape that fails is an error of its own, and the next is served', async () => {
    const metrics = createMetrics(() => daemonState(), { snapshotMs: 0 });
    let mistakes = 1;
    const render = async () => {
      if (mistakes-- > 0) throw new Error('a mistake in a family');
      return metrics.render();
    };
    const url = `${await start({ ...metrics, render })}/metrics`;
    const plain = { headers: { 'accept-encoding': 'identity' } };
    expect((await fetch(url, plain)).status).toBe(500);
    expect((await fetch(url, plain)).status).toBe(200);
  });

  test('takes no other method', async () => {
    const response = await fetch(`${await start()}/metrics`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  test('counts its requests', async () => {
    const base = await start();
    await fetch(`${base}/nothing`);
    const text = await (await fetch(`${base}/metrics`)).text();
    expect(text).toContain('tandem_http_requests_total{handler="other",code="404"} 1\n');
  });

  test('answers with the reason when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const metrics = createMetrics(() => daemonState());
    const started = await startHttp({ address: '127.0.0.1', port, metrics });
    expect(started).toMatchObject({
      ok: false,
      error: { code: 'EADDRINUSE', message: 'the port is in use by another program' },
    });
    await new Promise((resolve) => {
      other.close(resolve);
    });
  });

  test('gives the port back when it is closed', async () => {
    const base = await start();
    await open[0]?.close();
    await expect(fetch(`${base}/`)).rejects.toThrow();
  });
});
