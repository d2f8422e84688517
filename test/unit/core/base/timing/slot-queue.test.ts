/** The queue of deadlines. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant } from '../../../../../src/core/base/time.ts';
import {
  SLOT_WIDTH_US,
  type SlotEntry,
  SlotQueue,
} from '../../../../../src/core/base/timing/slot-queue.ts';

interface Named extends SlotEntry {
  readonly name: number;
}

function entry(name: number): Named {
  return { name, dueSlot: undefined };
}

describe('SlotQueue', () => {
  it('wakes once for everything that falls into one slot, at its end', () => {
    const queue = new SlotQueue<Named>();
    queue.schedule(entry(1), instant(20_001));
    queue.schedule(entry(2), instant(39_999));
    queue.schedule(entry(3), instant(40_001));
    expect(queue.deadline).toBe(40_000);
    expect(queue.takeDue(instant(39_999))).toEqual([]);
    expect(queue.takeDue(instant(40_000)).map(({ name }) => name)).toEqual([1, 2]);
    expect(queue.deadline).toBe(60_000);
  });

  it('moves an entry, and forgets its former place', () => {
    const queue = new SlotQueue<Named>();
    const one = entry(1);
    queue.schedule(one, instant(100_000));
    queue.schedule(one, instant(20_000));
    queue.schedule(one, instant(100_000));
    expect(queue.takeDue(instant(20_000))).toEqual([]);
    expect(queue.takeDue(instant(100_000))).toEqual([one]);
    expect(queue.deadline).toBeUndefined();
  });

  it('leaves out an entry that was removed', () => {
    const queue = new SlotQueue<Named>();
    const one = entry(1);
    queue.schedule(one, instant(5));
    queue.remove(one);
    expect(queue.takeDue(instant(1_000_000))).toEqual([]);
  });

  it('behaves like a sorted list, whatever is scheduled, moved and taken', () => {
    const step = fc.record({
      name: fc.nat(15),
      due: fc.nat(2_000_000),
      kind: fc.constantFrom('schedule', 'remove', 'take'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const queue = new SlotQueue<Named>();
        const entries = Array.from({ length: 16 }, (_, name) => entry(name));
        const model = new Map<number, number>();
        for (const { name, due, kind } of steps) {
          const one = entries[name] ?? entry(name);
          if (kind === 'schedule') {
            queue.schedule(one, instant(due));
            model.set(name, Math.ceil(due / SLOT_WIDTH_US) * SLOT_WIDTH_US);
          } else if (kind === 'remove') {
            queue.remove(one);
            model.delete(name);
          } else {
            const expected = [...model].filter(([, at]) => at <= due).map(([key]) => key);
            for (const key of expected) model.delete(key);
            const taken = queue.takeDue(instant(due)).map((taken) => taken.name);
            expect(taken.sort()).toEqual(expected.sort());
          }
          const earliest = Math.min(...model.values());
          if (model.size > 0) expect(queue.deadline).toBeLessThanOrEqual(earliest);
        }
      }),
    );
  });
});
