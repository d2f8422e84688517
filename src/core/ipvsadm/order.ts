/**
 * The order of ipvsadm's lists. It subtracts 32-bit numbers and looks at the sign of what remains in 32 bits, so that values more than 2^31
 * apart stand the wrong way round (192.0.2.1 before 10.0.0.1), and three of them may form a circle. The result then depends on the way of
 * sorting: it is the merge sort of glibc's qsort(3) on what the kernel lists, which is why the sort is written out here.
 */
import { type IpAddress, ipBytes } from '../base/address.ts';
import type { IpvsDestination, IpvsService } from '../lvs/ipvs-table.ts';
import type { ServiceIdentity } from '../model/config.ts';

/** Below 0 when the first stands before the second. */
type Order<Item> = (a: Item, b: Item) => number;

/** Services by mark, family, protocol, address, port. */
export function sortServices<Item extends { readonly service: IpvsService }>(
  items: readonly Item[],
): Item[] {
  const keyed = items.map((item) => ({ item, key: serviceNumbers(item.service.identity) }));
  return mergeSort(keyed, (a, b) => compareNumbers(a.key, b.key)).map(({ item }) => item);
}

/** Destinations by address and port. */
export function sortDestinations<Item extends IpvsDestination>(items: readonly Item[]): Item[] {
  const keyed = items.map((item) => ({ item, words: addressWords(item.address) }));
  return mergeSort(keyed, compareDestinations).map(({ item }) => item);
}

interface KeyedDestination {
  readonly item: IpvsDestination;
  readonly words: readonly number[];
}

/** Of two families the first four bytes count, but where the left one is of IPv6. */
function compareDestinations(a: KeyedDestination, b: KeyedDestination): number {
  const length = a.item.family === 'ipv6' ? 4 : 1;
  const byAddress = compareNumbers(a.words.slice(0, length), b.words);
  return byAddress === 0 ? a.item.port - b.item.port : byAddress;
}

const PROTOCOL_NUMBER = { TCP: 6, UDP: 17, SCTP: 132 } as const;

function serviceNumbers(identity: ServiceIdentity): readonly number[] {
  const family = identity.family === 'ipv4' ? 2 : 10;
  if (identity.kind === 'fwmark') return [identity.mark, family];
  const { protocol, address, port } = identity;
  const words = addressWords(address).slice(0, family === 2 ? 1 : 4);
  return [0, family, PROTOCOL_NUMBER[protocol], ...words, port];
}

/** Four 32-bit numbers; the last three of an IPv4 address are 0. */
function addressWords(address: IpAddress): number[] {
  const bytes = new Uint8Array(16);
  bytes.set(ipBytes(address));
  const view = new DataView(bytes.buffer);
  return [0, 4, 8, 12].map((offset) => view.getUint32(offset));
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = (value - (b[index] ?? 0)) | 0;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Halves (the second is the longer one), each sorted, then merged; of equal items the first half's comes first. */
function mergeSort<Item>(items: readonly Item[], order: Order<Item>): Item[] {
  if (items.length <= 1) return [...items];
  const middle = items.length >> 1;
  const left = mergeSort(items.slice(0, middle), order);
  const right = mergeSort(items.slice(middle), order);
  const out: Item[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const a = left[i];
    const b = right[j];
    if (a === undefined || b === undefined) return [...out, ...left.slice(i), ...right.slice(j)];
    if (order(a, b) <= 0) {
      out.push(a);
      i++;
    } else {
      out.push(b);
      j++;
    }
  }
}
