/** Programs as real processes: what they find when they begin, how their end is told, and that a signal reaches all of them. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtFile } from 'dgram-extensions';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProgramRequest } from '../../../../src/core/programs/program-request.ts';
import { programEnvironment } from '../../../../src/drivers/programs/environment.ts';
import {
  type ProgramListener,
  ProgramStarter,
} from '../../../../src/drivers/programs/program-starter.ts';

type End = Parameters<ProgramListener['onExited']>[0] | { readonly reason: string };

let directory: string;
let starter: ProgramStarter;

beforeEach((context) => {
  if (!existsSync(builtFile('become'))) context.skip('not built: npm run build');
  directory = mkdtempSync(join(tmpdir(), 'tandem-programs-'));
  chmodSync(directory, 0o755);
  starter = new ProgramStarter('no-such-user-here');
});

afterEach(() => {
  starter?.signal('a', 'SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

function run(argv: readonly string[], more: Partial<ProgramRequest> = {}): Promise<End> {
  const request = {
    key: 'a',
    lane: 'check',
    command: { argv },
    keepsOutput: true,
    ...more,
  } as const;
  return new Promise((resolve) => {
    starter.start(request, {
      onNotStarted: (reason) => resolve({ reason }),
      onExited: resolve,
    });
  });
}

const shell = (text: string, more: Partial<ProgramRequest> = {}): Promise<End> =>
  run(['/bin/sh', '-c', text], more);

test('a program has its arguments, its variables, no other descriptor, and a group of its own', async () => {
  expect(await run(['/bin/echo', 'a b'], { moreArguments: ['MASTER', '100'] })).toEqual({
    status: 0,
    signal: null,
    output: 'a b MASTER 100\n',
  });
  const said = await shell(
    'echo $WHO; pwd; umask; ulimit -n; [ "$(ps -o pgid= -p $$ | tr -d " ")" = $$ ] && echo leads; ' +
      'for n in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do [ ! -e /proc/self/fd/$n ] || printf "$n "; done',
    { environment: { WHO: 'me' } },
  );
  expect('output' in said && said.output).toBe('me\n/\n0177\n1024\nleads\n0 1 2 ');
});

test('a program does not inherit what the service manager and Node.js say to us', () => {
  const ours = {
    PATH: '/bin',
    HOME: '/root',
    NOTIFY_SOCKET: '/run/n',
    WATCHDOG_USEC: '1',
    WATCHDOG_PID: '1',
    LISTEN_FDS: '1',
    JOURNAL_STREAM: '1:2',
    NODE_OPTIONS: '--inspect',
    LD_PRELOAD: 'x',
    IFS: ' ',
  };
  expect(programEnvironment(ours, { MORE: '1' })).toEqual({
    PATH: '/bin',
    HOME: '/root',
    MORE: '1',
  });
});

test('status and signal are told; what is asked of standard input comes', async () => {
  expect(await shell('exit 9')).toEqual({ status: 9, signal: null, output: '' });
  expect(await shell('kill -SEGV $$')).toMatchObject({ status: null, signal: 'SIGSEGV' });
  expect(await shell('cat', { input: 'hello' })).toMatchObject({ status: 0, output: 'hello' });
  expect(await shell('cat')).toMatchObject({ status: 0, output: '' });
});

test('why a program cannot be started is told in words', async () => {
  expect(await run([join(directory, 'nowhere')])).toEqual({
    reason: `${directory}/nowhere: No such file or directory`,
  });
  const file = join(directory, 'script');
  writeFileSync(file, '#!/nowhere/sh\n');
  expect(await run([file])).toEqual({ reason: `${file}: Permission denied` });
  chmodSync(file, 0o755);
  expect(await run([file])).toEqual({ reason: `${file}: its interpreter does not exist` });
  expect(
    await run(['/bin/true'], { command: { argv: ['/bin/true'], user: 'nobody-here' } }),
  ).toEqual({
    reason: 'there is no user "nobody-here" on this host',
  });
});

test('a program becomes its user, with its group and no other', async (context) => {
  if (process.geteuid?.() !== 0) return context.skip('only root can become another user');
  const command = {
    argv: ['/bin/sh', '-c', 'id -un; id -G; grep CapEff /proc/self/status'],
    user: 'nobody',
  };
  const end = await run([], { command });
  expect('output' in end && end.output).toMatch(/^nobody\n\d+\nCapEff:\t0000000000000000\n$/);
  const daemon = await run([], {
    command: { ...command, argv: ['/usr/bin/id', '-gn'], group: 'daemon' },
  });
  expect(daemon).toMatchObject({ output: 'daemon\n' });
});

test('without room to look for its user a program does not run as us', () => {
  const words = ['--files', '0', '--user-if-any', 'nobody', '--', '/bin/true'];
  const { status, stderr } = spawnSync(builtFile('become'), words, { encoding: 'utf8' });
  expect([status, stderr]).toEqual([
    126,
    'the user "nobody" cannot be looked up: Too many open files\n',
  ]);
});

test('SIGTERM reaches what a program has started, and a flood of output is cut', async () => {
  const ended = shell('sleep 60 & sleep 60 & wait');
  await new Promise((resolve) => setTimeout(resolve, 200));
  starter.signal('a', 'SIGTERM');
  expect(await ended).toMatchObject({ status: null, signal: 'SIGTERM' });
  const flood = await run(['/usr/bin/yes']);
  // The pipe was closed: it ends, by a signal or by itself.
  expect(flood).toHaveProperty('status');
  expect('output' in flood && flood.output?.length).toBe(4_099);
});

test('an end is told although a grandchild holds the pipe', async () => {
  const begin = Date.now();
  expect(await shell('sleep 5 & echo done')).toMatchObject({ status: 0, output: 'done\n' });
  expect(Date.now() - begin).toBeLessThan(3_000);
  starter.signal('a', 'SIGKILL');
});
