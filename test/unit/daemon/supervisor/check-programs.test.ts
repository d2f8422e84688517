/** Programs that the health process asks for: their ends are told it, and nobody else's. */
import { expect, test } from 'vitest';
import { seconds, ZERO_DURATION } from '../../../../src/core/base/time.ts';
import type { ToHealth, ToRunner } from '../../../../src/daemon/frame/messages.ts';
import { CheckPrograms } from '../../../../src/daemon/supervisor/check-programs.ts';
import { Programs } from '../../../../src/daemon/supervisor/programs.ts';

const PROGRAM = { command: { argv: ['/bin/check'] }, timeLimit: seconds(3) };

function setUp() {
  const toRunner: ToRunner[] = [];
  const toHealth: ToHealth[] = [];
  const programs = new Programs({ send: (one) => toRunner.push(one), need: () => undefined });
  programs.ready();
  const checks = new CheckPrograms(programs, (one) => toHealth.push(one));
  const keys = (): string[] =>
    toRunner.flatMap((one) => (one.type === 'run' ? [one.request.key] : []));
  const end = (key: string): void =>
    programs.ended({ key, outcome: { kind: 'exited', status: 0 }, ran: ZERO_DURATION });
  return { checks, toRunner, toHealth, keys, end };
}

test('a program runs in the lane of checks, and its end is told under the id of the asker', async () => {
  const { checks, toRunner, toHealth, keys, end } = setUp();
  checks.run(7, PROGRAM);
  expect(toRunner).toMatchObject([{ type: 'run', request: { lane: 'check', ...PROGRAM } }]);
  end(keys()[0] ?? '');
  await Promise.resolve();
  expect(toHealth).toMatchObject([
    { type: 'programEnded', id: 7, end: { outcome: { status: 0 } } },
  ]);
});

test('a program is taken back by its id; one that is not there is nobody’s', () => {
  const { checks, toRunner, keys } = setUp();
  checks.run(7, PROGRAM);
  checks.cancel(8);
  checks.cancel(7);
  expect(toRunner.slice(1)).toEqual([{ type: 'cancel', key: keys()[0] }]);
});

test('when the health process dies its programs are taken back and their ends are told nobody', async () => {
  const { checks, toRunner, toHealth, keys, end } = setUp();
  checks.run(1, PROGRAM);
  checks.abandon();
  // Its successor counts from one again.
  checks.run(1, PROGRAM);
  expect(toRunner.map(({ type }) => type)).toEqual(['run', 'cancel', 'run']);
  for (const key of keys()) end(key);
  await Promise.resolve();
  expect(toHealth).toHaveLength(1);
});
