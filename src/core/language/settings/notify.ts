/** Settings of notify commands and alert mails, in every block that has them. */

import { commandText } from '../../model/command.ts';
import type {
  InstanceNotifyConfig,
  ServerNotifyConfig,
  ServiceNotifyConfig,
  VrrpNotifyConfig,
} from '../../model/notify.ts';
import { type SettingsReader, settingsReader } from './read.ts';
import { command, commandOf, maybeOnOff, type ReadSetting, type Settings } from './row.ts';

/** Rows of a sync group. */
export const VRRP_NOTIFY: Settings<VrrpNotifyConfig, keyof VrrpNotifyConfig> = {
  master: command('notify_master'),
  backup: command('notify_backup'),
  fault: command('notify_fault'),
  stop: command('notify_stop'),
  any: command('notify'),
  priorityChanges: maybeOnOff('notify_priority_changes'),
  mail: maybeOnOff('smtp_alert'),
};

type Deleted = InstanceNotifyConfig['deleted'];

const DELETED: ReadSetting<Deleted> = {
  kind: 'read',
  keyword: 'notify_deleted',
  meaning: (word) => {
    const found = commandOf(word);
    return found === undefined ? {} : { command: found };
  },
  fallback: undefined,
  text: ({ command: found }) => (found === undefined ? 'on' : commandText(found)),
};

/** Rows of an instance. */
export const INSTANCE_NOTIFY: Settings<InstanceNotifyConfig, keyof InstanceNotifyConfig> = {
  ...VRRP_NOTIFY,
  lowerPriority: command('notify_master_rx_lower_pri'),
  deleted: DELETED,
};

/** Rows of a virtual server. */
export const SERVICE_NOTIFY: Settings<ServiceNotifyConfig, keyof ServiceNotifyConfig> = {
  quorumUp: command('quorum_up'),
  quorumDown: command('quorum_down'),
  mail: maybeOnOff('smtp_alert'),
};

/** Rows of a real server. */
export const SERVER_NOTIFY: Settings<ServerNotifyConfig, keyof ServerNotifyConfig> = {
  up: command('notify_up'),
  down: command('notify_down'),
  mail: maybeOnOff('smtp_alert'),
};

/** Reads those of a sync group. */
export const VRRP_NOTIFY_READER: SettingsReader<VrrpNotifyConfig, keyof VrrpNotifyConfig> =
  settingsReader(VRRP_NOTIFY);

/** Reads those of an instance. */
export const INSTANCE_NOTIFY_READER: SettingsReader<
  InstanceNotifyConfig,
  keyof InstanceNotifyConfig
> = settingsReader(INSTANCE_NOTIFY);

/** Reads those of a virtual server. */
export const SERVICE_NOTIFY_READER: SettingsReader<ServiceNotifyConfig, keyof ServiceNotifyConfig> =
  settingsReader(SERVICE_NOTIFY);

/** Reads those of a real server. */
export const SERVER_NOTIFY_READER: SettingsReader<ServerNotifyConfig, keyof ServerNotifyConfig> =
  settingsReader(SERVER_NOTIFY);
