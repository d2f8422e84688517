/** Time in whole microseconds. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  after,
  centiseconds,
  earliest,
  elapsed,
  instant,
  microseconds,
  milliseconds,
  seconds,
  toSeconds,
  ZERO_DURATION,
} from '../../../../src/core/base/time.ts';

it.each([
  ['seconds', seconds(3), 3_000_000],
  ['a fraction of a second', seconds(0.609375), 609_375],
  ['milliseconds', milliseconds(1.5), 1_500],
  ['centiseconds', centiseconds(4095), 40_950_000],
  ['microseconds', microseconds(2.4), 2],
])('%s become microseconds', (_what, span, expected) => {
  expect(span).toBe(expected);
});

it('units are whole and go back', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (value) => {
      const span = seconds(value);
      expect(Number.isInteger(span)).toBe(true);
      expect(Math.abs(toSeconds(span) - value)).toBeLessThan(1e-6);
    }),
  );
});

it('after and elapsed undo each other; elapsed is never negative', () => {
  const point = fc.integer({ min: 0, max: 2 ** 50 });
  fc.assert(
    fc.property(point, point, (a, b) => {
      const [start, end] = [instant(Math.min(a, b)), instant(Math.max(a, b))];
      expect(after(start, elapsed(start, end))).toBe(end);
      expect(elapsed(end, start)).toBe(ZERO_DURATION);
    }),
  );
});

it('instants are cut to whole microseconds', () => {
  expect(instant(1.9)).toBe(1);
});

it('the earliest of two optional instants is the earlier that is there', () => {
  expect(earliest(undefined, undefined)).toBeUndefined();
  expect(earliest(instant(1), undefined)).toBe(1);
  expect(earliest(undefined, instant(1))).toBe(1);
  expect(earliest(instant(2), instant(1))).toBe(1);
  expect(earliest(instant(1), instant(2))).toBe(1);
});
