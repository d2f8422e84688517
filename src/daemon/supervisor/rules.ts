/** All firewall rules of ours, one keeper for each purpose: which stand before what starts, and which go behind what stops. */
import { CLOSED_ADDRESSES } from '../../core/firewall/closed-addresses.ts';
import { FULL_NAT } from '../../core/firewall/full-nat/full-nat.ts';
import type { FullNatWish } from '../../core/firewall/full-nat/wish.ts';
import { GROUP_MARKS } from '../../core/firewall/marks/marks.ts';
import type { MarksWish } from '../../core/firewall/marks/wish.ts';
import type { RulePlace, RulePurpose } from '../../core/firewall/rule-writer.ts';
import type { FirewallWish } from '../../core/firewall/wish.ts';
import type { Config } from '../../core/model/config.ts';
import { type FirewallHooks, FirewallKeeper } from './firewall-keeper.ts';
import type { ChildName, RuleViews } from './state.ts';

/** Where rules of ours may stand, by what they are for; absent: nowhere. */
export type RulePlaces = Readonly<Partial<Record<RulePurpose, readonly RulePlace[]>>>;

/** So long, at most, a start waits for rules that close addresses, milliseconds: instances come up at once. */
const CLOSED_MS_MAX = 500;
/** For rules without which services do not work, and for all rules at a reload. */
const RULES_MS_MAX = 2_000;

/** All keepers. */
export class Rules {
  readonly #closed: FirewallKeeper<FirewallWish>;
  readonly #fullNat: FirewallKeeper<FullNatWish>;
  readonly #marks: FirewallKeeper<MarksWish>;

  /** @param roles false where VRRP or health checks do not run: then there are no rules for them */
  constructor(
    hooks: Omit<FirewallHooks, 'isServing'>,
    roles: Readonly<Record<'vrrp' | 'health', boolean>>,
  ) {
    this.#closed = new FirewallKeeper(CLOSED_ADDRESSES, { ...hooks, isServing: roles.vrrp });
    this.#fullNat = new FirewallKeeper(FULL_NAT, { ...hooks, isServing: roles.health });
    this.#marks = new FirewallKeeper(GROUP_MARKS, { ...hooks, isServing: roles.health });
  }

  /** Where rules may stand: what a successor must know. */
  get places(): RulePlaces {
    return {
      closed: this.#closed.places,
      'full-nat': this.#fullNat.places,
      marks: this.#marks.places,
    };
  }

  /** What is known. */
  get views(): RuleViews {
    const [closed, fullNat, marks] = [this.#closed.view, this.#fullNat.view, this.#marks.view];
    return {
      ...(closed === undefined ? {} : { closed }),
      ...(fullNat === undefined ? {} : { 'full-nat': fullNat }),
      ...(marks === undefined ? {} : { marks }),
    };
  }

  /** Believes what a predecessor left. */
  inherit(places: RulePlaces): void {
    this.#closed.inherit(places.closed ?? []);
    this.#fullNat.inherit(places['full-nat'] ?? []);
    this.#marks.inherit(places.marks ?? []);
  }

  /** The configuration of a start is about to be given to the processes. Resolves when its rules stand, or are not waited for any longer. */
  async start(config: Config): Promise<void> {
    await Promise.all([
      this.#closed.prepare(config, CLOSED_MS_MAX),
      this.#fullNat.prepare(config, RULES_MS_MAX),
      this.#marks.prepare(config, RULES_MS_MAX),
    ]);
  }

  /** The same for the configuration of a reload; rules of the one before it stay. */
  async prepare(config: Config): Promise<void> {
    await Promise.all(this.#all.map((keeper) => keeper.prepare(config, RULES_MS_MAX)));
  }

  /** The processes have it in force but for those that are silent: these may hold what the configuration before it wanted. */
  settle(config: Config, silent: readonly ChildName[]): void {
    if (!silent.includes('vrrp')) this.#closed.settle(config);
    if (silent.includes('health')) return;
    this.#fullNat.settle(config);
    this.#marks.settle(config);
  }

  /** Looks whether the rules stand; called once a second. */
  watch(): void {
    for (const keeper of this.#all) keeper.watch();
  }

  /** Behind the addresses: none of them accepts a packet on its way out. True when no rule is left. */
  removeBehindVrrp(): Promise<boolean> {
    return this.#closed.remove();
  }

  /** Behind the services; those that stay need their rules. True when none is left that should be gone. */
  async removeBehindServices(areKept: boolean): Promise<boolean> {
    if (areKept) return true;
    const ends = await Promise.all([this.#fullNat.remove(), this.#marks.remove()]);
    return ends.every((isGone) => isGone);
  }

  get #all(): readonly Pick<FirewallKeeper<FirewallWish>, 'prepare' | 'watch'>[] {
    return [this.#closed, this.#fullNat, this.#marks];
  }
}
