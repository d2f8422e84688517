/** Notify scripts: one after another for each subject, the newest state waiting, with limits. */
import { expect, test } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import { factLine } from '../../../../src/core/facts/catalogue.ts';
import type { NotifyAction } from '../../../../src/core/notifications/orders.ts';
import { type Bench, bench, configOf, DATE, transition } from './support.ts';

const TEXT = `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress { 192.0.2.51/24 }
  notify /n
}
`;

function keyOf(actions: readonly NotifyAction[]): string {
  const runs = actions.flatMap((action) => (action.type === 'run' ? [action.request.key] : []));
  return runs.at(-1) ?? '';
}

function said(actions: readonly NotifyAction[]): string[] {
  return actions.flatMap((action) => (action.type === 'tell' ? [factLine(action.fact).text] : []));
}

/** MASTER is being told, and BACKUP and FAULT came meanwhile. */
function flapping(): { one: Bench; first: string } {
  const one = bench(configOf(TEXT));
  one.fact(transition('A', 'MASTER'));
  const first = keyOf(one.take());
  one.fact(transition('A', 'BACKUP', 'higher-priority'));
  one.fact(transition('A', 'FAULT', 'interface-down'));
  return { one, first };
}

test('while a script runs, the newest state waits for it, and what was left out is said', () => {
  const { one, first } = flapping();
  expect(one.words()).toEqual([]);
  one.end(first);
  const actions = one.take();
  expect(said(actions)).toEqual([
    'notify of instance A: 1 state not told (BACKUP), because the script was busy; now FAULT',
  ]);
  expect(keyOf(actions)).not.toBe('');
  one.end(keyOf(actions));
  expect(one.machine.view().isIdle).toBe(true);
});

test('a script that hangs is stopped after 30 s when a newer state waits, and the newer one is told', () => {
  const { one, first } = flapping();
  one.pass(seconds(2));
  expect(one.words()).toEqual([]);
  // Told while it can be helped, and once.
  one.pass(seconds(2));
  expect(said(one.take())).toEqual([
    'notify of instance A (FAULT) waits for notify, which has run for 3.0 s and is stopped in 27 s: /n',
  ]);
  one.pass(seconds(25));
  expect(one.words()).toEqual([]);
  one.pass(seconds(2));
  expect(one.words()).toEqual([`cancel ${first}`]);
  one.end(first, { kind: 'cancelled' });
  const actions = one.take();
  expect(said(actions)[0]).toBe(
    'notify of instance A (MASTER): stopped, because a newer state waited for it: /n',
  );
  expect(actions.at(-1)).toMatchObject({
    type: 'run',
    request: { moreArguments: ['INSTANCE', 'A', 'FAULT', '100'] },
  });
});

test('a program that cannot be started is named once', () => {
  const one = bench(configOf(TEXT));
  one.fact(transition('A', 'MASTER'));
  one.end(keyOf(one.take()), { kind: 'not-started', reason: '/n: Permission denied' });
  expect(said(one.take())).toEqual([
    'notify of instance A (MASTER): cannot be started: /n: Permission denied',
  ]);
});

test('a script has ten minutes when nothing waits for it', () => {
  const one = bench(configOf(TEXT));
  one.fact(transition('A', 'MASTER'));
  one.pass(seconds(599));
  expect(one.take()).toMatchObject([
    { type: 'run', request: { lane: 'notify', timeLimit: seconds(600) } },
  ]);
});

test('at a stop the STOP waits a second for the script before it', () => {
  const { one, first } = flapping();
  one.feed({ type: 'stop', date: DATE });
  one.pass(seconds(1));
  expect(one.words()).toEqual([`cancel ${first}`]);
  one.end(first, { kind: 'cancelled' });
  expect(one.take().at(-1)).toMatchObject({
    request: { moreArguments: ['INSTANCE', 'A', 'STOP', '100'] },
  });
});

test('what is left when the time of a stop is over is said, and ended', () => {
  const { one, first } = flapping();
  one.feed({ type: 'stop', date: DATE });
  one.feed({ type: 'giveUp' });
  const actions = one.take();
  expect(said(actions)).toEqual(['not delivered before the end: notify of instance A (STOP)']);
  expect(actions).toContainEqual({ type: 'cancel', key: first });
  one.end(first, { kind: 'cancelled' });
  expect(one.words()).toEqual([]);
});

test('scripts of different instances do not wait for each other, up to 32 at once', () => {
  const many = Array.from({ length: 40 }, (_, index) =>
    TEXT.replace('A {', `I${index} {`)
      .replace('51', String(index + 1))
      .replace('2.51', `2.${index + 1}`),
  ).join('');
  const one = bench(configOf(many));
  for (let index = 0; index < 40; index++) one.fact(transition(`I${index}`, 'BACKUP'));
  const started = one.take();
  expect(started).toHaveLength(32);
  one.end(keyOf(started));
  expect(one.take()).toMatchObject([
    { request: { moreArguments: ['INSTANCE', 'I32', 'BACKUP', '100'] } },
  ]);
});

test('a failure is said, with the end and the command', () => {
  const one = bench(configOf(TEXT));
  one.fact(transition('A', 'MASTER'));
  one.end(keyOf(one.take()), { kind: 'exited', status: 3 });
  expect(said(one.take())).toEqual(['notify of instance A (MASTER): exit status 3: /n']);
});

test('a script that was under way when the runner process died is run again, once', () => {
  const one = bench(configOf(TEXT));
  one.fact(transition('A', 'MASTER'));
  one.take();
  one.feed({ type: 'runner', isUp: false });
  expect(one.words()).toEqual(['fact notify.script-failed']);
  one.feed({ type: 'runner', isUp: true });
  expect(one.words()).toEqual(['run /n INSTANCE A MASTER 100']);
  one.feed({ type: 'runner', isUp: false });
  one.take();
  one.feed({ type: 'runner', isUp: true });
  expect(one.words()).toEqual([]);
});

test('a state that was lost with its runner process is not told before a newer one', () => {
  const one = bench(configOf(TEXT));
  one.fact(transition('A', 'BACKUP'));
  one.take();
  one.feed({ type: 'runner', isUp: false });
  one.fact(transition('A', 'MASTER'));
  expect(one.words()).toEqual(['fact notify.script-failed']);
  one.feed({ type: 'runner', isUp: true });
  expect(one.words()).toEqual(['run /n INSTANCE A MASTER 100']);
  one.end('notify 2');
  expect(one.words()).toEqual([]);
});

test('while there is no runner process yet, the states of a start wait in order', () => {
  const one = bench(configOf(TEXT));
  one.feed({ type: 'runner', isUp: false });
  for (const to of ['BACKUP', 'MASTER'] as const) one.fact(transition('A', to));
  one.feed({ type: 'runner', isUp: true });
  expect(one.words()).toEqual(['run /n INSTANCE A BACKUP 100']);
  one.end('notify 1');
  expect(one.words()).toEqual(['run /n INSTANCE A MASTER 100']);
});

test('a flood of changes is told in a bounded number of words', () => {
  const one = bench(configOf(TEXT));
  for (let round = 0; round < 50_000; round++) {
    one.fact(transition('A', round % 2 === 0 ? 'MASTER' : 'BACKUP'));
  }
  one.end(keyOf(one.take()));
  const [text = ''] = said(one.take());
  expect(text).toContain('49998 states not told');
  expect(text.length).toBeLessThan(400);
});
