/** Settings of the blocks that define what can be tracked. */
import { milliseconds, seconds, ZERO_DURATION } from '../../base/time.ts';
import { commandText } from '../../model/command.ts';
import type {
  BfdConfig,
  TrackFileConfig,
  TrackProcessConfig,
  TrackScriptConfig,
} from '../../model/tracking.ts';
import { type SettingsReader, settingsReader } from './read.ts';
import { HIDDEN, list, maybeWhole, onOff, type Settings, time, whole, work } from './row.ts';

type ScriptRead = 'interval' | 'timeout' | 'rise' | 'fall' | 'failsAtStart';
type ProcessRead = 'wholeCommand' | 'quorum' | 'forkDelay' | 'terminateDelay';
type BfdRead =
  | 'minReceive'
  | 'minTransmit'
  | 'idleTransmit'
  | 'multiplier'
  | 'passive'
  | 'maxHops'
  | 'multihop'
  | 'ttl';

/** Rows of `vrrp_script`. Its weight is that of the entries that track it. */
export const SCRIPT_SETTINGS: Settings<TrackScriptConfig, ScriptRead> = {
  name: HIDDEN,
  command: work('script', commandText),
  interval: time('interval', seconds(1)),
  timeout: time('timeout', { like: 'interval' }),
  rise: whole('rise', 1),
  fall: whole('fall', 1),
  failsAtStart: onOff('init_fail'),
};

/** Rows of `vrrp_track_process`. */
export const PROCESS_SETTINGS: Settings<TrackProcessConfig, ProcessRead> = {
  name: HIDDEN,
  program: work('process'),
  parameters: list<string>('process', undefined, { shown: 'process (parameters)' }),
  match: work('param_match'),
  wholeCommand: onOff('full_command'),
  quorum: whole('quorum', 1),
  quorumMax: work('quorum_max'),
  forkDelay: time('fork_delay', ZERO_DURATION),
  terminateDelay: time('terminate_delay', ZERO_DURATION),
};

/** Rows of `track_file`. */
export const FILE_SETTINGS: Settings<TrackFileConfig> = {
  name: HIDDEN,
  path: work('file'),
  initial: work('init_file'),
  overwrite: work('init_file', undefined, { shown: 'init_file overwrite' }),
};

/** Rows of `bfd_instance`. */
export const BFD_SETTINGS: Settings<BfdConfig, BfdRead> = {
  name: HIDDEN,
  neighbour: work('neighbor_ip'),
  source: work('source_ip'),
  minReceive: time('min_rx', milliseconds(10)),
  minTransmit: time('min_tx', milliseconds(10)),
  idleTransmit: time('idle_tx', seconds(1)),
  multiplier: whole('multiplier', 5),
  passive: onOff('passive'),
  ttl: maybeWhole('ttl'),
  maxHops: whole('max_hops', 0),
  multihop: onOff('multihop'),
  forVrrp: work('vrrp'),
  forCheckers: work('checker'),
};

/** Reads a script. */
export const SCRIPT_READER: SettingsReader<TrackScriptConfig, ScriptRead> =
  settingsReader(SCRIPT_SETTINGS);

/** Reads a process. */
export const PROCESS_READER: SettingsReader<TrackProcessConfig, ProcessRead> =
  settingsReader(PROCESS_SETTINGS);

/** Reads a BFD session. */
export const BFD_READER: SettingsReader<BfdConfig, BfdRead> = settingsReader(BFD_SETTINGS);
