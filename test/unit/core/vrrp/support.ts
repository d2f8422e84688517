/**
 * Builders and a bench for VRRP tests: one real router on a virtual clock, packets of other routers, and a
 * readable record of what it orders. Also used by the conformance runner and the simulation.
 */
import { createHmac } from 'node:crypto';
import {
  type IpAddress,
  type IpFamily,
  ipBytes,
  ipFamily,
  ipFromBytes,
  type MacAddress,
  parseIp,
  parseMac,
} from '../../../../src/core/base/address.ts';
import {
  after,
  type Duration,
  type Instant,
  instant,
  seconds,
  ZERO_DURATION,
} from '../../../../src/core/base/time.ts';
import type {
  AnnounceConfig,
  VirtualAddressConfig,
  VrrpInstanceConfig,
} from '../../../../src/core/model/config.ts';
import { VrrpRouter } from '../../../../src/core/vrrp/router.ts';
import type { SendResult } from '../../../../src/core/vrrp/send-watch.ts';
import type {
  AddressFact,
  AnnounceResult,
  InterfaceFact,
  VrrpAction,
  VrrpConfig,
  VrrpCounters,
  VrrpEvent,
  VrrpInstanceView,
  VrrpState,
} from '../../../../src/core/vrrp/types.ts';
import { vrrpGroup } from '../../../../src/core/wire/protocol.ts';
import {
  type Advertisement,
  type ChecksumStyle,
  decodeAdvertisement,
  encodeAdvertisement,
} from '../../../../src/core/wire/vrrp.ts';
import { AH_LENGTH, type HmacMd5 } from '../../../../src/core/wire/vrrp-ah.ts';
import { AdvertisementSender } from '../../../../src/daemon/vrrp/advertisement-sender.ts';

/** A canonical address; throws on nonsense. */
export function ip(text: string): IpAddress {
  const parsed = parseIp(text);
  if (parsed === undefined) throw new Error(`not an address: ${text}`);
  return parsed;
}

/** A hardware address; throws on nonsense. */
export function mac(text: string): MacAddress {
  const parsed = parseMac(text);
  if (parsed === undefined) throw new Error(`not a hardware address: ${text}`);
  return parsed;
}

/** The digest that core lacks. */
export const hmacMd5: HmacMd5 = (key, data) => createHmac('md5', key).update(data).digest();

/** A virtual address on eth0, or on another interface. */
export function vip(text: string, device: string = 'eth0'): VirtualAddressConfig {
  const address = ip(text);
  return {
    address,
    prefixLength: ipFamily(address) === 'ipv4' ? 32 : 128,
    interface: device,
    scope: 0,
    noPrefixRoute: false,
  };
}

/** A unicast peer without limits of TTL. */
export function peer(text: string): VrrpInstanceConfig['unicastPeers'][number] {
  return { address: ip(text), minTtl: 0, maxTtl: 255 };
}

/** Announcements: one per address and no more, unless told otherwise. */
export function announce(changes: Partial<AnnounceConfig> = {}): AnnounceConfig {
  return {
    repeat: 1,
    delay: ZERO_DURATION,
    refresh: ZERO_DURATION,
    refreshRepeat: 1,
    lowerPriorityRepeat: 1,
    lowerPriorityDelay: ZERO_DURATION,
    arpGap: ZERO_DURATION,
    naGap: ZERO_DURATION,
    ...changes,
  };
}

/** The instance of the reference's checklist: VRID 51, priority 100, 1 s, 192.0.2.100, version 2. */
export function instance(changes: Partial<VrrpInstanceConfig> = {}): VrrpInstanceConfig {
  return {
    name: 'VI',
    initialState: 'BACKUP',
    interface: 'eth0',
    vrid: 51,
    priority: 100,
    version: 2,
    family: 'ipv4',
    advertInterval: seconds(1),
    addresses: [vip('192.0.2.100')],
    excludedAddresses: [],
    preempt: true,
    preemptDelay: ZERO_DURATION,
    downTimerAdverts: 3,
    unicastPeers: [],
    checkUnicastSource: false,
    checksumWithoutPseudoHeader: false,
    answerLowerPriority: true,
    answerHigherPriority: false,
    strict: false,
    announce: announce(),
    trackInterfaces: [],
    ignoreOwnInterface: false,
    ...changes,
  };
}

/** The same for IPv6. */
export function instance6(changes: Partial<VrrpInstanceConfig> = {}): VrrpInstanceConfig {
  return instance({
    version: 3,
    family: 'ipv6',
    vrid: 61,
    addresses: [vip('fe80::100'), vip('2001:db8:1::100')],
    ...changes,
  });
}

/** A configuration of the whole process. */
export function configuration(
  instances: readonly VrrpInstanceConfig[],
  changes: Partial<VrrpConfig> = {},
): VrrpConfig {
  return { instances, syncGroups: [], startupDelay: ZERO_DURATION, ...changes };
}

/** An interface that is up. */
export function device(changes: Partial<InterfaceFact> = {}): InterfaceFact {
  return {
    ifindex: 2,
    name: 'eth0',
    up: true,
    mac: mac('02:00:00:00:00:0a'),
    mtu: 1500,
    noArp: false,
    ...changes,
  };
}

/** An address that is there. */
export function fact(text: string, ifindex: number = 2, flags: number = 0x80): AddressFact {
  const address = ip(text);
  const prefixLength = ipFamily(address) === 'ipv4' ? 24 : 64;
  return { ifindex, address, prefixLength, flags, scope: 0 };
}

/** A host as a dump shows it. */
export interface Host {
  readonly interfaces: readonly InterfaceFact[];
  readonly addresses: readonly AddressFact[];
  readonly deaf?: readonly string[];
}

/** The host of the vectors: eth0 with 192.0.2.1 and fe80::ff:fe00:a, eth1 with 198.51.100.1. */
export const HOST: Host = {
  interfaces: [device(), device({ ifindex: 3, name: 'eth1', mac: mac('02:00:00:00:01:0a') })],
  addresses: [fact('192.0.2.1'), fact('fe80::ff:fe00:a'), fact('198.51.100.1', 3)],
};

/** The host with one interface changed. */
export function hostWith(name: string, changes: Partial<InterfaceFact>): Host {
  return {
    ...HOST,
    interfaces: HOST.interfaces.map((one) => (one.name === name ? { ...one, ...changes } : one)),
  };
}

/** An advertisement of another router, and how it arrives. What is absent is as our instance has it. */
export interface PeerPacket {
  readonly priority?: number;
  readonly source?: string;
  readonly destination?: string;
  readonly vrid?: number;
  readonly version?: 2 | 3;
  /** Field on the wire: seconds or centiseconds. */
  readonly interval?: number;
  readonly addresses?: readonly string[];
  readonly auth?: { readonly type: number; readonly data?: Uint8Array };
  readonly ttl?: number;
  readonly ifindex?: number;
  readonly style?: ChecksumStyle;
  /** Changes the finished bytes. */
  readonly mutate?: (message: Uint8Array) => Uint8Array;
  /** How long the packet has waited in the queue. */
  readonly waited?: Duration;
}

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
  readonly router: VrrpRouter = new VrrpRouter({ hmacMd5 });
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
    options: { readonly host?: Host; readonly adopt?: readonly string[] } = {},
  ) {
    this.#config = 'instances' in config ? config : configuration([config]);
    this.send({ type: 'configure', config: this.#config, adopt: options.adopt ?? [] });
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

function encodePeer(
  packet: PeerPacket,
  config: VrrpInstanceConfig,
  family: IpFamily,
  source: IpAddress,
  destination: IpAddress,
): Uint8Array {
  const version = packet.version ?? config.version;
  const own = config.addresses.map(({ address }) => address);
  const unit = version === 2 ? 1e6 : 1e4;
  const values: Advertisement = {
    version,
    vrid: packet.vrid ?? config.vrid,
    priority: packet.priority ?? 200,
    interval: packet.interval ?? Math.round(config.advertInterval / unit),
    addresses: (packet.addresses?.map(ip) ?? own).map(ipBytes),
    ...(version === 2 && {
      authentication: {
        type: packet.auth?.type ?? 0,
        data: packet.auth?.data ?? new Uint8Array(8),
      },
    }),
  };
  const addresses = { source: ipBytes(source), destination: ipBytes(destination) };
  return encodeAdvertisement(values, family, addresses, packet.style ?? 'pseudo-header');
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
    case 'groupTransition':
      return `group ${action.group} ${action.from} -> ${action.to}`;
    case 'notice':
      return `${action.instance ?? 'router'} notice ${action.code}`;
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
