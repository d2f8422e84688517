/**
 * What the configuration says of the processes themselves, seen on a running director: where it runs, names, PID files, priorities, file modes,
 * dumps on signals, reloads at a time, copies of configurations. One start for all of it.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { controlRequest } from '../../src/cli/control-client.ts';
import { controlSocketPath } from '../../src/core/control/messages.ts';
import { notBuilt, Place, StartedProgram } from '../support/started-program.ts';
import { skipWithoutNamespaces } from './support.ts';

const NAMESPACE = `tproc${process.pid}`;
const IPVS_NAMESPACE = `tprov${process.pid}`;
const RUNTIME = `/run/tandem-${NAMESPACE}_one`;
const PIDS = `/run/keepalived/${NAMESPACE}`;

let place: Place;
let program: StartedProgram;

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: 'ignore' });
}

function file(name: string): string {
  return join(place.directory, name);
}

function configuration(more = ''): string {
  return `
net_namespace ${NAMESPACE}
net_namespace_ipvs ${IPVS_NAMESPACE}
instance one
child_wait_time 4
global_defs {
    process_names
    checker_process_name the_checkers
    umask 027
    vrrp_priority -4
    checker_priority 6
    checker_cpu_affinity 0
    max_auto_priority 30
    min_auto_priority_delay 200000
    state_dump_file ${file('dumps')}/
    stats_dump_file ${file('dumps')}/
    json_dump_file ${file('dumps')}/
    reload_time_file ${file('when')}
    reload_file ${file('mark')}
    config_save_dir ${file('saved')}
${more}
}
vrrp_instance A {
    interface eth0
    virtual_router_id 7
    priority 150
    advert_int 0.2
    version 3
    virtual_ipaddress {
        10.77.0.9/24
    }
}
`;
}

/** Fields of proc(5) stat by their numbers. */
function stat(pid: number, ...fields: readonly number[]): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '');
  const values = text.split(' ');
  return fields.map((field) => values[field - 3] ?? '');
}

function pidOf(name: string): number {
  const path = join(PIDS, `${name}_one.pid`);
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
}

function comm(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
}

function namespaceOf(pid: number | 'self'): string {
  return readlinkSync(`/proc/${pid}/ns/net`);
}

beforeAll(async () => {
  if (process.getuid?.() !== 0 || notBuilt() !== undefined) return;
  for (const name of [NAMESPACE, IPVS_NAMESPACE]) ip('netns', 'add', name);
  const inside = ['netns', 'exec', NAMESPACE, 'ip'];
  ip(...inside, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'peer0');
  ip(...inside, 'addr', 'add', '10.77.0.1/24', 'dev', 'eth0');
  for (const name of ['eth0', 'peer0', 'lo']) ip(...inside, 'link', 'set', name, 'up');
  place = new Place();
  execFileSync('mkdir', [file('dumps')]);
  place.write(configuration());
  // Neither an option for the runtime directory nor one for a PID file: the configuration says both.
  program = new StartedProgram(['run', '-f', file('tandem.conf'), '--no-metrics']);
  await program.until('master', () => program.output.includes('BACKUP -> MASTER'));
  await program.until('all run', () => program.output.includes('running: '));
}, 60_000);

afterAll(async () => {
  await program?.stop('SIGKILL');
  place?.remove();
  rmSync(RUNTIME, { recursive: true, force: true });
  rmSync(PIDS, { recursive: true, force: true });
  if (process.getuid?.() !== 0 || notBuilt() !== undefined) return;
  for (const name of [NAMESPACE, IPVS_NAMESPACE]) ip('netns', 'del', name);
}, 60_000);

beforeEach(skipWithoutNamespaces);

it('runs in its network namespaces, under its names, with its PID files', () => {
  const [main, vrrp, health] = [pidOf('keepalived'), pidOf('vrrp'), pidOf('checkers')];
  expect(main).toBe(program.pid);
  expect([main, vrrp, health].map(comm)).toEqual(['keepalived', 'keepalived_vrrp', 'the_checkers']);
  const own = namespaceOf('self');
  expect(namespaceOf(main)).not.toBe(own);
  expect(namespaceOf(vrrp)).toBe(namespaceOf(main));
  expect(namespaceOf(health)).not.toBe(namespaceOf(main));
  expect(namespaceOf(health)).not.toBe(own);
  expect(program.output).not.toContain('does not exist on this host');
  expect(program.output).not.toContain('not supported yet');
  for (const pid of [main, vrrp, health]) {
    expect(readFileSync(`/proc/${pid}/status`, 'latin1')).toMatch(/^Umask:\t0027$/m);
  }
});

it('has its priorities and processors, and so has the process that takes the place of another', async () => {
  const [first, health] = [pidOf('vrrp'), pidOf('checkers')];
  expect(stat(first, 19)).toEqual(['-4']);
  expect(stat(health, 19)).toEqual(['6']);
  expect(readFileSync(`/proc/${health}/status`, 'latin1')).toMatch(/^Cpus_allowed_list:\t0$/m);
  process.kill(first, 'SIGKILL');
  await program.until('another process', () => ![0, first].includes(pidOf('vrrp')));
  const second = pidOf('vrrp');
  await program.until('its priority', () => stat(second, 19)[0] === '-4');
  await program.until('its name', () => comm(second) === 'keepalived_vrrp');
});

it('raises the real-time priority of a process whose timers are late', async () => {
  const pid = pidOf('vrrp');
  expect(stat(pid, 40, 41)).toEqual(['0', '0']);
  // Before its configuration it has no timer that could be late. It takes over anew, or goes on where the other was.
  await program.until('master again', () => program.output.match(/-> MASTER/g)?.length === 2);
  process.kill(pid, 'SIGSTOP');
  await new Promise((wake) => setTimeout(wake, 600));
  process.kill(pid, 'SIGCONT');
  await program.until('the line', () => program.output.includes('real-time priority raised to 1 '));
  const [priority, policy] = stat(pid, 40, 41);
  expect(Number(priority)).toBeGreaterThanOrEqual(1);
  expect(policy).toBe('2');
  expect(readFileSync(`/proc/${pid}/limits`, 'latin1')).toMatch(/^Max realtime timeout +1000000 /m);
});

it('writes what signals ask for within moments', async () => {
  const json = join(file('dumps'), 'keepalived.json');
  for (const signal of [10, 12, 36]) process.kill(program.pid, signal);
  // A file has another name while it is written.
  const whole = () =>
    readdirSync(file('dumps')).filter((name) => /\.(data|json|stats)$/.test(name));
  await program.until('all files', () => whole().length === 4);
  expect(whole().toSorted()).toEqual([
    'keepalived.data',
    'keepalived.json',
    'keepalived.stats',
    'keepalived_parent.data',
  ]);
  await program.until('a master with its address', () => {
    process.kill(program.pid, 36);
    const [one] = JSON.parse(readFileSync(json, 'utf8')) as { data?: Record<string, unknown> }[];
    const { iname, state, vips } = one?.data ?? {};
    return (
      iname === 'A' && state === 2 && String(vips) === '10.77.0.9/24 dev eth0 scope global set'
    );
  });
});

it('reloads when its time has come, keeps copies, and is not moved by a reload', async () => {
  const soon = new Date(Date.now() + 2_500).toISOString();
  writeFileSync(file('when'), `${soon.slice(0, 10)} ${soon.slice(11, 19)}Z\n`);
  await program.until('the plan', () => program.output.includes('the next reload comes at '));
  await program.until('the reload', () =>
    /reload(: nothing changed| applied)/.test(program.output),
  );
  await program.until('the end of the file', () => !existsSync(file('when')));
  expect(existsSync(file('mark'))).toBe(false);
  const pid = program.pid;
  await program.until('the copies', () =>
    readdirSync(file('saved')).includes(`keepalived_vrrp.${pid}.1.post`),
  );
  expect(readdirSync(file('saved')).toSorted()).toEqual([
    `keepalived.conf.${pid}.0`,
    `keepalived.conf.${pid}.1`,
    `keepalived_vrrp.${pid}.1.post`,
    `keepalived_vrrp.${pid}.1.pre`,
  ]);
  expect(readFileSync(join(file('saved'), `keepalived.conf.${pid}.0`), 'utf8')).toContain(
    'virtual_router_id 7',
  );
  place.write(configuration().replace('instance one', 'instance two'));
  const reply = await controlRequest({
    path: controlSocketPath(RUNTIME),
    request: { command: 'reload' },
    timeoutMs: 30_000,
  });
  expect(JSON.stringify(reply)).toContain('instance changes, which takes a restart');
});

it('leaves nothing behind its stop', async () => {
  expect(await program.stop()).toBe(0);
  expect(existsSync(PIDS)).toBe(false);
});
