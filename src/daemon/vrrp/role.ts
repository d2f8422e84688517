/**
 * The vrrp process: raw sockets, rtnetlink and a timer around the pure VrrpRouter. It imports no
 * third-party package but the netlink codecs, does not log, and shares its event loop with nothing.
 */
import type { Result } from '../../core/base/result.ts';
import type { BfdContinuation } from '../../core/bfd/neighbour.ts';
import type { CommandsIn, ControlRequest, ReplyOf } from '../../core/control/commands.ts';
import type { ControlError } from '../../core/control/messages.ts';
import { type Held, leftBehind } from '../../core/holdings/left-behind.ts';
import { type BuffersConfig, receiveBuffer } from '../../core/model/global-options.ts';
import { STATIC_OWNER } from '../../core/model/statics.ts';
import type { TakeoverConfig } from '../../core/model/takeover.ts';
import type { VrrpAction, VrrpConfig, VrrpEvent } from '../../core/vrrp/events-and-actions.ts';
import { farewells } from '../../core/vrrp/farewell.ts';
import { polledLinks } from '../../core/vrrp/polled-links.ts';
import { errnoName } from '../../drivers/kernel-error.ts';
import type { HoldingChange } from '../../drivers/rtnetlink.ts';
import { type ChildCommands, replyTo } from '../frame/child-commands.ts';
import type { MessageHandlers } from '../frame/dispatch.ts';
import type { MachineLoop } from '../frame/loop.ts';
import type { FromVrrp, ToVrrp, VrrpProcessReport } from '../frame/messages.ts';
import type { ProcessFrame, Role } from '../frame/process-frame.ts';
import type { AdvertisementAction } from './advertisement-sender.ts';
import { type HoldingOperation, HoldingsReconciler } from './holdings-reconciler.ts';
import type { HostReader } from './host-network.ts';
import { LinkKeeper } from './link-keeper.ts';
import { LinkPoll } from './link-poll.ts';
import { type NetworkReading, NetworkWatch, NO_READER } from './network-watch.ts';
import { VrrpOrders } from './orders.ts';
import type { BfdPort, NetworkKernel, TakeoverSayPort, VrrpParts } from './ports.ts';
import { notYet, resignReport } from './resign-report.ts';
import { RoutingWatch } from './routing-watch.ts';
import { VrrpSending } from './sending.ts';
import { VrrpSockets } from './sockets.ts';
import { StaticEntries } from './static-entries.ts';
import { StrangerWatch } from './stranger-watch.ts';
import { VrrpTraffic } from './traffic.ts';

/** The warm-up looks again after this time while a configuration comes into force, milliseconds. */
const CONFIGURING_MS = 20;

/** No heartbeat and no witness. */
const NOBODY: TakeoverConfig = { heartbeats: [], witnesses: [] };

/** The frame of the vrrp process. */
export type VrrpFrame = ProcessFrame<ToVrrp, FromVrrp, VrrpProcessReport>;

/** Reports behind which views are sent. What dropped packets bring about waits for the next beat: anybody can send them, and views are large. */
const SEEN_AT_ONCE: ReadonlySet<string> = new Set([
  'transition',
  'groupTransition',
  'priorityChanged',
]);

/** What the network is read for. */
function readerOf({ instances, joinsNoLocalGroups = false }: VrrpConfig): HostReader {
  return { instances, joinsNoLocalGroups };
}

/** The work of the vrrp process. */
export class VrrpRole implements Role<ToVrrp, VrrpProcessReport> {
  readonly handlers: MessageHandlers<ToVrrp> = {
    configure: (order) => {
      this.#traffic.turn(order.isTraced);
      this.#adopt.push(...order.adopt);
      this.#held.push(...order.held);
      if (order.heldLinks) this.#links.inherit(order.heldLinks);
      this.#continues.push(...(order.bfd ?? []));
      void this.#configure(order);
    },
    trackers: (order) => this.#loop.feed(order),
    request: (order) => this.#frame.send(replyTo(order, this.#commands)),
    warmUp: () => void this.#warmUp(),
    cleanUp: (order) => this.#cleanUp(order),
    shutdown: () => this.onGone(),
  };
  readonly #commands: ChildCommands<CommandsIn<'vrrp'>> = {
    resign: (request) => this.#resign(request),
  };
  readonly #frame: VrrpFrame;
  readonly #parts: VrrpParts;
  readonly #network: NetworkWatch;
  readonly #routing: RoutingWatch;
  readonly #linkPoll: LinkPoll;
  readonly #strangers: StrangerWatch;
  readonly #loop: MachineLoop<VrrpEvent, VrrpAction>;
  readonly #sockets: VrrpSockets;
  readonly #sending: VrrpSending;
  readonly #traffic = new VrrpTraffic((report) => this.#frame.report(report));
  readonly #reconciler: HoldingsReconciler;
  readonly #statics: StaticEntries;
  readonly #links: LinkKeeper;
  readonly #orders: VrrpOrders;
  #bfd: BfdPort | undefined;
  /** It is opened once, also when another configuration comes meanwhile. */
  #bfdOpening: Promise<BfdPort> | undefined;
  #say: TakeoverSayPort | undefined;
  #sayOpening: Promise<TakeoverSayPort> | undefined;
  #config: VrrpConfig | undefined;
  /** The last one that came into force. */
  #configured: VrrpConfig | undefined;
  #isWarming = false;
  /** Instances to go on with as MASTER, until a configuration has come into force. */
  readonly #adopt: string[] = [];
  /** What a predecessor held, until then. */
  readonly #held: Held[] = [];
  /** BFD sessions to go on with, until then. */
  readonly #continues: BfdContinuation[] = [];

  constructor(frame: VrrpFrame, parts: VrrpParts) {
    this.#frame = frame;
    this.#parts = parts;
    this.#links = new LinkKeeper({
      kernel: parts.kernel,
      isStrict: parts.filtersStrictly,
      refuseRouters: parts.refuseRouters,
      now: () => frame.clock.now(),
      onNotice: (notice) => frame.report({ type: 'notice', ...notice }),
      onTrouble: (trouble) => frame.trouble(trouble),
      onDue: () => this.#network.changed(),
    });
    this.#network = new NetworkWatch({
      kernel: parts.kernel,
      dump: () => this.#links.dump(() => this.#reconciler.mark()),
      routing: () => this.#routing.question(),
      reader: () => this.#config && readerOf(this.#config),
      onReading: (reading) => this.#onReading(reading),
      onTrouble: (trouble) => frame.trouble(trouble),
    });
    this.#routing = new RoutingWatch({
      kernel: parts.kernel,
      handlers: {
        onChange: (change) => {
          if (!this.#reconciler.confirmsRouting(change)) this.#network.changed();
        },
        // A router with a full table may lose some without end: this one waits a while.
        onOverrun: () => {
          this.#reconciler.lostNotifications();
          this.#network.lookAgain();
        },
      },
      config: () => this.#config,
      held: () => this.#held,
      entries: () => this.#reconciler.routingEntries(),
    });
    this.#linkPoll = new LinkPoll({
      ask: (name) => parts.links.ask(name),
      onChange: () => this.#network.changed(),
      onTrouble: (trouble) => frame.trouble(trouble),
    });
    this.#strangers = new StrangerWatch({
      port: parts.claims,
      onNotice: (notice) => frame.report({ type: 'notice', ...notice }),
      onTrouble: (trouble) => frame.trouble(trouble),
    });
    this.#sockets = new VrrpSockets({
      open: parts.openSocket,
      listen: parts.listen,
      now: () => frame.clock.now(),
      onPacket: (packet) => {
        this.#traffic.received(packet);
        this.#loop.feed(packet);
      },
      onTrouble: (trouble) => frame.trouble(trouble),
    });
    this.#sending = new VrrpSending({
      send: (action) => this.#sockets.send(action, action),
      sendFrame: (ifindex, bytes) => parts.frames.send(ifindex, bytes),
      linkOf: (ifindex) =>
        [...this.#network.interfaces.values()].find((one) => one.ifindex === ifindex),
      onTrouble: (trouble) => frame.trouble(trouble),
    });
    this.#reconciler = this.#makeReconciler();
    this.#statics = new StaticEntries(this.#reconciler);
    this.#loop = frame.drive<VrrpEvent, VrrpAction>({
      machine: parts.core,
      drain: () => this.#sockets.drain(),
      execute: (actions) => this.#orders.execute(actions),
      onSettled: () => this.#orders.run(),
    });
    this.#orders = new VrrpOrders({
      advertise: (action) => this.#sendAdvertisement(action),
      onSent: (result) => this.#loop.feed(result),
      declare: (wish) => {
        this.#links.hold(wish.instance, wish.present);
        this.#reconciler.declare(wish);
      },
      carryOut: (instances) => this.#reconciler.carryOut(instances),
      announce: (action) => {
        const sent = parts.frames.send(action.ifindex, action.frame);
        const errno = sent < 0 ? errnoName(sent) : undefined;
        this.#traffic.announced(action, errno);
        return errno;
      },
      onAnnounced: (results) => this.#loop.feed({ type: 'announced', results }),
      report: (action) => frame.report(action),
      onTransition: () => this.#say?.changed(),
    });
  }

  async prepare(): Promise<void> {
    if (!this.#parts.warmsUpLater) void this.#warmUp();
    this.#parts.kernel.monitor({
      onChange: (change) => {
        if (!this.#reconciler.confirms(change)) this.#network.changed();
      },
      onOverrun: () => this.#lostNotifications(),
    });
  }

  #lostNotifications(): void {
    this.#reconciler.lostNotifications();
    this.#network.changed();
  }

  /** Once, and between what else there is to do: the first advertisement waits for nothing of it. */
  async #warmUp(): Promise<void> {
    if (this.#isWarming) return;
    this.#isWarming = true;
    try {
      await this.#parts.warmUp(() => this.#isIdle());
    } catch (error) {
      // A stop closes the kernel's socket under it.
      if (this.#frame.isStopping) return;
      this.#frame.trouble({ operation: 'warm-up', errno: '', detail: String(error) });
    }
  }

  /** Resolves when what waits is done, a configuration before all; false when the process is to end. */
  async #isIdle(): Promise<boolean> {
    // Real-time priority comes with a configuration, and the kernel ends a real-time process that never sleeps.
    const pause = this.#config === undefined ? 0 : 1;
    await new Promise((resolve) => setTimeout(resolve, pause));
    while (this.#config !== this.#configured && !this.#frame.isStopping) {
      await new Promise((resolve) => setTimeout(resolve, CONFIGURING_MS));
    }
    return !this.#frame.isStopping;
  }

  isAtWork(): boolean {
    return this.#config !== undefined;
  }

  onBeat(): void {
    this.#sendViews(true);
  }

  onReported(facts: readonly VrrpProcessReport[]): void {
    if (facts.some(({ type }) => SEEN_AT_ONCE.has(type))) this.#sendViews();
  }

  onGone(): void {
    void this.#frame.stop(() => {
      const config = this.#config;
      // Nothing is in force yet, and a predecessor's addresses may be there.
      if (config !== undefined && this.#configured === undefined) {
        return this.#putAway(config, this.#adopt, this.#held.splice(0));
      }
      this.#loop.feed({ type: 'shutdown' });
      return this.#end();
    });
  }

  #makeReconciler(): HoldingsReconciler {
    const { kernel } = this.#parts;
    return new HoldingsReconciler({
      kernel: async (operations) => {
        const answers = await kernel.change(operations.map(changeOf));
        for (const [index, operation] of operations.entries()) {
          this.#traffic.asked(operation, answers[index]?.errnoName);
        }
        return answers.map(
          (error) => error && { errno: error.errnoName, explanation: error.explanation },
        );
      },
      links: this.#network.links,
      now: () => this.#frame.clock.now(),
      onNotice: (notice) => this.#frame.report({ type: 'notice', ...notice }),
      onLost: (lost) => this.#loop.feed({ type: 'routingLost', instance: lost }),
      onFailed: (operation, errno) => {
        const { address, prefixLength, interface: name } = operation.address;
        const about = `${address}/${prefixLength} on ${name}`;
        const isStatic = operation.instance === STATIC_OWNER;
        if (isStatic && !this.#statics.failed(operation, errno)) return;
        this.#frame.trouble({ operation: `${operation.type}-address`, about, errno });
        if (isStatic) return;
        this.#loop.feed({
          type: 'actionFailed',
          instance: operation.instance,
          action: 'setAddresses',
          operation: `${operation.type} address ${about}`,
          errno,
        });
      },
    });
  }

  #sendAdvertisement(action: AdvertisementAction): string | undefined {
    const errno = this.#sending.send(action);
    this.#traffic.sent(action, errno);
    return errno;
  }

  #resign({
    command: type,
    instance,
  }: ControlRequest<'resign'>): Result<ReplyOf<'resign'>, ControlError> {
    const answer = this.#parts.core.foretellResignation(instance);
    if (answer.outcome === 'unknown' && this.#isComing(instance)) return notYet(instance);
    if (answer.outcome === 'resigned') this.#loop.feed({ type, instance });
    return resignReport(instance, answer);
  }

  /** No configuration is in force yet, or the next one has it. */
  #isComing(instance: string): boolean {
    if (this.#configured === undefined) return true;
    return this.#config?.instances.some(({ name }) => name === instance) ?? false;
  }

  /**
   * The network is read first: an instance that starts without facts would start in FAULT. While it cannot be
   * read, everything stays as it is.
   */
  async #configure({ config, serial }: Extract<ToVrrp, { type: 'configure' }>): Promise<void> {
    this.#config = config;
    await this.#openBfd(config);
    await this.#openSay(config);
    await this.#linkPoll.configure(polledLinks(config));
    this.#parts.kernel.setReceiveBuffers(netlinkBuffers(config.buffers));
    const isWanted = (): boolean => this.#config === config && !this.#frame.isStopping;
    this.#links.configure(config.instances);
    let reading = await this.#network.readForSure(readerOf(config), isWanted);
    if (reading === undefined) return;
    // Before anything is ordered: what is on the host already decides what may be removed.
    this.#reconciler.configure(config.instances);
    this.#release(this.#held.splice(0), config);
    this.#reconciler.observe(reading, reading.asOf);
    if (this.#statics.set(config.statics)) {
      await this.#reconciler.settled();
      // An instance may send from a static address.
      reading = await this.#network.readForSure(readerOf(config), isWanted);
      if (reading === undefined) return;
    }
    this.#feedNetwork(reading, config);
    this.#bfd?.configure(config.bfd, this.#continues.splice(0));
    this.#say?.configure(config.takeover ?? NOBODY);
    const uptime = this.#parts.uptime();
    this.#loop.feed({ type: 'configure', config, adopt: this.#adopt.splice(0), uptime });
    this.#sockets.trim();
    this.#orders.finish();
    const names = new Set(config.instances.map((instance) => instance.name));
    this.#reconciler.keep((name) => name === STATIC_OWNER || names.has(name));
    this.#sending.keep((name) => names.has(name));
    this.#configured = config;
    // What was said last by an interface that goes has left, and its addresses are gone or elsewhere.
    await this.#releaseLinks();
    this.#frame.send({ type: 'configured', serial, instances: config.instances.length });
    this.#sendViews();
  }

  async #releaseLinks(): Promise<void> {
    try {
      await this.#links.release();
    } catch (error) {
      this.#frame.trouble({ operation: 'read-interfaces', errno: '', detail: String(error) });
    }
  }

  async #openBfd(config: VrrpConfig): Promise<void> {
    if (config.bfd.length === 0) return;
    this.#bfdOpening ??= this.#parts.openBfd({
      now: () => this.#frame.clock.now(),
      drive: (options) => this.#frame.drive(options),
      report: (report) => this.#frame.report(report),
      onFacts: (facts) => this.#loop.feed({ type: 'trackers', facts, isComplete: false }),
      onTrouble: (trouble) => this.#frame.trouble(trouble),
    });
    this.#bfd = await this.#bfdOpening;
  }

  async #openSay(config: VrrpConfig): Promise<void> {
    if (config.takeover === undefined) return;
    this.#sayOpening ??= this.#parts.openTakeoverSay({
      now: () => this.#frame.clock.now(),
      drive: (options) => this.#frame.drive(options),
      report: (report) => this.#frame.report(report),
      onNews: (news) => this.#loop.feed({ type: 'takeover', ...news }),
      onTrouble: (trouble) => this.#frame.trouble(trouble),
      own: () => this.#parts.core.said(),
    });
    this.#say = await this.#sayOpening;
  }

  #onReading(reading: NetworkReading): void {
    if (this.#frame.isStopping || this.#config === undefined) return;
    this.#feedNetwork(reading, this.#config);
    this.#sockets.trim();
    this.#reconciler.observe(reading, reading.asOf);
  }

  #feedNetwork(reading: NetworkReading, config: VrrpConfig): void {
    const { interfaces, addresses, routes, linkProblems, placesOf } = reading;
    this.#sockets.open(config.instances, placesOf, config.buffers);
    const deaf = this.#sockets.deaf(config.instances, placesOf);
    const polled = this.#linkPoll.facts;
    const host = { interfaces, addresses, routes, deaf, polled, linkProblems };
    this.#loop.feed({ type: 'network', ...host });
    if (deaf.length > 0 || reading.dependsOnRoutes) this.#network.lookAgain();
  }

  #sendViews(isBeat = false): void {
    const core = this.#parts.core.view();
    const vips = this.#reconciler.view();
    if (isBeat) {
      const { interfaces } = this.#network;
      this.#strangers.look({ now: this.#frame.clock.now(), ...core, vips, interfaces });
    }
    const routing = this.#routing.news(this.#reconciler.routingView());
    const isInForce = this.#configured !== undefined;
    const bfd = this.#bfd?.view();
    const takeover = this.#say?.view();
    this.#frame.send({
      type: 'views',
      ...core,
      vips: this.#strangers.merged(vips),
      ...(routing && { routing }),
      links: this.#links.view(),
      changedSettings: this.#links.changed(),
      ...(bfd && { bfd }),
      ...(takeover && { takeover }),
      isInForce,
    });
  }

  /** This process took no part before and takes none after. */
  #cleanUp({ config, masters, held, heldLinks }: Extract<ToVrrp, { type: 'cleanUp' }>): void {
    if (heldLinks) this.#links.inherit(heldLinks);
    void this.#frame.stop(() => this.#putAway(config, masters, held));
  }

  /** What is in no instance any more goes with the next picture of the host. */
  #release(held: readonly Held[], config: VrrpConfig): void {
    for (const wish of leftBehind(held, config)) this.#reconciler.declare(wish);
  }

  /** Says farewell for those that were MASTER, and removes what all hold, and what was held. */
  async #putAway(
    config: VrrpConfig,
    masters: readonly string[],
    held: readonly Held[],
  ): Promise<readonly string[]> {
    // What was held is looked for as well.
    this.#config = config;
    this.#held.push(...held);
    this.#links.configure(config.instances);
    const reading = await this.#network.readForSure(readerOf(config), () => true);
    if (reading === undefined) return [];
    this.#reconciler.configure(config.instances);
    this.#release(this.#held.splice(0), config);
    this.#reconciler.observe(reading, reading.asOf);
    this.#sockets.open(config.instances, reading.placesOf);
    const about = { ...reading, masters: new Set(masters) };
    const { digests, wallClock } = this.#parts;
    this.#orders.execute(farewells(config, about, { digests, unixMicroseconds: wallClock() }));
    return this.#end();
  }

  /** Carries out what was ordered, closes everything, and tells what the kernel still has of ours. */
  async #end(): Promise<readonly string[]> {
    this.#orders.finish();
    this.#statics.remove(this.#config?.statics);
    // One that is being opened has a timer too, which would keep this process alive.
    (await this.#bfdOpening)?.close();
    (await this.#sayOpening)?.close();
    await this.#reconciler.settled();
    this.#links.configure([]);
    await this.#releaseLinks();
    const left = await this.#left();
    this.#network.close();
    this.#linkPoll.close();
    this.#strangers.close();
    this.#parts.links.close();
    this.#links.close();
    this.#reconciler.close();
    this.#loop.close();
    this.#sockets.close();
    this.#parts.frames.close();
    this.#parts.kernel.close();
    return left;
  }

  /** When the kernel does not say, nothing is known to be gone. */
  async #left(): Promise<readonly string[]> {
    try {
      return this.#reconciler.leftOver(await this.#network.read(NO_READER));
    } catch (error) {
      this.#frame.trouble({ operation: 'read-interfaces', errno: '', detail: String(error) });
      return ['virtual addresses, perhaps: the interfaces could not be read'];
    }
  }
}

/** An operation as the kernel is asked for it. */
function changeOf(one: HoldingOperation): HoldingChange {
  if (one.of === 'routing') return one.operation;
  const { type, ifindex, address } = one.operation;
  return { type, address: { ifindex, ...address } };
}

function netlinkBuffers({
  vrrpCommands,
  vrrpCommandsForced,
  vrrpMonitor,
  vrrpMonitorForced,
}: BuffersConfig = {}): Parameters<NetworkKernel['setReceiveBuffers']>[0] {
  return {
    commands: receiveBuffer(vrrpCommands, vrrpCommandsForced),
    monitor: receiveBuffer(vrrpMonitor, vrrpMonitorForced),
  };
}
