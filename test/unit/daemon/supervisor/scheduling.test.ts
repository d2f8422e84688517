/** How processes are scheduled: what is decided, and what /proc shows of a real process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Fact } from '../../../../src/core/facts/catalogue.ts';
import type { Config } from '../../../../src/core/model/config.ts';
import { Scheduling, wantedScheduling } from '../../../../src/daemon/supervisor/scheduling.ts';
import {
  PROCESS_SCHEDULING,
  type SchedulingPort,
} from '../../../../src/drivers/process-scheduling.ts';
import { parse } from '../../../support/parse-text.ts';

function configOf(words: string, more = ''): Config {
  const { config } = parse(`global_defs {\n${words}\n}\n${more}`);
  if (config === undefined) throw new Error('no configuration');
  return config;
}

const BFD = 'bfd_instance bf {\n neighbor_ip 192.0.2.77\n}\n';

describe('what is wanted', () => {
  test('of the vrrp process and of the checkers is what their keywords say', () => {
    const config = configOf(`
vrrp_priority -5
vrrp_rt_priority 20
vrrp_rlimit_rttime 500000
vrrp_cpu_affinity 1
checker_priority 7
checker_rt_priority 3
checker_cpu_affinity 0 1
checker_no_swap`);
    expect(wantedScheduling('vrrp', config)).toEqual({
      nice: -5,
      realTime: 20,
      realTimeUsMax: 500_000,
      cpus: [1],
    });
    expect(wantedScheduling('health', config)).toEqual({
      nice: 7,
      realTime: 3,
      realTimeUsMax: 1_000_000,
      cpus: [0, 1],
      noSwap: true,
    });
  });

  test('a limit that the runtime would exceed is raised', () => {
    const config = configOf('vrrp_rlimit_rttime 10000');
    expect(wantedScheduling('vrrp', config).realTimeUsMax).toBe(100_000);
  });

  test('what is said of the BFD process counts for the vrrp process, where there are sessions', () => {
    const words = `
vrrp_priority 3
vrrp_rt_priority 2
bfd_priority -4
bfd_rt_priority 9
bfd_cpu_affinity 1
bfd_rlimit_rttime 300000`;
    expect(wantedScheduling('vrrp', configOf(words, BFD))).toEqual({
      nice: -4,
      realTime: 9,
      cpus: [1],
      realTimeUsMax: 300_000,
    });
    expect(wantedScheduling('vrrp', configOf(words))).toEqual({
      nice: 3,
      realTime: 2,
      realTimeUsMax: 1_000_000,
    });
  });
});

/** Notes what is set. */
function fake(swap: ReturnType<SchedulingPort['swap']> = 'none') {
  const calls: string[] = [];
  const facts: Fact[] = [];
  const note =
    (what: string) =>
    (...args: unknown[]): void => {
      calls.push([what, ...args.map((arg) => String(arg))].join(' '));
    };
  const port: SchedulingPort = {
    own: () => ({ nice: 0, cpus: [0, 1] }),
    swap: () => swap,
    setNice: note('nice'),
    setCpus: note('cpus'),
    setRealTime: note('rt'),
    setRealTimeLimit: note('limit'),
  };
  return { port, calls, facts, scheduling: new Scheduling(port, (fact) => facts.push(fact)) };
}

describe('a process', () => {
  test('gets what differs, once, and goes back to the ways of the main process at a reload', () => {
    const { scheduling, calls, facts } = fake();
    const config = configOf('vrrp_priority -5\nvrrp_rt_priority 20\nvrrp_cpu_affinity 1');
    scheduling.configure('vrrp', 7, config);
    scheduling.configure('vrrp', 7, config);
    const set = ['nice 7 -5', 'cpus 7 1', 'limit 7 1000000', 'rt 7 20 main'];
    expect(calls.splice(0)).toEqual(set);
    expect(facts).toEqual([
      {
        id: 'component.scheduled',
        component: 'vrrp',
        words: [
          'nice value -5',
          'processor 1',
          'at most 1 s without a pause',
          'real-time priority 20',
        ],
      },
    ]);
    scheduling.configure('vrrp', 7, configOf(''));
    expect(calls).toEqual(['nice 7 0', 'cpus 7 0,1', 'rt 7 undefined main']);
  });

  test('that takes the place of another gets it again', () => {
    const { scheduling, calls } = fake();
    const config = configOf('checker_priority 4\nchecker_rt_priority 2');
    scheduling.configure('health', 7, config);
    calls.length = 0;
    scheduling.configure('health', 8, config);
    expect(calls).toEqual(['nice 8 4', 'limit 8 1000000', 'rt 8 2 all']);
  });

  test('without a word is left as it is', () => {
    const { scheduling, calls, facts } = fake();
    scheduling.configure('vrrp', 7, configOf(''));
    scheduling.configure('health', undefined, configOf('checker_priority 4'));
    expect({ calls, facts }).toEqual({ calls: [], facts: [] });
  });

  test('that may be swapped out although it must not is a warning', () => {
    const { scheduling, facts } = fake('possible');
    scheduling.configure('vrrp', 7, configOf('vrrp_no_swap'));
    scheduling.configure('vrrp', 7, configOf('vrrp_no_swap'));
    expect(facts).toEqual([{ id: 'component.may-be-swapped', component: 'vrrp' }]);
  });

  test('gets no real-time priority when its limit is refused, and that is said', () => {
    const { port, calls, facts } = fake();
    const refusing: SchedulingPort = {
      ...port,
      setRealTimeLimit: () => {
        throw Object.assign(new Error('no'), { code: 'EPERM' });
      },
    };
    const scheduling = new Scheduling(refusing, (fact) => facts.push(fact));
    scheduling.configure('vrrp', 7, configOf('vrrp_rt_priority 20'));
    expect(calls).toEqual([]);
    expect(facts).toMatchObject([
      { id: 'trouble', operation: 'schedule-real-time', errno: 'EPERM' },
    ]);
  });
});

describe('max_auto_priority', () => {
  const config = configOf('max_auto_priority 3\nmin_auto_priority_delay 200000');

  test('raises the priority one step for each late second, up to the limit', () => {
    const { scheduling, calls, facts } = fake();
    scheduling.configure('vrrp', 7, config);
    scheduling.late('vrrp', 100_000, config);
    expect(calls).toEqual([]);
    for (let second = 0; second < 5; second++) scheduling.late('vrrp', 300_000, config);
    expect(calls).toEqual(['limit 7 1000000', 'rt 7 1 main', 'rt 7 2 main', 'rt 7 3 main']);
    expect(facts).toMatchObject([1, 2, 3].map((priority) => ({ priority, latenessSeconds: 0.3 })));
  });

  test('begins at the configured priority, stays with a successor, and a reload may lower it', () => {
    const { scheduling, calls } = fake();
    const given = configOf('max_auto_priority 9\nvrrp_rt_priority 5');
    scheduling.configure('vrrp', 7, given);
    scheduling.late('vrrp', 2_000_000, given);
    scheduling.configure('vrrp', 8, given);
    scheduling.configure('vrrp', 8, configOf('vrrp_rt_priority 5'));
    expect(calls.filter((call) => call.startsWith('rt'))).toEqual([
      'rt 7 5 main',
      'rt 7 6 main',
      'rt 8 6 main',
      'rt 8 5 main',
    ]);
  });

  test.each(['', 'max_auto_priority -1', 'max_auto_priority 0'])(
    'never without it: %s',
    (words) => {
      const { scheduling, calls } = fake();
      scheduling.configure('vrrp', 7, configOf(words));
      scheduling.late('vrrp', 9_000_000, configOf(words));
      expect(calls).toEqual([]);
    },
  );

  test('without a number is 99', () => {
    expect(configOf('max_auto_priority').global.processes?.maxAutoPriority).toBe(99);
  });
});

const isRoot = process.getuid?.() === 0;

describe.skipIf(!isRoot)('a real process (needs root)', () => {
  let child: ChildProcess;
  let pid: number;

  beforeEach(async () => {
    child = spawn(process.execPath, ['-e', 'console.log(1);setInterval(() => {}, 1000)']);
    if (child.stdout !== null) await once(child.stdout, 'data');
    pid = child.pid ?? 0;
  });

  afterEach(() => child.kill('SIGKILL'));

  /** Fields of proc(5) stat from the state on, of each thread. */
  function threads(field: number): string[] {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1');
      return stat.replace(/^.*\) /s, '').split(' ')[field - 3] ?? '';
    });
  }

  test('is seen in /proc with nice value, processors, policy and limit, and back', async () => {
    const facts: Fact[] = [];
    const scheduling = new Scheduling(PROCESS_SCHEDULING, (fact) => facts.push(fact));
    const before = PROCESS_SCHEDULING.own();
    scheduling.configure(
      'vrrp',
      pid,
      configOf(
        'vrrp_priority 5\nvrrp_rt_priority 20\nvrrp_cpu_affinity 0\nvrrp_rlimit_rttime 400000',
      ),
    );
    expect(facts.map(({ id }) => id)).toEqual(['component.scheduled']);
    expect(new Set(threads(19))).toEqual(new Set(['5']));
    // Of the threads only the main one.
    expect(threads(41).filter((policy) => policy === '2')).toHaveLength(1);
    expect(threads(40)[0]).toBe('20');
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    expect(status).toMatch(/^Cpus_allowed_list:\t0$/m);
    expect(readFileSync(`/proc/${pid}/limits`, 'latin1')).toMatch(
      /^Max realtime timeout +400000 /m,
    );
    scheduling.configure('vrrp', pid, configOf(''));
    await vi.waitFor(() => expect(threads(41)[0]).toBe('0'));
    expect(threads(19)[0]).toBe(String(before.nice));
  });
});
