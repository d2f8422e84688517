/**
 * What the supervisor has heard from its children, kept so that status and metrics are answered from
 * memory and a restarted child can be told what its predecessor knew.
 */

import type { BfdView } from '../../core/bfd/sessions.ts';
import type { VirtualServerView } from '../../core/health/events-and-actions.ts';
import { serverKey } from '../../core/health/server-key.ts';
import type { TakeoverView } from '../../core/heartbeat/view.ts';
import type { VipView } from '../../core/holdings/address-ledger.ts';
import type { Held } from '../../core/holdings/left-behind.ts';
import type { HeldLinks, LinkView } from '../../core/holdings/link-ledger.ts';
import type { ChangedSetting } from '../../core/holdings/parent-settings.ts';
import type { RoutingView } from '../../core/holdings/routing-ledger.ts';
import { NO_TRAFFIC } from '../../core/lvs/stats-codec.ts';
import type { Config } from '../../core/model/config.ts';
import type { TrackerFact } from '../../core/model/tracker-fact.ts';
import { TrackerFacts } from '../../core/model/tracker-facts.ts';
import type { VrrpInstanceView, VrrpView } from '../../core/vrrp/events-and-actions.ts';
import { type Renamed, renamedInstances } from '../../core/vrrp/reload.ts';
import {
  type FromHealth,
  type FromRunner,
  type FromVrrp,
  type IpvsProgrammed,
  type IpvsStatus,
  type IpvsTraffic,
  type KnownHealth,
  NONE_REFUSED,
} from '../frame/messages.ts';
import type { PreconditionState } from '../health/precondition-watch.ts';
import { type Holdings, NO_HOLDINGS } from './holdings-record.ts';
import { NO_HEALTH, type RuntimeFacts } from './runtime-record.ts';

const NO_ROUTER: VrrpView['router'] = {
  vridErrors: 0,
  checksumErrors: 0,
  versionErrors: 0,
  packetLengthErrors: 0,
  ipTtlErrors: 0,
  invalidTypePackets: 0,
};

const NO_IPVS: IpvsStatus = {
  available: false,
  reason: 'not asked yet',
  readAt: 0,
  services: 0,
  destinations: 0,
  operations: 0,
  refusals: 0,
  repairs: 0,
  refused: NONE_REFUSED,
  sync: { running: [], problem: '' },
};

/** What the kernel was set to, with the counters that were read last. */
function withSettings(
  serviceKey: string,
  before: IpvsTraffic | undefined,
  { scheduler, weights }: NonNullable<IpvsProgrammed['found']>,
): IpvsTraffic {
  const known = new Map(before?.destinations.map((one) => [one.key, one]));
  return {
    serviceKey,
    scheduler,
    stats: before?.stats ?? NO_TRAFFIC,
    destinations: weights.map(({ key, weight }) => ({
      ...(known.get(key) ?? { active: 0, inactive: 0, stats: NO_TRAFFIC }),
      key,
      weight,
    })),
  };
}

/** The children's last words. */
export class Knowledge {
  readonly vrrp: Map<string, VrrpInstanceView> = new Map();
  readonly virtualServers: Map<string, VirtualServerView> = new Map();
  readonly traffic: Map<string, IpvsTraffic> = new Map();
  groups: VrrpView['groups'] = [];
  vips: readonly VipView[] = [];
  routing: readonly RoutingView[] = [];
  links: readonly LinkView[] = [];
  #changedSettings: readonly ChangedSetting[] = [];
  bfd: BfdView | undefined;
  takeover: TakeoverView | undefined;
  /** Whether the vrrp process has a configuration in force; before that all else is what its predecessor said. */
  isVrrpInForce: boolean = false;
  router: VrrpView['router'] = NO_ROUTER;
  ipvs: IpvsStatus = NO_IPVS;
  /** Settings of the kernel that the configuration needs. */
  preconditions: readonly PreconditionState[] = [];
  /** Services in the kernel that are ours. */
  owned: readonly string[] = [];
  readonly #trackers = new TrackerFacts();
  #inherited: KnownHealth = NO_HEALTH;
  /** What is held, as a predecessor of this supervisor left it, until a vrrp process has said what it holds. */
  #left: Pick<Holdings, 'held' | 'links'> | undefined = NO_HOLDINGS;

  /** Takes in what the vrrp process says. */
  hearVrrp(message: FromVrrp): void {
    if (message.type === 'views') {
      this.isVrrpInForce = message.isInForce;
      if (!message.isInForce) return;
      this.#left = undefined;
      this.vrrp.clear();
      for (const view of message.instances) this.vrrp.set(view.name, view);
      this.groups = message.groups;
      this.vips = message.vips;
      this.routing = message.routing ?? this.routing;
      this.links = message.links ?? [];
      this.#changedSettings = message.changedSettings ?? [];
      this.bfd = message.bfd;
      this.takeover = message.takeover;
      this.router = message.router;
      return;
    }
    if (message.type !== 'facts') return;
    // A transition counts from the moment it is heard; the view that follows only confirms it.
    for (const { report: fact } of message.facts) {
      const view = fact.type === 'transition' ? this.vrrp.get(fact.instance) : undefined;
      if (fact.type === 'transition' && view !== undefined) {
        const { cause: _, ...rest } = view;
        const { to: state, reason, cause } = fact;
        this.vrrp.set(fact.instance, { ...rest, state, reason, ...(cause && { cause }) });
      }
    }
  }

  /** Takes in what the health process says. */
  hearHealth(message: FromHealth): void {
    if (message.type === 'views') {
      for (const view of message.virtualServers) this.virtualServers.set(view.key, view);
    } else if (message.type === 'traffic') {
      if (message.isComplete) this.traffic.clear();
      for (const traffic of message.traffic) this.traffic.set(traffic.serviceKey, traffic);
    } else if (message.type === 'programmed') {
      for (const { serviceKey, found } of message.services) {
        if (found === undefined) this.traffic.delete(serviceKey);
        else
          this.traffic.set(
            serviceKey,
            withSettings(serviceKey, this.traffic.get(serviceKey), found),
          );
      }
    } else if (message.type === 'ipvs') {
      this.ipvs = message.status;
      this.owned = message.owned ?? this.owned;
    }
  }

  /** Takes in what the runner process says. */
  hearRunner(message: FromRunner): void {
    if (message.type === 'trackers') this.#trackers.take(message.facts, message.isComplete);
  }

  /** What is known of scripts, processes and files. */
  get trackers(): readonly TrackerFact[] {
    return this.#trackers.all;
  }

  /**
   * A new configuration comes into force: what is known of a renamed instance goes with it, and virtual servers that
   * are gone are forgotten. The renamed instances are returned.
   */
  follow(before: Config, after: Config): readonly Renamed[] {
    const renamed = renamedInstances(before.vrrpInstances, after.vrrpInstances);
    const views = renamed.map(({ from, to }) => ({ to, view: this.vrrp.get(from) }));
    for (const { from } of renamed) this.vrrp.delete(from);
    for (const { to, view } of views) {
      if (view !== undefined) this.vrrp.set(to, { ...view, name: to });
    }
    const keys = new Set(after.virtualServers.map(({ key }) => key));
    for (const key of this.virtualServers.keys()) {
      if (!keys.has(key)) this.virtualServers.delete(key);
    }
    return renamed;
  }

  /** Instances that were MASTER when last heard of, and whose peers still wait when nothing was heard of us for `gapUs`. */
  mastersAfter(gapUs: number): string[] {
    return this.#masters()
      .filter(({ masterDownInterval }) => gapUs < masterDownInterval)
      .map(({ name }) => name);
  }

  /** Addresses, routes and rules that were to be held when last heard of. */
  get held(): readonly Held[] {
    if (this.#left !== undefined) return this.#left.held;
    const addresses = this.vips
      .filter(({ expected }) => expected)
      .map(({ instance, address, prefixLength, interface: device }) => ({
        instance,
        address,
        prefixLength,
        interface: device,
      }));
    const routing = this.routing
      .filter(({ expected }) => expected)
      .map(({ owner: instance, entry }) => ({ instance, entry }));
    return [...addresses, ...routing];
  }

  /** Interfaces that instances had made for themselves, and what was changed at others, when last heard of. */
  get heldLinks(): HeldLinks {
    if (this.#left !== undefined) return this.#left.links;
    const links = this.links.map(({ instance, link }) => ({ instance, link }));
    return { links, settings: this.#changedSettings };
  }

  /** How long the first peer of an instance that was MASTER waits until it takes over, microseconds; undefined without one. */
  peersWaitUs(): number | undefined {
    const waits = this.#masters().map(({ masterDownInterval }) => masterDownInterval);
    return waits.length === 0 ? undefined : Math.min(...waits);
  }

  #masters(): VrrpInstanceView[] {
    return [...this.vrrp.values()].filter((view) => view.state === 'MASTER');
  }

  /** True until a vrrp process has said what it holds: `held` and `heldLinks` are what a predecessor of this supervisor left. */
  get isFirst(): boolean {
    return this.#left !== undefined;
  }

  /** Believes what a predecessor left until the children say more. */
  inherit(facts: RuntimeFacts, holdings: Pick<Holdings, 'held' | 'links'>): void {
    this.owned = facts.owned;
    this.#inherited = facts.health;
    this.#left = holdings;
  }

  /** The verdicts of the checks as last heard. */
  health(): KnownHealth {
    if (this.virtualServers.size === 0) return this.#inherited;
    const servers = [...this.virtualServers.values()].flatMap(({ key, realServers }) =>
      realServers.map((real) => ({ key: serverKey(key, real.key), alive: real.alive })),
    );
    return {
      down: servers.filter((server) => !server.alive).map((server) => server.key),
      alive: servers.filter((server) => server.alive).map((server) => server.key),
      quorumUp: [...this.virtualServers.values()]
        .filter((server) => server.quorumUp)
        .map((server) => server.key),
      ...this.#shares(),
    };
  }

  /** What checks say about weights; most configurations have no such check. */
  #shares(): Pick<KnownHealth, 'shares'> {
    const shares = [...this.virtualServers.values()].flatMap(({ key, realServers }) =>
      realServers.flatMap((real) =>
        real.checks.flatMap(({ label: check, share }) =>
          share === undefined ? [] : { server: serverKey(key, real.key), check, share },
        ),
      ),
    );
    return shares.length === 0 ? {} : { shares };
  }
}
