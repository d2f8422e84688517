/** The mark of a reload under way, and copies of configurations. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { FilesConfig } from '../../../../src/core/model/global-options.ts';
import { ReloadTraces } from '../../../../src/daemon/supervisor/reload-traces.ts';
import { config } from '../../../support/state-fixture.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(files: FilesConfig) {
  const calls: string[] = [];
  const traces = new ReloadTraces({
    files: () => files,
    besides: '/run/keepalived/keepalived.pid',
    pid: 7,
    data: async () => [{ process: 'vrrp', text: 'data' }],
    troubled: () => undefined,
    makeDirectory: () => undefined,
    write: (path, text) => void calls.push(`${path}: ${text}`),
    remove: (path) => void calls.push(`remove ${path}`),
  });
  const base = config([], []);
  const of = { ...base, global: { ...base.global, files } };
  return { traces, calls, loaded: (text: string) => traces.loaded({ text, config: of }) };
}

test('the mark is there while a reload is under way', async () => {
  const { traces, calls } = setUp({ reloadMark: '/run/x' });
  await traces.begin();
  expect(calls.splice(0)).toEqual(['/run/x: ']);
  traces.end();
  expect(calls).toEqual(['remove /run/x']);
});

test('without a path the mark is beside the PID file', async () => {
  const { traces, calls } = setUp({ reloadMark: '' });
  await traces.begin();
  expect(calls).toEqual(['/run/keepalived/keepalived.reload: ']);
});

test('each configuration that is read is kept, and the data around each reload', async () => {
  const { traces, calls, loaded } = setUp({ savedConfigs: '/d' });
  loaded('first');
  await traces.begin();
  loaded('second');
  traces.end();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(calls).toEqual([
    '/d/keepalived.conf.7.0: first',
    '/d/keepalived_vrrp.7.1.pre: data',
    '/d/keepalived.conf.7.1: second',
    '/d/keepalived_vrrp.7.1.post: data',
  ]);
});

test('of many copies the oldest go', () => {
  const { calls, loaded } = setUp({ savedConfigs: '/d' });
  for (let number = 0; number < 102; number++) loaded('x');
  const removed = calls.filter((call) => call.startsWith('remove'));
  expect(removed).toEqual(['remove /d/keepalived.conf.7.0', 'remove /d/keepalived.conf.7.1']);
});
