/**
 * Starts the vrrp process before anything else: it loads while the main process reads the configuration, and has nothing to wait for when that is
 * done. Until then it does nothing that is seen outside. Imports little.
 */
import type { ChildProcess } from 'node:child_process';
import { builtFile } from 'dgram-extensions';
import { PROGRAM } from '../frame/places.ts';
import { FIRST } from '../frame/start-word.ts';
import { ChildRights } from './capabilities.ts';
import { type RoleProgram, startProcess } from './role-process.ts';

/** What a process reads before it works. */
const FILES: readonly string[] = [PROGRAM, process.execPath, builtFile('dgx.node')];

/** What each role runs. */
export const ROLE_PROGRAMS: Readonly<
  Record<RoleProgram['role'], Omit<RoleProgram, 'capabilities'>>
> = {
  vrrp: { role: 'vrrp', modulePath: PROGRAM, execArgv: ['--single-threaded-gc'] },
  health: { role: 'health', modulePath: PROGRAM, execArgv: [] },
  runner: { role: 'runner', modulePath: PROGRAM, execArgv: [], startsPrograms: true },
};

/** The rights of the children, before a configuration is known. */
export function firstRights(): ChildRights {
  return new ChildRights(FILES);
}

/** Undefined when it could not be started: the supervisor starts it in its turn, and says why it can't. */
export function startVrrpAhead(): ChildProcess | undefined {
  try {
    const capabilities = (): ReturnType<ChildRights['of']> => firstRights().of('vrrp');
    const started = startProcess({ ...ROLE_PROGRAMS.vrrp, words: [FIRST], capabilities });
    // Failures that come as an event: the supervisor finds no process.
    started.on('error', () => undefined);
    return started;
  } catch {
    return undefined;
  }
}
