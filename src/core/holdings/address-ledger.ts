/**
 * The account of all virtual addresses: what the instances want, what the kernel has, and what to do about the
 * difference. Wishes are declared first and carried out afterwards, so that an address that moves from one
 * instance to another is seen as wanted all the time. Pure: facts in, operations and notices out.
 */
import { type IpAddress, ipFamily, isLinkLocal, type MacAddress } from '../base/address.ts';
import type { AddressFact } from '../base/host.ts';
import { earliest, type Instant } from '../base/time.ts';
import type { VirtualAddressConfig } from '../model/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import {
  type AddressClaim,
  type AddressOperation,
  type AddressWish,
  addressKey,
  fitsForm,
  formOf,
  planAddress,
  VIRTUAL_ADDRESS_PROTOCOL,
} from './address-plan.ts';
import { type AddressEvent, type AddressNotice, addressNotices } from './address-reports.ts';
import { Fight } from './fight.ts';
import { isPrimaryCandidate } from './source-candidate.ts';

/** A refusal that means "it is already as wanted". */
const BENIGN = {
  add: new Set(['EEXIST']),
  // ENXIO: the interface has lost IPv6 altogether, for instance with an MTU below 1280 (RFC 8200 section 5).
  remove: new Set(['EADDRNOTAVAIL', 'ENODEV', 'ENXIO', 'ESRCH']),
};

/** What to do and what to say. */
export interface AddressWork {
  readonly operations: readonly AddressOperation[];
  readonly notices: readonly AddressNotice[];
}

/** One virtual address, wanted and observed. */
export interface VipView {
  readonly instance: string;
  readonly address: IpAddress;
  readonly prefixLength: number;
  readonly interface: string;
  /** This node should hold it. */
  readonly expected: boolean;
  /** The kernel has it. */
  readonly present: boolean;
  /** How often it came back after somebody else had removed it. */
  readonly restored: number;
  /** Another host has said that it has the address, while this router held it. */
  readonly claimed?: ClaimedAddress;
}

/** What is known of the claims of others to one address. */
export interface ClaimedAddress {
  /** Of the last one. */
  readonly mac: MacAddress;
  /** Seconds in which one was heard. */
  readonly times: number;
  /** Of the last one. */
  readonly at: Instant;
}

/** What is known of one address of one interface. */
interface Account {
  readonly key: string;
  readonly ifindex: number;
  readonly address: IpAddress;
  /** By instance. */
  readonly claims: Map<
    string,
    { readonly present: boolean; readonly address: VirtualAddressConfig }
  >;
  /** The last claim: whose address it is, or was. */
  owner: AddressClaim;
  /** As the last dump showed it, and what was requested since. */
  forms: readonly AddressFact[];
  addedAs: VirtualAddressConfig | undefined;
  /** The last addition that was requested; undefined behind a removal. */
  addition: AddressOperation | undefined;
  /** The kernel has confirmed that it was us who added it. */
  isOurs: boolean;
  /** Found in place with our mark while it was wanted: an earlier process had added it, and this one holds it. */
  isAdopted: boolean;
  /** Wanted, and shown: when it is gone again, somebody removed it. */
  isSeen: boolean;
  /** Shown without anything wrong since the last order: what is wrong then was done by somebody. */
  isClean: boolean;
  /** Somebody removed it, and it is not tracked: it stays away until the next wish. */
  isLeft: boolean;
  /** Its removal was requested, and said where that is due. */
  isRemoving: boolean;
  isKeptSaid: boolean;
  /** Number of its last operation. */
  changedAt: number;
  restored: number;
  fight: Fight | undefined;
}

/** All addresses of all instances. */
export class AddressLedger {
  readonly #ifindexOf: (name: string) => number | undefined;
  readonly #isUp: (ifindex: number) => boolean;
  readonly #wishes = new Map<string, AddressWish>();
  readonly #accounts = new Map<string, Account>();
  /** Keys that the last declarations of an instance concern. */
  readonly #dirty = new Map<string, Set<string>>();
  /** Keys whose repair waits. */
  readonly #paused = new Set<string>();
  #instances: readonly VrrpInstanceConfig[] = [];
  /** The last dump. */
  #facts: readonly AddressFact[] = [];
  #shown: ReadonlyMap<string, readonly AddressFact[]> = new Map();
  /** What can be a source by interface, `INDEX FAMILY`; computed when it is asked for. */
  #sources: ReadonlyMap<string, readonly IpAddress[]> | undefined;
  /** Operations so far. */
  #count = 0;
  #operations: AddressOperation[] = [];
  #events: AddressEvent[] = [];

  /**
   * `ifindexOf` gives the index of an interface by name; undefined when there is none now. `isUp` tells whether one is set up: the
   * kernel drops the IPv6 addresses of one that is not.
   */
  constructor(
    ifindexOf: (name: string) => number | undefined,
    isUp: (ifindex: number) => boolean = () => true,
  ) {
    this.#ifindexOf = ifindexOf;
    this.#isUp = isUp;
  }

  /** When the next paused repair is due. */
  get deadline(): Instant | undefined {
    let first: Instant | undefined;
    for (const key of this.#paused) {
      first = earliest(first, this.#accounts.get(key)?.fight?.repairAt);
    }
    return first;
  }

  /** The instances of the configuration: they tell which interface needs an address as source. */
  configure(instances: readonly VrrpInstanceConfig[]): void {
    this.#instances = instances;
  }

  /** Gives up what instances have that are in no configuration any more. */
  keep(isConfigured: (instance: string) => boolean): AddressWork {
    const gone = [...this.#wishes.keys()].filter((instance) => !isConfigured(instance));
    for (const instance of gone) {
      this.declare({ instance, present: false, addresses: [] });
      this.#wishes.delete(instance);
    }
    return this.carryOut(gone);
  }

  /** A new wish; nothing is done yet. */
  declare(wish: AddressWish): void {
    const { instance, present } = wish;
    this.#sources = undefined;
    const touched = this.#dirty.get(instance) ?? new Set();
    this.#dirty.set(instance, touched);
    const old = this.#wishes.get(instance);
    this.#wishes.set(instance, wish);
    for (const { account } of old === undefined ? [] : this.#entries(old)) {
      account.claims.delete(instance);
      account.isClean = false;
      touched.add(account.key);
    }
    for (const { account, address } of this.#entries(wish)) {
      // Listed twice, with different prefix lengths for instance: the first one counts.
      if (account.claims.has(instance)) continue;
      account.claims.set(instance, { present, address });
      account.owner = { instance, address };
      account.isClean = false;
      account.isLeft = false;
      touched.add(account.key);
    }
  }

  /** Carries out what some instances have declared. */
  carryOut(instances: Iterable<string>): AddressWork {
    for (const instance of instances) {
      const touched = this.#dirty.get(instance) ?? [];
      this.#dirty.delete(instance);
      for (const key of touched) {
        const account = this.#accounts.get(key);
        if (account !== undefined) this.#settle(account);
      }
    }
    return this.#takeWork();
  }

  /** The point that a dump which begins now belongs to. */
  mark(): number {
    return this.#count;
  }

  /**
   * The kernel's picture after a dump that began at the point `asOf`: what was requested since is not in it, and
   * is known better.
   */
  observe(now: Instant, facts: readonly AddressFact[], asOf: number): AddressWork {
    this.#show(facts);
    this.#claimAnew();
    for (const account of this.#accounts.values()) {
      if (account.changedAt > asOf) continue;
      account.forms = this.#shown.get(account.key) ?? [];
      // What is gone, or the host's, and in no wish is not ours: if somebody adds it by hand, it is theirs.
      const isOthers = account.forms.length === 0 || this.#isHostsOwn(account);
      if (account.claims.size === 0 && isOthers) this.#accounts.delete(account.key);
      else if (this.#compare(account, now)) this.#settle(account);
    }
    return this.#takeWork();
  }

  /** Makes the repairs whose pause is over. */
  repair(now: Instant): AddressWork {
    for (const key of this.#paused) {
      const account = this.#accounts.get(key);
      if (account === undefined || !isPausing(account, now)) {
        this.#paused.delete(key);
        if (account !== undefined) this.#settle(account);
      }
    }
    return this.#takeWork();
  }

  /** The kernel's answer to an operation: undefined, or an errno name. True when it is worth a complaint. */
  answered(operation: AddressOperation, errno: string | undefined): boolean {
    const { type, ifindex, address } = operation;
    const account = this.#accounts.get(addressKey(ifindex, address.address));
    if (account !== undefined && errno === undefined) {
      // What is otherwise in the next dump was done by somebody.
      const wanted = this.#wanted(account);
      account.isSeen = type === 'add' && wanted !== undefined;
      account.isClean = type === 'add' ? account.isClean : true;
    }
    if (account !== undefined && type === 'add' && errno === undefined) account.isOurs = true;
    // The refusal of an addition says nothing of a later one, which is under way or in the kernel.
    if (account?.addition === operation && errno !== undefined) {
      if (!account.isOurs) account.addedAs = undefined;
      if (!BENIGN.add.has(errno)) {
        account.forms = account.forms.filter((form) => form.prefixLength !== address.prefixLength);
      }
    }
    return errno !== undefined && !BENIGN[type].has(errno);
  }

  /** All addresses of all instances, as they should be and as they are. */
  view(): VipView[] {
    return [...this.#wishes.values()].flatMap((wish) =>
      wish.addresses.map(({ address, prefixLength, interface: name }) => {
        const ifindex = this.#ifindexOf(name);
        const account =
          ifindex === undefined ? undefined : this.#accounts.get(addressKey(ifindex, address));
        return {
          instance: wish.instance,
          address,
          prefixLength,
          interface: name,
          expected: wish.present,
          present: account?.forms.some((form) => form.prefixLength === prefixLength) ?? false,
          restored: account?.restored ?? 0,
        };
      }),
    );
  }

  /**
   * What a dump at the end still shows and should not be there, `192.0.2.1/24 on eth0`; nothing more is done about
   * it. The host's own address is not meant.
   */
  leftOver(facts: readonly AddressFact[]): string[] {
    this.#show(facts);
    return [...this.#accounts.values()].flatMap((account) => {
      account.forms = this.#shown.get(account.key) ?? [];
      const isRight = this.#wanted(account) !== undefined || this.#isHostsOwn(account);
      const { interface: name } = account.owner.address;
      return isRight
        ? []
        : account.forms.map(({ address, prefixLength }) => `${address}/${prefixLength} on ${name}`);
    });
  }

  // ---- one account

  /** Takes note of what the dump says about an address; false when its repair has to wait. */
  #compare(account: Account, now: Instant): boolean {
    const wanted = this.#wanted(account);
    const { forms } = account;
    const isRight = (form: AddressFact): boolean =>
      wanted !== undefined && fitsForm(wanted.address, form, account.addedAs);
    const isWrong = forms.some((form) => !isRight(form));
    if (!isWrong) account.isRemoving = false;
    if (forms.length === 0 && wanted === undefined) {
      account.addedAs = undefined;
      account.isOurs = false;
      account.isAdopted = false;
    }
    account.isAdopted ||= forms.some((form) => isMarked(form) && isRight(form));
    const isGone = account.isSeen && forms.length === 0 && this.#isUp(account.ifindex);
    if (wanted?.address.isUntracked === true && isGone) {
      account.isLeft = true;
      this.#say(account, 'vrrp.addressRepaired', account.owner.address, { type: 'untracked' });
    } else if (wanted !== undefined && isGone) {
      account.restored += 1;
      this.#disturbed(account, 'removed', account.owner.address, now);
    } else if (account.isClean && isWrong) {
      const wrong = forms.find((form) => !isRight(form));
      if (wrong !== undefined) this.#disturbed(account, 'added', wrong, now);
    }
    account.isSeen = forms.some(isRight);
    account.isClean = !isWrong;
    if (account.isLeft && forms.length === 0) return false;
    account.isLeft = false;
    if (!isPausing(account, now)) return true;
    this.#paused.add(account.key);
    return false;
  }

  #disturbed(
    account: Account,
    what: 'removed' | 'added',
    form: { readonly prefixLength: number },
    now: Instant,
  ): void {
    account.fight ??= new Fight();
    account.isRemoving = what === 'added';
    const saying = account.fight.disturbed(now);
    if (saying?.type === 'once') this.#say(account, 'vrrp.addressRepaired', form, { type: what });
    if (saying?.type !== 'fight') return;
    const { times, span } = saying;
    const type = what === 'removed' ? 'keeps-removing' : 'keeps-adding';
    this.#say(account, 'vrrp.addressContested', form, { type, times, span });
  }

  /** Plans an address, takes the operations for granted, and says what nobody expects. */
  #settle(account: Account): void {
    const { ifindex, owner, forms, addedAs } = account;
    const wanted = this.#wanted(account);
    const isHostsOwn = this.#isHostsOwn(account);
    const operations = planAddress({ ifindex, wanted, owner, forms, addedAs, isHostsOwn });
    if (isHostsOwn && wanted === undefined && account.claims.size > 0) this.#sayKept(account);
    if (operations.length === 0) return;
    this.#count += operations.length;
    account.changedAt = this.#count;
    const addition = operations.find(({ type }) => type === 'add');
    for (const operation of operations) {
      if (operation.type === 'add') {
        account.forms = [...account.forms, formOf(operation)];
        continue;
      }
      const { prefixLength, peer } = operation.address;
      const form = forms.find((one) => one.prefixLength === prefixLength && one.peer === peer);
      account.forms = account.forms.filter((other) => other !== form);
      const isOurs =
        addedAs === undefined
          ? account.isAdopted && form !== undefined && isMarked(form)
          : prefixLength === addedAs.prefixLength;
      if (form === undefined || isOurs || account.isRemoving) continue;
      this.#sayRemoved(account, form, wanted, addition !== undefined);
    }
    account.isRemoving = addition === undefined;
    if (addition !== undefined) account.addedAs = addition.address;
    account.addition = addition;
    this.#operations.push(...operations);
  }

  /** The claim that counts: of several the one that the kernel's form fits already. */
  #wanted(account: Account): AddressClaim | undefined {
    let first: AddressClaim | undefined;
    for (const [instance, { present, address }] of account.claims) {
      if (!present) continue;
      first ??= { instance, address };
      if (account.forms.some((form) => fitsForm(address, form, account.addedAs))) {
        return { instance, address };
      }
    }
    return first;
  }

  /**
   * True for an address that the host had before us and that an instance needs as its source: its only one, or
   * the one that the configuration names.
   */
  #isHostsOwn({ ifindex, address, forms, addedAs }: Account): boolean {
    if (addedAs !== undefined || forms.length === 0) return false;
    if (forms.some(({ protocol }) => protocol === VIRTUAL_ADDRESS_PROTOCOL)) return false;
    const family = ipFamily(address);
    if (family === 'ipv6' && !isLinkLocal(address)) return false;
    const users = this.#instances.filter(
      (one) => one.family === family && this.#ifindexOf(one.interface) === ifindex,
    );
    if (users.some(({ sourceAddress }) => sourceAddress === address)) return true;
    if (!users.some(({ sourceAddress }) => sourceAddress === undefined)) return false;
    const sources = this.#sourcesByInterface().get(`${ifindex} ${family}`) ?? [];
    return sources.every((source) => source === address);
  }

  #sourcesByInterface(): ReadonlyMap<string, readonly IpAddress[]> {
    if (this.#sources !== undefined) return this.#sources;
    const virtual = new Set<IpAddress>();
    for (const { address, claims } of this.#accounts.values()) {
      if (claims.size > 0) virtual.add(address);
    }
    const sources = new Map<string, IpAddress[]>();
    for (const fact of this.#facts) {
      if (virtual.has(fact.address) || !isPrimaryCandidate(fact)) continue;
      const key = `${fact.ifindex} ${ipFamily(fact.address)}`;
      const list = sources.get(key);
      if (list === undefined) sources.set(key, [fact.address]);
      else list.push(fact.address);
    }
    this.#sources = sources;
    return sources;
  }

  // ---- what is said

  #sayKept(account: Account): void {
    const [form] = account.forms;
    if (account.isKeptSaid || form === undefined) return;
    account.isKeptSaid = true;
    const family = ipFamily(account.address);
    this.#say(account, 'vrrp.addressKept', form, { type: 'only-source', family });
  }

  #sayRemoved(
    account: Account,
    form: AddressFact,
    wanted: AddressClaim | undefined,
    isAdded: boolean,
  ): void {
    if (wanted === undefined) {
      const origin = isMarked(form)
        ? 'marked'
        : form.protocol === undefined
          ? 'unknown'
          : 'foreign';
      const isConfigured = account.claims.size > 0;
      this.#say(account, 'vrrp.addressRemoved', form, { type: 'not-held', origin, isConfigured });
      return;
    }
    const text = `${account.address}/${wanted.address.prefixLength}`;
    const id = isAdded ? 'vrrp.addressReplaced' : 'vrrp.addressRemoved';
    this.#say(account, id, form, { type: 'other-form', wanted: text, isAdded });
  }

  #say(
    { owner, address }: Account,
    id: AddressEvent['id'],
    { prefixLength }: { readonly prefixLength: number },
    cause: AddressEvent['cause'],
  ): void {
    const { instance, address: configured } = owner;
    const text = `${address}/${prefixLength}`;
    this.#events.push({ id, instance, interface: configured.interface, address: text, cause });
  }

  #takeWork(): AddressWork {
    const work = { operations: this.#operations, notices: addressNotices(this.#events) };
    this.#operations = [];
    this.#events = [];
    return work;
  }

  // ---- all accounts

  #show(facts: readonly AddressFact[]): void {
    this.#facts = facts;
    this.#shown = formsByKey(facts);
    this.#sources = undefined;
  }

  /** An interface may have come, gone, or have been replaced by another of its name. */
  #claimAnew(): void {
    for (const { claims } of this.#accounts.values()) claims.clear();
    for (const wish of this.#wishes.values()) {
      const { instance, present } = wish;
      for (const { account, address } of this.#entries(wish)) {
        if (!account.claims.has(instance)) account.claims.set(instance, { present, address });
      }
    }
  }

  /** The accounts of a wish, made where there is none yet; none for interfaces that do not exist. */
  #entries(
    wish: AddressWish,
  ): readonly { readonly account: Account; readonly address: VirtualAddressConfig }[] {
    return wish.addresses.flatMap((address) => {
      const ifindex = this.#ifindexOf(address.interface);
      if (ifindex === undefined) return [];
      const key = addressKey(ifindex, address.address);
      let account = this.#accounts.get(key);
      if (account === undefined) {
        const forms = this.#shown.get(key) ?? [];
        account = newAccount(key, ifindex, { instance: wish.instance, address }, forms);
        this.#accounts.set(key, account);
      }
      return [{ account, address }];
    });
  }
}

function formsByKey(facts: readonly AddressFact[]): ReadonlyMap<string, readonly AddressFact[]> {
  const forms = new Map<string, AddressFact[]>();
  for (const fact of facts) {
    const key = addressKey(fact.ifindex, fact.address);
    const list = forms.get(key);
    if (list === undefined) forms.set(key, [fact]);
    else list.push(fact);
  }
  return forms;
}

function newAccount(
  key: string,
  ifindex: number,
  owner: AddressClaim,
  forms: readonly AddressFact[],
): Account {
  return {
    key,
    ifindex,
    address: owner.address.address,
    claims: new Map(),
    owner,
    forms,
    addedAs: undefined,
    addition: undefined,
    isOurs: false,
    isAdopted: false,
    isSeen: false,
    isClean: false,
    isLeft: false,
    isRemoving: false,
    isKeptSaid: false,
    changedAt: 0,
    restored: 0,
    fight: undefined,
  };
}

/** A process of ours added it, this one or an earlier. */
function isMarked({ protocol }: AddressFact): boolean {
  return protocol === VIRTUAL_ADDRESS_PROTOCOL;
}

function isPausing({ fight }: Account, now: Instant): boolean {
  return fight?.repairAt !== undefined && now < fight.repairAt;
}
