/** The command as `deploy/install.sh` installs it, staged in a directory. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notBuilt, Place } from '../../support/started-program.ts';

const INSTALL = resolve(import.meta.dirname, '../../../deploy/install.sh');

let stage: string;
let command: string;

beforeAll(() => {
  if (notBuilt() !== undefined) return;
  stage = mkdtempSync(join(tmpdir(), 'tandem-stage-'));
  const env = { ...process.env, DESTDIR: stage, NODE: process.execPath, UNITDIR: '/units' };
  const installed = spawnSync('sh', [INSTALL], { env, encoding: 'utf8' });
  expect(installed.stderr).toBe('');
  command = join(stage, 'usr/sbin/tandem');
  const text = readFileSync(command, 'utf8');
  writeFileSync(command, text.replaceAll('/usr/lib/tandem', join(stage, 'usr/lib/tandem')));
});

afterAll(() => {
  if (stage !== undefined) rmSync(stage, { recursive: true, force: true });
});

/** Runs the installed command in a hostile environment. */
function run(program: string, ...args: readonly string[]): { status: number | null; text: string } {
  const env = {
    ...process.env,
    NODE_OPTIONS: '--inspect=127.0.0.1:0',
    NODE_COMPILE_CACHE: join(stage, 'planted'),
  };
  const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

test('P1, P3: the installed command listens to nothing that steers Node', (context) => {
  const reason = notBuilt();
  if (reason !== undefined) return context.skip(reason);
  const { status, text } = run(command, '--version');
  expect({ status, text }).toEqual({ status: 0, text: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  expect(existsSync(join(stage, 'planted'))).toBe(false);
});

test('the installed program is loaded with the compiled code that was kept when it was built', (context) => {
  const reason = notBuilt();
  if (reason !== undefined) return context.skip(reason);
  const main = join(stage, 'usr/lib/tandem/dist/main.js');
  const tell = 'process.once("exit", () => console.log(JSON.stringify(require(process.argv[1]))))';
  const asked = (...args: readonly string[]): string =>
    run(process.execPath, '-e', `${tell}; require(process.argv[1])`, main, ...args).text;
  expect(asked('version')).toContain('{"use":"command","isFast":true}');
  expect(asked('run', '--version')).toContain('{"use":"run","isFast":true}');
});

test('called keepalived, it reads its options as keepalived does', (context) => {
  const reason = notBuilt();
  if (reason !== undefined) return context.skip(reason);
  const link = join(stage, 'keepalived');
  symlinkSync(command, link);
  expect(run(link, '--signum=JSON')).toEqual({ status: 0, text: '36\n' });
});

test('the installed program brings what it loads when it is needed: YAML, patterns', (context) => {
  const reason = notBuilt();
  if (reason !== undefined) return context.skip(reason);
  const file = join(stage, 'pattern.yaml');
  writeFileSync(
    file,
    `virtual_server:
  10.0.0.1 80:
    real_server:
      10.0.0.2 80:
        HTTP_GET: { url: { path: /, regex: "a(?=b)" } }
`,
  );
  expect(run(command, 'check', '--offline', file).text).toContain('is a look-ahead');
});

test('the installed program finds its processes and the thread that reads a reload', async (context) => {
  const reason = notBuilt();
  if (reason !== undefined) return context.skip(reason);
  const place = new Place();
  const running = spawn('unshare', ['--net', command, ...place.args]);
  try {
    const runtime = ['--runtime-dir', place.runtime];
    const limit = performance.now() + 60_000;
    const isUp = () => run(command, 'status', ...runtime).text.includes('checker up');
    while (!isUp() && performance.now() < limit) await new Promise((wake) => setTimeout(wake, 50));
    expect(run(command, 'status', ...runtime).text).toMatch(/vrrp up .*checker up /);
    expect(run(command, 'reload', ...runtime)).toMatchObject({ status: 0 });
  } finally {
    running.kill('SIGTERM');
    await new Promise((resolve) => running.once('exit', resolve));
    place.remove();
  }
});

test('in the background, a file and a directory that were named from here are still those', (context) => {
  const reason = notBuilt();
  if (reason !== undefined) return context.skip(reason);
  const place = new Place();
  try {
    const options = { cwd: place.directory, encoding: 'utf8' } as const;
    const words = ['-f', 'tandem.conf', '--runtime-dir', 'run', '--no-syslog', '--no-metrics'];
    const started = spawnSync('unshare', ['--net', command, ...words], options);
    expect({ status: started.status, text: started.stderr }).toEqual({ status: 0, text: '' });
    const stopped = run(command, 'stop', '--runtime-dir', place.runtime);
    expect(stopped).toMatchObject({ status: 0 });
  } finally {
    place.remove();
  }
});

test('the licences of the packages in the program are beside it', (context) => {
  const reason = notBuilt();
  if (reason !== undefined) return context.skip(reason);
  const text = readFileSync(join(stage, 'usr/lib/tandem/LICENSE.third-party'), 'utf8');
  for (const name of ['commander', 'netlink', 'pino', 'prom-client', 're2js', 'yaml']) {
    expect(text).toMatch(new RegExp(`^${name} [\\d.]+: `, 'm'));
  }
});

test('O13: the installer tells how it is used, and does nothing else', () => {
  for (const option of ['--help', '-h']) {
    const { status, stdout, stderr } = spawnSync('sh', [INSTALL, option], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Installs .*--uninstall .*DESTDIR .*NODE [^\n]*\n$/s);
  }
  const { status, stderr } = spawnSync('sh', [INSTALL, '--hepl'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: 'install.sh: unknown argument --hepl; try --help\n',
  });
});
