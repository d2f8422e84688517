/**
 * A supervised child process: what happens when it dies, hangs or cannot even be started. The children are small programs of the test; only the
 * clock and the call that starts a process are stood in for.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monotonicUs } from 'dgram-extensions';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FromChild } from '../../../../src/daemon/frame/messages.ts';
import {
  Child,
  type ChildDeath,
  type ChildOptions,
  type ChildSystem,
} from '../../../../src/daemon/supervisor/child.ts';
import { startProcess } from '../../../../src/daemon/supervisor/role-process.ts';

const clock = { skewUs: 0 };
const start = vi.fn(startProcess);
const SYSTEM: ChildSystem = { now: () => monotonicUs() + clock.skewUs, start };

type Request = { readonly type: 'shutdown' } | { readonly type: 'cleanUp' };
type TestChild = Child<FromChild, Request>;

const WITHIN = { timeout: 10_000, interval: 5 };

/** Says `ready` and a view, and a heartbeat once: then it is silent until it is killed. */
const PROGRAM = `
process.send({ type: 'ready' });
process.send({ type: 'views' });
process.send({ type: 'heartbeat', at: 0, latenessUs: 0 });
process.on('message', (message) => {
  if (message.type === 'shutdown') process.exit(0);
  if (message.type === 'cleanUp') process.send({ type: 'stopped', left: [] }, () => process.exit(0));
});
`;

let directory: string;
let child: TestChild | undefined;
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
  start.mockReset();
  await child?.stop({ type: 'shutdown' });
  child?.close();
});

function startChild(more: Partial<ChildOptions<FromChild>> = {}): TestChild {
  const started = new Child<FromChild, Request>(
    {
      ...more,
      name: 'vrrp',
      role: 'vrrp',
      modulePath: join(directory, 'program.mjs'),
      execArgv: [],
      capabilities: () => ['NET_ADMIN', 'NET_RAW'],
      stopMsMax: () => 2_000,
      onMessage: (message) => {
        // A process of the test before may still speak.
        if (child === started && message.type === 'heartbeat') heartbeats++;
      },
      onReady: (restarted) => readies.push(restarted),
      onDied: (death) => deaths.push(death),
    },
    SYSTEM,
  );
  child = started;
  started.start();
  return started;
}

async function started(more: Partial<ChildOptions<FromChild>> = {}): Promise<TestChild> {
  const it = startChild(more);
  await vi.waitFor(() => expect(heartbeats).toBe(1), WITHIN);
  return it;
}

function kill(it: TestChild): void {
  process.kill(it.state().pid ?? 0, 'SIGKILL');
}

describe('a child that cannot be started', () => {
  test('for lack of memory (fork throws) is reported and tried again', async () => {
    start.mockImplementationOnce(() => {
      throw new Error('spawn ENOMEM');
    });
    startChild();
    expect(deaths).toMatchObject([{ pid: undefined, startError: 'spawn ENOMEM' }]);
    await vi.waitFor(() => expect(readies).toEqual([true]), WITHIN);
  });

  test('for lack of processes (an error event without an exit) is reported and tried again', async () => {
    start.mockImplementationOnce(({ modulePath }) =>
      fork(modulePath, [], { execPath: join(directory, 'no-such-program') }),
    );
    startChild();
    await vi.waitFor(() => expect(readies).toEqual([true]), WITHIN);
    expect(deaths[0]?.pid).toBeUndefined();
    expect(deaths[0]?.startError).toContain('ENOENT');
  });
});

test('one that is the last is not started again when it dies, and nothing is said of a restart', async () => {
  const it = await started({ isLast: true });
  it.keepSpare();
  kill(it);
  await vi.waitFor(() => expect(deaths).toHaveLength(1), WITHIN);
  expect(deaths[0]?.restartInSeconds).toBeUndefined();
  expect(it.state()).toMatchObject({ pid: undefined, restarts: 0 });
  expect(await it.stop({ type: 'shutdown' })).toEqual({ end: 'absent' });
});

describe('a process that was started ahead', () => {
  const ahead = (): ChildProcess =>
    fork(join(directory, 'program.mjs'), [], { serialization: 'advanced' });

  test('is the first one in place, and what it said before is heard', async () => {
    const early = ahead();
    await new Promise((wake) => setTimeout(wake, 200));
    const it = await started({ ahead: early });
    expect(it.state().pid).toBe(early.pid);
    expect(readies).toEqual([false]);
    kill(it);
    await vi.waitFor(() => expect(readies).toEqual([false, true]), WITHIN);
    expect(it.state().pid).not.toBe(early.pid);
  });

  test('and has ended is passed over', async () => {
    const early = ahead();
    early.kill('SIGKILL');
    await new Promise((resolve) => early.once('exit', resolve));
    const it = await started({ ahead: early });
    expect(it.state().pid).not.toBe(early.pid);
    expect(deaths).toEqual([]);
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
  test('has a minute to load before its first heartbeat', async () => {
    const it = startChild();
    // Nothing of the child is read in between: it has said nothing yet.
    for (let second = 0; second < 50; second++) {
      it.watch();
      clock.skewUs += 1_000_000;
    }
    const { pid } = it.state();
    await vi.waitFor(() => expect(heartbeats).toBe(1), WITHIN);
    expect(it.state().pid, 'not killed').toBe(pid);
    expect(deaths).toEqual([]);
  });

  test('is killed when nothing was heard of it for ten seconds', async () => {
    const it = await started();
    for (let second = 0; second < 12; second++) {
      it.watch();
      clock.skewUs += 1_000_000;
    }
    await vi.waitFor(() => expect(deaths[0]?.signal).toBe('SIGKILL'), WITHIN);
  });

  test('O7: its death says that it did not answer, and for how long', async () => {
    const it = await started();
    for (let second = 0; second < 12; second++) {
      it.watch();
      clock.skewUs += 1_000_000;
    }
    await vi.waitFor(() => expect(deaths).toHaveLength(1), WITHIN);
    expect(deaths[0]?.silentSeconds).toBeGreaterThan(10);
  });

  test('O7: with a spare that waits, three seconds are enough', async () => {
    const it = await started();
    expect(it.state().isSpareReady).toBeUndefined();
    it.keepSpare();
    expect(it.state().isSpareReady).toBe(false);
    await vi.waitFor(() => expect(it.state().isSpareReady).toBe(true), WITHIN);
    const count = (): number => start.mock.results.length;
    await vi.waitFor(() => expect(count()).toBe(2), WITHIN);
    await vi.waitFor(() => {
      clock.skewUs = 3_500_000;
      it.watch();
      expect(deaths).toHaveLength(1);
    }, WITHIN);
    expect(deaths[0]?.silentSeconds).toBeLessThan(10);
  });

  test('one that dies by itself is said to have died', async () => {
    kill(await started());
    await vi.waitFor(() => expect(deaths).toHaveLength(1), WITHIN);
    expect(deaths[0]?.silentSeconds).toBeUndefined();
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

describe('V15: a stop', () => {
  test('of a child that puts everything away is orderly', async () => {
    const it = await started();
    expect(await it.stop({ type: 'cleanUp' })).toEqual({ end: 'orderly', left: [] });
  });

  test('of a child that was never ready has nothing to put away', async () => {
    expect(await startChild().stop({ type: 'shutdown' })).toEqual({ end: 'orderly', left: [] });
  });

  test('of a child that was never ready, with something of an earlier run, leaves that to another', async () => {
    const it = startChild({ inherits: () => true });
    expect(await it.stop({ type: 'cleanUp' })).toEqual({ end: 'not-begun' });
    expect(await it.substitute({ type: 'cleanUp' })).toEqual({ end: 'orderly', left: [] });
  });

  test('of a restarted child that loads leaves what its predecessor held to another', async () => {
    const it = await started();
    kill(it);
    await vi.waitFor(() => expect(deaths).toHaveLength(1), WITHIN);
    await vi.waitFor(() => expect(it.state().pid).toBeGreaterThan(0), WITHIN);
    expect(readies).toEqual([false]);
    expect(await it.stop({ type: 'cleanUp' })).toEqual({ end: 'not-begun' });
    expect(readies, 'it never was ready').toEqual([false]);
  });

  test('of a child that is renewed leaves what it kept to another', async () => {
    const it = await started();
    it.renew({ type: 'cleanUp' });
    expect(await it.stop({ type: 'cleanUp' })).toEqual({ end: 'not-begun' });
  });

  test('starts nothing any more', async () => {
    const it = await started();
    await it.stop({ type: 'cleanUp' });
    it.start();
    expect(it.state().pid).toBeUndefined();
  });

  test('of a child that ends without an answer is not', async () => {
    const it = await started();
    expect(await it.stop({ type: 'shutdown' })).toEqual({ end: 'died' });
  });

  test('of a child that does not answer ends it by force', async () => {
    const it = await started({ stopMsMax: () => 50 });
    process.kill(it.state().pid ?? 0, 'SIGSTOP');
    expect(await it.stop({ type: 'cleanUp' })).toEqual({ end: 'killed' });
  });

  test('of a child that was killed a moment ago, before we heard of it', async () => {
    const it = await started();
    kill(it);
    expect(await it.stop({ type: 'cleanUp' })).toEqual({ end: 'died' });
    expect(deaths).toEqual([]);
    expect(await it.substitute({ type: 'cleanUp' })).toEqual({ end: 'orderly', left: [] });
  });
});

describe('V10: a child that dies again and again', () => {
  test('is put away by another when those who wait for it lose their patience, once', async () => {
    let putAway = 0;
    const it = await started({
      patienceUs: () => 200_000,
      onPatienceOver: async () => {
        putAway++;
        return true;
      },
    });
    start.mockImplementation(() => {
      throw new Error('spawn ENOMEM');
    });
    kill(it);
    await vi.waitFor(() => expect(putAway).toBe(1), WITHIN);
    await vi.waitFor(() => expect(deaths.length).toBeGreaterThan(4), WITHIN);
    expect(putAway).toBe(1);
  });

  test('is put away again when it is not certain that all is gone', async () => {
    let putAway = 0;
    const it = await started({
      patienceUs: () => 0,
      onPatienceOver: async () => {
        putAway++;
        return false;
      },
    });
    start.mockImplementation(() => {
      throw new Error('spawn ENOMEM');
    });
    kill(it);
    await vi.waitFor(() => expect(putAway).toBeGreaterThan(1), WITHIN);
  });
});
