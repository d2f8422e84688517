/** Two machines of BFD sessions and a wire between them, with a clock: what tests of sessions run on. */
import type { IpAddress } from '../../src/core/base/address.ts';
import { seededRandom } from '../../src/core/base/seeded-random.ts';
import {
  after,
  type Duration,
  earliest,
  type Instant,
  instant,
  ZERO_DURATION,
} from '../../src/core/base/time.ts';
import { continuationOf } from '../../src/core/bfd/continuation.ts';
import type { BfdContinuation } from '../../src/core/bfd/neighbour.ts';
import { type BfdAction, BfdSessions, bfdTtl } from '../../src/core/bfd/sessions.ts';
import type { BfdConfig } from '../../src/core/model/tracking.ts';
import { type BfdPacket, decodeBfd } from '../../src/core/wire/bfd.ts';
import { ip } from './builders/addresses.ts';
import { bfdConfig } from './builders/bfd.ts';

/** A packet seen on the wire. */
export interface SeenPacket {
  readonly at: Instant;
  readonly from: string;
  readonly packet: BfdPacket;
}

/** One end. */
export interface End {
  readonly name: string;
  readonly address: IpAddress;
  readonly machine: BfdSessions;
}

/** Two directors that run the machine, as `a` (192.0.2.1) and `b` (192.0.2.2). */
export class Wire {
  a: End = this.#end('a', '192.0.2.1', 1);
  readonly b: End = this.#end('b', '192.0.2.2', 2);
  readonly seen: SeenPacket[] = [];
  readonly changes: { readonly at: Instant; readonly of: string; readonly to: string }[] = [];
  /** Packets of these ends are lost. */
  readonly cut: Set<string> = new Set();
  now: Instant = instant(1_000_000);
  #flying: {
    readonly to: End;
    readonly from: End;
    readonly ttl: number;
    readonly message: Uint8Array;
  }[] = [];

  constructor(a: Partial<BfdConfig> = {}, b: Partial<BfdConfig> = {}) {
    this.configure('a', a);
    this.configure('b', b);
  }

  /** Gives an end its session. */
  configure(
    name: 'a' | 'b',
    changes: Partial<BfdConfig>,
    continues: readonly BfdContinuation[] = [],
  ): void {
    const [end, other] = name === 'a' ? [this.a, this.b] : [this.b, this.a];
    const config = bfdConfig({ neighbour: other.address, ...changes });
    const order = { type: 'configured', sessions: [config], continues } as const;
    this.#obey(end, end.machine.handle(this.now, order));
  }

  /** The process of `a` is lost without a word, and another one is in its place after a time; it goes on with what is known of the last one. */
  restartA(gap: Duration, changes: Partial<BfdConfig> = {}): void {
    const config = bfdConfig({ neighbour: this.b.address, ...changes });
    const [view] = this.a.machine.view().sessions;
    const left = view && continuationOf(view, config, this.now);
    this.a = this.#end('a', '192.0.2.1', 3);
    this.run(gap);
    this.configure('a', changes, left === undefined ? [] : [left]);
  }

  /** Whether those that track the session of an end count it as up. */
  counts(name: 'a' | 'b'): boolean | undefined {
    return this[name].machine.view().sessions[0]?.isUp;
  }

  /** Ends the sessions of an end. */
  stop(name: 'a' | 'b'): void {
    this.#obey(this[name], this[name].machine.handle(this.now, { type: 'stop' }));
  }

  /** The state of the session of an end. */
  state(name: 'a' | 'b'): string | undefined {
    return this[name].machine.view().sessions[0]?.state;
  }

  /** Lets time go on; packets arrive at once. */
  run(span: Duration): void {
    const end = after(this.now, span);
    for (;;) {
      this.#deliver();
      const next = earliest(this.a.machine.deadline, this.b.machine.deadline);
      if (next === undefined || next > end) break;
      if (next > this.now) this.now = next;
      for (const one of [this.a, this.b]) {
        if ((one.machine.deadline ?? end) <= this.now && one.machine.deadline !== undefined) {
          this.#obey(one, one.machine.handle(this.now, { type: 'deadline' }));
        }
      }
    }
    this.now = end;
  }

  /** Packets of an end since a time. */
  packets(from: string, since: Instant = instant(0)): readonly SeenPacket[] {
    return this.seen.filter((one) => one.from === from && one.at >= since);
  }

  #end(name: string, address: string, seed: number): End {
    return { name, address: ip(address), machine: new BfdSessions(seededRandom(seed)) };
  }

  #obey(end: End, actions: readonly BfdAction[]): void {
    for (const action of actions) {
      if (action.type === 'notBack') {
        this.changes.push({ at: this.now, of: end.name, to: 'not back' });
        continue;
      }
      if (action.type === 'changed') {
        this.changes.push({ at: this.now, of: end.name, to: action.to });
        continue;
      }
      const decoded = decodeBfd(action.packet);
      if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
      this.seen.push({ at: this.now, from: end.name, packet: decoded.value });
      if (this.cut.has(end.name)) continue;
      const to = end === this.a ? this.b : this.a;
      this.#flying.push({ to, from: end, ttl: bfdTtl(action.session), message: action.packet });
    }
  }

  #deliver(): void {
    for (let packet = this.#flying.shift(); packet !== undefined; packet = this.#flying.shift()) {
      const { to, from, ttl, message } = packet;
      this.#obey(
        to,
        to.machine.handle(this.now, {
          type: 'packet',
          source: from.address,
          destination: to.address,
          ttl,
          multihop: false,
          message,
          receivedAt: this.now,
        }),
      );
    }
  }
}

/** No time at all: what is flying arrives, what is due happens. */
export const AT_ONCE: Duration = ZERO_DURATION;
