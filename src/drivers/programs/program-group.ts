/** The process group of a program, by which a process that did not start it can end it: what the runner process leaves behind when it is killed. */
import { readdirSync, readFileSync } from 'node:fs';

/** A process group, named so that no other one is taken for it. */
export interface ProgramGroup {
  /** Number of the group and of the process that leads it. */
  readonly group: number;
  /** When that process was started, in clock ticks since the start of the system (proc_pid_stat(5), field 22); empty when it had ended already. */
  readonly bornAt: string;
}

/** A program that runs, by the key that its start was asked for with. */
export interface RunningProgram extends ProgramGroup {
  readonly key: string;
}

/** The group that a process leads which has just been started. */
export function groupOf(pid: number): ProgramGroup {
  return { group: pid, bornAt: statOf(pid)?.bornAt ?? '' };
}

/** Sends a signal to all processes of the group, 0 to ask; false when none of them runs any more. */
export function signalGroup({ group, bornAt }: ProgramGroup, signal: NodeJS.Signals | 0): boolean {
  // A number is not given again while a group has it, but may be when the whole group is gone.
  const leader = statOf(group);
  if (leader !== undefined && leader.bornAt !== bornAt) return false;
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return isAlive(group);
}

/** True when a process of the group was there at a time, in clock ticks since the start of the system: the number has not become another group's since. */
export function wasThere({ group, bornAt }: ProgramGroup, ticks: number): boolean {
  const leader = statOf(group);
  if (leader !== undefined) return leader.bornAt === bornAt;
  return membersOf(group).some((stat) => Number(stat.bornAt) <= ticks);
}

/** What has ended and waits for its parent takes signals, too: only the list of processes tells. */
function isAlive(group: number): boolean {
  return membersOf(group).length > 0;
}

function membersOf(group: number): readonly Stat[] {
  return readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    return stat?.group === group && stat.state !== 'Z' && stat.state !== 'X' ? [stat] : [];
  });
}

interface Stat {
  readonly state: string | undefined;
  readonly group: number;
  readonly bornAt: string;
}

/** Undefined when there is no such process. */
function statOf(pid: number): Stat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name may hold anything, parentheses too. Behind it stands field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], group: Number(fields[2]), bornAt: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
