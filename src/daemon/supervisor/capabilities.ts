/**
 * The capabilities (capabilities(7)) that each child process keeps. Two read what comes from the network, so
 * that whoever takes one over must find as little as possible. The supervisor keeps what it was started with:
 * it loads kernel modules, schedules the vrrp process, reads configuration files of any owner and starts
 * programs, which get their rights from it.
 */
import { constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ChildName } from './state.ts';

/** Numbers of linux/capability.h. */
const NUMBERS = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  DAC_READ_SEARCH: 2,
  FOWNER: 3,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  NET_BIND_SERVICE: 10,
  NET_ADMIN: 12,
  NET_RAW: 13,
} as const;

/** A capability that a child may keep. */
export type Capability = keyof typeof NUMBERS;

/** The number of a capability. */
export function capabilityNumber(name: Capability): number {
  return NUMBERS[name];
}

/** What decides about the capabilities of a child. */
export interface CapabilityNeeds {
  /** Some check binds a port below 1024. */
  readonly lowPorts: boolean;
  /** The files of the program can be read only with the right to read everything. */
  readonly closedProgram: boolean;
}

/**
 * vrrp: addresses and raw sockets. Health: IPVS and marks; ping and binding to a device; low source ports where
 * they are configured.
 */
export function childCapabilities(role: 'vrrp' | 'health', needs: CapabilityNeeds): Capability[] {
  const kept: Capability[] = ['NET_ADMIN', 'NET_RAW'];
  if (role === 'health' && needs.lowPorts) kept.push('NET_BIND_SERVICE');
  if (needs.closedProgram) kept.push('DAC_READ_SEARCH');
  return kept;
}

/**
 * Runner: becoming the user of a program and giving root its rights back (SETPCAP), ending what runs as another user, files and FIFOs of any owner. The
 * bounding set stays, because programs get theirs from it.
 */
const RUNNER_KEEPS: readonly Capability[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'DAC_READ_SEARCH',
  'FOWNER',
  'KILL',
  'SETGID',
  'SETUID',
  'SETPCAP',
];

/** With no_new_privs, set by whoever started us, what the runner gives up nobody can give to its programs. */
function givesNothingNew(): boolean {
  try {
    return /^NoNewPrivs:\s*1$/m.test(readFileSync('/proc/self/status', 'latin1'));
  } catch {
    return false;
  }
}

/** What the children of one supervisor may keep, as the configuration changes. */
export class ChildRights {
  /** See `closedPath`; undefined when the program is open. */
  readonly closedPath: string | undefined;
  #lowPorts = false;

  /** @param files what a child reads before it works */
  constructor(files: readonly string[]) {
    this.closedPath = closedPath(files);
  }

  /** Takes what a configuration needs. True when the health process was started without a right that it needs now. */
  take({ lowPorts }: Pick<CapabilityNeeds, 'lowPorts'>): boolean {
    const before = this.#lowPorts;
    this.#lowPorts = lowPorts;
    return lowPorts && !before;
  }

  /** For a process that is started now; undefined: it keeps all. */
  of(role: ChildName): Capability[] | undefined {
    if (role === 'runner') return givesNothingNew() ? undefined : [...RUNNER_KEEPS];
    const needs = { lowPorts: this.#lowPorts, closedProgram: this.closedPath !== undefined };
    return childCapabilities(role, needs);
  }
}

/**
 * The first of these files, or of the directories above them, that root can use only because root may use
 * everything: a program in the private home of a user, for instance. Undefined when there is none, and for
 * any other user, whose children lose nothing.
 */
export function closedPath(files: readonly string[]): string | undefined {
  if (process.geteuid?.() !== 0) return undefined;
  for (const file of files) {
    if (!isOpenToRoot(file, constants.R_OK)) return file;
    for (let directory = dirname(file); ; directory = dirname(directory)) {
      if (!isOpenToRoot(directory, constants.X_OK)) return directory;
      if (directory === dirname(directory)) break;
    }
  }
  return undefined;
}

/** By the permission bits alone, as the kernel decides for a root without capabilities. */
function isOpenToRoot(path: string, wanted: number): boolean {
  try {
    const { uid, gid, mode } = statSync(path);
    const groups = [process.getegid?.(), ...(process.getgroups?.() ?? [])];
    const bits = uid === 0 ? mode >> 6 : groups.includes(gid) ? mode >> 3 : mode;
    return (bits & wanted) === wanted;
  } catch {
    // What is not there is nobody's obstacle.
    return true;
  }
}
