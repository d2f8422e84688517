/** The table of what comes and goes. */
import { expect, it } from 'vitest';
import { ShortLived } from '../../../../src/drivers/probes/short-lived.ts';

it('keeps values by number, and nothing of its own shows', () => {
  const table = new ShortLived<string>();
  expect([table.size, table.all(), table.get(0), table.delete(0)]).toEqual([
    0,
    [],
    undefined,
    false,
  ]);
  table.set(0, 'a');
  table.set(7, 'b');
  table.set(7, 'c');
  expect([table.size, table.all(), table.get(7)]).toEqual([2, ['a', 'c'], 'c']);
  expect([table.delete(0), table.size, table.all()]).toEqual([true, 1, ['c']]);
  table.clear();
  expect([table.size, table.all(), table.get(7)]).toEqual([0, [], undefined]);
});
