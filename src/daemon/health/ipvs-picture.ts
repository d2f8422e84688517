/**
 * What is believed to be in the kernel's table of IPVS: as it was read, and as acknowledged operations have changed it since. It is
 * compared with the kernel again and again: at each look as a whole, at little cost, and service by service when counters are read.
 */
import type { Result } from '../../core/base/result.ts';
import { type Instant, microseconds } from '../../core/base/time.ts';
import { sameEntry } from '../../core/lvs/diff.ts';
import type {
  IpvsObservedDestination,
  IpvsOperation,
  IpvsServiceEntry,
  IpvsTable,
} from '../../core/lvs/ipvs-table.ts';
import type { ProcTable } from '../../core/lvs/proc-table.ts';
import { ReadingPlan } from '../../core/lvs/reading-plan.ts';
import type { DecodedService } from '../../core/lvs/service-codec.ts';
import { applyOperations } from '../../core/lvs/table-operations.ts';
import { TableWatch } from '../../core/lvs/table-watch.ts';
import { endpointKey, type ServiceIdentity, serviceKey } from '../../core/model/config.ts';
import type { KernelError } from '../../drivers/kernel-error.ts';
import type { IpvsPort } from './ports.ts';

type RoundEntry = IpvsServiceEntry<IpvsObservedDestination>;
type RoundTable = Map<string, RoundEntry>;

/** A service whose destinations are still to be read in this round. */
type Left = DecodedService;

/** The clocks of the process, in microseconds. */
export interface PictureClocks {
  /** Monotonic. */
  readonly now: () => number;
  /** What this process has had of the processor. */
  readonly spent: () => number;
}

/** Whom a picture tells. */
export interface PictureOptions extends PictureClocks {
  /** Some of our services were read with their counters; all that there are when `isComplete`. */
  readonly onSlice: (table: IpvsTable<IpvsObservedDestination>, isComplete: boolean) => void;
  /** All of our services were read, one after the other. */
  readonly onRound: (table: IpvsTable<IpvsObservedDestination>) => void;
  /** The cheap look is not possible: from now on only rounds notice anything. Told once for each reason. */
  readonly onBlind: (error: KernelError) => void;
}

/** What to read. */
export interface Wanted {
  /** Whether a service is ours, by its `serviceKey`. */
  readonly isOurs: (key: string) => boolean;
  /** The services of the configuration. */
  readonly configured: ReadonlyMap<string, ServiceIdentity>;
}

/** The believed table of one kernel. */
export class IpvsPicture {
  readonly #options: PictureOptions;
  readonly #plan: ReadingPlan;
  #watch = new TableWatch();
  #table: Map<string, IpvsServiceEntry> | undefined;
  #readAt = 0;
  /** The round that is under way: services that were read, and those that are left with their traffic. */
  #round: RoundTable = new Map();
  #left: Left[] = [];
  #blindness = '';

  constructor(options: PictureOptions) {
    this.#options = options;
    this.#plan = new ReadingPlan(this.#now());
  }

  /** The table; undefined when nothing is known. */
  get table(): IpvsTable | undefined {
    return this.#table;
  }

  /** When the kernel was last looked at (monotonic microseconds); 0 = never. */
  get readAt(): number {
    return this.#readAt;
  }

  /** Microseconds until something is to be read. */
  get dueIn(): number {
    return Math.max(0, this.#plan.dueAt - this.#now());
  }

  /** Nothing is known any more. */
  forget(): void {
    this.#table = undefined;
    this.#watch = new TableWatch();
    this.#left = [];
    this.#round = new Map();
  }

  /** Takes over what operations that were acknowledged have made of the table. */
  believe(operations: readonly IpvsOperation[]): void {
    if (this.#table === undefined || operations.length === 0) return;
    this.#table = applyOperations(this.#table, operations);
  }

  /** Reads everything. Rejects with KernelError. */
  async readAll(port: IpvsPort, isOurs: Wanted['isOurs']): Promise<IpvsTable> {
    const began = this.#now();
    this.forget();
    const table = await port.dumpTable(isOurs);
    this.#table = new Map(table);
    this.#readAt = this.#options.now();
    this.#plan.allRead(began, this.#now());
    this.#options.onSlice(table, true);
    this.#options.onRound(table);
    return table;
  }

  /** Reads services of which it is not sure what they are. Gives those that are not as believed. Rejects with KernelError. */
  async readAgain(port: IpvsPort, keys: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const read = await port.dumpTable((key) => keys.has(key));
    return new Set([...keys].filter((key) => this.#take(key, read.get(key))));
  }

  /**
   * Reads what is due, nothing most of the time. Gives the keys of services that are not as believed; the table has them as they
   * are. Rejects with KernelError.
   */
  async refresh(port: IpvsPort, wanted: Wanted): Promise<ReadonlySet<string>> {
    const changed = new Set<string>();
    if (this.#table === undefined) return changed;
    if (this.#plan.isLookDue(this.#now())) await this.#look(port, wanted, changed);
    if (this.#plan.isSliceDue(this.#now())) await this.#readSlice(port, wanted, changed);
    return changed;
  }

  async #look(port: IpvsPort, wanted: Wanted, changed: Set<string>): Promise<void> {
    const began = this.#now();
    const spent = this.#options.spent();
    const seen = await port.look();
    if (seen.ok) await this.#compare(port, seen.value, wanted, changed);
    this.#sayBlindness(seen);
    this.#plan.looked(began, this.#now(), microseconds(this.#options.spent() - spent));
  }

  async #compare(
    port: IpvsPort,
    seen: ProcTable,
    { configured }: Wanted,
    changed: Set<string>,
  ): Promise<void> {
    const believed = this.#table ?? new Map();
    const absent = [...configured].flatMap(([key, one]) => (believed.has(key) ? [] : [one]));
    const differing = new Set(this.#watch.differing(seen, believed, absent));
    this.#readAt = this.#options.now();
    if (differing.size === 0) return;
    const read = await port.dumpTable((key) => differing.has(key));
    const confirmed = new Set<string>();
    for (const key of differing) {
      if (this.#take(key, read.get(key))) changed.add(key);
      else confirmed.add(key);
    }
    this.#watch.confirm(confirmed, seen, believed, absent);
  }

  async #readSlice(port: IpvsPort, wanted: Wanted, changed: Set<string>): Promise<void> {
    const spent = this.#options.spent();
    const cost = () => microseconds(this.#options.spent() - spent);
    if (!this.#plan.isInRound) {
      await this.#beginRound(port, wanted, changed);
      this.#plan.roundBegins(this.#now(), this.#left.length);
    }
    const slice = this.#left.splice(0, this.#plan.sliceServices);
    const read: RoundTable = new Map();
    for (const one of slice) {
      const entry = await this.#readService(port, one, changed);
      if (entry !== undefined) read.set(serviceKey(one.service.identity), entry);
    }
    this.#options.onSlice(read, false);
    for (const [key, entry] of read) this.#round.set(key, entry);
    this.#plan.sliceRead(this.#now(), cost(), slice.length);
    if (this.#left.length > 0) return;
    this.#options.onRound(this.#round);
    this.#round = new Map();
  }

  async #readService(
    port: IpvsPort,
    { service, stats }: Left,
    changed: Set<string>,
  ): Promise<RoundEntry | undefined> {
    const key = serviceKey(service.identity);
    // Removed by ourselves since the round began.
    if (this.#table?.has(key) !== true) return undefined;
    const listed = await port.destinations(service.identity);
    const known = this.#table.get(key);
    if (known === undefined) return undefined;
    // Empty is also the answer about a service that is not there.
    if (listed.length === 0 && known.destinations.size > 0) {
      const read = await port.dumpTable((one) => one === key);
      if (this.#take(key, read.get(key))) changed.add(key);
      return read.get(key);
    }
    const destinations = new Map(listed.map((one) => [endpointKey(one.address, one.port), one]));
    const entry = { service: known.service, destinations, stats };
    if (this.#take(key, entry)) changed.add(key);
    return entry;
  }

  async #beginRound(port: IpvsPort, { isOurs }: Wanted, changed: Set<string>): Promise<void> {
    this.#round = new Map();
    this.#left = [];
    const there = new Set<string>();
    const unknown = new Set<string>();
    for (const { service, stats } of await port.services()) {
      const key = serviceKey(service.identity);
      if (!isOurs(key)) continue;
      there.add(key);
      const known = this.#table?.get(key);
      if (known === undefined) unknown.add(key);
      else if (this.#take(key, { ...known, service })) changed.add(key);
      this.#left.push({ service, stats });
    }
    this.#readAt = this.#options.now();
    const read = unknown.size === 0 ? undefined : await port.dumpTable((key) => unknown.has(key));
    for (const [key, entry] of read ?? []) if (this.#take(key, entry)) changed.add(key);
    for (const key of this.#table?.keys() ?? []) {
      if (!there.has(key) && this.#take(key, undefined)) changed.add(key);
    }
  }

  /** Believes what was read of a service; true when it is news. What is as believed stays the same object. */
  #take(key: string, read: IpvsServiceEntry | undefined): boolean {
    const known = this.#table?.get(key);
    if (known === undefined ? read === undefined : read !== undefined && sameEntry(known, read)) {
      return false;
    }
    if (read === undefined) this.#table?.delete(key);
    else this.#table?.set(key, read);
    return true;
  }

  #sayBlindness(seen: Result<ProcTable, KernelError>): void {
    const reason = seen.ok ? '' : seen.error.errnoName;
    if (reason === this.#blindness) return;
    this.#blindness = reason;
    if (!seen.ok) this.#options.onBlind(seen.error);
  }

  #now(): Instant {
    return this.#options.now() as Instant;
  }
}
