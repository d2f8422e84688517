/** Lines on FIFOs while the reader is slow, gone or back, and the programs that read them. */
import { expect, test } from 'vitest';
import { milliseconds, seconds } from '../../../../src/core/base/time.ts';
import { factLine } from '../../../../src/core/facts/catalogue.ts';
import type { NotifyAction } from '../../../../src/core/notifications/orders.ts';
import { type Bench, bench, configOf, DATE, transition } from './support.ts';

function text(global: string): string {
  return `global_defs {\n${global}\n}\nvrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress { 192.0.2.51/24 }
}
vrrp_instance B {
  interface eth0
  virtual_router_id 52
  virtual_ipaddress { 192.0.2.52/24 }
}
`;
}

function writes(one: Bench): Extract<NotifyAction, { type: 'write' }>[] {
  return one.take().filter((action) => action.type === 'write');
}

function answer(one: Bench, written: number, problem?: string): void {
  const order = writes(one).at(-1);
  if (order === undefined) throw new Error('nothing is being written');
  const { id, name } = order;
  one.feed({ type: 'written', id, name, written, ...(problem === undefined ? {} : { problem }) });
}

test('a full FIFO keeps of each subject the newest line, and says how many were dropped', () => {
  const one = bench(configOf(text('notify_fifo /run/n.fifo')));
  one.fact(transition('A', 'BACKUP'));
  answer(one, 0);
  for (const state of ['MASTER', 'FAULT', 'BACKUP'] as const) one.fact(transition('A', state));
  one.fact(transition('B', 'BACKUP'));
  expect(one.words()).toEqual([]);
  one.pass(milliseconds(600));
  const actions = one.take();
  expect(actions).toMatchObject([
    { type: 'tell', fact: { id: 'notify.lines-dropped', lines: 3, kept: 2 } },
    {
      type: 'write',
      lines: ['INSTANCE "A" BACKUP 100\n', 'INSTANCE "B" BACKUP 100\n'],
    },
  ]);
});

test('while the reader keeps up, every line is written, in order', () => {
  const one = bench(configOf(text('notify_fifo /run/n.fifo')));
  one.fact(transition('A', 'BACKUP'));
  one.fact(transition('A', 'MASTER'));
  one.fact(transition('A', 'FAULT'));
  answer(one, 1);
  expect(one.words()).toEqual(['all: INSTANCE "A" MASTER 100', 'all: INSTANCE "A" FAULT 100']);
});

test('without a reader, lines wait in a bounded number', () => {
  const many = Array.from(
    { length: 200 },
    (_, index) => `vrrp_instance I${index} {
  interface eth0
  virtual_router_id ${index + 1}
  virtual_ipaddress { 192.0.2.${index + 1}/24 }
}
`,
  ).join('');
  const one = bench(configOf(`global_defs {\n notify_fifo /run/n.fifo\n}\n${many}`));
  one.fact(transition('I0', 'BACKUP'));
  answer(one, 0);
  for (let round = 0; round < 100; round++) {
    for (let index = 0; index < 200; index++) {
      one.fact(transition(`I${index}`, round % 2 === 0 ? 'MASTER' : 'BACKUP'));
    }
  }
  one.take();
  one.pass(seconds(1));
  const order = writes(one).at(-1);
  expect(order?.lines).toHaveLength(200);
});

test('a FIFO that cannot be used is said once, and tried again', () => {
  const one = bench(configOf(text('notify_fifo /run/n.fifo')));
  one.fact(transition('A', 'BACKUP'));
  answer(one, 0, 'there is something else at this path, not a FIFO');
  const [action] = one.take();
  expect(action?.type === 'tell' && factLine(action.fact).text).toBe(
    'the FIFO /run/n.fifo cannot be used: there is something else at this path, not a FIFO',
  );
  one.pass(seconds(11));
  answer(one, 0, 'there is something else at this path, not a FIFO');
  expect(one.words()).toEqual([]);
  one.pass(seconds(11));
  answer(one, 1);
  expect(one.machine.view().isIdle).toBe(true);
});

test('one path that is named twice gets each line once', () => {
  const one = bench(configOf(text('notify_fifo /run/n.fifo\n vrrp_notify_fifo /run/n.fifo')));
  one.fact(transition('A', 'BACKUP'));
  expect(writes(one)).toHaveLength(1);
});

const READER = 'vrrp_notify_fifo /run/v.fifo\n vrrp_notify_fifo_script "/r -x"';

test('the program of a FIFO is started when it is open, with its path', () => {
  const one = bench(configOf(text(READER)));
  expect(one.words()).toEqual(['fifos /run/v.fifo']);
  one.feed({ type: 'fifoOpened', name: 'vrrp', isOurs: true });
  expect(one.words()).toEqual(['run /r -x /run/v.fifo']);
});

test('it is started again when it ends, with pauses that grow to a minute and begin anew', () => {
  const one = bench(configOf(text(READER)));
  one.feed({ type: 'fifoOpened', name: 'vrrp', isOurs: true });
  const pauses: number[] = [];
  for (let round = 1; round < 9; round++) {
    one.end(`reader vrrp ${round}`, { kind: 'exited', status: 1 });
    const before = one.now;
    while (one.machine.deadline !== undefined) one.pass(milliseconds(500));
    pauses.push(Math.round((one.now - before) / 1e6));
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  one.pass(seconds(61));
  one.end('reader vrrp 9', { kind: 'exited', status: 0 });
  one.take();
  one.pass(seconds(1));
  expect(one.words()).toEqual(['run /r -x /run/v.fifo']);
});

test('a reload that changes nothing about it leaves it alone', () => {
  const one = bench(configOf(text(READER)));
  one.feed({ type: 'fifoOpened', name: 'vrrp', isOurs: true });
  one.take();
  one.feed({ type: 'configure', config: configOf(text(`router_id X\n ${READER}`)) });
  one.feed({ type: 'fifoOpened', name: 'vrrp', isOurs: true });
  expect(one.words()).toEqual(['fifos /run/v.fifo']);
});

test('a reload that gives it another program ends the old one first', () => {
  const one = bench(configOf(text(READER)));
  one.feed({ type: 'fifoOpened', name: 'vrrp', isOurs: true });
  one.take();
  one.feed({ type: 'configure', config: configOf(text(READER.replace('-x', '-y'))) });
  one.feed({ type: 'fifoOpened', name: 'vrrp', isOurs: true });
  expect(one.words()).toEqual(['cancel reader vrrp 1', 'fifos /run/v.fifo']);
  one.end('reader vrrp 1', { kind: 'cancelled' });
  expect(one.words()).toEqual(['run /r -y /run/v.fifo']);
});

test('at a stop it gets the last lines, then its end, then SIGTERM', () => {
  const one = bench(configOf(text(READER)));
  one.feed({ type: 'fifoOpened', name: 'vrrp', isOurs: true });
  one.fact(transition('A', 'BACKUP'));
  answer(one, 1);
  one.feed({ type: 'stop', date: DATE });
  const order = writes(one).at(-1);
  expect(order?.lines).toEqual(['INSTANCE "A" STOP 100\n']);
  one.feed({ type: 'written', id: order?.id ?? 0, name: 'vrrp', written: 1 });
  expect(one.words()).toEqual(['fifos']);
  expect(one.machine.view().isDone).toBe(false);
  one.pass(milliseconds(500));
  expect(one.words()).toEqual(['cancel reader vrrp 1']);
  one.end('reader vrrp 1', { kind: 'cancelled' });
  expect(one.machine.view().isDone).toBe(true);
});
