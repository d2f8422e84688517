/** The purpose of rules that drop packets to addresses that accept none. */

import { placesFor, writerFor } from './places.ts';
import type { RuleSubject } from './subject.ts';
import {
  addressesOfWish,
  bothWishes,
  type FirewallWish,
  firewallWish,
  writableWish,
} from './wish.ts';

/** Addresses that accept no packets. */
export const CLOSED_ADDRESSES: RuleSubject<FirewallWish> = {
  purpose: 'closed',
  wishOf: firewallWish,
  both: bothWishes,
  writable: writableWish,
  devices: ({ linkLocal, settings }) =>
    settings.matchesIndex === true ? linkLocal.map((place) => place.interface) : [],
  places: ({ settings }) => placesFor(settings),
  writer: (place, wish) => writerFor(place, wish?.settings ?? {}),
  wanted: addressesOfWish,
  // All that is dropped, an address that was not asked for too.
  held: (_wish, items) => items,
};
