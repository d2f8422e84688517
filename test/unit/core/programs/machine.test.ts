/** When programs start, and the signals of one that takes too long. */
import { expect, test } from 'vitest';
import { type Instant, instant, seconds } from '../../../../src/core/base/time.ts';
import { RUNNING_MAX, WAITING_MAX } from '../../../../src/core/programs/limits.ts';
import {
  type ProgramAction,
  type ProgramEvent,
  ProgramMachine,
} from '../../../../src/core/programs/machine.ts';
import type { ProgramRequest } from '../../../../src/core/programs/program-request.ts';

const START = instant(1_000_000);
const at = (offset: number): Instant => instant(START + offset * 1_000_000);

function request(key: string, more: Partial<ProgramRequest> = {}): ProgramRequest {
  const command = { argv: ['/bin/check', key] };
  return { key, lane: 'track', command, timeLimit: seconds(3), ...more };
}

/** An action in a few words. */
function words(action: ProgramAction): string {
  switch (action.type) {
    case 'start':
      return `start ${action.request.key}`;
    case 'signal':
      return `${action.signal} ${action.key}`;
    case 'ended': {
      const { key, outcome } = action.end;
      const about =
        'status' in outcome ? outcome.status : 'signal' in outcome ? outcome.signal : '';
      return `${key} ${outcome.kind} ${about}`.trim();
    }
  }
}

function told(machine: ProgramMachine, now: Instant, event: ProgramEvent): string[] {
  return machine.handle(now, event).map(words);
}

const exited = (
  key: string,
  status: number | null,
  signal: string | null = null,
): ProgramEvent => ({
  type: 'exited',
  key,
  status,
  signal,
});

test('a program starts at once and its status is told with the time it ran', () => {
  const machine = new ProgramMachine();
  expect(told(machine, START, { type: 'run', request: request('a') })).toEqual(['start a']);
  const [ended] = machine.handle(at(0.5), exited('a', 7));
  expect(ended).toEqual({
    type: 'ended',
    end: { key: 'a', outcome: { kind: 'exited', status: 7 }, ran: 500_000 },
  });
  expect(machine.deadline).toBeUndefined();
  expect(machine.view()).toEqual({ running: 0, waiting: 0 });
});

test('SIGTERM at the limit, SIGKILL two seconds later, again after two, then every ten', () => {
  const machine = new ProgramMachine();
  machine.handle(START, { type: 'run', request: request('a') });
  const signals: string[] = [];
  for (let count = 0; count < 5; count++) {
    const due = machine.deadline ?? START;
    signals.push(
      ...told(machine, due, { type: 'deadline' }).map((one) => `${(due - START) / 1e6} ${one}`),
    );
  }
  expect(signals).toEqual([
    '3 SIGTERM a',
    '5 SIGKILL a',
    '7 SIGKILL a',
    '17 SIGKILL a',
    '27 SIGKILL a',
  ]);
  expect(told(machine, at(28), exited('a', null, 'SIGKILL'))).toEqual(['SIGKILL a', 'a timed-out']);
});

test('a status after SIGTERM counts, and death by it is a time-out that takes its group along', () => {
  const machine = new ProgramMachine();
  machine.handle(START, { type: 'run', request: request('a') });
  machine.handle(START, { type: 'run', request: request('b') });
  machine.handle(at(3), { type: 'deadline' });
  expect(told(machine, at(3.1), exited('a', 9))).toEqual(['a exited 9']);
  expect(told(machine, at(3.1), exited('b', null, 'SIGTERM'))).toEqual([
    'SIGKILL b',
    'b timed-out',
  ]);
});

test('a signal of somebody else is told as such', () => {
  const machine = new ProgramMachine();
  machine.handle(START, { type: 'run', request: request('a') });
  expect(told(machine, at(1), exited('a', null, 'SIGSEGV'))).toEqual(['a killed SIGSEGV']);
  machine.handle(START, { type: 'run', request: request('b') });
  expect(told(machine, at(1), exited('b', null, 'SIGTERM'))).toEqual(['b killed SIGTERM']);
});

test('without a limit a program may run for ever', () => {
  const machine = new ProgramMachine();
  const { timeLimit: _, ...endless } = request('a');
  machine.handle(START, { type: 'run', request: endless });
  expect(machine.deadline).toBeUndefined();
});

test('each lane has its own places; what is too many waits in order, and beyond that is refused', () => {
  const machine = new ProgramMachine();
  const run = (key: string, lane: ProgramRequest['lane'] = 'check'): string[] =>
    told(machine, START, { type: 'run', request: request(key, { lane }) });
  for (let count = 0; count < RUNNING_MAX; count++)
    expect(run(`r${count}`)).toEqual([`start r${count}`]);
  for (let count = 0; count < WAITING_MAX; count++) expect(run(`w${count}`)).toEqual([]);
  expect(run('surplus')).toEqual(['surplus refused']);
  expect(run('n', 'notify')).toEqual(['start n']);
  expect(machine.view()).toEqual({ running: RUNNING_MAX + 1, waiting: WAITING_MAX });
  expect(told(machine, at(1), exited('r3', 0))).toEqual(['r3 exited 0', 'start w0']);
});

test('the same key is not run twice', () => {
  const machine = new ProgramMachine();
  machine.handle(START, { type: 'run', request: request('a') });
  expect(told(machine, START, { type: 'run', request: request('a') })).toEqual(['a refused']);
});

test('one that is taken back is not started, or gets SIGTERM', () => {
  const machine = new ProgramMachine();
  for (let count = 0; count <= RUNNING_MAX; count++) {
    machine.handle(START, { type: 'run', request: request(`r${count}`) });
  }
  expect(told(machine, START, { type: 'cancel', key: `r${RUNNING_MAX}` })).toEqual([
    `r${RUNNING_MAX} cancelled`,
  ]);
  expect(told(machine, START, { type: 'cancel', key: 'r0' })).toEqual(['SIGTERM r0']);
  expect(told(machine, START, { type: 'cancel', key: 'r0' })).toEqual([]);
  expect(told(machine, START, { type: 'cancel', key: 'nobody' })).toEqual([]);
  expect(told(machine, at(1), exited('r0', null, 'SIGTERM'))).toEqual([
    'SIGKILL r0',
    'r0 cancelled',
  ]);
});

test('what cannot be started makes room for the next', () => {
  const machine = new ProgramMachine();
  for (let count = 0; count <= RUNNING_MAX; count++) {
    machine.handle(START, { type: 'run', request: request(`r${count}`) });
  }
  expect(told(machine, START, { type: 'notStarted', key: 'r0', reason: 'no such file' })).toEqual([
    'r0 not-started',
    `start r${RUNNING_MAX}`,
  ]);
});

test('a stop cancels what waits, asks what runs to end, and starts nothing any more', () => {
  const machine = new ProgramMachine();
  for (let count = 0; count <= RUNNING_MAX; count++) {
    machine.handle(START, { type: 'run', request: request(`r${count}`) });
  }
  const orders = told(machine, at(1), { type: 'stop' });
  expect(orders[0]).toBe(`r${RUNNING_MAX} cancelled`);
  expect(orders.filter((one) => one.startsWith('SIGTERM'))).toHaveLength(RUNNING_MAX);
  expect(told(machine, at(1), { type: 'run', request: request('late') })).toEqual([
    'late cancelled',
  ]);
  expect(machine.deadline).toBe(at(3));
});
