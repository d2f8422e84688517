/** Who can get to a program, with directories and accounts of the test. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Barrier } from '../../../../src/core/language/host.ts';
import { barrierTo } from '../../../../src/drivers/programs/program-way.ts';

const { getuid, getgid } = process;
let directory: string;
let inside: string;
let program: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tandem-way-'));
  chmodSync(directory, 0o755);
  inside = join(directory, 'inside');
  program = join(inside, 'check');
  mkdirSync(inside);
  writeFileSync(program, '#!/bin/sh\n');
  chmodSync(program, 0o755);
  // Directories and program belong to whoever runs this test; `friend` is of their group.
  const gid = getgid?.() ?? 0;
  const rows = [
    `stranger:x:64001:64001::/:/bin/sh`,
    `friend:x:64002:64002::/:/bin/sh`,
    'chief:x:0:0::/:/bin/sh',
  ];
  writeFileSync(join(directory, 'passwd'), `${rows.join('\n')}\n`);
  writeFileSync(join(directory, 'group'), `team:x:${gid}:friend\n`);
});
afterEach(() => rmSync(directory, { recursive: true }));

function barrier(user: string, group?: string): Barrier | undefined {
  const accounts = { users: join(directory, 'passwd'), groups: join(directory, 'group') };
  return barrierTo(program, { user, ...(group !== undefined && { group }) }, accounts);
}

test('a directory that others may not enter stops a stranger, and neither a member of its group nor root', () => {
  expect(getuid?.()).not.toBe(64_001);
  chmodSync(inside, 0o750);
  expect(barrier('stranger')).toEqual({ at: inside, isProgram: false });
  expect(barrier('stranger', 'team')).toBeUndefined();
  expect(barrier('friend')).toBeUndefined();
  expect(barrier('chief')).toBeUndefined();
  chmodSync(inside, 0o705);
  expect(barrier('stranger')).toBeUndefined();
  expect(barrier('friend')).toEqual({ at: inside, isProgram: false });
});

test('a program that others may not execute is named itself, through a link too', () => {
  chmodSync(program, 0o750);
  expect(barrier('stranger')).toEqual({ at: program, isProgram: true });
  const link = join(directory, 'link');
  symlinkSync(inside, link);
  program = join(link, 'check');
  expect(barrier('stranger')).toEqual({ at: join(inside, 'check'), isProgram: true });
});

test('of a user that the host does not know nothing is said', () => {
  chmodSync(inside, 0o700);
  expect(barrier('nobody-knows')).toBeUndefined();
});
