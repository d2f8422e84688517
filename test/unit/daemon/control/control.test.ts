/** The control socket, server and client ends together, on real Unix sockets. */
import { chmodSync, linkSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { controlRequest } from '../../../../src/cli/control-client.ts';
import { err, ok } from '../../../../src/core/base/result.ts';
import { CONTROL_REQUEST_BYTES_MAX } from '../../../../src/core/control/messages.ts';
import { ControlLines, parseRequest } from '../../../../src/daemon/control/lines.ts';
import {
  type ControlHandlers,
  type ControlServer,
  startControl,
} from '../../../../src/daemon/control/server.ts';
import { fakeHandlers } from '../../../support/fake-tandem.ts';

const HANDLERS = fakeHandlers({
  status: async () => ok({ fine: true }),
  reload: async () =>
    err({ code: 'refused', message: 'no', details: { diagnostics: 'x.conf:1:1: error' } }),
  resign: async (request) => ok({ instance: request.instance }),
  version: async () => {
    throw new Error('a bug');
  },
});

let directory: string;
let path: string;
const open: ControlServer[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-control-'));
  path = join(directory, 'control.sock');
});

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  rmSync(directory, { recursive: true });
});

async function start(handlers: ControlHandlers = HANDLERS): Promise<ControlServer> {
  const started = await startControl({ path, handlers });
  if (!started.ok) throw new Error(started.error.message);
  open.push(started.value);
  return started.value;
}

/** Sends bytes, ends the writing side, and resolves with all that comes back. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    socket.end(bytes);
  });
}

describe('The control socket', () => {
  test('answers a request with its result', async () => {
    await start();
    expect(await controlRequest({ path, request: { command: 'status' } })).toEqual(
      ok({ fine: true }),
    );
    expect(
      await controlRequest({ path, request: { command: 'resign', instance: 'VI_1' } }),
    ).toEqual(ok({ instance: 'VI_1' }));
  });

  test('hands a refusal through with its code and details', async () => {
    await start();
    const reply = await controlRequest({ path, request: { command: 'reload' } });
    expect(reply).toEqual(
      err({ code: 'refused', message: 'no', details: { diagnostics: 'x.conf:1:1: error' } }),
    );
  });

  test('survives a handler that throws', async () => {
    await start();
    const reply = await controlRequest({ path, request: { command: 'version' } });
    expect(reply).toMatchObject({ ok: false, error: { code: 'internal', message: 'a bug' } });
    expect((await controlRequest({ path, request: { command: 'status' } })).ok).toBe(true);
  });

  test('is open to its owner only', async () => {
    await start();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('answers several requests of one connection in order', async () => {
    await start();
    const text = await raw('{"command":"status"}\n{"command":"resign","instance":"A"}\n');
    const replies = text
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(replies).toMatchObject([{ result: { fine: true } }, { result: { instance: 'A' } }]);
  });

  test('refuses an endless line', async () => {
    await start();
    const text = await raw('x'.repeat(CONTROL_REQUEST_BYTES_MAX + 100));
    expect(JSON.parse(text)).toMatchObject({ ok: false, error: { code: 'bad-request' } });
  });

  test('replaces the file of a dead predecessor', async () => {
    const dead = createServer();
    await new Promise<void>((resolve) => {
      dead.listen(path, resolve);
    });
    // Node removes the file when it closes the server; a killed process leaves it behind.
    const keeper = join(directory, 'kept.sock');
    linkSync(path, keeper);
    await new Promise((resolve) => {
      dead.close(resolve);
    });
    linkSync(keeper, path);
    await start();
    expect((await controlRequest({ path, request: { command: 'status' } })).ok).toBe(true);
  });

  test('does not start beside a living Tandem, and leaves its socket alone', async () => {
    await start();
    const second = await startControl({ path, handlers: HANDLERS });
    expect(second).toMatchObject({ ok: false, error: { code: 'already-running' } });
    expect((await controlRequest({ path, request: { command: 'status' } })).ok).toBe(true);
  });

  test('does not remove a file that is not a socket', async () => {
    writeFileSync(path, 'precious');
    const started = await startControl({ path, handlers: HANDLERS });
    expect(started).toMatchObject({ ok: false, error: { code: 'listen-failed' } });
    expect(statSync(path).isFile()).toBe(true);
  });

  test('says so when its directory does not exist', async () => {
    const started = await startControl({
      path: join(directory, 'no', 'control.sock'),
      handlers: HANDLERS,
    });
    expect(started).toMatchObject({ ok: false, error: { code: 'listen-failed' } });
  });

  test('is gone after close', async () => {
    const server = await start();
    await server.close();
    open.length = 0;
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('The control client', () => {
  test('tells that no Tandem runs', async () => {
    const reply = await controlRequest({ path, request: { command: 'status' } });
    expect(reply).toMatchObject({ ok: false, error: { code: 'not-running' } });
  });

  test('gives up after its time', async () => {
    await start({ ...HANDLERS, status: () => new Promise(() => undefined) });
    const reply = await controlRequest({ path, request: { command: 'status' }, timeoutMs: 50 });
    expect(reply).toMatchObject({ ok: false, error: { code: 'timeout' } });
  });

  test('does not trust an answer that is not of the protocol', async () => {
    const server = createServer((socket) => socket.resume().end('hello\n'));
    await new Promise<void>((resolve) => {
      server.listen(path, resolve);
    });
    chmodSync(path, 0o600);
    const reply = await controlRequest({ path, request: { command: 'status' } });
    expect(reply).toMatchObject({ ok: false, error: { code: 'protocol' } });
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
});

describe('Requests', () => {
  test.each([
    ['not json', 'bad-request'],
    ['[]', 'bad-request'],
    ['null', 'bad-request'],
    ['{"command":"resign"}', 'bad-request'],
    ['{"command":"dance"}', 'unknown-command'],
    ['{"version":9,"command":"status"}', 'unsupported-version'],
  ])('%s is answered with %s', (line, code) => {
    expect(parseRequest(line)).toMatchObject({ ok: false, error: { code } });
  });

  test('lines are put together from any pieces', () => {
    const lines = new ControlLines(100);
    for (const byte of Buffer.from('{"a":"ä"}\n\n{"b":1}\n')) lines.push(Buffer.of(byte));
    expect([lines.shift(), lines.shift(), lines.shift()]).toEqual([
      '{"a":"ä"}',
      '{"b":1}',
      undefined,
    ]);
  });
});
