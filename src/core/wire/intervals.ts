/**
 * The intervals of RFC 9568 section 6.1 and RFC 3768 section 6.1, in microseconds. Nothing is rounded to
 * centiseconds: with short intervals close priorities would get equal skew, and two routers would take over
 * together.
 */
import { centiseconds, type Duration, microseconds, seconds } from '../base/time.ts';
import type { VrrpVersion } from './vrrp.ts';

/** What the intervals of a Backup depend on. */
export interface IntervalInputs {
  readonly version: VrrpVersion;
  /** Local effective priority, 1..255. */
  readonly priority: number;
  /** Master_Adver_Interval: learned (version 3) or own. */
  readonly masterAdvertInterval: Duration;
  /** Advertisements to miss; 3 in the RFCs, keyword `down_timer_adverts`. */
  readonly downTimerAdverts: number;
}

/**
 * Skew_Time: what keeps several Backups from taking over together, at least 1 us. Version 2 counts it in
 * 256ths of a second whatever the interval, version 3 in 256ths of the master's interval.
 */
export function skewTime(inputs: IntervalInputs): Duration {
  const base = inputs.version === 2 ? seconds(1) : inputs.masterAdvertInterval;
  return microseconds(Math.max(1, ((256 - inputs.priority) * base) / 256));
}

/** Master_Down_Interval: silence after which a Backup takes over. */
export function masterDownInterval(inputs: IntervalInputs): Duration {
  return microseconds(inputs.downTimerAdverts * inputs.masterAdvertInterval + skewTime(inputs));
}

/** Master_Down_Interval of an instance whose master advertises as it would itself. */
export function configuredDownInterval(
  instance: Omit<IntervalInputs, 'masterAdvertInterval'> & { readonly advertInterval: Duration },
): Duration {
  return masterDownInterval({ ...instance, masterAdvertInterval: instance.advertInterval });
}

/** The interval that a field of an advertisement means: seconds in version 2, centiseconds in version 3. */
export function intervalFromField(version: VrrpVersion, field: number): Duration {
  return version === 2 ? seconds(field) : centiseconds(field);
}

/** The field of an advertisement for an interval. */
export function intervalToField(version: VrrpVersion, interval: Duration): number {
  return Math.round(interval / (version === 2 ? seconds(1) : centiseconds(1)));
}
