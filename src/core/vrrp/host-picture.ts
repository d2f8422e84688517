/** What the router knows of its host: the last dump, read with the present configuration, and what is tracked. */
import type { IpAddress } from '../base/address.ts';
import type { Instant } from '../base/time.ts';
import type { VrrpInstanceConfig } from '../model/config.ts';
import type { AnnounceGroupConfig } from '../model/links.ts';
import type { StaticsConfig } from '../model/statics.ts';
import { TrackerFacts } from '../model/tracker-facts.ts';
import { allAddresses } from './address-keeper.ts';
import type { AnnounceGroups } from './announce-queue.ts';
import type { VrrpEvent } from './events-and-actions.ts';
import { LinkDelays } from './link-delays.ts';
import { type StaticNeeds, staticNeeds } from './needed-interfaces.ts';
import { NetworkPicture } from './network-picture.ts';
import { withPolledLinks } from './polled-links.ts';
import { SeenInterfaces } from './seen-interfaces.ts';

/** A dump of the host. */
export type NetworkEvent = Extract<VrrpEvent, { readonly type: 'network' }>;

/** The host as all instances of one process see it. */
export class HostPicture {
  readonly trackers: TrackerFacts = new TrackerFacts();
  readonly delays: LinkDelays = new LinkDelays();
  readonly #seen = new SeenInterfaces();
  #last: NetworkEvent | undefined;
  #picture: NetworkPicture | undefined;
  #staticNeeds: StaticNeeds = new Map();

  /** The picture to decide by; undefined before the first dump. */
  get picture(): NetworkPicture | undefined {
    return this.#picture;
  }

  /** The static entries of the configuration: those with a track group count for its instances. */
  configure(statics: StaticsConfig | undefined): void {
    this.#staticNeeds = staticNeeds(statics);
  }

  /** Takes a dump in. */
  take(
    event: NetworkEvent,
    instances: Iterable<{ readonly config: VrrpInstanceConfig }>,
    now: Instant,
  ): void {
    this.#last = event;
    this.rebuild(instances, now);
  }

  /** Reads the last dump again, for these instances and as it counts now: their virtual addresses are no address of this host. */
  rebuild(instances: Iterable<{ readonly config: VrrpInstanceConfig }>, now: Instant): void {
    if (this.#last === undefined) return;
    const all = [...instances];
    const virtual = new Set<IpAddress>();
    for (const { config } of all) {
      for (const { address } of allAddresses(config)) virtual.add(address);
    }
    const { addresses, polled } = this.#last;
    const linked = withPolledLinks(this.#last.interfaces, polled ?? []);
    const interfaces = this.delays.apply(linked, now);
    const seen = this.#seen.with(all, interfaces);
    const { trackers } = this;
    const more = { ...this.#last, seen, trackers, staticNeeds: this.#staticNeeds };
    this.#picture = new NetworkPicture(interfaces, addresses, virtual, more);
  }

  /** The group of each interface of these groups that is there. */
  announceGroups(groups: readonly AnnounceGroupConfig[]): AnnounceGroups {
    const out = new Map<number, (typeof groups)[number] & { readonly id: number }>();
    for (const [id, group] of groups.entries()) {
      for (const name of group.interfaces) {
        const ifindex = this.#picture?.interface(name)?.ifindex;
        if (ifindex !== undefined) out.set(ifindex, { ...group, id });
      }
    }
    return out;
  }

  /** The name of an interface, for people. */
  interfaceName(ifindex: number): string {
    const device = this.#last?.interfaces.find((one) => one.ifindex === ifindex);
    return device?.name ?? `interface ${ifindex}`;
  }
}
