/** `vrrp_sync_group`: instances that change state together. */
import { block, bool, defineBlock, defineWords, flag, WORD, WORKS } from '../schema/define.ts';
import type { BlockTable } from '../schema/keyword-table.ts';
import { withEffects } from '../settings/effects.ts';
import { SYNC_GROUP_SETTINGS } from '../settings/sync-group.ts';
import { notify } from './scripts.ts';
import { trackRows } from './tracking.ts';

const MEMBERS = defineWords('vrrp_sync_group.group', 'Names of instances', WORD);

/** The table of `vrrp_sync_group`. */
export const SYNC_GROUP: BlockTable = defineBlock(
  'vrrp_sync_group',
  'Instances that change state together',
  withEffects(SYNC_GROUP_SETTINGS, [
    block('group', 'Members', [], MEMBERS, { ...WORKS, repeat: 'first-complaint', since: '1.0.3' }),
    ...trackRows('vrrp_sync_group'),
    notify('notify_master', 'Command run when the group becomes master'),
    notify('notify_backup', 'Command run when the group becomes backup'),
    notify('notify_fault', 'Command run when the group enters FAULT'),
    notify('notify_stop', 'Command run at the stop', { since: '2.0.0' }),
    notify('notify', 'Command run on every change, with type, name, state and priority'),
    bool('smtp_alert', 'Send alert mails for this group', {
      default: 'smtp_alert_vrrp',
      since: '1.0.3',
    }),
    bool('notify_priority_changes', 'Default for the members', { since: '2.2.0' }),
    flag('sync_group_tracking_weight', 'Allow weighted trackers on members', {
      ...WORKS,
      since: '2.0.0',
    }),
    flag('global_tracking', 'Old name of sync_group_tracking_weight', {
      ...WORKS,
      deprecatedBy: 'sync_group_tracking_weight',
      since: '1.2.3',
    }),
  ]),
);

/** `track_group NAME`: instances that static entries put into FAULT. */
export const TRACK_GROUP: BlockTable = defineBlock(
  'track_group',
  'Instances that fail with a static address, route or rule',
  [
    block(
      'group',
      'Members',
      [],
      { ...MEMBERS, name: 'track_group.group' },
      { ...WORKS, repeat: 'first-complaint', since: '2.0.3' },
    ),
  ],
);
