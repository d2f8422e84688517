/**
 * One simulated host: a kernel with interfaces and addresses that outlives its processes, and the vrrp process
 * with the real router, driven as the daemon drives it: sockets are drained before deadlines are delivered, and
 * packets carry the time at which the kernel received them.
 */
import { ipBytes } from '../../src/core/base/address.ts';
import { concatBytes } from '../../src/core/base/bytes.ts';
import { type Instant, instant } from '../../src/core/base/time.ts';
import type {
  AddressFact,
  InterfaceFact,
  VrrpAction,
  VrrpConfig,
  VrrpState,
} from '../../src/core/vrrp/events-and-actions.ts';
import { VrrpRouter } from '../../src/core/vrrp/router.ts';
import { encodeIpv4Header } from '../../src/core/wire/ipv4.ts';
import { VRRP_TOS, VRRP_TTL } from '../../src/core/wire/protocol.ts';
import { mac } from '../support/builders/addresses.ts';
import { fact } from '../support/builders/host.ts';
import { hmacMd5 } from '../support/builders/packet.ts';
import { describeAction, sendResults, toText } from '../support/vrrp-bench.ts';
import type { EventQueue } from './event-queue.ts';
import type { SeededRandom } from './random.ts';
import type { Port, Segment, WirePacket } from './segment.ts';

/** Packets a socket holds for a process that does not read; the newest are dropped beyond it. */
const SOCKET_QUEUE_MAX = 40;
/** Longest time from a packet or timer to the process running, microseconds. */
const WAKE_MAX_US = 400;
/** Rate error of a host's clock: 200 parts per million are a bad crystal. */
const CLOCK_ERROR_MAX = 0.0002;
/** From a change of the network to the process knowing it, microseconds. */
const NETWORK_SETTLE_US = 20_000;

/** A network interface of a director. */
export interface SimInterface {
  readonly name: string;
  readonly ifindex: number;
  readonly segment: Segment;
  /** Real addresses: one IPv4, one IPv6 link-local. */
  readonly addresses: readonly string[];
  up: boolean;
}

/** What a process said, for the checks. */
export interface Batch {
  readonly director: Director;
  /** In the cluster's time. */
  readonly at: Instant;
  /** States before the batch, by instance. */
  readonly before: ReadonlyMap<string, VrrpState>;
  readonly actions: readonly VrrpAction[];
}

interface Queued {
  readonly packet: WirePacket;
  readonly ifindex: number;
  readonly receivedAt: Instant;
}

/** One host. */
export class Director {
  readonly name: string;
  readonly interfaces: readonly SimInterface[];
  /** Addresses the kernel holds beyond the real ones: `interface address`. */
  readonly held = new Set<string>();
  /** Story of the host, newest last. */
  readonly story: string[] = [];
  refuseAddresses = false;
  /** The host's own monotonic clock: another origin, and a rate that is a little off. */
  readonly #clockOrigin: number;
  readonly #clockRate: number;
  readonly #queue: EventQueue;
  readonly #random: SeededRandom;
  readonly #onBatch: (batch: Batch) => void;
  #config: VrrpConfig;
  /** A reload that a stopped process has not read yet. */
  #pendingConfig: VrrpConfig | undefined;
  #router: VrrpRouter | undefined;
  #wishes = new Map<string, Extract<VrrpAction, { readonly type: 'setAddresses' }>>();
  #socket: Queued[] = [];
  #isStalled = false;
  #wakeAt: number | undefined;
  #networkChangeDue = false;
  readonly #ports = new Map<SimInterface, Port>();
  /** Addresses that were ever ours: what the daemon's runtime record tells its successor. */
  readonly #managed = new Set<string>();

  constructor(options: {
    readonly name: string;
    readonly interfaces: readonly SimInterface[];
    readonly config: VrrpConfig;
    readonly queue: EventQueue;
    readonly random: SeededRandom;
    readonly onBatch: (batch: Batch) => void;
  }) {
    this.name = options.name;
    this.interfaces = options.interfaces;
    this.#config = options.config;
    this.#queue = options.queue;
    this.#random = options.random;
    this.#onBatch = options.onBatch;
    this.#clockOrigin = this.#random.between(0, 1e12);
    this.#clockRate = 1 + (this.#random.next() - 0.5) * 2 * CLOCK_ERROR_MAX;
    for (const one of this.interfaces) {
      const port = this.#port(one);
      this.#ports.set(one, port);
      one.segment.attach(port);
    }
  }

  /** The running router; undefined while the process is dead. */
  get router(): VrrpRouter | undefined {
    return this.#router;
  }

  /** True while a process runs and is not stopped. */
  get isAwake(): boolean {
    return this.#router !== undefined && !this.#isStalled;
  }

  /** The configuration in force. */
  get config(): VrrpConfig {
    return this.#config;
  }

  /** States by instance; empty while no process runs. */
  states(): ReadonlyMap<string, VrrpState> {
    const instances = this.#router?.view().instances ?? [];
    return new Map(instances.map(({ name, state }) => [name, state]));
  }

  /** Starts the process; `adopt` names what its predecessor was Master of. */
  start(adopt: readonly string[] = []): void {
    if (this.#router !== undefined) return;
    this.#tell(`starts${adopt.length > 0 ? `, adopting ${adopt.join(',')}` : ''}`);
    this.#router = new VrrpRouter({ hmacMd5 });
    this.#isStalled = false;
    this.#socket = [];
    this.#wishes = new Map();
    this.#networkChangeDue = false;
    this.#disturb();
    this.#handle({ type: 'network', ...this.#network() });
    this.#handle({ type: 'configure', config: this.#config, adopt });
  }

  /** Kills the process; the kernel keeps its addresses. What it was Master of is returned. */
  kill(): readonly string[] {
    const masters = [...this.states()].flatMap(([name, state]) =>
      state === 'MASTER' ? [name] : [],
    );
    if (this.#router !== undefined) this.#tell('process killed');
    this.#config = this.#pendingConfig ?? this.#config;
    this.#pendingConfig = undefined;
    this.#router = undefined;
    this.#socket = [];
    this.#disturb();
    return masters;
  }

  /** Takes the power away: the kernel forgets, too. */
  powerOff(): void {
    this.kill();
    this.#tell('power lost');
    this.held.clear();
  }

  /** Stops the process in an orderly way. */
  shutdown(): void {
    if (!this.isAwake) return;
    this.#tell('shutdown');
    this.#handle({ type: 'shutdown' });
    this.#router = undefined;
    this.#disturb();
  }

  /** Stops or continues the process without its knowledge. */
  stall(isStalled: boolean): void {
    if (this.#router === undefined || this.#isStalled === isStalled) return;
    this.#tell(isStalled ? 'stalled' : 'continues');
    this.#isStalled = isStalled;
    this.#disturb();
    if (isStalled) return;
    if (this.#networkChangeDue) this.#networkChanged();
    if (this.#pendingConfig !== undefined) this.reload(this.#pendingConfig);
    this.#wake();
  }

  /** Pulls or plugs a cable. */
  link(name: string, up: boolean): void {
    const found = this.interfaces.find((one) => one.name === name);
    if (found === undefined || found.up === up) return;
    this.#tell(`${name} ${up ? 'up' : 'down'}`);
    found.up = up;
    this.#disturb();
    this.#announceNetworkChange();
  }

  /** Hands a new configuration to the process. */
  reload(config: VrrpConfig): void {
    if (this.#router !== undefined && this.#isStalled) {
      this.#pendingConfig = config;
      return;
    }
    this.#pendingConfig = undefined;
    this.#config = config;
    if (this.#router === undefined) return;
    this.#tell('reload');
    this.#handle({ type: 'configure', config, adopt: [] });
  }

  /** An operator's order. */
  resign(instance: string): void {
    if (!this.isAwake) return;
    this.#tell(`resign ${instance}`);
    this.#handle({ type: 'resign', instance });
  }

  /** A time of the host's clock in the cluster's time, rounded up: what is due then is due. */
  inClusterTime(local: Instant): number {
    return Math.ceil((local - this.#clockOrigin) / this.#clockRate) + 1;
  }

  #clock(): Instant {
    return instant(this.#clockOrigin + this.#queue.now * this.#clockRate);
  }

  // ---- the kernel

  #port(one: SimInterface): Port {
    return {
      host: this.name,
      get up(): boolean {
        return one.up;
      },
      owns: (address) => one.addresses.includes(address) || this.held.has(`${one.name} ${address}`),
      receive: (packet) => this.#receive(packet, one),
    };
  }

  #receive(packet: WirePacket, one: SimInterface): void {
    if (this.#router === undefined) return;
    if (this.#socket.length >= SOCKET_QUEUE_MAX) {
      this.#disturb();
      return;
    }
    const receivedAt = this.#clock();
    this.#socket.push({ packet, ifindex: one.ifindex, receivedAt });
    this.#scheduleWake(this.#queue.now);
  }

  #network(): { interfaces: readonly InterfaceFact[]; addresses: readonly AddressFact[] } {
    const interfaces = this.interfaces.map(({ name, ifindex, up }) => ({
      name,
      ifindex,
      up,
      mac: mac(`02:00:00:00:0${ifindex}:0${this.name.toLowerCase()}`),
      mtu: 1500,
      noArp: false,
    }));
    const addresses = this.interfaces.flatMap(({ ifindex, addresses: real, name }) => [
      ...real.map((address) => fact(address, ifindex)),
      ...[...this.held].flatMap((entry) => {
        const [device, address = ''] = entry.split(' ');
        return device === name ? [fact(address, ifindex)] : [];
      }),
    ]);
    return { interfaces, addresses };
  }

  #announceNetworkChange(): void {
    if (this.#networkChangeDue) return;
    this.#networkChangeDue = true;
    this.#queue.at(this.#queue.now + NETWORK_SETTLE_US, () => this.#networkChanged());
  }

  #networkChanged(): void {
    if (!this.isAwake || !this.#networkChangeDue) return;
    this.#networkChangeDue = false;
    this.#handle({ type: 'network', ...this.#network() });
  }

  // ---- the process

  #scheduleWake(time: number): void {
    const at = time + this.#random.between(0, WAKE_MAX_US);
    if (this.#wakeAt !== undefined && this.#wakeAt <= at) return;
    this.#wakeAt = at;
    this.#queue.at(at, () => {
      if (this.#wakeAt !== at) return;
      this.#wakeAt = undefined;
      this.#wake();
    });
  }

  #wake(): void {
    if (!this.isAwake) return;
    for (const { packet, ifindex, receivedAt } of this.#socket.splice(0)) {
      this.#handle({ type: 'packet', ttl: 255, ifindex, receivedAt, ...packet });
    }
    this.#handle({ type: 'deadline' });
  }

  #handle(event: Parameters<VrrpRouter['handle']>[1]): void {
    const router = this.#router;
    if (router === undefined) return;
    const at = instant(this.#queue.now);
    const before = this.states();
    const actions = [...router.handle(this.#clock(), event)];
    // What became of advertisements is told before anything else happens.
    for (let results = sendResults(actions); results.length > 0; ) {
      const more = results.flatMap((result) => router.handle(this.#clock(), result));
      actions.push(...more);
      results = sendResults(more);
    }
    for (const action of actions) this.#execute(action);
    if (actions.some(({ type }) => type === 'setAddresses')) this.#applyWishes();
    if (actions.length > 0) this.#onBatch({ director: this, at, before, actions });
    const announced = actions.flatMap((action) => (action.type === 'announce' ? { action } : []));
    if (announced.length > 0)
      router.handle(this.#clock(), { type: 'announced', results: announced });
    const { deadline } = router;
    if (deadline !== undefined && this.#router === router)
      this.#scheduleWake(this.inClusterTime(deadline));
  }

  #execute(action: VrrpAction): void {
    if (action.type !== 'announce' && action.type !== 'sendAdvertisement') {
      this.#tell(describeAction(action));
    }
    if (action.type === 'setAddresses') {
      this.#wishes.set(action.instance, action);
      return;
    }
    if (action.type !== 'sendAdvertisement') return;
    const one = this.interfaces.find(({ ifindex }) => ifindex === action.ifindex);
    const port = one && this.#ports.get(one);
    if (one === undefined || port === undefined) return;
    const { family, source, destination, message } = action;
    const packet = { family, source, destination, message };
    one.segment.send(
      port,
      action.protocol === 51 ? { ...packet, ipPacket: ahPacket(action) } : packet,
    );
  }

  /** What the reconciler does: the union of all wishes, at once, unless the kernel refuses. */
  #applyWishes(): void {
    const wanted = new Map<string, string>();
    for (const { instance, present, addresses } of this.#wishes.values()) {
      for (const { address, interface: device } of addresses) {
        const key = `${device} ${address}`;
        this.#managed.add(key);
        if (present) wanted.set(key, instance);
      }
    }
    const before = this.held.size;
    for (const key of this.held) {
      if (!wanted.has(key) && this.#managed.has(key)) this.held.delete(key);
    }
    const refused = new Set<string>();
    for (const [key, instance] of wanted) {
      if (this.held.has(key)) continue;
      if (this.refuseAddresses) refused.add(instance);
      else this.held.add(key);
    }
    if (this.held.size !== before) this.#announceNetworkChange();
    for (const instance of refused) {
      this.#queue.at(this.#queue.now + 100, () => {
        if (!this.isAwake) return;
        this.#handle({
          type: 'actionFailed',
          instance,
          action: 'setAddresses',
          operation: 'add address',
          errno: 'EPERM',
        });
      });
    }
  }

  #disturb(): void {
    for (const { segment } of this.interfaces) {
      for (const other of ALL_HOSTS) {
        segment.disturb(this.name, other);
        segment.disturb(other, this.name);
      }
    }
  }

  #tell(text: string): void {
    this.story.push(`${toText(instant(this.#queue.now))} ${this.name} ${text}`);
  }
}

/** Names that directors may have. */
export const ALL_HOSTS = ['A', 'B', 'C', 'D'] as const;

/** The IP packet of protocol 51 that a driver builds. */
function ahPacket(action: Extract<VrrpAction, { readonly type: 'sendAdvertisement' }>): Uint8Array {
  const header = encodeIpv4Header({
    tos: VRRP_TOS,
    payloadLength: action.message.length,
    identification: action.ipId,
    dontFragment: false,
    ttl: VRRP_TTL,
    protocol: action.protocol,
    source: ipBytes(action.source),
    destination: ipBytes(action.destination),
  });
  return concatBytes([header, action.message]);
}
