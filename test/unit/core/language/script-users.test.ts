/** Who scripts run as when the configuration does not say so. */
import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../../../src/core/language/host.ts';
import { findings, instance, parse } from '../../../support/parse-text.ts';

const HOST: HostFacts = { program: () => 'usable', groupExists: () => true };
const SECURE = 'global_defs {\n  enable_script_security\n}\n';
const NOTIFY = instance('notify_master /usr/bin/true');
const SERVER = `virtual_server 192.0.2.10 80 {
  lvs_sched rr
  lvs_method DR
  protocol TCP
  quorum_up /usr/bin/true
  real_server 10.0.0.1 80 {
    notify_up /usr/bin/true
    TCP_CHECK {
    }
  }
}
`;

/** Code by line and exit status on a host with these users. */
function check(text: string, ...users: string[]): readonly [string[], number] {
  const result = parse(text, { host: { ...HOST, userExists: (name) => users.includes(name) } });
  return [findings(result), result.verdict.exitStatus];
}

describe('C7: with enable_script_security and nobody to run scripts as', () => {
  test.each([
    ['a notify script of an instance', `${SECURE}${NOTIFY}`, ['7:unknown-user']],
    ['scripts of a virtual server', `${SECURE}${SERVER}`, ['8:unknown-user', '10:unknown-user']],
    [
      'the script of a FIFO',
      `${SECURE.replace('}', '  notify_fifo /run/f\n  notify_fifo_script /usr/bin/true\n}')}${instance('')}`,
      ['4:unknown-user'],
    ],
  ])('%s is never run: exit status 5, as keepalived', (_, text, expected) => {
    expect(check(text, 'root')).toEqual([expected, 5]);
  });

  test('says what would be right, and is a state of the host', () => {
    const host = { ...HOST, userExists: () => false };
    const { diagnostics } = parse(`${SECURE}${NOTIFY}`, { host });
    expect(diagnostics.find(({ code }) => code === 'unknown-user')).toMatchObject({
      message: 'notify_master: there is no user to run it as; it is never run',
      expected: 'script_user USER in global_defs, or a user "keepalived_script" on this host',
      cause: 'host',
    });
  });

  test.each([
    ['the user keepalived_script', `${SECURE}${NOTIFY}`, ['keepalived_script']],
    ['a script_user', `${SECURE.replace('}', '  script_user root\n}')}${NOTIFY}`, ['root']],
    ['a user of its own', `${SECURE}${NOTIFY.replace('/true', '/true root')}`, ['root']],
    ['no script', `${SECURE}${instance('notify_master ""')}`, ['root']],
  ])('nothing is wrong with %s', (_, text, users) => {
    expect(check(text, ...users)).toEqual([[], 0]);
  });

  test('a script_user that does not exist is told once, not for each script', () => {
    const text = `${SECURE.replace('}', '  script_user nobody2\n}')}${NOTIFY}`;
    expect(check(text, 'root')).toEqual([['3:unknown-user'], 5]);
  });

  test('without enable_script_security scripts run as root: exit status 6', () => {
    expect(check(NOTIFY, 'root')).toEqual([['4:script-security'], 6]);
  });
});
