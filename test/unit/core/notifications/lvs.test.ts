/** What virtual and real servers tell: the test set of the reference, as measured on keepalived 2.4.3. */
import { expect, test } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import type { Fact } from '../../../../src/core/facts/catalogue.ts';
import { type Bench, bench, configOf, DATE } from './support.ts';

const KEY = 'tcp:10.0.0.1:80';

function text(global = '', service = '', one = 'real'): string {
  const second = `real_server 10.0.1.2 80 {
    TCP_CHECK { }
    notify_up /up2
    notify_down /down2
  }`;
  return `global_defs {
  router_id R1
  lvs_notify_fifo /run/l.fifo
  ${global}
}
virtual_server 10.0.0.1 80 {
  protocol TCP
  lvs_sched rr
  quorum_up /qup
  quorum_down /qdown
  ${service}
  ${
    one === 'real'
      ? `real_server 10.0.1.1 80 {
    TCP_CHECK { }
    HTTP_GET { url { path / } }
    notify_up /up1
    notify_down /down1
  }`
      : ''
  }
  ${second}
}
`;
}

const MAIL = `notification_email { a@b.c }
  notification_email_from k@b.c
  smtp_server 127.0.0.1 2500
  smtp_alert`;

function quorum(up: boolean, aliveWeight: number): Fact {
  return { id: 'quorum.changed', virtualServer: KEY, up, aliveWeight, quorum: 1 };
}

function server(number: number, up: boolean, removed?: true): Fact {
  return {
    id: 'server.changed',
    virtualServer: KEY,
    realServer: `10.0.1.${number}:80`,
    up,
    reason: 'x',
    ...(removed && { removed }),
  };
}

function check(number: number, name: string, up: boolean): Fact {
  const result = { outcome: up ? 'ok' : 'refused', detail: '', elapsed: seconds(0.001) } as const;
  const realServer = `10.0.1.${number}:80`;
  return {
    id: 'check.changed',
    virtualServer: KEY,
    realServer,
    check: name,
    up,
    result,
    attempts: 1,
  };
}

function down(one: Bench, number: number, ...then: Fact[]): void {
  for (const fact of [check(number, 'TCP_CHECK#1', false), server(number, false), ...then])
    one.fact(fact);
}

test('plain: start, first failure, quorum lost and gained, and nothing at the stop', () => {
  const one = bench(configOf(text()), { obliging: true });
  one.take();
  one.fact(quorum(true, 2));
  down(one, 2);
  down(one, 1, quorum(false, 0));
  one.fact(check(1, 'TCP_CHECK#1', true));
  one.fact(server(1, true));
  one.fact(quorum(true, 1));
  one.feed({ type: 'stop', date: DATE });
  expect(one.words()).toEqual([
    'run /qup',
    'lvs: VS [10.0.0.1]:tcp:80 UP',
    'run /down2',
    'lvs: RS [10.0.1.2]:tcp:80 [10.0.0.1]:tcp:80 DOWN',
    'run /down1',
    'lvs: RS [10.0.1.1]:tcp:80 [10.0.0.1]:tcp:80 DOWN',
    'run /qdown',
    'lvs: VS [10.0.0.1]:tcp:80 DOWN',
    'run /up1',
    'lvs: RS [10.0.1.1]:tcp:80 [10.0.0.1]:tcp:80 UP',
    'run /qup',
    'lvs: VS [10.0.0.1]:tcp:80 UP',
    'fifos',
  ]);
});

test('rs_init_notifies: the servers that are up from the start are told before their virtual server', () => {
  const one = bench(configOf(text('rs_init_notifies')), { obliging: true });
  one.take();
  one.fact(quorum(true, 2));
  one.fact({ id: 'component.configured', component: 'health', objects: 1, operations: 1 });
  expect(one.words().filter((line) => line.startsWith('lvs'))).toEqual([
    'lvs: RS [10.0.1.1]:tcp:80 [10.0.0.1]:tcp:80 UP',
    'lvs: RS [10.0.1.2]:tcp:80 [10.0.0.1]:tcp:80 UP',
    'lvs: VS [10.0.0.1]:tcp:80 UP',
  ]);
});

test('alpha: the first failure of a server that never was up is told, and not mailed', () => {
  const one = bench(configOf(text(MAIL, 'alpha')), { obliging: true });
  one.take();
  one.fact(check(2, 'TCP_CHECK#1', false));
  expect(one.words()).toEqual(['run /down2', 'lvs: RS [10.0.1.2]:tcp:80 [10.0.0.1]:tcp:80 DOWN']);
  one.fact(server(1, true));
  one.fact(quorum(true, 1));
  expect(one.words()).toContain('lvs: VS [10.0.0.1]:tcp:80 UP');
});

test('omega: a stop tells that servers and virtual server are down', () => {
  const one = bench(configOf(text('', 'omega')), { obliging: true });
  one.fact(quorum(true, 2));
  down(one, 2);
  one.take();
  one.feed({ type: 'stop', date: DATE });
  expect(one.words()).toEqual([
    'run /down1',
    'lvs: RS [10.0.1.1]:tcp:80 [10.0.0.1]:tcp:80 DOWN',
    'run /qdown',
    'lvs: VS [10.0.0.1]:tcp:80 DOWN',
    'fifos',
  ]);
});

test('a reload without the living server: its end and that of the quorum are told once', () => {
  const one = bench(configOf(text()), { obliging: true });
  one.fact(quorum(true, 2));
  down(one, 2);
  one.take();
  one.feed({ type: 'configure', config: configOf(text('', '', 'gone')) });
  one.take();
  one.fact(server(1, false, true));
  one.fact(quorum(false, 0));
  expect(one.words()).toEqual([
    'run /down1',
    'lvs: RS [10.0.1.1]:tcp:80 [10.0.0.1]:tcp:80 DOWN',
    'run /qdown',
    'lvs: VS [10.0.0.1]:tcp:80 DOWN',
  ]);
});

test('a virtual server that leaves with a reload tells its end', () => {
  const one = bench(configOf(text()), { obliging: true });
  one.fact(quorum(true, 2));
  one.take();
  one.feed({ type: 'configure', config: configOf(text().replace('10.0.0.1 80', '10.0.0.2 80')) });
  one.take();
  one.fact(server(1, false, true));
  one.fact({ id: 'virtual-server.removed', virtualServer: KEY });
  expect(one.words()).toEqual([
    'run /down1',
    'lvs: RS [10.0.1.1]:tcp:80 [10.0.0.1]:tcp:80 DOWN',
    'run /qdown',
    'lvs: VS [10.0.0.1]:tcp:80 DOWN',
  ]);
});

function letters(one: Bench): string[] {
  return one.take().flatMap((action) => {
    if (action.type !== 'send') return [];
    const { message } = action.mail;
    return [`${/^Subject: (.*)\r$/m.exec(message)?.[1]}: ${/^=> (.*) <=\r$/m.exec(message)?.[1]}`];
  });
}

const RS1 = '[R1] Realserver [10.0.1.1]:tcp:80 of virtual server [10.0.0.1]:tcp:80';
const RS2 = RS1.replace('10.0.1.1', '10.0.1.2');
const VS = '[R1] Virtualserver [10.0.0.1]:tcp:80';

test('mails of the test set', () => {
  const one = bench(configOf(text(MAIL)), { obliging: true });
  one.fact(quorum(true, 2));
  down(one, 2);
  down(one, 1, quorum(false, 0));
  one.fact(check(1, 'HTTP_GET#1', false));
  one.fact(check(1, 'TCP_CHECK#1', true));
  one.fact(check(1, 'HTTP_GET#1', true));
  one.fact(server(1, true));
  one.fact(quorum(true, 1));
  expect(letters(one)).toEqual([
    `${VS} - UP: Starting with quorum up 1+0=1 <= 2`,
    `${RS2} - DOWN: TCP CHECK failed on service`,
    `${RS1} - DOWN: TCP CHECK failed on service`,
    `${VS} - DOWN: Lost quorum 1+0=1 <= 0`,
    `${RS1} - DOWN: CHECK failed on service : HTTP/SSL request failed`,
    `${RS1} - UP: CHECK succeed on service`,
    `${VS} - UP: Gained quorum 1+0=1 <= 1`,
  ]);
});

test('no_checker_emails: only changes of the server are mailed', () => {
  const one = bench(configOf(text(`${MAIL}\n no_checker_emails`)), { obliging: true });
  down(one, 1);
  one.fact(check(1, 'HTTP_GET#1', false));
  expect(letters(one)).toEqual([`${RS1} - DOWN: TCP CHECK failed on service`]);
});

test.each([
  ['', '', 1, 0],
  ['smtp_alert_checker off', '', 0, 0],
  ['smtp_alert_checker', '', 1, 1],
  ['', 'smtp_alert', 1, 1],
])(
  'real servers are mailed by default, virtual servers are not: %s %s',
  (global, service, rs, vs) => {
    const mail = MAIL.replace('smtp_alert', '');
    const one = bench(configOf(text(`${mail}\n ${global}`, service)), { obliging: true });
    one.fact(quorum(true, 2));
    down(one, 2);
    const all = letters(one);
    expect(all.filter((line) => line.startsWith(RS2))).toHaveLength(rs);
    expect(all.filter((line) => line.startsWith(VS))).toHaveLength(vs);
  },
);

test('marks and groups have their own names', () => {
  const servers = 'lvs_sched rr\n protocol TCP\n real_server 10.0.1.2 80 { TCP_CHECK { } }';
  const config = configOf(`global_defs {\n lvs_notify_fifo /run/l.fifo\n}
virtual_server_group GG { 10.0.0.9 80 }
virtual_server fwmark 5 { ${servers.replace('protocol TCP', '')} }
virtual_server group GG { ${servers} }
virtual_server group GG { ${servers.replace('TCP', 'UDP')} }
`);
  const one = bench(config, { obliging: true });
  one.take();
  for (const { key } of config.virtualServers) {
    one.fact({ id: 'quorum.changed', virtualServer: key, up: true, aliveWeight: 1, quorum: 1 });
  }
  const [mark, group] = config.virtualServers.map(({ key }) => key);
  for (const virtualServer of [mark, group]) {
    one.fact({
      id: 'server.changed',
      virtualServer: virtualServer ?? '',
      realServer: '10.0.1.2:80',
      up: false,
      reason: 'x',
    });
  }
  expect(one.words()).toEqual([
    'lvs: VS FWM 5 UP',
    'lvs: VS [GG]:0 UP',
    'lvs: VS [GG]:1 UP',
    'lvs: RS [10.0.1.2]:none:80 FWM 5 DOWN',
    'lvs: RS [10.0.1.2]:tcp:80 [GG]:0 DOWN',
  ]);
});

test('orders of operators have lines of their own and are mailed; scripts are for what checks find', () => {
  const one = bench(configOf(text(MAIL)), { obliging: true });
  one.take();
  const ordered = { virtualServer: KEY, realServer: '10.0.1.1:80' } as const;
  one.fact({ id: 'server.ordered', ...ordered, order: { kind: 'maintenance' } });
  one.fact({ id: 'server.ordered', ...ordered, order: { kind: 'none' } });
  const name = '[10.0.1.1]:tcp:80';
  const service = '[10.0.0.1]:tcp:80';
  expect(one.words().filter((word) => !word.startsWith('fact '))).toEqual([
    `lvs: ORDER ${name} ${service} MAINTENANCE`,
    `mail [R1] Realserver ${name} of virtual server ${service} - MAINTENANCE`,
    `lvs: ORDER ${name} ${service} ENABLE`,
    `mail [R1] Realserver ${name} of virtual server ${service} - ENABLE`,
  ]);
});
