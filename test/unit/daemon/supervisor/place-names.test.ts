/** Where PID files and the runtime directory are, and that they are put away. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WrittenPidFiles } from '../../../../src/daemon/supervisor/pid-files.ts';
import { pidFiles, runtimeDirectory } from '../../../../src/daemon/supervisor/place-names.ts';

describe('names', () => {
  test('the runtime directory has the names of namespace and instance, unless an option names it', () => {
    expect(runtimeDirectory(undefined)).toBe('/run/tandem');
    expect(runtimeDirectory(undefined, { instance: 'i' })).toBe('/run/tandem-i');
    expect(runtimeDirectory(undefined, { namespace: 'n', instance: 'i' })).toBe('/run/tandem-n_i');
    expect(runtimeDirectory('/run/x', { namespace: 'n' })).toBe('/run/x');
  });

  test('there are no PID files without an option, a keyword, or the name of keepalived', () => {
    expect(pidFiles({})).toEqual({});
    expect(pidFiles({ main: '/p' })).toEqual({ main: '/p' });
    expect(pidFiles({}, {}, true)).toEqual({
      main: '/run/keepalived.pid',
      vrrp: '/run/vrrp.pid',
      health: '/run/checkers.pid',
      bfd: '/run/bfd.pid',
    });
  });

  test('PID files are where keepalived has them for an instance, a namespace and use_pid_dir', () => {
    expect(pidFiles({}, { hasPidDirectory: true }).main).toBe('/run/keepalived/keepalived.pid');
    expect(pidFiles({}, { instance: 'i' }).vrrp).toBe('/run/keepalived/vrrp_i.pid');
    const both = pidFiles({ vrrp: '/v' }, { namespace: 'n', instance: 'i' });
    expect(both).toMatchObject({ vrrp: '/v', health: '/run/keepalived/n/checkers_i.pid' });
  });
});

describe('files', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tandem-pids-'));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('hold the newest process of each role, readable by all, and go at the stop', () => {
    const of = (name: string): string => join(directory, name);
    const files = new WrittenPidFiles({
      main: of('k'),
      vrrp: of('v'),
      health: of('c'),
      bfd: of('b'),
    });
    const mask = process.umask(0o177);
    try {
      expect(files.main()).toBeUndefined();
      expect(files.child('vrrp', 77, false)).toEqual([]);
      expect(existsSync(of('b'))).toBe(false);
      expect(files.child('vrrp', 78, true)).toEqual([]);
      expect(files.child('runner', 79, true)).toEqual([]);
    } finally {
      process.umask(mask);
    }
    expect(['k', 'v', 'b'].map((name) => readFileSync(of(name), 'utf8'))).toEqual([
      `${process.pid}\n`,
      '78\n',
      '78\n',
    ]);
    expect(statSync(of('v')).mode & 0o777).toBe(0o644);
    expect(files.remove()).toEqual([]);
    expect(['k', 'v', 'c', 'b'].filter((name) => existsSync(of(name)))).toEqual([]);
  });

  test('that cannot be written are a trouble, and what was there stays', () => {
    writeFileSync(join(directory, 'file'), '');
    const files = new WrittenPidFiles({ health: join(directory, 'file', 'c') });
    expect(files.child('health', 5, false)).toMatchObject([
      { operation: 'write-pid-file', errno: 'ENOTDIR' },
    ]);
    expect(files.remove()).toEqual([]);
  });
});
