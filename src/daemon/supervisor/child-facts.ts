/** What the supervisor learns about a child process and from it, as facts. */

import type { Fact } from '../../core/facts/catalogue.ts';
import type { ComponentName } from '../../core/facts/entry.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { IpvsStatus } from '../frame/messages.ts';
import type { PreconditionChange } from '../health/precondition-watch.ts';
import type { ChildDeath } from './child.ts';

/** The end of a process: it could not be started, was killed because it hung, or died. */
export function deathFact(component: ComponentName, death: ChildDeath): Fact {
  const { startError, silentSeconds, livedSeconds, exitCode, signal } = death;
  const pid = death.pid ?? null;
  if (startError !== undefined) return { id: 'component.start-failed', component, startError };
  if (silentSeconds !== undefined) {
    return { id: 'component.hung', component, pid, silentSeconds, livedSeconds };
  }
  return { id: 'component.died', component, pid, exitCode, signal, livedSeconds };
}

/** A refusal of the kernel or another trouble of a process. */
export function troubleFact(component: ComponentName, trouble: Trouble): Fact {
  return { id: 'trouble', component, ...trouble };
}

/** A setting of the kernel that changed. */
export function preconditionFact({ name, state }: PreconditionChange): Fact {
  return state === 'unmet'
    ? { id: 'precondition.unmet', name }
    : { id: 'precondition.met', name, state };
}

/** Whether IPVS can be used now. */
export function ipvsFact({ available, services, destinations, reason }: IpvsStatus): Fact {
  return available
    ? { id: 'ipvs.available', services, destinations }
    : { id: 'ipvs.unavailable', reason };
}
