/**
 * What was known before this process was restarted, until the first configuration has taken it in.
 * Verdicts are kept by key: a check that reports its first result overrules them.
 */
import type { WeightShare } from '../checkers/outcome.ts';
import type { HealthEvent } from './events-and-actions.ts';

type AdoptEvent = Extract<HealthEvent, { readonly type: 'adoptDown' }>;

/** The remembered state of servers and quorums. */
export class KnownState {
  #isEmpty = true;
  readonly #down = new Set<string>();
  readonly #alive = new Set<string>();
  readonly #shares = new Map<string, WeightShare>();
  #quorumUp: Set<string> | undefined;

  /** Adds what an event tells. */
  add(event: AdoptEvent): void {
    this.#isEmpty = false;
    for (const key of event.serverKeys) this.#down.add(key);
    for (const key of event.aliveServerKeys ?? []) this.#alive.add(key);
    for (const { server, check, share } of event.shares ?? []) {
      this.#shares.set(`${server} ${check}`, share);
    }
    if (event.quorumUpKeys === undefined) return;
    this.#quorumUp ??= new Set();
    for (const key of event.quorumUpKeys) this.#quorumUp.add(key);
  }

  /** Forgets everything: it has been taken in. */
  clear(): void {
    this.#isEmpty = true;
    this.#down.clear();
    this.#alive.clear();
    this.#shares.clear();
    this.#quorumUp = undefined;
  }

  /** True when nothing is remembered. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Whether the server (by `serverKey`) was alive; undefined when that is not known. */
  wasAlive(key: string): boolean | undefined {
    if (this.#down.has(key)) return false;
    return this.#alive.has(key) ? true : undefined;
  }

  /** What a check (by its label) had said about the weight of its server (by `serverKey`). */
  shareOf(server: string, check: string): WeightShare | undefined {
    return this.#shares.get(`${server} ${check}`);
  }

  /** Whether the virtual server had its quorum; undefined when that is not known. */
  hadQuorum(key: string): boolean | undefined {
    return this.#quorumUp?.has(key);
  }
}
