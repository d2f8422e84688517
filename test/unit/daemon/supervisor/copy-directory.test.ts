/** The directory for copies of configurations: whose it has to be, and which way to it is not gone. */
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeCopyDirectory } from '../../../../src/daemon/supervisor/runtime-files.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-copies-'));
  path = join(directory, 'copies');
});

afterEach(() => rmSync(directory, { recursive: true }));

test('it is made for us alone, and used again', () => {
  expect(makeCopyDirectory(path)).toBeUndefined();
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(makeCopyDirectory(`${path}/`)).toBeUndefined();
});

test.skipIf(!isRoot)('a link of somebody else to a directory of ours is not followed', () => {
  const target = join(directory, 'target');
  mkdirSync(target);
  chmodSync(directory, 0o1777);
  symlinkSync(target, path);
  expect(makeCopyDirectory(path)).toBeUndefined();
  lchownSync(path, NOBODY, NOBODY);
  expect(makeCopyDirectory(path)).toMatchObject({
    about: path,
    detail: expect.stringContaining(`${path} belongs to the user with the number ${NOBODY}`),
  });
  // Neither is one that leads to where nothing is: it would be made there.
  rmSync(target, { recursive: true });
  expect(makeCopyDirectory(path)).toBeDefined();
  expect(readdirSync(directory)).toEqual(['copies']);
});

test.skipIf(!isRoot)('one of somebody else, or that others may change, is refused', () => {
  mkdirSync(path);
  chmodSync(path, 0o1777);
  expect(makeCopyDirectory(path)?.detail).toContain('may be written by others');
  chmodSync(path, 0o755);
  chownSync(path, NOBODY, NOBODY);
  expect(makeCopyDirectory(path)?.detail).toContain(`number ${NOBODY}`);
  expect(makeCopyDirectory(join(path, 'inside'))?.detail).toContain(`number ${NOBODY}`);
});

test('a file in its place is no directory', () => {
  writeFileSync(path, '');
  expect(makeCopyDirectory(path)).toMatchObject({ errno: 'ENOTDIR' });
});
