/** `tandem genhash` against servers on loopback: what it prints is what a check takes, and what keepalived's genhash prints. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, test } from 'vitest';
import { main } from '../../../src/cli/index.ts';
import { BODY_BYTES_MAX } from '../../../src/core/checkers/http/body-digests.ts';
import { answering, closedPort, httpCheck, listen, probe, started } from '../../support/probing.ts';
import { captureOutput, tandem } from './terminal.ts';

const directory = mkdtempSync(join(tmpdir(), 'tandem-genhash-'));
afterAll(() => rmSync(directory, { recursive: true }));

const GENHASH = '/usr/bin/genhash';
const BODY = 'hello world\n';
const PLAIN = `HTTP/1.1 200 OK\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
const NOT_FOUND = `HTTP/1.1 404 Not Found\r\n\r\n${BODY}`;

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function genhash(port: number, ...more: string[]) {
  return tandem('genhash', '-s', '127.0.0.1', '-p', String(port), '-u', '/ok', ...more);
}

describe('the digest', () => {
  it.each([
    ['with a length', PLAIN, {}],
    ['to the end of the connection', NOT_FOUND, { statusCodes: [{ from: 404, to: 404 }] }],
    ['in chunks', CHUNKED, {}],
    ['behind an interim response', `HTTP/1.1 100 Continue\r\n\r\n${PLAIN}`, {}],
  ])('of a body %s is one that a check takes', async (_name, answer, url) => {
    const port = await answering(answer);
    const { status, out } = await genhash(port);
    expect(status).toBe(0);
    expect(out).toMatch(/^[0-9a-f]{32}\n$/);
    const page = { path: '/ok', digest: out.trim(), ...url };
    expect(await probe(httpCheck(port, [page]))).toMatchObject({ outcome: 'ok' });
    expect(await probe(httpCheck(port, [{ ...page, digest: md5('other') }]))).toMatchObject({
      outcome: 'bad-digest',
    });
  });

  it('of the content of a body in chunks is told, and taken as well', async () => {
    const port = await answering(CHUNKED);
    const { complaints } = await genhash(port);
    expect(complaints).toContain(md5('hello'));
    expect(await probe(httpCheck(port, [{ digest: md5('hello') }]))).toMatchObject({
      outcome: 'ok',
    });
  });

  it('comes with a note for a status that a check does not take by itself', async () => {
    const { out, complaints } = await genhash(await answering(NOT_FOUND));
    expect(out).toBe(`${md5(BODY)}\n`);
    expect(complaints).toContain('status_code 404');
  });

  it('over TLS is that of the page of the name', async () => {
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const command = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=x -keyout ${key} -out ${cert}`;
    execFileSync('openssl', command.split(' '), { stdio: 'ignore' });
    const identity = { key: readFileSync(key), cert: readFileSync(cert) };
    const server = createServer(identity, (request, response) => {
      const { servername } = request.socket as unknown as { readonly servername?: unknown };
      response.end(`${servername || 'none'} ${request.headers.host}`);
    });
    const port = await started(server, new Set(), '::1');
    const of = async (...more: string[]) => {
      const words = ['genhash', '-S', '-s', '::1', '-p', String(port), '-u', '/', ...more];
      return (await tandem(...words)).out.trim();
    };
    expect(await of()).toBe(md5(`none [::1]:${port}`));
    expect(await of('-V', 'www.example.com')).toBe(md5('none www.example.com'));
    expect(await of('-V', 'www.example.com', '-I', '-P', '1.1')).toBe(
      md5('www.example.com www.example.com'),
    );
  });
});

test('a program named genhash, and the first option of keepalived, do the same', async () => {
  const port = await answering(PLAIN);
  const words = ['-s', '127.0.0.1', '-p', String(port), '-u', '/ok'];
  for (const argv of [
    ['node', '/usr/bin/genhash', ...words],
    ['node', '/usr/sbin/keepalived', '--genhash', ...words],
    ['node', '/usr/sbin/tandem', '-T', ...words],
  ]) {
    const captured = captureOutput();
    const status = await main(argv).finally(() => captured.restore());
    expect([status, captured.out]).toEqual([0, `${md5(BODY)}\n`]);
  }
});

test('--block prints what a configuration needs', async () => {
  const { out } = await genhash(await answering(NOT_FOUND), '--block', '-V', 'www.example.com');
  expect(out).toBe(
    `url {\n    path /ok\n    digest ${md5(BODY)}\n    status_code 404\n    virtualhost www.example.com\n}\n`,
  );
});

describe('a failure is one line and status 1:', () => {
  it.each([
    [
      'a body that is cut short',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello',
      'closed after 5 of 9',
    ],
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n', 'not HTTP'],
    ['nothing', '', 'closed without an answer'],
  ])('%s', async (_name, answer, complaint) => {
    const { status, out, complaints } = await genhash(await answering(answer));
    expect([status, out]).toEqual([1, '']);
    expect(complaints).toContain(complaint);
    expect(complaints.trimEnd().split('\n')).toHaveLength(1);
  });

  it('nobody listens', async () => {
    const port = await closedPort();
    const { status, complaints } = await genhash(port);
    expect(status).toBe(1);
    expect(complaints).toBe(`tandem: genhash: 127.0.0.1:${port}: connect: connection refused\n`);
  });

  it('a body without an end', async () => {
    const piece = Buffer.alloc(65_536);
    const port = await listen((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const go = (): void => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on('drain', go);
      go();
    });
    const { status, complaints } = await genhash(port);
    expect(status).toBe(1);
    expect(complaints).toContain(`longer than ${BODY_BYTES_MAX} bytes`);
  });

  it('a server that says nothing', async () => {
    const port = await listen(() => undefined);
    const { status, complaints } = await genhash(port, '-t', '1');
    expect(status).toBe(1);
    expect(complaints).toContain('within 1 s');
  });

  it.each([
    [
      ['-s', 'www.example.com', '-p', '80', '-u', '/'],
      '--server www.example.com is not an IP address',
    ],
    [['-s', '10.0.0.1%eth0', '-p', '80', '-u', '/'], 'link-local'],
    [['-s', '127.0.0.1', '-p', '99999', '-u', '/'], '--port 99999'],
    [['-s', '127.0.0.1', '-u', '/'], '-p (--port) is missing'],
    [['-s', '127.0.0.1', '-p', '80', '-u', '/\r\nX: y'], 'control character'],
    [['-s', '127.0.0.1', '-p', '80', '-u', '/', '-P', '2'], '--protocol 2'],
    [['-s', '127.0.0.1', '-p', '80', '-u', '/', '-t', '0'], '--timeout 0'],
    [['-x'], 'unknown option -x'],
    [['-s', '127.0.0.1', '-p', '80', '-u', '/', 'more'], '"more" is no option'],
  ])('%j', async (words, complaint) => {
    const { status, out, complaints } = await tandem('genhash', ...words);
    expect([status, out]).toEqual([1, '']);
    expect(complaints).toContain(complaint);
  });
});

test.skipIf(!existsSync(GENHASH))('all of the output is that of genhash', async () => {
  for (const answer of [PLAIN, CHUNKED, NOT_FOUND]) {
    const port = await answering(answer);
    const words = ['-s', '127.0.0.1', '-p', String(port), '-u', '/ok', '-v', '-P', '1.1'];
    const { stdout } = await promisify(execFile)(GENHASH, words);
    const { out } = await tandem('genhash', ...words);
    // It shows the text of the header with its carriage returns.
    const common = (text: string) => text.replaceAll('\r', '').replace(/= \d+ usecs/, '= N usecs');
    expect(common(out)).toBe(common(stdout));
  }
});
