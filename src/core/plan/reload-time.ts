/** When the file of `reload_time_file` wants the next reload. */

/** A time of day, or of one day; in local time unless `isUtc`. */
export interface ReloadTime {
  /** Absent: the next such time, today or tomorrow. */
  readonly date?: { readonly year: number; readonly month: number; readonly day: number };
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly isUtc: boolean;
}

/** `HH:MM:SS`, or a date `YYYY-MM-DD` (or `YY-MM-DD`) before it with a blank or `T` between; `Z` behind it for UTC. */
const FORM = /^(?:(?:(\d{4}|\d{2})-(\d{1,2})-(\d{1,2}))[ T]+)?(\d{1,2}):(\d{2}):(\d{2})(Z?)$/;

/** Reads the first line of the file; undefined for anything else than a time. That there is such a day is the caller's to say. */
export function parseReloadTime(text: string): ReloadTime | undefined {
  const [line = ''] = text.split('\n', 1);
  const found = FORM.exec(line.trim());
  if (found === null) return undefined;
  const [, year, month, day, ...time] = found;
  const [hour = 0, minute = 0, second = 0] = time.slice(0, 3).map(Number);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const clock = { hour, minute, second, isUtc: time[3] === 'Z' };
  if (year === undefined) return clock;
  const [full, months, days] = [Number(year), Number(month), Number(day)];
  if (months < 1 || months > 12 || days < 1 || days > 31) return undefined;
  return { date: { year: full < 100 ? 2000 + full : full, month: months, day: days }, ...clock };
}
