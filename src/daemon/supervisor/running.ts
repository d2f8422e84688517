/** The configuration that runs. */
import { count } from '../../core/facts/words.ts';
import type { Config } from '../../core/model/config.ts';
import type { LoadedConfig } from './load-config.ts';

/** A configuration that can run. */
export type RunnableConfig = LoadedConfig & { readonly config: Config };

/** The one that runs now. */
export class Running {
  #loaded: RunnableConfig;

  constructor(loaded: RunnableConfig) {
    this.#loaded = loaded;
  }

  get loaded(): RunnableConfig {
    return this.#loaded;
  }

  get config(): Config {
    return this.#loaded.config;
  }

  /** What runs, in a few words for the service manager. */
  get summary(): string {
    const { vrrpInstances, virtualServers } = this.config;
    return `${count(vrrpInstances.length, 'VRRP instance')}, ${count(virtualServers.length, 'virtual server')}`;
  }

  /** Another takes its place. */
  replace(loaded: RunnableConfig): void {
    this.#loaded = loaded;
  }
}
