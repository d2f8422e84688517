/** Times of reception across a step of the wall clock, which the kernel stamps messages with. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { runChild } from '../../support/dgram-extensions/child.ts';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

const SOURCE = fileURLToPath(
  new URL('../../support/dgram-extensions/stepping-clock.c', import.meta.url),
);
let directory = '';
let library = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-clock-'));
  library = join(directory, 'stepping-clock.so');
  execFileSync('cc', ['-shared', '-fPIC', '-o', library, SOURCE]);
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

it.each([1, 16, 20, 100])(
  'V11: of %i messages that wait while the wall clock is set none has a wrong time',
  async (count) => {
    // What is there already is the sanitizers' when they look on: it must stay the first.
    const preload = [process.env['LD_PRELOAD'] ?? [], library].flat().join(':');
    const environment = { LD_PRELOAD: preload };
    const outcome = await runChild('clock-step.mjs', [`${count}`], { environment });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const unknown = Array.from({ length: count }, () => null);
    expect(outcome.lines.slice(0, 2)).toEqual([{ before: [0] }, { queued: unknown }]);
    // Trust returns once the queue was empty, at the latest with the second message. The kernel's own clock was
    // not set, so the message seems to be as old as the step.
    expect(outcome.lines.at(-1)).toEqual({ later: [4] });
  },
);
