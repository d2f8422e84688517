/** Whether a program that the configuration names can be run, and whether only root can change what is run under its name. */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { ProgramState } from '../../core/language/host.ts';
import { stepsTo } from '../path-steps.ts';

/** Where the system looks for programs without PATH in the environment. */
const DEFAULT_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

const SET_USER = 0o4000;
const SET_GROUP = 0o2000;

/** Whether root could and should run a program: present, executable, and changeable by root only. Names without a slash are looked up in PATH. */
export function programState(program: string): ProgramState {
  const path = programPath(program);
  if (path === undefined || !existsSync(path)) return 'missing';
  try {
    if (!isExecutable(path)) return 'not-executable';
    if (!isTrusted(path)) return 'insecure';
    return program.includes('/') || isTrustedWay(path) ? 'usable' : 'insecure-path';
  } catch {
    return 'not-executable';
  }
}

/** The first step of the way to a program that others than root may change; undefined when there is none, or nothing can be read. */
export function weakStepToProgram(program: string): string | undefined {
  const path = programPath(program);
  try {
    return path === undefined ? undefined : weakStepTo(path, true);
  } catch {
    return undefined;
  }
}

/** Where a program is. Of a name without a slash the first file that can be executed, else the first there is. */
export function programPath(program: string): string | undefined {
  if (program.includes('/')) return program;
  const paths = directoriesOfPath().map((directory) => join(directory, program));
  return paths.find(isExecutable) ?? paths.find((path) => existsSync(path));
}

/** True for a program that runs with the rights of root, whoever starts it. */
export function becomesRoot(program: string): boolean {
  try {
    const { mode, uid, gid } = statSync(programPath(program) ?? '');
    return ((mode & SET_USER) !== 0 && uid === 0) || ((mode & SET_GROUP) !== 0 && gid === 0);
  } catch {
    return false;
  }
}

/** The users of a file like /etc/passwd that are root, whatever they are called. */
export function usersWithAllRights(file: string): ReadonlySet<string> {
  const found = new Set(['root']);
  try {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [name = '', , uid] = line.split(':');
      if (uid !== undefined && Number(uid) === 0 && uid !== '') found.add(name);
    }
  } catch {
    // Then root is known at least.
  }
  return found;
}

function directoriesOfPath(): readonly string[] {
  const { PATH: path = DEFAULT_PATH } = process.env;
  return path.split(delimiter);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Nobody but root can put a program of the same name into a directory that is looked at before. */
function isTrustedWay(path: string): boolean {
  for (const directory of directoriesOfPath()) {
    // An empty one is whatever directory the program is started in.
    if (!isAbsolute(directory) || !isTrusted(directory, false)) return false;
    if (path.startsWith(join(directory, '/'))) return true;
  }
  return true;
}

/**
 * Each step of the way, links among them, belongs to root and is changed by nobody else; others may add to sticky directories, unless a new file
 * at the end would count.
 */
function isTrusted(path: string, mayBeAddedTo = true): boolean {
  return weakStepTo(path, mayBeAddedTo) === undefined;
}

/** The first step that is not so. */
function weakStepTo(path: string, mayBeAddedTo: boolean): string | undefined {
  const steps = [...stepsTo(resolve(path))];
  return steps.find(({ stats, isEndless }, index) => {
    const { uid, gid, mode } = stats;
    if (uid !== 0 || isEndless) return true;
    const isSticky = stats.isDirectory() && (mode & 0o1000) !== 0;
    const isShared = isSticky && (mayBeAddedTo || index < steps.length - 1);
    const groupMayWrite = (mode & 0o020) !== 0 && gid !== 0;
    const mayBeWritten = groupMayWrite || (mode & 0o002) !== 0;
    return mayBeWritten && !isShared && !stats.isSymbolicLink();
  })?.at;
}
