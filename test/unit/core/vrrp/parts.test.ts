/** The small parts: timers, deadline heap, arithmetic, election, notices, announce queue limit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Instant, instant, milliseconds, seconds } from '../../../../src/core/base/time.ts';
import { DeadlineHeap } from '../../../../src/core/base/timing/deadline-heap.ts';
import {
  TIMER_NAMES,
  type TimerName,
  TimerTable,
} from '../../../../src/core/base/timing/timers.ts';
import { AnnounceQueue } from '../../../../src/core/vrrp/announce-queue.ts';
import { compareClaims } from '../../../../src/core/vrrp/as-master.ts';
import { newCounters } from '../../../../src/core/vrrp/counters.ts';
import type { VrrpAction } from '../../../../src/core/vrrp/events-and-actions.ts';
import { PENDING_FRAMES_MAX } from '../../../../src/core/vrrp/limits.ts';
import {
  NOTICE_GAP,
  NOTICES_PER_GAP,
  NoticeBudget,
  NoticeLimiter,
} from '../../../../src/core/vrrp/notices.ts';
import {
  type IntervalInputs,
  intervalFromField,
  intervalToField,
  masterDownInterval,
  skewTime,
} from '../../../../src/core/wire/intervals.ts';
import { ip } from '../../../support/builders/addresses.ts';

describe('TimerTable', () => {
  it('hands out timers in the order of their due times, each once, none before its time', () => {
    const setting = fc.tuple(fc.constantFrom(...TIMER_NAMES), fc.nat({ max: 100 }));
    fc.assert(
      fc.property(fc.array(setting), fc.nat({ max: 100 }), (settings, at) => {
        const table = new TimerTable();
        const model = new Map<TimerName, number>();
        for (const [name, due] of settings) {
          table.set(name, instant(due));
          model.set(name, due);
        }
        expect(table.deadline).toBe(model.size === 0 ? undefined : Math.min(...model.values()));
        const taken: number[] = [];
        for (let timer = table.takeDue(instant(at)); timer; timer = table.takeDue(instant(at))) {
          expect(timer.due).toBe(model.get(timer.name));
          expect(timer.due).toBeLessThanOrEqual(at);
          expect(table.at(timer.name)).toBeUndefined();
          taken.push(timer.due);
        }
        expect(taken).toEqual(taken.toSorted((a, b) => a - b));
        expect(taken.length).toBe([...model.values()].filter((due) => due <= at).length);
      }),
    );
  });

  it('forgets cleared timers', () => {
    const table = new TimerTable();
    table.set('adver', instant(1));
    table.set('refresh', instant(2));
    table.clear('adver');
    expect(table.deadline).toBe(2);
    table.clearAll();
    expect(table.deadline).toBeUndefined();
  });
});

describe('DeadlineHeap', () => {
  it('always knows the earliest of what it holds', () => {
    const step = fc.record({
      item: fc.nat({ max: 20 }),
      deadline: fc.option(fc.nat({ max: 50 }), { nil: undefined }),
      remove: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new DeadlineHeap<{ deadline: Instant | undefined }>();
        const items = Array.from({ length: 21 }, () => ({
          deadline: undefined as Instant | undefined,
        }));
        const inside = new Set<{ deadline: Instant | undefined }>();
        for (const { item: index, deadline, remove } of steps) {
          const item = items[index];
          if (item === undefined) throw new Error('no item');
          if (remove) {
            heap.remove(item);
            inside.delete(item);
          } else {
            item.deadline = deadline === undefined ? undefined : instant(deadline);
            heap.update(item);
            if (deadline === undefined) inside.delete(item);
            else inside.add(item);
          }
          const due = [...inside].map((one) => one.deadline ?? Number.NaN);
          expect(heap.deadline).toBe(due.length === 0 ? undefined : Math.min(...due));
          expect(heap.first?.deadline).toBe(heap.deadline);
        }
      }),
    );
  });
});

describe('intervals', () => {
  const inputs = (changes: Partial<IntervalInputs>): IntervalInputs => ({
    version: 3,
    priority: 100,
    masterAdvertInterval: seconds(1),
    downTimerAdverts: 3,
    ...changes,
  });

  it.each([
    [1, 3, 1, 996_094, 3_996_094],
    [150, 3, 0.1, 41_406, 341_406],
    [254, 3, 0.01, 78, 30_078],
    [255, 3, 0.01, 39, 30_039],
    [255, 2, 1, 3_906, 3_003_906],
    [100, 2, 2, 609_375, 6_609_375],
    [100, 3, 2, 1_218_750, 7_218_750],
  ] as const)(
    'priority %i, v%i, %d s: skew %i us, down %i us',
    (priority, version, s, skew, down) => {
      const values = inputs({ priority, version, masterAdvertInterval: seconds(s) });
      expect(skewTime(values)).toBe(skew);
      expect(masterDownInterval(values)).toBe(down);
    },
  );

  it('skew is never zero and falls strictly with priority at every interval of version 3', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 254 }),
        fc.integer({ min: 1, max: 4095 }),
        (priority, field) => {
          const masterAdvertInterval = intervalFromField(3, field);
          const lower = skewTime(inputs({ priority, masterAdvertInterval }));
          const higher = skewTime(inputs({ priority: priority + 1, masterAdvertInterval }));
          expect(higher).toBeGreaterThan(0);
          expect(lower).toBeGreaterThan(higher);
        },
      ),
    );
  });

  it('fields and intervals are each other', () => {
    for (let field = 1; field <= 4095; field++) {
      expect(intervalToField(3, intervalFromField(3, field))).toBe(field);
    }
    for (let field = 1; field <= 255; field++) {
      expect(intervalToField(2, intervalFromField(2, field))).toBe(field);
    }
  });
});

describe('compareClaims', () => {
  const claim = fc.record({
    priority: fc.integer({ min: 1, max: 255 }),
    address: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  });

  it('of two routers with different claims exactly one is better', () => {
    fc.assert(
      fc.property(claim, claim, (a, b) => {
        const forward = compareClaims(a, b);
        const backward = compareClaims(b, a);
        if (forward === 'same') expect(backward).toBe('same');
        else expect((forward === 'lower') !== (backward === 'lower')).toBe(true);
      }),
    );
  });
});

describe('NoticeLimiter', () => {
  it('admits the first of each code, then one per gap with the number kept back', () => {
    const limiter = new NoticeLimiter(new NoticeBudget());
    expect(limiter.admit('vrrp.sameAddress', instant(0))).toEqual({ suppressed: 0 });
    expect(limiter.admit('vrrp.ownerHeard', instant(0))).toEqual({ suppressed: 0 });
    for (let i = 1; i <= 7; i++)
      expect(limiter.admit('vrrp.sameAddress', instant(i))).toBeUndefined();
    expect(limiter.admit('vrrp.sameAddress', instant(NOTICE_GAP - 1))).toBeUndefined();
    expect(limiter.admit('vrrp.sameAddress', instant(NOTICE_GAP))).toEqual({ suppressed: 8 });
    expect(limiter.admit('vrrp.sameAddress', instant(2 * NOTICE_GAP))).toEqual({ suppressed: 0 });
  });

  it('H4: admits few of one code from all instances together, and forgets none', () => {
    const budget = new NoticeBudget();
    const limiters = Array.from({ length: 2_020 }, () => new NoticeLimiter(budget));
    const admitted = (at: number) =>
      limiters.flatMap((limiter) => limiter.admit('vrrp.sameAddress', instant(at)) ?? []);
    expect(admitted(0)).toHaveLength(NOTICES_PER_GAP);
    expect(admitted(1)).toEqual([]);
    limiters.reverse();
    expect(admitted(NOTICE_GAP)[0]).toEqual({ suppressed: 2 });
  });

  it('counts things apart that one id is about, and remembers only a few of them', () => {
    const limiter = new NoticeLimiter(new NoticeBudget());
    const admit = (about: number, at = 0) =>
      limiter.admit('vrrp.announcementsLate', instant(at), `${about} arp ENOBUFS`);
    expect(admit(0)).toBeDefined();
    expect(admit(0)).toBeUndefined();
    // One cause on many interfaces has one budget, whatever their number.
    const passed = Array.from({ length: 1_000 }, (_, i) => admit(i + 1)).filter(Boolean);
    expect(passed).toHaveLength(NOTICES_PER_GAP - 1);
    // The first of them is forgotten: what was held back about it is not remembered for ever.
    expect(admit(0, NOTICE_GAP)).toEqual({ suppressed: 0 });
  });
});

describe('AnnounceQueue', () => {
  const burst = (repeat: number, addresses: readonly string[], name = 'VI') => ({
    type: 'burst' as const,
    instance: name,
    repeat,
    announcements: addresses.map((address) => ({
      kind: 'arp' as const,
      ifindex: 2,
      address: ip(address),
      frame: new Uint8Array(0),
    })),
    arpGap: milliseconds(10),
    naGap: milliseconds(0),
    counters: newCounters(),
  });

  it('holds at most a limited number of frames per address', () => {
    const queue = new AnnounceQueue();
    const out: VrrpAction[] = [];
    for (let i = 0; i < 1000; i++) queue.add(burst(5, ['192.0.2.1']), instant(0), out);
    for (let now = queue.deadline; now !== undefined; now = queue.deadline) queue.advance(now, out);
    expect(out.length).toBeLessThanOrEqual(PENDING_FRAMES_MAX + 1);
    expect(out.length).toBeGreaterThan(PENDING_FRAMES_MAX - 1);
  });

  it('cancels what waits for one instance only', () => {
    const queue = new AnnounceQueue();
    const out: VrrpAction[] = [];
    queue.add(burst(3, ['192.0.2.1'], 'A'), instant(0), out);
    queue.add(burst(3, ['192.0.2.2'], 'B'), instant(0), out);
    queue.cancel('A');
    out.length = 0;
    for (let now = queue.deadline; now !== undefined; now = queue.deadline) queue.advance(now, out);
    expect(out.map((action) => action.type === 'announce' && action.instance)).toEqual([
      'B',
      'B',
      'B',
    ]);
  });
});
