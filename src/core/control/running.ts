/**
 * The answer to the control request `config`: the configuration in force and what runs of it, as `tandem plan`
 * needs it. It holds the secrets of the configuration; the socket is as private as the file.
 */

import type { RunningHealth, RunningInstance } from '../config/diff/types.ts';
import type { Config } from '../config/model.ts';

/** Version of the document; it grows when a field changes its meaning or goes away. */
export const RUNNING_VERSION = 1;

/** What runs. */
export interface RunningReport {
  readonly runningVersion: typeof RUNNING_VERSION;
  /** Of the program: the configuration is in the form of this version. */
  readonly version: string;
  readonly file: string;
  /** ISO 8601 in UTC. */
  readonly loadedAt: string;
  readonly config: Config;
  /** `null` while the vrrp process does not answer. */
  readonly vrrp: readonly (RunningInstance & { readonly name: string })[] | null;
  /** `null` while the health process does not answer. */
  readonly health: RunningHealth | null;
}
