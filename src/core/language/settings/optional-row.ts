/** Makers of rows for fields that are absent without their keyword, and that nothing acts on yet. */
import { exactSpanText } from '../../base/span-text.ts';
import { type Duration, microseconds } from '../../base/time.ts';
import type { Value } from '../typed/values.ts';
import { NOT_YET, type ReadSetting } from './row.ts';

type More<V> = Partial<Omit<ReadSetting<V>, 'kind' | 'keyword' | 'meaning' | 'fallback'>>;

function row<V>(
  keyword: string,
  meaning: (found: Value | undefined) => NonNullable<V> | undefined,
  more: More<V | undefined> = {},
): ReadSetting<V | undefined> {
  return { kind: 'read', keyword, meaning, fallback: undefined, note: NOT_YET, ...more };
}

/** A switch, with or without a word behind it. */
export function laterSwitch(
  keyword: string,
  more: More<boolean | undefined> = {},
): ReadSetting<boolean | undefined> {
  return row(keyword, (found) => found !== false, more);
}

/** A number. */
export function laterNumber(
  keyword: string,
  more: More<number | undefined> = {},
): ReadSetting<number | undefined> {
  return row(keyword, (found) => (typeof found === 'number' ? found : undefined), more);
}

/** A word. With `absent`, the keyword alone stands for it. */
export function laterWord(
  keyword: string,
  absent?: string,
  more: More<string | undefined> = {},
): ReadSetting<string | undefined> {
  return row(keyword, (found) => (typeof found === 'string' ? found : absent), more);
}

/** A time that is written in seconds with decimals; the typed tree has it in microseconds. */
export function laterTime(keyword: string): ReadSetting<Duration | undefined> {
  return row(keyword, (found) => (typeof found === 'number' ? microseconds(found) : undefined), {
    text: exactSpanText,
  });
}
