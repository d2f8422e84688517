/**
 * What to do about one address of one interface: what the instances want of it against the forms in which the
 * kernel has it. Level-triggered, so that start, takeover, reload and repair after a foreign change are the
 * same computation. Pure.
 *
 * An address is the same address whatever its prefix length, peer, label, scope or broadcast: these are
 * attributes. IPv4 lets an interface have one address in several forms, of different prefix lengths (ip-address(8)).
 */
import { type IpAddress, ipFamily } from '../base/address.ts';
import { equalData } from '../base/equal-data.ts';
import type { AddressFact } from '../base/host.ts';
import type { VirtualAddressConfig } from '../model/address.ts';

/** What marks virtual addresses in IFA_PROTO: the number that iproute2 knows as `keepalived`. */
export const VIRTUAL_ADDRESS_PROTOCOL = 18;

/** IFA_F_HOMEADDRESS, IFA_F_MANAGETEMPADDR, IFA_F_NOPREFIXROUTE, IFA_F_MCAUTOJOIN (linux/if_addr.h). */
const HOME_ADDRESS = 0x10;
const MANAGE_TEMPORARY = 0x100;
const NO_PREFIX_ROUTE = 0x200;
const AUTO_JOIN = 0x400;

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

/** An address as an instance has it in its configuration. */
export interface AddressClaim {
  readonly instance: string;
  readonly address: VirtualAddressConfig;
}

/** All that counts for one address of one interface. */
export interface AddressSituation {
  readonly ifindex: number;
  /** Who is to hold it; undefined when nobody is. */
  readonly wanted: AddressClaim | undefined;
  /** The instance that removals are done for. */
  readonly owner: AddressClaim;
  /** As the kernel has it; several only with IPv4. */
  readonly forms: readonly AddressFact[];
  /** With what we have added it; undefined when it was there before. */
  readonly addedAs: VirtualAddressConfig | undefined;
  /** The host's own address, which an instance needs as its source: it stays as it is. */
  readonly isHostsOwn: boolean;
}

/** Identity of an address on an interface. */
export function addressKey(ifindex: number, address: IpAddress): string {
  return `${ifindex}|${address}`;
}

/**
 * The operations that make the kernel agree. A wrong form goes after the right one has come, so that the
 * address never leaves the interface, wherever the kernel can have both for a moment.
 */
export function planAddress(situation: AddressSituation): AddressOperation[] {
  const { wanted, forms, addedAs, isHostsOwn, ifindex, owner } = situation;
  if (isHostsOwn && forms.length > 0) return [];
  const remove = (form: AddressFact): AddressOperation => ({
    type: 'remove',
    instance: (wanted ?? owner).instance,
    ifindex,
    address: removable(form, owner.address.interface),
  });
  if (wanted === undefined) return forms.map(remove);
  const right = forms.find((form) => fitsForm(wanted.address, form, addedAs));
  if (right !== undefined) return forms.filter((form) => form !== right).map(remove);
  const isInTheWay = ({ address, prefixLength }: AddressFact): boolean =>
    ipFamily(address) === 'ipv6' || prefixLength === wanted.address.prefixLength;
  return [
    ...forms.filter(isInTheWay).map(remove),
    { type: 'add', ...wanted, ifindex },
    ...forms.filter((form) => !isInTheWay(form)).map(remove),
  ];
}

/**
 * True when the kernel's form is what is wanted. What we have added ourselves is taken as the kernel made it;
 * of what was there before, the attributes that the configuration gives are compared.
 */
export function fitsForm(
  wanted: VirtualAddressConfig,
  form: AddressFact,
  addedAs: VirtualAddressConfig | undefined,
): boolean {
  if (form.prefixLength !== wanted.prefixLength || form.peer !== wanted.peer) return false;
  if (addedAs !== undefined) return equalData(addedAs, wanted);
  const isMissing = (given: string | undefined, found: string | undefined): boolean =>
    given !== undefined && given !== found;
  if (flagsOf(wanted).some((flag) => (form.flags & flag) === 0)) return false;
  // IPv6 has neither label nor broadcast, and its scope follows from the address.
  if (ipFamily(form.address) === 'ipv6') return true;
  return (
    form.scope === wanted.scope &&
    !isMissing(wanted.label, form.label) &&
    !isMissing(wanted.broadcast, form.broadcast)
  );
}

/** Flags that the kernel keeps as they were asked for. */
function flagsOf(wanted: VirtualAddressConfig): readonly number[] {
  const isIpv6 = ipFamily(wanted.address) === 'ipv6';
  return [
    ...(wanted.noPrefixRoute ? [NO_PREFIX_ROUTE] : []),
    ...(wanted.joinsMulticast === true ? [AUTO_JOIN] : []),
    ...(isIpv6 && wanted.isHome === true ? [HOME_ADDRESS] : []),
    ...(isIpv6 && wanted.managesTemporary === true ? [MANAGE_TEMPORARY] : []),
  ];
}

/** The form that an added address is taken to have until a dump shows it. */
export function formOf({ ifindex, address }: AddressOperation): AddressFact {
  const { prefixLength, scope, peer } = address;
  const form = { ifindex, address: address.address, prefixLength, scope, flags: 0 };
  return peer === undefined ? form : { ...form, peer };
}

function removable(form: AddressFact, name: string): VirtualAddressConfig {
  const { address, prefixLength, scope, peer } = form;
  const request = { address, prefixLength, scope, interface: name, noPrefixRoute: false };
  return peer === undefined ? request : { ...request, peer };
}
