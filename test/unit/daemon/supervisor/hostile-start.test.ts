/**
 * Starts and stops in a hostile environment: each ends in a line and an exit status, never in a stack, and leaves nothing behind. Runs the built
 * program.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MAIN_PROGRAM, notBuilt, Place, StartedProgram } from '../../../support/started-program.ts';

const STACK = /^ {4}at /m;
const isRoot = process.getuid?.() === 0;

// Each test starts programs, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let place: Place;
let programs: StartedProgram[];

beforeEach((context) => {
  const reason = notBuilt();
  if (reason !== undefined) context.skip(reason);
  place = new Place();
  programs = [];
});

afterEach(async () => {
  for (const program of programs) await program.stop('SIGKILL');
  place.remove();
});

function start(args: readonly string[] = place.args, env: NodeJS.ProcessEnv = {}): StartedProgram {
  const program = new StartedProgram(args, { env });
  programs.push(program);
  return program;
}

async function running(program: StartedProgram): Promise<StartedProgram> {
  await program.until('running', () => program.output.includes('running: '));
  expect(program.ended, program.output).toBeUndefined();
  return program;
}

/** Runs to its end; the program is expected not to start. */
async function refused(args: readonly string[] = place.args): Promise<string> {
  const program = start(args);
  await program.until('its end', () => program.output.includes('running: '));
  expect(program.output).not.toMatch(STACK);
  expect(program.ended, program.output).toBe(1);
  return program.output;
}

async function stopsInOrder(program: StartedProgram): Promise<void> {
  expect(await program.stop()).toBe(0);
  expect(program.output).not.toMatch(STACK);
  expect(existsSync(place.runtime) ? readdirSync(place.runtime) : []).toEqual([]);
}

test('P6: of several directors started at once with one runtime directory, one runs', async () => {
  const all = [start(), start(), start()];
  const settled = (program: StartedProgram): boolean =>
    program.ended !== undefined || program.output.includes('running: ');
  for (const program of all) await program.until('settled', () => settled(program));
  const [runs, ...more] = all.filter((program) => program.ended === undefined);
  expect(more).toEqual([]);
  for (const program of all.filter((candidate) => candidate !== runs)) {
    expect(program.ended).toBe(1);
    expect(program.output).toBe(
      `tandem: the runtime directory ${place.runtime} is in use by another Tandem, process ${runs?.pid}\n`,
    );
  }
  if (runs !== undefined) await stopsInOrder(runs);
  // The lock goes with its holder, however that ends.
  const again = await running(start());
  await again.stop('SIGKILL');
  await stopsInOrder(await running(start()));
});

describe('P7: a runtime directory that is not ours alone', () => {
  test('P7: a link is refused, and nothing is written behind it', async () => {
    const target = join(place.directory, 'target');
    mkdirSync(target);
    symlinkSync(target, place.runtime);
    const line = `tandem: the runtime directory ${place.runtime} is a symbolic link: name the directory itself\n`;
    expect(await refused()).toBe(line);
    expect(await refused([...place.args, '--runtime-dir', `${place.runtime}/`])).toBe(line);
    expect(readdirSync(target)).toEqual([]);
  });

  test.each(['777', '1777', '770'])('P7: mode 0o%s is refused', async (mode) => {
    mkdirSync(place.runtime);
    chmodSync(place.runtime, Number.parseInt(mode, 8));
    expect(await refused()).toContain(`may be written by others (mode ${mode})`);
    expect(readdirSync(place.runtime)).toEqual([]);
  });

  test.each([
    ['a directory above it that others may write', 0o777, 'may be written by others (mode 777)'],
    ['a directory above it of somebody else', 12_345, 'belongs to the user with the number 12345'],
  ])('P7: %s is named, and nothing is made', async (_, modeOrOwner, reason) => {
    const above = join(place.directory, 'above');
    mkdirSync(above);
    if (modeOrOwner === 0o777) chmodSync(above, modeOrOwner);
    else if (isRoot) chownSync(above, modeOrOwner, modeOrOwner);
    else return;
    const below = join(above, 'x', 'run');
    expect(await refused([...place.args, '--runtime-dir', below])).toBe(
      `tandem: the runtime directory ${below} cannot be trusted: ${above} ${reason}\n`,
    );
    expect(readdirSync(above)).toEqual([]);
  });

  test('P7: one of somebody else is refused', async (context) => {
    if (!isRoot) return context.skip('giving a directory away needs root');
    mkdirSync(place.runtime);
    chownSync(place.runtime, 12_345, 12_345);
    expect(await refused()).toContain('belongs to the user with the number 12345');
  });
});

describe('P4: errors of start and stop are a line', () => {
  test.each([
    ['longer than a socket address', `/${'x'.repeat(200)}`, 'not a socket path'],
    ['an abstract name that is too long', `@${'x'.repeat(120)}`, 'not a socket path'],
    ['a relative path', 'notify', '"notify" is neither a path nor the name of an abstract socket'],
  ])('P4: NOTIFY_SOCKET is %s', async (_, path, reason) => {
    const program = await running(start(place.args, { NOTIFY_SOCKET: path }));
    expect(program.output).toContain('reaching the service manager through NOTIFY_SOCKET failed');
    expect(program.output).toContain(reason);
    await stopsInOrder(program);
  });

  test('P4: NOTIFY_SOCKET at which nobody listens', async () => {
    const env = { NOTIFY_SOCKET: join(place.directory, 'nobody') };
    await stopsInOrder(await running(start(place.args, env)));
  });

  test('P4: the PID path has become a directory at the stop', async () => {
    const file = join(place.directory, 'pid');
    const program = await running(start([...place.args, '--pid', file]));
    expect(readFileSync(file, 'utf8')).toBe(`${program.pid}\n`);
    rmSync(file);
    mkdirSync(file);
    await stopsInOrder(program);
    expect(program.output).toMatch(/remove the PID file \S+ failed, E(ISDIR|PERM)/);
  });

  test.each([
    ['a link', 'it is a symbolic link', (file: string) => symlinkSync('/etc/hostname', file)],
    ['a directory', 'EISDIR', (file: string) => mkdirSync(file)],
    ['a FIFO without a reader', 'ENXIO', (file: string) => spawnSync('mkfifo', [file])],
  ])('P4, P7: the PID path is %s at the start', async (_, reason, make) => {
    const file = join(place.directory, 'pid');
    make(file);
    const line = `write the PID file ${file} failed, `;
    const output = await refused([...place.args, '--pid', file]);
    expect(output).toContain(line);
    expect(output).toContain(reason);
    expect(readdirSync(place.runtime)).toEqual([]);
  });

  test("P7: the PID file is somebody else's, who could name another process to end", async (context) => {
    if (!isRoot) return context.skip('only root can give a file away');
    const file = join(place.directory, 'pid');
    writeFileSync(file, '');
    chownSync(file, 65_534, 65_534);
    const output = await refused([...place.args, '--pid', file]);
    expect(output).toContain(`write the PID file ${file} failed, EPERM`);
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  test.each([
    ['run', (fifo: string) => [...place.args, '--log-to', fifo]],
    ['a test of the file', (fifo: string) => ['-f', `${place.directory}/tandem.conf`, `-t${fifo}`]],
  ])('P4: %s with a log file that is a pipe without a reader', async (_, argsOf) => {
    const fifo = join(place.directory, 'fifo');
    spawnSync('mkfifo', [fifo]);
    const output = await refused(argsOf(fifo));
    expect(output).toContain(`${fifo} is a pipe that nobody reads, or a socket\n`);
  });

  test('P4: the runtime directory cannot be made', async () => {
    const output = await refused([...place.args, '--runtime-dir', '/proc/tandem']);
    expect(output).toContain('tandem: the runtime directory /proc/tandem cannot be used: ENOENT');
  });

  test('P4: a path too long for a control socket', async () => {
    const long = join(place.directory, 'x'.repeat(120));
    expect(await refused([...place.args, '--runtime-dir', long])).toContain(
      "a socket's may have 107",
    );
    expect(readdirSync(place.directory)).toHaveLength(2);
  });

  test.each([
    ['read-only', 'mode=0755,ro,size=64k', 'EROFS'],
    ['full', 'mode=0755,size=64k,nr_inodes=1', 'ENOSPC'],
  ])('P4: a runtime directory on a file system that is %s', (_, options, errno) => {
    if (!isRoot) return;
    const command = `mount -t tmpfs -o ${options} none ${place.runtime} && exec "$@"`;
    mkdirSync(place.runtime);
    const argv = ['-m', 'sh', '-c', command, 'sh', process.execPath, MAIN_PROGRAM, ...place.args];
    const { status, stdout, stderr } = spawnSync('unshare', argv, { encoding: 'utf8' });
    expect(stdout + stderr).toContain(errno);
    expect(stdout + stderr).not.toMatch(STACK);
    expect(status).toBe(1);
  });
});

test.each([
  ['none of the standard ones is open', '<&- >&- 2>&-'],
  ['the output goes to a full disk', '>/dev/full 2>/dev/full'],
])('odd descriptors, %s: it runs and stops all the same', async (_, redirections) => {
  const pid = join(place.directory, 'pid');
  const program = new StartedProgram([...place.args, '--pid', pid], { redirections });
  programs.push(program);
  const isUp = (): boolean => spawnSync('grep', ['-q', '.', pid]).status === 0;
  await program.until('its PID file', isUp);
  await stopsInOrder(program);
  expect(existsSync(pid)).toBe(false);
});

test.each(['vrrp', 'health'])('the %s role by hand is a line', async (role) => {
  const output = await refused([`--role=${role}`]);
  expect(output).toBe('tandem: this role is started by `tandem run`, not by hand\n');
});

test.each(['vrrp', 'health'])(
  'the %s process whose supervisor dies while it loads ends',
  async (role) => {
    const program = new StartedProgram([`--role=${role}`], { channel: true });
    programs.push(program);
    program.process.disconnect();
    await program.until('its end', () => false);
    expect(program.output).not.toMatch(STACK);
    expect(program.ended, program.output).toBe(0);
  },
);

test('a damaged record of a predecessor is a line, and the start goes on', async () => {
  mkdirSync(place.runtime, { mode: 0o755 });
  writeFileSync(join(place.runtime, 'state.json'), '{');
  const program = await running(start());
  expect(program.output).toMatch(/read \S+state\.json failed, .*JSON/);
  expect(await program.stop()).toBe(0);
});

test('a start that is refused leaves no process behind', async () => {
  rmSync(join(place.directory, 'tandem.conf'));
  const program = start();
  await program.until('its first process', () => childrenOf(program.pid).length > 0);
  const [child = 0] = childrenOf(program.pid);
  await program.until('its end', () => false);
  expect(program.ended, program.output).toBe(2);
  await vi.waitFor(() => expect(existsSync(`/proc/${child}`)).toBe(false), { timeout: 10_000 });
});

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}
