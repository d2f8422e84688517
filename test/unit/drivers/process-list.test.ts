/** The list of processes, from files as the kernel shows them and from the kernel itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProcessList, type ProcessLook } from '../../../src/drivers/process-list.ts';

const LOOK: ProcessLook = { commandLines: true, again: 'new', counts: () => false };

let root: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tandem-proc-'));
  mkdirSync(join(root, 'self'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(root, { recursive: true });
});

function write(pid: number, comm: string, line: string, state = 'S'): void {
  mkdirSync(join(root, String(pid)), { recursive: true });
  writeFileSync(join(root, String(pid), 'stat'), `${pid} (${comm}) ${state} 1 1 1`);
  writeFileSync(join(root, String(pid), 'cmdline'), line);
}

test('names may hold parentheses, command lines blanks; a kernel thread has none', () => {
  write(1, 'a) (b', '/bin/a\0x y\0');
  write(2, 'kthreadd', '');
  expect(new ProcessList(root).look(LOOK)).toEqual([
    { comm: 'a) (b', argv: ['/bin/a', 'x y'] },
    { comm: 'kthreadd', argv: [] },
  ]);
});

test('of a command line no more than its beginning is kept', () => {
  write(1, 'many', `/bin/many\0-a\0${'\0'.repeat(1_000_000)}`);
  const [fact] = new ProcessList(root).look(LOOK);
  expect(fact?.argv.slice(0, 2)).toEqual(['/bin/many', '-a']);
  expect(fact?.argv.length).toBeLessThan(4_097);
});

test('one that has ended and waits for its parent does not count, and one that vanishes is no error', () => {
  write(1, 'gone', '', 'Z');
  mkdirSync(join(root, '2'));
  expect(new ProcessList(root).look(LOOK)).toEqual([]);
});

test('a young process is read again, an old one only when everything is, or when it counts', () => {
  const list = new ProcessList(root);
  const names = (more: Partial<ProcessLook> = {}): string[] =>
    list.look({ ...LOOK, ...more }).map(({ comm }) => comm);
  write(1, 'shell', 'sh\0');
  expect(names()).toEqual(['shell']);
  write(1, 'server', 'server\0');
  expect(names()).toEqual(['server']);
  for (let count = 0; count < 4; count++) names();
  write(1, 'renamed', 'server\0');
  expect(names()).toEqual(['server']);
  expect(names({ again: 'everything' })).toEqual(['renamed']);
  write(1, 'renamed', '', 'Z');
  expect(names()).toEqual(['renamed']);
  expect(names({ counts: () => true })).toEqual([]);
});

test('one of which the kernel has told is read again, and no other gets older by that', () => {
  const list = new ProcessList(root);
  const names = (again: ProcessLook['again']): string[] =>
    list.look({ ...LOOK, again }).map(({ comm }) => comm);
  write(1, 'shell', 'sh\0');
  for (let count = 0; count < 6; count++) names('new');
  write(2, 'shell', 'sh\0');
  for (let count = 0; count < 6; count++) names(new Set());
  write(1, 'first', 'first\0');
  write(2, 'second', 'second\0');
  expect(names(new Set(['7']))).toEqual(['shell', 'second']);
  expect(names(new Set(['1']))).toEqual(['first', 'second']);
});

test('the kernel shows a program by its command line', async () => {
  child = spawn('/bin/sleep', ['77.5'], { stdio: 'ignore' });
  await new Promise((resolve) => child?.once('spawn', resolve));
  const found = new ProcessList().look(LOOK);
  expect(found).toContainEqual({ comm: 'sleep', argv: ['/bin/sleep', '77.5'] });
});
