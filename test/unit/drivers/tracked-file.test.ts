/** A file that is watched, on a real file system: written, replaced, removed, linked, and its directory moved away. */
import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { initTrackedFile, TrackedFile } from '../../../src/drivers/tracked-file.ts';

let root: string;
let directory: string;
let path: string;
let watched: TrackedFile | undefined;
let seen: (string | undefined)[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tandem-file-'));
  directory = join(root, 'run');
  mkdirSync(directory);
  path = join(directory, 'number');
  seen = [];
});

afterEach(() => {
  watched?.close();
  rmSync(root, { recursive: true });
});

function watch(): void {
  watched = new TrackedFile({ path, onRead: (text) => seen.push(text) });
}

const last = (wanted: string | undefined): Promise<void> =>
  vi.waitFor(() => expect({ last: seen.at(-1) }).toEqual({ last: wanted }), { timeout: 5_000 });

test('is read when it is made, written, appended to, replaced and removed', async () => {
  watch();
  await vi.waitFor(() => expect(seen).toEqual([undefined]));
  writeFileSync(path, '7\n');
  await last('7\n');
  appendFileSync(path, '8\n');
  await last('7\n8\n');
  writeFileSync(`${path}.new`, '9');
  renameSync(`${path}.new`, path);
  await last('9');
  rmSync(path);
  await last(undefined);
  mkdirSync(path);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(seen.at(-1)).toBeUndefined();
});

test('an empty file between two numbers is not told', async () => {
  writeFileSync(path, '5');
  watch();
  await last('5');
  for (let number = 10; number < 30; number++) writeFileSync(path, String(number));
  await last('29');
  expect(seen).not.toContain('');
});

test('another directory in the place of the first one is watched, and a link is followed', async () => {
  writeFileSync(path, '1');
  watch();
  await last('1');
  renameSync(directory, `${directory}.old`);
  await last(undefined);
  mkdirSync(directory);
  writeFileSync(join(root, 'target'), '2');
  symlinkSync(join(root, 'target'), path);
  await last('2');
  writeFileSync(join(root, 'target'), '3');
  await last('3');
});

test('no more than its beginning is read', async () => {
  writeFileSync(path, '4'.repeat(10_000));
  watch();
  await last('4'.repeat(127));
});

test('what is no file is not opened: a link to a device could set it going', async () => {
  const pipe = join(root, 'pipe');
  execFileSync('mkfifo', [pipe]);
  // It goes on when somebody opens the pipe to read.
  const waiting = spawn('/bin/sh', ['-c', 'exec 3> pipe; : > opened'], { cwd: root });
  symlinkSync(pipe, path);
  watch();
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(1), { timeout: 5_000 });
  expect(existsSync(join(root, 'opened'))).toBe(false);
  expect(seen.at(-1)).toBeUndefined();
  waiting.kill('SIGKILL');
});

test('init_file makes it for its owner alone, and leaves one that is there', async () => {
  expect(await initTrackedFile(path, { value: 7, overwrite: false })).toBeUndefined();
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['7\n', 0o600]);
  expect(await initTrackedFile(path, { value: 8, overwrite: false })).toBeUndefined();
  expect(readFileSync(path, 'utf8')).toBe('7\n');
  expect(await initTrackedFile(path, { value: 8, overwrite: true })).toBeUndefined();
  expect(readFileSync(path, 'utf8')).toBe('8\n');
});

test('init_file empties no file that has another name', async () => {
  const other = join(root, 'other');
  writeFileSync(other, 'kept');
  linkSync(other, path);
  expect(await initTrackedFile(path, { value: 7, overwrite: true })).toContain('another name');
  expect(readFileSync(other, 'utf8')).toBe('kept');
});

test('init_file writes through no link and into nothing but a file, and says so', async () => {
  symlinkSync(join(root, 'target'), path);
  expect(await initTrackedFile(path, { value: 7, overwrite: true })).toContain('ELOOP');
  expect(await initTrackedFile(directory, { value: 7, overwrite: true })).toContain('EISDIR');
  expect(await initTrackedFile(join(root, 'no/where'), { value: 7, overwrite: false })).toContain(
    'ENOENT',
  );
});
