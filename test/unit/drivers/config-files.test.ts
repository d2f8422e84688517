/** Reading configuration files: what is no file must not hold or exhaust a running director. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONFIG_LIMITS } from '../../../src/core/language/limits.ts';
import { parseConfig } from '../../../src/core/language/parse-config.ts';
import type { SourceText } from '../../../src/core/language/source.ts';
import { withConfigFiles } from '../../../src/drivers/config-files.ts';
import type { FileLimits } from '../../../src/drivers/limited-files.ts';
import { deadMount, deadMountObstacle } from '../../support/dead-mount.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-files-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

function path(name: string): string {
  return join(directory, name);
}

function read(file: string, limits: FileLimits = {}): SourceText {
  return withConfigFiles(({ loader }) => loader.read(file), limits);
}

/** Messages of the errors of a configuration with this one line. */
function errorsOf(line: string, limits: FileLimits = {}): string[] {
  const { diagnostics, verdict } = withConfigFiles(
    ({ loader, facts }) => parseConfig({ file: 'x.conf', text: line, loader, host: facts() }),
    limits,
  );
  const refused = verdict.refused ? ['refused'] : [];
  const errors = diagnostics.filter((item) => item.severity !== 'notice');
  return [...errors.map((item) => item.message), ...refused];
}

test('a file is its text; empty files and devices are empty', () => {
  writeFileSync(path('plain'), 'vrrp_version 3\n');
  writeFileSync(path('empty'), '');
  expect(read(path('plain'))).toEqual({ ok: true, text: 'vrrp_version 3\n' });
  expect(read(path('empty'))).toEqual({ ok: true, text: '' });
  expect(read('/dev/null')).toEqual({ ok: true, text: '' });
});

test('C10: pipes, devices and files that the kernel makes up are refused, not waited for', () => {
  spawnSync('mkfifo', [path('pipe')]);
  symlinkSync('/proc/kmsg', path('kmsg'));
  for (const file of [path('pipe'), path('kmsg'), '/dev/zero', '/proc/kmsg'])
    expect(read(file)).toEqual({ ok: false, reason: 'special' });
  expect(errorsOf(`include ${path('pipe')}\nglobal_defs {\n}`)).toEqual([
    `"${path('pipe')}" is not a regular file`,
  ]);
});

test('an include whose set of characters does not end names a file of that name', () => {
  expect(errorsOf(`include ${path('x[0-9')}\nglobal_defs {\n}`)).toEqual([
    `no file matches "${path('x[0-9')}"`,
  ]);
});

test('an include that would look through more directories than a configuration has files is refused', () => {
  mkdirSync(path('loop'));
  for (let number = 0; number < 65; number++) symlinkSync('.', path(`loop/${number}`));
  for (const last of ['*', 'x']) {
    expect(errorsOf(`include ${path('loop/*/*')}/${last}\nglobal_defs {\n}`)).toEqual([
      `includes are more than ${CONFIG_LIMITS.includeFiles} files`,
      'refused',
    ]);
  }
});

test('a pattern that matches many files which are none is one finding for each reason', () => {
  mkdirSync(path('odd'));
  for (const name of ['p1', 'p2', 'p3']) spawnSync('mkfifo', [path(`odd/${name}`)]);
  for (const name of ['d1', 'd2']) mkdirSync(path(`odd/${name}`));
  writeFileSync(path('odd/z'), 'global_defs {\n}\n');
  expect(errorsOf(`include ${path('odd/*')}\nglobal_defs {\n}`).toSorted()).toEqual([
    `"${path('odd/d1')}" is a directory; 1 more of this line likewise`,
    `"${path('odd/p1')}" is not a regular file; 2 more of this line likewise`,
  ]);
});

test('C10: an include of a descriptor of this process is refused, not waited for', () => {
  for (const file of ['/dev/stdin', '/dev/fd/5', '/proc/self/fd/5', '/proc/self/fd/../../kmsg'])
    expect(read(file)).toEqual({ ok: false, reason: 'special' });
  expect(read('/dev/fd/../kmsg')).toEqual({ ok: false, reason: 'missing' });
});

test('a descriptor that is named in a command is read', () => {
  writeFileSync(path('open'), 'vrrp_version 3\n');
  const fd = openSync(path('open'), 'r');
  try {
    const file = `/dev/fd/${fd}`;
    const source = withConfigFiles(({ loader }) => loader.read(file), { given: [file] });
    expect(source).toEqual({ ok: true, text: 'vrrp_version 3\n' });
  } finally {
    closeSync(fd);
  }
});

test('of a file no more is read than shows that it is too long', () => {
  writeFileSync(path('large'), '');
  truncateSync(path('large'), 8 * CONFIG_LIMITS.fileLength);
  const source = read(path('large'), { fileMs: 60_000 });
  expect(source.ok && source.text.length).toBe(CONFIG_LIMITS.fileLength + 1);
});

test('C10: a file system that does not answer ends the reading in time, with the name of the file', async (context) => {
  const obstacle = deadMountObstacle();
  if (obstacle !== undefined) return context.skip(obstacle);
  const dead = path('dead');
  mkdirSync(dead);
  const unmount = await deadMount(dead);
  const limits = { fileMs: 300, lostMs: 600 };
  const late = (name: string): string[] => [
    `"${join(dead, name)}" was not read: its file system did not answer in time`,
    'refused',
  ];
  const script = `vrrp_script s { script "${join(dead, 'check.sh')}" }`;
  try {
    expect(errorsOf(`include ${dead}/one.conf`, limits)).toEqual(late('one.conf'));
    expect(errorsOf(`include ${dead}/*.conf`, limits)).toEqual(late('*.conf'));
    expect(errorsOf(script, limits)).toContainEqual(expect.stringContaining('check.sh'));
  } finally {
    await unmount();
  }
});

test('directories, executable and missing files are told apart', () => {
  writeFileSync(path('program'), '');
  chmodSync(path('program'), 0o755);
  expect(read(directory)).toEqual({ ok: false, reason: 'directory' });
  expect(read(path('program'))).toEqual({ ok: false, reason: 'executable' });
  expect(read(path('none'))).toEqual({ ok: false, reason: 'missing' });
});

describe('a key of auth_hmac in a file', () => {
  const KEY = '0123456789abcdef0123456789ABCDEF';

  function check(file: string) {
    const text = `vrrp_instance A {
  interface eth0
  virtual_router_id 1
  priority 100
  virtual_ipaddress { 192.0.2.1/32 }
  auth_hmac {
    key 1 file:${file}
    active_key 1
  }
}`;
    const { config, diagnostics, verdict } = withConfigFiles(({ loader, facts }) => {
      const { secretFile } = facts();
      return parseConfig({
        file: 'x.conf',
        text,
        loader,
        ...(secretFile && { host: { secretFile } }),
      });
    });
    return {
      keys: config?.vrrpInstances[0]?.hmac?.keys,
      messages: diagnostics.map(({ message }) => message),
      verdict,
    };
  }

  function file(name: string, content: string | Uint8Array, mode = 0o600): string {
    writeFileSync(path(name), content, { mode });
    chmodSync(path(name), mode);
    return path(name);
  }

  test('is read without the newline at its end', () => {
    const own = file('own.key', `${KEY}\n`);
    expect(check(own)).toMatchObject({ keys: [{ id: 1, secret: KEY, file: own }], messages: [] });
    const hex = file('hex.key', `hex:${'ab'.repeat(32)}\n`, 0o400);
    expect(check(hex)).toMatchObject({
      keys: [{ secret: `hex:${'ab'.repeat(32)}` }],
      messages: [],
    });
  });

  test.each([0o640, 0o604, 0o620])('is refused when others may use it: mode %o', (mode) => {
    const open = file('open.key', KEY, mode);
    expect(check(open).messages).toContain(`the file "${open}" of auth_hmac can be read by others`);
  });

  test('that is missing, short, long, no text, endless or no file disables auth_hmac, and nothing of it is shown', () => {
    spawnSync('mkfifo', [path('fifo.key')]);
    const bad = [
      path('none.key'),
      file('short.key', 'short-secret'),
      file('long.key', 'x'.repeat(65)),
      file(
        'binary.key',
        Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i),
      ),
      file('big.key', 'x'.repeat(100_000)),
      file('odd.key', `hex:${'a'.repeat(65)}`),
      path('fifo.key'),
      '/dev/zero',
      '/dev/stdin',
      directory,
    ];
    for (const one of bad) {
      const { keys, messages } = check(one);
      expect(keys, one).toBeUndefined();
      expect(messages.length, one).toBeGreaterThan(0);
      expect(messages.join()).not.toContain('short-secret');
    }
  });
});
