/** Configurations of VRRP instances, with values that a test changes. */

import { ZERO_DURATION } from '../../../src/core/base/time.ts';
import {
  type AnnounceConfig,
  INSTANCE_DEFAULTS,
  type VrrpInstanceConfig,
} from '../../../src/core/model/config.ts';
import type { VrrpConfig } from '../../../src/core/vrrp/events-and-actions.ts';
import { vip } from './addresses.ts';

/** Announcements: one per address and no more, unless told otherwise. */
export function announce(changes: Partial<AnnounceConfig> = {}): AnnounceConfig {
  return {
    repeat: 1,
    delay: ZERO_DURATION,
    refresh: ZERO_DURATION,
    refreshRepeat: 1,
    lowerPriorityRepeat: 1,
    lowerPriorityDelay: ZERO_DURATION,
    arpGap: ZERO_DURATION,
    naGap: ZERO_DURATION,
    ...changes,
  };
}

/** The instance of the reference's checklist: VRID 51, priority 100, 1 s, 192.0.2.100, version 2. */
export function instance(changes: Partial<VrrpInstanceConfig> = {}): VrrpInstanceConfig {
  return {
    ...INSTANCE_DEFAULTS,
    name: 'VI',
    interface: 'eth0',
    vrid: 51,
    family: 'ipv4',
    addresses: [vip('192.0.2.100')],
    announce: announce(),
    ...changes,
  };
}

/** The same for IPv6. */
export function instance6(changes: Partial<VrrpInstanceConfig> = {}): VrrpInstanceConfig {
  return instance({
    version: 3,
    family: 'ipv6',
    vrid: 61,
    addresses: [vip('fe80::100'), vip('2001:db8:1::100')],
    ...changes,
  });
}

/** A configuration of the whole process. */
export function configuration(
  instances: readonly VrrpInstanceConfig[],
  changes: Partial<VrrpConfig> = {},
): VrrpConfig {
  return { instances, syncGroups: [], startupDelay: ZERO_DURATION, bfd: [], ...changes };
}
