/** Whether a user can get to a program, by the owners and modes of what is on the way (path_resolution(7)). Access control lists are not looked at. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Barrier } from '../../core/language/host.ts';
import { stepsTo } from '../path-steps.ts';

/** Users and groups as files like /etc/passwd and /etc/group have them. */
export interface Accounts {
  readonly users: string;
  readonly groups: string;
}

/**
 * The first directory that the user may not enter, or the program when it may not be executed. Undefined: there is none, the user is root or
 * unknown, or the way cannot be looked at. All groups of the user count, whichever a run has: no false alarm.
 */
export function barrierTo(
  path: string,
  { user, group }: { readonly user: string; readonly group?: string },
  accounts: Accounts,
): Barrier | undefined {
  try {
    const known = rowsOf(accounts.users).find(([name]) => name === user);
    const uid = Number(known?.[2] || Number.NaN);
    if (known === undefined || Number.isNaN(uid) || uid === 0) return undefined;
    const groups = new Set([Number(known[3])]);
    for (const [name, , gid, members = ''] of rowsOf(accounts.groups)) {
      if (name === group || members.split(',').includes(user)) groups.add(Number(gid));
    }
    for (const { at, stats } of stepsTo(resolve(path))) {
      if (stats.isSymbolicLink()) continue;
      const isOfGroup = groups.has(stats.gid);
      const bits = stats.uid === uid ? stats.mode >> 6 : isOfGroup ? stats.mode >> 3 : stats.mode;
      if ((bits & 1) === 0) return { at, isProgram: !stats.isDirectory() };
    }
  } catch {
    // Nothing is known then.
  }
  return undefined;
}

function rowsOf(file: string): string[][] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
}
