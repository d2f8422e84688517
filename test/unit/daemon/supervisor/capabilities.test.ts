/** Which capabilities a child keeps: decisions. That every thread of a running process has them and no others is test/lab/privileges.test.ts. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ChildRights,
  childCapabilities,
  closedPath,
} from '../../../../src/daemon/supervisor/capabilities.ts';
import { confinedStart } from '../../../../src/daemon/supervisor/confined.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-rights-'));
  mkdirSync(join(directory, 'home/program'), { recursive: true });
  file = join(directory, 'home/program/main.js');
  writeFileSync(file, '');
});

afterEach(() => rmSync(directory, { recursive: true }));

test('P5: vrrp never gets a low port, health only when it needs one, and both read all only when they must', () => {
  const none = { lowPorts: false, closedProgram: false };
  expect(childCapabilities('vrrp', none)).toEqual(['NET_ADMIN', 'NET_RAW']);
  expect(childCapabilities('health', none)).toEqual(['NET_ADMIN', 'NET_RAW']);
  const ports = { lowPorts: true, closedProgram: false };
  expect(childCapabilities('vrrp', ports)).toEqual(['NET_ADMIN', 'NET_RAW']);
  expect(childCapabilities('health', ports)).toEqual(['NET_ADMIN', 'NET_RAW', 'NET_BIND_SERVICE']);
  expect(childCapabilities('vrrp', { lowPorts: false, closedProgram: true })).toContain(
    'DAC_READ_SEARCH',
  );
});

test('P5: a program in the private home of a user is closed to a root without capabilities', (context) => {
  if (process.geteuid?.() !== 0) return context.skip('only root has something to lose');
  expect(closedPath([file])).toBeUndefined();
  const home = join(directory, 'home');
  chownSync(home, 12_345, 12_345);
  chmodSync(home, 0o750);
  expect(closedPath([file])).toBe(home);
  expect(new ChildRights([file]).of('health')).toContain('DAC_READ_SEARCH');
  chmodSync(home, 0o755);
  expect(closedPath([file])).toBeUndefined();
  chownSync(file, 12_345, 12_345);
  chmodSync(file, 0o600);
  expect(closedPath([file])).toBe(file);
  // What is root's own is open, whatever others may.
  chownSync(file, 0, 0);
  expect(closedPath([file])).toBeUndefined();
});

test('P5: a descriptor that our caller left open reaches no child', (context) => {
  const { execPath, execArgv } = confinedStart([], ['NET_ADMIN']);
  if (!existsSync(execPath)) return context.skip('not built: npm run build');
  const options = execArgv.slice(0, execArgv.indexOf('--'));
  const list = 'for n in 0 1 2 3 4; do [ ! -e /proc/self/fd/$n ] || echo $n; done';
  const fd = openSync('/dev/null', 'r');
  try {
    const { stdout } = spawnSync(execPath, [...options, '--', 'sh', '-c', list], {
      encoding: 'utf8',
      // 3 is the channel to the supervisor.
      stdio: ['ignore', 'pipe', 'ignore', fd, fd],
    });
    expect(stdout).toBe('0\n1\n2\n3\n');
  } finally {
    closeSync(fd);
  }
});
