/** Reading a configuration beside the running supervisor: whatever becomes of the thread, there is an answer. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LoadLimits, loadApart } from '../../../src/daemon/load-apart.ts';
import type { LoadedConfig } from '../../../src/daemon/load-config.ts';

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
  const { config, errors, diagnostics, text } = await load(name, program, limits);
  expect(config).toBeUndefined();
  expect(errors).toBe(1);
  expect(diagnostics[0]?.message).toContain(reason);
  expect(text).toContain(reason);
});

test('a stop meanwhile ends it at once', async () => {
  const stop = new AbortController();
  const loaded = load('endless', 'for (;;);', { signal: stop.signal });
  stop.abort();
  expect((await loaded).text).toContain('the stop');
});
