/** The command as `deploy/install.sh` installs it, staged in a directory. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { notBuilt } from '../../support/started-program.ts';

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

test('called keepalived, it reads its options as keepalived does', (context) => {
  const reason = notBuilt();
  if (reason !== undefined) return context.skip(reason);
  const link = join(stage, 'keepalived');
  symlinkSync(command, link);
  expect(run(link, '--signum=JSON')).toEqual({ status: 0, text: '36\n' });
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
