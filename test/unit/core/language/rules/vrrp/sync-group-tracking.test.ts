/** Weighted trackers of members. */
import { describeRule, vrrp } from '../describe-rule.ts';

const SCRIPTS = 'vrrp_script A {\n script /bin/true\n weight -20\n}\n';
const GROUP =
  'vrrp_sync_group G {\n  sync_group_tracking_weight\n  group {\n    V\n    W\n  }\n}\n';
const TRACK = 'track_script {\n    A\n  }';
const members = (v: string, w: string): string => vrrp(v) + vrrp(w, 'W', '192.168.2.100/24', 52);

describeRule('sync-group-tracking', [
  {
    it: 'points at a group of which only one member tracks by weight',
    text: SCRIPTS + GROUP.replace('G {', 'G { # here') + members(TRACK, ''),
    says: /"G"/,
  },
  { it: 'accepts members that track alike', text: SCRIPTS + GROUP + members(TRACK, TRACK) },
  {
    it: 'accepts different trackers without weight',
    text: SCRIPTS + GROUP + members('track_script {\n A weight 0\n }', ''),
  },
  {
    it: 'leaves groups alone that allow no weights',
    text: SCRIPTS + GROUP.replace('  sync_group_tracking_weight\n', '') + members(TRACK, ''),
  },
]);
