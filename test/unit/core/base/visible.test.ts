/** What a text from outside may do to a terminal: nothing. */
import { expect, test } from 'vitest';
import { visible, visibleColumns, visibleData } from '../../../../src/core/base/visible.ts';

test.each([
  ['plain text, \u00e4\u6f22 and \ttabs\n', 'plain text, \u00e4\u6f22 and \ttabs\n'],
  ['\u001b[31mRED', '\\x1b[31mRED'],
  ['\u009b31m', '\\x9b31m'],
  ['a\rb\u0007\u0000\u007f', 'a\\x0db\\x07\\x00\\x7f'],
  ['user\u202etxt.exe\u2066', 'user\\u202etxt.exe\\u2066'],
  ['a\u2028b', 'a\\u2028b'],
])('O9: %j is shown as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
  expect(visibleColumns(text)).toHaveLength(text.length);
  expect(visibleColumns(text)).not.toContain('\u001b');
});

test('O9: all texts of plain data are shown so, numbers and flags stay', () => {
  const data = { name: '\u001bc', list: ['\u0007', 1, true, null], inner: { age: 2 } };
  expect(visibleData(data)).toEqual({
    name: '\\x1bc',
    list: ['\\x07', 1, true, null],
    inner: { age: 2 },
  });
});
