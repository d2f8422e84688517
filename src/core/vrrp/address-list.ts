/**
 * The configured address list of an instance in the form in which it arrives, for comparison without decoding
 * (reference check 14, RFC 3768 section 7.1, RFC 9568 section 7.1). Order has no meaning.
 */
import { addressLength, type IpAddress, ipBytes, ipFromBytes } from '../base/address.ts';
import { toHex } from '../base/bytes.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { countOf, VRRP_HEADER_LENGTH } from '../wire/vrrp.ts';

/** How the list of an advertisement differs from ours. */
export type ListDifference =
  | {
      readonly kind: 'addresses';
      readonly onlyThere: readonly IpAddress[];
      readonly onlyHere: readonly IpAddress[];
    }
  /** The same addresses, one of them more than once. */
  | { readonly kind: 'listed-twice' }
  /** The same addresses; version 3, IPv6: the first is not link-local. */
  | { readonly kind: 'not-link-local' }
  /** The same addresses, as far as the message goes. */
  | { readonly kind: 'none' };

/** The list of one configuration. */
export class OwnList {
  /** An instance may deliberately hold no advertised address; then Count 0 is what its peers send too. */
  readonly isEmpty: boolean;
  readonly #addresses: readonly Uint8Array[];
  readonly #set: ReadonlySet<string>;
  readonly #size: number;

  constructor({ addresses, family }: VrrpInstanceConfig) {
    this.#addresses = addresses.map(({ address }) => ipBytes(address));
    this.#size = addressLength(family);
    this.#set = new Set(this.#addresses.map(toHex));
    this.isEmpty = addresses.length === 0;
  }

  /** True when a message of right length lists these addresses and no others. */
  matches(message: Uint8Array): boolean {
    if (countOf(message) !== this.#addresses.length) return false;
    if (this.#isInOrder(message)) return true;
    const listed = new Set(this.#listed(message).map(toHex));
    return listed.size === this.#set.size && [...listed].every((one) => this.#set.has(one));
  }

  /** The difference to the list of a message. One that ends within its list is read as far as it goes. */
  differenceTo(message: Uint8Array): ListDifference {
    const listed = this.#listed(message);
    const theirs = new Set(listed.map(toHex));
    const extra = listed.filter((one) => !this.#set.has(toHex(one)));
    const missing = this.#addresses.filter((one) => !theirs.has(toHex(one)));
    if (extra.length + missing.length > 0) {
      return { kind: 'addresses', onlyThere: asAddresses(extra), onlyHere: asAddresses(missing) };
    }
    return { kind: theirs.size < listed.length ? 'listed-twice' : 'none' };
  }

  #listed(message: Uint8Array): readonly Uint8Array[] {
    const size = this.#size;
    const room = Math.floor((message.length - VRRP_HEADER_LENGTH) / size);
    const count = Math.max(0, Math.min(countOf(message), room));
    return Array.from({ length: count }, (_, i) => {
      const at = VRRP_HEADER_LENGTH + i * size;
      return message.subarray(at, at + size);
    });
  }

  #isInOrder(message: Uint8Array): boolean {
    let at = VRRP_HEADER_LENGTH;
    for (const address of this.#addresses) {
      for (let i = 0; i < address.length; i++) if (message[at + i] !== address[i]) return false;
      at += address.length;
    }
    return true;
  }
}

function asAddresses(list: readonly Uint8Array[]): readonly IpAddress[] {
  return list.flatMap((bytes) => ipFromBytes(bytes) ?? []);
}
