/** Signals from the first moment of each process to its last, and Node's inspector. Runs the built program. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  closeInspector,
  isWithoutInspector,
  withoutInspector,
} from '../../../../src/daemon/frame/process-guard.ts';
import { cleanEnvironment, confinedStart } from '../../../../src/daemon/supervisor/confined.ts';
import { notBuilt, Place, StartedProgram } from '../../../support/started-program.ts';

const CONFINE = confinedStart([]).execArgv;
/** The options of `confine`, without the program. */
const HOLD = CONFINE.slice(0, CONFINE.indexOf('--'));
const HANGUP_AND_DUMPS = [1, 10, 12, 36, 63, 64];

// Each test starts programs, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let place: Place;
let program: StartedProgram | undefined;

beforeEach((context) => {
  const reason = notBuilt();
  if (reason !== undefined) context.skip(reason);
  place = new Place();
  program = undefined;
});

afterEach(async () => {
  await program?.stop('SIGKILL');
  place.remove();
});

async function running(it: StartedProgram): Promise<void> {
  await it.until('running', () => it.output.includes('running: '));
  expect(it.ended).toBeUndefined();
}

/** Sends the signals each millisecond, from the moment the process is Node, until `done`. */
async function bombard(it: StartedProgram, done: () => boolean): Promise<number> {
  await it.until('node', () => it.isNode());
  let rounds = 0;
  await it.until('done', () => {
    for (const signal of HANGUP_AND_DUMPS) process.kill(it.pid, signal);
    rounds++;
    return done();
  });
  return rounds;
}

describe('V16: signals from the first moment', () => {
  test('V16: do not end a supervisor that is started as it is installed', async () => {
    const it = new StartedProgram(place.args, {
      confine: HOLD,
      nodeArgs: withoutInspector(),
      env: { TANDEM_TEST: '1', TMPDIR: place.directory },
    });
    program = it;
    expect(await bombard(it, () => it.output.includes('running: '))).toBeGreaterThan(3);
    expect(it.ended).toBeUndefined();
    expect(it.output).not.toContain('Debugger listening');
    expect(await it.stop()).toBe(0);
  });

  test.each(['vrrp', 'health'])('V16: do not end the %s process', async (role) => {
    const { execArgv } = confinedStart([]);
    const it = new StartedProgram([`--role=${role}`], {
      confine: HOLD,
      nodeArgs: execArgv.slice(execArgv.indexOf('--') + 2),
      channel: true,
    });
    program = it;
    await bombard(it, () => it.messages.some((message) => message.type === 'ready'));
    expect(it.ended).toBeUndefined();
    expect(it.output).not.toContain('Debugger listening');
  });

  test('V16: a stop that comes while it starts is orderly', async () => {
    const it = new StartedProgram(place.args, { confine: HOLD });
    program = it;
    await it.until('starting', () => it.output.includes(' starts with '));
    expect(await it.stop()).toBe(0);
    expect(it.output).toContain('stopping (SIGTERM)');
  });
});

test.each([
  [10, 'state written, as a signal asked: DIR/keepalived_parent.data'],
  [12, 'a signal asks for a dump of VRRP: no VRRP instance is configured'],
  [63, 'a signal asks for a dump of VRRP: no VRRP instance is configured'],
  [64, 'signal 64 asks for a dump of its threads: Tandem has nothing like that'],
])('P2: signal %i to a running supervisor is a line', async (number, line) => {
  const it = new StartedProgram(place.args, { env: { TMPDIR: place.directory } });
  program = it;
  await running(it);
  process.kill(it.pid, number);
  await it.until('the line', () => it.output.includes(line.replace('DIR', place.directory)));
  expect(it.ended).toBeUndefined();
  expect(await it.stop()).toBe(0);
});

test('--ignore-sigint: SIGINT stops nothing, SIGTERM does', async () => {
  const it = new StartedProgram([...place.args, '--ignore-sigint']);
  program = it;
  await running(it);
  process.kill(it.pid, 'SIGINT');
  process.kill(it.pid, 'SIGUSR1');
  await it.until('the line of the next signal', () => it.output.includes('as a signal asked'));
  expect(it.output).not.toContain('stopping');
  expect(await it.stop()).toBe(0);
});

test('--dont-respawn: when a process dies, another puts away what it held and Tandem stops', async () => {
  const it = new StartedProgram([...place.args, '-R']);
  program = it;
  await running(it);
  const pid = Number(/vrrp: started, pid (\d+)/.exec(it.output)?.[1]);
  process.kill(pid, 'SIGKILL');
  await it.until('its end', () => false);
  expect(it.ended).toBe(1);
  expect(it.output).toContain('stopping (the vrrp process has died, and --dont-respawn is set)');
  expect(it.output).not.toContain('started again');
});

describe('P1: the inspector', () => {
  test('P1: is not opened by SIGUSR1, neither in the supervisor nor in a command', async () => {
    const it = new StartedProgram(place.args, { env: { TMPDIR: place.directory } });
    program = it;
    await running(it);
    process.kill(it.pid, 'SIGUSR1');
    await it.until('the line', () => it.output.includes('as a signal asked'));
    expect(it.output).not.toMatch(/debugger/i);
    await it.stop();
  });

  test.each([
    ['an option', { nodeArgs: ['--inspect=127.0.0.1:0'] }],
    ['the environment', { env: { NODE_OPTIONS: '--inspect=127.0.0.1:0' } }],
  ])('P1: is closed when %s has opened it, and its children have none', async (_, options) => {
    const it = new StartedProgram(place.args, options);
    program = it;
    await running(it);
    expect(it.output.match(/Debugger listening/g)).toHaveLength(1);
    expect(it.output).toContain('tandem: closed the Node inspector on ws://127.0.0.1:');
    await it.stop();
  });

  test('P1: is closed when the signal opens it late', async () => {
    let open = false;
    let closed = 0;
    closeInspector({
      url: () => (open ? 'ws://127.0.0.1:9229/x' : undefined),
      close: () => {
        open = false;
        closed++;
      },
    });
    open = true;
    await new Promise((wake) => setTimeout(wake, 200));
    expect({ open, closed }).toEqual({ open: false, closed: 1 });
  });

  test('P1: a Node without the option gets an address where nothing can listen', () => {
    expect(withoutInspector(new Set(['--disable-sigusr1']))).toEqual(['--disable-sigusr1']);
    const [option = ''] = withoutInspector(new Set());
    expect(option).toMatch(/^--inspect-port=x{64}:0$/);
  });

  test.each([
    ['shut by the option', ['--disable-sigusr1'], undefined, true],
    ['shut by the address', withoutInspector(new Set()), undefined, true],
    ['not shut', ['--single-threaded-gc'], undefined, false],
    ['opened by another option', ['--disable-sigusr1', '--inspect'], undefined, false],
    ['opened by the environment', ['--disable-sigusr1'], '--inspect', false],
  ])('P1: it is looked for unless it is shut for good: %s', (_, options, environment, shut) => {
    expect(isWithoutInspector(options, environment)).toBe(shut);
  });

  test('P1: children get no variable that steers Node', () => {
    const env = { PATH: '/bin', NODE_OPTIONS: '--inspect', NODE_COMPILE_CACHE: '/tmp/x' };
    expect(cleanEnvironment(env)).toEqual({ PATH: '/bin' });
  });
});
