/** Files read by another process: what may be read, and what does not answer. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApartReader } from 'dgram-extensions';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { deadMount, deadMountObstacle } from '../../support/dead-mount.ts';
import { newReadingProcesses } from '../../support/reading-processes.ts';

const LIMIT_US = 20e6;

let directory: string;
let reader: ApartReader;
let children: () => readonly string[];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-apart-'));
});
afterAll(() => rmSync(directory, { recursive: true }));
beforeEach(() => {
  children = newReadingProcesses();
  reader = new ApartReader(LIMIT_US);
});
afterEach(() => reader.close());

function textOf(path: string, bytesMax = 1 << 20): string {
  return Buffer.from(reader.read(path, bytesMax).bytes).toString();
}

it('reads regular files, whole or their beginning, one after the other', () => {
  const long = 'abcdefgh'.repeat(40_000);
  writeFileSync(join(directory, 'short'), 'text');
  writeFileSync(join(directory, 'long'), long);
  expect(textOf(join(directory, 'short'))).toBe('text');
  expect(textOf(join(directory, 'long'))).toBe(long);
  expect(textOf(join(directory, 'long'), 70_000)).toBe(long.slice(0, 70_000));
  expect(textOf(join(directory, 'long'), 0)).toBe('');
  expect(textOf('/dev/null')).toBe('');
});

it('says what cannot be opened, and goes on', () => {
  expect(() => reader.read(join(directory, 'none'), 1)).toThrow(/ENOENT/);
  expect(() => reader.read(`/${'x'.repeat(5_000)}`, 1)).toThrow(/ENAMETOOLONG/);
  expect(() => reader.read('/etc\0/passwd', 1)).toThrow(/ENAMETOOLONG/);
  expect(textOf('/dev/null')).toBe('');
});

it('looks at what is no regular file without opening it', () => {
  spawnSync('mkfifo', [join(directory, 'pipe')]);
  for (const path of [join(directory, 'pipe'), '/dev/zero', '/proc/kmsg', directory]) {
    const { mode, bytes } = reader.read(path, 1 << 20);
    expect({ path, regular: (mode & 0o170000) === 0o100000, bytes: bytes.length }).toEqual({
      path,
      regular: false,
      bytes: 0,
    });
  }
});

it('leaves no process behind', () => {
  textOf('/dev/null');
  expect(children()).toHaveLength(1);
  reader.close();
  expect(children()).toEqual([]);
});

it('keeps none of our descriptors open', () => {
  textOf('/dev/null');
  const [pid] = children();
  expect(readdirSync(`/proc/${pid}/fd`)).toEqual(['0']);
});

it('gives a file up that does not answer, and reads the next one', async (context) => {
  const obstacle = deadMountObstacle();
  if (obstacle !== undefined) return context.skip(obstacle);
  const dead = join(directory, 'dead');
  mkdirSync(dead);
  const unmount = await deadMount(dead);
  const patient = new ApartReader(300_000);
  try {
    expect(() => patient.read(join(dead, 'file'), 1)).toThrow(/ETIMEDOUT/);
    expect(patient.read('/dev/null', 1).bytes).toHaveLength(0);
  } finally {
    patient.close();
    await unmount();
  }
  expect(children()).toEqual([]);
});
