/**
 * The health process: probes and a timer around the pure HealthMachine, and the keeper of the
 * kernel's IPVS table. It reports facts and views and logs nothing.
 */

import type { ProbeResult } from '../../core/checkers/outcome.ts';
import { checkerOf } from '../../core/checkers/table.ts';
import type { CommandsIn } from '../../core/control/commands.ts';
import type { TraceReport } from '../../core/facts/trace-facts.ts';
import type {
  HealthAction,
  HealthEvent,
  HealthReport,
  VirtualServerView,
} from '../../core/health/events-and-actions.ts';
import { NO_ORDERS } from '../../core/health/server-orders.ts';
import { decidingAddresses } from '../../core/health/suspension.ts';
import {
  type CheckConfig,
  endpointKey,
  type VirtualServerConfig,
} from '../../core/model/config.ts';
import { replyTo } from '../frame/child-commands.ts';
import type { MessageHandlers } from '../frame/dispatch.ts';
import type { MachineLoop } from '../frame/loop.ts';
import type { FromHealth, KnownHealth, ToHealth } from '../frame/messages.ts';
import type { ProcessFrame, Role } from '../frame/process-frame.ts';
import { Trace } from '../frame/trace.ts';
import { heardVirtualServers } from '../frame/virtual-server-news.ts';
import { ConntrackSwitch } from './conntrack-switch.ts';
import { HeldAddresses } from './held-addresses.ts';
import { IpvsKeeper } from './ipvs-keeper.ts';
import type { HealthCore, HealthParts, ProbePort } from './ports.ts';
import { PreconditionWatch } from './precondition-watch.ts';
import { CheckPrograms } from './programs.ts';

/** Loading a module takes milliseconds, and at most the ten seconds that `modprobe` is given. */
const MODULE_MS_MAX = 12_000;
/** Views are sent in slices, so that 40,000 servers never hold the loop; all within five heartbeats. */
const VIEW_SLICES = 5;
const VIEW_SLICE_MIN = 50;

/** The frame of the health process. */
export type HealthFrame = ProcessFrame<ToHealth, FromHealth, HealthReport | TraceReport>;

/** The work of the health process. */
export class HealthRole implements Role<ToHealth, HealthReport | TraceReport> {
  readonly handlers: MessageHandlers<ToHealth> = {
    configure: (order) => this.#configure(order),
    request: (order) => this.#frame.send(replyTo<CommandsIn<'health'>>(order, {})),
    trackers: (order) => this.#loop.feed(order),
    orders: (order) => this.#loop.feed(order),
    programEnded: ({ id, end }) => this.#programs.ended(id, end),
    syncRoles: ({ roles }) => this.#keeper.follow(roles),
    moduleLoaded: (answer) => this.#onModule?.(answer.problem),
    cleanUp: (order) => {
      const { owned, flushes: flushesAtStop = false } = order;
      this.#keeper.configure({ serial: 0, virtualServers: [], owned, flushesAtStop });
      this.#stop(false);
    },
    shutdown: (order) => this.#stop(order.keepTable),
  };
  readonly #frame: HealthFrame;
  readonly #core: HealthCore;
  readonly #probes: ProbePort;
  readonly #loop: MachineLoop<HealthEvent, HealthAction>;
  readonly #keeper: IpvsKeeper;
  readonly #programs: CheckPrograms;
  readonly #conntrack: ConntrackSwitch;
  readonly #preconditions: PreconditionWatch;
  readonly #addresses: HeldAddresses;
  /** What is asked now, while traffic is reported. */
  readonly #probing = new Map<number, CheckConfig>();
  readonly #trace = new Trace((report) => this.#frame.report(report));
  #virtualServers: readonly VirtualServerConfig[] = [];
  #keys: readonly string[] = [];
  #viewCursor = 0;
  #onModule: ((problem: string | undefined) => void) | undefined;

  constructor(frame: HealthFrame, parts: HealthParts) {
    this.#frame = frame;
    this.#core = parts.core;
    this.#conntrack = new ConntrackSwitch({ ...parts, send: (message) => frame.send(message) });
    this.#preconditions = new PreconditionWatch((name) => this.#conntrack.read(name));
    this.#addresses = new HeldAddresses({
      open: parts.openAddresses,
      onHeld: (held) => this.#loop.feed({ type: 'heldAddresses', held }),
      onProblem: (errno, detail) =>
        frame.send({ type: 'trouble', trouble: { operation: 'read-addresses', errno, detail } }),
    });
    this.#keeper = new IpvsKeeper({
      health: parts.core,
      clocks: { now: () => frame.clock.now(), spent: processorTime },
      open: async () => {
        const opened = await parts.openIpvs(() => this.#askForModule());
        // Before the first service is written, and behind the module that has the setting.
        this.#conntrack.tend();
        return opened;
      },
      send: (message) => frame.send(message),
      onTable: (table) => this.#loop.feed({ type: 'table', table }),
    });
    this.#programs = new CheckPrograms((message) => frame.send(message));
    this.#probes = parts.openProbes({
      programs: this.#programs,
      onEnd: (checkId, generation, result) => {
        this.#traceProbe(checkId, result);
        this.#loop.feed({ type: 'probeEnded', checkId, generation, result });
      },
    });
    this.#loop = frame.drive<HealthEvent, HealthAction>({
      machine: parts.core,
      drain: () => undefined,
      execute: (actions) => this.#execute(actions),
    });
  }

  isAtWork(): boolean {
    return true;
  }

  onBeat(): void {
    this.#lookAtPreconditions();
    this.#addresses.retry();
    const count = Math.max(VIEW_SLICE_MIN, Math.ceil(this.#keys.length / VIEW_SLICES));
    if (this.#viewCursor >= this.#keys.length) this.#viewCursor = 0;
    const slice = this.#keys.slice(this.#viewCursor, this.#viewCursor + count);
    // Few, and gone soon.
    const gone = this.#core.leavingServices().map(({ key }) => key);
    this.#sendViews(this.#core.viewOf([...slice, ...gone]));
    this.#viewCursor += count;
  }

  onReported(facts: readonly (HealthReport | TraceReport)[]): void {
    this.#sendViews(
      this.#core.viewOf(
        new Set(facts.flatMap((fact) => (fact.type === 'trace' ? [] : fact.virtualServer))),
      ),
    );
  }

  /** The table stays: whoever restarts us adopts it, and connections go on. */
  onGone(): void {
    this.#stop(true);
  }

  #configure(order: Extract<ToHealth, { type: 'configure' }>): void {
    const { known, orders = NO_ORDERS, limits = {} } = order;
    const before = new Set(this.#virtualServers);
    const virtualServers = heardVirtualServers(this.#virtualServers, order.virtualServers);
    this.#virtualServers = virtualServers;
    this.#trace.turn(order.isTraced);
    if (hasKnowledge(known)) {
      this.#loop.feed({
        type: 'adoptDown',
        serverKeys: known.down,
        aliveServerKeys: known.alive,
        quorumUpKeys: known.quorumUp,
        ...(known.shares === undefined ? {} : { shares: known.shares }),
      });
    }
    const emptiesTable = order.takesAll === true;
    this.#loop.feed({ type: 'configure', virtualServers, book: orders, limits, emptiesTable });
    this.#conntrack.configure(order.switchesConntrack === true);
    this.#keeper.configure({ ...order, virtualServers });
    this.#addresses.watch(decidingAddresses(virtualServers));
    this.#preconditions.configure(virtualServers);
    this.#lookAtPreconditions();
    this.#keys = virtualServers.map((server) => server.key);
    this.#viewCursor = 0;
    // What is as before has views already, and goes on with its turns.
    const changed = virtualServers.filter((server) => !before.has(server));
    this.#sendViews(this.#core.viewOf(changed.map((server) => server.key)));
  }

  /** What kept the supervisor from loading the module of IPVS, or undefined. */
  #askForModule(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const limit = setTimeout(() => resolve('no answer'), MODULE_MS_MAX);
      this.#onModule = (problem) => {
        clearTimeout(limit);
        resolve(problem);
      };
      this.#frame.send({ type: 'loadModule' });
    });
  }

  #traceProbe(checkId: number, result: ProbeResult): void {
    const check = this.#probing.get(checkId);
    this.#probing.delete(checkId);
    if (check === undefined) return;
    this.#trace.say(() => ({ id: 'trace.probe', check: whatIsAsked(check), result }));
  }

  #execute(actions: readonly HealthAction[]): void {
    for (const action of actions) {
      switch (action.type) {
        case 'startProbe':
          if (this.#trace.isOn) this.#probing.set(action.checkId, action.check);
          this.#probes.start(action.checkId, action.generation, action.check);
          break;
        case 'cancelProbe':
          this.#probing.delete(action.checkId);
          this.#probes.cancel(action.checkId, action.generation);
          break;
        case 'serversLeft':
          this.#frame.send({ type: 'serversLeft', left: action.left });
          break;
        case 'replan':
          this.#keeper.request(action.virtualServer);
          break;
        default:
          this.#frame.report(action);
      }
    }
  }

  #sendViews(virtualServers: readonly VirtualServerView[]): void {
    if (virtualServers.length > 0) this.#frame.send({ type: 'views', virtualServers });
  }

  #lookAtPreconditions(): void {
    const preconditions = this.#preconditions.look();
    if (preconditions !== undefined) this.#frame.send({ type: 'preconditions', preconditions });
    // What somebody set back was seen and told before it is set again.
    this.#conntrack.tend();
  }

  #stop(keepTable: boolean): void {
    void this.#frame.stop(() => {
      this.#loop.close();
      this.#addresses.close();
      this.#probes.close();
      return this.#keeper.stop(keepTable).finally(() => {
        if (!keepTable) this.#conntrack.putBack();
      });
    });
  }
}

function hasKnowledge({ down, alive, quorumUp, shares = [] }: KnownHealth): boolean {
  return [down, alive, quorumUp, shares].some((list) => list.length > 0);
}

/** What this process has had of the processor, microseconds. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** `TCP_CHECK#1 to 10.0.1.1:80`. */
function whatIsAsked(check: CheckConfig): string {
  const targets = checkerOf(check).endpoints(check);
  const places = targets.map(({ address, port }) => endpointKey(address, port));
  return places.length === 0 ? check.label : `${check.label} to ${places.join(', ')}`;
}
