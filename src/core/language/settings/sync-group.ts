/** Settings of `vrrp_sync_group`. */
import type { SyncGroupConfig } from '../../model/config.ts';
import type { VrrpNotifyConfig } from '../../model/notify.ts';
import { VRRP_NOTIFY } from './notify.ts';
import { group, HIDDEN, list, type Settings } from './row.ts';
import { entryIdentity, entryText, leftOutText, trackerIdentity, trackerText } from './texts.ts';

/** Rows of a sync group. */
export const SYNC_GROUP_SETTINGS: Settings<SyncGroupConfig> = {
  name: HIDDEN,
  members: list<string>('group'),
  trackers: list('track_script', entryText, {
    identity: entryIdentity,
    shown: 'tracker',
  }),
  leftOut: list('track_script', leftOutText, {
    identity: entryIdentity,
    shown: 'tracker left out',
  }),
  trackInterfaces: list('track_interface', trackerText, { identity: trackerIdentity }),
  notify: group<VrrpNotifyConfig>(VRRP_NOTIFY),
};
