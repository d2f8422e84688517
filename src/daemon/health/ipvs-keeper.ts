/**
 * Keeps the kernel's IPVS table equal to what configuration and health ask for. Start, health changes,
 * reload, repair after a foreign change and stop are one code path: desired, observed, difference,
 * apply. A refusal is reported and the table is read and planned anew, with growing pauses. When the
 * kernel is read is the picture's affair: a request changes nothing about it.
 */
import type { Result } from '../../core/base/result.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { IpvsTimeouts } from '../../core/lvs/config-codec.ts';
import type { SyncDaemonRole } from '../../core/lvs/daemon-codec.ts';
import type { ServerVerdicts } from '../../core/lvs/desired.ts';
import { desiredTable } from '../../core/lvs/desired.ts';
import type {
  IpvsObservedDestination,
  IpvsOperation,
  IpvsTable,
} from '../../core/lvs/ipvs-table.ts';
import { repairOf } from '../../core/lvs/repair.ts';
import type { SyncGoal } from '../../core/lvs/sync-daemons.ts';
import { planTable } from '../../core/lvs/table-operations.ts';
import {
  type ServiceIdentity,
  serviceKey,
  type VirtualServerConfig,
} from '../../core/model/config.ts';
import type { ReceiveBuffer } from '../../core/model/global-options.ts';
import type { IpvsRefusal } from '../../drivers/ipvs.ts';
import { KernelError } from '../../drivers/kernel-error.ts';
import type { ConfigSerial, FromHealth, IpvsStatus, IpvsTraffic } from '../frame/messages.ts';
import { IpvsPicture, type PictureClocks } from './ipvs-picture.ts';
import { IpvsRefusals } from './ipvs-refusals.ts';
import type { IpvsPort } from './ports.ts';
import { SyncDaemons } from './sync-daemons.ts';

/** A kernel without IPVS is asked again this often: the module may be loaded later. */
const REOPEN_MS = 10_000;
/** Pauses after a refusal: this, doubled up to the maximum. */
const RETRY_MS = 100;
const RETRY_MS_MAX = 10_000;

/** Changes by others that are named at a time; the rest is a number. */
const REPAIRS_NAMED_MAX = 5;

/** How the kernel answers when the module was unloaded; or the right to use it is lost. */
const FAMILY_IS_GONE: ReadonlySet<string> = new Set(['ENOENT', 'EOPNOTSUPP', 'EPERM']);

/** What the keeper works with. */
export interface IpvsKeeperOptions {
  readonly health: ServerVerdicts;
  readonly clocks: PictureClocks;
  /** Opens the kernel's IPVS, or says in an operator's words why it can't be used. */
  readonly open: () => Promise<Result<IpvsPort, { readonly message: string }>>;
  readonly send: (message: FromHealth) => void;
  /** Hears what our services in the kernel are, whenever all have been read. */
  readonly onTable: (table: IpvsTable<IpvsObservedDestination>) => void;
}

/** A configuration as the keeper takes it. */
export interface IpvsGoal {
  /** Its number, which the confirmation repeats. */
  readonly serial: ConfigSerial;
  readonly virtualServers: readonly VirtualServerConfig[];
  readonly lvsTimeouts?: Partial<IpvsTimeouts>;
  /** Of the socket on which the kernel is asked; absent = the usual one. */
  readonly commandBuffer?: ReceiveBuffer;
  /** Keys of services that a predecessor of ours made. */
  readonly owned: readonly string[];
  /** All services that are found are ours from now on. */
  readonly takesAll?: boolean;
  /** The stop removes all services, those of others too. */
  readonly flushesAtStop?: boolean;
  /** Absent: nothing of it runs. */
  readonly sync?: SyncGoal;
}

/** The one that writes the kernel's table. */
export class IpvsKeeper {
  readonly #options: IpvsKeeperOptions;
  /** Services that we made or configured: only these are ever changed or removed. */
  readonly #owned = new Set<string>();
  readonly #sync: SyncDaemons;
  readonly #picture: IpvsPicture;
  #goal: IpvsGoal = { serial: 0, virtualServers: [], owned: [] };
  /** The services of the goal, and the virtual servers that name them, by `serviceKey`. */
  #configured: ReadonlyMap<string, ServiceIdentity> = new Map();
  #sharers: ReadonlyMap<string, readonly VirtualServerConfig[]> = new Map();
  /** The keys of the services of each virtual server. */
  #services = new Map<string, readonly string[]>();
  #takesAll = false;
  #port: IpvsPort | undefined;
  /** Services that may not be as desired since the last plan; `all` after a configuration or refusal. */
  #dirty: Set<string> | 'all' = new Set();
  #confirmConfigured = false;
  #timeoutsDue = false;
  #operationsSinceGoal = 0;
  #cycle: Promise<void> = Promise.resolve();
  #cycleQueued = false;
  #timer: NodeJS.Timeout | undefined;
  #retryMs = 0;
  #reason = 'not asked yet';
  readonly #refusals = new IpvsRefusals();
  #counts = { operations: 0, refusals: 0, repairs: 0 };
  #stopped = false;

  constructor(options: IpvsKeeperOptions) {
    this.#options = options;
    this.#sync = new SyncDaemons(options.send);
    this.#picture = new IpvsPicture({
      ...options.clocks,
      onRound: (table) => {
        this.#sendTraffic(table);
        options.onTable(table);
      },
      onBlind: ({ errnoName: errno, message: detail }) =>
        this.#trouble({ operation: 'read-ipvs-table', errno, detail }),
    });
  }

  /** A new goal: first configuration or reload. */
  configure(goal: IpvsGoal): void {
    this.#goal = goal;
    this.#port?.setReceiveBuffer(goal.commandBuffer);
    this.#takesAll ||= goal.takesAll === true;
    for (const key of this.#sync.configure(goal.sync ?? {}, goal.owned)) this.#owned.add(key);
    this.#index(goal.virtualServers);
    for (const key of this.#configured.keys()) this.#owned.add(key);
    this.#dirty = 'all';
    this.#confirmConfigured = true;
    this.#timeoutsDue = true;
    this.#operationsSinceGoal = 0;
    this.#queue();
  }

  /** The instance that the connection synchronisation follows has another state. */
  follow(roles: readonly SyncDaemonRole[]): void {
    this.#sync.follow(roles);
    this.#queue();
  }

  #index(virtualServers: readonly VirtualServerConfig[]): void {
    const configured = new Map<string, ServiceIdentity>();
    const sharers = new Map<string, VirtualServerConfig[]>();
    this.#services = new Map();
    for (const server of virtualServers) {
      const keys = server.services.map(serviceKey);
      this.#services.set(server.key, keys);
      for (const [index, identity] of server.services.entries()) {
        const key = keys[index] ?? '';
        // The kernel would make another service of mark 0.
        if (identity.kind === 'fwmark' && identity.mark === 0) continue;
        configured.set(key, identity);
        const same = sharers.get(key);
        if (same === undefined) sharers.set(key, [server]);
        else same.push(server);
      }
    }
    this.#configured = configured;
    this.#sharers = sharers;
  }

  /** The weights of a virtual server's servers may have changed; of all of them when no key is given. */
  request(virtualServer?: string): void {
    if (virtualServer === undefined) this.#dirty = 'all';
    else if (this.#dirty !== 'all') {
      for (const key of this.#services.get(virtualServer) ?? []) this.#dirty.add(key);
    }
    this.#queue();
  }

  /**
   * Removes our services, unless the table is to be kept, and closes. Resolves with the keys of services that should be gone and may
   * still be there.
   */
  async stop(keepTable: boolean): Promise<string[]> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#cycle;
    const left = keepTable || this.#hasNothingToRemove() ? [] : await this.#removeAll();
    this.#port?.close();
    return left;
  }

  #hasNothingToRemove(): boolean {
    return this.#owned.size === 0 && this.#sync.isIdle && !this.#flushes;
  }

  get #flushes(): boolean {
    return this.#goal.flushesAtStop === true;
  }

  async #removeAll(): Promise<string[]> {
    const isOwned = (key: string): boolean => this.#flushes || this.#owned.has(key);
    try {
      if (this.#port === undefined && !(await this.#open())) return [];
      const port = this.#port;
      if (port === undefined) return [];
      const observed = await port.dumpTable(isOwned);
      const owned = new Set([...observed.keys()].filter(isOwned));
      await this.#apply(planTable({ observed, desired: new Map(), owned }));
      const left = [...(await port.dumpTable(isOwned)).keys()].filter(isOwned);
      return [...left, ...(await this.#sync.removeAll(port))];
    } catch (error) {
      this.#trouble({ operation: 'remove-ipvs-services', errno: '', detail: String(error) });
      return [...this.#owned];
    }
  }

  /** One cycle at a time; requests that come meanwhile share the next one. */
  #queue(): void {
    if (this.#cycleQueued || this.#stopped) return;
    this.#cycleQueued = true;
    this.#cycle = this.#cycle.then(async () => {
      // Results of one wheel slot arrive together: let them all in before planning.
      await new Promise((resolve) => setImmediate(resolve));
      this.#cycleQueued = false;
      if (!this.#stopped) await this.#run();
    });
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    const goal = this.#goal;
    let next: number | undefined;
    try {
      if (this.#hasNothingToDo()) this.#retryMs = 0;
      else if (this.#port === undefined && !(await this.#open())) next = REOPEN_MS;
      else if (!(await this.#reconcile())) next = this.#backOff();
      else this.#retryMs = 0;
    } catch (error) {
      this.#onFailure(error);
      next = this.#backOff();
    }
    // Whoever waits for it waits for the first attempt: a refusal is no reason never to be ready.
    if (goal === this.#goal) this.#confirm(this.#operationsSinceGoal);
    if (this.#hasNothingToDo()) return;
    this.#report();
    // What is due is due at its own time: requests in between do not move it.
    next ??= Math.ceil(this.#picture.dueIn / 1_000);
    if (!this.#stopped) this.#timer = setTimeout(() => this.#queue(), next);
  }

  /** A director without virtual servers never touches IPVS: its kernel need not have it. */
  #hasNothingToDo(): boolean {
    return (
      this.#port === undefined && this.#owned.size === 0 && this.#sync.isIdle && !this.#takesAll
    );
  }

  /** The table could not be read. Without the module it is opened anew, which loads it, or says why not. */
  #onFailure(error: unknown): void {
    this.#picture.forget();
    this.#dirty = 'all';
    const errno = error instanceof KernelError ? error.errnoName : '';
    this.#trouble({ operation: 'read-ipvs-table', errno, detail: String(error) });
    if (!FAMILY_IS_GONE.has(errno)) return;
    this.#port?.close();
    this.#port = undefined;
    this.#reason = `IPVS is gone: ${String(error)}`;
  }

  #backOff(): number {
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs === 0 ? RETRY_MS : this.#retryMs * 2);
    return this.#retryMs;
  }

  /** True when the kernel's IPVS is open now. */
  async #open(): Promise<boolean> {
    const opened = await this.#options.open();
    if (!opened.ok) {
      this.#reason = opened.error.message;
      return false;
    }
    this.#port = opened.value;
    this.#port.setReceiveBuffer(this.#goal.commandBuffer);
    this.#reason = '';
    this.#dirty = 'all';
    return true;
  }

  /** True when the kernel is as desired afterwards. */
  async #reconcile(): Promise<boolean> {
    const port = this.#port;
    if (port === undefined) return false;
    const isFirst = this.#picture.table === undefined;
    const readBefore = this.#picture.readAt;
    const changed = isFirst ? await this.#readAll(port) : await this.#refresh(port);
    const observed = this.#picture.table ?? new Map();
    const asked = this.#dirty;
    const dirty = asked === 'all' || isFirst ? 'all' : new Set([...asked, ...changed]);
    this.#dirty = new Set();
    const operations = this.#plan(observed, dirty);
    if (this.#timeoutsDue && this.#goal.lvsTimeouts !== undefined) {
      this.#timeoutsDue = false;
      const refused = await port.setTimeouts(this.#goal.lvsTimeouts);
      if (refused !== undefined) {
        const { errnoName: errno, explanation: detail } = refused;
        this.#trouble({ operation: 'set-ipvs-timeouts', errno, detail });
      }
    }
    const refusals = await this.#apply(operations);
    const isFresh = this.#picture.readAt !== readBefore;
    if (isFresh || this.#sync.isDue) await this.#sync.reconcile(port);
    if (refusals > 0) {
      this.#picture.forget();
      this.#dirty = 'all';
      return false;
    }
    if (this.#refusals.end()) this.#options.send({ type: 'refusalsEnded' });
    this.#picture.believe(operations);
    if (dirty === 'all') this.#forgetRemoved();
    if (asked !== 'all') {
      const repairs = operations.filter(({ key }) => !asked.has(key));
      this.#sayRepairs(observed, repairs);
    }
    return true;
  }

  async #readAll(port: IpvsPort): Promise<ReadonlySet<string>> {
    const table = await this.#picture.readAll(
      port,
      (key) => this.#takesAll || this.#owned.has(key),
    );
    if (this.#takesAll) for (const key of table.keys()) this.#owned.add(key);
    this.#takesAll = false;
    return new Set();
  }

  #refresh(port: IpvsPort): Promise<ReadonlySet<string>> {
    const isOurs = (key: string): boolean => this.#owned.has(key);
    return this.#picture.refresh(port, { isOurs, configured: this.#configured });
  }

  /** Differences in services that nobody here asked to change are somebody else's doing. */
  #sayRepairs(observed: IpvsTable, foreign: readonly IpvsOperation[]): void {
    if (foreign.length === 0) return;
    this.#counts.repairs++;
    const named = foreign.slice(0, REPAIRS_NAMED_MAX);
    this.#options.send({
      type: 'repaired',
      operations: foreign.length,
      repairs: named.map((operation) => repairOf(observed, operation)),
    });
  }

  /** What we have removed is nobody's: if somebody makes such a service by hand, it is theirs. */
  #forgetRemoved(): void {
    for (const key of this.#owned) {
      if (this.#configured.has(key) || this.#picture.table?.has(key) === true) continue;
      this.#owned.delete(key);
    }
  }

  #plan(observed: IpvsTable, dirty: ReadonlySet<string> | 'all'): IpvsOperation[] {
    const { health } = this.#options;
    if (dirty === 'all') {
      const desired = desiredTable(this.#goal.virtualServers, health);
      return planTable({ observed, desired, owned: this.#owned });
    }
    if (dirty.size === 0) return [];
    // A service that several virtual servers name is planned as a whole.
    const servers = new Set([...dirty].flatMap((key) => this.#sharers.get(key) ?? []));
    const desired = desiredTable([...servers], health, (key) => dirty.has(key));
    const part = new Map(
      [...dirty].flatMap((key) => {
        const entry = observed.get(key);
        return entry === undefined ? [] : [[key, entry] as const];
      }),
    );
    return planTable({ observed: part, desired, owned: this.#owned });
  }

  /**
   * The number of refusals. Services are made first: where one is refused, its servers are not tried, for
   * the kernel would refuse each of them too.
   */
  async #apply(operations: readonly IpvsOperation[]): Promise<number> {
    const port = this.#port;
    if (operations.length === 0 || port === undefined) return 0;
    const made = operations.filter(({ type }) => type === 'addService');
    const refusals = made.length === 0 ? [] : [...(await this.#send(port, made))];
    const missing = new Set(refusals.map(({ operation }) => operation.key));
    const rest = operations.filter(({ type, key }) => type !== 'addService' && !missing.has(key));
    if (rest.length > 0) refusals.push(...(await this.#send(port, rest)));
    if (refusals.length > 0) {
      for (const trouble of this.#refusals.take(refusals)) this.#trouble(trouble);
    }
    return refusals.length;
  }

  async #send(
    port: IpvsPort,
    operations: readonly IpvsOperation[],
  ): Promise<readonly IpvsRefusal[]> {
    const { applied, errors } = await port.apply(operations);
    this.#counts.operations += operations.length;
    this.#counts.refusals += errors.length;
    this.#operationsSinceGoal += applied;
    return errors;
  }

  #confirm(operations: number): void {
    if (!this.#confirmConfigured) return;
    this.#confirmConfigured = false;
    const { serial, virtualServers: servers } = this.#goal;
    const virtualServers = servers.length;
    this.#options.send({ type: 'configured', serial, virtualServers, operations });
  }

  #trouble(trouble: Trouble): void {
    this.#options.send({ type: 'trouble', trouble });
  }

  #report(): void {
    let destinations = 0;
    const table = this.#picture.table;
    for (const entry of table?.values() ?? []) destinations += entry.destinations.size;
    const status: IpvsStatus = {
      available: this.#port !== undefined,
      reason: this.#reason,
      readAt: this.#picture.readAt,
      services: table?.size ?? 0,
      destinations,
      ...this.#counts,
      sync: this.#sync.status,
    };
    const owned = [...this.#owned, ...this.#sync.owned];
    this.#options.send({ type: 'ipvs', status, owned });
  }

  #sendTraffic(table: IpvsTable<IpvsObservedDestination>): void {
    const traffic: IpvsTraffic[] = [];
    for (const [key, entry] of table) {
      if (!this.#owned.has(key) || entry.stats === undefined) continue;
      traffic.push({
        serviceKey: key,
        stats: entry.stats,
        destinations: [...entry.destinations].map(([destinationKey, destination]) => ({
          key: destinationKey,
          weight: destination.weight,
          active: destination.activeConnections,
          inactive: destination.inactiveConnections,
          stats: destination.stats,
        })),
      });
    }
    this.#options.send({ type: 'traffic', traffic });
  }
}
