/** The configuration that runs, and its number: what children confirm. */
import type { Config } from '../../core/model/config.ts';
import type { LoadedConfig } from './load-config.ts';

/** A configuration that can run. */
export type RunnableConfig = LoadedConfig & { readonly config: Config };

/** The one that runs now. */
export class Running {
  #loaded: RunnableConfig;
  #serial = 1;

  constructor(loaded: RunnableConfig) {
    this.#loaded = loaded;
  }

  get loaded(): RunnableConfig {
    return this.#loaded;
  }

  get config(): Config {
    return this.#loaded.config;
  }

  /** Counts the configurations that have come into force, from 1. */
  get serial(): number {
    return this.#serial;
  }

  /** What runs, in a few words for the service manager. */
  get summary(): string {
    const { vrrpInstances, virtualServers } = this.config;
    return `${vrrpInstances.length} VRRP instances, ${virtualServers.length} virtual servers`;
  }

  /** Another takes its place. */
  replace(loaded: RunnableConfig): void {
    this.#loaded = loaded;
    this.#serial += 1;
  }
}
