/** Mail, FIFOs and notify commands reach the model, from both forms of the file, and the plan shows their changes. */
import { expect, test } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import { convert } from '../../../../src/core/language/yaml/convert.ts';
import { diffConfig } from '../../../../src/core/plan/diff-config.ts';
import { instance, parse } from '../../../support/parse-text.ts';
import { parseYaml } from '../../../support/parse-yaml.ts';

const TEXT = `global_defs {
  notification_email {
    ops@example.com
    "Admin Person <admin@example.org>"
    ops@example.com
  }
  notification_email_from ka@example.net
  smtp_server 192.0.2.2 2525
  smtp_helo_name mail.example.net
  smtp_connect_timeout 7
  smtp_alert off
  smtp_alert_vrrp
  smtp_alert_checker off
  no_email_faults
  no_checker_emails
  notify_fifo /run/all.fifo
  notify_fifo_script "/usr/bin/reader -v" nobody
  vrrp_notify_fifo /run/vrrp.fifo nobody nogroup
  lvs_notify_fifo /run/lvs.fifo
  vrrp_notify_priority_changes
  fifo_write_vrrp_states_on_reload
  rs_init_notifies
}
${instance('notify_deleted "/d x"')}`;

const NOTIFY = {
  mail: {
    recipients: ['ops@example.com', 'Admin Person <admin@example.org>'],
    from: 'ka@example.net',
    server: '192.0.2.2',
    port: 2525,
    heloName: 'mail.example.net',
    timeout: seconds(7),
    alerts: false,
    vrrpAlerts: true,
    checkerAlerts: false,
    faults: false,
    everyCheck: false,
  },
  fifos: {
    all: { path: '/run/all.fifo' },
    allScript: { argv: ['/usr/bin/reader', '-v'], user: 'nobody' },
    vrrp: { path: '/run/vrrp.fifo', user: 'nobody', group: 'nogroup' },
    lvs: { path: '/run/lvs.fifo' },
  },
  priorityChanges: true,
  statesOnReload: true,
  serversAtStart: true,
};

test('every setting of notifications in global_defs is in the model', () => {
  const { config } = parse(TEXT);
  expect(config?.global.notify).toEqual(NOTIFY);
  expect(config?.vrrpInstances[0]?.notify).toEqual({ deleted: { command: { argv: ['/d', 'x'] } } });
});

test('the YAML form says the same', () => {
  const there = convert(parse(TEXT), 'yaml', parseYaml);
  expect(there.ok).toBe(true);
  expect(parseYaml(there.text).config?.global.notify).toEqual(NOTIFY);
});

test('without a word about them there are none; defaults are those of keepalived', () => {
  expect(parse(instance('')).config?.global.notify).toBeUndefined();
  const { config } = parse(`global_defs {\n smtp_server 192.0.2.2\n}\n${instance('')}`);
  expect(config?.global.notify?.mail).toEqual({
    recipients: [],
    server: '192.0.2.2',
    port: 25,
    timeout: seconds(30),
    faults: true,
    everyCheck: true,
  });
});

test('notify_deleted needs no command', () => {
  const { config } = parse(instance('notify_deleted'));
  expect(config?.vrrpInstances[0]?.notify).toEqual({ deleted: {} });
});

test('the plan shows a change in the words of the file', () => {
  const [before, after] = [
    TEXT,
    TEXT.replace('2525', '25').replace('/run/lvs.fifo', '/run/l.fifo root'),
  ].map((text) => parse(text).config);
  if (before === undefined || after === undefined) throw new Error('refused');
  const [change] = diffConfig(before, after).changes;
  expect(change?.fields.map(({ field, from, to }) => [field, from, to])).toEqual([
    ['smtp_server (port)', '2525', '25'],
    ['lvs_notify_fifo', '/run/lvs.fifo', '/run/l.fifo of root'],
  ]);
});

test('commands and FIFOs without a user get that of script_user, wherever it stands', () => {
  const global =
    'global_defs {\n notify_fifo /run/n.fifo\n notify_fifo_script /r\n script_user nobody nogroup\n}\n';
  const { config } = parse(
    `${global}${instance('notify_master /m\n notify_backup /b root\n notify_deleted /d')}`,
  );
  const nobody = { user: 'nobody', group: 'nogroup' };
  expect(config?.global.notify?.fifos).toEqual({
    all: { path: '/run/n.fifo', ...nobody },
    allScript: { argv: ['/r'], ...nobody },
  });
  expect(config?.vrrpInstances[0]?.notify).toEqual({
    master: { argv: ['/m'], ...nobody },
    backup: { argv: ['/b'], user: 'root' },
    deleted: { command: { argv: ['/d'], ...nobody } },
  });
});

test('a command that must not be run on this host is not in the model', () => {
  const host = {
    program: (path: string) => (path === '/missing' ? 'missing' : 'usable'),
    userExists: (name: string) => name === 'root',
  } as const;
  const { config } = parse(instance('notify_master /missing\n notify_backup /b'), { host });
  expect(config?.vrrpInstances[0]?.notify).toEqual({ backup: { argv: ['/b'] } });
});
