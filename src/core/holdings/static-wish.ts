/** What the static part of a configuration wants: it is there while the program runs, whatever VRRP does. */
import type { StaticsConfig } from '../model/statics.ts';
import { STATIC_OWNER } from '../model/statics.ts';
import { staticEntriesOf } from './routing-wishes.ts';
import type { HoldingWish } from './wish.ts';

/** The wish of all static entries, to be present or absent. */
export function staticWish(statics: StaticsConfig | undefined, present: boolean): HoldingWish {
  const routing = staticEntriesOf(statics);
  const addresses = statics?.addresses ?? [];
  return { instance: STATIC_OWNER, present, addresses, routing };
}
