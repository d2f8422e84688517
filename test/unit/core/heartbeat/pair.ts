/** Two heartbeat sessions on a virtual clock, with a path between them that a test can break, and an ear on it. */
import { type Instant, instant, milliseconds } from '../../../../src/core/base/time.ts';
import {
  type HeartbeatAction,
  type HeartbeatEvent,
  HeartbeatSessions,
  type HeartbeatView,
} from '../../../../src/core/heartbeat/sessions.ts';
import { hmacKeyBytes } from '../../../../src/core/model/hmac.ts';
import type { HeartbeatConfig, PeerFact, SaidRouter } from '../../../../src/core/model/takeover.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { heartbeat, hmacSha256 } from '../../../support/builders/heartbeat.ts';

/** One of the two. */
export type Side = 'a' | 'b';

const OTHER: Readonly<Record<Side, Side>> = { a: 'b', b: 'a' };

/** What one datagram was. */
export interface Passed {
  readonly at: Instant;
  readonly from: Side;
  readonly bytes: Uint8Array;
}

/** What one side reported. */
export interface Told {
  readonly at: Instant;
  readonly side: Side;
  readonly what: string;
}

/** Both sides. */
export class Pair {
  now: Instant = instant(0);
  readonly passed: Passed[] = [];
  readonly told: Told[] = [];
  readonly facts: { a?: PeerFact; b?: PeerFact } = {};
  readonly configs: { a: HeartbeatConfig; b: HeartbeatConfig };
  /** Whether what this side sends arrives. */
  readonly arrives: { a: boolean; b: boolean } = { a: true, b: true };
  readonly delay = milliseconds(1);
  #machines: { a: HeartbeatSessions; b: HeartbeatSessions };
  #onTheWay: (Passed & { readonly due: Instant })[] = [];
  #ids = 0;
  readonly #stalled = new Set<Side>();

  constructor(
    changes: { readonly a?: Partial<HeartbeatConfig>; readonly b?: Partial<HeartbeatConfig> } = {},
  ) {
    this.configs = {
      a: heartbeat({ name: 'B', neighbour: ip('10.2.0.2'), ...changes.a }),
      b: heartbeat({ name: 'A', neighbour: ip('10.2.0.1'), ...changes.b }),
    };
    this.#machines = { a: this.#machine(), b: this.#machine() };
    for (const side of ['a', 'b'] as const) this.configure(side);
  }

  #machine(): HeartbeatSessions {
    return new HeartbeatSessions({
      hmacSha256,
      newId: () => (++this.#ids).toString(16).padStart(16, '0'),
      keyOf: ({ key }) => hmacKeyBytes(key.secret),
    });
  }

  configure(side: Side, changes: Partial<HeartbeatConfig> = {}): void {
    this.configs[side] = { ...this.configs[side], ...changes };
    this.feed(side, { type: 'configured', sessions: [this.configs[side]] });
  }

  /** The process of a side is another one: it knows nothing. */
  restart(side: Side): void {
    this.#machines[side] = this.#machine();
    this.configure(side);
  }

  say(side: Side, routers: readonly SaidRouter[]): void {
    this.feed(side, { type: 'own', routers });
  }

  /** Somebody sends these bytes from the address of the peer. */
  inject(to: Side, bytes: Uint8Array): void {
    this.feed(to, {
      type: 'packet',
      session: this.configs[to].name,
      message: bytes,
      receivedAt: this.now,
    });
  }

  feed(side: Side, event: HeartbeatEvent): void {
    this.#take(side, this.#machines[side].handle(this.now, event));
  }

  view(side: Side): HeartbeatView {
    const [view] = this.#machines[side].view();
    if (view === undefined) throw new Error('no session');
    return view;
  }

  /** A side gets no turn until it goes on; what comes is kept for it. */
  stall(side: Side): void {
    this.#stalled.add(side);
  }

  goOn(side: Side): void {
    this.#stalled.delete(side);
  }

  /** Runs to `ms` milliseconds. */
  run(ms: number): this {
    const end = instant(ms * 1_000);
    for (;;) {
      const due = this.#next();
      if (due === undefined || due > end) break;
      this.now = Math.max(due, this.now) as Instant;
      this.#step();
    }
    this.now = end;
    return this;
  }

  #next(): Instant | undefined {
    const sides = (['a', 'b'] as const).filter((side) => !this.#stalled.has(side));
    const times = [
      ...sides.flatMap((side) => this.#machines[side].deadline ?? []),
      ...this.#onTheWay.filter(({ from }) => !this.#stalled.has(OTHER[from])).map(({ due }) => due),
    ];
    return times.length === 0 ? undefined : (Math.min(...times) as Instant);
  }

  #step(): void {
    // As the loop of a process: what has arrived is read before a deadline counts.
    const arrived = this.#onTheWay.filter(
      ({ due, from }) => due <= this.now && !this.#stalled.has(OTHER[from]),
    );
    this.#onTheWay = this.#onTheWay.filter((one) => !arrived.includes(one));
    for (const { from, bytes, due } of arrived) {
      const to = OTHER[from];
      const session = this.configs[to].name;
      this.feed(to, { type: 'packet', session, message: bytes, receivedAt: due });
    }
    for (const side of ['a', 'b'] as const) {
      const deadline = this.#machines[side].deadline;
      if (!this.#stalled.has(side) && deadline !== undefined && deadline <= this.now) {
        this.feed(side, { type: 'deadline' });
      }
    }
  }

  #take(side: Side, actions: readonly HeartbeatAction[]): void {
    for (const action of actions) {
      switch (action.type) {
        case 'send': {
          const one = { at: this.now, from: side, bytes: action.packet };
          this.passed.push(one);
          const due = instant(this.now + this.delay);
          if (this.arrives[side]) this.#onTheWay.push({ ...one, due });
          break;
        }
        case 'peer':
          this.facts[side] = action.fact;
          break;
        case 'changed':
          this.told.push({ at: this.now, side, what: `${action.from} -> ${action.to}` });
          break;
        case 'dropped':
          this.told.push({ at: this.now, side, what: `${action.number} ${action.reason}` });
          break;
      }
    }
  }
}
