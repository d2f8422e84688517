/** Work of many servers is done in shares, so that the loop gets its turn in between. */
import { expect, it } from 'vitest';
import { TurnQueue } from '../../../../src/drivers/probes/turn-queue.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Works for this many milliseconds. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('H1: a turn begins no job once its share of time is used; the order stays', async () => {
  const queue = new TurnQueue(5);
  const done: number[] = [];
  const inTurns: number[] = [];
  for (let index = 0; index < 6; index++) {
    queue.add(() => {
      work(6);
      done.push(index);
    });
  }
  while (done.length < 6) {
    const before = done.length;
    await turn();
    inTurns.push(done.length - before);
  }
  expect(done).toEqual([0, 1, 2, 3, 4, 5]);
  expect(Math.max(...inTurns)).toBe(1);
});

it('does many small jobs in one turn, and those that are added meanwhile', async () => {
  const queue = new TurnQueue(1_000);
  const done: string[] = [];
  queue.add(() => {
    done.push('a');
    queue.add(() => done.push('c'));
  });
  queue.add(() => done.push('b'));
  expect(done).toEqual([]);
  await turn();
  expect(done).toEqual(['a', 'b', 'c']);
});
