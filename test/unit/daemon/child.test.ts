/**
 * A supervised child process: what happens when it dies, hangs or cannot even be started. The children are small programs of the test; only the
 * clock and the call that starts a process are stood in for.
 */
import * as childProcess from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Child, type ChildDeath } from '../../../src/daemon/child.ts';
import type { FromChild } from '../../../src/daemon/messages.ts';

const clock = vi.hoisted(() => ({ skewUs: 0 }));

vi.mock('node:child_process', { spy: true });
vi.mock('dgram-extensions', async (original) => {
  const real = await original<typeof import('dgram-extensions')>();
  return { ...real, monotonicUs: () => real.monotonicUs() + clock.skewUs };
});

const WITHIN = { timeout: 10_000, interval: 5 };

/** Says `ready` and a view, and a heartbeat once: then it is silent until it is killed. */
const PROGRAM = `
process.send({ type: 'ready' });
process.send({ type: 'views' });
process.send({ type: 'heartbeat', at: 0, latenessUs: 0 });
process.on('message', (message) => { if (message.type === 'shutdown') process.exit(0); });
`;

let directory: string;
let child: Child<FromChild, { readonly type: 'shutdown' }> | undefined;
let deaths: ChildDeath[];
let readies: boolean[];
let heartbeats: number;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-child-'));
  writeFileSync(join(directory, 'program.mjs'), PROGRAM);
});

afterAll(() => rmSync(directory, { recursive: true }));

beforeEach(() => {
  clock.skewUs = 0;
  deaths = [];
  readies = [];
  heartbeats = 0;
});

afterEach(async () => {
  vi.mocked(childProcess.fork).mockReset();
  await child?.stop({ type: 'shutdown' });
});

function startChild(): Child<FromChild, { readonly type: 'shutdown' }> {
  const started = new Child<FromChild, { readonly type: 'shutdown' }>({
    name: 'vrrp',
    role: 'vrrp',
    modulePath: join(directory, 'program.mjs'),
    execArgv: [],
    spare: false,
    onMessage: (message) => {
      if (message.type === 'heartbeat') heartbeats++;
    },
    onReady: (restarted) => readies.push(restarted),
    onDied: (death) => deaths.push(death),
  });
  child = started;
  started.start();
  return started;
}

async function started(): Promise<Child<FromChild, { readonly type: 'shutdown' }>> {
  const it = startChild();
  await vi.waitFor(() => expect(heartbeats).toBe(1), WITHIN);
  return it;
}

function kill(it: Child<FromChild, { readonly type: 'shutdown' }>): void {
  process.kill(it.state().pid ?? 0, 'SIGKILL');
}

describe('a child that cannot be started', () => {
  test('for lack of memory (fork throws) is reported and tried again', async () => {
    vi.mocked(childProcess.fork).mockImplementationOnce(() => {
      throw new Error('spawn ENOMEM');
    });
    startChild();
    expect(deaths).toMatchObject([{ pid: undefined, startError: 'spawn ENOMEM' }]);
    await vi.waitFor(() => expect(readies).toEqual([true]), WITHIN);
  });

  test('for lack of processes (an error event without an exit) is reported and tried again', async () => {
    vi.mocked(childProcess.fork).mockImplementationOnce((program, args, options) => {
      const { fork } = createRequire(import.meta.url)('node:child_process');
      return fork(program, args, { ...options, execPath: join(directory, 'no-such-program') });
    });
    startChild();
    await vi.waitFor(() => expect(readies).toEqual([true]), WITHIN);
    expect(deaths[0]?.pid).toBeUndefined();
    expect(deaths[0]?.startError).toContain('ENOENT');
  });
});

describe('since when a dead child had done nothing', () => {
  test('is its death when it had been working until then', async () => {
    const it = await started();
    const { heartbeatAt } = it.state();
    kill(it);
    await vi.waitFor(() => expect(deaths).toHaveLength(1), WITHIN);
    expect(it.lostAt).toBeGreaterThan(heartbeatAt);
  });

  test('is its last heartbeat when it hung before it died: peers had not heard of it since', async () => {
    const it = await started();
    const { heartbeatAt } = it.state();
    clock.skewUs = 12_000_000;
    kill(it);
    await vi.waitFor(() => expect(deaths).toHaveLength(1), WITHIN);
    expect(it.lostAt).toBe(heartbeatAt);
  });
});

describe('a silent child', () => {
  test('is killed when nothing was heard of it for ten seconds', async () => {
    const it = await started();
    for (let second = 0; second < 12; second++) {
      it.watch();
      clock.skewUs += 1_000_000;
    }
    await vi.waitFor(() => expect(deaths[0]?.signal).toBe('SIGKILL'), WITHIN);
  });

  test('is not killed when it was the supervisor that did not run for a minute', async () => {
    const it = await started();
    it.watch();
    clock.skewUs += 60_000_000;
    for (let second = 0; second < 5; second++) {
      it.watch();
      clock.skewUs += 1_000_000;
    }
    process.kill(it.state().pid ?? 0, 'SIGTERM');
    await vi.waitFor(() => expect(deaths).toHaveLength(1), WITHIN);
    expect(deaths[0]?.signal, 'ours, not the one of a killing before').toBe('SIGTERM');
  });
});
