/** Scripts that their user cannot get to. */
import { describeRule, vrrp } from '../describe-rule.ts';

/** Only root may enter `/root`. */
const host = {
  host: {
    program: () => 'usable' as const,
    userExists: () => true,
    groupExists: () => true,
    barrier: (program: string, { user, group }: { user: string; group?: string }) =>
      program.startsWith('/root/') && user !== 'root' && group !== 'wheel'
        ? { at: '/root', isProgram: false }
        : undefined,
  },
};

describeRule('script-shut-out', [
  {
    it: 'names the directory that the user of the command may not enter',
    text: vrrp('notify_master "/root/a" nobody # here'),
    ...host,
    says: 'notify_master: the user "nobody" cannot get to "/root/a": it may not enter /root',
  },
  {
    it: 'takes script_user where nothing else is said, and says it once for a program and its user',
    text: `global_defs {\n  script_user nobody\n}\n${vrrp('notify_master /root/a # here\n  notify_backup /root/a')}`,
    ...host,
    says: '"nobody"',
  },
  {
    it: 'takes the user of the block',
    text: `global_defs {\n  script_user root\n}\nvrrp_script chk {\n  script /root/a # here\n  user nobody\n}\n${vrrp('track_script {\n    chk\n  }')}`,
    ...host,
    says: 'script: the user "nobody"',
  },
  {
    it: 'is silent where the group lets the user in, and for root',
    text: vrrp('notify_master "/root/a" nobody wheel\n  notify_backup "/root/b" root'),
    ...host,
  },
  {
    it: 'names a program that its user may not execute',
    text: vrrp('notify_master "/etc/a" nobody # here'),
    host: { ...host.host, barrier: (at: string) => ({ at, isProgram: true }) },
    says: 'the user "nobody" may not execute "/etc/a"',
  },
  { it: 'says nothing about an unknown host', text: vrrp('notify_master "/root/a" nobody') },
]);
