/** Settings of `vrrp_sync_group`. */
import type { SyncGroupConfig } from '../../model/config.ts';
import { HIDDEN, list, type Settings } from './row.ts';

/** Rows of a sync group. */
export const SYNC_GROUP_SETTINGS: Settings<SyncGroupConfig> = {
  name: HIDDEN,
  members: list<string>('group'),
};
