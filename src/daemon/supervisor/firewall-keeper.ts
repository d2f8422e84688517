/**
 * Keeps firewall rules of one purpose. They stand from before the first instance or service starts until after the last one is gone, in every state: a
 * takeover needs no program and waits for none. What is wrong with them never holds up VRRP; it is told and tried again.
 */
import { after, type Duration, type Instant, seconds } from '../../core/base/time.ts';
import type { Fact } from '../../core/facts/catalogue.ts';
import {
  placeName,
  type RulePlace,
  type RuleWriter,
  type SeenRules,
  type ToolCall,
  type ToolEnd,
} from '../../core/firewall/rule-writer.ts';
import type { RuleSubject } from '../../core/firewall/subject.ts';
import { Fight } from '../../core/holdings/fight.ts';
import type { Config } from '../../core/model/config.ts';
import type { RuleView } from './state.ts';

/** After a failure: the first pause and the longest one. */
const RETRY_FIRST: Duration = seconds(5);
const RETRY_MAX: Duration = seconds(60);
/** Where nothing tells whether rules changed, they are looked at this often. */
const LOOK_GAP: Duration = seconds(10);
/** Rules of others may change all the time: ours are not looked at more often. */
const LOOK_GAP_MIN: Duration = seconds(2);

/** A stop waits no longer than that for programs that hang, milliseconds. */
const REMOVE_MS_MAX = 8_000;

/** What the keeper works with. */
export interface FirewallParts {
  readonly call: (call: ToolCall) => Promise<ToolEnd>;
  /** A number that grows when somebody changes rules of nftables; undefined where it cannot be had. */
  readonly generation: () => Promise<number | undefined>;
  /** Index of an interface; 0 when there is none of that name. */
  readonly interfaceIndex: (device: string) => number;
}

/** Who hears of the rules. */
export interface FirewallHooks extends FirewallParts {
  /** False where what the rules are for does not run: then there are none. */
  readonly isServing: boolean;
  readonly now: () => Instant;
  readonly tell: (fact: Fact) => void;
  /** What `places` says has changed: it is to be kept for a successor. */
  readonly touchRecord: () => void;
}

interface Current<Wish> {
  readonly place: RulePlace;
  readonly writer: RuleWriter<Wish>;
  /** What was seen behind the last change. */
  readonly text: string;
}

/** The keeper. */
export class FirewallKeeper<Wish> {
  readonly #subject: RuleSubject<Wish>;
  readonly #hooks: FirewallHooks;
  readonly #fight = new Fight();
  #wish: Wish | undefined;
  /** Where rules of ours may stand, now or from a predecessor. */
  #places: readonly RulePlace[] = [];
  #current: Current<Wish> | undefined;
  /** Where rules were seen last. */
  #place: RulePlace | undefined;
  /** What held when it was looked at last. */
  #held: readonly string[] = [];
  #lookedAt: Instant | undefined;
  /** When it was certain last that the rules are as they were seen. */
  #knownAt: Instant | undefined;
  #generation: number | undefined;
  #indices = '';
  #problem: string | undefined;
  #told = '';
  #repairs = 0;
  #retryAt: Instant | undefined;
  /** A repair that waits for its time. */
  #repairAt: Instant | undefined;
  #pause: Duration = RETRY_FIRST;
  #isWatching = false;
  #isStopped = false;
  /** One thing after another. */
  #last: Promise<void> = Promise.resolve();

  constructor(subject: RuleSubject<Wish>, hooks: FirewallHooks) {
    this.#subject = subject;
    this.#hooks = hooks;
  }

  /** Where rules of ours may stand: what a successor must know. */
  get places(): readonly RulePlace[] {
    return this.#places;
  }

  /** What is known; undefined while no rule is wanted. */
  get view(): RuleView | undefined {
    if (this.#wish === undefined) return undefined;
    return {
      wanted: this.#subject.wanted(this.#wish),
      held: this.#held,
      place: this.#place === undefined ? undefined : placeName(this.#place),
      lookedAt: this.#knownAt,
      repairs: this.#repairs,
      problem: this.#problem,
    };
  }

  /** Believes what a predecessor left. */
  inherit(places: readonly RulePlace[]): void {
    this.#places = places;
  }

  /**
   * A configuration is about to be given to the processes: writes the rules that it wants, and keeps those of the one before it. Resolves when that is
   * done or has failed, or after so many milliseconds.
   */
  async prepare(config: Config, milliseconds: number): Promise<void> {
    const wish = this.#subject.both(this.#wish, this.#wishOf(config));
    if (wish === undefined && this.#places.length === 0) return;
    await within(this.#next(wish), milliseconds);
  }

  /** The configuration is in force: rules that it does not want go. */
  settle(config: Config): void {
    const wish = this.#wishOf(config);
    if (wish === undefined && this.#places.length === 0) return;
    void this.#next(wish);
  }

  /** Looks whether the rules stand, where something may have changed; called once a second. */
  watch(): void {
    if (this.#isWatching || this.#isStopped || this.#wish === undefined) return;
    this.#isWatching = true;
    this.#last = this.#last.then(() => this.#look());
    void this.#last.then(() => {
      this.#isWatching = false;
    });
  }

  /** Removes all rules. True when none of ours is left. */
  async remove(): Promise<boolean> {
    this.#isStopped = true;
    if (this.#places.length === 0) return true;
    const isDone = await within(this.#next(undefined), REMOVE_MS_MAX);
    const reason = `no answer within ${REMOVE_MS_MAX / 1_000} s`;
    for (const place of isDone ? [] : this.#places) {
      this.#hooks.tell({
        id: 'firewall.left-behind',
        purpose: this.#subject.purpose,
        place: placeName(place),
        reason,
      });
    }
    return this.#places.length === 0;
  }

  #wishOf(config: Config): Wish | undefined {
    return this.#hooks.isServing ? this.#subject.wishOf(config) : undefined;
  }

  #next(wish: Wish | undefined): Promise<void> {
    this.#last = this.#last.then(async () => {
      this.#wish = wish;
      this.#retryAt = undefined;
      this.#repairAt = undefined;
      this.#pause = RETRY_FIRST;
      await this.#bring();
    });
    return this.#last;
  }

  /** Writes what is wished for in the first place that takes it, and removes the rest. */
  async #bring(): Promise<void> {
    const wish = this.#wish;
    if (wish === undefined) {
      this.#current = undefined;
      this.#place = undefined;
      this.#held = [];
      this.#problem = undefined;
      this.#told = '';
      await this.#removeAll((one) => one);
      return;
    }
    this.#indices = this.#indicesOf(wish);
    const writable = this.#subject.writable(
      wish,
      (device) => this.#hooks.interfaceIndex(device) > 0,
    );
    const failures: string[] = [];
    for (const place of this.#subject.places(wish)) {
      const writer = this.#subject.writer(place, wish);
      const written = await this.#write(place, writer, writable);
      if (typeof written === 'string') {
        failures.push(`${place.method === 'nftables' ? place.method : place.program}: ${written}`);
        continue;
      }
      this.#current = { place, writer, text: written.seen.text };
      this.#place = place;
      this.#looked(written.seen);
      this.#problem = undefined;
      this.#retryAt = undefined;
      this.#pause = RETRY_FIRST;
      await this.#removeAll((other) => (isSameHome(place, other) ? undefined : other));
      this.#sayApplied(place, written.adopted, failures);
      return;
    }
    await this.#failed(wish, failures.join('; '));
  }

  #sayApplied(place: RulePlace, adopted: boolean, failures: readonly string[]): void {
    if (this.#held.length === 0) return;
    const fact: Fact = {
      id: 'firewall.applied',
      purpose: this.#subject.purpose,
      place: placeName(place),
      addresses: this.#held,
      adopted,
      instead: failures.join('; '),
    };
    const told = JSON.stringify([fact.place, fact.addresses]);
    if (told === this.#told) return;
    this.#told = told;
    this.#hooks.tell(fact);
  }

  async #failed(wish: Wish, reason: string): Promise<void> {
    const { now, tell } = this.#hooks;
    // What stood before may stand still: a transaction that is refused changes nothing.
    const former = this.#current?.writer;
    this.#current = undefined;
    const seen = former === undefined ? undefined : await this.#lookAt(former);
    if (seen !== undefined) {
      this.#held = typeof seen === 'string' ? [] : this.#subject.held(wish, seen.items);
    }
    if (this.#held.length === 0) this.#place = undefined;
    this.#retryAt = after(now(), this.#pause);
    this.#pause = Math.min(RETRY_MAX, this.#pause * 2) as Duration;
    if (this.#problem === reason) return;
    this.#problem = reason;
    this.#told = '';
    const held = new Set(this.#held);
    const addresses = this.#subject.wanted(wish).filter((one) => !held.has(one));
    tell({ id: 'firewall.failed', purpose: this.#subject.purpose, addresses, reason });
  }

  /** What was seen in the end, or why the rules do not stand. */
  async #write(place: RulePlace, writer: RuleWriter<Wish>, wish: Wish): Promise<Written | string> {
    if (writer.obstacle !== undefined) return writer.obstacle;
    const before = await this.#lookAt(writer);
    if (typeof before === 'string') return before;
    if (writer.isRight(wish, before)) {
      this.#keep(place);
      return { seen: before, adopted: true };
    }
    // First it is known where rules may stand, then they are written.
    this.#keep(place);
    const reason = await this.#carryOut(writer.change(wish, before));
    if (reason !== undefined) return reason;
    const seen = await this.#lookAt(writer);
    if (typeof seen === 'string') return seen;
    if (!writer.isEnough(wish, seen)) return `${placeName(place)} does not show what was written`;
    return { seen, adopted: false };
  }

  async #lookAt(writer: RuleWriter<Wish>): Promise<Seen | string> {
    // Before the look: what changes during it is seen by the next one.
    const generation = await this.#hooks.generation();
    const ends: ToolEnd[] = [];
    for (const call of writer.look()) {
      const end = await this.#hooks.call(call);
      if (end.kind === 'missing') return missingText(call);
      if (end.kind === 'late') return end.reason;
      ends.push(end);
    }
    return { ...writer.read(ends), generation };
  }

  async #carryOut(calls: readonly ToolCall[]): Promise<string | undefined> {
    for (const call of calls) {
      const end = await this.#hooks.call(call);
      if (end.kind === 'missing') return missingText(call);
      if (end.kind !== 'done') return end.reason;
    }
    return undefined;
  }

  /** Removes the rules of the places that `which` returns; the others are kept as they are. */
  async #removeAll(which: (place: RulePlace) => RulePlace | undefined): Promise<void> {
    for (const place of this.#places) {
      if (which(place) === undefined) continue;
      const writer = this.#subject.writer(place, undefined);
      const seen = await this.#lookAt(writer);
      const there = typeof seen === 'string' || seen.isThere;
      const reason = typeof seen === 'string' ? seen : await this.#carryOut(writer.remove(seen));
      if (reason !== undefined) {
        this.#hooks.tell({
          id: 'firewall.left-behind',
          purpose: this.#subject.purpose,
          place: placeName(place),
          reason,
        });
        continue;
      }
      if (there) {
        const { purpose } = this.#subject;
        this.#hooks.tell({ id: 'firewall.removed', purpose, place: placeName(place) });
      }
      this.#places = this.#places.filter((one) => one !== place);
      this.#hooks.touchRecord();
    }
  }

  #keep(place: RulePlace): void {
    if (this.#places.some((one) => JSON.stringify(one) === JSON.stringify(place))) return;
    this.#places = [...this.#places, place];
    this.#hooks.touchRecord();
  }

  async #look(): Promise<void> {
    const { now } = this.#hooks;
    const wish = this.#wish;
    if (wish === undefined) return;
    const current = this.#current;
    if (current === undefined) {
      if (this.#retryAt !== undefined && now() >= this.#retryAt) await this.#bring();
      return;
    }
    if (this.#repairAt !== undefined) {
      if (now() >= this.#repairAt) await this.#restore();
      return;
    }
    const isMoved = this.#indicesOf(wish) !== this.#indices;
    if (!isMoved && !(await this.#mayHaveChanged(current))) return;
    const seen = await this.#lookAt(current.writer);
    // What cannot be looked at stands as it was; the age of the last look tells.
    if (typeof seen === 'string') return;
    this.#looked(seen);
    if (isMoved) await this.#bring();
    else if (seen.text !== current.text) await this.#repair(current, seen);
  }

  #looked({ items, generation }: Seen): void {
    this.#held = this.#wish === undefined ? [] : this.#subject.held(this.#wish, items);
    this.#generation = generation;
    this.#lookedAt = this.#hooks.now();
    this.#knownAt = this.#lookedAt;
  }

  async #mayHaveChanged({ place }: Current<Wish>): Promise<boolean> {
    const at = this.#lookedAt;
    const isOlder = (gap: Duration): boolean =>
      at === undefined || this.#hooks.now() >= after(at, gap);
    const generation = place.method === 'nftables' ? await this.#hooks.generation() : undefined;
    if (generation === undefined) return isOlder(LOOK_GAP);
    if (generation !== this.#generation) return isOlder(LOOK_GAP_MIN);
    this.#knownAt = this.#hooks.now();
    return false;
  }

  async #repair({ place }: Current<Wish>, seen: SeenRules): Promise<void> {
    const { now, tell } = this.#hooks;
    const saying = this.#fight.disturbed(now());
    if (saying?.type === 'fight') {
      const { times, span } = saying;
      const { purpose } = this.#subject;
      tell({
        id: 'firewall.contested',
        purpose,
        place: placeName(place),
        times,
        seconds: span / 1e6,
      });
    }
    this.#repairAt = this.#fight.repairAt;
    if (this.#repairAt === undefined || this.#repairAt > now()) return;
    await this.#restore();
    if (this.#current === undefined || saying?.type !== 'once') return;
    const { purpose } = this.#subject;
    tell({ id: 'firewall.restored', purpose, place: placeName(place), wasGone: !seen.isThere });
  }

  async #restore(): Promise<void> {
    this.#repairAt = undefined;
    await this.#bring();
    if (this.#current !== undefined) this.#repairs += 1;
  }

  #indicesOf(wish: Wish): string {
    const { interfaceIndex } = this.#hooks;
    return this.#subject.devices(wish).map(interfaceIndex).join();
  }
}

interface Seen extends SeenRules {
  /** When it was seen. */
  readonly generation: number | undefined;
}

interface Written {
  readonly seen: Seen;
  /** The rules stood there before. */
  readonly adopted: boolean;
}

/** True when rules in one place replace those in the other. */
function isSameHome(a: RulePlace, b: RulePlace): boolean {
  if (a.method === 'nftables') return b.method === 'nftables' && a.table === b.table;
  return b.method !== 'nftables' && a.program === b.program;
}

function missingText({ argv }: ToolCall): string {
  return `there is no program ${argv[0] ?? ''}`;
}

/** True when it was done in time. */
async function within(work: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const isDone = await Promise.race([work.then(() => true), limit]);
  clearTimeout(timer);
  return isDone;
}
