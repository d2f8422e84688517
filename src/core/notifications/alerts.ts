/** Whether a change is mailed: the nearest switch that is set decides (keywords `smtp_alert*`). */
import type { MailConfig } from '../model/notify.ts';

/** True for an instance or a group; off by default. */
export function mailsVrrp(own: boolean | undefined, mail: MailConfig | undefined): boolean {
  return own ?? mail?.vrrpAlerts ?? mail?.alerts ?? false;
}

/** True for a virtual server; off by default. */
export function mailsService(own: boolean | undefined, mail: MailConfig | undefined): boolean {
  return own ?? mail?.checkerAlerts ?? mail?.alerts ?? false;
}

/** True for a real server; on by default. */
export function mailsServer(own: boolean | undefined, mail: MailConfig | undefined): boolean {
  return own ?? mail?.checkerAlerts ?? mail?.alerts ?? true;
}

/** True when mails can be sent at all: there is a relay, and somebody to write to. */
export function canMail(
  mail: MailConfig | undefined,
): mail is MailConfig & { readonly server: string } {
  return mail?.server !== undefined && mail.recipients.length > 0;
}
