/**
 * Facts about the host that a configuration is checked against: interfaces, programs, users. All are
 * optional: what is not given is not checked (`--offline`, tests, another machine's file). A driver
 * gathers them.
 */

/** What is known of a program that a configuration wants to run. */
export type ProgramState = 'usable' | 'missing' | 'not-executable' | 'insecure';

/** Facts about the host; an absent member means "unknown, do not check". */
export interface HostFacts {
  /** Names of the existing network interfaces. */
  readonly interfaces?: ReadonlySet<string>;
  /** The state of a program; names without `/` are looked up in PATH. */
  readonly program?: (path: string) => ProgramState;
  /** Whether a host name can be resolved now. */
  readonly resolves?: (name: string) => boolean;
  /** Whether a user exists. */
  readonly userExists?: (name: string) => boolean;
  /** Whether a group exists. */
  readonly groupExists?: (name: string) => boolean;
}
