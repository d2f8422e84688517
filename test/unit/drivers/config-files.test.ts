/** Reading configuration files: what is no file must not hold or exhaust a running director. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONFIG_LIMITS } from '../../../src/core/config/limits.ts';
import { FILE_LOADER } from '../../../src/drivers/config-files.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-files-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

function path(name: string): string {
  return join(directory, name);
}

test('a file is its text; empty files and devices are empty', () => {
  writeFileSync(path('plain'), 'vrrp_version 3\n');
  writeFileSync(path('empty'), '');
  expect(FILE_LOADER.read(path('plain'))).toEqual({ ok: true, text: 'vrrp_version 3\n' });
  expect(FILE_LOADER.read(path('empty'))).toEqual({ ok: true, text: '' });
  expect(FILE_LOADER.read('/dev/null')).toEqual({ ok: true, text: '' });
});

test('a pipe that nobody writes to is refused, not waited for', () => {
  spawnSync('mkfifo', [path('pipe')]);
  expect(FILE_LOADER.read(path('pipe'))).toEqual({ ok: false, reason: 'unreadable' });
});

test.each(['/dev/zero', 'large'])(
  'of %s no more is read than shows that it is too long',
  (name) => {
    const file = name.startsWith('/') ? name : path(name);
    if (file !== name) {
      writeFileSync(file, '');
      truncateSync(file, 8 * CONFIG_LIMITS.fileLength);
    }
    const source = FILE_LOADER.read(file);
    expect(source.ok && source.text.length).toBe(CONFIG_LIMITS.fileLength + 1);
  },
);

test('directories, executable and missing files are told apart', () => {
  writeFileSync(path('program'), '');
  chmodSync(path('program'), 0o755);
  expect(FILE_LOADER.read(directory)).toEqual({ ok: false, reason: 'directory' });
  expect(FILE_LOADER.read(path('program'))).toEqual({ ok: false, reason: 'executable' });
  expect(FILE_LOADER.read(path('none'))).toEqual({ ok: false, reason: 'missing' });
});
