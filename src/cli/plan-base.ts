/** What `tandem plan` compares a file with. */
import type { Config } from '../core/model/config.ts';
import type { RunningFacts } from '../core/plan/config-plan.ts';
import type { Mistakes, ServingRoles } from '../core/plan/reload-policy.ts';

/** The left side of the comparison. */
export interface PlanBase {
  readonly kind: 'running' | 'file';
  /** Its configuration file. */
  readonly file: string;
  /** When the running configuration was read, ISO 8601. */
  readonly loadedAt?: string;
  readonly config: Config;
  readonly roles: ServingRoles;
  readonly mistakes: Mistakes;
  readonly facts: RunningFacts;
}
