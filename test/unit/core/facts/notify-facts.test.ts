/** Lines about notifications, as an operator reads them. */
import { expect, test } from 'vitest';
import { factLine } from '../../../../src/core/facts/catalogue.ts';

test.each([
  [1, 1, '1 older line dropped, 1 newer line kept'],
  [3, 2, '3 older lines dropped, 2 newer lines kept'],
])('a full FIFO: %d dropped, %d kept', (lines, kept, end) => {
  const { text } = factLine({ id: 'notify.lines-dropped', fifo: '/run/v.fifo', lines, kept });
  expect(text).toBe(`/run/v.fifo is full, its reader is behind: ${end}`);
});
