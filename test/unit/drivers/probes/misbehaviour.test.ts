/**
 * What a server, a name server or a program does wrong, and how the probe ends: each misbehaviour has a result of the closed list, a detail that
 * names it, and a limit of time and memory. The table has a row for every outcome; the compiler wants it.
 */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { milliseconds, seconds, ZERO_DURATION } from '../../../../src/core/base/time.ts';
import type { ProbeOutcome } from '../../../../src/core/checkers/outcome.ts';
import type { CheckConfig, HttpUrlConfig } from '../../../../src/core/model/config.ts';
import type { ProgramOutcome } from '../../../../src/core/model/program-outcome.ts';
import { dnsCheck, miscCheck, smtpCheck, udpCheck } from '../../../support/builders/check.ts';
import {
  answering,
  closedPort,
  httpCheck,
  listen,
  Prober,
  started,
  target,
  tcpCheck,
} from '../../../support/probing.ts';

const directory = mkdtempSync(join(tmpdir(), 'tandem-misbehaviour-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** No probe here may take longer; the limit of one is ten times its `connect_timeout`. */
const PATIENCE = milliseconds(250);

const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

function http(port: number, url: Partial<HttpUrlConfig> = {}, change: object = {}): CheckConfig {
  return httpCheck(port, [url], { target: target(port, { connectTimeout: PATIENCE }), ...change });
}

/** A server that goes on sending `piece`, as fast as it is read or one each `pauseMs`. */
function sendingFor(head: string, piece: string, pauseMs?: number): Promise<number> {
  return listen((socket) => {
    socket.write(head);
    if (pauseMs !== undefined) {
      const timer = setInterval(() => socket.write(piece), pauseMs);
      socket.on('close', () => clearInterval(timer));
      return;
    }
    const pump = (): void => {
      while (socket.writable && socket.write(piece));
    };
    socket.on('drain', pump);
    pump();
  });
}

/** A certificate that was valid for one day of 2020. */
function expired(): { readonly key: string; readonly cert: string } {
  const path = (name: string): string => join(directory, name);
  const openssl = (line: string): void => {
    execFileSync('openssl', line.split(' '), { stdio: 'ignore', cwd: directory });
  };
  writeFileSync(path('index'), '');
  writeFileSync(path('serial'), '01');
  writeFileSync(
    path('ca.conf'),
    '[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=optional\n',
  );
  openssl(
    'req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -keyout key -out csr',
  );
  const dates = '-startdate 20200101000000Z -enddate 20200102000000Z';
  openssl(`ca -config ca.conf -selfsign -keyfile key -in csr -out cert -batch -notext ${dates}`);
  return { key: readFileSync(path('key'), 'utf8'), cert: readFileSync(path('cert'), 'utf8') };
}

async function tlsWithExpired(): Promise<number> {
  const server = createServer(expired(), (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\n'));
  });
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => open.add(socket));
  return await started(server, open);
}

async function datagrams(answer: (query: Buffer) => Buffer | undefined): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const bytes = answer(query);
    if (bytes !== undefined) socket.send(bytes, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket.address().port;
}

function program(outcome: ProgramOutcome): Prober {
  return new Prober(1, {
    run: (_program, onEnd) => {
      queueMicrotask(() => onEnd({ key: 'x', outcome, ran: ZERO_DURATION }));
      return () => undefined;
    },
  });
}

interface Row {
  readonly what: string;
  readonly check: () => Promise<CheckConfig> | CheckConfig;
  readonly detail: RegExp;
  readonly prober?: () => Prober;
}

const dns = async (answer: (query: Buffer) => Buffer | undefined): Promise<CheckConfig> =>
  dnsCheck({ target: target(await datagrams(answer), { connectTimeout: PATIENCE }) });

/** The query turned into an answer without an error. */
function answered(query: Buffer, change: (answer: Buffer) => Buffer | undefined = (same) => same) {
  const answer = Buffer.from(query);
  answer.writeUInt16BE(0x8180, 2);
  return change(answer);
}

const OK = 'HTTP/1.0 200 OK\r\n\r\n';

const ROWS: Readonly<Record<ProbeOutcome, readonly [Row, ...Row[]]>> = {
  ok: [
    {
      what: 'a certificate that has expired, as with keepalived: none is verified',
      check: async () => http(await tlsWithExpired(), {}, { type: 'SSL_GET' }),
      detail: /200/,
    },
    {
      what: 'a gigabyte behind a status that is enough',
      check: async () => http(await sendingFor(OK, 'x'.repeat(65_536))),
      detail: /200/,
    },
  ],
  timeout: [
    {
      what: 'a server that accepts and never answers',
      check: async () => http(await listen(() => {})),
      detail: /^no complete answer within 0\.25 s$/,
    },
    {
      what: 'a server that answers byte by byte, for ever',
      check: async () => http(await sendingFor('', 'H', 20)),
      detail: /^no complete answer within 2\.5 s$/,
    },
    {
      what: 'a body without end that is digested',
      check: async () => http(await sendingFor(OK, 'x', 20), { digest: EMPTY_MD5 }),
      detail: /^no complete answer within 2\.5 s$/,
    },
    {
      what: 'a handshake of TLS that never ends',
      check: async () => http(await listen(() => {}), {}, { type: 'SSL_GET' }),
      detail: /within 0\.25 s$/,
    },
    {
      what: 'a name server that answers with another id',
      check: () =>
        dns((query) =>
          answered(query, (answer) => {
            answer.writeUInt16BE(query.readUInt16BE() ^ 1);
            return answer;
          }),
        ),
      detail: /within 0\.25 s$/,
    },
    {
      what: 'a script that hangs, and what it has forked: all of its group is ended',
      check: () => miscCheck(),
      prober: () => program({ kind: 'timed-out', limit: seconds(3) }),
      detail: /^no end within 3 s$/,
    },
  ],
  refused: [
    { what: 'nobody listens', check: async () => tcpCheck(await closedPort()), detail: /refused/ },
  ],
  unreachable: [
    {
      what: 'no way leads there',
      check: () => tcpCheck(80, { address: '255.255.255.255' as never }),
      detail: /unreachable/,
    },
  ],
  reset: [
    {
      what: 'a connection that is reset',
      check: async () =>
        http(await listen((socket) => socket.once('data', () => socket.resetAndDestroy()))),
      detail: /reset/,
    },
  ],
  closed: [
    {
      what: 'a server that closes in the middle of the header',
      check: async () => http(await answering('HTTP/1.0 200 OK\r\nServer: x')),
      detail: /closed within the headers$/,
    },
    {
      what: 'a body that is shorter than its length',
      check: async () =>
        http(await answering('HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nhello'), {
          digest: EMPTY_MD5,
        }),
      detail: /closed after 5 of 9 bytes$/,
    },
  ],
  'bad-status': [
    {
      what: 'a redirect without end: none is followed',
      check: async () => http(await answering('HTTP/1.0 302 Found\r\nLocation: /\r\n\r\n')),
      detail: /302/,
    },
    {
      what: 'a name server that fails',
      check: () =>
        dns((query) =>
          answered(query, (answer) => {
            answer.writeUInt16BE(0x8182, 2);
            return answer;
          }),
        ),
      detail: /SERVFAIL/,
    },
  ],
  'bad-digest': [
    {
      what: 'another page',
      check: async () => http(await answering(`${OK}other`), { digest: EMPTY_MD5 }),
      detail: /digest/i,
    },
  ],
  'bad-content': [
    {
      what: 'a page without what is looked for',
      check: async () =>
        http(await answering(`${OK}other`), {
          regex: { pattern: 'welcome', flags: '', negate: false },
        }),
      detail: /does not match the regex$/,
    },
    {
      what: 'a datagram that is another answer',
      check: async () =>
        udpCheck({
          target: target(await datagrams(() => Buffer.from('no')), { connectTimeout: PATIENCE }),
          reply: 'ff',
        }),
      detail: /begins otherwise/,
    },
  ],
  'bad-response': [
    {
      what: 'malformed chunks',
      check: async () =>
        http(await answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhel'), {
          digest: EMPTY_MD5,
        }),
      detail: /chunk/,
    },
    {
      what: 'a server that does not speak HTTP',
      check: async () => http(await answering('220 mail.example.org ESMTP\r\n\r\n')),
      detail: /is not HTTP/,
    },
  ],
  'too-large': [
    {
      what: 'headers without end',
      check: async () =>
        http(await sendingFor('HTTP/1.0 200 OK\r\n', `X: ${'x'.repeat(30_000)}\r\n`)),
      detail: /headers longer than/,
    },
    {
      what: 'a gigabyte that is searched',
      check: async () =>
        http(await sendingFor(OK, 'x'.repeat(65_536)), {
          regex: { pattern: 'y', flags: '', negate: false },
        }),
      detail: /body longer than/,
    },
    {
      what: 'a line of a gigabyte from a mail server',
      check: async () => {
        const port = await sendingFor('220 ', 'x'.repeat(65_536));
        return smtpCheck({ target: target(port, { connectTimeout: PATIENCE }) });
      },
      detail: /a line of more than/,
    },
  ],
  'bad-exit': [
    {
      what: 'a script that fails, or that a signal ends',
      check: () => miscCheck(),
      prober: () => program({ kind: 'killed', signal: 'SIGSEGV' }),
      detail: /^ended by SIGSEGV$/,
    },
  ],
  'tls-failure': [
    {
      what: 'a server that does not speak TLS',
      check: async () => http(await answering('hello\r\n'), {}, { type: 'SSL_GET' }),
      detail: /TLS handshake/,
    },
  ],
  'local-error': [
    {
      what: 'a source interface that is not here',
      check: () => tcpCheck(1, { sourceInterface: 'no-such-if0' }),
      detail: /no such interface/,
    },
    {
      what: 'a script that too many wait with',
      check: () => miscCheck(),
      prober: () => program({ kind: 'refused', reason: 'too-many' }),
      detail: /too many/,
    },
  ],
};

describe.each(Object.entries(ROWS))('%s is the result of', (outcome, rows) => {
  it.each(rows)('$what', async ({ check, detail, prober }) => {
    const { outcome: seen, detail: said } = await (prober?.() ?? new Prober()).run(await check());
    expect({ outcome: seen, detail: said }).toEqual({
      outcome,
      detail: expect.stringMatching(detail),
    });
  });
});

it('a name server whose packet loops or is cut is judged by its header', async () => {
  const looping = await dns((query) =>
    answered(query, (answer) =>
      Buffer.concat([answer.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]),
    ),
  );
  const cut = await dns((query) => answered(query, (answer) => answer.subarray(0, 12)));
  const short = await dns((query) => answered(query, (answer) => answer.subarray(0, 5)));
  const outcomes: ProbeOutcome[] = [];
  for (const check of [looping, cut, short]) outcomes.push((await new Prober().run(check)).outcome);
  // The header answers; a packet without one is nobody's answer. No name in it is followed.
  expect(outcomes).toEqual(['ok', 'ok', 'timeout']);
});
