/**
 * A sync group: all members are Master, or none is (keyword `vrrp_sync_group`; keepalived's own, no RFC). The
 * group holds no timer and sends nothing: it looks at its members and orders the others to follow.
 *
 * - A member whose down timer ran out waits until every member wants to be Master; then all become it.
 * - A member that loses mastership takes the others along; they resign with priority 0, so that a third
 *   router need not wait out its down timer.
 * - A member at fault puts all in FAULT; when no fault is left, all start as Backup.
 * - A resignation heard by one member makes the others wait for one missing advertisement instead of three
 *   (see `expectSilence` in machine.ts). Keepalived waits the full time and leaves the healthy member without
 *   a Master for it; peers running keepalived see nothing but an earlier takeover.
 *
 * Work: what the group has to know of its members is counted as they change, and an order goes to all of them only
 * when something changed for the group. So the members of a group come up, fall and follow in a number of steps
 * that is linear in their number.
 */

import { equalData } from '../base/equal-data.ts';
import { after, type Instant, milliseconds } from '../base/time.ts';
import type { SyncGroupConfig } from '../model/config.ts';
import type { TransitionCause, VrrpState } from './events-and-actions.ts';
import type { InstanceAction, InstanceEvent } from './instance-events.ts';
import type { VrrpMachine } from './machine.ts';

/**
 * Least time between two rounds of `expectSilence`: the peer's members resign in one burst, and one round says all
 * that the others have to know.
 */
const SILENCE_PAUSE = milliseconds(50);

/** What a group orders one of its members. */
export interface GroupOrder {
  readonly member: VrrpMachine;
  readonly event: InstanceEvent;
}

/** One sync group over the machines of its members. */
export class SyncGroup {
  readonly name: string;
  readonly members: readonly VrrpMachine[];
  readonly #atFault = new Set<VrrpMachine>();
  readonly #ready = new Set<VrrpMachine>();
  readonly #claiming = new Set<VrrpMachine>();
  readonly #stateOf = new Map<VrrpMachine, VrrpState>();
  readonly #countByState = new Map<VrrpState, number>();
  #state: VrrpState;
  /** What the members were last told; undefined before the first time. */
  #held: boolean | undefined;
  /** Which fault they were told of. */
  #heldBy: TransitionCause | undefined;
  #silenceNotBefore: Instant | undefined;

  /** `state` is that of the group of this name before a reload, INIT for a new one. */
  constructor(name: string, members: readonly VrrpMachine[], state: VrrpState) {
    this.name = name;
    this.members = members;
    this.#state = state;
    for (const member of members) this.observe(member);
  }

  /** The state last settled. */
  get state(): VrrpState {
    return this.#state;
  }

  /** True when a member cannot take part by itself. */
  get isAtFault(): boolean {
    return this.#atFault.size > 0;
  }

  /** Takes over what a member is now: called after each event that a member has handled. */
  observe(member: VrrpMachine): void {
    note(this.#atFault, member, member.fault !== undefined);
    note(this.#ready, member, member.isReadyForMaster);
    note(this.#claiming, member, member.isClaiming);
    const before = this.#stateOf.get(member);
    const { state } = member;
    if (before === state) return;
    this.#stateOf.set(member, state);
    this.#countByState.set(state, this.#count(state) + 1);
    if (before !== undefined) this.#countByState.set(before, this.#count(before) - 1);
  }

  /** What follows for the members from something one of them did at `now`. */
  react(origin: VrrpMachine, action: InstanceAction, now: Instant): readonly GroupOrder[] {
    switch (action.type) {
      case 'wantsMaster':
        return this.#ready.size === this.members.length
          ? this.#others(undefined, 'BACKUP', { type: 'becomeMaster' })
          : [];
      case 'transition':
        // A member that follows the group takes nobody along.
        return action.from === 'MASTER' && action.to === 'BACKUP' && action.reason !== 'sync-group'
          ? this.#others(origin, 'MASTER', {
              type: 'stepDown',
              reason: 'sync-group',
              cause: this.#because(origin, action),
            })
          : [];
      case 'faultChanged':
        return this.hold();
      case 'resignationHeard':
        return this.#expectSilence(origin, now);
      case 'lowerPriorityHeard':
        return this.#others(origin, 'MASTER', { type: 'announceAgain' });
      default:
        return [];
    }
  }

  /** Tells the members whether one of them is at fault, if that has changed since they were told. */
  hold(): readonly GroupOrder[] {
    if (this.#held === this.isAtFault) return [];
    this.#held = this.isAtFault;
    return this.#holdAll();
  }

  /** Tells the members of another fault when the one they were told of has ended or changed: once for each event. */
  holdOtherwise(): readonly GroupOrder[] {
    if (this.#held !== true || equalData(this.#heldBy, this.#fault())) return [];
    return this.#holdAll();
  }

  /**
   * Brings members into line after a reload has put them together. New members join a group that is
   * Master; otherwise a Master among Backups steps down. The caller has carried `hold` out.
   */
  reconcile(isNew: (member: VrrpMachine) => boolean): readonly GroupOrder[] {
    if (this.isAtFault) return [];
    const old = this.members.filter((member) => !isNew(member));
    const isMaster = old.length > 0 && old.every((member) => member.state === 'MASTER');
    const of = (member: VrrpMachine | undefined): { readonly cause?: TransitionCause } =>
      member === undefined ? {} : { cause: this.#because(member, member.standing) };
    if (isMaster) return this.#others(undefined, 'BACKUP', { type: 'becomeMaster', ...of(old[0]) });
    if (this.#isUnited()) return [];
    const other = this.members.find((member) => member.state !== 'MASTER');
    return this.#others(undefined, 'MASTER', {
      type: 'stepDown',
      reason: 'sync-group',
      ...of(other),
    });
  }

  /**
   * Takes the members' states over; the change of the group as a whole, if there is one. While a member waits
   * for what becomes of its first advertisement, the group stays what it was.
   */
  settle(): { readonly from: VrrpState; readonly to: VrrpState } | undefined {
    if (this.#claiming.size > 0) return undefined;
    const from = this.#state;
    const to = this.#joint();
    this.#state = to;
    return from === to ? undefined : { from, to };
  }

  #holdAll(): readonly GroupOrder[] {
    const held = this.isAtFault;
    const cause = this.#fault();
    this.#heldBy = cause;
    const event: InstanceEvent = { type: 'hold', held, ...(cause && { cause }) };
    return this.members.map((member) => ({ member, event }));
  }

  /** The first fault of a member; undefined without one. */
  #fault(): TransitionCause | undefined {
    const [member] = this.#atFault;
    const fault = member?.fault;
    return member && fault && this.#because(member, fault);
  }

  #because(
    { name: member }: VrrpMachine,
    {
      reason,
      cause,
    }: Omit<Extract<TransitionCause, { kind: 'member' }>, 'kind' | 'group' | 'member'>,
  ): TransitionCause {
    return { kind: 'member', group: this.name, member, reason, ...(cause && { cause }) };
  }

  #expectSilence(origin: VrrpMachine, now: Instant): readonly GroupOrder[] {
    if (this.#silenceNotBefore !== undefined && now < this.#silenceNotBefore) return [];
    this.#silenceNotBefore = after(now, SILENCE_PAUSE);
    return this.#others(origin, 'BACKUP', { type: 'expectSilence' });
  }

  #isUnited(): boolean {
    const [first] = this.members;
    return first === undefined || this.#count(first.state) === this.members.length;
  }

  #joint(): VrrpState {
    if (this.#count('FAULT') > 0) return 'FAULT';
    if (this.#count('MASTER') === this.members.length) return 'MASTER';
    if (this.#count('INIT') === this.members.length) return 'INIT';
    return 'BACKUP';
  }

  #count(state: VrrpState): number {
    return this.#countByState.get(state) ?? 0;
  }

  #others(
    origin: VrrpMachine | undefined,
    state: VrrpState,
    event: InstanceEvent,
  ): readonly GroupOrder[] {
    return this.members
      .filter((member) => member !== origin && member.state === state)
      .map((member) => ({ member, event }));
  }
}

function note(set: Set<VrrpMachine>, member: VrrpMachine, belongs: boolean): void {
  if (belongs) set.add(member);
  else set.delete(member);
}

/** The groups of a configuration, each in the state in which it was; `machines` are those of the configuration by name. */
export function regroup(
  configured: readonly SyncGroupConfig[],
  machines: ReadonlyMap<string, VrrpMachine>,
  before: readonly SyncGroup[],
): readonly SyncGroup[] {
  const names = new Set(configured.map(({ name }) => name));
  return configured.map(({ name, members }) => {
    const present = members.flatMap((member) => machines.get(member) ?? []);
    // A group with another name and one of the members is the same group.
    const old =
      before.find((group) => group.name === name) ??
      before.find(
        (group) =>
          !names.has(group.name) && group.members.some((member) => present.includes(member)),
      );
    return new SyncGroup(name, present, old?.state ?? 'INIT');
  });
}
