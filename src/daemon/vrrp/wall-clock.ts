/**
 * Tells the VRRP machine where the wall clock stands. It is compared before each event, because somebody may set it at
 * any time; only a difference that matters is told, so that a recording of events stays short.
 */
import { type Instant, microseconds } from '../../core/base/time.ts';
import type { VrrpCore } from './ports.ts';

/** A difference that is told, microseconds: less than the clocks of two hosts ever agree. */
const TOLD_US = 5_000;

/** The machine, told of the wall clock. `wallClock`: microseconds since 1970. */
export function withWallClock(core: VrrpCore, wallClock: () => number): VrrpCore {
  let told = Number.NEGATIVE_INFINITY;
  const tell = (now: Instant): void => {
    const ahead = wallClock() - now;
    if (Math.abs(ahead - told) < TOLD_US) return;
    told = ahead;
    core.handle(now, { type: 'wallClock', ahead: microseconds(ahead) });
  };
  return {
    get deadline() {
      return core.deadline;
    },
    handle: (now, event) => {
      tell(now);
      return core.handle(now, event);
    },
    view: () => core.view(),
    said: () => core.said(),
    foretellResignation: (name) => core.foretellResignation(name),
  };
}
