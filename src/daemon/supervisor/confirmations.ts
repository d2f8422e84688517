/** Waits until the children have confirmed a configuration: only then is it in force. */
import type { ChildName } from './state.ts';

interface Waiting {
  readonly serial: number;
  readonly missing: Set<ChildName>;
  readonly resolve: (missing: readonly ChildName[]) => void;
}

/** The configurations that have yet to be confirmed. */
export class Confirmations {
  readonly #waiting = new Set<Waiting>();
  /** The highest number that each child has confirmed: one may confirm before anybody waits for it. */
  readonly #latest = new Map<ChildName, number>();

  /**
   * Resolves with the children that have not confirmed: none, unless it took longer than so many milliseconds (for
   * ever when absent) or nobody is interested any more.
   *
   * @param serial the number of the configuration
   */
  wait(
    children: readonly ChildName[],
    serial: number,
    limit: { readonly milliseconds?: number; readonly signal: AbortSignal },
  ): Promise<readonly ChildName[]> {
    return new Promise((resolve) => {
      const { milliseconds, signal } = limit;
      const missing = children.filter((child) => (this.#latest.get(child) ?? 0) < serial);
      const waiting: Waiting = { serial, missing: new Set(missing), resolve: end };
      const giveUp = (): void => end([...waiting.missing]);
      const timer = milliseconds === undefined ? undefined : setTimeout(giveUp, milliseconds);
      const done = this.#waiting;
      function end(left: readonly ChildName[]): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        done.delete(waiting);
        resolve(left);
      }
      this.#waiting.add(waiting);
      signal.addEventListener('abort', giveUp);
      if (missing.length === 0) end([]);
      else if (signal.aborted) giveUp();
    });
  }

  /** A child has put the configuration of this number into force, and with it all before. */
  confirmed(child: ChildName, serial: number): void {
    this.#latest.set(child, Math.max(serial, this.#latest.get(child) ?? 0));
    for (const waiting of this.#waiting) {
      if (waiting.serial > serial) continue;
      waiting.missing.delete(child);
      if (waiting.missing.size === 0) waiting.resolve([]);
    }
  }
}
