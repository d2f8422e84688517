/** Memory that probes share: limited in all, small shares always granted, the eldest gives way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../../../../src/core/checkers/byte-budget.ts';
import { ByteStore } from '../../../../src/core/checkers/byte-store.ts';

const KB = 1_024;

describe('bytes of many probes', () => {
  it('are limited in all: whoever has held of the budget longest gives way', () => {
    const budget = new ByteBudget(100 * KB, 8 * KB);
    const [slow, quick, late] = [1, 2, 3].map(() => new ByteStore(90 * KB, budget));
    slow?.add(new Uint8Array(50 * KB));
    quick?.add(new Uint8Array(50 * KB));
    expect([slow?.state, quick?.state]).toEqual(['open', 'open']);
    late?.add(new Uint8Array(40 * KB));
    expect([slow?.state, quick?.state, late?.state]).toEqual(['lost', 'open', 'open']);
    expect(slow?.bytes).toHaveLength(0);
    expect(budget.used).toBeLessThanOrEqual(100 * KB);
  });

  it('a small share is held without asking, whatever others hold', () => {
    const budget = new ByteBudget(100 * KB, 8 * KB);
    const small = Array.from({ length: 50 }, () => new ByteStore(90 * KB, budget));
    for (const store of small) store.add(new Uint8Array(8 * KB));
    for (let count = 0; count < 50; count++) {
      new ByteStore(90 * KB, budget).add(new Uint8Array(90 * KB));
    }
    expect(small.every(({ state, bytes }) => state === 'open' && bytes.length === 8 * KB)).toBe(
      true,
    );
  });

  it('never more than the limit, and all of it comes back', () => {
    const step = fc.record({ who: fc.nat(7), bytes: fc.nat(40 * KB), clears: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const budget = new ByteBudget(64 * KB, KB);
        const stores = Array.from({ length: 8 }, () => new ByteStore(50 * KB, budget));
        for (const { who, bytes, clears } of steps) {
          if (clears) stores[who]?.clear();
          else stores[who]?.add(new Uint8Array(bytes));
          expect(budget.used).toBeLessThanOrEqual(64 * KB);
          expect(budget.used).toBeGreaterThanOrEqual(0);
        }
        for (const store of stores) store.clear();
        expect(budget.used).toBe(0);
      }),
    );
  });
});
