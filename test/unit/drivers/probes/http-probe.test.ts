/** HTTP_GET against servers on loopback, well behaved and not. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { milliseconds } from '../../../../src/core/base/time.ts';
import { ip } from '../../../support/builders/addresses.ts';
import {
  answering,
  closedPort,
  httpCheck,
  listen,
  Prober,
  probe,
  started,
  target,
} from '../../../support/probing.ts';

const OK = 'HTTP/1.0 200 OK\r\n\r\n';

function md5(text: string | Uint8Array): string {
  return createHash('md5').update(text).digest('hex');
}

/** A timeout short enough for a test that has to wait for it. */
const SHORT = milliseconds(250);

describe('the request', () => {
  async function requestOf(change: Parameters<typeof httpCheck>[2], url = {}): Promise<string[]> {
    let text = '';
    const port = await listen((socket) => {
      socket.on('data', (data) => {
        text += data.toString('latin1');
        socket.end(OK);
      });
    });
    await probe(httpCheck(port, [url], change));
    return text.replaceAll(String(port), 'PORT').split('\r\n');
  }

  it('names address and port as host without a virtualhost (keepalived 8.4)', async () => {
    expect(await requestOf({})).toEqual([
      'GET / HTTP/1.0',
      'User-Agent: KeepAliveClient',
      'Host: 127.0.0.1:PORT',
      '',
      '',
    ]);
  });

  it.each([
    ['1.0C', 'HTTP/1.0'],
    ['1.1', 'HTTP/1.1'],
  ] as const)('asks to close the connection with http_protocol %s', async (httpVersion, word) => {
    const lines = await requestOf(
      { httpVersion },
      { path: '/x?y=1', virtualHost: 'www.example.com' },
    );
    expect(lines).toEqual([
      `GET /x?y=1 ${word}`,
      'User-Agent: KeepAliveClient',
      'Connection: close',
      'Host: www.example.com',
      '',
      '',
    ]);
  });

  it('puts an IPv6 address in brackets', async () => {
    let text = '';
    const port = await listen((socket) => {
      socket.on('data', (data) => {
        text += data.toString('latin1');
        socket.end(OK);
      });
    }, '::1');
    await probe(httpCheck(port, [{}], { target: target(port, { address: ip('::1') }) }));
    expect(text).toContain(`Host: [::1]:${port}\r\n`);
  });
});

describe('the status', () => {
  it.each([
    ['HTTP/1.0 200 OK', [], 'ok'],
    ['HTTP/1.1 204 No Content', [], 'ok'],
    ['HTTP/1.1 200', [], 'ok'],
    ['ICY 200 OK', [], 'ok'],
    ['HTTP/1.0 302 Found', [], 'bad-status'],
    ['HTTP/1.0 500 Oops', [], 'bad-status'],
    ['HTTP/1.0 302 Found', [{ from: 301, to: 302 }], 'ok'],
    [
      'HTTP/1.0 404 No',
      [
        { from: 200, to: 200 },
        { from: 404, to: 404 },
      ],
      'ok',
    ],
    ['HTTP/1.0 200 OK', [{ from: 404, to: 404 }], 'bad-status'],
    ['SSH-2.0-OpenSSH_9.2', [], 'bad-response'],
    ['HTTP/1.0 2000 OK', [], 'bad-response'],
  ])('%s with %j: %s', async (line, statusCodes, outcome) => {
    const port = await answering(`${line}\r\n\r\n`);
    expect(await probe(httpCheck(port, [{ statusCodes }]))).toMatchObject({ outcome });
  });

  it('tells what was seen and what was expected', async () => {
    const port = await answering('HTTP/1.0 503 Busy\r\nContent-Length: 2\r\n\r\nno');
    const statusCodes = [
      { from: 200, to: 200 },
      { from: 301, to: 302 },
    ];
    expect(await probe(httpCheck(port, [{ path: '/health', statusCodes }]))).toMatchObject({
      outcome: 'bad-status',
      detail: '/health: status 503, expected 200 301-302',
    });
  });
});

describe('the digest', () => {
  it('is that of the body', async () => {
    const port = await answering(`${OK}hello`);
    const good = [{ digest: md5('hello').toUpperCase() }];
    expect(await probe(httpCheck(port, good))).toMatchObject({ outcome: 'ok' });
    expect(await probe(httpCheck(port, [{ digest: md5('bye') }]))).toMatchObject({
      outcome: 'bad-digest',
      detail: `/: digest ${md5('hello')}, expected ${md5('bye')}`,
    });
  });

  it('ends at the content length', async () => {
    const port = await answering('HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nhello, world');
    expect(await probe(httpCheck(port, [{ digest: md5('hello') }]))).toMatchObject({
      outcome: 'ok',
    });
  });

  it('of a body longer than the native buffer, with and without its length', async () => {
    const body = Buffer.alloc(3_000_000, 'Tandem ');
    for (const header of ['', `Content-Length: ${body.length}\r\n`]) {
      const port = await answering(
        Buffer.concat([Buffer.from(`HTTP/1.0 200 OK\r\n${header}\r\n`), body]),
      );
      expect(await probe(httpCheck(port, [{ digest: md5(body) }]))).toMatchObject({
        outcome: 'ok',
      });
    }
  });

  it('of chunks is accepted with framing, as genhash has it, and without', async () => {
    const framed = '5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nTrailer: z\r\n\r\n';
    const port = await answering(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${framed}`);
    for (const digest of [md5(framed), md5('hello!')]) {
      const check = httpCheck(port, [{ digest }], { httpVersion: '1.1' });
      expect(await probe(check)).toMatchObject({ outcome: 'ok' });
    }
  });
});

describe('the regular expression', () => {
  const answer = `${OK}grüße: 42 sessions`;
  it.each([
    ['\\d+ sessions', '', false, 'ok'],
    ['SESSIONS', '', false, 'bad-content'],
    ['SESSIONS', 'i', false, 'ok'],
    ['gr.{2}e', 'u', false, 'ok'],
    ['sessions', '', true, 'bad-content'],
    ['maintenance', '', true, 'ok'],
    ['200 OK', '', false, 'bad-content'],
    ['(', '', true, 'bad-content'],
  ])('/%s/%s, negated %s: %s', async (pattern, flags, negate, outcome) => {
    const port = await answering(answer);
    const check = httpCheck(port, [{ regex: { pattern, flags, negate } }]);
    expect(await probe(check)).toMatchObject({ outcome });
    expect(await probe(check)).toMatchObject({ outcome });
  });

  it('H1: answers at once to what takes a backtracking engine seconds, and names what it lacks', async () => {
    const port = await answering(`${OK}${'<title>'.repeat(9_000)}`);
    const regex = { pattern: '<title>.*Welcome.*</title>', flags: '', negate: false };
    const before = process.cpuUsage();
    expect(await probe(httpCheck(port, [{ regex }]))).toMatchObject({ outcome: 'bad-content' });
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
    const lookAhead = { pattern: '^(?!down)', flags: '', negate: false };
    expect(await probe(httpCheck(port, [{ regex: lookAhead }]))).toMatchObject({
      outcome: 'bad-content',
      detail: expect.stringContaining('"(?!" is a look-ahead'),
    });
  });

  it('refuses a body that is too long to be searched', async () => {
    const port = await answering(Buffer.concat([Buffer.from(OK), Buffer.alloc(1_100_000, 'a')]));
    const regex = { pattern: 'b', flags: '', negate: false };
    expect(await probe(httpCheck(port, [{ regex }]))).toMatchObject({ outcome: 'too-large' });
  });
});

describe('several urls', () => {
  it('are asked one after another, up to the first that fails', async () => {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(request.url === '/b' ? 500 : 200).end('x');
    });
    const open = new Set<Socket>();
    const port = await started(server, open);
    const urls = ['/a', '/b', '/c'].map((path) => ({ path }));
    expect(await probe(httpCheck(port, urls))).toMatchObject({
      outcome: 'bad-status',
      detail: '/b: status 500, expected 200-299',
    });
    expect(paths).toEqual(['/a', '/b']);
    paths.length = 0;
    expect(await probe(httpCheck(port, [{ path: '/a' }, { path: '/c' }]))).toMatchObject({
      outcome: 'ok',
    });
    expect(paths).toEqual(['/a', '/c']);
  });

  it('none at all is a local error', async () => {
    expect(await probe(httpCheck(await closedPort(), []))).toMatchObject({
      outcome: 'local-error',
    });
  });
});

/** A url whose body matters. */
const BODY = { regex: { pattern: 'hello', flags: '', negate: false } };

describe('H3: interim responses', () => {
  it('are skipped by a check, whether they come with the response or before it', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n';
    const together = await answering(`${hints}${OK}hello`);
    expect(await probe(httpCheck(together))).toMatchObject({ detail: '/: status 200' });
    const apart = await listen((socket) => {
      socket.write(hints);
      setTimeout(() => socket.end(`${OK}hello`), 50);
    });
    expect(await probe(httpCheck(apart))).toMatchObject({ detail: '/: status 200' });
  });
});

describe('a server that', () => {
  it('refuses', async () => {
    expect(await probe(httpCheck(await closedPort()))).toMatchObject({ outcome: 'refused' });
  });

  it('closes without an answer', async () => {
    const port = await listen((socket) => socket.end());
    expect((await probe(httpCheck(port))).outcome).toMatch(/^(closed|reset)$/);
  });

  it('resets the connection', async () => {
    const port = await listen((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    expect(await probe(httpCheck(port))).toMatchObject({ outcome: 'reset' });
  });

  it('says nothing', async () => {
    const port = await listen(() => {});
    const change = { target: target(port, { connectTimeout: SHORT }) };
    const result = await probe(httpCheck(port, [{}], change));
    expect(result).toMatchObject({
      outcome: 'timeout',
      detail: 'no complete answer within 0.25 s',
    });
    expect(result.elapsed).toBeGreaterThanOrEqual(SHORT);
  });

  it('stops within the headers', async () => {
    const port = await answering('HTTP/1.0 200 OK\r\nServer: x');
    expect(await probe(httpCheck(port))).toMatchObject({
      outcome: 'closed',
      detail: '/: closed within the headers',
    });
  });

  it('stops within the body', async () => {
    const port = await answering('HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\nhello');
    expect(await probe(httpCheck(port, [BODY]))).toMatchObject({
      outcome: 'closed',
      detail: '/: closed after 5 of 10 bytes',
    });
  });

  it('stops within a chunk', async () => {
    const port = await answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel');
    expect(await probe(httpCheck(port, [BODY], { httpVersion: '1.1' }))).toMatchObject({
      outcome: 'closed',
      detail: '/: closed before the last chunk',
    });
  });

  it('sends chunks that are none', async () => {
    const port = await answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhel');
    expect(await probe(httpCheck(port, [BODY]))).toMatchObject({ outcome: 'bad-response' });
  });

  it('sends headers of 20 kB', async () => {
    const port = await answering(`HTTP/1.0 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\nhello`);
    expect(await probe(httpCheck(port))).toMatchObject({ outcome: 'ok' });
  });

  it('sends headers without end', async () => {
    const port = await listen((socket) => {
      socket.write('HTTP/1.0 200 OK\r\n');
      const more = setInterval(() => socket.write(`X: ${'x'.repeat(30_000)}\r\n`), 1);
      socket.on('close', () => clearInterval(more));
    });
    expect(await probe(httpCheck(port))).toMatchObject({ outcome: 'too-large' });
  });

  it('sends binary garbage', async () => {
    const garbage = Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7_919) % 256));
    const port = await answering(garbage);
    expect((await probe(httpCheck(port))).outcome).toMatch(/^(bad-response|closed)$/);
  });

  it('leaves the connection open after a complete answer: good, and quick from then on', async () => {
    const port = await listen((socket) => {
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'));
    });
    const change = { target: target(port, { connectTimeout: SHORT }) };
    const check = httpCheck(port, [{ digest: md5('hello') }], change);
    const prober = new Prober();
    expect(await prober.run(check)).toMatchObject({ outcome: 'ok' });
    const second = await prober.run(check);
    expect(second).toMatchObject({ outcome: 'ok' });
    expect(second.elapsed).toBeLessThan(SHORT);
  });

  it('sends slowly but steadily for longer than a connection may take', async () => {
    const port = await listen((socket) => {
      socket.write(OK);
      let sent = 0;
      const timer = setInterval(() => {
        sent += 1;
        if (sent < 5) socket.write('x');
        else socket.end('x');
        if (sent === 5) clearInterval(timer);
      }, 80);
      socket.on('close', () => clearInterval(timer));
    });
    const change = { target: target(port, { connectTimeout: SHORT }) };
    const check = httpCheck(port, [{ digest: md5('xxxxx') }], change);
    expect(await probe(check)).toMatchObject({ outcome: 'ok' });
  });

  it('sends a byte now and then for ever: given up after ten timeouts', async () => {
    const port = await listen((socket) => {
      socket.write(OK);
      const timer = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    const connectTimeout = milliseconds(250);
    const change = { target: target(port, { connectTimeout }) };
    const check = httpCheck(port, [{ digest: md5('') }], change);
    expect(await probe(check)).toMatchObject({
      outcome: 'timeout',
      detail: 'no complete answer within 2.5 s',
    });
  });

  it('stops sending but keeps the connection', async () => {
    const port = await listen((socket) => {
      socket.write('HTTP/1.0 200 OK\r\nContent-Length: 10\r\n\r\nhello');
    });
    const change = { target: target(port, { connectTimeout: milliseconds(100) }) };
    expect(await probe(httpCheck(port, [BODY], change))).toMatchObject({ outcome: 'timeout' });
    expect(await probe(httpCheck(port, [{}], change))).toMatchObject({ outcome: 'ok' });
  });

  it('never ends a body that nobody needs: the status is enough', async () => {
    const port = await listen((socket) => {
      socket.write(OK);
      const pump = (): void => {
        while (socket.writable && socket.write(Buffer.alloc(65_536)));
      };
      socket.on('drain', pump);
      pump();
    });
    expect(await probe(httpCheck(port))).toMatchObject({ outcome: 'ok' });
  });
});
