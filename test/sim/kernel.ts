/** What outlives the processes of a simulated host: its kernel with interfaces and addresses, and who else changes them. */
import type { IpAddress } from '../../src/core/base/address.ts';
import type { AddressFact, InterfaceFact } from '../../src/core/base/host.ts';
import {
  type AddressOperation,
  VIRTUAL_ADDRESS_PROTOCOL,
} from '../../src/core/holdings/address-plan.ts';
import type { RoutingForm } from '../../src/core/holdings/routing-form.ts';
import type { HoldingOperation } from '../../src/daemon/vrrp/holdings-reconciler.ts';
import { mac } from '../support/builders/addresses.ts';
import { fact } from '../support/builders/host.ts';
import { SimRoutes } from './routes.ts';
import type { Segment } from './segment.ts';

/** An interface that is made again gets an index this much higher. */
const INDEX_STEP = 16;

/** A network interface of a host. */
export interface SimInterface {
  readonly name: string;
  readonly segment: Segment;
  /** Real addresses: one IPv4, one IPv6 link-local. */
  readonly addresses: readonly string[];
  ifindex: number;
  /** It has a carrier. */
  up: boolean;
  /** It exists. */
  isThere: boolean;
}

/** Errnos with which it refuses for a while; undefined: it does not. */
export interface Refusals {
  address: string | undefined;
  advertisement: string | undefined;
  announcement: string | undefined;
  routing: string | undefined;
}

/** One kernel. */
export class SimKernel {
  readonly host: string;
  readonly interfaces: readonly SimInterface[];
  readonly refuses: Refusals = {
    address: undefined,
    advertisement: undefined,
    announcement: undefined,
    routing: undefined,
  };
  readonly routes = new SimRoutes({
    isDevice: (ifindex) => this.byIndex(ifindex) !== undefined,
    isLocal: (address) => this.interfaces.some((one) => this.owns(one, address)),
  });
  /** Told when something changes that the process has not ordered. */
  onChange: () => void = () => undefined;
  #forms: readonly AddressFact[] = [];
  #held: ReadonlySet<string> | undefined;

  constructor(host: string, interfaces: readonly SimInterface[]) {
    this.host = host;
    this.interfaces = interfaces;
  }

  /** Addresses beyond the real ones: `interface address`. */
  get held(): ReadonlySet<string> {
    this.#held ??= new Set(
      this.#forms.map(({ ifindex, address }) => `${this.byIndex(ifindex)?.name} ${address}`),
    );
    return this.#held;
  }

  /** The interface of that index, if there is one now. */
  byIndex(ifindex: number): SimInterface | undefined {
    return this.interfaces.find((one) => one.isThere && one.ifindex === ifindex);
  }

  /** The interface of that name, also while it does not exist. */
  byName(name: string): SimInterface | undefined {
    return this.interfaces.find((one) => one.name === name);
  }

  /** True when a unicast packet for that address, coming in by the interface, is for this host. */
  owns(one: SimInterface, address: IpAddress): boolean {
    if (!one.isThere) return false;
    return one.addresses.includes(address) || this.held.has(`${one.name} ${address}`);
  }

  /** What rtnetlink tells. */
  dump(): {
    interfaces: readonly InterfaceFact[];
    addresses: readonly AddressFact[];
    routing: readonly RoutingForm[];
  } {
    const there = this.interfaces.filter(({ isThere }) => isThere);
    return {
      interfaces: there.map(({ name, ifindex, up }) => ({
        name,
        ifindex,
        up,
        mac: mac(
          `02:00:00:00:${ifindex.toString(16).padStart(2, '0')}:0${this.host.toLowerCase()}`,
        ),
        mtu: 1500,
        noArp: false,
      })),
      addresses: [
        ...there.flatMap(({ ifindex, addresses }) => addresses.map((one) => fact(one, ifindex))),
        ...this.#forms,
      ],
      routing: this.routes.forms,
    };
  }

  /** Carries operations out; an errno for each, undefined for success. */
  apply(operations: readonly HoldingOperation[]): readonly (string | undefined)[] {
    return operations.map((one) =>
      one.of === 'address'
        ? this.#apply(one.operation)
        : this.routes.apply(one.operation, this.refuses.routing),
    );
  }

  /** Pulls or plugs a cable; true when that changed something. */
  plug(name: string, up: boolean): boolean {
    const found = this.byName(name);
    if (found === undefined || found.up === up) return false;
    found.up = up;
    this.onChange();
    return true;
  }

  /** Takes an interface away, with its addresses, or makes it again with another index; true when that changed something. */
  exist(name: string, isThere: boolean): boolean {
    const found = this.byName(name);
    if (found === undefined || found.isThere === isThere) return false;
    found.isThere = isThere;
    if (isThere) found.ifindex += INDEX_STEP;
    else this.#set(this.#forms.filter(({ ifindex }) => ifindex !== found.ifindex));
    this.onChange();
    return true;
  }

  /** Somebody else removes an address; false when it is not there. */
  steal(address: IpAddress): boolean {
    const left = this.#forms.filter((form) => form.address !== address);
    if (left.length === this.#forms.length) return false;
    this.#set(left);
    this.onChange();
    return true;
  }

  /** Somebody else removes a route or rule; undefined when there is none. */
  stealRoute(number: number): string | undefined {
    const stolen = this.routes.steal(number);
    if (stolen !== undefined) this.onChange();
    return stolen;
  }

  /** Forgets everything: the power was off. */
  reset(): void {
    this.routes.reset();
    this.#set([]);
  }

  #apply({ type, ifindex, address: wanted }: AddressOperation): string | undefined {
    if (this.byIndex(ifindex) === undefined) return 'ENODEV';
    const { address, prefixLength, scope } = wanted;
    const isSame = (form: AddressFact): boolean =>
      form.ifindex === ifindex && form.address === address && form.prefixLength === prefixLength;
    const isThere = this.#forms.some(isSame);
    if (type === 'remove') {
      if (!isThere) return 'EADDRNOTAVAIL';
      this.#set(this.#forms.filter((form) => !isSame(form)));
      return undefined;
    }
    if (isThere) return 'EEXIST';
    if (this.refuses.address !== undefined) return this.refuses.address;
    const form = { ifindex, address, prefixLength, scope, flags: 0x80 };
    this.#set([...this.#forms, { ...form, protocol: VIRTUAL_ADDRESS_PROTOCOL }]);
    return undefined;
  }

  #set(forms: readonly AddressFact[]): void {
    this.#forms = forms;
    this.#held = undefined;
    this.routes.settle();
  }
}
