/**
 * Keeps the picture of the host's network up to date: reads it for a configuration, after changes, and again
 * where a configuration depends on what the kernel does not report.
 */

import type { Trouble } from '../../core/facts/troubles.ts';
import type { VrrpInstanceConfig } from '../../core/model/config.ts';
import type { InterfaceFact } from '../../core/vrrp/events-and-actions.ts';
import { type HostNetwork, readHostNetwork } from './host-network.ts';
import type { NetworkKernel } from './ports.ts';

/** Changes of the network are gathered this long before they are read anew, milliseconds. */
const SETTLE_MS = 20;
/** Pause before a configuration asks for the network again that could not be read, milliseconds. */
const READ_AGAIN_MS = 100;
/** Sockets that could not be opened are tried again this often, and routes looked up, milliseconds. */
const LOOK_AGAIN_MS = 5_000;

/** The network, and the point of the account of addresses at which reading it began. */
export interface NetworkReading extends HostNetwork {
  readonly asOf: number;
}

/** What a watch works with and reports to. */
export interface NetworkWatchOptions {
  readonly kernel: Pick<NetworkKernel, 'dump' | 'routeTo'>;
  /** The point that a reading which begins now belongs to. */
  readonly mark: () => number;
  /** The instances that run; undefined while there is no configuration, and nothing is read by itself. */
  readonly instances: () => readonly VrrpInstanceConfig[] | undefined;
  /** The network was read after a change. */
  readonly onReading: (reading: NetworkReading) => void;
  readonly onTrouble: (trouble: Trouble) => void;
}

/** The network of this host. */
export class NetworkWatch {
  readonly #options: NetworkWatchOptions;
  #interfaces: ReadonlyMap<string, InterfaceFact> = new Map();
  #soon: NodeJS.Timeout | undefined;
  #later: NodeJS.Timeout | undefined;
  #isReading = false;
  #isStale = false;
  #isClosed = false;

  constructor(options: NetworkWatchOptions) {
    this.#options = options;
  }

  /** The interfaces as last read, by name. */
  get interfaces(): ReadonlyMap<string, InterfaceFact> {
    return this.#interfaces;
  }

  /** Reads the network for these instances. Rejects with KernelError. */
  async read(instances: readonly VrrpInstanceConfig[]): Promise<NetworkReading> {
    const asOf = this.#options.mark();
    const network = await readHostNetwork(this.#options.kernel, instances);
    this.#interfaces = new Map(network.interfaces.map((fact) => [fact.name, fact]));
    return { ...network, asOf };
  }

  /** Reads until it succeeds; undefined when the reading is no longer wanted. */
  async readForSure(
    instances: readonly VrrpInstanceConfig[],
    isWanted: () => boolean,
  ): Promise<NetworkReading | undefined> {
    while (isWanted()) {
      try {
        const reading = await this.read(instances);
        return isWanted() ? reading : undefined;
      } catch (error) {
        this.#unreadable(error);
        await new Promise((resolve) => setTimeout(resolve, READ_AGAIN_MS));
      }
    }
    return undefined;
  }

  /** Something changed: reads soon, once for many changes. */
  changed(): void {
    // Without a configuration this is a spare process: it reads the network when its turn comes.
    if (this.#soon !== undefined || this.#isClosed || this.#options.instances() === undefined) {
      return;
    }
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      void this.#readAgain();
    }, SETTLE_MS);
  }

  /** What a configuration needs is not there yet, or its changes are not reported: looks again in a while. */
  lookAgain(): void {
    if (this.#isClosed) return;
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.changed();
    }, LOOK_AGAIN_MS);
  }

  /** Reads no more by itself. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#soon);
    clearTimeout(this.#later);
  }

  async #readAgain(): Promise<void> {
    if (this.#isReading) {
      this.#isStale = true;
      return;
    }
    this.#isReading = true;
    try {
      const reading = await this.read(this.#options.instances() ?? []);
      if (!this.#isClosed && this.#options.instances() !== undefined) {
        this.#options.onReading(reading);
      }
    } catch (error) {
      this.#unreadable(error);
      this.changed();
    } finally {
      this.#isReading = false;
      if (this.#isStale) {
        this.#isStale = false;
        this.changed();
      }
    }
  }

  #unreadable(error: unknown): void {
    this.#options.onTrouble({ operation: 'read-interfaces', errno: '', detail: String(error) });
  }
}
