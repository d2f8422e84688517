/**
 * Peers whose version 3 checksum over IPv4 unicast is that of keepalived 1.3.6 and older: its pseudo-header has the
 * multicast group as destination. A peer is recognised by what it sends, and answered in the same way; one that is
 * upgraded is recognised by its next advertisement (keyword `old_unicast_checksum`).
 */
import type { IpAddress } from '../base/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';

/** What is known of the peers of one instance. */
export class PeerChecksums {
  #rule: 'recognised' | 'always' | 'never' = 'never';
  #peers: ReadonlySet<IpAddress> = new Set();
  #old: ReadonlySet<IpAddress> = new Set();

  constructor(config: VrrpInstanceConfig) {
    this.configure(config);
  }

  /** The peers that are sent the old checksum; another set object when they have changed. */
  get old(): ReadonlySet<IpAddress> {
    return this.#rule === 'always' ? this.#peers : this.#old;
  }

  /** Whether the old checksum is taken for right. */
  get isAccepted(): boolean {
    return this.#rule !== 'never';
  }

  /** Takes a new configuration over. */
  configure({ family, options, unicastPeers, version }: VrrpInstanceConfig): void {
    const isConcerned = version === 3 && family === 'ipv4' && unicastPeers.length > 0;
    const peers = new Set(unicastPeers.map(({ address }) => address));
    this.#rule = isConcerned ? (options?.oldUnicastChecksum ?? 'recognised') : 'never';
    this.#peers = peers;
    const kept = this.#rule === 'recognised' ? [...this.#old] : [];
    this.#old = new Set(kept.filter((address) => peers.has(address)));
  }

  /** An advertisement of a peer was accepted, with the old checksum or another one. */
  heard(source: IpAddress, isOld: boolean): void {
    if (this.#rule !== 'recognised' || this.#old.has(source) === isOld) return;
    if (!this.#peers.has(source)) return;
    const others = [...this.#old].filter((address) => address !== source);
    this.#old = new Set(isOld ? [...others, source] : others);
  }
}
