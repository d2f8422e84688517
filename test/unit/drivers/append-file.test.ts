/** A file opened to add lines: what may be one, and that the open never waits. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  lchownSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openToAppend } from '../../../src/drivers/append-file.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-append-'));
  path = join(directory, 'log');
});
afterEach(() => rmSync(directory, { recursive: true }));

function add(text: string): void {
  const fd = openToAppend(path);
  writeSync(fd, text);
  closeSync(fd);
}

test('lines are added, and no other user may read them', () => {
  add('a\n');
  add('b\n');
  expect(readFileSync(path, 'utf8')).toBe('a\nb\n');
  expect(statSync(path).mode & 0o007).toBe(0);
});

test('a pipe without a reader is refused at once', () => {
  spawnSync('mkfifo', [path]);
  expect(() => openToAppend(path)).toThrow(`${path} is a pipe that nobody reads`);
});

test('a pipe with a reader is written', () => {
  spawnSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  add('a\n');
  const buffer = Buffer.alloc(10);
  expect(readSync(reader, buffer)).toBe(2);
  closeSync(reader);
});

test('a directory is refused', () => {
  expect(() => openToAppend(directory)).toThrow('EISDIR');
});

test('a link of ours is followed', () => {
  const target = join(directory, 'target');
  symlinkSync(target, path);
  add('a\n');
  expect(readFileSync(target, 'utf8')).toBe('a\n');
});

test.skipIf(process.getuid?.() !== 0)('a link of somebody else is not followed', () => {
  const target = join(directory, 'target');
  symlinkSync(target, path);
  lchownSync(path, 65_534, 65_534);
  expect(() => openToAppend(path)).toThrow(`${path} is a link of the user with the number 65534`);
  expect(existsSync(target)).toBe(false);
});
