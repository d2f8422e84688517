/** Equality of plain data. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameData } from '../../../../src/core/base/same-data.ts';

describe('sameData', () => {
  it('is the equality of the same text as JSON', () => {
    void fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(sameData(a, structuredClone(a))).toBe(true);
        expect(sameData(a, b)).toBe(sameData(b, a));
        if (JSON.stringify(a) === JSON.stringify(b)) expect(sameData(a, b)).toBe(true);
      }),
    );
  });

  it.each([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [[1, 2], [2, 1], false],
    [[1], [1, 2], false],
    [[], {}, false],
    [null, {}, false],
    [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, false],
    ['1', 1, false],
  ])('%j and %j: %j', (a, b, same) => {
    expect(sameData(a, b)).toBe(same);
    expect(sameData(b, a)).toBe(same);
  });
});
