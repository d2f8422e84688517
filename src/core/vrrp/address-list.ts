/**
 * The configured address list of an instance in the form in which it arrives, for comparison without decoding
 * (reference check 14, RFC 3768 section 7.1, RFC 9568 section 7.1). Order has no meaning.
 */
import { ipBytes, ipFromBytes } from '../base/address.ts';
import { toHex } from '../base/bytes.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import { countOf, VRRP_HEADER_LENGTH } from '../wire/vrrp.ts';

/** Most addresses a line names for one side; the rest is a number. */
const NAMED_MAX = 4;

/** The list of one configuration. */
export class OwnList {
  /** An instance may deliberately hold no advertised address; then Count 0 is what its peers send too. */
  readonly isEmpty: boolean;
  readonly #addresses: readonly Uint8Array[];
  readonly #set: ReadonlySet<string>;
  readonly #size: number;

  constructor({ addresses, family }: VrrpInstanceConfig) {
    this.#addresses = addresses.map(({ address }) => ipBytes(address));
    this.#size = family === 'ipv4' ? 4 : 16;
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

  /**
   * The difference to the list of a message, for a log line: "only there: 192.0.2.9; only here: 192.0.2.7".
   * A message that ends within its list is read as far as it goes.
   */
  describeDifference(message: Uint8Array): string {
    const listed = this.#listed(message);
    const theirs = new Set(listed.map(toHex));
    const extra = listed.filter((one) => !this.#set.has(toHex(one)));
    const missing = this.#addresses.filter((one) => !theirs.has(toHex(one)));
    const parts = [
      ...(extra.length > 0 ? [`only there: ${names(extra)}`] : []),
      ...(missing.length > 0 ? [`only here: ${names(missing)}`] : []),
    ];
    if (parts.length > 0) return parts.join('; ');
    return theirs.size < listed.length ? 'an address is listed twice there' : 'same addresses';
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

function names(addresses: readonly Uint8Array[]): string {
  const named = addresses.slice(0, NAMED_MAX).map((bytes) => ipFromBytes(bytes) ?? '?');
  const more = addresses.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
