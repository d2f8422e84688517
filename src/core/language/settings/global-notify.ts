/** Settings of `global_defs` about notifications: mail, FIFOs, and what is told. */
import { seconds } from '../../base/time.ts';
import type { FifosConfig, GlobalNotifyConfig, MailConfig } from '../../model/notify.ts';
import { type SettingsReader, settingsReader } from './read.ts';
import {
  command,
  group,
  list,
  maybeOnOff,
  NOT_YET,
  offOn,
  onOff,
  type Settings,
  whole,
  wholeSeconds,
  word,
  work,
} from './row.ts';
import { fifoText } from './texts.ts';

const LATER = { note: NOT_YET } as const;
const MAIL_PORT = 25;

/** Fields of the mail settings that their rows read alone. */
export type MailRead = Exclude<keyof MailConfig, 'recipients'>;

const MAIL: Settings<MailConfig, MailRead> = {
  recipients: list<string>('notification_email', undefined, LATER),
  from: word('notification_email_from', LATER),
  server: word('smtp_server', LATER),
  port: whole('smtp_server', MAIL_PORT, { position: 1, shown: 'smtp_server (port)', ...LATER }),
  heloName: word('smtp_helo_name', LATER),
  timeout: wholeSeconds('smtp_connect_timeout', seconds(30), LATER),
  alerts: maybeOnOff('smtp_alert', LATER),
  vrrpAlerts: maybeOnOff('smtp_alert_vrrp', LATER),
  checkerAlerts: maybeOnOff('smtp_alert_checker', LATER),
  faults: offOn('no_email_faults', LATER),
  everyCheck: offOn('no_checker_emails', LATER),
};

/** Fields of the FIFOs that their rows read alone. */
export type FifosRead = 'allScript' | 'vrrpScript' | 'lvsScript';

const FIFOS: Settings<FifosConfig, FifosRead> = {
  all: work('notify_fifo', fifoText, LATER),
  allScript: command('notify_fifo_script', LATER),
  vrrp: work('vrrp_notify_fifo', fifoText, LATER),
  vrrpScript: command('vrrp_notify_fifo_script', LATER),
  lvs: work('lvs_notify_fifo', fifoText, LATER),
  lvsScript: command('lvs_notify_fifo_script', LATER),
};

/** Fields of the rest that their rows read alone. */
export type GlobalNotifyRead = 'priorityChanges' | 'statesOnReload' | 'serversAtStart';

/** Rows of everything that `global_defs` say about notifications. */
export const GLOBAL_NOTIFY: Settings<GlobalNotifyConfig, GlobalNotifyRead> = {
  mail: group<MailConfig>(MAIL),
  fifos: group<FifosConfig>(FIFOS),
  priorityChanges: maybeOnOff('vrrp_notify_priority_changes', LATER),
  statesOnReload: onOff('fifo_write_vrrp_states_on_reload', LATER),
  serversAtStart: onOff('rs_init_notifies', LATER),
};

/** Reads the mail settings. */
export const MAIL_READER: SettingsReader<MailConfig, MailRead> = settingsReader(MAIL);

/** Reads the programs of the FIFOs. */
export const FIFOS_READER: SettingsReader<FifosConfig, FifosRead> = settingsReader(FIFOS);

/** Reads the rest. */
export const GLOBAL_NOTIFY_READER: SettingsReader<GlobalNotifyConfig, GlobalNotifyRead> =
  settingsReader(GLOBAL_NOTIFY);
