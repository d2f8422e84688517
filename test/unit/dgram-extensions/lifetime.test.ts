/** What only a process of its own can show: exceptions, workers, garbage collection, exits, misuse. */

import { describe, expect, it, vi } from 'vitest';
import { runChild } from '../../support/dgram-extensions/child.ts';

// Programs of their own start slowly on a busy machine; they are killed after half a minute.
vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

describe('an exception in a handler', () => {
  it.each([
    ['socket', [1, 2, 3]],
    ['timer', [1, 2]],
    ['prober', [0, 0]],
  ])('of a %s becomes an uncaughtException, and delivery goes on', async (kind, delivered) => {
    const outcome = await runChild('throwing-handler.mjs', [kind, 'caught']);
    expect(outcome).toMatchObject({ code: 0, signal: null });
    expect(outcome.lines).toContainEqual({ uncaught: 'from a handler' });
    const seen = outcome.lines.flatMap((line) => ('delivered' in line ? [line['delivered']] : []));
    expect(seen).toEqual(delivered);
  });

  it.each(['socket', 'timer', 'prober'])(
    'of a %s ends the process with its stack, not with an abort, when nobody catches it',
    async (kind) => {
      const outcome = await runChild('throwing-handler.mjs', [kind, 'uncaught']);
      expect(outcome.signal).toBeNull();
      expect(outcome.code).toBeGreaterThan(0);
      expect(outcome.stderr).toContain('from a handler');
      expect(outcome.stderr).toContain('throwing-handler.mjs');
    },
  );
});

describe('garbage collection', () => {
  it('does not end reception or a timer nobody references', async () => {
    const outcome = await runChild('collected.mjs', [], { nodeOptions: ['--expose-gc'] });
    expect(outcome).toMatchObject({ code: 0, signal: null });
    expect(outcome.lines).toContainEqual({ fired: true });
    expect(outcome.lines).toContainEqual({ delivered: 5 });
  });
});

describe('a worker with live sockets, timers and probes', () => {
  it.each(['idle', 'busy', 'exits'])('ends cleanly and leaves no descriptor (%s)', async (mode) => {
    const outcome = await runChild('worker-main.mjs', [mode]);
    expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' });
    const counts = outcome.lines.at(-1);
    expect(counts?.['after']).toBe(counts?.['before']);
  });
});

describe('a process with live handles', () => {
  it.each(['unref', 'handler'])('ends by itself with code 0 (%s)', async (mode) => {
    const outcome = await runChild('live-exit.mjs', [mode]);
    expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(outcome.lines).toHaveLength(1);
  });
});

describe('misuse of the binary', () => {
  it.each([1, 2, 3])('throws or returns an errno, and never crashes (seed %i)', async (seed) => {
    const outcome = await runChild('misuse.mjs', [String(seed)]);
    expect(outcome.stderr).toBe('');
    expect(outcome).toMatchObject({ code: 0, signal: null });
    expect(outcome.lines.at(-1)).toMatchObject({ calls: 20_000 });
  });
});
