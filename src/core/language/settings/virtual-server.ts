/** Settings of `virtual_server` and of what stands in it: its sorry server and its real servers. */
import { rangeText } from '../../base/address-range.ts';
import { seconds } from '../../base/time.ts';
import {
  type RealServerConfig,
  type SorryServerConfig,
  serviceKey,
  type VirtualServerConfig,
} from '../../model/config.ts';
import type { ServerNotifyConfig, ServiceNotifyConfig } from '../../model/notify.ts';
import { SERVER_NOTIFY, SERVICE_NOTIFY } from './notify.ts';
import { type SettingsReader, settingsReader } from './read.ts';
import {
  group,
  HIDDEN,
  list,
  maybeTime,
  maybeWhole,
  onOff,
  type Settings,
  time,
  whole,
  work,
} from './row.ts';
import { forwardingText, gatheredText } from './texts.ts';

type ServiceRead =
  | 'alpha'
  | 'omega'
  | 'haSuspend'
  | 'drainTime'
  | 'slowStart'
  | 'flapLimit'
  | 'flapTime'
  | 'panicThreshold';
type ServerRead = 'weight' | 'inhibitOnFailure' | 'upperThreshold' | 'lowerThreshold';
type Persistence = NonNullable<VirtualServerConfig['persistence']>;

const PERSISTENCE: Settings<Persistence> = {
  timeoutSeconds: work('persistence_timeout'),
  granularityPrefix: work('persistence_granularity'),
  engine: work('persistence_engine'),
};

/** Rows of a virtual server. */
export const SERVICE_SETTINGS: Settings<VirtualServerConfig, ServiceRead> = {
  key: HIDDEN,
  title: work('', undefined, { shown: 'name' }),
  services: list('', serviceKey, { shown: 'service', identity: serviceKey }),
  gathered: work('', gatheredText, { shown: 'addresses under a mark' }),
  scheduler: work('lvs_sched'),
  schedulerFlags: list<1 | 2 | 3>('flag-1', undefined, { shown: 'scheduler flag' }),
  persistence: group<Persistence>(PERSISTENCE),
  fullNatSource: work('fnat_source', rangeText),
  onePacket: work('ops'),
  alpha: onOff('alpha'),
  omega: onOff('omega'),
  haSuspend: onOff('ha_suspend'),
  quorum: work('quorum'),
  hysteresis: work('hysteresis'),
  slowStart: maybeTime('slow_start'),
  flapLimit: maybeWhole('flap_damping', { shown: 'flap_damping (failures)' }),
  flapTime: maybeTime('flap_damping', { position: 1, shown: 'flap_damping (time)' }),
  panicThreshold: maybeWhole('panic_threshold'),
  drainTime: time('drain_time', seconds(300), { global: 'lvs_drain_time' }),
  notify: group<ServiceNotifyConfig>(SERVICE_NOTIFY),
  sorryServer: HIDDEN,
  realServers: HIDDEN,
};

/** Reads those of a virtual server; some have their defaults in `global_defs`. */
export const SERVICE_READER: SettingsReader<VirtualServerConfig, ServiceRead> =
  settingsReader(SERVICE_SETTINGS);

/** Rows of a sorry server; its keywords stand in the virtual server. */
export const SORRY_SETTINGS: Settings<SorryServerConfig> = {
  address: HIDDEN,
  port: HIDDEN,
  forwarding: work('sorry_server_lvs_method', forwardingText),
  inhibit: work('sorry_server_inhibit'),
};

/** Rows of a real server. The virtual server's settings of the same name are the defaults. */
export const SERVER_SETTINGS: Settings<RealServerConfig, ServerRead> = {
  address: HIDDEN,
  port: HIDDEN,
  weight: whole('weight', 1),
  forwarding: work('lvs_method', forwardingText),
  inhibitOnFailure: onOff('inhibit_on_failure'),
  upperThreshold: whole('uthreshold', 0),
  lowerThreshold: whole('lthreshold', 0),
  notify: group<ServerNotifyConfig>(SERVER_NOTIFY),
  checks: HIDDEN,
};

/** What a virtual server says about its real servers. */
export type ServerSettings = Partial<Pick<RealServerConfig, ServerRead>>;

/** Reads those of a real server. */
export const SERVER_READER: SettingsReader<RealServerConfig, ServerRead> =
  settingsReader(SERVER_SETTINGS);
