/** Settings of notify commands and alert mails, in every block that has them. */

import { commandText } from '../../model/command.ts';
import type {
  InstanceNotifyConfig,
  ServerNotifyConfig,
  ServiceNotifyConfig,
  VrrpNotifyConfig,
} from '../../model/notify.ts';
import { type SettingsReader, settingsReader } from './read.ts';
import { command, commandOf, maybeOnOff, NOT_YET, type ReadSetting, type Settings } from './row.ts';

const LATER = { note: NOT_YET } as const;

/** Rows of a sync group. */
export const VRRP_NOTIFY: Settings<VrrpNotifyConfig, keyof VrrpNotifyConfig> = {
  master: command('notify_master', LATER),
  backup: command('notify_backup', LATER),
  fault: command('notify_fault', LATER),
  stop: command('notify_stop', LATER),
  any: command('notify', LATER),
  priorityChanges: maybeOnOff('notify_priority_changes', LATER),
  mail: maybeOnOff('smtp_alert', LATER),
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
  ...LATER,
};

/** Rows of an instance. */
export const INSTANCE_NOTIFY: Settings<InstanceNotifyConfig, keyof InstanceNotifyConfig> = {
  ...VRRP_NOTIFY,
  lowerPriority: command('notify_master_rx_lower_pri', LATER),
  deleted: DELETED,
};

/** Rows of a virtual server. */
export const SERVICE_NOTIFY: Settings<ServiceNotifyConfig, keyof ServiceNotifyConfig> = {
  quorumUp: command('quorum_up', LATER),
  quorumDown: command('quorum_down', LATER),
  mail: maybeOnOff('smtp_alert', LATER),
};

/** Rows of a real server. */
export const SERVER_NOTIFY: Settings<ServerNotifyConfig, keyof ServerNotifyConfig> = {
  up: command('notify_up', LATER),
  down: command('notify_down', LATER),
  mail: maybeOnOff('smtp_alert', LATER),
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
