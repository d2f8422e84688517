/**
 * Keeps the picture of the host's network up to date: reads it for a configuration, after changes, and again
 * where a configuration depends on what the kernel does not report.
 */

import { OneAtATime } from '../../core/base/one-at-a-time.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { RoutingLinks } from '../../core/holdings/routing-entry.ts';
import type { RoutingForm } from '../../core/holdings/routing-form.ts';
import type { RoutingQuestion } from '../../core/holdings/routing-question.ts';
import type { InterfaceFact } from '../../core/vrrp/events-and-actions.ts';
import { type HostNetwork, type HostReader, readHostNetwork } from './host-network.ts';
import type { KeptDump } from './link-keeper.ts';
import type { NetworkKernel } from './ports.ts';

/** Changes of the network are gathered this long before they are read anew, milliseconds. */
const SETTLE_MS = 20;
/** Pause before a configuration asks for the network again that could not be read, milliseconds. */
const READ_AGAIN_MS = 100;
/** Sockets that could not be opened are tried again this often, and routes looked up, milliseconds. */
const LOOK_AGAIN_MS = 5_000;

/** The network, with what is held of its routes and rules. */
export interface NetworkReading extends HostNetwork {
  /** Held routes and rules; absent when nobody holds any. */
  readonly routing?: readonly RoutingForm[];
}

/** Nobody wants anything of the network any more. */
export const NO_READER: HostReader = { instances: [], joinsNoLocalGroups: false };

/** What a watch works with and reports to. */
export interface NetworkWatchOptions {
  readonly kernel: Pick<NetworkKernel, 'routeTo' | 'readRouting'>;
  /** Interfaces and addresses, the interfaces of instances put right. Rejects with KernelError. */
  readonly dump: () => Promise<KeptDump>;
  /** Which routes and rules are read; undefined when nobody holds any. */
  readonly routing: () => RoutingQuestion | undefined;
  /** What is read for; undefined while there is no configuration, and nothing is read by itself. */
  readonly reader: () => HostReader | undefined;
  /** The network was read after a change. */
  readonly onReading: (reading: NetworkReading) => void;
  readonly onTrouble: (trouble: Trouble) => void;
}

/** The network of this host. */
export class NetworkWatch {
  readonly #options: NetworkWatchOptions;
  #interfaces: ReadonlyMap<string, InterfaceFact> = new Map();
  /** Interfaces that are set up; a carrier is not asked for. */
  #isUp: ReadonlySet<number> = new Set();
  #soon: NodeJS.Timeout | undefined;
  #later: NodeJS.Timeout | undefined;
  readonly #reading = new OneAtATime({
    work: () => this.#readAgain(),
    again: () => this.changed(),
  });
  #isClosed = false;
  /** Readings begun so far, and the number of the newest that was handed out. */
  #begun = 0;
  #newest = 0;

  constructor(options: NetworkWatchOptions) {
    this.#options = options;
  }

  /** The interfaces as last read, by name. */
  get interfaces(): ReadonlyMap<string, InterfaceFact> {
    return this.#interfaces;
  }

  /** The interfaces as routes need them. */
  readonly links: RoutingLinks = {
    ifindexOf: (name) => this.#interfaces.get(name)?.ifindex,
    vrfTableOf: (name) => this.#interfaces.get(name)?.vrfTable,
    isUp: (ifindex) => this.#isUp.has(ifindex),
  };

  /**
   * Reads the network for these instances. Readings overlap, and the one that asks for less is through sooner: one that was overtaken
   * by a later one is made again, for it would put an older picture in the place of a newer one. Rejects with KernelError.
   */
  async read(reader: HostReader): Promise<NetworkReading> {
    for (;;) {
      const reading = await this.#readOnce(reader);
      if (reading !== undefined) return reading;
    }
  }

  /** Undefined when a reading that began later has been handed out. */
  async #readOnce(reader: HostReader): Promise<NetworkReading | undefined> {
    const { dump, kernel } = this.#options;
    this.#begun += 1;
    const number = this.#begun;
    const network = await readHostNetwork(dump, kernel, reader);
    const question = this.#options.routing();
    const routing = question && (await kernel.readRouting(question));
    if (number < this.#newest) return undefined;
    this.#newest = number;
    this.#interfaces = new Map(network.interfaces.map((fact) => [fact.name, fact]));
    this.#isUp = new Set(
      network.interfaces.flatMap(({ ifindex, disabled }) => (disabled === true ? [] : ifindex)),
    );
    return { ...network, ...(routing && { routing }) };
  }

  /** Reads until it succeeds; undefined when the reading is no longer wanted. */
  async readForSure(
    reader: HostReader,
    isWanted: () => boolean,
  ): Promise<NetworkReading | undefined> {
    while (isWanted()) {
      try {
        const reading = await this.read(reader);
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
    if (this.#soon !== undefined || this.#isClosed || this.#options.reader() === undefined) {
      return;
    }
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      void this.#reading.run();
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
    try {
      const reading = await this.read(this.#options.reader() ?? NO_READER);
      if (!this.#isClosed && this.#options.reader() !== undefined) {
        this.#options.onReading(reading);
      }
    } catch (error) {
      this.#unreadable(error);
      this.changed();
    }
  }

  #unreadable(error: unknown): void {
    this.#options.onTrouble({ operation: 'read-interfaces', errno: '', detail: String(error) });
  }
}
