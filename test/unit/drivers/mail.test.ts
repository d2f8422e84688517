/** Mail to relays that behave, refuse, hang, answer byte by byte or flood: each ends within its limits. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { milliseconds } from '../../../src/core/base/time.ts';
import type { OutgoingMail } from '../../../src/core/notifications/orders.ts';
import { sendMail } from '../../../src/drivers/mail.ts';

const MESSAGE = 'Subject: x\r\nTo: a@b.c\r\n\r\n=> y <=\r\n.dot\r\n\r\n';

let server: Server | undefined;
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server?.close();
});

async function relay(serve: (socket: Socket) => void): Promise<number> {
  const one = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  server = one;
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  const address = one.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function mail(port: number, some: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    id: 1,
    server: '127.0.0.1',
    port,
    heloName: 'lb01.example.net',
    timeout: milliseconds(300),
    sender: 'ka@example.net',
    recipients: ['ops@example.com', 'admin@example.org'],
    message: MESSAGE,
    ...some,
  };
}

/** A relay that answers by a table of beginnings; it records what it was told. */
function answering(answers: Readonly<Record<string, string>> = {}) {
  const heard: string[] = [];
  let isData = false;
  const serve = (socket: Socket): void => {
    socket.write('220 sink ready\r\n');
    let rest = '';
    socket.on('data', (bytes) => {
      rest += bytes.toString();
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        heard.push(line);
        if (isData && line !== '.') continue;
        isData = line === 'DATA';
        const [word = ''] = line.split(' ');
        const key = Object.keys(answers).find((start) => line.startsWith(start));
        const usual = { EHLO: '250-sink\r\n250 SIZE 1000', DATA: '354 go', QUIT: '221 bye' }[word];
        socket.write(`${key === undefined ? (usual ?? '250 ok') : answers[key]}\r\n`);
        if (line === 'QUIT') socket.end();
      }
    });
  };
  return { heard, serve };
}

test('the dialogue is that of keepalived, with EHLO before HELO', async () => {
  const { heard, serve } = answering();
  expect(await sendMail(mail(await relay(serve)))).toEqual({ kind: 'sent', refused: [] });
  await expect.poll(() => heard.at(-1)).toBe('QUIT');
  expect(heard).toEqual([
    'EHLO lb01.example.net',
    'MAIL FROM:<ka@example.net>',
    'RCPT TO:<ops@example.com>',
    'RCPT TO:<admin@example.org>',
    'DATA',
    'Subject: x',
    'To: a@b.c',
    '',
    '=> y <=',
    '..dot',
    '',
    '.',
    'QUIT',
  ]);
});

test('a relay that knows no EHLO is told HELO', async () => {
  const { heard, serve } = answering({ EHLO: '502 what' });
  expect(await sendMail(mail(await relay(serve)))).toMatchObject({ kind: 'sent' });
  expect(heard.slice(0, 2)).toEqual(['EHLO lb01.example.net', 'HELO lb01.example.net']);
});

test('one refused recipient costs the others nothing', async () => {
  const { heard, serve } = answering({ 'RCPT TO:<ops': '550 unknown', 'RCPT TO:<admin': '250 ok' });
  expect(await sendMail(mail(await relay(serve)))).toEqual({
    kind: 'sent',
    refused: [{ address: 'ops@example.com', reason: '550 unknown', isFinal: true }],
  });
  expect(heard).toContain('DATA');
});

test('all recipients refused, one of them for now', async () => {
  const { serve } = answering({ 'RCPT TO:<ops': '550 unknown', 'RCPT TO:<admin': '450 later' });
  expect(await sendMail(mail(await relay(serve)))).toEqual({
    kind: 'sent',
    refused: [
      { address: 'ops@example.com', reason: '550 unknown', isFinal: true },
      { address: 'admin@example.org', reason: '450 later', isFinal: false },
    ],
  });
});

test.each([
  ['a greeting that refuses', '554 go away\r\n', { isFinal: true, reason: /554 go away/ }],
  ['a greeting that asks to wait', '421 busy\r\n', { isFinal: false, reason: /421 busy/ }],
  ['nonsense', 'HTTP/1.1 400 Bad Request\r\n\r\n', { isFinal: false, reason: /./ }],
])('%s', async (_what, greeting, expected) => {
  const port = await relay((socket) => socket.write(greeting));
  const result = await sendMail(mail(port));
  expect(result).toMatchObject({ kind: 'failed', isFinal: expected.isFinal });
  expect(result.kind === 'failed' && result.reason).toMatch(expected.reason);
});

test('nobody listens', async () => {
  const port = await relay(() => undefined);
  server?.close();
  const result = await sendMail(mail(port));
  expect(result).toMatchObject({ kind: 'failed', isFinal: false });
  expect(result.kind === 'failed' && result.reason).toContain('ECONNREFUSED');
});

test('a name that does not exist', async () => {
  const result = await sendMail(mail(25, { server: 'no-such-host.invalid' }));
  expect(result).toMatchObject({ kind: 'failed', isFinal: false });
});

async function lasting(serve: (socket: Socket) => void): Promise<[number, string]> {
  const port = await relay(serve);
  const start = performance.now();
  const result = await sendMail(mail(port));
  return [performance.now() - start, result.kind === 'failed' ? result.reason : 'sent'];
}

test('a relay that says nothing', async () => {
  const [took] = await lasting(() => undefined);
  expect(took).toBeGreaterThan(250);
  expect(took).toBeLessThan(1_000);
});

test('a relay that answers byte by byte', async () => {
  const [took, reason] = await lasting((socket) => {
    const timer = setInterval(() => socket.write('2'), 50);
    socket.on('close', () => clearInterval(timer));
  });
  expect(took).toBeLessThan(2_000);
  expect(reason).not.toBe('sent');
});

test('a relay that sends lines without end', async () => {
  const [took, reason] = await lasting((socket) => {
    const timer = setInterval(() => socket.write('250-x\r\n'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  expect(took).toBeLessThan(2_000);
  expect(reason).not.toBe('sent');
});

test('a relay that floods', async () => {
  let sent = 0;
  const [took, reason] = await lasting((socket) => {
    const flood = (): void => {
      while (!socket.destroyed && socket.write('x'.repeat(16_384))) sent += 16_384;
    };
    socket.on('drain', flood);
    flood();
  });
  expect(took).toBeLessThan(2_000);
  expect(reason).not.toBe('sent');
  expect(sent).toBeLessThan(64_000_000);
});

test('a relay that closes in the middle', async () => {
  const { serve } = answering();
  const [, reason] = await lasting((socket) => {
    serve(socket);
    socket.on('data', () => socket.end());
  });
  expect(reason).not.toBe('sent');
});
