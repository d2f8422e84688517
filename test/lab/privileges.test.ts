/**
 * Which rights each process of a running director has, in each of its threads: started by hand, and with what the systemd unit leaves.
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { controlRequest } from '../../src/cli/control-client.ts';
import { controlSocketPath } from '../../src/core/control/messages.ts';
import { notBuilt, Place, StartedProgram } from '../support/started-program.ts';
import { skipWithoutNamespaces } from './support.ts';

/** linux/capability.h */
const NAMES: Readonly<Record<string, number>> = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_DAC_READ_SEARCH: 2,
  CAP_FOWNER: 3,
  CAP_KILL: 5,
  CAP_SETGID: 6,
  CAP_SETUID: 7,
  CAP_SETPCAP: 8,
  CAP_NET_BIND_SERVICE: 10,
  CAP_NET_ADMIN: 12,
  CAP_NET_RAW: 13,
  CAP_SYS_MODULE: 16,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_NICE: 23,
};
const UNIT = resolve(import.meta.dirname, '../../deploy/systemd/tandem.service');
/** A namespace with an interface, which the program then runs in. */
const NAMESPACE = ['unshare', '-n', 'sh', '-c'];
const LINK =
  'ip link add eth0 type veth peer name peer0 && ip addr add 10.77.0.1/24 dev eth0 && ' +
  'ip link set eth0 up && ip link set peer0 up && ip link set lo up && exec "$@"';

const configuration = (check: string): string => `
vrrp_instance VI_1 {
    interface eth0
    virtual_router_id 7
    priority 100
    advert_int 1
    virtual_ipaddress {
        10.77.0.9/24
    }
}
virtual_server 10.77.0.9 80 {
    lvs_sched rr
    lvs_method NAT
    protocol TCP
    real_server 10.77.0.10 80 {
        TCP_CHECK {
            ${check}
        }
    }
}
`;

let place: Place | undefined;
let program: StartedProgram | undefined;

beforeEach((context) => {
  skipWithoutNamespaces(context);
  const reason = notBuilt();
  if (reason !== undefined) context.skip(reason);
});

afterEach(async () => {
  await program?.stop();
  place?.remove();
});

async function start(check: string, by: readonly string[] = []): Promise<StartedProgram> {
  place = new Place(configuration(check));
  const started = new StartedProgram(place.args, { by: [...NAMESPACE, LINK, 'sh', ...by] });
  program = started;
  // The spare of the vrrp process comes a second after it.
  await started.until('running', () => started.output.includes('running: '));
  expect(started.ended, started.output).toBeUndefined();
  return started;
}

/** The numbers of the capabilities in a set of /proc/PID/task/TID/status; all threads must agree. */
function everyThread(pid: number, field: string): number[] {
  const values = new Set<string>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
    values.add(new RegExp(`^${field}:\\s*(\\S+)$`, 'm').exec(status)?.[1] ?? '');
  }
  expect(values.size, `${field} of all threads of ${pid}`).toBe(1);
  const bits = BigInt(`0x${[...values][0]}`);
  return [...Array(64).keys()].filter((number) => ((bits >> BigInt(number)) & 1n) === 1n);
}

/** Processes by their role, the spare among them. */
function processes(supervisor: number): Readonly<Record<'vrrp' | 'health' | 'runner', number[]>> {
  const children = readFileSync(`/proc/${supervisor}/task/${supervisor}/children`, 'utf8');
  const found = { vrrp: [] as number[], health: [] as number[], runner: [] as number[] };
  for (const pid of children.trim().split(/\s+/).map(Number)) {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    if (words.includes('--role=vrrp')) found.vrrp.push(pid);
    if (words.includes('--role=health')) found.health.push(pid);
    if (words.includes('--role=runner')) found.runner.push(pid);
  }
  return found;
}

const numbers = (...names: readonly string[]): number[] =>
  names.map((name) => NAMES[`CAP_${name}`] ?? -1).sort((a, b) => a - b);

function expectOnly(pid: number, allowed: readonly number[], bounding: readonly number[]): void {
  expect(everyThread(pid, 'CapPrm')).toEqual(allowed);
  expect(everyThread(pid, 'CapEff')).toEqual(allowed);
  expect(everyThread(pid, 'CapInh')).toEqual([]);
  expect(everyThread(pid, 'CapAmb')).toEqual([]);
  expect(everyThread(pid, 'CapBnd')).toEqual(bounding);
  // The flag, 1, read as a set.
  expect(everyThread(pid, 'NoNewPrivs')).toEqual([0]);
}

/** What the unit leaves to the main process. */
function unitCapabilities(): string[] {
  const line = /^CapabilityBoundingSet=(.*)$/m.exec(readFileSync(UNIT, 'utf8'))?.[1] ?? '';
  return line.split(' ').map((name) => name.replace('CAP_', ''));
}

/** A script that says what it may, as root or as somebody else. */
function script(user: string, output: string): string {
  return `vrrp_script s {
    script "/bin/sh -c 'grep -e CapEff -e NoNewPrivs /proc/self/status > ${output}'"
    user ${user}
}
`;
}

describe('P5: capabilities', () => {
  const network = numbers('NET_ADMIN', 'NET_RAW');

  test('P5: started by hand, the vrrp processes and the health process keep two', async () => {
    const it = await start('connect_timeout 2');
    await it.until('the spare', () => processes(it.pid).vrrp.length === 2);
    const { vrrp, health } = processes(it.pid);
    expect(health).toHaveLength(1);
    for (const pid of [...vrrp, ...health]) expectOnly(pid, network, network);
  });

  test('P5: with the unit, too, and the main process has what the unit names', async () => {
    const set = unitCapabilities();
    const words = set.map((name) => `+${name.toLowerCase()}`).join(',');
    const it = await start('connect_timeout 2', [
      'setpriv',
      '--no-new-privs',
      `--bounding-set=-all,${words}`,
    ]);
    const { vrrp, health } = processes(it.pid);
    for (const pid of [...vrrp, ...health]) expectOnly(pid, network, network);
    expect(everyThread(it.pid, 'CapEff')).toEqual(numbers(...set));
    expect(set).not.toContain('SYS_ADMIN');
    expect(set).not.toContain('SYS_PTRACE');
    expect(set).not.toContain('DAC_OVERRIDE');
  });

  test('P5: without CAP_SETPCAP, as in a container, the bounding set stays and gives nothing', async () => {
    const left = ['NET_ADMIN', 'NET_RAW', 'SYS_MODULE', 'DAC_READ_SEARCH'];
    const words = left.map((name) => `+${name.toLowerCase()}`).join(',');
    const it = await start('connect_timeout 2', ['setpriv', `--bounding-set=-all,${words}`]);
    const { vrrp, health } = processes(it.pid);
    for (const pid of [...vrrp, ...health]) expectOnly(pid, network, numbers(...left));
  });

  test('P5: a check from a low port gives the health process that right, also by a reload', async () => {
    const it = await start('connect_timeout 2');
    const [before = 0] = processes(it.pid).health;
    place?.write(configuration('bindto 10.77.0.1\n            bind_port 1000'));
    const path = controlSocketPath(place?.runtime ?? '');
    await controlRequest({ path, request: { command: 'reload' }, timeoutMs: 20_000 });
    const isNew = (): boolean =>
      processes(it.pid).health.length === 1 && processes(it.pid).health[0] !== before;
    await it.until('another health process', isNew);
    await it.until(
      'is Node',
      () => everyThread(processes(it.pid).health[0] ?? 0, 'CapBnd').length === 3,
    );
    const [after = 0] = processes(it.pid).health;
    const allowed = numbers('NET_ADMIN', 'NET_RAW', 'NET_BIND_SERVICE');
    expectOnly(after, allowed, allowed);
    expect(it.output).not.toContain('died');
  });

  test.each(['root', 'nobody'])(
    'P5: the runner keeps what it starts and ends programs with; a program as %s has what it has under keepalived',
    async (user) => {
      const directory = mkdtempSync(join(tmpdir(), 'tandem-rights-'));
      chmodSync(directory, 0o777);
      const output = join(directory, 'seen');
      const tracked = configuration('connect_timeout 2').replace(
        'virtual_ipaddress',
        'track_script {\n        s weight 1\n    }\n    virtual_ipaddress',
      );
      place = new Place(script(user, output) + tracked);
      const it = new StartedProgram(place.args, { by: [...NAMESPACE, LINK, 'sh'] });
      program = it;
      await it.until(
        'the script has run',
        () => existsSync(output) && readFileSync(output, 'utf8').includes('NoNew'),
      );
      const [runner = 0] = processes(it.pid).runner;
      const files = ['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER'];
      const kept = numbers(...files, 'KILL', 'SETGID', 'SETUID', 'SETPCAP');
      expect(everyThread(runner, 'CapEff')).toEqual(kept);
      expect(everyThread(runner, 'CapPrm')).toEqual(kept);
      const seen = readFileSync(output, 'utf8');
      const own = /^CapEff:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
      expect(seen).toContain(`CapEff:\t${user === 'root' ? own : '0'.repeat(16)}\nNoNewPrivs:\t0`);
      rmSync(directory, { recursive: true });
    },
  );
});
