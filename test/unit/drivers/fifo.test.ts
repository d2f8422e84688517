/** Named pipes: made or used as they are, never waited for, and full pipes said. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Fifo } from '../../../src/drivers/fifo.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-fifo-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

function read(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(65_536);
  const length = readSync(fd, buffer);
  closeSync(fd);
  return buffer.toString('utf8', 0, length);
}

test('one that is not there is made, for its owner alone, and removed at the end', async () => {
  const path = join(directory, 'a.fifo');
  const fifo = await Fifo.open({ path });
  const stats = statSync(path);
  expect(stats.isFIFO()).toBe(true);
  expect(stats.mode & 0o777).toBe(0o600);
  expect(fifo.write('INSTANCE "A" MASTER 100\n')).toBe(true);
  expect(read(path)).toBe('INSTANCE "A" MASTER 100\n');
  fifo.close();
  expect(existsSync(path)).toBe(false);
});

test.skipIf(process.getuid?.() !== 0)(
  'it belongs to the user and group of the keyword',
  async () => {
    const path = join(directory, 'a.fifo');
    const fifo = await Fifo.open({ path, user: 'nobody', group: 'daemon' });
    const id = (what: string, name: string) =>
      Number(execFileSync('getent', [what, name]).toString().split(':')[2]);
    const { uid, gid } = statSync(path);
    expect([uid, gid]).toEqual([id('passwd', 'nobody'), id('group', 'daemon')]);
    fifo.close();
  },
);

test.skipIf(process.getuid?.() !== 0)(
  'without a user it belongs to the one that need not exist, if there is one',
  async () => {
    const path = join(directory, 'a.fifo');
    const fifo = await Fifo.open({ path, userIfAny: 'nobody' });
    expect(statSync(path).uid).not.toBe(0);
    fifo.close();
    const other = await Fifo.open({ path, userIfAny: 'no-such-user' });
    expect(statSync(path).uid).toBe(0);
    other.close();
  },
);

test.skipIf(process.getuid?.() !== 0)(
  'what is put in its place while it is made is not given away',
  async () => {
    const path = join(directory, 'a.fifo');
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    const swap = `#!/bin/sh\nrm ${path}\necho secret > ${path}\nPATH=/usr/bin:/bin exec chown "$@"\n`;
    writeFileSync(join(bin, 'chown'), swap, { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
    await expect(Fifo.open({ path, user: 'nobody' })).rejects.toThrow('something else');
    expect(statSync(path).uid).toBe(0);
  },
);

test('an owner that does not exist leaves no FIFO behind', async () => {
  const path = join(directory, 'a.fifo');
  await expect(Fifo.open({ path, user: 'no-such-user' })).rejects.toThrow(/no-such-user/);
  expect(existsSync(path)).toBe(false);
});

test('one that is there is used unchanged, and stays', async () => {
  const path = join(directory, 'a.fifo');
  execFileSync('mkfifo', ['-m', '644', path]);
  const fifo = await Fifo.open({ path, user: 'nobody' });
  expect(statSync(path).mode & 0o777).toBe(0o644);
  expect(statSync(path).uid).toBe(process.getuid?.());
  fifo.close();
  expect(existsSync(path)).toBe(true);
});

test.skipIf(process.getuid?.() !== 0)(
  'one that a stranger made where everybody may make files is refused, and stays',
  async () => {
    const path = join(directory, 'a.fifo');
    execFileSync('mkfifo', [path]);
    chownSync(path, 65_534, 65_534);
    chmodSync(directory, 0o1777);
    await expect(Fifo.open({ path, user: 'daemon' })).rejects.toThrow('user with the number 65534');
    expect(existsSync(path)).toBe(true);
    const named = await Fifo.open({ path, user: 'nobody' });
    named.close();
    // Whoever alone may write the directory has made it for its reader.
    chmodSync(directory, 0o755);
    const elsewhere = await Fifo.open({ path });
    elsewhere.close();
    expect(existsSync(path)).toBe(true);
  },
);

test('one that a process before this one made is removed at the end', async () => {
  const path = join(directory, 'a.fifo');
  execFileSync('mkfifo', [path]);
  const fifo = await Fifo.open({ path, isOurs: true });
  fifo.close();
  expect(existsSync(path)).toBe(false);
});

test('a file, a directory and a link at its path are refused, and untouched', async () => {
  const file = join(directory, 'file');
  writeFileSync(file, 'kept');
  const link = join(directory, 'link');
  execFileSync('mkfifo', [join(directory, 'target')]);
  symlinkSync(join(directory, 'target'), link);
  for (const path of [file, directory, link]) {
    await expect(Fifo.open({ path })).rejects.toThrow(
      'there is something else at this path, not a FIFO',
    );
  }
  expect(statSync(file).size).toBe(4);
});

test('a directory that is not there is said', async () => {
  await expect(Fifo.open({ path: join(directory, 'no/a.fifo') })).rejects.toThrow(/No such file/);
});

test('a full pipe never waits: the line is not taken, until there is room again', async () => {
  const path = join(directory, 'a.fifo');
  const fifo = await Fifo.open({ path });
  const line = `INSTANCE "${'x'.repeat(80)}" MASTER 100\n`;
  let written = 0;
  while (fifo.write(line)) written += line.length;
  expect(written).toBeGreaterThan(60_000);
  expect(written).toBeLessThanOrEqual(65_536);
  read(path);
  expect(fifo.write(line)).toBe(true);
  fifo.close();
});

test('it knows when its path is another’s, and does not remove that', async () => {
  const path = join(directory, 'a.fifo');
  const fifo = await Fifo.open({ path });
  expect(fifo.isInPlace).toBe(true);
  unlinkSync(path);
  expect(fifo.isInPlace).toBe(false);
  execFileSync('mkfifo', [path]);
  expect(fifo.isInPlace).toBe(false);
  fifo.close();
  expect(existsSync(path)).toBe(true);
});
