/** Patterns of file names, as the shell takes them. */
import { expect, test } from 'vitest';
import { namePattern } from '../../../../src/core/base/name-pattern.ts';

test.each([
  ['*.conf', 'a.conf', true],
  ['*.conf', 'a.conf.old', false],
  ['*', '', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['[0-9]*', '7up', true],
  ['[!0-9]*', '7up', false],
  ['[^0-9]*', 'up', true],
  ['[]a]', ']', true],
  ['[a-]', '-', true],
  ['x[!]a]', 'xb', true],
  ['x.y', 'x-y', false],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  ['a+(b|c)$^{}', 'a+(b|c)$^{}', true],
])('%s and %s: %s', (pattern, name, isMatch) => {
  expect(namePattern(pattern)(name)).toBe(isMatch);
});

test.each([
  ['[0-9', '[0-9'],
  ['[', '['],
  ['a[!', 'a[!'],
  ['a\\', 'a\\'],
])('%s has no set that ends: its characters are meant themselves', (pattern, name) => {
  expect(namePattern(pattern)(name)).toBe(true);
  expect(namePattern(pattern)('0')).toBe(false);
});

test('a range that runs backwards holds nothing, and breaks nothing', () => {
  expect(namePattern('[z-a]')('m')).toBe(false);
});

test('a pattern of many stars costs no more than its length', () => {
  const name = 'a'.repeat(255);
  expect(namePattern(`${'*a'.repeat(120)}*b`)(name)).toBe(false);
  expect(namePattern(`${'*'.repeat(5_000)}b`)(name)).toBe(false);
  expect(namePattern(`${'*a'.repeat(255)}*`)(name)).toBe(true);
});
