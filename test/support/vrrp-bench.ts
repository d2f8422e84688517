/**
 * A bench for VRRP tests: one real router on a virtual clock, packets of other routers, and a readable record of
 * what it orders. Unit tests, the conformance runner and the simulation use it.
 */

import { type IpAddress, ipFromBytes } from '../../src/core/base/address.ts';
import { after, type Duration, type Instant, instant, seconds } from '../../src/core/base/time.ts';
import type { VrrpInstanceConfig } from '../../src/core/model/config.ts';
import type {
  AnnounceResult,
  VrrpAction,
  VrrpConfig,
  VrrpCounters,
  VrrpEvent,
  VrrpInstanceView,
  VrrpState,
} from '../../src/core/vrrp/events-and-actions.ts';
import { VrrpRouter } from '../../src/core/vrrp/router.ts';
import type { SendResult } from '../../src/core/vrrp/send-watch.ts';
import { vrrpGroup } from '../../src/core/wire/protocol.ts';
import { decodeAdvertisement } from '../../src/core/wire/vrrp.ts';
import { AH_LENGTH } from '../../src/core/wire/vrrp-ah.ts';
import { AdvertisementSender } from '../../src/daemon/vrrp/advertisement-sender.ts';
import { ip } from './builders/addresses.ts';
import { HOST, type Host } from './builders/host.ts';
import { configuration } from './builders/instance.ts';
import { DIGESTS, encodePeer, type PeerPacket } from './builders/packet.ts';
import { noticeName } from './facts.ts';

/** One action with its time. */
export interface Recorded {
  readonly at: Instant;
  readonly action: VrrpAction;
}

/** What a driver tells of the advertisements among some actions. */
export function sendResults(
  actions: readonly VrrpAction[],
  refuse: (destination: IpAddress) => string | undefined = () => undefined,
): readonly SendResult[] {
  const sender = new AdvertisementSender(({ destination }) => refuse(destination));
  for (const action of actions) if (action.type === 'sendAdvertisement') sender.send(action);
  return sender.results();
}

/** One router on a virtual clock. */
export class Bench {
  readonly router: VrrpRouter = new VrrpRouter(DIGESTS);
  readonly record: Recorded[] = [];
  now: Instant = instant(0);
  /** Why the kernel does not take a frame; undefined when it does. */
  refuse: (action: Extract<VrrpAction, { readonly type: 'announce' }>) => string | undefined = () =>
    undefined;
  /** Errno with which the kernel refuses advertisements to a destination; undefined: they leave. */
  refuseSending: (destination: IpAddress) => string | undefined = () => undefined;
  #config: VrrpConfig;

  constructor(
    config: VrrpConfig | VrrpInstanceConfig,
    options: {
      readonly host?: Host;
      readonly adopt?: readonly string[];
      readonly uptime?: Duration;
    } = {},
  ) {
    this.#config = 'instances' in config ? config : configuration([config]);
    const { adopt = [], uptime } = options;
    this.send({
      type: 'configure',
      config: this.#config,
      adopt,
      ...(uptime !== undefined && { uptime }),
    });
    this.send({ type: 'network', ...(options.host ?? HOST) });
  }

  /** Hands an event in, now. */
  send(event: VrrpEvent): this {
    const results: AnnounceResult[] = [];
    const actions = this.router.handle(this.now, event);
    for (const action of actions) {
      this.record.push({ at: this.now, action });
      if (action.type !== 'announce') continue;
      const errno = this.refuse(action);
      results.push({ action, ...(errno !== undefined && { errno }) });
    }
    for (const result of sendResults(actions, this.refuseSending)) this.send(result);
    return results.length === 0 ? this : this.send({ type: 'announced', results });
  }

  /** Runs the clock to `at` seconds, delivering deadlines exactly on time. */
  run(at: number): this {
    const end = instant(Math.round(at * 1e6));
    for (;;) {
      const deadline = this.router.deadline;
      if (deadline === undefined || deadline > end) break;
      this.now = deadline;
      this.send({ type: 'deadline' });
    }
    this.now = end;
    return this;
  }

  /** Lets time pass without delivering anything: the process is stopped. */
  stall(at: number): this {
    this.now = instant(Math.round(at * 1e6));
    return this;
  }

  /** Takes a new configuration. */
  reload(config: VrrpConfig | VrrpInstanceConfig): this {
    this.#config = 'instances' in config ? config : configuration([config]);
    return this.send({ type: 'configure', config: this.#config, adopt: [] });
  }

  /** A new picture of the host. */
  network(host: Host): this {
    return this.send({ type: 'network', ...host });
  }

  /** An advertisement of another router for an instance, the first by default. */
  packet(packet: PeerPacket = {}, name?: string): this {
    return this.send(this.packetEvent(packet, name));
  }

  /** The event of such an advertisement. */
  packetEvent(packet: PeerPacket, name?: string): Extract<VrrpEvent, { readonly type: 'packet' }> {
    const config = this.#config.instances.find((one) => name === undefined || one.name === name);
    if (config === undefined) throw new Error(`no instance ${name}`);
    const { family } = config;
    const source = ip(packet.source ?? (family === 'ipv4' ? '192.0.2.2' : 'fe80::ff:fe00:b'));
    const destination = ip(packet.destination ?? vrrpGroup(family));
    const message = encodePeer(packet, config, family, source, destination);
    return {
      type: 'packet',
      family,
      ifindex: packet.ifindex ?? this.view(config.name).ifindex,
      source,
      destination,
      ttl: packet.ttl ?? 255,
      receivedAt: instant(this.now - (packet.waited ?? 0)),
      message: packet.mutate === undefined ? message : packet.mutate(message),
    };
  }

  /** The view of an instance, the first by default. */
  view(name?: string): VrrpInstanceView {
    const { instances } = this.router.view();
    const found = instances.find((one) => name === undefined || one.name === name);
    if (found === undefined) throw new Error(`no instance ${name}`);
    return found;
  }

  /** The state of an instance, the first by default. */
  state(name?: string): VrrpState {
    return this.view(name).state;
  }

  /** The counters of an instance that are not zero. */
  counters(name?: string): Partial<VrrpCounters> {
    const entries = Object.entries(this.view(name).counters).filter(([, value]) => value !== 0);
    return Object.fromEntries(entries);
  }

  /** What was ordered since the last call, one readable line each; runs of equal lines are joined. */
  lines(): readonly string[] {
    const lines: { text: string; times: number }[] = [];
    for (const { at, action } of this.record.splice(0)) {
      const text = `${toText(at)} ${describeAction(action)}`;
      const last = lines.at(-1);
      if (last?.text === text) last.times += 1;
      else lines.push({ text, times: 1 });
    }
    return lines.map(({ text, times }) => (times === 1 ? text : `${text} x${times}`));
  }

  /** Forgets what was ordered so far. */
  forget(): this {
    this.record.length = 0;
    return this;
  }

  /** The actions of one type since the last `forget`. */
  actions<T extends VrrpAction['type']>(
    type: T,
  ): readonly (Extract<VrrpAction, { readonly type: T }> & { readonly at: Instant })[] {
    return this.record.flatMap(({ at, action }) =>
      action.type === type
        ? [{ ...(action as Extract<VrrpAction, { readonly type: T }>), at }]
        : [],
    );
  }
}

/** Seconds with as many digits as are needed, up to microseconds. */
export function toText(at: Instant): string {
  return (at / 1e6).toFixed(6).replace(/0{0,3}$/, '');
}

/** One action as a short text. */
export function describeAction(action: VrrpAction): string {
  switch (action.type) {
    case 'sendAdvertisement': {
      const offset = action.protocol === 51 ? AH_LENGTH : 0;
      const decoded = decodeAdvertisement(action.message.subarray(offset), action.family);
      const priority = decoded.ok ? decoded.value.priority : decoded.error.kind;
      const to = action.destination === vrrpGroup(action.family) ? '' : ` to ${action.destination}`;
      return `${action.instance} advert p${priority}${to}`;
    }
    case 'setAddresses': {
      const list = action.addresses.map(({ address }) => address).join(',');
      return `${action.instance} addresses ${action.present ? '+' : '-'}${list}`;
    }
    case 'announce':
      return `${action.instance} ${action.kind} ${action.address}`;
    case 'transition':
      return `${action.instance} ${action.from} -> ${action.to} (${action.reason})`;
    case 'priorityChanged':
      return `${action.instance} priority ${action.from} -> ${action.to}`;
    case 'conflict':
      return `${action.instance} conflict ${action.rival.name} ${action.phase}`;
    case 'groupTransition':
      return `group ${action.group} ${action.from} -> ${action.to}`;
    case 'notice':
      return `${action.instance ?? 'router'} notice ${noticeName(action)}`;
  }
}

/** The addresses an advertisement lists. */
export function listedAddresses(
  action: Extract<VrrpAction, { readonly type: 'sendAdvertisement' }>,
): readonly (IpAddress | undefined)[] {
  const decoded = decodeAdvertisement(action.message, action.family);
  return decoded.ok ? decoded.value.addresses.map((bytes) => ipFromBytes(bytes)) : [];
}

/** An instance that holds the bench's router in Backup at t = 0: a better one spoke just now. */
export function heldBackup(config: VrrpInstanceConfig, packet: PeerPacket = {}): Bench {
  return new Bench(config).packet(packet).forget();
}

/** An instance that has become Master; the clock stands at that moment. */
export function master(config: VrrpInstanceConfig): Bench {
  const bench = new Bench(config);
  const deadline = bench.router.deadline;
  if (deadline !== undefined) bench.run(deadline / 1e6);
  if (bench.state() !== 'MASTER') throw new Error('not Master');
  return bench.forget();
}

/** The time `span` after the bench's clock, in seconds. */
export function later(bench: Bench, span: number): number {
  return after(bench.now, seconds(span)) / 1e6;
}
