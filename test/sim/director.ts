/**
 * One simulated host: a kernel that outlives its processes, the vrrp process, and the runner of what is tracked. Sockets are drained before
 * deadlines are delivered, and packets carry the time at which the kernel received them.
 */
import type { IpAddress } from '../../src/core/base/address.ts';
import { type Instant, instant } from '../../src/core/base/time.ts';
import type { Held } from '../../src/core/holdings/left-behind.ts';
import { hmacWindowSeconds } from '../../src/core/model/hmac.ts';
import type { WitnessFact } from '../../src/core/model/takeover.ts';
import type { TrackingConfig } from '../../src/core/tracking/events-and-actions.ts';
import type { VrrpAction, VrrpConfig, VrrpState } from '../../src/core/vrrp/events-and-actions.ts';
import { farewells } from '../../src/core/vrrp/farewell.ts';
import type { VrrpRouter } from '../../src/core/vrrp/router.ts';
import { AH_LENGTH } from '../../src/core/wire/vrrp-ah.ts';
import type { AdvertisementAction } from '../../src/daemon/vrrp/advertisement-sender.ts';
import { DIGESTS } from '../support/builders/packet.ts';
import type { SeededRandom } from '../support/random.ts';
import { describeAction, toText } from '../support/vrrp-bench.ts';
import type { EventQueue } from './event-queue.ts';
import { Holdings, type HoldingWork } from './holdings.ts';
import { HostClock } from './host-clock.ts';
import { type SimInterface, SimKernel } from './kernel.ts';
import { linksOf, type ProcessHost, VrrpProcess } from './process.ts';
import { TakenIn } from './replays.ts';
import { Runner } from './runner.ts';
import type { Port, WirePacket } from './segment.ts';
import { SimWallClock } from './wall-clock.ts';
import { vrrpPacket } from './wire.ts';

/** Packets a socket holds for a process that does not read; the newest are dropped beyond it. */
const SOCKET_QUEUE_MAX = 40;
/** Longest time from a packet or timer to the process running, microseconds. */
export const WAKE_MAX_US = 400;
/** From a change of the network to the process reading it, and from there to its taking it in, microseconds. */
const NETWORK_SETTLE_US = 20_000;
const READING_MAX_US = 1_000;
/** From an order to the kernel to its answer. */
const ANSWER_US = 100;

/** What a process said, for the checks. */
export interface Batch {
  readonly director: Director;
  /** In the cluster's time. */
  readonly at: Instant;
  /** States before the batch, by instance. */
  readonly before: ReadonlyMap<string, VrrpState>;
  readonly actions: readonly VrrpAction[];
}

/** What a director is made of. */
export interface DirectorOptions {
  readonly name: string;
  readonly interfaces: readonly SimInterface[];
  readonly config: VrrpConfig;
  readonly tracking: TrackingConfig;
  readonly queue: EventQueue;
  readonly random: SeededRandom;
  readonly onBatch: (batch: Batch) => void;
  /** Greatest rate error of its clock. */
  readonly clockError: number;
  /** Its story is kept. */
  readonly tells: boolean;
}

interface Queued {
  readonly packet: WirePacket;
  readonly ifindex: number;
  readonly receivedAt: Instant;
}

/** One host. */
export class Director {
  readonly name: string;
  readonly kernel: SimKernel;
  readonly runner: Runner;
  readonly wall: SimWallClock;
  /** Story of the host, newest last. */
  readonly story: string[] = [];
  /** When its process was last started, stopped or continued: nothing that it does is late before that. */
  awakeSince = 0;
  /** When something last kept the kernel's addresses from being as ordered. */
  troubledAt = Number.NEGATIVE_INFINITY;
  /** When a configuration last came into force. */
  configuredAt = 0;
  readonly #options: DirectorOptions;
  readonly #clock: HostClock;
  readonly #queue: EventQueue;
  readonly #random: SeededRandom;
  readonly #ports = new Map<SimInterface, Port>();
  readonly #sinces = new Map<string, number>();
  #config: VrrpConfig;
  /** A reload that a stopped process has not read yet. */
  #pendingConfig: VrrpConfig | undefined;
  #process: VrrpProcess | undefined;
  #socket: Queued[] = [];
  #isStalled = false;
  #wakeAt: number | undefined;
  #isNetworkDue = false;
  /** Number of the newest picture of the host that a process has asked for. */
  #picture = 0;
  #areFactsDue = false;
  #witness: WitnessFact = { witness: WITNESS, answering: 3, awaited: 0, total: 3, atLeast: 2 };
  /** What a stopped process has not read yet. */
  #answers: (() => void)[] = [];
  /** What the daemon's runtime record tells the successor of a process. */
  #record: readonly Held[] = [];
  readonly #takenIn = new TakenIn();

  constructor(options: DirectorOptions) {
    const { name, queue, random, config, interfaces, tracking } = options;
    this.name = name;
    this.kernel = new SimKernel(name, interfaces);
    this.kernel.onChange = () => this.#networkDue();
    this.#options = options;
    this.#config = config;
    this.#queue = queue;
    this.#random = random;
    const origin = random.between(0, 1e12);
    this.#clock = new HostClock(queue, origin, 1 + (random.next() - 0.5) * 2 * options.clockError);
    this.wall = new SimWallClock(queue, ALL_HOSTS.indexOf(name as 'A'));
    this.runner = new Runner({
      clock: this.#clock,
      random,
      config: tracking,
      onFacts: (facts) => {
        if (this.isAwake) this.#process?.trackers(facts, false);
        else this.#areFactsDue = true;
        this.#plan();
      },
    });
    for (const one of interfaces) {
      const port = this.#port(one);
      this.#ports.set(one, port);
      one.segment.attach(port);
    }
    this.runner.start();
  }

  /** The running router; undefined while the process is dead. */
  get router(): VrrpRouter | undefined {
    return this.#process?.router;
  }

  /** True while a process runs and is not stopped. */
  get isAwake(): boolean {
    return this.#process !== undefined && !this.#isStalled;
  }

  /** The configuration in force. */
  get config(): VrrpConfig {
    return this.#process?.config ?? this.#config;
  }

  /** Interfaces, also those that are away. */
  get interfaces(): readonly SimInterface[] {
    return this.kernel.interfaces;
  }

  /** Addresses the kernel holds beyond the real ones: `interface address`. */
  get held(): ReadonlySet<string> {
    return this.kernel.held;
  }

  /** States by instance; empty while no process runs. */
  states(): ReadonlyMap<string, VrrpState> {
    return this.#process?.states ?? NO_STATES;
  }

  /** Since when an instance is in its state, in the cluster's time. */
  since(instance: string): number {
    return this.#sinces.get(instance) ?? 0;
  }

  /** Starts the process; `adopt` names what its predecessor was Master of. */
  start(adopt: readonly string[] = []): void {
    if (this.#process !== undefined) return;
    this.tell(`starts${adopt.length > 0 ? `, adopting ${adopt.join(',')}` : ''}`);
    const process = new VrrpProcess(this.#processHost());
    this.#process = process;
    this.#isStalled = false;
    this.#socket = [];
    this.#isNetworkDue = false;
    this.#areFactsDue = false;
    this.awakeSince = this.#queue.now;
    this.#answers = [];
    this.wall.begin();
    this.#takenIn.forget();
    this.#disturb();
    process.trackers(this.runner.facts, true);
    const held = this.#record;
    this.#record = [];
    process.handle({ type: 'takeover', peers: [], witnesses: [this.#witness] });
    process.configure(this.#config, this.kernel.dump(), { adopt, held });
    this.configuredAt = this.#queue.now;
    this.#plan();
  }

  /** Kills the process; the kernel keeps its addresses. What it was Master of is returned. */
  kill(): readonly string[] {
    const masters = [...this.states()].flatMap(([name, state]) =>
      state === 'MASTER' ? [name] : [],
    );
    if (this.#process !== undefined) {
      this.tell('process killed');
      this.#record = this.#process.holdings.record;
    }
    this.#config = this.#pendingConfig ?? this.#config;
    this.#pendingConfig = undefined;
    this.#process = undefined;
    this.#socket = [];
    this.#disturb();
    return masters;
  }

  /** After a process that died: another says farewell for what it was Master of, and removes its addresses. */
  bury(masters: readonly string[]): void {
    if (this.#process !== undefined) return;
    this.tell(`is buried, farewell for ${masters.join(',')}`);
    const picture = this.kernel.dump();
    const { instances } = this.#config;
    const holdings = new Holdings(linksOf(() => picture.interfaces));
    holdings.configure(instances, this.#record);
    this.#record = [];
    this.kernel.apply(holdings.observe(this.#clock.now, picture).operations);
    this.wall.begin();
    const about = { ...picture, masters: new Set(masters) };
    const means = { digests: DIGESTS, unixMicroseconds: this.wall.now };
    for (const action of farewells(this.#config, about, means)) {
      if (action.type === 'sendAdvertisement') this.#send(action);
      if (action.type === 'setAddresses') holdings.declare(action);
    }
    this.kernel.apply(holdings.carryOut(instances.map(({ name }) => name)).operations);
  }

  /** Takes the power away: the kernel forgets, too. */
  powerOff(): void {
    this.kill();
    this.#record = [];
    this.tell('power lost');
    this.kernel.reset();
  }

  /** Stops the process in an orderly way. */
  shutdown(): void {
    if (!this.isAwake) return;
    this.tell('shutdown');
    this.#process?.bfd({ type: 'stop' });
    this.#process?.heartbeat({ type: 'stop' });
    this.#process?.handle({ type: 'shutdown' });
    this.#process = undefined;
    this.#disturb();
  }

  /** Stops or continues the process without its knowledge. */
  stall(isStalled: boolean): void {
    if (this.#process === undefined || this.#isStalled === isStalled) return;
    this.tell(isStalled ? 'stalled' : 'continues');
    this.#isStalled = isStalled;
    this.awakeSince = this.#queue.now;
    this.#disturb();
    if (isStalled) return;
    for (const answer of this.#answers.splice(0)) answer();
    this.#wake();
    if (this.#areFactsDue) this.#process?.trackers(this.runner.facts, true);
    this.#areFactsDue = false;
    this.#process?.handle({ type: 'takeover', peers: [], witnesses: [this.#witness] });
    if (this.#isNetworkDue) this.#read();
    if (this.#pendingConfig !== undefined) this.reload(this.#pendingConfig);
    this.#plan();
  }

  /** Pulls or plugs a cable. */
  link(name: string, up: boolean): void {
    if (!this.kernel.plug(name, up)) return;
    this.tell(`${name} ${up ? 'up' : 'down'}`);
    this.#troubled();
  }

  /** Takes an interface away, or makes it again. */
  exist(name: string, isThere: boolean): void {
    if (!this.kernel.exist(name, isThere)) return;
    this.tell(`${name} ${isThere ? 'made again' : 'removed'}`);
    this.#troubled();
  }

  /** Somebody else removes a virtual address. */
  steal(key: string): void {
    const [, address = ''] = key.split(' ');
    if (this.kernel.steal(address as Parameters<SimKernel['steal']>[0])) {
      this.tell(`somebody removes ${address}`);
      this.#troubled();
    }
  }

  /** Somebody else removes a route or rule. */
  stealRoute(number: number): void {
    const stolen = this.kernel.stealRoute(number);
    if (stolen === undefined) return;
    this.tell(`somebody removes ${stolen}`);
    this.#troubled();
  }

  /** Somebody sets the wall clock, so many seconds off. */
  setClock(seconds: number): void {
    if (this.wall.isSetTo(seconds * 1e6)) return;
    this.tell(`wall clock is ${seconds} s off`);
    const windows = this.config.instances.flatMap((one) =>
      one.hmac?.antiReplay === 'time' ? hmacWindowSeconds(one) : [],
    );
    this.wall.set(seconds * 1e6, Math.min(...windows));
    this.#takenIn.forget();
    this.#disturb();
  }

  /** Refusals begin or end. */
  refuse(refusals: Partial<SimKernel['refuses']>): void {
    Object.assign(this.kernel.refuses, refusals);
    this.#troubled();
  }

  /** So many of the three witnesses answer from now on. */
  witnesses(answering: number): void {
    if (this.#witness.answering === answering) return;
    this.tell(`${answering} witnesses answer`);
    this.#witness = { ...this.#witness, answering };
    if (!this.isAwake) return;
    this.#process?.handle({ type: 'takeover', peers: [], witnesses: [this.#witness] });
    this.#plan();
  }

  /** Enough witnesses answer. */
  get isWitnessed(): boolean {
    return this.#witness.answering >= this.#witness.atLeast;
  }

  /** Hands a new configuration to the process. */
  reload(config: VrrpConfig): void {
    if (this.#process !== undefined && this.#isStalled) {
      this.#pendingConfig = config;
      return;
    }
    this.#pendingConfig = undefined;
    this.#config = config;
    if (this.#process === undefined) return;
    this.tell('reload');
    this.configuredAt = this.#queue.now;
    this.#isNetworkDue = false;
    // One that is still being read is older than this one, and not taken in any more.
    this.#picture += 1;
    if (namesOf(config) !== namesOf(this.#process.config)) this.#takenIn.forget();
    this.#process.configure(config, this.kernel.dump(), { adopt: [], held: [] });
    this.#plan();
  }

  /** An operator's order. */
  resign(instance: string): void {
    if (!this.isAwake) return;
    this.tell(`resign ${instance}`);
    this.#process?.handle({ type: 'resign', instance });
    this.#plan();
  }

  get #hasHmac(): boolean {
    return this.config.instances.some(({ hmac }) => hmac !== undefined);
  }

  /** Adds to the story. */
  tell(text: string): void {
    if (!this.#options.tells) return;
    this.story.push(`${toText(instant(this.#queue.now))} ${this.name} ${text}`);
  }

  // ---- the kernel

  #port(one: SimInterface): Port {
    return {
      host: this.name,
      get up(): boolean {
        return one.up && one.isThere;
      },
      owns: (address) => this.kernel.owns(one, address),
      receive: (packet) => this.#receive(packet, one),
    };
  }

  #receive(packet: WirePacket, one: SimInterface): void {
    if (this.#process === undefined) return;
    if (this.#socket.length >= SOCKET_QUEUE_MAX) {
      this.#disturb();
      return;
    }
    this.#socket.push({ packet, ifindex: one.ifindex, receivedAt: this.#clock.now });
    if (!this.#isStalled) this.#scheduleWake(this.#queue.now);
  }

  #networkDue(): void {
    if (this.#isNetworkDue) return;
    this.#isNetworkDue = true;
    const process = this.#process;
    this.#clock.in(NETWORK_SETTLE_US, () => {
      if (process === this.#process && this.isAwake) this.#read();
    });
  }

  /** What happens between the reading of the host and its being taken in is told by the account. */
  #read(): void {
    const process = this.#process;
    if (process === undefined || !this.#isNetworkDue) return;
    this.#isNetworkDue = false;
    const asOf = process.holdings.mark();
    const picture = this.kernel.dump();
    this.#picture += 1;
    const number = this.#picture;
    this.#clock.in(this.#random.between(0, READING_MAX_US), () => {
      if (process !== this.#process || number !== this.#picture) return;
      if (!this.isAwake) {
        this.#isNetworkDue = true;
        return;
      }
      process.network(picture, asOf);
      this.#plan();
    });
  }

  #send(action: AdvertisementAction): string | undefined {
    const one = this.kernel.byIndex(action.ifindex);
    const port = one && this.#ports.get(one);
    const errno = port === undefined ? 'ENODEV' : this.kernel.refuses.advertisement;
    if (one === undefined || port === undefined || errno !== undefined) {
      this.#disturb();
      return errno;
    }
    one.segment.send(port, vrrpPacket(this.name, action));
    return undefined;
  }

  #sendDatagram(
    protocol: 'bfd' | 'heartbeat',
    { neighbour: destination, source }: { neighbour: IpAddress; source?: IpAddress },
    message: Uint8Array,
  ): void {
    const one = this.kernel.byName(PATH_INTERFACE);
    const port = one && this.#ports.get(one);
    if (one?.isThere !== true || port === undefined || source === undefined) return;
    const common = { from: this.name, family: 'ipv4', source, destination } as const;
    one.segment.send(port, { protocol, ...common, message });
  }

  #processHost(): ProcessHost {
    return {
      now: () => this.#clock.now,
      wallClock: () => this.wall.now,
      random: () => this.#random.next(),
      sendAdvertisement: (action) => this.#send(action),
      sendBfd: ({ session, packet }) => this.#sendDatagram('bfd', session, packet),
      sendHeartbeat: ({ session, packet }) => this.#sendDatagram('heartbeat', session, packet),
      announce: ({ ifindex, address }) => {
        const one = this.kernel.byIndex(ifindex);
        const port = one && this.#ports.get(one);
        if (one === undefined || port === undefined) return 'ENODEV';
        if (this.kernel.refuses.announcement !== undefined) return this.kernel.refuses.announcement;
        one.segment.announce(port, address);
        return undefined;
      },
      work: (work) => this.#work(work),
      onActions: (before, actions) => {
        const at = instant(this.#queue.now);
        for (const action of actions) {
          if (action.type === 'transition') this.#sinces.set(action.instance, at);
          if (this.#options.tells) this.#tellAction(action);
        }
        this.#options.onBatch({ director: this, at, before, actions });
      },
    };
  }

  #work({ operations }: HoldingWork): void {
    const process = this.#process;
    const errnos = this.kernel.apply(operations);
    const answer = (): void => {
      const failures = process?.answered(operations, errnos) ?? [];
      const isRefused = operations.some(({ of }, i) => of === 'routing' && errnos[i] !== undefined);
      if (failures.length > 0 || isRefused) this.#troubled();
      this.#plan();
    };
    this.#clock.in(ANSWER_US, () => {
      if (process === undefined || process !== this.#process) return;
      if (this.#isStalled) this.#answers.push(answer);
      else answer();
    });
  }

  // ---- the process

  /** Plans the next wake-up after anything that may have moved the deadline. */
  #plan(): void {
    const deadline = this.#process?.deadline;
    if (deadline !== undefined && this.isAwake) this.#scheduleWake(this.#clock.toCluster(deadline));
  }

  #scheduleWake(time: number): void {
    const at = Math.max(time, this.#queue.now) + this.#random.between(0, WAKE_MAX_US);
    if (this.#wakeAt !== undefined && this.#wakeAt <= at) return;
    this.#wakeAt = at;
    this.#queue.at(at, () => {
      if (this.#wakeAt !== at) return;
      this.#wakeAt = undefined;
      this.#wake();
    });
  }

  #wake(): void {
    const process = this.#process;
    if (process === undefined || this.#isStalled) return;
    for (const { packet, ifindex, receivedAt } of this.#socket.splice(0)) {
      const { protocol, from, isDamaged = false, ...rest } = packet;
      if (protocol === 'bfd') {
        process.bfd({ type: 'packet', ttl: 255, multihop: false, receivedAt, ...rest });
        continue;
      }
      if (protocol === 'heartbeat') {
        process.heartbeat({ type: 'packet', session: 'HB', message: rest.message, receivedAt });
        continue;
      }
      const handle = (): void =>
        process.handle({ type: 'packet', ttl: 255, ifindex, receivedAt, ...rest });
      const now = instant(this.#queue.now);
      const isHeard = this.#hasHmac ? this.#takenIn.handle(process, packet, now, handle) : true;
      if (!this.#hasHmac) handle();
      const [, vrid, priority] = packet.message.subarray(
        packet.ipPacket === undefined ? 0 : AH_LENGTH,
      );
      // Who only resigns is answered with an ADVERTISEMENT, and with nothing else. What was damaged fails a check.
      if (priority === 0 || isDamaged || !isHeard) continue;
      this.kernel.byIndex(ifindex)?.segment.heard(from, this.name, `${packet.family} ${vrid}`);
    }
    process.due();
    this.#plan();
  }

  #troubled(): void {
    this.troubledAt = this.#queue.now;
    this.#disturb();
  }

  #disturb(): void {
    for (const { segment } of this.interfaces) segment.disturbAll(this.name);
  }

  #tellAction(action: VrrpAction): void {
    if (action.type === 'announce' || action.type === 'sendAdvertisement') return;
    this.tell(describeAction(action));
  }
}

/** The interface that BFD sessions and heartbeats run over. */
const PATH_INTERFACE = 'eth1';

/** Name of the witness. */
export const WITNESS = 'WAN';

/** Names that directors may have. */
export const ALL_HOSTS = ['A', 'B', 'C', 'D'] as const;

function namesOf(config: VrrpConfig | undefined): string {
  return (config?.instances ?? []).map(({ name }) => name).join(' ');
}

const NO_STATES: ReadonlyMap<string, VrrpState> = new Map();
