/** Events of processes, from the kernel of this machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { ProcessEvents } from '../../../src/drivers/process-events.ts';

test('a program that is executed and ends is told with its process id', async (context) => {
  const told: number[] = [];
  let events: ProcessEvents;
  try {
    events = new ProcessEvents((pid) => told.push(pid));
  } catch (error) {
    context.skip(`the kernel does not tell here: ${String(error)}`);
    return;
  }
  const child = spawn('/bin/true');
  await once(child, 'exit');
  await vi.waitFor(() => expect(told.filter((pid) => pid === child.pid).length).toBeGreaterThan(1));
  events.close();
});
