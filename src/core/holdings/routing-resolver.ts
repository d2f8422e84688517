/** Turns names of a route or rule into the numbers of this host, and remembers the first that it does not have. */
import { maxPrefixLength } from '../base/address.ts';
import type { NamedNumber, PrefixConfig } from '../model/routing.ts';
import type { RoutingLinks, RoutingObstacle } from './routing-entry.ts';

/** What one message needs. */
export class RoutingResolver {
  readonly #links: RoutingLinks;
  #obstacle: RoutingObstacle | undefined;

  constructor(links: RoutingLinks) {
    this.#links = links;
  }

  /** The first thing that this host does not have; undefined when the message can be sent. */
  get obstacle(): RoutingObstacle | undefined {
    return this.#obstacle;
  }

  /** A named number; 0 with an obstacle. */
  number(value: NamedNumber): number {
    if (typeof value === 'number') return value;
    this.#obstacle ??= { type: 'unknown-name', name: value };
    return 0;
  }

  /** The index of an interface; 0 with an obstacle. */
  device(name: string): number {
    const ifindex = this.#links.ifindexOf(name);
    if (ifindex === undefined) this.#obstacle ??= { type: 'no-interface', interface: name };
    return ifindex ?? 0;
  }

  /** The table of a VRF; 0 with an obstacle. */
  vrf(name: string): number {
    const table = this.#links.vrfTableOf(name);
    if (table === undefined) this.#obstacle ??= { type: 'no-vrf', interface: name };
    return table ?? 0;
  }
}

/** The bytes of a prefix, host bits cleared: the kernel refuses others. */
export function prefixBytes({ prefixLength }: PrefixConfig, bytes: Uint8Array): Uint8Array {
  const out = bytes.slice();
  const width = maxPrefixLength(bytes.length === 4 ? 'ipv4' : 'ipv6');
  for (let bit = prefixLength; bit < width; bit++) {
    const at = bit >> 3;
    out[at] = (out[at] ?? 0) & ~(0x80 >> (bit & 7));
  }
  return out;
}
