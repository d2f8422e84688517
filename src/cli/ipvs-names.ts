/** Names in what `tandem ipvs` writes, and host names in what it reads. */
import type { IpAddress } from '../core/base/address.ts';
import { type CommandLine, readCommandLine } from '../core/ipvsadm/command-line.ts';
import { NUMERIC, type ShownNames } from '../core/ipvsadm/text.ts';
import type { IpvsParts } from './ipvs-parts.ts';

/** Addresses that are asked for at once; each may wait for a name server. */
const LOOKUPS_AT_A_TIME = 32;

/** Knows each name once it was asked for. */
export class NameBook {
  readonly #parts: IpvsParts;
  readonly #addresses = new Map<string, IpAddress | undefined>();
  readonly #hosts = new Map<IpAddress, string | undefined>();

  constructor(parts: IpvsParts) {
    this.#parts = parts;
  }

  /** Reads a command line; host names in it are looked up. */
  async read(words: readonly string[]): Promise<Exclude<CommandLine, { kind: 'unresolved' }>> {
    const { portNames, addressOf } = this.#parts;
    const ports = { portOf: portOf(portNames), nameOf: () => undefined };
    for (;;) {
      const line = readCommandLine(words, { hosts: this.#addresses, ports });
      if (line.kind !== 'unresolved') return line;
      this.#addresses.set(line.host, await addressOf(line.host));
    }
  }

  /** The names to show for these addresses; none where numbers are wanted. */
  async shown(numeric: boolean, addresses: () => Iterable<IpAddress>): Promise<ShownNames> {
    if (numeric) return NUMERIC;
    const missing = [...new Set(addresses())].filter((one) => !this.#hosts.has(one));
    for (let start = 0; start < missing.length; start += LOOKUPS_AT_A_TIME) {
      const piece = missing.slice(start, start + LOOKUPS_AT_A_TIME);
      await Promise.all(
        piece.map(async (one) => this.#hosts.set(one, await this.#parts.hostOf(one))),
      );
    }
    const { nameOf } = this.#parts.portNames();
    return { hostOf: (address) => this.#hosts.get(address), portOf: nameOf };
  }
}

/** The file with the names is read only when one is asked for. */
function portOf(portNames: IpvsParts['portNames']): ReturnType<IpvsParts['portNames']>['portOf'] {
  return (name, protocol) => portNames().portOf(name, protocol);
}
