/**
 * Keeps the kernel's IPVS table equal to what configuration and health ask for. Start, health changes,
 * reload, repair after a foreign change and stop are one code path: desired, observed, difference,
 * apply. What the kernel refuses is reported and tried again after growing pauses, and nothing else waits
 * for it. When the kernel is read is the picture's affair: a request changes nothing about it.
 */
import type { Result } from '../../core/base/result.ts';
import type { Instant } from '../../core/base/time.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { SyncDaemonRole } from '../../core/lvs/daemon-codec.ts';
import type { ServerVerdicts } from '../../core/lvs/desired.ts';
import type {
  IpvsObservedDestination,
  IpvsOperation,
  IpvsServiceEntry,
  IpvsTable,
} from '../../core/lvs/ipvs-table.ts';
import { stepsOf } from '../../core/lvs/order.ts';
import { repairOf } from '../../core/lvs/repair.ts';
import { planTable } from '../../core/lvs/table-operations.ts';
import { Withheld } from '../../core/lvs/withheld.ts';
import type { IpvsRefusal } from '../../drivers/ipvs.ts';
import { KernelError } from '../../drivers/kernel-error.ts';
import type { FromHealth } from '../frame/messages.ts';
import { GoalServices, type IpvsGoal } from './ipvs-goal.ts';
import { IpvsPicture, type PictureClocks } from './ipvs-picture.ts';
import { IpvsRefusals } from './ipvs-refusals.ts';
import { IpvsReports } from './ipvs-reports.ts';
import type { IpvsPort } from './ports.ts';
import { SyncDaemons } from './sync-daemons.ts';

/** A kernel without IPVS is asked again this often: the module may be loaded later. */
const REOPEN_MS = 10_000;
/** Pauses after a failure to read or write at all: this, doubled up to the maximum. */
const RETRY_MS = 100;
const RETRY_MS_MAX = 10_000;

/** Changes by others that are named at a time; the rest is a number. */
const REPAIRS_NAMED_MAX = 5;

/** How the kernel answers when the module was unloaded; or the right to use it is lost. */
const FAMILY_IS_GONE: ReadonlySet<string> = new Set(['ENOENT', 'EOPNOTSUPP', 'EPERM']);

/** A refusal after which nobody knows what the kernel has done of a batch, or whether it still has IPVS. */
const IS_NO_ANSWER: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'ENOBUFS',
  'ECANCELED',
  'EOPNOTSUPP',
  'EPERM',
]);

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

/** The one that writes the kernel's table. */
export class IpvsKeeper {
  readonly #options: IpvsKeeperOptions;
  /** Services that we made or configured: only these are ever changed or removed. */
  readonly #owned = new Set<string>();
  readonly #sync: SyncDaemons;
  readonly #picture: IpvsPicture;
  #goal: IpvsGoal = { serial: 0, virtualServers: [], owned: [] };
  #services = new GoalServices([]);
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
  readonly #withheld = new Withheld<IpvsRefusal>();
  readonly #refusals = new IpvsRefusals();
  readonly #reports: IpvsReports;
  #counts = { operations: 0, refusals: 0, repairs: 0 };
  #stopped = false;

  constructor(options: IpvsKeeperOptions) {
    this.#options = options;
    this.#sync = new SyncDaemons(options.send);
    this.#reports = new IpvsReports(options.send, options.clocks.now);
    this.#picture = new IpvsPicture({
      ...options.clocks,
      onSlice: (table, isComplete) => this.#reports.traffic(table, isComplete),
      onRound: options.onTable,
      onBlind: ({ errnoName: errno, message: detail }) =>
        this.#trouble({ operation: 'read-ipvs-table', errno, detail }),
    });
  }

  /** A new goal: first configuration or reload. */
  configure(goal: IpvsGoal): void {
    this.#goal = goal;
    this.#port?.setReceiveBuffer(goal.commandBuffer);
    this.#takesAll ||= goal.takesAll === true;
    const before = this.#services;
    this.#services = new GoalServices(goal.virtualServers);
    const inherited = this.#sync.configure(goal.sync ?? {}, goal.owned);
    for (const key of inherited) this.#owned.add(key);
    for (const key of this.#services.identities.keys()) this.#owned.add(key);
    // What is the same object is the same: it is as desired, or planned already.
    this.#addDirty(this.#services.differingFrom(before));
    this.#addDirty(inherited.filter((key) => !this.#services.identities.has(key)));
    if (this.#takesAll) this.#dirty = 'all';
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

  /** The weights of a virtual server's servers may have changed; of all of them when no key is given. */
  request(virtualServer?: string): void {
    if (virtualServer === undefined) this.#dirty = 'all';
    else this.#addDirty(this.#services.keysOf(virtualServer));
    this.#queue();
  }

  #addDirty(keys: readonly string[]): void {
    if (this.#dirty === 'all') return;
    for (const key of keys) this.#dirty.add(key);
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
      await this.#apply(port, planTable({ observed, desired: new Map(), owned }));
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
    if (!this.#hasNothingToDo()) this.#report();
    // Whoever waits for it waits for the first attempt: a refusal is no reason never to be ready.
    if (goal === this.#goal) this.#confirm(this.#operationsSinceGoal);
    if (this.#hasNothingToDo() || this.#stopped) return;
    this.#timer = setTimeout(() => this.#queue(), next ?? this.#dueInMs());
  }

  /** What is due is due at its own time: requests in between do not move it. */
  #dueInMs(): number {
    const retryAt = this.#withheld.dueAt ?? Number.POSITIVE_INFINITY;
    const retryIn = Math.max(0, retryAt - this.#options.clocks.now());
    return Math.ceil(Math.min(this.#picture.dueIn, retryIn) / 1_000);
  }

  /** A director without virtual servers never touches IPVS: its kernel need not have it. */
  #hasNothingToDo(): boolean {
    return (
      this.#port === undefined && this.#owned.size === 0 && this.#sync.isIdle && !this.#takesAll
    );
  }

  /** The table could not be read. Without the module it is opened anew, which loads it, or says why not. */
  #onFailure(error: unknown): void {
    this.#forget();
    const errno = error instanceof KernelError ? error.errnoName : '';
    this.#trouble({ operation: 'read-ipvs-table', errno, detail: String(error) });
    if (!FAMILY_IS_GONE.has(errno)) return;
    this.#port?.close();
    this.#port = undefined;
    this.#reason = `IPVS is gone: ${String(error)}`;
  }

  /** The kernel is read as a whole before anything else is done. */
  #forget(): void {
    this.#picture.forget();
    this.#dirty = 'all';
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

  /** False when nobody knows what the kernel has made of it. */
  async #reconcile(): Promise<boolean> {
    const port = this.#port;
    if (port === undefined) return false;
    const isFirst = this.#picture.table === undefined;
    const readBefore = this.#picture.readAt;
    const changed = isFirst ? await this.#readAll(port) : await this.#refresh(port);
    const observed: IpvsTable = this.#picture.table ?? new Map();
    const asked = this.#takeAsked();
    const isWhole = asked === 'all' || isFirst;
    const planned = isWhole ? undefined : new Set([...asked, ...changed]);
    const operations = this.#plan(observed, planned);
    await this.#setTimeouts(port);
    const { applied, isKnown } = await this.#apply(port, operations);
    // Also what is wanted no more is refused no more.
    if (this.#withheld.isEmpty && this.#refusals.end()) {
      this.#options.send({ type: 'refusalsEnded' });
    }
    const isFresh = this.#picture.readAt !== readBefore;
    if (isFresh || this.#sync.isDue) await this.#sync.reconcile(port);
    if (!isKnown) {
      this.#forget();
      return false;
    }
    const news = new Set([...changed, ...applied.map(({ key }) => key)]);
    if (news.size > 0) this.#reports.programmed(news, this.#picture.table ?? new Map());
    if (isWhole || this.#confirmConfigured) this.#forgetRemoved();
    if (asked !== 'all')
      this.#sayRepairs(
        observed,
        applied.filter(({ key }) => !asked.has(key)),
      );
    return true;
  }

  /** What is to be planned: what was asked for, and what was refused long enough ago. */
  #takeAsked(): ReadonlySet<string> | 'all' {
    const asked = this.#dirty;
    this.#dirty = new Set();
    if (asked === 'all') return asked;
    for (const key of this.#withheld.dueServices(this.#now())) asked.add(key);
    return asked;
  }

  async #setTimeouts(port: IpvsPort): Promise<void> {
    const { lvsTimeouts } = this.#goal;
    if (!this.#timeoutsDue || lvsTimeouts === undefined) return;
    this.#timeoutsDue = false;
    const refused = await port.setTimeouts(lvsTimeouts);
    if (refused === undefined) return;
    const { errnoName: errno, explanation: detail } = refused;
    this.#trouble({ operation: 'set-ipvs-timeouts', errno, detail });
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
    return this.#picture.refresh(port, { isOurs, configured: this.#services.identities });
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
      if (this.#services.identities.has(key) || this.#picture.table?.has(key) === true) continue;
      this.#owned.delete(key);
    }
  }

  /** @param planned the services to compare; all when it is absent */
  #plan(observed: IpvsTable, planned?: ReadonlySet<string>): readonly IpvsOperation[] {
    if (planned?.size === 0) return [];
    const desired = this.#services.desired(this.#options.health, planned);
    const part = planned === undefined ? observed : partOf(observed, planned);
    const operations = planTable({ observed: part, desired, owned: this.#owned });
    return this.#withheld.admit(this.#now(), operations, planned);
  }

  /**
   * Where a service is refused, its servers are not tried, for the kernel would refuse each of them too. What was
   * refused is read again, so that the next plan begins with what is there.
   */
  async #apply(
    port: IpvsPort,
    operations: readonly IpvsOperation[],
  ): Promise<{ readonly applied: readonly IpvsOperation[]; readonly isKnown: boolean }> {
    if (operations.length === 0) return { applied: [], isKnown: true };
    const refusals: IpvsRefusal[] = [];
    const sent: IpvsOperation[] = [];
    const missing = new Set<string>();
    for (const step of stepsOf(operations)) {
      const possible = step.filter(({ key }) => !missing.has(key));
      if (possible.length === 0) continue;
      const errors = await this.#send(port, possible);
      for (const { operation } of errors) {
        if (operation.type === 'addService') missing.add(operation.key);
      }
      refusals.push(...errors);
      sent.push(...possible);
    }
    this.#withheld.settle(this.#now(), sent, refusals);
    for (const trouble of this.#refusals.take(this.#withheld.refusals)) this.#trouble(trouble);
    const isKnown = !refusals.some(({ error }) => IS_NO_ANSWER.has(error.errnoName));
    const refused = new Set(refusals.map(({ operation }) => operation));
    const applied = sent.filter((operation) => !refused.has(operation));
    if (isKnown) {
      this.#picture.believe(applied);
      await this.#readRefused(port, refused);
    }
    return { applied, isKnown };
  }

  async #readRefused(port: IpvsPort, refused: ReadonlySet<IpvsOperation>): Promise<void> {
    if (refused.size === 0) return;
    const keys = new Set([...refused].map(({ key }) => key));
    const changed = await this.#picture.readAgain(port, keys);
    if (changed.size === 0) return;
    this.#addDirty([...changed]);
    this.#queue();
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
    this.#reports.status(
      {
        available: this.#port !== undefined,
        reason: this.#reason,
        readAt: this.#picture.readAt,
        ...sizeOf(this.#picture.table),
        ...this.#counts,
        refused: this.#refusals.standing,
        sync: this.#sync.status,
      },
      [...this.#owned, ...this.#sync.owned],
    );
  }

  #now(): Instant {
    return this.#options.clocks.now() as Instant;
  }
}

function partOf(table: IpvsTable, keys: ReadonlySet<string>): IpvsTable {
  const part = new Map<string, IpvsServiceEntry>();
  for (const key of keys) {
    const entry = table.get(key);
    if (entry !== undefined) part.set(key, entry);
  }
  return part;
}

function sizeOf(table: IpvsTable | undefined): {
  readonly services: number;
  readonly destinations: number;
} {
  let destinations = 0;
  for (const entry of table?.values() ?? []) destinations += entry.destinations.size;
  return { services: table?.size ?? 0, destinations };
}
