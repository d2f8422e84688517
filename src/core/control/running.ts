/**
 * The answer to the control request `config`: the configuration in force and what runs of it, as `tandem plan`
 * needs it. It holds the secrets of the configuration; the socket is as private as the file.
 */

import type { Config } from '../model/config.ts';
import type { RunningHealth, RunningInstance } from '../plan/config-plan.ts';
import type { Mistakes, ServingRoles } from '../plan/reload-policy.ts';

/** Version of the document; it grows when a field changes its meaning or goes away. */
export const RUNNING_VERSION = 2;

/** What runs. */
export interface RunningReport {
  readonly runningVersion: typeof RUNNING_VERSION;
  /** Of the program: the configuration is in the form of this version. */
  readonly version: string;
  /** Absolute. */
  readonly file: string;
  /** How it was read, and will be at the next reload. */
  readonly options: { readonly configId: string | null; readonly strictIncludes: boolean };
  /** ISO 8601 in UTC. */
  readonly loadedAt: string;
  readonly config: Config;
  readonly roles: ServingRoles;
  /** Those of the configuration in force. */
  readonly mistakes: Mistakes;
  /** `null` while the vrrp process does not answer. */
  readonly vrrp: readonly (RunningInstance & { readonly name: string })[] | null;
  /** `null` while the health process does not answer. */
  readonly health: RunningHealth | null;
}
