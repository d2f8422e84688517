/** FIFOs and mails of notifications in the runner process, with drivers that are records. */
import { expect, test } from 'vitest';
import type { DeliveryReport } from '../../../../src/daemon/frame/deliveries.ts';
import { Deliveries } from '../../../../src/daemon/runner/deliveries.ts';

class FakeFifo {
  isInPlace = true;
  readonly isOurs = true;
  isClosed = false;
  room = Number.POSITIVE_INFINITY;
  readonly lines: string[] = [];
  write(line: string): boolean {
    if (this.lines.length >= this.room) return false;
    this.lines.push(line);
    return true;
  }
  close(): void {
    this.isClosed = true;
  }
}

function made(open?: () => Promise<FakeFifo>) {
  const opened: FakeFifo[] = [];
  const reports: DeliveryReport[] = [];
  const deliveries = new Deliveries({
    openFifo:
      open ??
      (async () => {
        const fifo = new FakeFifo();
        opened.push(fifo);
        return fifo;
      }),
    sendMail: async () => ({ kind: 'sent', refused: [] }),
    report: (report) => reports.push(report),
  });
  return { deliveries, opened, reports };
}

const FIFO = { name: 'all', fifo: { path: '/run/n.fifo' }, isOurs: false } as const;

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('a FIFO is opened once, and each order is answered', async () => {
  const { deliveries, opened, reports } = made();
  deliveries.take({ type: 'fifos', fifos: [FIFO] });
  deliveries.take({ type: 'write', id: 1, name: 'all', lines: ['a\n', 'b\n'] });
  deliveries.take({ type: 'fifos', fifos: [FIFO] });
  await settled();
  expect(opened.map(({ lines }) => lines)).toEqual([['a\n', 'b\n']]);
  expect(reports).toEqual([
    { type: 'fifoOpened', name: 'all', isOurs: true },
    { type: 'written', name: 'all', id: 1, written: 2 },
    { type: 'fifoOpened', name: 'all', isOurs: true },
  ]);
});

test('a full FIFO takes what it has room for', async () => {
  const { deliveries, opened, reports } = made();
  deliveries.take({ type: 'fifos', fifos: [FIFO] });
  await settled();
  const [fifo] = opened;
  if (fifo !== undefined) fifo.room = 1;
  deliveries.take({ type: 'write', id: 1, name: 'all', lines: ['a\n', 'b\n'] });
  await settled();
  expect(reports.at(-1)).toEqual({ type: 'written', name: 'all', id: 1, written: 1 });
});

test('one that was moved away is opened anew before a line is written', async () => {
  const { deliveries, opened } = made();
  deliveries.take({ type: 'fifos', fifos: [FIFO] });
  await settled();
  const [first] = opened;
  if (first !== undefined) first.isInPlace = false;
  deliveries.take({ type: 'write', id: 1, name: 'all', lines: ['a\n'] });
  await settled();
  expect(first?.isClosed).toBe(true);
  expect(opened[1]?.lines).toEqual(['a\n']);
});

test('what keeps it from being used is reported, at the opening and at each order', async () => {
  const { deliveries, reports } = made(() => Promise.reject(new Error('no such user')));
  deliveries.take({ type: 'fifos', fifos: [FIFO] });
  deliveries.take({ type: 'write', id: 1, name: 'all', lines: ['a\n'] });
  await settled();
  expect(reports).toEqual([
    { type: 'fifoOpened', name: 'all', isOurs: false, problem: 'no such user' },
    { type: 'written', name: 'all', id: 1, written: 0, problem: 'no such user' },
  ]);
});

test('what is not wanted any more is closed, and all of it at the end', async () => {
  const { deliveries, opened } = made();
  const other = { name: 'lvs', fifo: { path: '/run/l.fifo' }, isOurs: false } as const;
  deliveries.take({ type: 'fifos', fifos: [FIFO, other] });
  deliveries.take({ type: 'fifos', fifos: [other] });
  await settled();
  expect(opened.map(({ isClosed }) => isClosed)).toEqual([true, false]);
  await deliveries.close();
  expect(opened.map(({ isClosed }) => isClosed)).toEqual([true, true]);
});

test('a mail that hangs holds up no line', async () => {
  const { deliveries, reports } = made();
  const mail = { id: 7 } as never;
  deliveries.take({ type: 'send', mail });
  await settled();
  expect(reports).toEqual([{ type: 'mailEnded', id: 7, result: { kind: 'sent', refused: [] } }]);
});
