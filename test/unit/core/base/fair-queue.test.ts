/** One worker, several owners: shares by cost, nobody waits for ever. */
import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../../../src/core/base/fair-queue.ts';

function drain(queue: FairQueue<string>): string[] {
  const order: string[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) order.push(item);
  return order;
}

describe('a fair queue', () => {
  it('keeps the order of equals', () => {
    const queue = new FairQueue<string>();
    for (const name of ['a', 'b', 'c']) queue.add(name, 5, name);
    expect(drain(queue)).toEqual(['a', 'b', 'c']);
  });

  it('lets cheap work pass a thousand owners whose work is dear', () => {
    const queue = new FairQueue<string>();
    for (let index = 0; index < 1_000; index++) queue.add(`bad${index}`, 16_000_000, 'dear');
    queue.add('good', 40_000, 'cheap');
    expect(queue.take()).toBe('cheap');
    queue.take();
    queue.add('good', 40_000, 'cheap again');
    expect(queue.take()).toBe('cheap again');
  });

  it('gives an owner with much work no more than its share', () => {
    const queue = new FairQueue<string>();
    for (let index = 0; index < 3; index++) queue.add('a', 10, `a${index}`);
    queue.add('b', 10, 'b0');
    queue.add('b', 10, 'b1');
    expect(drain(queue)).toEqual(['a0', 'b0', 'a1', 'b1', 'a2']);
  });

  it('serves dear work in the end, though cheap work never ceases', () => {
    const queue = new FairQueue<string>();
    queue.add('dear', 100, 'dear');
    const order: (string | undefined)[] = [];
    queue.add('cheap', 30, 'cheap');
    for (let turn = 0; turn < 6; turn++) {
      order.push(queue.take());
      queue.add('cheap', 30, 'cheap');
    }
    expect(order).toContain('dear');
  });

  it('forgets work that is taken back', () => {
    const queue = new FairQueue<string>();
    const cancel = queue.add('a', 1, 'a');
    queue.add('b', 1, 'b');
    cancel();
    cancel();
    expect(drain(queue)).toEqual(['b']);
    expect(queue.size).toBe(0);
  });
});
