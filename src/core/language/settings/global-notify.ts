/** Settings of `global_defs` about notifications: mail, FIFOs, and what is told. */
import { seconds } from '../../base/time.ts';
import type { FifosConfig, GlobalNotifyConfig, MailConfig } from '../../model/notify.ts';
import { type SettingsReader, settingsReader } from './read.ts';
import {
  command,
  group,
  list,
  maybeOnOff,
  offOn,
  onOff,
  type Settings,
  whole,
  wholeSeconds,
  word,
  work,
} from './row.ts';
import { fifoText } from './texts.ts';

const MAIL_PORT = 25;

/** Fields of the mail settings that their rows read alone. */
export type MailRead = Exclude<keyof MailConfig, 'recipients'>;

const MAIL: Settings<MailConfig, MailRead> = {
  recipients: list<string>('notification_email', undefined),
  from: word('notification_email_from'),
  server: word('smtp_server'),
  port: whole('smtp_server', MAIL_PORT, { position: 1, shown: 'smtp_server (port)' }),
  heloName: word('smtp_helo_name'),
  timeout: wholeSeconds('smtp_connect_timeout', seconds(30)),
  alerts: maybeOnOff('smtp_alert'),
  vrrpAlerts: maybeOnOff('smtp_alert_vrrp'),
  checkerAlerts: maybeOnOff('smtp_alert_checker'),
  faults: offOn('no_email_faults'),
  everyCheck: offOn('no_checker_emails'),
};

/** Fields of the FIFOs that their rows read alone. */
export type FifosRead = 'allScript' | 'vrrpScript' | 'lvsScript';

const FIFOS: Settings<FifosConfig, FifosRead> = {
  all: work('notify_fifo', fifoText),
  allScript: command('notify_fifo_script'),
  vrrp: work('vrrp_notify_fifo', fifoText),
  vrrpScript: command('vrrp_notify_fifo_script'),
  lvs: work('lvs_notify_fifo', fifoText),
  lvsScript: command('lvs_notify_fifo_script'),
};

/** Fields of the rest that their rows read alone. */
export type GlobalNotifyRead = 'priorityChanges' | 'statesOnReload' | 'serversAtStart';

/** Rows of everything that `global_defs` say about notifications. */
export const GLOBAL_NOTIFY: Settings<GlobalNotifyConfig, GlobalNotifyRead> = {
  mail: group<MailConfig>(MAIL),
  fifos: group<FifosConfig>(FIFOS),
  priorityChanges: maybeOnOff('vrrp_notify_priority_changes'),
  statesOnReload: onOff('fifo_write_vrrp_states_on_reload'),
  serversAtStart: onOff('rs_init_notifies'),
};

/** Reads the mail settings. */
export const MAIL_READER: SettingsReader<MailConfig, MailRead> = settingsReader(MAIL);

/** Reads the programs of the FIFOs. */
export const FIFOS_READER: SettingsReader<FifosConfig, FifosRead> = settingsReader(FIFOS);

/** Reads the rest. */
export const GLOBAL_NOTIFY_READER: SettingsReader<GlobalNotifyConfig, GlobalNotifyRead> =
  settingsReader(GLOBAL_NOTIFY);
