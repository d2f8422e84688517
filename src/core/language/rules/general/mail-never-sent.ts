/** Rule: a mail needs a relay, a recipient and somebody who sends it. */
import { all, bool, flag, last } from '../../typed/access.ts';
import type { TypedBlock, TypedStatement } from '../../typed/values.ts';
import type { Rule } from '../rule.ts';

const SWITCHES: readonly string[] = ['smtp_alert', 'smtp_alert_vrrp', 'smtp_alert_checker'];

/** Reports alert settings of which a part is missing. */
export const MAIL_NEVER_SENT: Rule = {
  name: 'mail-never-sent',
  lacksAnywhere: ['smtp_alert', 'smtp_alert_vrrp', 'smtp_alert_checker', 'notification_email'],
  reason: 'Somebody relies on alerts that never come',
  fix: 'Write smtp_server, notification_email and smtp_alert',
  check: ({ globals, root, report }) => {
    const recipients = last(globals, 'notification_email');
    const relay = last(globals, 'smtp_server');
    const alert = alertOf(globals, root);
    const typed = recipients ?? alert;
    if (typed === undefined) return;
    if (relay === undefined) {
      report({
        at: { typed },
        message: 'without smtp_server no alert mail is ever sent',
        suggestion: 'write smtp_server with the address of the relay',
      });
    } else if (recipients === undefined) {
      report({
        at: { typed },
        message: 'without notification_email there is nobody to send alert mails to',
        suggestion: 'write notification_email { ADDRESS }',
      });
    } else if (alert === undefined && !mailsByDefault(globals, root)) {
      report({
        at: { typed },
        message:
          'nothing sends mail: smtp_alert is off, and only checked real servers send without it',
        suggestion: 'write smtp_alert in global_defs, or in the instances',
      });
    }
  },
};

/** A switch that is on, anywhere. */
function alertOf(globals: TypedBlock | undefined, root: TypedBlock): TypedStatement | undefined {
  for (const name of SWITCHES) {
    if (bool(globals, name) === true) return last(globals, name);
  }
  for (const typed of root.statements) {
    if (bool(typed.block, 'smtp_alert') === true) return last(typed.block, 'smtp_alert');
  }
  return undefined;
}

/** Real servers send mail unless a switch says otherwise; those without checkers have nothing to say. */
function mailsByDefault(globals: TypedBlock | undefined, root: TypedBlock): boolean {
  if (SWITCHES.some((name) => name !== 'smtp_alert_vrrp' && flag(globals, name))) return false;
  return all(root, 'virtual_server').some((server) => all(server.block, 'real_server').length > 0);
}
