/** The wall clock of the host, as the VRRP machine is told of it. */
import { expect, test } from 'vitest';
import { type Instant, instant } from '../../../../src/core/base/time.ts';
import type { VrrpEvent } from '../../../../src/core/vrrp/events-and-actions.ts';
import type { VrrpCore } from '../../../../src/daemon/vrrp/ports.ts';
import { withWallClock } from '../../../../src/daemon/vrrp/wall-clock.ts';

test('the machine is told of the wall clock before the first event, and when it was set', () => {
  const seen: [Instant, VrrpEvent][] = [];
  const core: VrrpCore = {
    deadline: undefined,
    handle: (now, event) => {
      seen.push([now, event]);
      return [];
    },
    view: () => ({ instances: [], groups: [], router: {} as never }),
    said: () => [],
    foretellResignation: () => ({ outcome: 'unknown' }),
  };
  let wall = 1_000_000_000;
  const told = withWallClock(core, () => wall);
  const at = (us: number): void => void told.handle(instant(us), { type: 'deadline' });
  at(100);
  // The clock of milliseconds lags behind: that is no change.
  at(1_900);
  wall += 60_000_000;
  at(60_000_500);
  wall -= 10_000_000;
  at(60_001_000);
  expect(seen.filter(([, { type }]) => type === 'wallClock')).toEqual([
    [100, { type: 'wallClock', ahead: 999_999_900 }],
    [60_001_000, { type: 'wallClock', ahead: 1_050_000_000 - 60_001_000 }],
  ]);
  expect(seen.map(([, { type }]) => type)).toEqual([
    'wallClock',
    'deadline',
    'deadline',
    'deadline',
    'wallClock',
    'deadline',
  ]);
});
