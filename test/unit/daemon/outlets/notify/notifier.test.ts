/** Notifications on the supervisor's loop: facts in, orders to the runner process out, and a stop with a limit. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { instant, ZERO_DURATION } from '../../../../../src/core/base/time.ts';
import type { Fact } from '../../../../../src/core/facts/catalogue.ts';
import type { Config } from '../../../../../src/core/model/config.ts';
import { NotificationMachine } from '../../../../../src/core/notifications/machine.ts';
import { mailDate } from '../../../../../src/daemon/outlets/notify/mail-date.ts';
import { LAST_MS_MAX, Notifier } from '../../../../../src/daemon/outlets/notify/notifier.ts';
import { instance, parse } from '../../../../support/parse-text.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const TEXT = `global_defs {\n notify_fifo /run/n.fifo\n}\n${instance('notify /n')}`;

async function made(text = TEXT) {
  const orders: string[] = [];
  const told: Fact[] = [];
  const notifier: Notifier = new Notifier({
    open: async () => new NotificationMachine({ user: 'root', host: 'vm' }),
    clock: { monotonic: () => instant(performance.now() * 1_000), wall: () => Date.now() },
    port: {
      run: ({ key }) => orders.push(`run ${key}`),
      cancel: (key) => orders.push(`cancel ${key}`),
      deliver: (order) => orders.push(order.type),
    },
    tell: (fact) => {
      told.push(fact);
      // What is told is a fact of the same stream.
      hear(notifier, fact);
    },
  });
  notifier.configure(configOf(text));
  await loaded();
  return { notifier, orders, told };
}

/** The machine is loaded when it is needed. */
async function loaded(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

function configOf(text: string): Config {
  const { config } = parse(text);
  if (config === undefined) throw new Error('refused');
  return config;
}

function hear(notifier: Notifier, fact: Fact): void {
  const at = { monotonic: instant(0), wall: 0 };
  notifier.take({ seq: 1, at, component: 'vrrp', fact });
}

function ended(notifier: Notifier, key: string, status = 0): void {
  notifier.programEnded({ key, outcome: { kind: 'exited', status }, ran: ZERO_DURATION });
}

const MASTER: Fact = {
  id: 'vrrp.transition',
  instance: 'V',
  from: 'BACKUP',
  to: 'MASTER',
  reason: 'master-timeout',
};

test('what happens while there is no runner process is told when there is one', async () => {
  const { notifier, orders } = await made();
  hear(notifier, MASTER);
  expect(orders).toEqual([]);
  notifier.runner(true);
  expect(orders).toEqual(['fifos', 'write', 'run notify 1']);
});

test('without anybody to tell, nothing is ordered and a stop does not wait', async () => {
  const { notifier, orders } = await made(instance(''));
  notifier.runner(true);
  hear(notifier, MASTER);
  await notifier.finish();
  expect(orders).toEqual([]);
});

test('a reload that tells somebody for the first time finds the runner process that is there', async () => {
  const { notifier, orders } = await made(instance(''));
  notifier.runner(true);
  notifier.configure(configOf(TEXT));
  await loaded();
  expect(orders).toEqual(['fifos']);
});

test('a stop waits for the last script and the last line', async () => {
  const { notifier, orders } = await made();
  notifier.runner(true);
  hear(notifier, MASTER);
  notifier.delivered({ type: 'written', name: 'all', id: 1, written: 1 });
  ended(notifier, 'notify 1');
  let isDone = false;
  const done = notifier.finish().then(() => {
    isDone = true;
  });
  expect(orders.slice(3)).toEqual(['run notify 2', 'write']);
  notifier.delivered({ type: 'written', name: 'all', id: 2, written: 1 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(isDone).toBe(false);
  ended(notifier, 'notify 2');
  await done;
});

test('a stop ends after its limit, whatever hangs, and says what was not delivered', async () => {
  const { notifier, told } = await made();
  notifier.runner(true);
  hear(notifier, MASTER);
  const done = notifier.finish();
  await vi.advanceTimersByTimeAsync(LAST_MS_MAX);
  await done;
  expect(told.at(-1)).toEqual({
    id: 'notify.unfinished',
    left: ['notify of instance V (STOP)', '2 lines of /run/n.fifo'],
  });
  expect(vi.getTimerCount()).toBe(0);
});

test('behind a stop that was given up nothing keeps the main process from its end', async () => {
  const reading = TEXT.replace('}', ' notify_fifo_script /usr/bin/reader\n}');
  const { notifier, orders, told } = await made(reading);
  notifier.runner(true);
  notifier.delivered({ type: 'fifoOpened', name: 'all', isOurs: true });
  hear(notifier, MASTER);
  expect(orders).toContain('run reader all 1');
  const done = notifier.finish();
  await vi.advanceTimersByTimeAsync(LAST_MS_MAX);
  await done;
  expect(orders).toContain('cancel reader all 1');
  ended(notifier, 'reader all 1');
  hear(notifier, MASTER);
  expect(vi.getTimerCount()).toBe(0);
  expect(told.at(-1)?.id).toBe('notify.unfinished');
});

test('a failure that is told while orders are carried out does not recur', async () => {
  const { notifier, told } = await made();
  notifier.runner(true);
  hear(notifier, MASTER);
  ended(notifier, 'notify 1', 1);
  expect(told.map(({ id }) => id)).toEqual(['notify.script-failed']);
});

test('the date of a mail is that of its event, in the zone of the host', () => {
  const wall = Date.UTC(2026, 10, 28, 13, 58, 36);
  expect(mailDate(wall)).toMatch(/^\w{3}, \d{2} Nov 2026 \d{2}:\d{2}:36 [+-]\d{4}$/);
  expect(Date.parse(mailDate(wall))).toBe(wall);
});
