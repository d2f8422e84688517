/** Reading a configuration beside the running supervisor: whatever becomes of the thread, there is an answer. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type LoadLimits, loadApart } from '../../../../src/daemon/supervisor/load-apart.ts';
import type { LoadedConfig } from '../../../../src/daemon/supervisor/load-config.ts';
import { deadMount, deadMountObstacle } from '../../../support/dead-mount.ts';
import { newReadingProcesses } from '../../../support/reading-processes.ts';

const GROW = 'const all = []; for (;;) all.push(new Array(1000).fill(0).map(String));';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-load-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

/** Runs a thread with this program in the place of ours. */
function load(name: string, program: string, limits: LoadLimits = {}): Promise<LoadedConfig> {
  const path = join(directory, `${name}.mjs`);
  writeFileSync(path, program);
  const order = { file: '/etc/x.conf', options: {} };
  return loadApart(order, { ...limits, program: pathToFileURL(path) });
}

test('the outcome is that of the thread', async () => {
  const program = `import { parentPort, workerData } from 'node:worker_threads';
    parentPort.postMessage({ text: workerData.file + process.argv[2] });`;
  expect(await load('good', program)).toEqual({ text: '/etc/x.conf--role=load' });
});

test.each([
  ['a file that is never read to its end', 'for (;;);', { milliseconds: 200 }, '0.2 s'],
  ['one that needs more memory than there is', GROW, { heapMegabytes: 32 }, 'memory'],
  ['a mistake of ours', 'throw new Error("oops")', {}, 'oops'],
  ['an end without a word', 'process.exit(3)', {}, 'status 3'],
  ['a stop before', 'for (;;);', { signal: AbortSignal.abort() }, 'the stop'],
])('%s is a refusal that says so', async (name, program, limits, reason) => {
  const { config, errors, findings } = await load(name, program, limits);
  expect(config).toBeUndefined();
  expect(errors).toBe(1);
  expect(findings[0]).toMatchObject({ code: 'load-failed', refuses: true });
  expect(findings[0]?.message).toContain(reason);
});

test('a stop meanwhile ends it at once', async () => {
  const stop = new AbortController();
  const loaded = load('endless', 'for (;;);', { signal: stop.signal });
  stop.abort();
  expect((await loaded).findings[0]?.message).toContain('the stop');
});

const BUILT = join(import.meta.dirname, '../../../../dist/main.js');

test('C10: a file system that does not answer holds neither a stop nor the thread', async (context) => {
  const obstacle = existsSync(BUILT) ? deadMountObstacle() : 'not built: npm run build';
  if (obstacle !== undefined) return context.skip(obstacle);
  const dead = join(directory, 'dead');
  mkdirSync(dead);
  const unmount = await deadMount(dead);
  const readers = newReadingProcesses();
  const stop = new AbortController();
  const limits = { program: pathToFileURL(BUILT), signal: stop.signal };
  try {
    const loaded = loadApart({ file: join(dead, 'x.conf'), options: {} }, limits);
    await vi.waitFor(() => expect(readers()).toHaveLength(1), { timeout: 20_000 });
    stop.abort();
    expect((await loaded).findings[0]?.message).toContain('the stop');
    // The reader dies with the thread.
    await vi.waitFor(() => expect(readers()).toEqual([]), { timeout: 20_000 });
  } finally {
    await unmount();
  }
});
