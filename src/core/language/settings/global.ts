/** Settings of `global_defs`. */
import type { IpAddress } from '../../base/address.ts';
import { ZERO_DURATION } from '../../base/time.ts';
import type { GlobalConfig, MetricsDetail } from '../../model/config.ts';
import type { GlobalNotifyConfig } from '../../model/notify.ts';
import { GLOBAL_NOTIFY } from './global-notify.ts';
import { GLOBAL_OPTION_SETTINGS } from './global-options.ts';
import { type SettingsReader, settingsReader } from './read.ts';
import {
  address,
  group,
  maybeWhole,
  offOn,
  onOff,
  type Settings,
  time,
  whole,
  word,
  work,
} from './row.ts';
import { timeoutsText } from './texts.ts';

type Metrics = GlobalConfig['metrics'];
type Read =
  | 'routerId'
  | 'vrrpStartupDelay'
  | 'logUnknownVrids'
  | 'switchesConntrack'
  | 'removeIpvsOnStop'
  | 'checksAtOnce'
  | 'checksPerAddress'
  | 'vrrpRealTimePriority';

const NEXT_START = 'at the next start';

const DETAILS: readonly MetricsDetail[] = ['all', 'servers', 'services'];

const METRICS: Settings<Metrics, keyof Metrics> = {
  enabled: onOff('metrics', { fallback: true, note: NEXT_START }),
  address: address('metrics_listen', '127.0.0.1' as IpAddress, {
    shown: 'metrics_listen (address)',
    note: NEXT_START,
  }),
  port: whole('metrics_listen', 9165, {
    position: 1,
    shown: 'metrics_listen (port)',
    note: NEXT_START,
  }),
  detail: {
    kind: 'read',
    keyword: 'metrics_detail',
    meaning: (found) => DETAILS.find((word) => word === found),
    fallback: 'all',
  },
};

/** Rows of the global part of the model. */
export const GLOBAL_SETTINGS: Settings<GlobalConfig, Read> = {
  routerId: word('router_id'),
  vrrpStartupDelay: time('vrrp_startup_delay', ZERO_DURATION, { note: NEXT_START }),
  logUnknownVrids: onOff('log_unknown_vrids'),
  metrics: group<Metrics>(METRICS),
  switchesConntrack: onOff('lvs_conntrack'),
  removeIpvsOnStop: offOn('lvs_keep_on_stop'),
  checksAtOnce: maybeWhole('checks_at_once'),
  checksPerAddress: maybeWhole('checks_per_address'),
  vrrpRealTimePriority: maybeWhole('vrrp_rt_priority'),
  lvsTimeouts: work('lvs_timeouts', timeoutsText),
  notify: group<GlobalNotifyConfig>(GLOBAL_NOTIFY),
  ...GLOBAL_OPTION_SETTINGS,
};

/** Reads them. */
export const GLOBAL_READER: SettingsReader<GlobalConfig, Read> = settingsReader(GLOBAL_SETTINGS);

/** Reads where metrics are served. */
export const METRICS_READER: SettingsReader<Metrics, keyof Metrics> = settingsReader(METRICS);
