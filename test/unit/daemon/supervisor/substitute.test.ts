/** Another process does one thing in the place of one that is gone. */
import { expect, test } from 'vitest';
import type { StopOutcome } from '../../../../src/daemon/supervisor/role-process.ts';
import { substitute } from '../../../../src/daemon/supervisor/substitute.ts';

type Order = { readonly type: 'cleanUp' };
const ORDER: Order = { type: 'cleanUp' };
const ORDERLY: StopOutcome = { end: 'orderly', left: [] };

/** A process that ends its last order with this outcome, and notes it with its time limit. */
class Ending {
  readonly orders: (readonly [Order, number])[] = [];
  readonly #outcome: StopOutcome;

  constructor(outcome: StopOutcome) {
    this.#outcome = outcome;
  }

  async finish(order: Order, milliseconds: number): Promise<StopOutcome> {
    this.orders.push([order, milliseconds]);
    return this.#outcome;
  }
}

const nobody = (): undefined => undefined;

test('the spare does it where there is one, and nothing is started', async () => {
  const [spare, fresh] = [new Ending(ORDERLY), new Ending(ORDERLY)];
  const from = { spare: () => spare, start: () => fresh };
  expect(await substitute<Order>(ORDER, from)).toEqual(ORDERLY);
  expect(spare.orders).toEqual([[ORDER, 8_000]]);
  expect(fresh.orders).toEqual([]);
});

test('without a spare a new process does it', async () => {
  const fresh = new Ending(ORDERLY);
  expect(await substitute<Order>(ORDER, { spare: nobody, start: () => fresh })).toEqual(ORDERLY);
  expect(fresh.orders).toEqual([[ORDER, 8_000]]);
});

test('a spare that was dead already is no reason to give up', async () => {
  const [spare, fresh] = [new Ending({ end: 'died' }), new Ending(ORDERLY)];
  const from = { spare: () => spare, start: () => fresh };
  expect(await substitute<Order>(ORDER, from)).toEqual(ORDERLY);
  expect(fresh.orders).toHaveLength(1);
});

test('a spare that was killed for its slowness is not followed by another process', async () => {
  const [spare, fresh] = [new Ending({ end: 'killed' }), new Ending(ORDERLY)];
  const from = { spare: () => spare, start: () => fresh };
  expect(await substitute<Order>(ORDER, from)).toEqual({ end: 'killed' });
  expect(fresh.orders).toEqual([]);
});

test('where no process can be started nobody does it', async () => {
  const from = { spare: nobody, start: nobody };
  expect(await substitute<Order>(ORDER, from)).toEqual({ end: 'absent' });
});
