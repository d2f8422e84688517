/** Alert mails: subjects, bodies and bytes as measured on keepalived 2.4.3; attempts and their end. */
import { expect, test } from 'vitest';
import { milliseconds, seconds } from '../../../../src/core/base/time.ts';
import { bareAddress, mailMessage } from '../../../../src/core/notifications/mail-message.ts';
import type { OutgoingMail } from '../../../../src/core/notifications/orders.ts';
import { type Bench, bench, configOf, DATE, groupTransition, transition } from './support.ts';

function text(global = '', own = ''): string {
  return `global_defs {
  router_id R1
  notification_email {
    ops@example.com
    "Admin Person <admin@example.org>"
  }
  notification_email_from ka@example.net
  smtp_server 192.0.2.2
  smtp_alert
  ${global}
}
vrrp_instance A {
  interface eth0
  virtual_router_id 51
  virtual_ipaddress { 192.0.2.51/24 }
  ${own}
}
vrrp_sync_group G { group { A } }
`;
}

/** The same instance, and nobody to tell. */
const PLAIN =
  'vrrp_instance A { interface eth0\n virtual_router_id 51\n virtual_ipaddress { 192.0.2.51/24 }\n }\n';

function mails(one: Bench): OutgoingMail[] {
  return one.take().flatMap((action) => (action.type === 'send' ? [action.mail] : []));
}

function letters(one: Bench): string[] {
  return mails(one).map(({ message }) => {
    const subject = /^Subject: (.*)\r$/m.exec(message)?.[1];
    return `${subject}: ${/^=> (.*) <=\r$/m.exec(message)?.[1]}`;
  });
}

test('a mail has the bytes of keepalived', () => {
  const one = bench(configOf(text()));
  one.fact(transition('A', 'MASTER'));
  const [mail] = mails(one);
  expect(mail).toEqual({
    id: 1,
    server: '192.0.2.2',
    port: 25,
    heloName: 'vm',
    timeout: seconds(30),
    sender: 'ka@example.net',
    recipients: ['ops@example.com', 'admin@example.org'],
    message: [
      'Date: Sat, 28 Nov 2026 13:58:36 +0000',
      'From: ka@example.net',
      'Subject: [R1] VRRP Instance A - Entering MASTER state',
      'X-Mailer: Keepalived',
      'To: ops@example.com,',
      ' Admin Person <admin@example.org>',
      '',
      '=> VRRP Instance is now owning VRRP VIPs <=',
      '',
      '',
    ].join('\r\n'),
  });
});

test('settings of the relay are used, and absent ones have their defaults', () => {
  const global = 'smtp_helo_name mail.example.net\n smtp_connect_timeout 7';
  const one = bench(
    configOf(
      text(global)
        .replace('192.0.2.2', '192.0.2.2 2525')
        .replace(/ *notification_email_from.*\n/, ''),
    ),
  );
  one.fact(transition('A', 'BACKUP'));
  expect(mails(one)).toMatchObject([
    { port: 2525, heloName: 'mail.example.net', timeout: seconds(7), sender: 'root@vm' },
  ]);
});

test('each state has its subject and its body', () => {
  const one = bench(configOf(text('', 'notify_deleted')), { obliging: true });
  for (const to of ['BACKUP', 'MASTER', 'FAULT'] as const) {
    one.fact(transition('A', to));
    one.fact(groupTransition('G', to));
  }
  one.feed({ type: 'stop', date: DATE });
  expect(letters(one)).toEqual([
    '[R1] VRRP Instance A - Entering BACKUP state: VRRP Instance is no longer owning VRRP VIPs',
    '[R1] VRRP Group G - Entering BACKUP state: All VRRP group instances are now in BACKUP state',
    '[R1] VRRP Instance A - Entering MASTER state: VRRP Instance is now owning VRRP VIPs',
    '[R1] VRRP Group G - Entering MASTER state: All VRRP group instances are now in MASTER state',
    '[R1] VRRP Instance A - Entering FAULT state: VRRP Instance is no longer owning VRRP VIPs',
    '[R1] VRRP Group G - Entering FAULT state: All VRRP group instances are now in FAULT state',
    '[R1] VRRP Instance A - Stopping: VRRP Instance stopping',
    '[R1] VRRP Group G - Stopping: All VRRP group instances are now stopping',
  ]);
});

test('an instance that a reload removes is mailed as deleted', () => {
  const one = bench(configOf(text('', 'notify_deleted')), { obliging: true });
  one.fact(transition('A', 'BACKUP'));
  one.take();
  one.feed({
    type: 'configure',
    config: configOf(text().replace('vrrp_instance A', 'vrrp_instance Z').replace('51', '52')),
  });
  one.fact(transition('A', 'INIT', 'configuration'));
  expect(letters(one)).toEqual(['[R1] VRRP Instance A - Deleted: VRRP Deleted at reload']);
});

test.each([
  ['smtp_alert_vrrp off', '', 0],
  ['', 'smtp_alert off', 0],
  ['smtp_alert_vrrp off', 'smtp_alert on', 1],
  ['', '', 1],
  ['smtp_alert off', '', 0],
])('the nearest switch decides: global "%s", own "%s"', (global, own, count) => {
  const one = bench(configOf(text(global, own)));
  one.fact(transition('A', 'MASTER'));
  expect(mails(one)).toHaveLength(count);
});

test('no_email_faults: what comes before and after a fault is mailed', () => {
  const one = bench(configOf(text('no_email_faults')), { obliging: true });
  for (const to of ['MASTER', 'FAULT', 'BACKUP'] as const) one.fact(transition('A', to));
  expect(letters(one)).toHaveLength(2);
});

test('without a relay or without recipients nobody is mailed', () => {
  const one = bench(configOf(text().replace(/ *smtp_server.*\n/, '')));
  one.fact(transition('A', 'MASTER'));
  expect(one.words()).toEqual([]);
});

const REFUSED = { kind: 'failed', reason: 'connection refused', isFinal: false } as const;

test('a mail that is not taken now is tried again with growing pauses, and given up after half an hour', () => {
  const one = bench(configOf(text()));
  one.fact(transition('A', 'MASTER'));
  one.fact(transition('A', 'BACKUP'));
  const start = one.now;
  const pauses: number[] = [];
  for (let attempt = 1; attempt < 10; attempt++) {
    one.mailEnd(attempt, REFUSED);
    const due = one.machine.deadline ?? one.now;
    pauses.push((due - one.now) / 1e6);
    one.pass((due - one.now) as never);
  }
  expect(pauses).toEqual([5, 15, 45, 135, 300, 300, 300, 300, 300]);
  expect((one.now - start) / 60e6).toBeLessThan(30);
  one.take();
  one.mailEnd(10, REFUSED);
  const actions = one.take();
  expect(actions).toMatchObject([
    { type: 'tell', fact: { id: 'notify.mail-lost', attempts: 10 } },
    { type: 'send', mail: { id: 11 } },
  ]);
});

test('what the relay refuses for ever is given up at once, and the next mail is sent', () => {
  const one = bench(configOf(text()));
  one.fact(transition('A', 'MASTER'));
  one.fact(transition('A', 'BACKUP'));
  one.take();
  one.mailEnd(1, { kind: 'failed', reason: '554 no', isFinal: true });
  expect(one.words()).toEqual([
    'fact notify.mail-lost',
    'mail [R1] VRRP Instance A - Entering BACKUP state',
  ]);
});

test('a refused recipient costs the others nothing; one that is refused for now is tried again alone', () => {
  const one = bench(configOf(text()));
  one.fact(transition('A', 'MASTER'));
  one.take();
  const refused = [{ address: 'admin@example.org', reason: '450 grey', isFinal: false }];
  one.mailEnd(1, { kind: 'sent', refused });
  expect(one.words()).toEqual(['fact notify.mail-sent', 'fact notify.mail-delayed']);
  one.pass(seconds(5));
  expect(mails(one)).toMatchObject([{ recipients: ['admin@example.org'] }]);
});

test('mails that wait are bounded: the oldest is given up and said', () => {
  const one = bench(configOf(text()));
  for (let round = 0; round < 600; round++) {
    one.fact(transition('A', round % 2 === 0 ? 'MASTER' : 'BACKUP'));
  }
  const lost = one.take().filter((action) => action.type === 'tell');
  expect(lost).toHaveLength(99);
});

test('a mail that was under way when the relay left the configuration is given up when it fails', () => {
  const one = bench(configOf(text()));
  one.fact(transition('A', 'MASTER'));
  const [mail] = mails(one);
  one.feed({ type: 'configure', config: configOf(PLAIN) });
  one.mailEnd(mail?.id ?? 0, { kind: 'failed', reason: 'busy', isFinal: false });
  expect(one.take().flatMap((action) => (action.type === 'tell' ? action.fact.id : []))).toEqual([
    'notify.mail-lost',
  ]);
  expect(one.machine.view().isIdle).toBe(true);
});

test('so is one that the runner process took with it', () => {
  const one = bench(configOf(text()));
  one.fact(transition('A', 'MASTER'));
  mails(one);
  one.feed({ type: 'configure', config: configOf(PLAIN) });
  one.feed({ type: 'runner', isUp: false });
  one.feed({ type: 'runner', isUp: true });
  expect(one.machine.view().isIdle).toBe(true);
});

test('at a stop a mail is tried once and not again', () => {
  const one = bench(configOf(text()));
  one.fact(transition('A', 'MASTER'));
  one.mailEnd(1, REFUSED);
  one.take();
  one.feed({ type: 'stop', date: DATE });
  expect(one.words()).toEqual(['mail [R1] VRRP Instance A - Entering MASTER state']);
  one.mailEnd(2, REFUSED);
  expect(one.words()).toEqual(['fact notify.mail-lost', 'mail [R1] VRRP Instance A - Stopping']);
  one.mailEnd(3);
  expect(one.machine.view().isDone).toBe(true);
});

test('a relay that hangs holds up a stop for two seconds, and what it did not take is said', () => {
  const one = bench(configOf(text()));
  one.fact(transition('A', 'MASTER'));
  one.take();
  one.feed({ type: 'stop', date: DATE });
  one.pass(milliseconds(1_999));
  expect(one.words()).toEqual([]);
  expect(one.machine.view().isDone).toBe(false);
  one.pass(milliseconds(1));
  expect(one.words()).toEqual(['fact notify.mail-lost', 'fact notify.mail-lost']);
  expect(one.machine.view().isDone).toBe(true);
  one.mailEnd(1);
  expect(one.words()).toEqual([]);
});

test('addresses are taken out of their angle brackets, names are quoted or encoded, and no line can be smuggled in', () => {
  expect(bareAddress('Admin Person <admin@example.org>')).toBe('admin@example.org');
  expect(bareAddress('ops@example.com')).toBe('ops@example.com');
  const message = mailMessage({
    date: DATE,
    from: 'a@b.c\r\nBcc: x@y.z',
    subject: '[R1] Grüße',
    recipients: ['O. Brien, Jr <o@b.c>', 'Jörg <j@b.c>'],
    body: 'x',
  });
  expect(message.split('\r\n').slice(1, 6)).toEqual([
    'From: a@b.c Bcc: x@y.z',
    'Subject: =?UTF-8?Q?=5BR1=5D=20Gr=C3=BC=C3=9Fe?=',
    'X-Mailer: Keepalived',
    'To: "O. Brien, Jr" <o@b.c>,',
    ' =?UTF-8?Q?J=C3=B6rg?= <j@b.c>',
  ]);
});
