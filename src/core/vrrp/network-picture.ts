/**
 * What a dump of interfaces and addresses says, indexed for the questions instances ask: which interface has
 * this name, what is its primary address, is this address our own. Immutable; a new dump makes a new picture.
 */

import { type IpAddress, type IpFamily, ipFamily, isLinkLocal } from '../base/address.ts';
import { addressProblem } from '../holdings/source-candidate.ts';
import { TrackerFacts } from '../model/tracker-facts.ts';
import type {
  AddressFact,
  InterfaceFact,
  InterfaceState,
  NamedLinkProblem,
  RouteFact,
  SourceProblem,
} from './events-and-actions.ts';
import type { NeededInterface, StaticNeeds } from './needed-interfaces.ts';

const IFA_F_SECONDARY = 0x01;

/** A full picture of the host's interfaces and addresses. */
export class NetworkPicture {
  readonly #byName = new Map<string, InterfaceFact>();
  readonly #links = new Map<number, InterfaceFact>();
  readonly #byIndex = new Map<number, AddressFact[]>();
  readonly #byAddress = new Map<IpAddress, AddressFact[]>();
  /** Addresses that are ours wherever they stand: all but the link-local ones. */
  readonly #own = new Set<IpAddress>();
  readonly #onInterface = new Map<number, Set<IpAddress>>();
  readonly #primaries = new Map<string, IpAddress | undefined>();
  /** What is known of other things that instances track: it goes on to change. */
  readonly trackers: TrackerFacts;
  readonly #virtual: ReadonlySet<IpAddress>;
  readonly #deaf: ReadonlySet<string>;
  readonly #seen: ReadonlyMap<string, number>;
  readonly #routes: readonly RouteFact[];
  readonly #staticNeeds: StaticNeeds;
  readonly #linkProblems: readonly NamedLinkProblem[];

  /**
   * `virtualAddresses` are all VIPs of the configuration: they are never a primary address. `deaf` names the
   * instances without a socket; `routes` answers `routeQuestion`s; `seen` names interfaces that were there once, with their last index;
   * `staticNeeds` is what static entries need.
   */
  constructor(
    interfaces: readonly InterfaceFact[],
    addresses: readonly AddressFact[],
    virtualAddresses: ReadonlySet<IpAddress>,
    more: {
      readonly deaf?: readonly string[];
      readonly routes?: readonly RouteFact[];
      readonly seen?: ReadonlyMap<string, number>;
      readonly trackers?: TrackerFacts;
      readonly staticNeeds?: StaticNeeds;
      readonly linkProblems?: readonly NamedLinkProblem[];
    } = {},
  ) {
    this.#virtual = virtualAddresses;
    this.#deaf = new Set(more.deaf);
    this.#routes = more.routes ?? [];
    this.#seen = more.seen ?? new Map();
    this.#staticNeeds = more.staticNeeds ?? new Map();
    this.#linkProblems = more.linkProblems ?? [];
    this.trackers = more.trackers ?? new TrackerFacts();
    for (const fact of interfaces) {
      this.#byName.set(fact.name, fact);
      this.#links.set(fact.ifindex, fact);
    }
    for (const fact of addresses) {
      const list = this.#byIndex.get(fact.ifindex) ?? [];
      list.push(fact);
      this.#byIndex.set(fact.ifindex, list);
      const places = this.#byAddress.get(fact.address) ?? [];
      places.push(fact);
      this.#byAddress.set(fact.address, places);
      const known = this.#onInterface.get(fact.ifindex) ?? new Set();
      known.add(fact.address);
      this.#onInterface.set(fact.ifindex, known);
      if (!isLinkLocal(fact.address) && !virtualAddresses.has(fact.address)) {
        this.#own.add(fact.address);
      }
    }
  }

  /** True when the instance has no socket to hear with. */
  isDeaf(instance: string): boolean {
    return this.#deaf.has(instance);
  }

  /** Interfaces of static entries that count for an instance. */
  staticNeedsOf(instance: string): readonly NeededInterface[] {
    return this.#staticNeeds.get(instance) ?? [];
  }

  /** The interface that carries an address; of several the first where it is usable. */
  carrier(address: IpAddress): InterfaceFact | undefined {
    const facts = this.#byAddress.get(address) ?? [];
    const fact = facts.find((one) => addressProblem(one) === undefined) ?? facts[0];
    return fact && this.#links.get(fact.ifindex);
  }

  /** The interface by which a packet leaves, as far as the kernel was asked. */
  routed(packet: Omit<RouteFact, 'ifindex'>): InterfaceFact | undefined {
    const route = this.#routes.find(
      ({ source, destination }) => source === packet.source && destination === packet.destination,
    );
    return route && this.#links.get(route.ifindex);
  }

  /** The interface of that name. */
  interface(name: string): InterfaceFact | undefined {
    return this.#byName.get(name);
  }

  /** Why an interface that an instance makes for itself is not there. */
  linkProblem(name: string): NamedLinkProblem['problem'] | undefined {
    return this.#linkProblems.find((one) => one.interface === name)?.problem;
  }

  /** What is to be said of the interface of that name. */
  stateOf(name: string): InterfaceState {
    const link = this.#byName.get(name);
    if (link === undefined) {
      const last = this.#seen.get(name);
      if (last === undefined) return 'missing';
      return this.#links.has(last) ? 'renamed' : 'deleted';
    }
    if (link.up) return 'up';
    return link.disabled === true ? 'down' : 'no-carrier';
  }

  /**
   * True when the address is this host's alone (link-local ones count on their interface only). A VIP is not,
   * also while we hold it: its owner sends from it when it comes back.
   */
  isOwn(ifindex: number, address: IpAddress): boolean {
    if (this.#own.has(address)) return true;
    return this.has(ifindex, address) && !this.#virtual.has(address);
  }

  /** True when the interface has the address, VIP or not. */
  has(ifindex: number, address: IpAddress): boolean {
    return this.#onInterface.get(ifindex)?.has(address) ?? false;
  }

  /**
   * Why an address cannot be the source of what leaves by an interface; undefined when it can. An IPv6
   * link-local address must be on that interface, any other one somewhere on the host (the kernel asks the
   * same of a source: ipv6(7), IPV6_PKTINFO).
   */
  sourceProblem(ifindex: number, address: IpAddress): SourceProblem | undefined {
    const facts = (this.#byAddress.get(address) ?? []).filter(
      (fact) => fact.ifindex === ifindex || !isLinkLocal(address),
    );
    const problems = facts.map(addressProblem);
    return problems.includes(undefined) ? undefined : (problems[0] ?? 'missing');
  }

  /** An address that would be the primary address of an interface, and what keeps it from being it. */
  unusablePrimary(
    ifindex: number,
    family: IpFamily,
  ): { readonly address: IpAddress; readonly problem: SourceProblem } | undefined {
    for (const fact of this.#byIndex.get(ifindex) ?? []) {
      const problem = addressProblem(fact);
      if (problem === undefined || !this.#isEligible(fact, family)) continue;
      return { address: fact.address, problem };
    }
    return undefined;
  }

  /**
   * The primary address of an interface: its first IPv4 address, or its first usable IPv6 link-local one,
   * never a VIP (RFC 9568 section 1.2, reference VR-TX-09 and -10). `preferred` is kept while it is still
   * there, so that the order of a dump cannot change the outcome of an election.
   */
  primaryAddress(
    ifindex: number,
    family: IpFamily,
    preferred: IpAddress | undefined,
  ): IpAddress | undefined {
    if (preferred !== undefined && this.#isUsable(ifindex, preferred)) return preferred;
    const key = `${ifindex}/${family}`;
    if (this.#primaries.has(key)) return this.#primaries.get(key);
    const usable = (this.#byIndex.get(ifindex) ?? []).filter(
      (fact) => this.#isEligible(fact, family) && addressProblem(fact) === undefined,
    );
    const found = usable.find((fact) => (fact.flags & IFA_F_SECONDARY) === 0) ?? usable[0];
    this.#primaries.set(key, found?.address);
    return found?.address;
  }

  #isUsable(ifindex: number, address: IpAddress): boolean {
    const facts = this.#byIndex.get(ifindex);
    if (facts === undefined || !this.#onInterface.get(ifindex)?.has(address)) return false;
    return facts.some(
      (fact) =>
        fact.address === address &&
        this.#isEligible(fact, ipFamily(address)) &&
        addressProblem(fact) === undefined,
    );
  }

  #isEligible(fact: AddressFact, family: IpFamily): boolean {
    if (this.#virtual.has(fact.address) || ipFamily(fact.address) !== family) return false;
    return family === 'ipv4' || isLinkLocal(fact.address);
  }
}
