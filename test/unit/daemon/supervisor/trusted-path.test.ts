/** Directories above a path that somebody else could change, on disk. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { wrongAncestor } from '../../../../src/daemon/supervisor/trusted-path.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'tandem-trusted-'));
});
afterEach(() => rmSync(base, { recursive: true }));

function make(name: string, mode: number): string {
  const path = join(base, name);
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

test('P7: directories of ours are fine, also below a sticky one and when they do not exist', () => {
  make('sticky', 0o1777);
  make('sticky/a', 0o755);
  expect(wrongAncestor(join(base, 'sticky/a/b/c'))).toBeUndefined();
});

test.each([0o777, 0o775])('P7: one that others may write is named (mode %o)', (mode) => {
  const open = make('open', mode);
  make('open/a', 0o755);
  const found = `${open} may be written by others (mode ${mode.toString(8)})`;
  expect(wrongAncestor(join(open, 'a/run'))).toBe(found);
});

test('P7: the way through a link counts', () => {
  const open = make('open', 0o777);
  make('open/a', 0o755);
  symlinkSync('open/a', join(base, 'link'));
  expect(wrongAncestor(join(base, 'link/run'))).toContain(open);
});

test('P7: links that lead to each other end', () => {
  symlinkSync('b', join(base, 'a'));
  symlinkSync('a', join(base, 'b'));
  expect(wrongAncestor(join(base, 'a/run'))).toContain('leads from link to link');
});
