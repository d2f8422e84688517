/**
 * The kernel's settings that the configuration needs, looked at again and again while it runs: the health
 * process reads them, the supervisor says what changed.
 */

import {
  isMet,
  neededPreconditions,
  type Precondition,
} from '../../core/language/preconditions.ts';
import type { VirtualServerConfig } from '../../core/model/config.ts';

/** One precondition as found. */
export interface PreconditionState {
  readonly name: Precondition['name'];
  readonly met: boolean;
}

/** Looks at the settings that the configuration needs. */
export class PreconditionWatch {
  readonly #read: (name: string) => string | undefined;
  #needed: readonly Precondition[] = [];
  #last = '';

  /** `read` gives the text of a setting; undefined when the kernel does not have it. */
  constructor(read: (name: string) => string | undefined) {
    this.#read = read;
  }

  /** From now on, what this configuration needs. */
  configure(virtualServers: readonly VirtualServerConfig[]): void {
    this.#needed = neededPreconditions(virtualServers);
  }

  /** All of them as they are now; undefined when nothing changed since the last look. */
  look(): readonly PreconditionState[] | undefined {
    const states = this.#needed.map((one) => ({
      name: one.name,
      met: isMet(one, this.#read(one.sysctl)),
    }));
    const text = states.map(({ name, met }) => `${name} ${met}`).join();
    if (text === this.#last) return undefined;
    this.#last = text;
    return states;
  }
}

/** How a precondition changed: broken, as it should be again, or broken and no longer needed. */
export interface PreconditionChange {
  readonly name: Precondition['name'];
  readonly state: 'unmet' | 'met' | 'notNeeded';
}

/** What there is to say between two reports. One that was met from the beginning is not worth a word. */
export function preconditionChanges(
  before: readonly PreconditionState[],
  after: readonly PreconditionState[],
): readonly PreconditionChange[] {
  const wasUnmet = new Set(before.filter(({ met }) => !met).map(({ name }) => name));
  const changes: PreconditionChange[] = [];
  for (const { name, met } of after) {
    if (met === wasUnmet.has(name)) changes.push({ name, state: met ? 'met' : 'unmet' });
    wasUnmet.delete(name);
  }
  for (const name of wasUnmet) changes.push({ name, state: 'notNeeded' });
  return changes;
}
