/** Alert mails. */
import { describeRule, server, service, vrrp } from '../describe-rule.ts';

const globals = (...lines: readonly string[]): string =>
  `global_defs {\n  ${lines.join('\n  ')}\n}\n`;
const TO = 'notification_email {\n    a@example.com\n  }';
const RELAY = 'smtp_server 127.0.0.1';

describeRule('mail-never-sent', [
  {
    it: 'tells that there is no relay',
    text: globals(TO.replace('{', '{ # here')) + vrrp(''),
    says: /smtp_server/,
  },
  {
    it: 'tells that there is no recipient',
    text: globals(RELAY, 'smtp_alert # here') + vrrp(''),
    says: /notification_email/,
  },
  {
    it: 'tells that nothing sends',
    text: globals(RELAY, TO.replace('{', '{ # here')) + vrrp(''),
    says: /smtp_alert is off/,
  },
  { it: 'knows that real servers send by default', text: globals(RELAY, TO) + service(server()) },
  {
    it: 'knows that a switch turns that off',
    text: globals(RELAY, TO.replace('{', '{ # here'), 'smtp_alert_checker off') + service(server()),
  },
  { it: 'accepts a switch', text: globals(RELAY, TO, 'smtp_alert') + vrrp('') },
  { it: 'accepts a switch in an instance', text: globals(RELAY, TO) + vrrp('smtp_alert') },
  { it: 'accepts a relay alone', text: globals(RELAY) + vrrp('') },
]);
