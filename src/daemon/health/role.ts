/**
 * The health process: probes and a timerfd around the pure HealthMachine, and the keeper of the
 * kernel's IPVS table. It reports facts and views and logs nothing.
 */
import { monotonicUs } from 'dgram-extensions';
import { HealthMachine } from '../../core/health/machine.ts';
import { seededRandom } from '../../core/health/seeded-random.ts';
import type { HealthAction, HealthEvent } from '../../core/health/types.ts';
import { IpvsKernel } from '../../drivers/ipvs.ts';
import { ProbeRunner } from '../../drivers/probes/probe-runner.ts';
import { readSysctl } from '../../drivers/sysctl.ts';
import { connectToParent, type ParentChannel } from '../frame/ipc.ts';
import { MachineLoop } from '../frame/loop.ts';
import { HEALTH_WAITING } from '../frame/merge-messages.ts';
import type { FromHealth, ToHealth } from '../frame/messages.ts';
import { IpvsKeeper } from './ipvs-keeper.ts';
import { PreconditionWatch } from './precondition-watch.ts';

const HEARTBEAT_MS = 1_000;
/** An orderly stop that takes longer ends all the same, milliseconds. */
const STOP_MS_MAX = 4_000;
/** Loading a module takes milliseconds, and at most the ten seconds that `modprobe` is given. */
const MODULE_MS_MAX = 12_000;
/** Views are sent in slices, so that 40,000 servers never hold the loop; all within five heartbeats. */
const VIEW_SLICES = 5;
const VIEW_SLICE_MIN = 50;

class HealthProcess {
  readonly #channel: ParentChannel<FromHealth>;
  readonly #machine = new HealthMachine({ random: seededRandom(process.pid) });
  readonly #probes: ProbeRunner;
  readonly #loop: MachineLoop<HealthEvent, HealthAction>;
  readonly #keeper: IpvsKeeper;
  readonly #preconditions = new PreconditionWatch(readSysctl);
  readonly #heartbeat: NodeJS.Timeout;
  #facts: Extract<FromHealth, { type: 'facts' }>['facts'][number][] = [];
  #keys: readonly string[] = [];
  #viewCursor = 0;
  #stopping = false;
  #onModule: ((problem: string | undefined) => void) | undefined;

  constructor() {
    this.#channel = connectToParent<ToHealth, FromHealth>(
      {
        onMessage: (message) => this.#onMessage(message),
        // The table stays: whoever restarts us adopts it, and connections go on.
        onGone: () => void this.#stop(true),
      },
      HEALTH_WAITING,
    );
    this.#keeper = new IpvsKeeper({
      health: this.#machine,
      open: () => IpvsKernel.open({ loadModule: () => this.#askForModule() }),
      send: (message) => this.#channel.send(message),
    });
    this.#probes = new ProbeRunner({
      onEnd: (checkId, generation, result) =>
        this.#loop.feed({ type: 'probeEnded', checkId, generation, result }),
    });
    this.#loop = new MachineLoop<HealthEvent, HealthAction>({
      machine: this.#machine,
      drain: () => undefined,
      execute: (actions) => this.#execute(actions),
    });
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
  }

  start(): void {
    this.#channel.send({ type: 'ready' });
  }

  #onMessage(message: ToHealth): void {
    if (message.type === 'shutdown') {
      void this.#stop(message.keepTable);
      return;
    }
    if (message.type === 'cleanUp') {
      this.#keeper.configure({ virtualServers: [], owned: message.owned });
      void this.#stop(false);
      return;
    }
    if (message.type === 'moduleLoaded') {
      this.#onModule?.(message.problem);
      return;
    }
    const { known } = message;
    this.#loop.feed({
      type: 'adoptDown',
      serverKeys: known.down,
      aliveServerKeys: known.alive,
      quorumUpKeys: known.quorumUp,
    });
    this.#loop.feed({ type: 'configure', virtualServers: message.virtualServers });
    this.#keeper.configure(message);
    this.#preconditions.configure(message.virtualServers);
    this.#lookAtPreconditions();
    this.#keys = message.virtualServers.map((server) => server.key);
    this.#viewCursor = 0;
    this.#sendViews(this.#machine.viewOf(this.#keys));
  }

  /** What kept the supervisor from loading the module of IPVS, or undefined. */
  #askForModule(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const limit = setTimeout(() => resolve('no answer'), MODULE_MS_MAX);
      this.#onModule = (problem) => {
        clearTimeout(limit);
        resolve(problem);
      };
      this.#channel.send({ type: 'loadModule' });
    });
  }

  #execute(actions: readonly HealthAction[]): void {
    for (const action of actions) {
      switch (action.type) {
        case 'startProbe':
          this.#probes.start(action.checkId, action.generation, action.check);
          break;
        case 'cancelProbe':
          this.#probes.cancel(action.checkId, action.generation);
          break;
        case 'replan':
          break;
        default:
          if (action.type === 'serverChanged' || action.type === 'quorumChanged') {
            this.#keeper.request(action.virtualServer);
          }
          if (this.#facts.length === 0) setImmediate(() => this.#sendFacts());
          this.#facts.push(action);
      }
    }
  }

  #sendFacts(): void {
    const facts = this.#facts;
    this.#facts = [];
    if (facts.length === 0) return;
    this.#channel.send({ type: 'facts', facts });
    this.#sendViews(this.#machine.viewOf(new Set(facts.map((fact) => fact.virtualServer))));
  }

  #sendViews(virtualServers: Extract<FromHealth, { type: 'views' }>['virtualServers']): void {
    if (virtualServers.length > 0) this.#channel.send({ type: 'views', virtualServers });
  }

  #beat(): void {
    const latenessUs = this.#loop.takeLateness();
    this.#channel.send({ type: 'heartbeat', at: monotonicUs(), latenessUs });
    this.#lookAtPreconditions();
    const count = Math.max(VIEW_SLICE_MIN, Math.ceil(this.#keys.length / VIEW_SLICES));
    if (this.#viewCursor >= this.#keys.length) this.#viewCursor = 0;
    const slice = this.#keys.slice(this.#viewCursor, this.#viewCursor + count);
    this.#sendViews(this.#machine.viewOf(slice));
    this.#viewCursor += count;
  }

  #lookAtPreconditions(): void {
    const preconditions = this.#preconditions.look();
    if (preconditions !== undefined) this.#channel.send({ type: 'preconditions', preconditions });
  }

  async #stop(keepTable: boolean): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    const giveUp = setTimeout(() => process.exit(1), STOP_MS_MAX);
    this.#loop.close();
    this.#probes.close();
    const left = await this.#keeper.stop(keepTable);
    this.#sendFacts();
    clearTimeout(giveUp);
    clearInterval(this.#heartbeat);
    this.#channel.end({ type: 'stopped', left });
  }
}

/** Runs the role until the supervisor stops it or goes away. */
export async function main(): Promise<void> {
  new HealthProcess().start();
}
