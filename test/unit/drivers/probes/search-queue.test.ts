/** Searches take turns, so that nothing waits for all of them. */
import { expect, it } from 'vitest';
import { searchLater } from '../../../../src/drivers/probes/search-queue.ts';

it('H1: runs one search in a turn, in order; other work of the loop gets in between', async () => {
  const log: string[] = [];
  for (const name of ['a', 'b', 'c']) searchLater('server', 1, () => log.push(name));
  const cancel = searchLater('server', 1, () => log.push('cancelled'));
  expect(log).toEqual([]);
  cancel();
  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(() => {
        log.push('-');
        resolve();
      });
    });
  for (let count = 0; count < 4; count++) await turn();
  expect(log).toEqual(['a', '-', 'b', '-', 'c', '-', '-']);
});
