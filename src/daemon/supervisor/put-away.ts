/**
 * Stops a child process, and has another of its role put away what it could not: a director that is gone must not keep an address
 * or a service, however its processes ended.
 */
import type { Fact } from '../../core/facts/catalogue.ts';
import type { Held } from '../../core/holdings/left-behind.ts';
import type { HeldLinks } from '../../core/holdings/link-ledger.ts';
import type { Config } from '../../core/model/config.ts';
import { type ToHealth, type ToRunner, type ToVrrp, vrrpConfigOf } from '../frame/messages.ts';
import type { Child } from './child.ts';
import type { StopOutcome } from './role-process.ts';
import type { ComponentName } from './state.ts';

/** The part of a child process that is needed here. */
type Stoppable<Request> = Pick<Child<never, Request>, 'stop' | 'substitute' | 'close'>;

/** What is stopped, and with which words. */
export interface PutAwayOptions<Request> {
  readonly component: ComponentName;
  readonly child: Stoppable<Request>;
  readonly shutdown: Request & object;
  /** What a substitute is told; undefined when nothing need be put away. Asked when the child is gone. */
  readonly cleanUp: () => (Request & object) | undefined;
  readonly tell: (fact: Fact) => void;
}

/** How it went. */
export interface PutAwayOutcome {
  /** The child did it itself, as asked. */
  readonly orderly: boolean;
  /** Nothing of ours is left in the kernel, as read there at the end. */
  readonly clean: boolean;
}

/** The vrrp process: its addresses, routes and rules are removed, and `masters` say farewell. Undefined without such a process. */
export function vrrpPutAway(
  child: Stoppable<ToVrrp> | undefined,
  config: Config,
  about: {
    readonly masters: () => readonly string[];
    readonly held: () => readonly Held[];
    readonly heldLinks: () => HeldLinks;
    readonly tell: (fact: Fact) => void;
  },
): PutAwayOptions<ToVrrp> | undefined {
  if (child === undefined) return undefined;
  return {
    component: 'vrrp',
    child,
    shutdown: { type: 'shutdown' },
    cleanUp: () => ({
      type: 'cleanUp',
      config: vrrpConfigOf(config),
      masters: about.masters(),
      held: about.held(),
      heldLinks: about.heldLinks(),
    }),
    tell: about.tell,
  };
}

/** The health process: the services that are `owned` are removed, unless the table is kept. Undefined without such a process. */
export function healthPutAway(
  child: Stoppable<ToHealth> | undefined,
  keepTable: boolean,
  about: {
    readonly owned: () => readonly string[];
    /** Services of others go too. */
    readonly flushes: boolean;
    readonly tell: (fact: Fact) => void;
  },
): PutAwayOptions<ToHealth> | undefined {
  if (child === undefined) return undefined;
  return {
    component: 'health',
    child,
    shutdown: { type: 'shutdown', keepTable },
    cleanUp: () => {
      const owned = about.owned();
      const { flushes } = about;
      const isNothing = owned.length === 0 && !flushes;
      return keepTable || isNothing ? undefined : { type: 'cleanUp', owned, flushes };
    },
    tell: about.tell,
  };
}

/** The runner process: it ends its programs, and holds nothing in the kernel. Undefined without such a process. */
export function runnerPutAway(
  child: Stoppable<ToRunner> | undefined,
  tell: (fact: Fact) => void,
): PutAwayOptions<ToRunner> | undefined {
  if (child === undefined) return undefined;
  const shutdown = { type: 'shutdown' } as const;
  return { component: 'runner', child, shutdown, cleanUp: () => undefined, tell };
}

/** Stops a child and cleans up behind it. Says what was not orderly. A director without the child has nothing to put away. */
export async function putAway<Request>(
  options: PutAwayOptions<Request> | undefined,
): Promise<PutAwayOutcome> {
  if (options === undefined) return { orderly: true, clean: true };
  const { component, child, tell } = options;
  const stopped = await child.stop(options.shutdown);
  const { end } = stopped;
  const orderly = end === 'orderly' || end === 'not-begun';
  if (!orderly) tell({ id: 'component.stop-failed', component, end });
  const isClean = end === 'orderly' ? leavesNothing(stopped, component, tell) : undefined;
  const clean = isClean ?? (await cleanUp(options));
  child.close();
  return { orderly, clean };
}

/** Has a substitute clean up behind a child that is gone. True when nothing of it is left in the kernel. */
export async function cleanUp<Request>(options: PutAwayOptions<Request>): Promise<boolean> {
  const { component, child, tell } = options;
  const order = options.cleanUp();
  if (order === undefined) return true;
  const outcome = await child.substitute(order);
  if (outcome.end === 'orderly' && outcome.left.length === 0) {
    tell({ id: 'component.cleaned-up', component });
    return true;
  }
  const { end } = outcome;
  if (end !== 'orderly' && end !== 'not-begun')
    tell({ id: 'component.clean-up-failed', component, end });
  return leavesNothing(outcome, component, tell);
}

function leavesNothing(
  outcome: StopOutcome,
  component: ComponentName,
  tell: (fact: Fact) => void,
): boolean {
  if (outcome.end !== 'orderly') return false;
  if (outcome.left.length > 0) tell({ id: 'component.left-behind', component, left: outcome.left });
  return outcome.left.length === 0;
}
