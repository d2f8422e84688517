/** SSL_GET against TLS servers on loopback. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { milliseconds } from '../../../../src/core/base/time.ts';
import type { HttpCheckConfig } from '../../../../src/core/model/config.ts';
import {
  answering,
  closedPort,
  eventually,
  httpCheck,
  listen,
  Prober,
  probe,
  started,
  target,
} from '../../../support/probing.ts';

const directory = mkdtempSync(join(tmpdir(), 'tandem-tls-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A certificate that nobody would trust: self-signed, and for another name. */
function selfSigned(): { readonly key: string; readonly cert: string } {
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=nobody -keyout ${key} -out ${cert}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

const identity = selfSigned();

interface Seen {
  readonly host: string | undefined;
  readonly serverName: unknown;
  readonly from: string | undefined;
}

async function tlsServer(body: string | Buffer, seen: Seen[] = []): Promise<number> {
  const server = createServer(identity, (request, response) => {
    const socket = request.socket as Socket & { readonly servername?: unknown };
    seen.push({
      host: request.headers.host,
      serverName: socket.servername,
      from: socket.remoteAddress,
    });
    response.writeHead(request.url === '/missing' ? 404 : 200).end(body);
  });
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => open.add(socket));
  return await started(server, open);
}

function sslCheck(
  port: number,
  urls: Parameters<typeof httpCheck>[1] = [{}],
  change: Partial<HttpCheckConfig> = {},
): HttpCheckConfig {
  return httpCheck(port, urls, { type: 'SSL_GET', ...change });
}

describe('SSL_GET', () => {
  it('does not verify the certificate, as keepalived', async () => {
    const port = await tlsServer('hello');
    expect(await probe(sslCheck(port))).toMatchObject({ outcome: 'ok', detail: '/: status 200' });
    expect(await probe(sslCheck(port, [{ path: '/missing' }]))).toMatchObject({
      outcome: 'bad-status',
    });
  });

  it('H2: decides at the header where the status alone counts, as HTTP_GET', async () => {
    const server = createServer(identity, (_, response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(more));
    });
    const port = await started(server, new Set());
    const change = { target: target(port, { connectTimeout: milliseconds(500) }) };
    const result = await probe(sslCheck(port, [{}], change));
    expect(result).toMatchObject({ outcome: 'ok', detail: '/: status 200' });
    expect(result.elapsed).toBeLessThan(milliseconds(2_000));
  });

  it('judges a long body by its digest', async () => {
    const port = await tlsServer(Buffer.alloc(500_000, 'a'));
    const digest = createHash('md5').update(Buffer.alloc(500_000, 'a')).digest('hex');
    expect(await probe(sslCheck(port, [{ digest }]))).toMatchObject({ outcome: 'ok' });
    const wrong = '00000000000000000000000000000000';
    expect(await probe(sslCheck(port, [{ digest: wrong }]))).toMatchObject({
      outcome: 'bad-digest',
    });
  });

  it.each([
    [true, 'www.example.com', 'www.example.com'],
    [false, 'www.example.com', false],
    [true, undefined, false],
    [true, '192.0.2.1', false],
    // keepalived sends the port along, which no server knows itself by.
    [true, 'www.example.com:8443', 'www.example.com'],
    [true, '[2001:db8::1]:443', false],
  ])('with enable_sni %s and virtualhost %s sends the name %s', async (sni, virtualHost, name) => {
    const seen: Seen[] = [];
    const port = await tlsServer('x', seen);
    const url = virtualHost === undefined ? {} : { virtualHost };
    expect(await probe(sslCheck(port, [url], { sni }))).toMatchObject({ outcome: 'ok' });
    expect(seen).toMatchObject([{ serverName: name, host: virtualHost ?? `127.0.0.1:${port}` }]);
  });

  it('connects from the source address', async () => {
    const seen: Seen[] = [];
    const port = await tlsServer('x', seen);
    const sourceAddress = target(0).address;
    await probe(sslCheck(port, [{}], { target: target(port, { sourceAddress }) }));
    expect(seen).toMatchObject([{ from: '127.0.0.1' }]);
  });

  it('reports a server that does not speak TLS', async () => {
    const port = await answering('HTTP/1.0 400 Bad Request\r\n\r\n');
    const result = await probe(sslCheck(port));
    expect(result).toMatchObject({ outcome: 'tls-failure' });
    expect(result.detail).toContain('TLS handshake: ');
  });

  it('reports a server that closes instead of shaking hands', async () => {
    const port = await listen((socket) => socket.end());
    expect(await probe(sslCheck(port))).toMatchObject({
      outcome: 'tls-failure',
      detail: 'TLS handshake: closed by the server',
    });
  });

  it('reports a refused connection as that', async () => {
    expect(await probe(sslCheck(await closedPort()))).toMatchObject({ outcome: 'refused' });
  });

  it('limits the handshake in time', async () => {
    const port = await listen(() => {});
    const change = { target: target(port, { connectTimeout: milliseconds(150) }) };
    expect(await probe(sslCheck(port, [{}], change))).toMatchObject({
      outcome: 'timeout',
      detail: 'no TLS handshake within 0.15 s',
    });
  });

  it.each(['handshake', 'answer'])(
    'can be cancelled within the %s, without a result',
    async (step) => {
      let ready = 0;
      let closed = 0;
      const watch = (socket: Socket): void => {
        socket.on('close', () => {
          closed += 1;
        });
      };
      const silent = createServer(identity, () => {
        ready += 1;
      });
      silent.on('connection', watch);
      const port =
        step === 'answer'
          ? await started(silent, new Set())
          : await listen((socket) => {
              ready += 1;
              watch(socket);
              socket.resume();
              socket.on('end', () => socket.end());
            });
      const prober = new Prober();
      prober.runner.start(7, 1, sslCheck(port));
      await eventually(() => ready).toBe(1);
      prober.runner.cancel(7, 1);
      await eventually(() => closed).toBe(1);
      expect(prober.results).toEqual([]);
    },
  );

  it('sends sni_name in place of the host name', async () => {
    const seen: Seen[] = [];
    const port = await tlsServer('x', seen);
    const change = { sni: true, sniName: 'sni.example.com' };
    await probe(sslCheck(port, [{ virtualHost: 'www.example.com' }], change));
    expect(seen).toMatchObject([{ serverName: 'sni.example.com', host: 'www.example.com' }]);
  });

  it.each([
    [false, undefined, false],
    [true, undefined, true],
    [true, false, false],
    [false, true, true],
  ])(
    'with tls_compliant %s, of the page %s, ends with an alert: %s',
    async (check, page, alert) => {
      const inner = await tlsServer('x');
      const lengths: number[] = [];
      const port = await listen((socket) => forward(socket, inner, lengths));
      const url = page === undefined ? {} : { tlsCompliant: page };
      const result = await probe(sslCheck(port, [url], { tlsCompliant: check }));
      expect(result).toMatchObject({ outcome: 'ok' });
      await eventually(() => lengths.at(-1)).toBe(0);
      // An alert of TLS 1.3 is a record of 24 bytes; the request before it is longer.
      expect(lengths.at(-2) === 24).toBe(alert);
    },
  );
});

/** Passes bytes on; notes the length of each piece of the client, 0 for its end. */
function forward(client: Socket, port: number, lengths: number[]): void {
  const server = connect(port, '127.0.0.1');
  client.on('data', (bytes: Buffer) => {
    lengths.push(bytes.length);
    server.write(bytes);
  });
  client.on('end', () => lengths.push(0));
  client.on('close', () => server.destroy());
  server.on('data', (bytes) => client.write(bytes));
  server.on('error', () => client.destroy());
}

describe('the SSL block', () => {
  const own = { certificate: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };

  async function demandingServer(): Promise<number> {
    const options = { ...identity, requestCert: true, rejectUnauthorized: false };
    const server = createServer(options, (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate();
      response.writeHead(subject?.CN === 'nobody' ? 200 : 403).end();
    });
    const open = new Set<Socket>();
    server.on('connection', (socket: Socket) => open.add(socket));
    return await started(server, open);
  }

  it('has a certificate shown to servers that ask for one', async () => {
    const port = await demandingServer();
    const withOwn = sslCheck(port, [{}], { tlsClient: own });
    expect(await probe(withOwn)).toMatchObject({ outcome: 'ok' });
    expect(await probe(sslCheck(port))).toMatchObject({ outcome: 'bad-status' });
  });

  it('opens the key with its pass phrase', async () => {
    const key = join(directory, 'locked.pem');
    execFileSync('openssl', ['ec', '-aes128', '-passout', 'pass:pw', '-in', own.key, '-out', key], {
      stdio: 'ignore',
    });
    const port = await demandingServer();
    const locked = { ...own, key, password: 'pw' };
    expect(await probe(sslCheck(port, [{}], { tlsClient: locked }))).toMatchObject({
      outcome: 'ok',
    });
    const result = await probe(
      sslCheck(port, [{}], { tlsClient: { ...locked, password: 'wrong-secret' } }),
    );
    expect(result).toMatchObject({ outcome: 'local-error' });
    expect(result.detail).not.toContain('wrong-secret');
  });

  it('is a state of this host when a file cannot be read', async () => {
    const tlsClient = { authorities: join(directory, 'none.pem') };
    expect(await probe(sslCheck(await demandingServer(), [{}], { tlsClient }))).toMatchObject({
      outcome: 'local-error',
      detail: `${tlsClient.authorities} of SSL cannot be read: ENOENT`,
    });
  });
});
