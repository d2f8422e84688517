/** What a successor must know, on disk: nothing of somebody else's is read, written or followed. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Trouble } from '../../../../src/core/facts/troubles.ts';
import { NO_ORDERS } from '../../../../src/core/health/server-orders.ts';
import { NO_HEALTH, RuntimeRecord } from '../../../../src/daemon/supervisor/runtime-record.ts';

let directory: string;
let record: RuntimeRecord;
let troubles: Trouble[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-record-'));
  troubles = [];
  record = new RuntimeRecord(
    directory,
    () => ({ owned: ['tcp 10.0.0.1:80'], health: NO_HEALTH, orders: NO_ORDERS }),
    (trouble) => troubles.push(trouble),
  );
});

afterEach(() => {
  record.remove();
  rmSync(directory, { recursive: true });
});

async function write(): Promise<void> {
  record.touch();
  const done = (): boolean => troubles.length > 0 || existsSync(join(directory, 'state.json'));
  await vi.waitFor(() => expect(done()).toBe(true), { timeout: 5_000, interval: 10 });
}

test('what was written is read', async () => {
  await write();
  expect(record.read()).toEqual({
    owned: ['tcp 10.0.0.1:80'],
    health: NO_HEALTH,
    orders: NO_ORDERS,
  });
  expect(troubles).toEqual([]);
});

test('what checks said about weights is read; what is no such thing is left out', async () => {
  const good = {
    server: 'a b',
    check: 'MISC_CHECK#1',
    share: { kind: 'replace', weight: 10 },
  } as const;
  const bad = [
    null,
    'x',
    { ...good, check: 1 },
    { ...good, share: { kind: 'add' } },
    { ...good, share: {} },
  ];
  record = new RuntimeRecord(
    directory,
    () => ({
      owned: [],
      health: { ...NO_HEALTH, shares: [good, ...bad] as never },
      orders: NO_ORDERS,
    }),
    (trouble) => troubles.push(trouble),
  );
  await write();
  expect(record.read().health).toEqual({ ...NO_HEALTH, shares: [good] });
});

test('P7: a link in the place of the new file is replaced, not followed', async () => {
  const victim = join(directory, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, join(directory, 'state.json.new'));
  await write();
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  expect(lstatSync(join(directory, 'state.json')).isFile()).toBe(true);
  expect(record.read().owned).toEqual(['tcp 10.0.0.1:80']);
});

test('P7: a record that is a link is not read, and a line says so', async () => {
  await write();
  const elsewhere = mkdtempSync(join(tmpdir(), 'tandem-record-'));
  const copy = join(elsewhere, 'state.json');
  writeFileSync(copy, readFileSync(join(directory, 'state.json')));
  rmSync(join(directory, 'state.json'));
  symlinkSync(copy, join(directory, 'state.json'));
  expect(record.read().owned).toEqual([]);
  expect(troubles).toMatchObject([{ errno: 'ELOOP', detail: 'it is a symbolic link' }]);
  rmSync(elsewhere, { recursive: true });
});

test('P4: a directory in the place of the new file is a line, and stays', async () => {
  const kept = join(directory, 'state.json.new', 'x');
  mkdirSync(join(directory, 'state.json.new'));
  writeFileSync(kept, '');
  record.touch();
  await vi.waitFor(() => expect(troubles).toHaveLength(1), { timeout: 5_000 });
  expect(troubles[0]?.operation).toBe('write-record');
  expect(existsSync(kept)).toBe(true);
});

test('P4: what cannot be written is a line, and no part of it stays', async () => {
  mkdirSync(join(directory, 'state.json'));
  writeFileSync(join(directory, 'state.json', 'x'), '');
  record.touch();
  await vi.waitFor(() => expect(troubles).toHaveLength(1), { timeout: 5_000 });
  expect(troubles[0]?.operation).toBe('write-record');
  expect(readdirSync(directory)).toEqual(['state.json']);
  rmSync(join(directory, 'state.json'), { recursive: true });
});
