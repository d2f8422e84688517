/**
 * The account of all routes and rules: what instances and static entries want, what the kernel has, and what to do about the
 * difference. It works as the account of addresses does: wishes are declared first and carried out afterwards, so that an entry that
 * moves from one owner to another is seen as wanted all the time. Pure: facts in, operations and notices out.
 *
 * Only what bears our mark in the protocol field is ours: another route to the same place stays as it is.
 */
import type { IpAddress } from '../base/address.ts';
import type { AddressFact } from '../base/host.ts';
import { earliest, type Instant } from '../base/time.ts';
import { Fight } from './fight.ts';
import {
  newRoutingAccount,
  pausedUntil,
  RETRY_FIRST,
  type RoutingAccount,
  refusedAgain,
  wantedOf,
} from './routing-account.ts';
import { entryText, isWatched, type RoutingEntry, type RoutingLinks } from './routing-entry.ts';
import { devicesOf, fitsRouting, isSameRouting, type RoutingForm } from './routing-form.ts';
import {
  addOf,
  BENIGN,
  OWN_PROTOCOL,
  type RoutingOperation,
  RoutingOrders,
  type RoutingWork,
  removeOf,
} from './routing-operations.ts';
import { type RoutingEvent, type RoutingProblem, routingNotices } from './routing-reports.ts';
import { RoutingPreparation, type RoutingWish } from './routing-wishes.ts';

/** One route or rule, wanted and observed. */
export interface RoutingView {
  /** The instance, or STATIC_OWNER. */
  readonly owner: string;
  readonly entry: RoutingEntry;
  /** This node should have it. */
  readonly expected: boolean;
  /** The kernel has it. */
  readonly present: boolean;
  /** How often it came back after somebody else had removed it. */
  readonly restored: number;
  /** What stands against it now. */
  readonly problem?: RoutingProblem;
}

/** Entries that cannot be asked for now, and whether that was said. */
interface Waiting {
  readonly owner: string;
  readonly entry: RoutingEntry;
  readonly problem: RoutingProblem;
}

/** All routes and rules. */
export class RoutingLedger {
  readonly #links: RoutingLinks;
  readonly #preparation: RoutingPreparation;
  readonly #wishes = new Map<string, RoutingWish>();
  readonly #accounts = new Map<string, RoutingAccount>();
  /** Accounts by the place of their route or rule. */
  readonly #places = new Map<string, Set<RoutingAccount>>();
  /** Keys that the last declarations of an owner concern. */
  readonly #dirty = new Map<string, Set<string>>();
  /** Keys that wait for their next attempt. */
  readonly #paused = new Set<string>();
  /** What cannot be asked for, by owner and text: each is said once while it lasts. */
  readonly #waiting = new Map<string, Waiting>();
  #shown: Map<string, readonly RoutingForm[]> = new Map();
  /** The host's addresses in the last reading. */
  #addresses: ReadonlySet<IpAddress> | undefined;
  /** Operations so far. */
  #count = 0;
  #orders = new RoutingOrders();
  #events: RoutingEvent[] = [];
  readonly #lost = new Set<string>();

  constructor(links: RoutingLinks) {
    this.#links = links;
    this.#preparation = new RoutingPreparation(links);
  }

  /** When the next attempt is due. */
  get deadline(): Instant | undefined {
    let first: Instant | undefined;
    for (const key of this.#paused) {
      const account = this.#accounts.get(key);
      if (account !== undefined) first = earliest(first, pausedUntil(account));
    }
    return first;
  }

  /** Gives up what owners have that are no more. */
  keep(isThere: (owner: string) => boolean): RoutingWork {
    const gone = [...this.#wishes.keys()].filter((owner) => !isThere(owner));
    for (const owner of gone) {
      this.declare({ owner, present: false, entries: [] });
      this.#wishes.delete(owner);
    }
    return this.carryOut(gone);
  }

  /** A new wish; nothing is done yet. */
  declare(wish: RoutingWish): void {
    const { owner } = wish;
    const old = this.#wishes.get(owner);
    if (wish.entries.length === 0 && (old === undefined || old.entries.length === 0)) return;
    const touched = this.#dirty.get(owner) ?? new Set();
    this.#dirty.set(owner, touched);
    this.#wishes.set(owner, wish);
    for (const key of this.#keysOf(old)) {
      this.#accounts.get(key)?.claims.delete(owner);
      touched.add(key);
    }
    const waited = [...this.#waiting].filter(([, { owner: of }]) => of === owner);
    for (const account of this.#claim(wish)) {
      account.isLeft = false;
      account.isMissed = false;
      account.refusal = undefined;
      touched.add(account.key);
    }
    for (const [key, one] of waited) {
      if (this.#waiting.get(key) === one) this.#waiting.delete(key);
    }
  }

  /** Carries out what some owners have declared. */
  carryOut(owners: Iterable<string>): RoutingWork {
    for (const owner of owners) {
      const touched = this.#dirty.get(owner) ?? [];
      this.#dirty.delete(owner);
      for (const key of touched) {
        const account = this.#accounts.get(key);
        if (account !== undefined) this.#settle(account);
      }
      for (const key of touched) {
        const place = this.#accounts.get(key)?.form.place ?? '';
        const accounts = this.#places.get(place);
        if (accounts !== undefined) this.#removeStrays(place, accounts, this.#count);
      }
    }
    return this.#takeWork();
  }

  /** The point that a reading which begins now belongs to. */
  mark(): number {
    return this.#count;
  }

  /**
   * The kernel's routes and rules of ours after a reading that began at the point `asOf`: what was requested since is not in it, and
   * is known better. `addresses` are those of the host in the same reading; absent = not known.
   */
  observe(
    now: Instant,
    forms: readonly RoutingForm[],
    asOf: number,
    addresses?: readonly Pick<AddressFact, 'address'>[],
  ): RoutingWork {
    this.#shown = byPlace(forms);
    this.#addresses = addresses && new Set(addresses.map(({ address }) => address));
    this.#claimAnew();
    for (const account of this.#accounts.values()) {
      if (account.changedAt > asOf) continue;
      account.found = this.#hasHeir(account) ? [] : this.#findOf(account.form);
      if (account.found.length === 0 && account.claims.size === 0) this.#forget(account);
      else if (this.#compare(account, now)) this.#settle(account);
    }
    for (const [place, accounts] of this.#places) this.#removeStrays(place, accounts, asOf);
    return this.#takeWork();
  }

  /** Makes the attempts whose pause is over. */
  repair(now: Instant): RoutingWork {
    for (const key of this.#paused) {
      const account = this.#accounts.get(key);
      if (account !== undefined && isPausing(account, now)) continue;
      this.#paused.delete(key);
      if (account !== undefined) this.#settle(account);
    }
    return this.#takeWork();
  }

  /** The kernel's answer to an operation: undefined, or its refusal. What is to be said comes with the next work. */
  answered(
    operation: RoutingOperation,
    refusal: { readonly errno: string; readonly explanation: string } | undefined,
    now: Instant,
  ): void {
    const { type, key } = operation;
    const account = this.#accounts.get(key);
    if (account === undefined) return;
    const isRefused = refusal !== undefined && !BENIGN[type].has(refusal.errno);
    if (type === 'remove') return;
    if (!isRefused) {
      account.isOurs ||= refusal === undefined;
      account.isShared = refusal !== undefined;
      account.isSeen = refusal === undefined && account.found.length > 0;
      account.refusal = undefined;
      account.isMissed = false;
      if (account.problem !== undefined)
        this.#say(account, 'vrrp.routingAccepted', { type: 'set' });
      account.problem = undefined;
      return;
    }
    // A later one is under way, or in the kernel.
    if (account.addition !== operation) return;
    account.found = [];
    account.refusal = refusedAgain(account.refusal, now);
    this.#paused.add(key);
    if (account.isMissed) {
      for (const [owner, { present }] of account.claims) if (present) this.#lost.add(owner);
    }
    account.isMissed = false;
    if (wantedOf(account) !== undefined) this.#complain(account, { type: 'refused', ...refusal });
  }

  /** What was noticed and not yet taken. */
  notices(): RoutingWork {
    return this.#takeWork();
  }

  /** All that is wished for, or was and may still be there. */
  entries(): readonly RoutingEntry[] {
    return [
      ...Array.from(this.#accounts.values(), ({ entry }) => entry),
      ...Array.from(this.#waiting.values(), ({ entry }) => entry),
    ];
  }

  /** All entries of all owners, as they should be and as they are. */
  view(): RoutingView[] {
    return [...this.#wishes.values()].flatMap(({ owner, present: expected, entries }) =>
      entries.map((entry): RoutingView => {
        const prepared = this.#preparation.prepare(entry);
        const base = { owner, entry, expected };
        if ('obstacle' in prepared) {
          const problem = expected ? { problem: prepared.obstacle } : {};
          return { ...base, present: false, restored: 0, ...problem };
        }
        const account = this.#accounts.get(prepared.key);
        const problem = expected ? account?.problem : undefined;
        return {
          ...base,
          present: account !== undefined && (account.isShared || this.#isRight(account)),
          restored: account?.restored ?? 0,
          ...(problem && { problem }),
        };
      }),
    );
  }

  /** What a reading at the end still shows and should not be there; nothing more is done about it. */
  leftOver(forms: readonly RoutingForm[]): string[] {
    this.#shown = byPlace(forms);
    return [...this.#accounts.values()].flatMap((account) => {
      account.found = this.#findOf(account.form);
      const isLeft = wantedOf(account) === undefined && account.found.length > 0;
      return isLeft ? [entryText(account.entry)] : [];
    });
  }

  // ---- one account

  /** Takes note of what the kernel has; false when there is nothing to do now. */
  #compare(account: RoutingAccount, now: Instant): boolean {
    const wanted = wantedOf(account);
    const { found } = account;
    if (found.length === 0 && wanted === undefined) account.isOurs = false;
    if (wanted !== undefined && account.isSeen && found.length === 0) {
      this.#vanished(account, wanted, now);
    }
    account.isSeen = found.length > 0 && this.#isRight(account);
    if (found.length > 0) account.isShared = false;
    if (account.isLeft) return false;
    if (!isPausing(account, now, true)) return true;
    // Refused just before the network changed: the pause is short again.
    if (account.refusal !== undefined) account.refusal = { ...account.refusal, delay: RETRY_FIRST };
    this.#paused.add(account.key);
    return false;
  }

  /** It was there, and is not: the kernel drops the routes of an interface that goes down, and with an address those that name it as their source; else it was somebody. */
  #vanished(account: RoutingAccount, wanted: RoutingEntry, now: Instant): void {
    if (!devicesOf(account.form).every((ifindex) => this.#links.isUp(ifindex))) return;
    const source = wanted.kind === 'route' ? wanted.route.preferredSource : undefined;
    if (source !== undefined && this.#addresses?.has(source) === false) return;
    if (!isWatched(wanted)) {
      account.isLeft = true;
      this.#say(account, 'vrrp.routingRepaired', { type: 'removed-unwatched' });
      return;
    }
    account.isMissed = true;
    account.restored += 1;
    account.fight ??= new Fight();
    const saying = account.fight.disturbed(now);
    if (saying?.type === 'once') this.#say(account, 'vrrp.routingRepaired', { type: 'removed' });
    if (saying?.type !== 'fight') return;
    const { times, span } = saying;
    this.#say(account, 'vrrp.routingContested', { type: 'keeps-removing', times, span });
  }

  /** The kernel has it as wanted. What this process has added is right as the kernel made it. */
  #isRight({ form, found, isOurs }: RoutingAccount): boolean {
    return isOurs ? found.length > 0 : found.some((one) => fitsRouting(form, one));
  }

  /** Orders what makes the kernel agree. */
  #settle(account: RoutingAccount): void {
    const { found, form, key } = account;
    const wanted = wantedOf(account);
    if (wanted === undefined) {
      account.problem = undefined;
      if (found.length === 0) return;
      const isAlien = !account.isOurs;
      for (const one of found) this.#remove(account, one);
      account.found = [];
      account.isSeen = false;
      if (isAlien) this.#say(account, 'vrrp.routingRemoved', { type: 'not-held' });
      return;
    }
    if (this.#isRight(account)) {
      account.isSeen = true;
      return;
    }
    const down = this.#downOf(wanted);
    if (down !== undefined) {
      this.#complain(account, { type: 'interface-down', interface: down });
      return;
    }
    for (const one of found) this.#remove(account, one);
    const isOld = found.length > 0 && !this.#siblings(account).some(({ isOurs }) => isOurs);
    if (isOld) this.#say(account, 'vrrp.routingRemoved', { type: 'other-form' });
    account.found = [form];
    account.changedAt = ++this.#count;
    account.addition = addOf(key, account.owner, wanted, form);
    this.#orders.add(account.addition);
  }

  /** Other accounts of the same route or rule, with other attributes: the kernel has one of them at a time. */
  #siblings({ form }: RoutingAccount): readonly RoutingAccount[] {
    return [...(this.#places.get(form.place) ?? [])].filter(
      (other) => other.form !== form && isSameRouting(other.form, form),
    );
  }

  /** Nobody wants it, but the same with other attributes: what the kernel shows is of that one. */
  #hasHeir(account: RoutingAccount): boolean {
    if (wantedOf(account) !== undefined) return false;
    return this.#siblings(account).some((other) => wantedOf(other) !== undefined);
  }

  #remove(account: RoutingAccount, form: RoutingForm): void {
    account.changedAt = ++this.#count;
    const hasSuccessor = [...(this.#places.get(account.form.place) ?? [])].some(
      (other) => wantedOf(other) !== undefined && other.refusal === undefined,
    );
    const { key, owner, entry } = account;
    this.#orders.remove(removeOf(key, owner, entry, form), hasSuccessor);
  }

  /** An interface that a route leaves by, and that is down: the kernel would refuse the route. */
  #downOf(entry: RoutingEntry): string | undefined {
    const { ifindexOf, isUp } = this.#links;
    const hops = entry.kind === 'route' ? entry.route.hops : [];
    return hops
      .flatMap(({ interface: name }) => name ?? [])
      .find((name) => {
        const ifindex = ifindexOf(name);
        return ifindex !== undefined && !isUp(ifindex);
      });
  }

  /** What bears our mark at a place of ours, and is in no wish: an earlier run had set it. */
  #removeStrays(place: string, accounts: ReadonlySet<RoutingAccount>, asOf: number): void {
    const shown = this.#shown.get(place);
    const [first] = accounts;
    if (shown === undefined || first === undefined) return;
    const list = [...accounts];
    const strays = shown.filter(
      (form) =>
        form.protocol === OWN_PROTOCOL &&
        !list.some((one) => one.changedAt > asOf || isSameRouting(one.form, form)),
    );
    if (strays.length === 0) return;
    // Until the next reading: once is enough.
    const rest = shown.filter((form) => !strays.includes(form));
    this.#shown.set(place, rest);
    for (const form of strays) {
      this.#remove(first, form);
      this.#say(first, 'vrrp.routingRemoved', { type: 'other-form' });
    }
  }

  #findOf(form: RoutingForm): readonly RoutingForm[] {
    const shown = this.#shown.get(form.place) ?? [];
    return shown.filter((one) => one.protocol === form.protocol && isSameRouting(form, one));
  }

  // ---- all accounts

  /** The accounts of a wish, made where there is none yet; what cannot be asked for waits. */
  #claim({ owner, present, entries }: RoutingWish): readonly RoutingAccount[] {
    return entries.flatMap((entry) => {
      const prepared = this.#preparation.prepare(entry);
      if ('obstacle' in prepared) {
        if (present) this.#wait(owner, entry, prepared.obstacle);
        return [];
      }
      const { key, form } = prepared;
      let account = this.#accounts.get(key);
      if (account === undefined) {
        account = newRoutingAccount(key, form, owner, entry, this.#findOf(form));
        this.#accounts.set(key, account);
        const place = this.#places.get(form.place) ?? new Set();
        this.#places.set(form.place, place.add(account));
      }
      if (this.#waiting.size > 0) this.#endWaiting(account, owner, entry);
      account.claims.set(owner, { present, entry });
      account.owner = owner;
      account.entry = entry;
      return [account];
    });
  }

  /** What could not be asked for can be: that it was said goes on to count. */
  #endWaiting(account: RoutingAccount, owner: string, entry: RoutingEntry): void {
    const key = waitingKey(owner, entry);
    account.problem ??= this.#waiting.get(key)?.problem;
    this.#waiting.delete(key);
  }

  #wait(owner: string, entry: RoutingEntry, problem: RoutingProblem): void {
    const key = waitingKey(owner, entry);
    const isKnown = isSameProblem(this.#waiting.get(key)?.problem, problem);
    this.#waiting.set(key, { owner, entry, problem });
    if (isKnown) return;
    this.#events.push({
      id: 'vrrp.routingRefused',
      owner,
      entry,
      cause: problem,
    });
  }

  /** Interfaces may have come, gone, or have been replaced by others of their names. */
  #claimAnew(): void {
    this.#preparation.refresh();
    for (const { claims } of this.#accounts.values()) claims.clear();
    for (const wish of this.#wishes.values()) this.#claim(wish);
  }

  #keysOf(wish: RoutingWish | undefined): readonly string[] {
    return (wish?.entries ?? []).flatMap((entry) => {
      const prepared = this.#preparation.prepare(entry);
      return 'obstacle' in prepared ? [] : [prepared.key];
    });
  }

  #forget(account: RoutingAccount): void {
    this.#accounts.delete(account.key);
    this.#paused.delete(account.key);
    const place = this.#places.get(account.form.place);
    place?.delete(account);
    if (place?.size === 0) this.#places.delete(account.form.place);
  }

  // ---- what is said

  /** Something stands against an entry: said once while it lasts. */
  #complain(account: RoutingAccount, problem: RoutingProblem): void {
    const isKnown = isSameProblem(account.problem, problem);
    account.problem = problem;
    if (!isKnown) this.#say(account, 'vrrp.routingRefused', problem);
  }

  #say(
    { owner, entry }: RoutingAccount,
    id: RoutingEvent['id'],
    cause: RoutingEvent['cause'],
  ): void {
    this.#events.push({ id, owner, entry, cause });
  }

  #takeWork(): RoutingWork {
    const notices = routingNotices(this.#events);
    const work = { ...this.#orders.take(), notices, lost: [...this.#lost] };
    this.#events = [];
    this.#lost.clear();
    return work;
  }
}

function byPlace(forms: readonly RoutingForm[]): Map<string, readonly RoutingForm[]> {
  const places = new Map<string, RoutingForm[]>();
  for (const form of forms) {
    const list = places.get(form.place);
    if (list === undefined) places.set(form.place, [form]);
    else list.push(form);
  }
  return places;
}

function waitingKey(owner: string, entry: RoutingEntry): string {
  return `${owner} ${entryText(entry)}`;
}

function isSameProblem(a: RoutingProblem | undefined, b: RoutingProblem): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

function isPausing(account: RoutingAccount, now: Instant, hasChanged?: boolean): boolean {
  const until = pausedUntil(account, hasChanged);
  return until !== undefined && now < until;
}
