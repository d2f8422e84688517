/**
 * The vrrp process: raw sockets, rtnetlink and a timerfd around the pure VrrpRouter. It imports no
 * third-party package but the netlink codecs, does not log, and shares its event loop with nothing.
 */
import { createHmac } from 'node:crypto';
import { monotonicUs, OsError, setResourceLimit } from 'dgram-extensions';
import { instant } from '../../core/base/time.ts';
import type { VrrpInstanceConfig } from '../../core/model/config.ts';
import { farewells } from '../../core/vrrp/farewell.ts';
import { VrrpRouter } from '../../core/vrrp/router.ts';
import type { InterfaceFact, VrrpAction, VrrpConfig, VrrpEvent } from '../../core/vrrp/types.ts';
import { errnoName } from '../../drivers/kernel-error.ts';
import { PacketSocket } from '../../drivers/packet-socket.ts';
import { RouteKernel } from '../../drivers/rtnetlink.ts';
import { connectToParent, type ParentChannel } from '../frame/ipc.ts';
import { MachineLoop } from '../frame/loop.ts';
import { VRRP_WAITING } from '../frame/merge-messages.ts';
import type { FromVrrp, ToVrrp, TroubleFact } from '../frame/messages.ts';
import { AddressReconciler } from './address-reconciler.ts';
import { AdvertisementSender } from './advertisement-sender.ts';
import { type HostNetwork, readHostNetwork } from './host-network.ts';
import { VrrpSending } from './sending.ts';
import { VrrpSockets } from './sockets.ts';
import { TakeoverWork } from './takeover-work.ts';
import { warmUp } from './warm-up.ts';

/** Changes of the network are gathered this long before they are read anew, milliseconds. */
const SETTLE_MS = 20;
const HEARTBEAT_MS = 1_000;
/** Pause before a configuration asks for the network again that could not be read, milliseconds. */
const READ_AGAIN_MS = 100;
/** Sockets that could not be opened are tried again this often, and routes looked up, milliseconds. */
const OPEN_AGAIN_MS = 5_000;
/** Real-time CPU without a pause, microseconds: a runaway is ended by the kernel, and the spare takes over. */
const REAL_TIME_US_MAX = 1_000_000;
/** An orderly stop that the kernel does not answer ends all the same, milliseconds. */
const STOP_MS_MAX = 2_000;

type Reportable = Extract<VrrpAction, { type: 'transition' | 'groupTransition' | 'notice' }>;

class VrrpProcess {
  readonly #channel: ParentChannel<FromVrrp>;
  readonly #kernel: RouteKernel;
  readonly #packets = new PacketSocket();
  readonly #router = new VrrpRouter({ hmacMd5 });
  readonly #loop: MachineLoop<VrrpEvent, VrrpAction>;
  readonly #sockets: VrrpSockets;
  readonly #sending: VrrpSending;
  readonly #sender = new AdvertisementSender((action) => this.#sending.send(action));
  readonly #reconciler: AddressReconciler;
  readonly #work: TakeoverWork;
  readonly #heartbeat: NodeJS.Timeout;
  #config: VrrpConfig | undefined;
  /** Instances to go on with as MASTER, until a configuration has come into force. */
  readonly #adopt: string[] = [];
  #interfaces = new Map<string, InterfaceFact>();
  #facts: Reportable[] = [];
  #refresh: NodeJS.Timeout | undefined;
  #openAgain: NodeJS.Timeout | undefined;
  #reading = false;
  #readAgain = false;
  #stopping = false;

  constructor() {
    this.#channel = connectToParent<ToVrrp, FromVrrp>(
      {
        onMessage: (message) => this.#onMessage(message),
        onGone: () => void this.#stop(),
      },
      VRRP_WAITING,
    );
    this.#kernel = RouteKernel.open();
    this.#sockets = new VrrpSockets({
      onPacket: (packet) => {
        const { receivedUs, ...rest } = packet;
        const receivedAt =
          Number.isFinite(receivedUs) && receivedUs > 0 ? receivedUs : monotonicUs();
        this.#loop.feed({ type: 'packet', ...rest, receivedAt: instant(receivedAt) });
      },
      onTrouble: (trouble) => this.#trouble(trouble),
    });
    this.#sending = new VrrpSending({
      send: (action) => this.#sockets.send(action, action),
      sendFrame: (ifindex, frame) => this.#packets.send(ifindex, frame),
      linkOf: (ifindex) => [...this.#interfaces.values()].find((one) => one.ifindex === ifindex),
      onTrouble: (trouble) => this.#trouble(trouble),
    });
    this.#reconciler = new AddressReconciler({
      kernel: async (operations) => {
        const changes = operations.map(({ type, ifindex, address }) => ({
          type,
          address: { ifindex, ...address },
        }));
        return (await this.#kernel.changeAddresses(changes)).map((error) => error?.errnoName);
      },
      ifindexOf: (name) => this.#interfaces.get(name)?.ifindex,
      now: () => instant(monotonicUs()),
      onNotice: (notice) => this.#report({ type: 'notice', ...notice }),
      onFailed: (operation, errno) => {
        const { address, prefixLength, interface: name } = operation.address;
        const what = `${operation.type} address ${address}/${prefixLength} on ${name}`;
        this.#trouble({ operation: what, errno, message: `${what}: ${errno}` });
        this.#loop.feed({
          type: 'actionFailed',
          instance: operation.instance,
          action: 'setAddresses',
          operation: what,
          errno,
        });
      },
    });
    this.#loop = new MachineLoop<VrrpEvent, VrrpAction>({
      machine: this.#router,
      drain: () => this.#sockets.drain(),
      execute: (actions) => this.#execute(actions),
      onSettled: () => this.#work.run(),
    });
    this.#work = new TakeoverWork({
      declare: (wish) => this.#reconciler.declare(wish),
      carryOut: (instances) => this.#reconciler.carryOut(instances),
      announce: ({ ifindex, frame }) => {
        const sent = this.#packets.send(ifindex, frame);
        return sent < 0 ? errnoName(sent) : undefined;
      },
      onAnnounced: (results) => this.#loop.feed({ type: 'announced', results }),
    });
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
  }

  async start(): Promise<void> {
    await warmUp({ hmacMd5 }, this.#kernel);
    if (this.#stopping) return;
    this.#kernel.monitor({
      onChange: (change) => {
        if (!this.#reconciler.confirms(change)) this.#scheduleRefresh();
      },
      onOverrun: () => {
        this.#reconciler.lostNotifications();
        this.#scheduleRefresh();
      },
    });
    this.#channel.send({ type: 'ready' });
  }

  #onMessage(message: ToVrrp): void {
    if (message.type === 'configure') {
      this.#adopt.push(...message.adopt);
      void this.#configure(message.config);
    } else if (message.type === 'request') {
      const { command: type, instance } = message.request;
      const reply = this.#router.foretellResignation(instance);
      if (reply.outcome === 'resigned') this.#loop.feed({ type, instance });
      this.#channel.send({ type: 'reply', id: message.id, reply });
    } else if (message.type === 'cleanUp') {
      void this.#cleanUp(message);
    } else void this.#stop();
  }

  /**
   * The network is read first: an instance that starts without facts would start in FAULT. While it cannot be
   * read, everything stays as it is.
   */
  async #configure(config: VrrpConfig): Promise<void> {
    this.#config = config;
    const network = await this.#readForSure(config, () => this.#config === config);
    if (network === undefined) return;
    // Before anything is ordered: what is on the host already decides what may be removed.
    this.#reconciler.configure(config.instances);
    this.#reconciler.observe(network.addresses, network.asOf);
    this.#feedNetwork(network, config);
    this.#loop.feed({ type: 'configure', config, adopt: this.#adopt.splice(0) });
    this.#sockets.trim();
    this.#work.finish();
    const names = new Set(config.instances.map((instance) => instance.name));
    this.#reconciler.keep((name) => names.has(name));
    this.#sending.keep((name) => names.has(name));
    this.#channel.send({ type: 'configured', instances: config.instances.length });
    this.#sendViews();
  }

  /** Undefined when it is no longer wanted: a later configuration has come, or the stop. */
  async #readForSure(
    config: VrrpConfig,
    isWanted: () => boolean,
  ): Promise<(HostNetwork & { readonly asOf: number }) | undefined> {
    while (isWanted() && !this.#stopping) {
      try {
        const network = await this.#read(config.instances);
        return isWanted() && !this.#stopping ? network : undefined;
      } catch (error) {
        this.#trouble({ operation: 'read interfaces', errno: '', message: String(error) });
        await new Promise((resolve) => setTimeout(resolve, READ_AGAIN_MS));
      }
    }
    return undefined;
  }

  #feedNetwork(network: HostNetwork, config: VrrpConfig): void {
    const { interfaces, addresses, routes, linkOf } = network;
    this.#sockets.open(config.instances, linkOf);
    const deaf = this.#sockets.deaf(config.instances, linkOf);
    this.#loop.feed({ type: 'network', interfaces, addresses, routes, deaf });
    const isSettled = deaf.length === 0 && !network.dependsOnRoutes;
    if (isSettled || this.#openAgain !== undefined) return;
    this.#openAgain = setTimeout(() => {
      this.#openAgain = undefined;
      this.#scheduleRefresh();
    }, OPEN_AGAIN_MS);
  }

  async #read(
    instances: readonly VrrpInstanceConfig[],
  ): Promise<HostNetwork & { readonly asOf: number }> {
    const asOf = this.#reconciler.mark();
    const network = await readHostNetwork(this.#kernel, instances);
    this.#interfaces = new Map(network.interfaces.map((fact) => [fact.name, fact]));
    return { ...network, asOf };
  }

  #scheduleRefresh(): void {
    // Without a configuration this is a spare process: it reads the network when its turn comes.
    if (this.#refresh !== undefined || this.#stopping || this.#config === undefined) return;
    this.#refresh = setTimeout(() => {
      this.#refresh = undefined;
      void this.#readNetwork();
    }, SETTLE_MS);
  }

  async #readNetwork(): Promise<void> {
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = true;
    try {
      const network = await this.#read(this.#config?.instances ?? []);
      if (this.#stopping || this.#config === undefined) return;
      this.#feedNetwork(network, this.#config);
      this.#sockets.trim();
      this.#reconciler.observe(network.addresses, network.asOf);
    } catch (error) {
      this.#trouble({ operation: 'read interfaces', errno: '', message: String(error) });
      this.#scheduleRefresh();
    } finally {
      this.#reading = false;
      if (this.#readAgain) {
        this.#readAgain = false;
        this.#scheduleRefresh();
      }
    }
  }

  #execute(actions: readonly VrrpAction[]): void {
    for (const action of actions) {
      switch (action.type) {
        case 'sendAdvertisement':
          this.#sender.send(action);
          break;
        case 'setAddresses':
        case 'announce':
          this.#work.add(action);
          break;
        case 'transition':
        case 'groupTransition':
        case 'notice':
          this.#report(action);
          break;
      }
    }
    for (const result of this.#sender.results()) this.#loop.feed(result);
  }

  #report(fact: Reportable): void {
    if (this.#facts.length === 0) setImmediate(() => this.#sendFacts());
    this.#facts.push(fact);
  }

  #sendFacts(): void {
    const facts = this.#facts;
    this.#facts = [];
    if (facts.length > 0) this.#channel.send({ type: 'facts', facts });
    if (facts.some((fact) => fact.type !== 'notice')) this.#sendViews();
  }

  #sendViews(): void {
    const vips = this.#reconciler.view();
    this.#channel.send({ type: 'views', ...this.#router.view(), vips });
  }

  #beat(): void {
    if (this.#config === undefined) return;
    this.#channel.send({
      type: 'heartbeat',
      at: monotonicUs(),
      latenessUs: this.#loop.takeLateness(),
    });
    this.#sendViews();
  }

  #trouble(trouble: TroubleFact): void {
    this.#channel.send({ type: 'trouble', trouble });
  }

  async #stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    const giveUp = setTimeout(() => process.exit(1), STOP_MS_MAX);
    this.#loop.feed({ type: 'shutdown' });
    this.#work.finish();
    await this.#end(giveUp);
  }

  /** This process took no part before and takes none after. */
  async #cleanUp(order: Extract<ToVrrp, { type: 'cleanUp' }>): Promise<void> {
    const giveUp = setTimeout(() => process.exit(1), STOP_MS_MAX);
    const { config } = order;
    const network = await this.#readForSure(config, () => true);
    if (network === undefined) return;
    this.#stopping = true;
    this.#reconciler.configure(config.instances);
    this.#reconciler.observe(network.addresses, network.asOf);
    this.#sockets.open(config.instances, network.linkOf);
    const masters = new Set(order.masters);
    this.#execute(farewells(config, { ...network, masters }, hmacMd5));
    this.#work.finish();
    await this.#end(giveUp);
  }

  async #end(giveUp: NodeJS.Timeout): Promise<void> {
    await this.#reconciler.settled();
    const left = await this.#left();
    this.#sendFacts();
    clearTimeout(giveUp);
    clearInterval(this.#heartbeat);
    clearTimeout(this.#refresh);
    clearTimeout(this.#openAgain);
    this.#reconciler.close();
    this.#loop.close();
    this.#sockets.close();
    this.#packets.close();
    this.#kernel.close();
    this.#channel.end({ type: 'stopped', left });
  }

  /** What the kernel still has of ours. When it does not say, nothing is known to be gone. */
  async #left(): Promise<string[]> {
    try {
      return this.#reconciler.leftOver((await this.#read([])).addresses);
    } catch (error) {
      this.#trouble({ operation: 'read interfaces', errno: '', message: String(error) });
      return ['virtual addresses, perhaps: the interfaces could not be read'];
    }
  }
}

function hmacMd5(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac('md5', key).update(data).digest();
}

/** Runs the role until the supervisor stops it or goes away. */
export async function main(): Promise<void> {
  // Whether it is real-time decides the supervisor, which sets it from outside.
  setResourceLimit('rttime', REAL_TIME_US_MAX, REAL_TIME_US_MAX);
  let role: VrrpProcess;
  try {
    role = new VrrpProcess();
  } catch (error) {
    if (!(error instanceof OsError)) throw error;
    await giveUp(error);
    return;
  }
  await role.start();
}

/** Without its sockets this process is of no use: it says why, in words instead of a stack, and ends. */
async function giveUp(error: OsError): Promise<void> {
  const isForbidden = error.code === 'EPERM' || error.code === 'EACCES';
  const message = isForbidden ? 'VRRP needs root, or CAP_NET_ADMIN and CAP_NET_RAW' : error.message;
  const trouble = { operation: 'open the sockets of VRRP', errno: error.code, message };
  await new Promise((resolve) => {
    const said: FromVrrp = { type: 'trouble', trouble };
    if (process.send?.(said, undefined, undefined, resolve) === undefined) resolve(undefined);
  });
  process.exit(1);
}
