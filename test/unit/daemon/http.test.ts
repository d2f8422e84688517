/** The HTTP server on loopback: what it serves, what it refuses, and a port that is taken. */
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type HttpServer, startHttp } from '../../../src/daemon/http.ts';
import { createMetrics, type Metrics } from '../../../src/daemon/metrics.ts';
import { daemonState } from './state-fixture.ts';

const open: HttpServer[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function start(
  metrics: Metrics = createMetrics(() => daemonState(), { snapshotMs: 0 }),
): Promise<string> {
  const started = await startHttp({ address: '127.0.0.1', port: 0, metrics, version: '0.1.0' });
  if (!started.ok) throw new Error(started.error.message);
  open.push(started.value);
  return `http://127.0.0.1:${started.value.port}`;
}

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
    expect((await fetch(url)).status).toBe(500);
    expect((await fetch(url)).status).toBe(200);
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
