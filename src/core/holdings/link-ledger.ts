/**
 * The account of all interfaces that instances make for themselves: what the configuration wants, what the kernel has,
 * and what to do about the difference. An interface of ours that somebody removes or sets down comes back; one of
 * somebody else is never touched. Settings of parents that are changed are put back when nobody needs them any more.
 * Pure: facts in, operations and notices out.
 */
import type { AddressFact, LinkFact } from '../base/host.ts';
import {
  after,
  type Duration,
  earliest,
  type Instant,
  milliseconds,
  seconds,
} from '../base/time.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { VirtualLinkConfig } from '../model/vmac.ts';
import { Fight } from './fight.ts';
import {
  completion,
  fitsLink,
  isMarked,
  type LinkOperation,
  markOf,
  type NetlinkLinkOperation,
} from './link-plan.ts';
import type { LinkNotice, LinkOrigin } from './link-reports.ts';
import { type ChangedSetting, ParentSettings } from './parent-settings.ts';

/** First pause after a refusal of the kernel. */
const REFUSED_PAUSE_FIRST: Duration = milliseconds(500);
/** Longest pause: soon enough to notice that an operator has repaired the cause. */
const REFUSED_PAUSE_MAX: Duration = seconds(30);

/** Why an interface that is wanted is not there. */
export type LinkProblem =
  /** Somebody else has an interface of that name. */
  | { readonly type: 'foreign'; readonly kind: string }
  /** The kernel refused to make or to change it; the errno as in `EOPNOTSUPP`. */
  | { readonly type: 'refused'; readonly errno: string };

/** An interface that is wanted, as it is. */
export interface LinkView {
  readonly instance: string;
  readonly link: VirtualLinkConfig;
  /** The kernel has it as it should be, and it is set up. */
  readonly isComplete: boolean;
  readonly ifindex?: number;
  readonly problem?: LinkProblem;
  /** How often it came back after somebody had removed it or set it down. */
  readonly restored: number;
}

/** What a process leaves to its successor: its interfaces, and what it has changed at others. */
export interface HeldLinks {
  readonly links: readonly { readonly instance: string; readonly link: VirtualLinkConfig }[];
  readonly settings: readonly ChangedSetting[];
}

/** What to do and what to say. */
export interface LinkWork {
  readonly operations: readonly LinkOperation[];
  readonly notices: readonly LinkNotice[];
}

/** The host as a dump shows it. */
export interface HostLinks {
  readonly links: readonly LinkFact[];
  readonly addresses: readonly AddressFact[];
}

/** What a plan goes by besides; `isStrict`: `net.ipv4.conf.all.rp_filter` is 1. */
export interface LinkPlanning {
  readonly now: Instant;
  readonly isStrict: boolean;
}

interface Account {
  readonly instance: string;
  readonly link: VirtualLinkConfig;
  ifindex: number | undefined;
  /** Index of the parent when it was complete last; when that changes, the kernel has removed it with its parent. */
  parent: number | undefined;
  isComplete: boolean;
  origin: LinkOrigin;
  problem: LinkProblem | undefined;
  /** The problem has been said. */
  saidProblem: string | undefined;
  pause: Duration;
  notBefore: Instant | undefined;
  /** The kernel renames it only while it is down. */
  stopsFirst: boolean;
  /** `accept_ra` could be written so far. */
  refusesRouters: boolean;
  /** What its parent has for `forwarding`, as last seen. */
  forwards: number | undefined;
  restored: number;
  fight: Fight | undefined;
}

/** All interfaces of all instances. */
export class LinkLedger {
  #accounts = new Map<string, Account>();
  /** No longer wanted, or left by a predecessor: removed by `release`. */
  readonly #former = new Map<string, Account>();
  readonly #parents = new ParentSettings();
  /** Instances that hold their addresses. */
  readonly #masters = new Set<string>();
  /** Instances by interface: several may share one. */
  #users = new Map<string, readonly string[]>();
  #notices: LinkNotice[] = [];

  /** True when there is nothing to hold and nothing to give up. */
  get isIdle(): boolean {
    return this.#accounts.size === 0 && this.#former.size === 0 && this.#parents.isIdle;
  }

  /** When something that waits is to be tried again. */
  get deadline(): Instant | undefined {
    let first: Instant | undefined;
    for (const account of this.#accounts.values()) {
      if (!account.isComplete) first = earliest(first, waitsUntil(account));
    }
    return first;
  }

  /** What a predecessor held: what of it nobody wants goes with the next `release`. */
  inherit({ links, settings }: HeldLinks): void {
    for (const { instance, link } of links) {
      if (!this.#accounts.has(link.name)) this.#former.set(link.name, newAccount(instance, link));
    }
    this.#parents.inherit(settings);
  }

  /** The instances of the configuration that is to come into force. */
  configure(instances: readonly VrrpInstanceConfig[]): void {
    const before = this.#accounts;
    this.#accounts = new Map();
    this.#users = usersOf(instances);
    for (const { name: instance, links = [] } of instances) {
      for (const link of links) {
        if (this.#accounts.has(link.name)) continue;
        const old = before.get(link.name);
        const goesOn = old !== undefined && isSame(old.link, link);
        this.#accounts.set(
          link.name,
          goesOn ? { ...old, instance, link } : newAccount(instance, link),
        );
        if (goesOn) before.delete(link.name);
        const former = this.#former.get(link.name);
        if (former !== undefined && isSame(former.link, link)) this.#former.delete(link.name);
      }
    }
    for (const [name, account] of before) this.#former.set(name, account);
    this.#parents.configure(instances);
  }

  /** An instance takes its addresses, or gives them up: what that changes at its interfaces, to be done at once. */
  hold(instance: string, isMaster: boolean): NetlinkLinkOperation[] {
    if (isMaster) this.#masters.add(instance);
    else this.#masters.delete(instance);
    return [...this.#accounts.values()].flatMap((account) => {
      const { link, ifindex, forwards } = account;
      const isConcerned = this.#users.get(link.name)?.includes(instance) ?? false;
      if (!isConcerned || ifindex === undefined || !hasForwarding(link)) return [];
      const forwarding = this.#isHeld(link.name) ? forwards : 0;
      if (forwarding === undefined) return [];
      return [{ type: 'change', name: link.name, ifindex, changes: { settings: { forwarding } } }];
    });
  }

  /** What to do now. Carried out, it is asked again with what the kernel has then, until nothing is left to do. */
  plan(host: HostLinks, about: LinkPlanning): LinkWork {
    const operations: LinkOperation[] = this.#parents.plan(host.links);
    const index = new Links(host);
    for (const account of this.#accounts.values()) {
      operations.push(...this.#settle(account, index, about));
    }
    return this.#work(operations);
  }

  /** What goes because nobody wants it any more. */
  release(facts: HostLinks): LinkWork {
    const host = new Links(facts);
    const operations: LinkOperation[] = [];
    for (const account of this.#former.values()) {
      const { link } = account;
      const fact = host.named(link.name);
      const parent = host.named(link.parent);
      if (fact === undefined || this.#accounts.has(link.name)) continue;
      const isOurs = isMarked(fact) || (parent && fitsLink(link, fact, parent.ifindex));
      if (!isOurs) continue;
      operations.push({ type: 'remove', name: link.name, ifindex: fact.ifindex });
      this.#notices.push({ id: 'vrrp.linkGivenUp', ...aboutLink(account) });
    }
    this.#former.clear();
    operations.push(...this.#parents.release(facts.links));
    return this.#work(operations);
  }

  /** The kernel has refused an operation. */
  refused(operation: LinkOperation, errno: string, now: Instant): void {
    const account = this.#accounts.get(operation.name);
    if (account === undefined) return;
    if (operation.type === 'refuse-routers') {
      account.refusesRouters = false;
      return;
    }
    const isRename = operation.type === 'change' && operation.changes.name !== undefined;
    if (isRename && errno === 'EBUSY' && !account.stopsFirst) {
      account.stopsFirst = true;
      return;
    }
    account.problem = { type: 'refused', errno };
    account.notBefore = after(now, account.pause);
    account.pause = Math.min(REFUSED_PAUSE_MAX, 2 * account.pause) as Duration;
  }

  /** All interfaces, as they should be and as they are. */
  view(): LinkView[] {
    return Array.from(this.#accounts.values(), (account) => {
      const { instance, link, isComplete, ifindex, problem, restored } = account;
      return {
        instance,
        link,
        isComplete,
        ...(ifindex !== undefined && { ifindex }),
        ...(problem && { problem }),
        restored,
      };
    });
  }

  /** What was changed at interfaces that are not ours, with what it was before. */
  changed(): ChangedSetting[] {
    return this.#parents.changed();
  }

  #settle(account: Account, host: Links, { now, isStrict }: LinkPlanning): LinkOperation[] {
    const { link } = account;
    const parent = host.named(link.parent);
    if (parent === undefined) {
      account.isComplete = false;
      account.ifindex = undefined;
      if (account.problem?.type === 'refused') account.problem = undefined;
      return [];
    }
    const wasComplete = account.isComplete && account.parent === parent.ifindex;
    const fact = host.named(link.name);
    const mark = markOf(this.#parents.before(link.parent));
    const operations = this.#operations(account, { fact, parent, host, mark, isStrict });
    account.isComplete = operations !== undefined && operations.length === 0;
    account.ifindex = account.isComplete ? fact?.ifindex : undefined;
    if (operations === undefined) return [];
    if (operations.length === 0) {
      if (account.parent !== parent.ifindex) this.#sayReady(account);
      account.parent = parent.ifindex;
      account.origin = 'made';
      account.problem = undefined;
      account.saidProblem = undefined;
      account.pause = REFUSED_PAUSE_FIRST;
      account.notBefore = undefined;
      return [];
    }
    if (wasComplete) this.#disturbed(account, fact, now);
    const due = waitsUntil(account);
    return due !== undefined && now < due ? [] : operations;
  }

  /** Undefined: there is somebody else's. */
  #operations(
    account: Account,
    about: {
      readonly fact: LinkFact | undefined;
      readonly parent: LinkFact;
      readonly host: Links;
      readonly mark: string;
      readonly isStrict: boolean;
    },
  ): LinkOperation[] | undefined {
    const { link, stopsFirst, refusesRouters } = account;
    const { fact, parent, host } = about;
    const { addresses } = host;
    const forwarding = this.#forwarding(account, parent);
    const more = { ...about, addresses, stopsFirst, refusesRouters, forwarding };
    if (fact !== undefined && fitsLink(link, fact, parent.ifindex)) {
      if (account.problem?.type === 'foreign') account.problem = undefined;
      return completion(link, fact, more);
    }
    if (fact !== undefined && !isMarked(fact) && !this.#isFormer(fact)) {
      account.problem = { type: 'foreign', kind: fact.kind ?? 'device' };
      this.#sayProblem(account);
      return undefined;
    }
    if (fact !== undefined) {
      return [{ type: 'remove', name: link.name, ifindex: fact.ifindex }];
    }
    if (account.problem?.type === 'foreign') account.problem = undefined;
    const other = this.#underAnotherName(link, parent, host);
    account.origin = other === undefined ? 'made' : 'renamed';
    if (other !== undefined) return completion(link, other, more);
    return [{ type: 'create', name: link.name, link, parent: parent.ifindex }];
  }

  #isHeld(name: string): boolean {
    return this.#users.get(name)?.some((instance) => this.#masters.has(instance)) ?? false;
  }

  #forwarding(account: Account, parent: LinkFact): number | undefined {
    account.forwards = parent.settings.forwarding;
    if (!hasForwarding(account.link)) return undefined;
    return this.#isHeld(account.link.name) ? account.forwards : 0;
  }

  /** Made by us under this name a moment ago, for a wish that has changed. */
  #isFormer({ name, ifindex }: LinkFact): boolean {
    return this.#former.get(name)?.ifindex === ifindex;
  }

  /** The kernel lets no two of one parent have one hardware address: one that nobody wants under its name gets the new one. */
  #underAnotherName(link: VirtualLinkConfig, parent: LinkFact, host: Links): LinkFact | undefined {
    return host.all.find(
      (fact) =>
        !this.#accounts.has(fact.name) &&
        link.mac !== undefined &&
        (isMarked(fact) || this.#isFormer(fact)) &&
        fitsLink(link, fact, parent.ifindex),
    );
  }

  #disturbed(account: Account, fact: LinkFact | undefined, now: Instant): void {
    const what = fact === undefined ? 'removed' : fact.isUp ? 'changed' : 'set-down';
    account.restored += 1;
    account.fight ??= new Fight();
    const saying = account.fight.disturbed(now);
    const about = aboutLink(account);
    if (saying?.type === 'once') this.#notices.push({ id: 'vrrp.linkRepaired', ...about, what });
    if (saying?.type !== 'fight') return;
    const { times, span } = saying;
    this.#notices.push({ id: 'vrrp.linkContested', ...about, what, times, span });
  }

  #sayProblem(account: Account): void {
    const { problem } = account;
    if (problem?.type !== 'foreign' || account.saidProblem === problem.kind) return;
    account.saidProblem = problem.kind;
    this.#notices.push({ id: 'vrrp.linkForeign', ...aboutLink(account), kind: problem.kind });
  }

  #sayReady(account: Account): void {
    const { link, origin } = account;
    const { kind, mac } = link;
    const about = { ...aboutLink(account), kind, ...(mac && { mac }), origin };
    this.#notices.push({ id: 'vrrp.linkReady', ...about });
  }

  #work(operations: readonly LinkOperation[]): LinkWork {
    const notices = this.#notices;
    this.#notices = [];
    return { operations, notices };
  }
}

/** The kernel's interfaces, by name. */
class Links {
  readonly all: readonly LinkFact[];
  readonly addresses: readonly AddressFact[];
  readonly #byName: ReadonlyMap<string, LinkFact>;

  constructor({ links, addresses }: HostLinks) {
    this.all = links;
    this.addresses = addresses;
    this.#byName = new Map(links.map((fact) => [fact.name, fact]));
  }

  named(name: string): LinkFact | undefined {
    return this.#byName.get(name);
  }
}

function aboutLink({
  instance,
  link,
}: Account): Pick<LinkNotice, 'instance' | 'interface' | 'parent'> {
  return { instance, interface: link.name, parent: link.parent };
}

function newAccount(instance: string, link: VirtualLinkConfig): Account {
  return {
    instance,
    link,
    ifindex: undefined,
    parent: undefined,
    isComplete: false,
    origin: 'adopted',
    problem: undefined,
    saidProblem: undefined,
    pause: REFUSED_PAUSE_FIRST,
    notBefore: undefined,
    stopsFirst: false,
    refusesRouters: true,
    forwards: undefined,
    restored: 0,
    fight: undefined,
  };
}

/** IPv6 has it for the whole host only, and an ipvlan has no hardware address of its own. */
function hasForwarding({ kind, family }: VirtualLinkConfig): boolean {
  return kind === 'macvlan' && family === 'ipv4';
}

function usersOf(instances: readonly VrrpInstanceConfig[]): Map<string, readonly string[]> {
  const users = new Map<string, readonly string[]>();
  for (const { name: instance, links = [] } of instances) {
    for (const { name } of links) users.set(name, [...(users.get(name) ?? []), instance]);
  }
  return users;
}

function isSame(a: VirtualLinkConfig, b: VirtualLinkConfig): boolean {
  return a.kind === b.kind && a.parent === b.parent && a.mac === b.mac && a.mode === b.mode;
}

function waitsUntil({ notBefore, fight }: Account): Instant | undefined {
  const repairAt = fight?.repairAt;
  if (notBefore === undefined || repairAt === undefined) return notBefore ?? repairAt;
  return Math.max(notBefore, repairAt) as Instant;
}
