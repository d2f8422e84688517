/** The monotonic clock and the interface table. */

import { interfaceIndex, monotonicUs } from 'dgram-extensions';
import { describe, expect, it } from 'vitest';

describe('monotonicUs', () => {
  it('is the clock of process.hrtime, in microseconds', () => {
    const before = Number(process.hrtime.bigint()) / 1000;
    const now = monotonicUs();
    const after = Number(process.hrtime.bigint()) / 1000;
    // One microsecond covers the rounding of nanoseconds to a double.
    expect(now).toBeGreaterThanOrEqual(before - 1);
    expect(now).toBeLessThanOrEqual(after + 1);
  });

  it('never goes back', () => {
    const times = Array.from({ length: 1000 }, monotonicUs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

describe('interfaceIndex', () => {
  it('is 1 for loopback', () => {
    expect(interfaceIndex('lo')).toBe(1);
  });

  it('is 0 for a name nobody has, for none and for one that is too long', () => {
    expect(interfaceIndex('nodev0')).toBe(0);
    expect(interfaceIndex('')).toBe(0);
    expect(interfaceIndex(`lo${'x'.repeat(100)}`)).toBe(0);
  });
});
