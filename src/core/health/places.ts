/**
 * Places for probes: so many in all, and so many at one address. What has none waits its turn, first come, first served; a check
 * whose address is full holds up nobody else.
 */
import type { IpAddress } from '../base/address.ts';
import type { ProbeLimits } from '../model/check-limits.ts';
import type { Check } from './server-tree.ts';

/** All places. Whoever waited and has one now is given back by the call that made room, to be started. */
export class Places {
  readonly #most: number;
  #all: number;
  #perAddress = Number.POSITIVE_INFINITY;
  #taken = 0;
  readonly #takenAt = new Map<IpAddress, number>();
  /** Those that only lack a place in all. */
  readonly #waiting = new Set<Check>();
  /** Those whose address is full. */
  readonly #waitingAt = new Map<IpAddress, Set<Check>>();

  /** @param most places that there are, whatever is configured */
  constructor(most: number) {
    this.#most = most;
    this.#all = most;
  }

  /** New limits, with all checks there are; what runs goes on. */
  limit(
    { all = this.#most, perAddress = Number.POSITIVE_INFINITY }: ProbeLimits,
    checks: Iterable<Check>,
  ): readonly Check[] {
    this.#all = Math.min(all, this.#most);
    if (perAddress !== this.#perAddress) this.#limitAddresses(perAddress, checks);
    return this.#fill();
  }

  #limitAddresses(perAddress: number, checks: Iterable<Check>): void {
    this.#perAddress = perAddress;
    this.#takenAt.clear();
    if (this.#countsAddresses) for (const check of checks) if (check.running) this.#count(check, 1);
    for (const address of [...this.#waitingAt.keys()]) this.#admit(address);
  }

  /** Without a limit nobody asks how many there are. */
  get #countsAddresses(): boolean {
    return this.#perAddress !== Number.POSITIVE_INFINITY;
  }

  /** Takes a place; false: it waits for one. */
  take(check: Check): boolean {
    const { address } = check;
    if (this.#countsAddresses && address !== undefined && this.#roomAt(address) <= 0) {
      const waiting = this.#waitingAt.get(address);
      if (waiting === undefined) this.#waitingAt.set(address, new Set([check]));
      else waiting.add(check);
      return false;
    }
    if (this.#taken >= this.#all) {
      this.#waiting.add(check);
      return false;
    }
    this.#taken += 1;
    if (this.#countsAddresses) this.#count(check, 1);
    return true;
  }

  #roomAt(address: IpAddress): number {
    return this.#perAddress - (this.#takenAt.get(address) ?? 0);
  }

  #count({ address }: Check, change: 1 | -1): void {
    if (address === undefined) return;
    const taken = (this.#takenAt.get(address) ?? 0) + change;
    if (taken === 0) this.#takenAt.delete(address);
    else this.#takenAt.set(address, taken);
  }

  /** Gives back the place of a probe that is over. */
  free(check: Check): readonly Check[] {
    this.#taken -= 1;
    if (this.#countsAddresses) {
      this.#count(check, -1);
      if (check.address !== undefined) this.#admit(check.address);
    }
    return this.#fill();
  }

  /** Takes a check out that waits. It may be the one that its address had sent to wait for a place in all. */
  withdraw(check: Check): readonly Check[] {
    const { address } = check;
    this.#waiting.delete(check);
    if (address !== undefined) {
      this.#waitingAt.get(address)?.delete(check);
      this.#admit(address);
    }
    return this.#fill();
  }

  /** As many as an address has room for only lack a place in all. */
  #admit(address: IpAddress): void {
    const waiting = this.#waitingAt.get(address);
    if (waiting === undefined) return;
    let room = this.#roomAt(address);
    for (const check of waiting) {
      if (room <= 0) return;
      room -= 1;
      waiting.delete(check);
      this.#waiting.add(check);
    }
    if (waiting.size === 0) this.#waitingAt.delete(address);
  }

  /** Gives places to those that wait longest. */
  #fill(): readonly Check[] {
    if (this.#waiting.size === 0) return NOBODY;
    const started: Check[] = [];
    for (const check of this.#waiting) {
      if (this.#taken >= this.#all) break;
      this.#waiting.delete(check);
      if (this.take(check)) started.push(check);
    }
    return started;
  }
}

const NOBODY: readonly Check[] = [];
