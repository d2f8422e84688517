/** Settings of `vrrp_instance` and the defaults that `global_defs` has for them. */
import { exactSpanText } from '../../base/span-text.ts';
import {
  type AnnounceConfig,
  INSTANCE_DEFAULTS,
  type VrrpInstanceConfig,
} from '../../model/config.ts';
import type { InstanceOptionsConfig } from '../../model/instance-options.ts';
import type { InstanceNotifyConfig } from '../../model/notify.ts';
import { routeIdentity, routeText, ruleIdentity, ruleText } from '../../model/routing-text.ts';
import {
  addressOptionsIdentity,
  addressOptionsText,
  hmacText,
  OPTION_SETTINGS,
} from './instance-options.ts';
import { INSTANCE_NOTIFY } from './notify.ts';
import { type SettingsReader, settingsReader } from './read.ts';
import {
  group,
  HIDDEN,
  invertedText,
  list,
  NOT_YET,
  offOn,
  onOff,
  type Settings,
  time,
  whole,
  wholeSeconds,
  work,
} from './row.ts';
import { takeoverHeartbeatText } from './takeover.ts';
import {
  addressIdentity,
  addressText,
  authenticationText,
  entryIdentity,
  entryText,
  leftOutText,
  ownLinkText,
  peerIdentity,
  peerText,
  trackerIdentity,
  trackerText,
} from './texts.ts';

const { announce: DEFAULTS } = INSTANCE_DEFAULTS;

/** When an instance announces its addresses. The gaps are for whole interfaces: only `global_defs` has them. */
const ANNOUNCE: Settings<AnnounceConfig, keyof AnnounceConfig> = {
  repeat: whole('garp_master_repeat', DEFAULTS.repeat, { global: 'vrrp_garp_master_repeat' }),
  delay: wholeSeconds('garp_master_delay', DEFAULTS.delay, { global: 'vrrp_garp_master_delay' }),
  refresh: wholeSeconds('garp_master_refresh', DEFAULTS.refresh, {
    global: 'vrrp_garp_master_refresh',
  }),
  refreshRepeat: whole('garp_master_refresh_repeat', DEFAULTS.refreshRepeat, {
    global: 'vrrp_garp_master_refresh_repeat',
  }),
  lowerPriorityRepeat: whole(
    'garp_lower_prio_repeat',
    { like: 'repeat' },
    { global: 'vrrp_garp_lower_prio_repeat' },
  ),
  lowerPriorityDelay: wholeSeconds(
    'garp_lower_prio_delay',
    { like: 'delay' },
    { global: 'vrrp_garp_lower_prio_delay' },
  ),
  arpGap: time('', DEFAULTS.arpGap, { global: 'vrrp_garp_interval', shown: 'vrrp_garp_interval' }),
  naGap: time('', DEFAULTS.naGap, { global: 'vrrp_gna_interval', shown: 'vrrp_gna_interval' }),
};

/** Fields of an instance that their rows read alone; strict mode and others may overrule them. */
export type InstanceRead =
  | 'downTimerAdverts'
  | 'needsPeer'
  | 'checkUnicastSource'
  | 'checksumWithoutPseudoHeader'
  | 'answerLowerPriority'
  | 'answerHigherPriority'
  | 'strict'
  | 'skipListCheck'
  | 'ignoreAdvertisements'
  | 'ignoreOwnInterface';

/** Rows of an instance. */
export const INSTANCE_SETTINGS: Settings<VrrpInstanceConfig, InstanceRead> = {
  name: HIDDEN,
  initialState: work('state', undefined, { note: 'counts at a start only' }),
  interface: work('interface'),
  vrid: work('virtual_router_id'),
  priority: work('priority'),
  version: work('version'),
  family: work('', undefined, { shown: 'family' }),
  advertInterval: work('advert_int', exactSpanText),
  authentication: work('authentication', authenticationText),
  addresses: list('virtual_ipaddress', addressText, { identity: addressIdentity }),
  excludedAddresses: list('virtual_ipaddress_excluded', addressText, { identity: addressIdentity }),
  preempt: work('nopreempt', invertedText),
  preemptDelay: work('preempt_delay', exactSpanText),
  downTimerAdverts: whole('down_timer_adverts', INSTANCE_DEFAULTS.downTimerAdverts, {
    global: 'vrrp_down_timer_adverts',
  }),
  sourceAddress: work('mcast_src_ip', undefined, { shown: 'source address' }),
  multicastGroup: work('mcast_dst_ip'),
  unicastPeers: list('unicast_peer', peerText, { identity: peerIdentity }),
  unicastTtl: work('unicast_ttl'),
  needsPeer: onOff('unicast_fault_no_peer'),
  checkUnicastSource: onOff('check_unicast_src', { global: 'vrrp_check_unicast_src' }),
  checksumWithoutPseudoHeader: onOff('v3_checksum_as_v2', { global: 'v3_checksum_as_v2' }),
  answerLowerPriority: offOn('lower_prio_no_advert', { global: 'vrrp_lower_prio_no_advert' }),
  answerHigherPriority: onOff('higher_prio_send_advert', {
    global: 'vrrp_higher_prio_send_advert',
  }),
  strict: onOff('strict_mode', { global: 'vrrp_strict' }),
  skipListCheck: onOff('skip_check_adv_addr', { global: 'vrrp_skip_check_adv_addr' }),
  ignoreAdvertisements: onOff('owner_ignore_adverts', { global: 'vrrp_owner_ignore_adverts' }),
  announce: group<AnnounceConfig>(ANNOUNCE),
  trackInterfaces: list('track_interface', trackerText, { identity: trackerIdentity }),
  ignoreOwnInterface: onOff('dont_track_primary'),
  trackers: list('track_script', entryText, {
    identity: entryIdentity,
    shown: 'tracker',
  }),
  takeoverHeartbeat: work('takeover_heartbeat', takeoverHeartbeatText),
  takeoverWitness: work('takeover_witness'),
  leftOut: list('track_script', leftOutText, {
    identity: entryIdentity,
    shown: 'tracker left out',
  }),
  notify: group<InstanceNotifyConfig>(INSTANCE_NOTIFY),
  ownLink: work('use_vmac', ownLinkText, { shown: 'use_vmac or use_ipvlan' }),
  links: HIDDEN,
  sendsBy: HIDDEN,
  routes: list('virtual_routes', routeText, { identity: routeIdentity }),
  rules: list('virtual_rules', ruleText, { identity: ruleIdentity }),
  hmac: work('auth_hmac', hmacText),
  addressOptions: list('', addressOptionsText, {
    identity: addressOptionsIdentity,
    shown: 'options of an address',
    note: NOT_YET,
  }),
  options: group<InstanceOptionsConfig>(OPTION_SETTINGS),
};

/** Reads them. */
export const INSTANCE_READER: SettingsReader<VrrpInstanceConfig, InstanceRead> =
  settingsReader(INSTANCE_SETTINGS);

/** Reads when an instance announces its addresses. */
export const ANNOUNCE_READER: SettingsReader<AnnounceConfig, keyof AnnounceConfig> =
  settingsReader(ANNOUNCE);
