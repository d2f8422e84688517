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
 */
import type { InstanceAction, InstanceEvent } from './instance-events.ts';
import type { VrrpMachine } from './machine.ts';
import type { VrrpState } from './types.ts';

/** What a group orders one of its members. */
export interface GroupOrder {
  readonly member: VrrpMachine;
  readonly event: InstanceEvent;
}

/** One sync group over the machines of its members. */
export class SyncGroup {
  readonly name: string;
  readonly members: readonly VrrpMachine[];
  #state: VrrpState;

  /** `state` is that of the group of this name before a reload, INIT for a new one. */
  constructor(name: string, members: readonly VrrpMachine[], state: VrrpState) {
    this.name = name;
    this.members = members;
    this.#state = state;
  }

  /** The state last settled. */
  get state(): VrrpState {
    return this.#state;
  }

  /** True when a member cannot take part by itself. */
  get isAtFault(): boolean {
    return this.members.some((member) => member.fault !== undefined);
  }

  /** What follows for the members from something one of them did. */
  react(origin: VrrpMachine, action: InstanceAction): readonly GroupOrder[] {
    switch (action.type) {
      case 'wantsMaster':
        return this.members.every((member) => member.isReadyForMaster)
          ? this.#others(undefined, 'BACKUP', { type: 'becomeMaster' })
          : [];
      case 'transition':
        return action.from === 'MASTER' && action.to === 'BACKUP'
          ? this.#others(origin, 'MASTER', { type: 'stepDown', reason: 'sync-group' })
          : [];
      case 'faultChanged':
        return this.members.map((member) => ({
          member,
          event: { type: 'hold', held: this.isAtFault },
        }));
      case 'resignationHeard':
        return this.#others(origin, 'BACKUP', { type: 'expectSilence' });
      case 'lowerPriorityHeard':
        return this.#others(origin, 'MASTER', { type: 'announceAgain' });
      default:
        return [];
    }
  }

  /**
   * Brings members into line after a reload has put them together. New members join a group that is
   * Master; otherwise a Master among Backups steps down.
   */
  reconcile(isNew: (member: VrrpMachine) => boolean): readonly GroupOrder[] {
    const orders: GroupOrder[] = this.members.map((member) => ({
      member,
      event: { type: 'hold', held: this.isAtFault },
    }));
    if (this.isAtFault) return orders;
    const old = this.members.filter((member) => !isNew(member));
    const isMaster = old.length > 0 && old.every((member) => member.state === 'MASTER');
    return [
      ...orders,
      ...(isMaster
        ? this.#others(undefined, 'BACKUP', { type: 'becomeMaster' })
        : this.#isUnited()
          ? []
          : this.#others(undefined, 'MASTER', { type: 'stepDown', reason: 'sync-group' })),
    ];
  }

  /** Takes the members' states over; the change of the group as a whole, if there is one. */
  settle(): { readonly from: VrrpState; readonly to: VrrpState } | undefined {
    const from = this.#state;
    const to = this.#joint();
    this.#state = to;
    return from === to ? undefined : { from, to };
  }

  #isUnited(): boolean {
    return this.members.every((member) => member.state === this.members[0]?.state);
  }

  #joint(): VrrpState {
    const states = this.members.map((member) => member.state);
    if (states.includes('FAULT')) return 'FAULT';
    if (states.every((state) => state === 'MASTER')) return 'MASTER';
    if (states.every((state) => state === 'INIT')) return 'INIT';
    return 'BACKUP';
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
