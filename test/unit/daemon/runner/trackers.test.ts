/** What is tracked in the runner process, with ports that are records. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TrackingConfig } from '../../../../src/core/tracking/events-and-actions.ts';
import { TrackingMachine } from '../../../../src/core/tracking/machine.ts';
import { MachineLoop } from '../../../../src/daemon/frame/loop.ts';
import { RunnerTrackers } from '../../../../src/daemon/runner/trackers.ts';
import { fakeClock, settle, useFakeClock } from '../../../support/fake-process.ts';

beforeEach(useFakeClock);
afterEach(() => {
  vi.useRealTimers();
});

test('a stop while files are made leaves nothing that keeps the process alive', async () => {
  let isMade = (_: undefined): void => undefined;
  let opened = 0;
  const clock = fakeClock();
  const trackers = new RunnerTrackers({
    core: new TrackingMachine(),
    parts: {
      processes: { look: () => [] },
      openFile: () => {
        opened += 1;
        return { close: () => undefined };
      },
      initFile: () =>
        new Promise((resolve) => {
          isMade = resolve;
        }),
    },
    programs: { run: () => undefined, cancel: () => undefined },
    drive: (options) => new MachineLoop({ ...options, clock }),
    onReport: () => undefined,
    onTrouble: () => undefined,
  });
  const config = {
    scripts: [],
    processes: [{ name: 'p', program: '/bin/p' }],
    files: [{ name: 'f', path: '/run/f', initial: 0, overwrite: false }],
  } as unknown as TrackingConfig;
  const configured = trackers.configure(config, [], true);
  await settle();
  trackers.close();
  isMade(undefined);
  await configured;
  expect([opened, vi.getTimerCount()]).toEqual([0, 0]);
});
