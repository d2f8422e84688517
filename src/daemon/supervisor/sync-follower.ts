/** Follows the instance that the connection synchronisation goes with: the sender runs on its MASTER, the receiver everywhere else. */
import { equalData } from '../../core/base/equal-data.ts';
import type { SyncDaemonRole } from '../../core/lvs/daemon-codec.ts';
import { configuredSync, type SyncGoal } from '../../core/lvs/sync-daemons.ts';
import type { Config } from '../../core/model/config.ts';
import type { Knowledge } from './knowledge.ts';

/** Without an instance both halves run, as under keepalived. */
const BOTH: readonly SyncDaemonRole[] = ['master', 'backup'];

/** What the health process was told last. */
export class SyncFollower {
  #told: readonly SyncDaemonRole[] | undefined;
  /** Each message of the vrrp process asks: what a configuration says is found out once. */
  #config: Config | undefined;
  #configured: ReturnType<typeof configuredSync>;

  /** What should run now, for a process that gets a configuration. */
  goal(config: Config, knowledge: Pick<Knowledge, 'vrrp'>): SyncGoal {
    const configured = this.#of(config);
    this.#told = undefined;
    if (configured === undefined) return {};
    const { settings, instance } = configured;
    const roles = rolesOf(instance, knowledge);
    this.#told = roles;
    return { settings, ...(roles === undefined ? {} : { roles }) };
  }

  /** The halves that should run, when that has changed; a process that is silent is what it was last. */
  follow(
    config: Config,
    knowledge: Pick<Knowledge, 'vrrp'>,
  ): readonly SyncDaemonRole[] | undefined {
    const configured = this.#of(config);
    if (configured === undefined) return undefined;
    const roles = rolesOf(configured.instance, knowledge);
    if (roles === undefined || equalData(roles, this.#told)) return undefined;
    this.#told = roles;
    return roles;
  }

  #of(config: Config): ReturnType<typeof configuredSync> {
    if (config !== this.#config) {
      this.#config = config;
      this.#configured = configuredSync(config);
    }
    return this.#configured;
  }
}

function rolesOf(
  instance: string | undefined,
  { vrrp }: Pick<Knowledge, 'vrrp'>,
): readonly SyncDaemonRole[] | undefined {
  if (instance === undefined) return BOTH;
  const view = vrrp.get(instance);
  if (view === undefined) return undefined;
  return [view.state === 'MASTER' ? 'master' : 'backup'];
}
