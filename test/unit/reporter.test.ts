/** What the report of `npm test` says about tests that did not run: a run of its own over a file of ours. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

const TESTS = `
import { beforeAll, describe, test } from 'vitest';
describe('broken', () => {
  beforeAll(() => { throw new Error('no room'); });
  describe('inner', () => test('a', () => {}));
  test('b', () => {});
});
test('c', (context) => context.skip('needs root'));
test.skip('d', () => {});
`;

const RUN = `
import { startVitest } from 'vitest/node';
import { Reporter } from ${JSON.stringify(join(ROOT, 'test/reporter.mjs'))};
const reporter = new Reporter();
const vitest = await startVitest('test', [], {
  config: false, watch: false, root: process.argv[1], reporters: [reporter],
});
await vitest.close();
process.stdout.write('RESULT ' + JSON.stringify({ skips: reporter.skips, counts: reporter.counts }) + '\\n');
`;

test('a skipped test tells its reason, or that its set-up failed', { timeout: 120_000 }, () => {
  const directory = mkdtempSync(join(ROOT, 'node_modules/.reporter-'));
  try {
    writeFileSync(join(directory, 'x.test.mjs'), TESTS);
    // The variables of the run around it would make it one of its workers.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_)/.test(name)),
    );
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', RUN, directory],
      { cwd: ROOT, env, encoding: 'utf8' },
    );
    const result = /^RESULT (.*)$/m.exec(stdout)?.[1];
    expect(result, stdout + stderr).toBeDefined();
    const { skips, counts } = JSON.parse(result ?? '{}') as {
      skips: { test: string; reason: string }[];
      counts: unknown;
    };
    expect(skips.map(({ test: name, reason }) => `${name}: ${reason}`).sort()).toEqual([
      'x.test.mjs > broken > b: its set-up failed',
      'x.test.mjs > broken > inner > a: its set-up failed',
      'x.test.mjs > c: needs root',
      'x.test.mjs > d: no reason given',
    ]);
    expect(counts).toEqual({ passed: 0, failed: 1, skipped: 4 });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
