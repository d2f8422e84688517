/** Mail addresses of samples. */
import { describeRule } from '../describe-rule.ts';

describeRule('sample-mail', [
  {
    it: 'points at mail addresses',
    text: 'global_defs {\n  notification_email {\n    acassen@firewall.loc # here\n    sysadmin@firewall.loc\n  }\n}\n',
    says: /sysadmin@firewall\.loc/,
  },
  {
    it: 'accepts other addresses',
    text: 'global_defs {\n  notification_email {\n    a@example.com\n  }\n}\n',
  },
]);
