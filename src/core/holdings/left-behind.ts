/**
 * What a process held that is gone, and the configuration of its successor does not have any more: a reload dropped it
 * while no process ran. Nobody else would remove it. Pure.
 */
import type { IpAddress } from '../base/address.ts';
import type { VirtualAddressConfig } from '../model/address.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { AddressWish } from './address-plan.ts';

/** An address that an instance held when it was last heard of. */
export interface HeldAddress {
  readonly instance: string;
  readonly address: IpAddress;
  readonly prefixLength: number;
  readonly interface: string;
}

/** The wishes that put away what is in none of the instances; one for each that held such an address. */
export function leftBehind(
  held: readonly HeldAddress[],
  instances: readonly VrrpInstanceConfig[],
): readonly AddressWish[] {
  const configured = new Set(
    instances.flatMap(({ addresses, excludedAddresses }) =>
      [...addresses, ...excludedAddresses].map(placeOf),
    ),
  );
  const byInstance = new Map<string, VirtualAddressConfig[]>();
  for (const one of held) {
    if (configured.has(placeOf(one))) continue;
    const { instance, address, prefixLength, interface: device } = one;
    const list = byInstance.get(instance) ?? [];
    byInstance.set(instance, list);
    // The kernel tells the rest; what matters here is which address it is.
    list.push({ address, prefixLength, interface: device, scope: 0, noPrefixRoute: false });
  }
  return Array.from(byInstance, ([instance, addresses]) => ({
    instance,
    present: false,
    addresses,
  }));
}

function placeOf({
  address,
  interface: device,
}: Pick<HeldAddress, 'address' | 'interface'>): string {
  return `${address} ${device}`;
}
