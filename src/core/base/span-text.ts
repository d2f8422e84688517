/** Spans of time as people read them: measured ones rounded, configured ones as they were written. */
import { type Duration, toSeconds } from './time.ts';

/** A measured span: `12 ms`, `3.4 s`, `42 s`, `5 min 10 s`, `2 h 5 min`, `3 d 4 h`; two units at most. */
export function spanText(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1_000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return two(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.floor(whole / 60);
  if (minutes < 1_440) return two(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.floor(minutes / 60);
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** A configured span, with as many decimals as it has: `2 s`, `0.25 s`. */
export function exactSpanText(span: Duration): string {
  return `${toSeconds(span)} s`;
}

/** A computed span, in seconds with up to one decimal: `3.6 s`. */
export function tenthsText(span: Duration): string {
  return `${Number(toSeconds(span).toFixed(1))} s`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
