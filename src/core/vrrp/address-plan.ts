/**
 * Which virtual addresses to add and which to remove: desired state of all instances against what the
 * kernel shows. Level-triggered, so that start, takeover, reload and repair after a foreign change are
 * the same computation. Pure.
 */
import type { IpAddress } from '../base/address.ts';
import type { VirtualAddressConfig } from '../config/model.ts';

/** What one instance wants of its addresses. */
export interface AddressWish {
  readonly instance: string;
  readonly present: boolean;
  readonly addresses: readonly VirtualAddressConfig[];
}

/** One change to the kernel's addresses. */
export interface AddressOperation {
  readonly type: 'add' | 'remove';
  readonly instance: string;
  readonly ifindex: number;
  readonly address: VirtualAddressConfig;
}

/** Identity of an address on an interface. */
export function addressKey(ifindex: number, address: IpAddress, prefixLength: number): string {
  return `${ifindex}|${address}/${prefixLength}`;
}

/** What to plan. */
export interface AddressPlanInput {
  readonly wishes: Iterable<AddressWish>;
  /** Whether the kernel has the address of an `addressKey`. */
  readonly isPresent: (key: string) => boolean;
  /** Addresses that we configured before and that no wish names any more. */
  readonly managed: Iterable<Omit<AddressOperation, 'type'>>;
  /** Index of an interface by name; undefined when there is none now. */
  readonly ifindexOf: (name: string) => number | undefined;
  /** Whether an instance that is not among the wishes wants the address of an `addressKey`. */
  readonly isWantedByOthers: (key: string) => boolean;
}

/**
 * The operations that make the kernel agree with the wishes. An address that one instance wants stays,
 * whatever the others say. Only addresses that are, or (`managed`) were, ours are ever removed. Costs
 * time in proportion to the wishes given, so that the change of one instance is cheap among thousands.
 */
export function planAddresses(input: AddressPlanInput): AddressOperation[] {
  const wanted = new Map<string, AddressOperation>();
  const unwanted = new Map<string, AddressOperation>();
  for (const wish of input.wishes) {
    for (const address of wish.addresses) {
      const ifindex = input.ifindexOf(address.interface);
      if (ifindex === undefined) continue;
      const key = addressKey(ifindex, address.address, address.prefixLength);
      const operation = { instance: wish.instance, ifindex, address };
      if (wish.present) wanted.set(key, { type: 'add', ...operation });
      else unwanted.set(key, { type: 'remove', ...operation });
    }
  }
  for (const entry of input.managed) {
    const key = addressKey(entry.ifindex, entry.address.address, entry.address.prefixLength);
    if (!unwanted.has(key)) unwanted.set(key, { type: 'remove', ...entry });
  }
  const operations: AddressOperation[] = [];
  for (const [key, operation] of unwanted) {
    if (!input.isPresent(key) || wanted.has(key) || input.isWantedByOthers(key)) continue;
    operations.push(operation);
  }
  for (const [key, operation] of wanted) if (!input.isPresent(key)) operations.push(operation);
  return operations;
}
