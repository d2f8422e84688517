/**
 * How long no instance starts: `vrrp_startup_delay` after the process has begun, and `vrrp_delay_after_boot` after the
 * host has. The longer one counts.
 */
import { after, type Duration, type Instant } from '../base/time.ts';
import type { DeadlineItem } from '../base/timing/deadline-heap.ts';
import type { VrrpConfig } from './events-and-actions.ts';
import type { StartDelayedNotice } from './notices.ts';

/** The delay of one process. */
export class StartupDelay implements DeadlineItem {
  #until: Instant | undefined;

  /** When it is over; undefined when nothing is delayed. */
  get deadline(): Instant | undefined {
    return this.#until;
  }

  /**
   * The first configuration has come. `uptime`: how long the host runs; undefined where nobody knows, and then it has run
   * for long enough. What there is to report is returned.
   */
  begin(
    { startupDelay, bootDelay }: VrrpConfig,
    uptime: Duration | undefined,
    now: Instant,
  ): StartDelayedNotice | undefined {
    const boot = uptime === undefined ? 0 : Math.max(0, (bootDelay ?? 0) - uptime);
    const delay = Math.max(startupDelay, boot) as Duration;
    if (delay === 0) return undefined;
    this.#until = after(now, delay);
    const keyword = boot > startupDelay ? 'vrrp_delay_after_boot' : 'vrrp_startup_delay';
    return { id: 'vrrp.startDelayed', keyword, delay };
  }

  /** It is over. */
  end(): void {
    this.#until = undefined;
  }
}
