/** Settings of the blocks that have a say in takeovers. Their words are Tandem's own. */
import type { IpAddress } from '../../base/address.ts';
import { milliseconds } from '../../base/time.ts';
import type {
  HeartbeatConfig,
  HeartbeatKey,
  TakeoverHeartbeatConfig,
  WitnessConfig,
} from '../../model/takeover.ts';
import { type SettingsReader, settingsReader } from './read.ts';
import { HIDDEN, list, type Settings, time, whole, work } from './row.ts';

type HeartbeatRead = 'port' | 'interval' | 'multiplier';
type WitnessRead = 'atLeast' | 'interval' | 'timeout';

/** Rows of `heartbeat`. */
export const HEARTBEAT_SETTINGS: Settings<HeartbeatConfig, HeartbeatRead> = {
  name: HIDDEN,
  neighbour: work('neighbor_ip'),
  source: work('source_ip'),
  port: whole('port', 5798),
  interval: time('interval', milliseconds(200)),
  multiplier: whole('multiplier', 5),
  key: work('key', keyText),
};

/** Rows of `witness`. */
export const WITNESS_SETTINGS: Settings<WitnessConfig, WitnessRead> = {
  name: HIDDEN,
  addresses: list<IpAddress>('address'),
  atLeast: whole('at_least', 1),
  interval: time('interval', milliseconds(1000)),
  timeout: time('timeout', { like: 'interval' }),
};

/** Reads a heartbeat. */
export const HEARTBEAT_READER: SettingsReader<HeartbeatConfig, HeartbeatRead> =
  settingsReader(HEARTBEAT_SETTINGS);

/** Reads a witness. */
export const WITNESS_READER: SettingsReader<WitnessConfig, WitnessRead> =
  settingsReader(WITNESS_SETTINGS);

/** `LB2 veto`. */
export function takeoverHeartbeatText({ name, mode }: TakeoverHeartbeatConfig): string {
  return `${name} ${mode}`;
}

/** The key itself is never shown. */
function keyText({ file }: HeartbeatKey): string {
  return file === undefined ? '(secret)' : `file:${file} (secret)`;
}
