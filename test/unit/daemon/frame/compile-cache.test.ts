/** The cache of compiled code is used only where nobody but root can put something. */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRootsOwn } from '../../../../src/daemon/frame/compile-cache.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-cache-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const cache = (mode: number): string => {
  const path = join(directory, 'cache');
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
};

test.runIf(process.geteuid?.() === 0)("root's own directory holds the cache", () => {
  expect(isRootsOwn(cache(0o755))).toBe(true);
});

test.each([0o777, 0o775, 0o757, 0o1777])('a directory with the mode %o does not', (mode) => {
  expect(isRootsOwn(cache(mode))).toBe(false);
});

test.runIf(process.geteuid?.() === 0)("another user's directory does not", () => {
  const path = cache(0o755);
  chownSync(path, 65_534, 65_534);
  expect(isRootsOwn(path)).toBe(false);
});

test('neither does a link, a file, or what is not there', () => {
  const link = join(directory, 'link');
  symlinkSync(cache(0o755), link);
  const file = join(directory, 'file');
  writeFileSync(file, '');
  for (const path of [link, file, join(directory, 'nothing')]) expect(isRootsOwn(path)).toBe(false);
});
