/**
 * The built-in HTTP server: metrics and a small index, reading only, from memory. It listens where it is
 * told, on loopback unless told otherwise; a port that is taken is an answer, not a crash. Whoever is
 * silent, slow or does not read loses the connection, and nobody else notices.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIP, type Socket } from 'node:net';
import { err, ok, type Result } from '../../core/base/result.ts';
import type { Metrics } from '../outlets/metrics/metrics.ts';
import { HttpOutput } from './output.ts';

/** Where to listen and what to serve. */
export interface HttpOptions {
  readonly address: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly metrics: Pick<Metrics, 'contentType' | 'render' | 'renderGzip' | 'observe'>;
  /** Shown on the index. */
  readonly version?: string;
  /** How long an answer may take to leave, milliseconds; for tests. */
  readonly outputMs?: number;
}

/** A server that listens. */
export interface HttpServer {
  readonly address: string;
  readonly port: number;
  /** Stops listening and drops open connections. */
  close(): Promise<void>;
}

/** Why it could not listen; `code` is the errno name. */
export interface HttpError {
  readonly code: string;
  readonly message: string;
}

/** Open connections; a scraper needs one. Beyond, idle ones are closed, then the oldest. */
export const CONNECTIONS_MAX = 64;
/** Request line and headers; scrapers send a few hundred bytes. */
const HEADER_BYTES_MAX = 8 * 1024;
/** Time for a whole request, and for an idle connection to come back. */
const REQUEST_MS_MAX = 10_000;
const KEEP_ALIVE_MS = 75_000;

interface Page {
  readonly handler: string;
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly allow?: string;
  /** Present where the answer depends on what the client takes. */
  readonly encoding?: 'gzip' | 'identity';
}

/** Starts listening. */
export function startHttp(options: HttpOptions): Promise<Result<HttpServer, HttpError>> {
  const output = new HttpOutput(options.outputMs);
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      requestTimeout: REQUEST_MS_MAX,
      headersTimeout: REQUEST_MS_MAX,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => {
      void answer(options, output, request, response);
    },
  );
  limitConnections(server);
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(err({ code: error.code ?? 'UNKNOWN', message: listenProblem(error) }));
    });
    server.listen({ host: options.address, port: options.port }, () => {
      server.removeAllListeners('error');
      // Accepting can fail for lack of descriptors; the next connection is another try.
      server.on('error', () => undefined);
      const { address, port } = server.address() as AddressInfo;
      const close = (): Promise<void> =>
        new Promise((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      resolve(ok({ address, port, close }));
    });
  });
}

/** A new client is worth more than one that has been here for long: nobody can keep scrapers out. */
function limitConnections(server: Server): void {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    if (open.size >= CONNECTIONS_MAX) server.closeIdleConnections();
    const [oldest] = open;
    if (open.size >= CONNECTIONS_MAX) oldest?.destroy();
    if (oldest?.destroyed === true) open.delete(oldest);
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
}

async function answer(
  options: HttpOptions,
  output: HttpOutput,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const started = performance.now();
  // A client that leaves in the middle of an answer is no event.
  response.on('error', () => undefined);
  request.resume();
  const page = await pageFor(options, request).catch(
    // A family that cannot be rendered costs one scrape, not the director.
    (error: unknown) => text('other', 500, `${error instanceof Error ? error.message : error}\n`),
  );
  const body = typeof page.body === 'string' ? Buffer.from(page.body) : page.body;
  response.writeHead(page.status, {
    'content-type': page.type,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(page.allow === undefined ? {} : { allow: page.allow }),
    ...(page.encoding === undefined ? {} : { vary: 'accept-encoding' }),
    ...(page.encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
  });
  if (request.method === 'HEAD') response.end();
  else output.send(response, body);
  const seconds = (performance.now() - started) / 1_000;
  options.metrics.observe.httpRequest(page.handler, page.status, seconds);
}

async function pageFor(options: HttpOptions, request: IncomingMessage): Promise<Page> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { ...text('other', 405, 'only GET and HEAD\n'), allow: 'GET, HEAD' };
  }
  if (!isAddressedHere(request)) {
    return text('other', 421, 'on loopback this server answers to addresses and to localhost\n');
  }
  const [path = ''] = (request.url ?? '').split('?', 1);
  if (path === '/metrics') {
    const { contentType: type, render, renderGzip } = options.metrics;
    const encoding = takesGzip(request.headers['accept-encoding']) ? 'gzip' : 'identity';
    const body = await (encoding === 'gzip' ? renderGzip() : render());
    return { handler: 'metrics', status: 200, type, body, encoding };
  }
  if (path === '/') {
    return {
      handler: 'index',
      status: 200,
      type: 'text/html; charset=utf-8',
      body: indexPage(options.version ?? ''),
    };
  }
  return text('other', 404, 'not found\n');
}

/** Whether `gzip`, or anything, may be sent (RFC 9110 section 12.5.3); a quality of 0 forbids it. */
function takesGzip(accepted: string | string[] | undefined): boolean {
  let others = false;
  for (const one of String(accepted ?? '')
    .toLowerCase()
    .split(',')) {
    const [coding = '', ...parameters] = one.split(';').map((part) => part.trim());
    const mayBe = !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
    if (coding === 'gzip' || coding === 'x-gzip') return mayBe;
    if (coding === '*') others = mayBe;
  }
  return others;
}

/**
 * On loopback a browser must not read this for a page of somebody's whose name was made to point here (DNS
 * rebinding): the host has to be an address or localhost. Elsewhere names are an operator's business.
 */
function isAddressedHere({ socket, headers }: IncomingMessage): boolean {
  const { host } = headers;
  if (host === undefined || !LOOPBACK.test(socket.localAddress ?? '')) return true;
  const name = host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(name) !== 0 || /^localhost\.?$/i.test(name);
}

const LOOPBACK = /^(?:(?:::ffff:)?127\.|::1$)/;

function text(handler: string, status: number, body: string): Page {
  return { handler, status, type: 'text/plain; charset=utf-8', body };
}

function indexPage(version: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Tandem</title></head>
<body>
<h1>Tandem ${version}</h1>
<ul><li><a href="/metrics">/metrics</a>: Prometheus metrics</li></ul>
</body>
</html>
`;
}

function listenProblem(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'the port is in use by another program';
    case 'EADDRNOTAVAIL':
      return 'this host does not have the address';
    case 'EACCES':
      return 'not permitted to use the port';
    default:
      return error.message;
  }
}
