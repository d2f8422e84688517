/**
 * The processes below a process, read from /proc. A director is several processes; "kill the director" means all of them at the
 * same moment, also those that moved to another process group.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** All descendants of `pid`, parents before children, without `pid` itself. */
export function descendantsOf(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = parentOf(Number(entry));
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [Number(entry)]);
    else siblings.push(Number(entry));
  }
  const found: number[] = [];
  const queue = [pid];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const child of children.get(next) ?? []) {
      found.push(child);
      queue.push(child);
    }
  }
  return found;
}

/** The command line of a process, its arguments joined by spaces; empty when it is gone or a zombie. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** The fields of /proc/PID/stat behind the name: the state (field 3 of proc(5)) first. None when the process is gone. */
export function statFields(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in parentheses and may itself hold spaces and parentheses: count from the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** True while a process exists, zombies included. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** True while a process runs: one that has ended, and that its parent has not taken note of, does not. */
export function isRunning(pid: number): boolean {
  const [state = 'X'] = statFields(pid);
  return state !== 'Z' && state !== 'X';
}

/**
 * Sends a signal, to the whole group of a process when its number is negative; a process that is gone already is no error. Returns whether it was there.
 *
 * @throws RangeError for 0, the group of the caller itself, and -1, every process there is.
 */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  if (!Number.isInteger(pid) || pid === 0 || pid === -1) throw new RangeError(`no process ${pid}`);
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

function parentOf(pid: number): number | undefined {
  const parent = statFields(pid)[1];
  return parent === undefined ? undefined : Number(parent);
}
