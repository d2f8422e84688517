/**
 * Settings that all checkers have, and those of a connection. The keywords of `virtual_server` and `real_server` with
 * the same name are the defaults. What a checker has besides stands in its row in `../../checkers`.
 */
import { seconds } from '../../base/time.ts';
import { checkerOf } from '../../checkers/table.ts';
import type { CheckCommon, CheckTarget, CheckType } from '../../model/config.ts';
import { type SettingsReader, settingsReader } from './read.ts';
import {
  type AnySettings,
  group,
  HIDDEN,
  maybeTime,
  maybeWhole,
  onOff,
  type Settings,
  time,
  whole,
  work,
} from './row.ts';

/** Fields of every check that are read by their rows. */
export type RhythmRead = Exclude<keyof CheckCommon, 'label'>;

const COMMON: Settings<CheckCommon, RhythmRead> = {
  label: work('', undefined, { shown: 'position' }),
  delayLoop: time('delay_loop', seconds(60)),
  warmup: time('warmup', { like: 'delayLoop' }),
  // A checker has defaults of its own for these two.
  retry: whole('retry', 1),
  delayBeforeRetry: time('delay_before_retry', seconds(1)),
  rise: maybeWhole('rise'),
  delayWhileDown: maybeTime('delay_loop_down'),
  delayInDoubt: maybeTime('delay_loop_doubt'),
  alpha: onOff('alpha'),
  logAllFailures: onOff('log_all_failures', { global: 'checker_log_all_failures' }),
};

const TARGET: Settings<CheckTarget, 'connectTimeout'> = {
  address: work('connect_ip'),
  port: work('connect_port'),
  sourceAddress: work('bindto'),
  sourcePort: work('bind_port'),
  sourceInterface: work('bind_if'),
  fwmark: work('fwmark'),
  connectTimeout: time('connect_timeout', seconds(5)),
};

/** Reads when a check asks, and what its failures count. */
export const RHYTHM_READER: SettingsReader<CheckCommon, RhythmRead> = settingsReader(COMMON);

/** Reads the limits of a connection. */
export const TARGET_READER: SettingsReader<CheckTarget, 'connectTimeout'> = settingsReader(TARGET);

/** All rows of a type of check. */
export function checkSettings(type: CheckType): AnySettings {
  const own: AnySettings = checkerOf({ type }).settings;
  return { ...COMMON, type: HIDDEN, target: group<CheckTarget>(TARGET), ...own };
}
