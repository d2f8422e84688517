/**
 * Virtual servers whose checks rest while this host does not hold their address (keyword `ha_suspend`). What the checks had found stays as it is, in the
 * IPVS table too. A group's checks go on while this host holds any of its addresses; keepalived never runs them.
 */
import type { IpAddress } from '../base/address.ts';
import type { VirtualServerConfig } from '../model/config.ts';
import { virtualAddresses } from '../model/virtual-addresses.ts';

/** The addresses that decide whether checks rest; empty when no virtual server has `ha_suspend`. */
export function decidingAddresses(configs: readonly VirtualServerConfig[]): ReadonlySet<IpAddress> {
  return new Set(configs.filter(({ haSuspend }) => haSuspend).flatMap(virtualAddresses));
}

/** Which addresses this host holds, and what follows for a virtual server. */
export class Suspension {
  #held: ReadonlySet<IpAddress> | undefined;

  /** False until this host's addresses were read once. */
  get isKnown(): boolean {
    return this.#held !== undefined;
  }

  /** Takes those of the deciding addresses that an interface of this host has. */
  learn(held: ReadonlySet<IpAddress>): void {
    this.#held = held;
  }

  /** Whether the checks of a virtual server rest. Before anything is known they do. */
  applies(config: VirtualServerConfig): boolean {
    if (!config.haSuspend) return false;
    const held = this.#held;
    return held === undefined || !virtualAddresses(config).some((address) => held.has(address));
  }
}
