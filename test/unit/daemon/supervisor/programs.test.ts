/** Runs that the main process asks of the runner process: each has an end, whatever becomes of that process. */
import { expect, test } from 'vitest';
import { ZERO_DURATION } from '../../../../src/core/base/time.ts';
import { WAITING_MAX } from '../../../../src/core/programs/limits.ts';
import type { ToRunner } from '../../../../src/daemon/frame/messages.ts';
import { Programs } from '../../../../src/daemon/supervisor/programs.ts';

const WANTED = { lane: 'notify', command: { argv: ['/bin/tell'] } } as const;

function newPrograms() {
  const sent: ToRunner[] = [];
  let needed = 0;
  const programs = new Programs({
    send: (message) => sent.push(message),
    need: () => {
      needed += 1;
    },
  });
  return { programs, sent, needed: () => needed };
}

function keysOf(sent: readonly ToRunner[]): string[] {
  return sent.flatMap((message) => (message.type === 'run' ? [message.request.key] : []));
}

test('a run waits for the runner process, which it has started, and ends with what that tells', async () => {
  const { programs, sent, needed } = newPrograms();
  const run = programs.run(WANTED);
  expect([needed(), sent.length, programs.pending]).toEqual([1, 0, 1]);
  programs.ready();
  const [key = ''] = keysOf(sent);
  const end = { key, outcome: { kind: 'exited', status: 0 }, ran: ZERO_DURATION } as const;
  programs.ended(end);
  expect(await run.end).toBe(end);
  expect(programs.pending).toBe(0);
});

test('what the runner process had is lost with it; what waits goes to the next one', async () => {
  const { programs, sent } = newPrograms();
  programs.ready();
  const lost = programs.run(WANTED);
  programs.died();
  const later = programs.run(WANTED);
  expect((await lost.end).outcome).toEqual({ kind: 'lost' });
  expect(keysOf(sent)).toHaveLength(1);
  programs.ready();
  expect(keysOf(sent)).toHaveLength(2);
  programs.close();
  expect((await later.end).outcome).toEqual({ kind: 'cancelled' });
  expect((await programs.run(WANTED).end).outcome).toEqual({ kind: 'cancelled' });
});

test('without a runner process a bounded number waits', async () => {
  const { programs } = newPrograms();
  for (let count = 0; count < WAITING_MAX; count++) void programs.run(WANTED);
  expect((await programs.run(WANTED).end).outcome).toEqual({ kind: 'refused', reason: 'too-many' });
  expect(programs.pending).toBe(WAITING_MAX);
});

test('a run is taken back before it is sent, and behind that by the runner process', async () => {
  const { programs, sent } = newPrograms();
  const waiting = programs.run(WANTED);
  waiting.cancel();
  expect((await waiting.end).outcome).toEqual({ kind: 'cancelled' });
  programs.ready();
  const running = programs.run(WANTED);
  running.cancel();
  const [key] = keysOf(sent);
  expect(sent.at(-1)).toEqual({ type: 'cancel', key });
});
