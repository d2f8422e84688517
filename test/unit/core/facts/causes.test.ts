/** What is known of something tracked, in words that are true at the first result and at each later one. */
import { expect, test } from 'vitest';
import { trackedText } from '../../../../src/core/facts/causes.ts';

test.each([
  [0, false, 'process haproxy lacks its quorum (none runs)'],
  [1, false, 'process haproxy lacks its quorum (1 runs)'],
  [2, true, 'process haproxy has its quorum (2 run)'],
])('of %d processes', (running, isUp, text) => {
  expect(trackedText({ kind: 'process', name: 'haproxy', running, isUp })).toBe(text);
});
