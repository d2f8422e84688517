/**
 * Notify scripts, FIFOs and mails of a running pair, on the kernel of this machine: each thing once and in order, through a failover and a stop; and
 * scripts and relays that hang delay nothing.
 */
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { advertisements } from './kit/advertisements.ts';
import { startCapture } from './kit/capture.ts';
import { TandemDirector } from './kit/directors/tandem.ts';
import { expectWithin } from './kit/expect.ts';
import { Lab } from './kit/lab.ts';
import { MailRelay } from './kit/mail-relay.ts';
import { labDirectory } from './kit/paths.ts';
import { WebServer } from './kit/web-server.ts';
import { SAID, skipWithoutNamespaces } from './support.ts';

const WITHIN_MS = 10_000;
const VIP = '10.0.0.3';

let lab: Lab;
let first: TandemDirector;
let second: TandemDirector;
let relay: MailRelay;

/** A file of the first director. */
function file(name: string): string {
  return first.node.file(name);
}

function read(name: string): string {
  return existsSync(file(name)) ? readFileSync(file(name), 'utf8') : '';
}

function lines(name: string): readonly string[] {
  return read(name)
    .split('\n')
    .filter((line) => line !== '');
}

function script(name: string, text: string): string {
  const path = first.node.writeFile(name, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

function configuration(priority: number, more = { global: '', instance: '', group: '' }): string {
  return `
global_defs {
    router_id R1
    script_user root
${more.global}
}
vrrp_sync_group G {
    group { A }
${more.group}
}
vrrp_instance A {
    interface eth0
    virtual_router_id 7
    version 3
    priority ${priority}
    advert_int 0.2
    virtual_ipaddress { ${VIP}/24 }
${more.instance}
}
`;
}

function told(instance = ''): string {
  return configuration(150, {
    global: `
    notification_email { ops@example.com
      "Admin Person <admin@example.org>" }
    notification_email_from ka@example.net
    smtp_server 10.0.0.9 ${relay.port}
    smtp_helo_name lb01.example.net
    smtp_connect_timeout 1
    smtp_alert
    vrrp_notify_fifo ${file('v.fifo')}
    vrrp_notify_fifo_script ${script('reader.sh', `exec cat "$1" >> ${file('lines')}`)}`,
    instance: `
    notify_master "${script('master.sh', `echo "master $@" >> ${file('specific')}`)} x"
    notify ${script('notify.sh', `echo "$@" >> ${file('told')}`)}
    ${instance}`,
    group: `    notify ${script('group.sh', `echo "$@" >> ${file('group')}`)}`,
  });
}

beforeAll(async () => {
  if (process.getuid?.() !== 0) return;
  const link = (host: number) => ({
    links: { eth0: { segment: 'lan0', addresses: [`10.0.0.${host}/24`] } },
  });
  lab = await Lab.open({
    name: 'n',
    topology: { nodes: { lb01: link(5), lb02: link(6), watcher: link(9) } },
    directory: labDirectory('notifications'),
  });
  first = new TandemDirector(lab.node('lb01'));
  second = new TandemDirector(lab.node('lb02'));
  relay = new MailRelay(lab.node('watcher'));
  await relay.start();
  await first.start(told());
  await second.start(configuration(100));
  await expectWithin('lb01 holds the address', () => first.node.holds(VIP), {
    withinMs: WITHIN_MS,
  });
});

afterAll(async () => {
  await lab?.close();
});

beforeEach(skipWithoutNamespaces);

function eventually(what: string, look: () => boolean, withinMs = WITHIN_MS): Promise<unknown> {
  return expectWithin(what, look, { withinMs });
}

it('a start is told by scripts, FIFO and mail, each state once and in order', async () => {
  await eventually('four mails', () => relay.subjects().length >= 4);
  await eventually('the lines', () => lines('lines').length >= 4);
  await eventually('the scripts', () => lines('told').length >= 2 && lines('group').length >= 2);
  expect(lines('lines')).toEqual([
    'INSTANCE "A" BACKUP 150',
    'GROUP "G" BACKUP 0',
    'INSTANCE "A" MASTER 150',
    'GROUP "G" MASTER 0',
  ]);
  expect(lines('told')).toEqual(['INSTANCE A BACKUP 150', 'INSTANCE A MASTER 150']);
  expect(lines('group')).toEqual(['GROUP G BACKUP 0', 'GROUP G MASTER 0']);
  expect(lines('specific')).toEqual(['master x']);
  expect(relay.subjects()).toEqual([
    '[R1] VRRP Instance A - Entering BACKUP state',
    '[R1] VRRP Group G - Entering BACKUP state',
    '[R1] VRRP Instance A - Entering MASTER state',
    '[R1] VRRP Group G - Entering MASTER state',
  ]);
  expect(statSync(file('v.fifo')).mode & 0o777).toBe(0o600);
});

it('a mail is the dialogue that keepalived has, with EHLO first', () => {
  const said = relay.lines().map((line) => line.replace(/^C Date: .*/, 'C Date'));
  const end = said.indexOf('C QUIT');
  expect(said.slice(said.indexOf('connection good'), end + 1)).toEqual([
    'connection good',
    'C EHLO lb01.example.net',
    'C MAIL FROM:<ka@example.net>',
    'C RCPT TO:<ops@example.com>',
    'C RCPT TO:<admin@example.org>',
    'C DATA',
    'C Date',
    'C From: ka@example.net',
    'C Subject: [R1] VRRP Instance A - Entering BACKUP state',
    'C X-Mailer: Keepalived',
    'C To: ops@example.com,',
    'C  Admin Person <admin@example.org>',
    'C ',
    'C => VRRP Instance is no longer owning VRRP VIPs <=',
    'C ',
    'C .',
    'C QUIT',
  ]);
});

it('a failover and the way back are told once, in order', async () => {
  await lab.plug('lb01', 'eth0', 'out');
  await eventually('FAULT', () => lines('group').includes('GROUP G FAULT 0'));
  await lab.plug('lb01', 'eth0', 'in');
  await eventually('MASTER again', () => lines('group').length === 5);
  await eventually('the lines', () => lines('lines').length === 10);
  expect(lines('lines').slice(4)).toEqual([
    'INSTANCE "A" FAULT 150',
    'GROUP "G" FAULT 0',
    'INSTANCE "A" BACKUP 150',
    'GROUP "G" BACKUP 0',
    'INSTANCE "A" MASTER 150',
    'GROUP "G" MASTER 0',
  ]);
  expect(lines('told').slice(2)).toEqual([
    'INSTANCE A FAULT 150',
    'INSTANCE A BACKUP 150',
    'INSTANCE A MASTER 150',
  ]);
  expect(lines('specific')).toEqual(['master x', 'master x']);
});

it('what could not be mailed without the network arrives later, in order', async () => {
  await eventually('all mails', () => relay.subjects().length >= 10, 20_000);
  expect(
    relay
      .subjects()
      .slice(4)
      .map((subject) => subject.replace(/.*Entering (\w+) .*/, '$1')),
  ).toEqual(['FAULT', 'FAULT', 'BACKUP', 'BACKUP', 'MASTER', 'MASTER']);
});

it('a runner process that is killed comes back, and with it the FIFO and its reader', async () => {
  const runner = /started, pid (\d+)/;
  const line = first.process
    ?.text()
    .split('\n')
    .find((one) => one.includes('runner') && runner.test(one));
  const pid = Number(runner.exec(line ?? '')?.[1]);
  expect(pid).toBeGreaterThan(1);
  process.kill(pid, 'SIGKILL');
  const before = lines('lines').length;
  await first.run('resign', 'A');
  await eventually('the lines of a resignation', () => lines('lines').length >= before + 4);
  expect(lines('lines').slice(before)).toEqual([
    'INSTANCE "A" BACKUP 150',
    'GROUP "G" BACKUP 0',
    'INSTANCE "A" MASTER 150',
    'GROUP "G" MASTER 0',
  ]);
  await eventually(
    'the scripts',
    () => lines('group').at(-1) === 'GROUP G MASTER 0' && lines('group').length === 7,
  );
});

it('a script that hangs and a relay that hangs delay no advertisement', async () => {
  relay.behave('hang');
  const hanging = script('hang.sh', `echo "$@" >> ${file('hang')}; exec sleep 100`);
  const text = told('priority 149').replace(file('notify.sh'), hanging);
  expect(await first.reload(text)).toMatchObject({ isAccepted: true });
  const capture = await startCapture(lab.node('watcher'), {
    device: 'eth0',
    filter: 'proto 112 and src 10.0.0.5',
  });
  await first.run('resign', 'A');
  await eventually('a mail hangs', () => relay.lines().includes('connection hang'));
  await eventually(
    'MASTER again',
    () => lines('group').at(-1) === 'GROUP G MASTER 0' && lines('group').length === 9,
  );
  const before = advertisements(capture).length;
  await eventually('ten more', () => advertisements(capture).length >= before + 10);
  const times = advertisements(capture)
    .slice(-10)
    .map(({ atMs }) => atMs);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  expect(Math.max(...gaps)).toBeLessThan(400);
  expect(lines('hang')).toEqual(['INSTANCE A BACKUP 149']);
});

it('a stop tells STOP to everybody, though a script and the relay hang, and ends within its limit', async () => {
  relay.behave('good');
  const start = performance.now();
  expect(await first.stop()).toMatchObject({ clean: true });
  expect(performance.now() - start).toBeLessThan(9_000);
  expect(lines('lines').slice(-2)).toEqual(['INSTANCE "A" STOP 149', 'GROUP "G" STOP 0']);
  expect(lines('group').at(-1)).toBe('GROUP G STOP 0');
  expect(lines('hang').at(-1)).toBe('INSTANCE A STOP 149');
  expect(existsSync(file('v.fifo'))).toBe(false);
  await expect.poll(() => first.process?.text(), SAID).toMatch(/not delivered before the end/);
});

it('mails of a stop are delivered, and a relay that answers byte by byte is left in time', async () => {
  const mark = relay.subjects().length;
  await first.start(told());
  await eventually('MASTER', () => relay.subjects().length >= mark + 4);
  expect(await first.stop()).toMatchObject({ clean: true });
  expect(relay.subjects().slice(-2)).toEqual([
    '[R1] VRRP Instance A - Stopping',
    '[R1] VRRP Group G - Stopping',
  ]);
  relay.behave('slow');
  await first.start(told());
  await eventually('a slow answer', () => relay.lines().includes('connection slow'));
  const start = performance.now();
  await first.stop();
  expect(performance.now() - start).toBeLessThan(9_000);
  await expect
    .poll(() => first.process?.text(), SAID)
    .toMatch(/mail not sent|mail given up|not delivered before the end/);
});

/** Two servers, of which the second never answers; `omega` tells their end. */
function servers(): string {
  const says = (word: string) => script(`${word}.sh`, `echo ${word} >> ${file('servers')}`);
  const server = (host: number, name: string) => `
    real_server 10.0.0.${host} 8080 {
        notify_up ${says(`up${name}`)}
        notify_down ${says(`down${name}`)}
        TCP_CHECK { retry 0
            connect_timeout 1 }
    }`;
  return `
global_defs {
    router_id R1
    script_user root
    notification_email { ops@example.com }
    notification_email_from ka@example.net
    smtp_server 10.0.0.9 ${relay.port}
    startup_script ${says('started')}
    shutdown_script ${says('ended')}
    lvs_notify_fifo ${file('l.fifo')}
    lvs_notify_fifo_script ${script('lvs.sh', `exec cat "$1" >> ${file('lvs')}`)}
}
virtual_server 10.0.0.4 8080 {
    protocol TCP
    lvs_sched rr
    lvs_method DR
    delay_loop 1
    warmup 0
    omega
    smtp_alert
    quorum_up ${says('gained')}
    quorum_down ${says('lost')}
${server(9, '1')}
${server(6, '2')}
}
`;
}

it('virtual and real servers are told as keepalived tells them, from the start to the stop', async () => {
  relay.behave('good');
  const mark = relay.subjects().length;
  const web = new WebServer(relay.node, 8_080);
  await web.start();
  await first.start(servers());
  await eventually('the second is down', () => lines('servers').includes('down2'));
  await web.kill();
  await eventually('the quorum is lost', () => lines('servers').includes('lost'));
  await web.start();
  await eventually('the quorum is gained again', () => lines('servers').length === 7);
  expect(await first.stop()).toMatchObject({ clean: true });
  expect(lines('servers')[0]).toBe('started');
  expect(lines('servers').at(-1)).toBe('ended');
  expect([...lines('servers')].sort()).toEqual(
    [
      'started',
      'ended',
      'gained',
      'down2',
      'down1',
      'lost',
      'up1',
      'gained',
      'down1',
      'lost',
    ].sort(),
  );
  const vs = 'VS [10.0.0.4]:tcp:8080';
  const rs = (host: number) => `RS [10.0.0.${host}]:tcp:8080 [10.0.0.4]:tcp:8080`;
  expect(lines('lvs')).toEqual([
    `${vs} UP`,
    `${rs(6)} DOWN`,
    `${rs(9)} DOWN`,
    `${vs} DOWN`,
    `${rs(9)} UP`,
    `${vs} UP`,
    `${rs(9)} DOWN`,
    `${vs} DOWN`,
  ]);
  const subjects = relay.subjects().slice(mark);
  expect(subjects).toHaveLength(8);
  expect(subjects[0]).toBe('[R1] Virtualserver [10.0.0.4]:tcp:8080 - UP');
  expect(relay.lines()).toContain('C => TCP CHECK failed on service <=');
  expect(relay.lines()).toContain('C => Starting with quorum up 1+0=1 <= 2 <=');
});
