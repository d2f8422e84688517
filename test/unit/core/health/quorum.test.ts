/** Quorum with hysteresis: gained at Q + H, lost below Q - H or without any weight. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextQuorum } from '../../../../src/core/health/quorum.ts';

describe('nextQuorum', () => {
  it.each([
    // was up, W, Q, H, is up
    [false, 3, 3, 1, false],
    [false, 4, 3, 1, true],
    [true, 3, 3, 1, true],
    [true, 2, 3, 1, true],
    [true, 1, 3, 1, false],
    [false, 1, 1, 0, true],
    [true, 0, 1, 0, false],
    [true, 1, 1, 0, true],
    [true, 0, 3, 3, false],
    [true, 1, 3, 3, true],
    [false, 2 ** 31, 4_294_967_295, 0, false],
  ])('was up %s, W %i, Q %i, H %i: up %s', (wasUp, aliveWeight, quorum, hysteresis, isUp) => {
    expect(nextQuorum(wasUp, { aliveWeight, quorum, hysteresis })).toBe(isUp);
  });

  it('never flaps at one weight: a second look at the same weight changes nothing', () => {
    const input = fc.record({
      aliveWeight: fc.nat(20),
      quorum: fc.integer({ min: 1, max: 10 }),
      hysteresis: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.boolean(), input, (wasUp, state) => {
        const once = nextQuorum(wasUp, state);
        expect(nextQuorum(once, state)).toBe(once);
        if (once) expect(state.aliveWeight).toBeGreaterThan(0);
      }),
    );
  });

  it('is monotonic: more weight never loses a quorum', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.nat(20),
        fc.nat(5),
        fc.integer({ min: 1, max: 10 }),
        fc.nat(9),
        (wasUp, aliveWeight, more, quorum, hysteresis) => {
          if (!nextQuorum(wasUp, { aliveWeight, quorum, hysteresis })) return;
          const richer = { aliveWeight: aliveWeight + more, quorum, hysteresis };
          expect(nextQuorum(wasUp, richer)).toBe(true);
        },
      ),
    );
  });
});
