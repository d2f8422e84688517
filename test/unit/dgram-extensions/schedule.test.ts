/** Scheduling and limits, read back from /proc by a process that changes its own. */

import { OsError, setNice } from 'dgram-extensions';
import { describe, expect, it, vi } from 'vitest';
import { runChild } from '../../support/dgram-extensions/child.ts';
import { skipWithReason } from '../../support/dgram-extensions/namespace.ts';

// Programs of their own start slowly on a busy machine; they are killed after half a minute.
vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

const obstacle = process.getuid?.() === 0 ? undefined : 'needs root for real-time scheduling';

describe.skipIf(skipWithReason('scheduling', obstacle))('as root', () => {
  it('sets policy, nice value, processors and limits, and names what is refused', async () => {
    const outcome = await runChild('scheduling.mjs');
    expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(outcome.lines).toEqual([
      { priority: 7, policy: 2 },
      { priority: 3, policy: 1 },
      { priority: 0, policy: 0 },
      { nice: 5 },
      { cpus: '0' },
      { rttime: ['200000', '300000'], core: '0' },
      { code: 'EINVAL' },
      { code: 'EINVAL' },
      { code: 'EINVAL' },
    ]);
  });
});

describe('setNice', () => {
  it('throws for what is no integer', () => {
    expect(() => setNice(0.5)).toThrow(RangeError);
    expect(() => setNice(Number.NaN)).toThrow(TypeError);
    expect(new OsError('x', -1)).toBeInstanceOf(Error);
  });
});
