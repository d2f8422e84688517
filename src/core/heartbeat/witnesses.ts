/**
 * The witnesses: addresses that answer echo requests while this host has a network. All addresses of a witness are asked
 * together, once in each interval; what has not answered within the timeout counts as silent until it answers a later
 * request. It reads no clock and owns no socket.
 */
import type { IpAddress } from '../base/address.ts';
import type { Machine } from '../base/machine.ts';
import { after, earliest, elapsed, type Instant } from '../base/time.ts';
import { DeadlineHeap } from '../base/timing/deadline-heap.ts';
import { type WitnessConfig, type WitnessFact, witnessVerdict } from '../model/takeover.ts';

/** What the machine is told. */
export type WitnessEvent =
  | { readonly type: 'configured'; readonly witnesses: readonly WitnessConfig[] }
  /** An echo reply; late ones and those to earlier requests count for nothing. */
  | {
      readonly type: 'answered';
      readonly witness: string;
      readonly address: IpAddress;
      readonly sequence: number;
      readonly receivedAt: Instant;
    }
  | { readonly type: 'deadline' };

/** What the machine orders or tells. */
export type WitnessAction =
  | {
      readonly type: 'ask';
      readonly witness: string;
      readonly address: IpAddress;
      /** 0..65535. */
      readonly sequence: number;
    }
  /** Of an address another answer is known than before, or of the witness another verdict. */
  | { readonly type: 'witnessed'; readonly fact: WitnessFact }
  | WitnessReport;

/** What a process reports of its witnesses. */
export interface WitnessReport {
  readonly type: 'witnessChanged';
  readonly witness: string;
  readonly isEnough: boolean;
  readonly answering: number;
  readonly total: number;
  readonly atLeast: number;
  /** Those that do not answer. */
  readonly silent: readonly IpAddress[];
}

/** A witness as operators see it. */
export interface WitnessView extends WitnessFact {
  readonly since: Instant;
  readonly addresses: readonly {
    readonly address: IpAddress;
    /** Absent: nothing is known yet. */
    readonly answers?: boolean;
    /** Absent: never. */
    readonly answeredAt?: Instant;
  }[];
}

const SEQUENCES = 0x1_0000;

interface Asked {
  answers: boolean | undefined;
  answeredAt: Instant | undefined;
  /** The request of this round is answered. */
  isAnswered: boolean;
}

/** One witness. */
class Witness {
  readonly #addresses = new Map<IpAddress, Asked>();
  config: WitnessConfig;
  #sequence = 0;
  #askedAt: Instant | undefined;
  #askDue: Instant;
  /** When the round is over; undefined between two rounds. */
  #judgeDue: Instant | undefined;
  #since: Instant;
  /** The verdict that was reported last; undefined before the first. */
  #reported: boolean | undefined;
  #told = '';

  constructor(config: WitnessConfig, now: Instant) {
    this.config = config;
    this.#askDue = now;
    this.#since = now;
    this.configure(config);
  }

  get deadline(): Instant | undefined {
    return earliest(this.#askDue, this.#judgeDue);
  }

  /** Addresses that stay keep what is known of them. */
  configure(config: WitnessConfig): void {
    this.config = config;
    for (const address of this.#addresses.keys()) {
      if (!config.addresses.includes(address)) this.#addresses.delete(address);
    }
    for (const address of config.addresses) {
      if (this.#addresses.has(address)) continue;
      this.#addresses.set(address, {
        answers: undefined,
        answeredAt: undefined,
        isAnswered: false,
      });
    }
    if (this.#askedAt !== undefined) this.#askDue = after(this.#askedAt, config.interval);
  }

  answered(address: IpAddress, sequence: number, at: Instant): void {
    const asked = this.#addresses.get(address);
    if (asked === undefined || this.#askedAt === undefined || sequence !== this.#sequence) return;
    if (elapsed(this.#askedAt, at) > this.config.timeout) return;
    asked.isAnswered = true;
    asked.answers = true;
    asked.answeredAt = at;
  }

  due(now: Instant, out: WitnessAction[]): void {
    if (this.#isLate(now)) {
      // What is known is old: this process did not run. Nothing is known until the hosts were asked again.
      for (const asked of this.#addresses.values()) asked.answers = undefined;
      this.#askDue = now;
    } else if (this.#judgeDue !== undefined && this.#judgeDue <= now) {
      for (const asked of this.#addresses.values()) if (!asked.isAnswered) asked.answers = false;
      this.#judgeDue = undefined;
    }
    if (this.#askDue <= now) this.#ask(now, out);
  }

  #isLate(now: Instant): boolean {
    const { interval, timeout } = this.config;
    const judged = this.#judgeDue === undefined ? 0 : elapsed(this.#judgeDue, now);
    return judged > timeout || elapsed(this.#askDue, now) > interval;
  }

  #ask(now: Instant, out: WitnessAction[]): void {
    this.#sequence = (this.#sequence + 1) % SEQUENCES;
    this.#askedAt = now;
    this.#askDue = after(now, this.config.interval);
    this.#judgeDue = after(now, this.config.timeout);
    for (const [address, asked] of this.#addresses) {
      asked.isAnswered = false;
      out.push({ type: 'ask', witness: this.config.name, address, sequence: this.#sequence });
    }
  }

  get fact(): WitnessFact {
    const { name: witness, atLeast } = this.config;
    const states = [...this.#addresses.values()].map(({ answers }) => answers);
    return {
      witness,
      answering: states.filter((answers) => answers === true).length,
      awaited: states.filter((answers) => answers === undefined).length,
      total: states.length,
      atLeast,
    };
  }

  /** Tells what has changed since it was told last. */
  tell(now: Instant, out: WitnessAction[]): void {
    const { fact } = this;
    const { answering, awaited, total, atLeast } = fact;
    const told = [answering, awaited, total, atLeast].join(' ');
    if (told !== this.#told) {
      this.#told = told;
      out.push({ type: 'witnessed', fact });
    }
    const verdict = witnessVerdict(fact);
    const isEnough = verdict === 'enough';
    if (verdict === 'awaited' || this.#reported === isEnough) return;
    this.#reported = isEnough;
    this.#since = now;
    const silent = [...this.#addresses].flatMap(([address, { answers }]) =>
      answers === false ? [address] : [],
    );
    const { witness } = fact;
    out.push({ type: 'witnessChanged', witness, isEnough, answering, total, atLeast, silent });
  }

  view(): WitnessView {
    const addresses = Array.from(this.#addresses, ([address, { answers, answeredAt }]) => ({
      address,
      ...(answers !== undefined && { answers }),
      ...(answeredAt !== undefined && { answeredAt }),
    }));
    return { ...this.fact, since: this.#since, addresses };
  }
}

/** The machine of all witnesses. */
export class Witnesses implements Machine<WitnessEvent, WitnessAction, readonly WitnessView[]> {
  readonly #all = new Map<string, Witness>();
  readonly #heap = new DeadlineHeap<Witness>();

  get deadline(): Instant | undefined {
    return this.#heap.deadline;
  }

  handle(now: Instant, event: WitnessEvent): readonly WitnessAction[] {
    const out: WitnessAction[] = [];
    switch (event.type) {
      case 'configured':
        this.#configure(now, event.witnesses, out);
        break;
      case 'answered': {
        const witness = this.#all.get(event.witness);
        if (witness === undefined) break;
        witness.answered(event.address, event.sequence, event.receivedAt);
        witness.tell(now, out);
        break;
      }
      case 'deadline':
        for (;;) {
          const witness = this.#heap.first;
          const due = this.#heap.deadline;
          if (witness === undefined || due === undefined || due > now) break;
          witness.due(now, out);
          witness.tell(now, out);
          this.#heap.update(witness);
        }
        break;
    }
    return out;
  }

  view(): readonly WitnessView[] {
    return [...this.#all.values()].map((witness) => witness.view());
  }

  #configure(now: Instant, configs: readonly WitnessConfig[], out: WitnessAction[]): void {
    const names = new Set(configs.map(({ name }) => name));
    for (const [name, witness] of this.#all) {
      if (names.has(name)) continue;
      this.#all.delete(name);
      this.#heap.remove(witness);
    }
    for (const config of configs) {
      const witness = this.#all.get(config.name) ?? new Witness(config, now);
      this.#all.set(config.name, witness);
      witness.configure(config);
      witness.tell(now, out);
      this.#heap.update(witness);
    }
  }
}
