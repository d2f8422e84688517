/**
 * What another process says and removes in the place of a vrrp process that died or hangs: it never took part, so there is no machine
 * to stop. Pure.
 */
import type { IpAddress } from '../base/address.ts';
import { instant, microseconds } from '../base/time.ts';
import type { KeyedDigests } from '../wire/keyed-digests.ts';
import { RESIGN_PRIORITY } from '../wire/protocol.ts';
import { allAddresses, orderOf } from './address-keeper.ts';
import { Advertiser } from './advertiser.ts';
import type {
  AddressFact,
  InterfaceFact,
  RouteFact,
  VrrpAction,
  VrrpConfig,
} from './events-and-actions.ts';
import { NetworkPicture } from './network-picture.ts';
import { PeerChecksums } from './peer-checksums.ts';
import { instanceFacts } from './tracking.ts';
import { WallClock } from './wall-clock.ts';

/** What is known of the host and of the process that is gone. */
export interface FarewellFacts {
  readonly interfaces: readonly InterfaceFact[];
  readonly addresses: readonly AddressFact[];
  readonly routes?: readonly RouteFact[];
  /**
   * Instances that were MASTER until a moment ago, so that no peer has taken over. Only they say farewell: after a take-over
   * an advertisement with priority 0 would start an election against the new Master (RFC 9568 section 6.4.2).
   */
  readonly masters: ReadonlySet<string>;
}

/**
 * The orders that put all instances away: an advertisement with priority 0 for each that was MASTER, then the addresses of all. The sequence
 * numbers of the authentication header are unknown here and begin with the wall clock, beyond those that a receiver has heard.
 */
export function farewells(
  config: VrrpConfig,
  facts: FarewellFacts,
  means: { readonly digests: KeyedDigests; readonly unixMicroseconds: number },
): readonly VrrpAction[] {
  const virtual = new Set<IpAddress>(
    config.instances.flatMap((instance) => allAddresses(instance).map(({ address }) => address)),
  );
  const network = new NetworkPicture(facts.interfaces, facts.addresses, virtual, facts);
  const out: VrrpAction[] = [];
  const clock = new WallClock();
  clock.set(microseconds(means.unixMicroseconds));
  for (const instance of config.instances) {
    if (!facts.masters.has(instance.name)) continue;
    const { ifindex, primaryAddress: source } = instanceFacts(instance, network, undefined);
    if (ifindex === 0 || source === undefined) continue;
    const parts = {
      digests: means.digests,
      clock,
      checksums: new PeerChecksums(instance),
      sequence: { received: 0, sent: 0 },
    };
    new Advertiser(instance, parts).advertise(
      RESIGN_PRIORITY,
      { ifindex, source },
      instant(0),
      out,
    );
  }
  for (const instance of config.instances) {
    out.push(orderOf(instance, false));
  }
  return out;
}
