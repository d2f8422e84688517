/**
 * Facts about the host that a configuration is checked against: interfaces, programs, users. All are
 * optional: what is not given is not checked (`--offline`, tests, another machine's file). A driver
 * gathers them.
 */

import type { IpAddress } from '../base/address.ts';
import type { NamedTable } from './schema/keyword-table.ts';

/**
 * What is known of a program that a configuration wants to run. `insecure`: others than root may change it; `insecure-path`: it is looked for in
 * PATH, and they may put another one where it is looked for before.
 */
export type ProgramState = 'usable' | 'missing' | 'not-executable' | 'insecure' | 'insecure-path';

/** An address of an interface with the length of its subnet's prefix. */
export interface HostAddress {
  readonly interface: string;
  readonly address: IpAddress;
  readonly prefixLength: number;
}

/**
 * What the kernel makes of a program file: it can be started, it is text without a `#!` line, or the
 * interpreter that the line names does not exist.
 */
export type InterpreterState =
  | { readonly state: 'usable' | 'none' }
  | { readonly state: 'missing'; readonly path: string };

/** Where the tables of iproute2 are; an absent one is where iproute2 has it. */
export interface NameDirectories {
  /** Of the distribution: `iproute_usr_dir`. */
  readonly vendor?: string;
  /** Of the host: `iproute_etc_dir`. */
  readonly local?: string;
}

/** A file with a secret: its text, and whether others than its owner may read or change it. */
export type SecretFile =
  | { readonly state: 'private' | 'exposed'; readonly text: string }
  | { readonly state: 'unreadable' };

/** What keeps a user from a program. */
export interface Barrier {
  readonly at: string;
  /** It is the program itself, not a directory on the way. */
  readonly isProgram: boolean;
}

/** Facts about the host; an absent member means "unknown, do not check". */
export interface HostFacts {
  /** The network namespace that the facts are from, by its name; absent: the one that the program was called in. */
  readonly namespace?: string;
  /** Names of the existing network interfaces. */
  readonly interfaces?: ReadonlySet<string>;
  /** The state of a program; names without `/` are looked up in PATH. */
  readonly program?: (path: string) => ProgramState;
  /** Of a program that is `insecure`: the first step of the way to it that others than root may change. */
  readonly weakStep?: (path: string) => string | undefined;
  /** The number that iproute2's tables or `/etc/protocols` have for a name; undefined when they lack it. */
  readonly numberOf?: (
    table: NamedTable,
    name: string,
    directories?: NameDirectories,
  ) => number | undefined;
  /** Whether a directory exists. */
  readonly directoryExists?: (path: string) => boolean;
  /** A file with a secret. */
  readonly secretFile?: (path: string) => SecretFile;
  /** Whether a host name can be resolved now. */
  readonly resolves?: (name: string) => boolean;
  /** Addresses of the interfaces, virtual ones that are held right now included. */
  readonly addresses?: readonly HostAddress[];
  /** The text of a setting of the kernel; undefined when the kernel does not have it. */
  readonly sysctl?: (name: string) => string | undefined;
  /** The MTU of an interface in bytes; undefined when it does not exist. */
  readonly mtu?: (name: string) => number | undefined;
  /** Whether a program that exists can be started. */
  readonly interpreter?: (path: string) => InterpreterState;
  /** The first directory on the way to a program that a user may not enter, or the program when it may not be run; undefined: none, or not known. */
  readonly barrier?: (
    program: string,
    who: { readonly user: string; readonly group?: string },
  ) => Barrier | undefined;
  /** Whether a program runs as root, whoever starts it: it is set-user-ID or set-group-ID root. */
  readonly becomesRoot?: (program: string) => boolean;
  /** Whether a user is root, whatever it is called. */
  readonly isRoot?: (user: string) => boolean;
  /** Whether a user exists. */
  readonly userExists?: (name: string) => boolean;
  /** Whether a group exists. */
  readonly groupExists?: (name: string) => boolean;
}

/** What is known of the host for a configuration that runs in a network namespace: of another one nothing is known. */
export function factsForNamespace(host: HostFacts, namespace: string | undefined): HostFacts {
  if (namespace === host.namespace) return host;
  const { interfaces: _, addresses: __, sysctl: ___, mtu: ____, ...rest } = host;
  return rest;
}
