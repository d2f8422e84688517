/**
 * All BFD sessions of a director: which one a packet is for, when the earliest wants to be woken, and what a reload keeps. RFC 5881 (single
 * hop), RFC 5883 (multihop).
 */
import { type IpAddress, ipFamily } from '../base/address.ts';
import type { Machine } from '../base/machine.ts';
import type { RandomSource } from '../base/seeded-random.ts';
import type { Instant } from '../base/time.ts';
import { DeadlineHeap } from '../base/timing/deadline-heap.ts';
import type { BfdConfig } from '../model/tracking.ts';
import { type BfdDiagnostic, type BfdPacket, type BfdState, decodeBfd } from '../wire/bfd.ts';
import { type BfdContinuation, isSamePeer } from './neighbour.ts';
import { BfdSession, type BfdSessionAction, type BfdSessionView } from './session.ts';

/** What the machine is told. */
export type BfdEvent =
  | {
      readonly type: 'configured';
      readonly sessions: readonly BfdConfig[];
      /** What a predecessor of this process left. */
      readonly continues?: readonly BfdContinuation[];
    }
  | BfdPacketEvent
  | { readonly type: 'deadline' }
  | { readonly type: 'stop' };

/** A datagram of port 3784 or 4784. */
export interface BfdPacketEvent {
  readonly type: 'packet';
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** TTL or hop limit as received. */
  readonly ttl: number;
  /** It came to the port of multihop sessions. */
  readonly multihop: boolean;
  readonly message: Uint8Array;
  readonly receivedAt: Instant;
}

/** What the machine orders or tells, with the session it is about. */
export type BfdAction = BfdSessionAction & { readonly session: BfdConfig };

/** What a process reports of its sessions. */
export type BfdReport = BfdChangeReport | BfdNotBackReport;

/** A session is in another state. */
export interface BfdChangeReport {
  readonly type: 'bfdChanged';
  readonly session: string;
  readonly neighbour: IpAddress;
  readonly from: BfdState;
  readonly to: BfdState;
  /** Why it left the state before. */
  readonly diagnostic: BfdDiagnostic;
  /** What the neighbour said last. */
  readonly neighbourState: BfdState;
  readonly neighbourDiagnostic: BfdDiagnostic;
  /** What those that track it go by. */
  readonly isUp: boolean;
}

/** A session that was up before a restart did not come back in time, and counts as down from now on. */
export interface BfdNotBackReport {
  readonly type: 'bfdNotBack';
  readonly session: string;
  readonly neighbour: IpAddress;
  /** The state in which it is. */
  readonly state: BfdState;
}

/** Why packets were dropped: a closed list. */
export type BfdDrop =
  | 'malformed'
  | 'no-session'
  | 'wrong-source'
  | 'wrong-destination'
  | 'ttl-too-low'
  | 'too-fast';

/** All sessions as operators see them. */
export interface BfdView {
  readonly sessions: readonly (BfdSessionView & { readonly name: string })[];
  readonly dropped: Readonly<Record<BfdDrop, number>>;
}

/** A session in the heap of deadlines. */
interface Entry {
  readonly session: BfdSession;
  get deadline(): Instant | undefined;
}

/** TTL of packets sent where the configuration names none: RFC 5881 section 5 asks for 255, whatever the family. */
const TTL_SENT = 255;

/** What keepalived sends in IPv6; accepted where the configuration names no hop limit, so that it can be the neighbour. */
const HOP_LIMIT_ACCEPTED = 64;

/** TTL or hop limit that packets of a session leave with. */
export function bfdTtl({ ttl }: BfdConfig): number {
  return ttl ?? TTL_SENT;
}

/** The least TTL that a received packet may have; 0 = any. */
export function bfdLeastTtl({ ttl, neighbour, maxHops }: BfdConfig): number {
  if (maxHops < 0) return 0;
  const sent = ttl ?? (ipFamily(neighbour) === 'ipv6' ? HOP_LIMIT_ACCEPTED : TTL_SENT);
  return Math.max(0, sent - maxHops);
}

/** The machine of all sessions. */
export class BfdSessions implements Machine<BfdEvent, BfdAction, BfdView> {
  readonly #random: RandomSource;
  readonly #entries = new Map<string, Entry>();
  readonly #byDiscriminator = new Map<number, Entry>();
  readonly #heap = new DeadlineHeap<Entry>();
  readonly #dropped: Record<BfdDrop, number> = {
    malformed: 0,
    'no-session': 0,
    'wrong-source': 0,
    'wrong-destination': 0,
    'ttl-too-low': 0,
    'too-fast': 0,
  };

  /** `random` gives discriminators and jitter: seed it with something that no neighbour can guess. */
  constructor(random: RandomSource) {
    this.#random = random;
  }

  get deadline(): Instant | undefined {
    return this.#heap.deadline;
  }

  handle(now: Instant, event: BfdEvent): readonly BfdAction[] {
    switch (event.type) {
      case 'configured':
        return this.#configure(now, event.sessions, event.continues ?? []);
      case 'packet':
        return this.#receive(now, event);
      case 'deadline':
        return this.#due(now);
      case 'stop':
        return [...this.#entries.keys()].flatMap((name) => this.#end(now, name));
    }
  }

  view(): BfdView {
    const sessions = [...this.#entries].map(([name, { session }]) => ({ name, ...session.view() }));
    const tooFast = sessions.reduce((sum, one) => sum + one.tooFast, 0);
    return {
      sessions,
      dropped: { ...this.#dropped, 'too-fast': this.#dropped['too-fast'] + tooFast },
    };
  }

  /** A session goes on when its name, addresses and kind are as before. */
  #configure(
    now: Instant,
    configs: readonly BfdConfig[],
    continues: readonly BfdContinuation[],
  ): readonly BfdAction[] {
    const actions: BfdAction[] = [];
    const kept = new Map(configs.map((config) => [config.name, config]));
    for (const [name, { session }] of this.#entries) {
      const next = kept.get(name);
      if (next === undefined || !isSamePeer(session.config, next))
        actions.push(...this.#end(now, name));
    }
    // Their discriminators first: no other session may get one of them.
    const known = new Map(continues.map((one) => [one.name, one]));
    const continued = configs.filter(({ name }) => known.has(name));
    for (const config of new Set([...continued, ...configs])) {
      const entry = this.#entries.get(config.name);
      if (entry === undefined) this.#begin(now, config, known.get(config.name));
      else actions.push(...this.#after(entry, entry.session.reconfigure(now, config)));
    }
    return actions;
  }

  #begin(now: Instant, config: BfdConfig, left: BfdContinuation | undefined): void {
    const continues = left !== undefined && isSamePeer(left.peer, config) ? left : undefined;
    const discriminator = continues?.up?.discriminator ?? this.#freeDiscriminator();
    const random = this.#random;
    const session = new BfdSession({ config, discriminator, random, now, continues });
    const entry: Entry = {
      session,
      get deadline() {
        return session.deadline;
      },
    };
    this.#entries.set(config.name, entry);
    this.#byDiscriminator.set(discriminator, entry);
    this.#heap.update(entry);
  }

  #end(now: Instant, name: string): readonly BfdAction[] {
    const entry = this.#entries.get(name);
    if (entry === undefined) return [];
    const actions = this.#after(entry, entry.session.end(now));
    this.#entries.delete(name);
    this.#byDiscriminator.delete(entry.session.discriminator);
    this.#heap.remove(entry);
    this.#dropped['too-fast'] += entry.session.view().tooFast;
    return actions;
  }

  #due(now: Instant): readonly BfdAction[] {
    const actions: BfdAction[] = [];
    for (;;) {
      const entry = this.#heap.first;
      const due = this.#heap.deadline;
      if (entry === undefined || due === undefined || due > now) return actions;
      actions.push(...this.#after(entry, entry.session.handleDeadline(now)));
    }
  }

  #receive(now: Instant, event: BfdPacketEvent): readonly BfdAction[] {
    const decoded = decodeBfd(event.message);
    if (!decoded.ok) return this.#drop('malformed');
    const entry = this.#find(decoded.value, event);
    if (entry === undefined) return this.#drop('no-session');
    const { config } = entry.session;
    if (config.neighbour !== event.source || config.multihop !== event.multihop) {
      return this.#drop('wrong-source');
    }
    if (config.source !== undefined && config.source !== event.destination) {
      return this.#drop('wrong-destination');
    }
    if (event.ttl < bfdLeastTtl(config)) return this.#drop('ttl-too-low');
    return this.#after(entry, entry.session.receive(now, decoded.value, event.receivedAt));
  }

  /** By our discriminator; by its addresses while the neighbour does not know that (RFC 5880 section 6.3). */
  #find(packet: BfdPacket, event: BfdPacketEvent): Entry | undefined {
    if (packet.yourDiscriminator !== 0) return this.#byDiscriminator.get(packet.yourDiscriminator);
    let found: Entry | undefined;
    for (const entry of this.#entries.values()) {
      const { neighbour, source, multihop } = entry.session.config;
      if (neighbour !== event.source || multihop !== event.multihop) continue;
      if (source === event.destination) return entry;
      if (source === undefined) found ??= entry;
    }
    return found;
  }

  #drop(reason: BfdDrop): readonly BfdAction[] {
    this.#dropped[reason] += 1;
    return [];
  }

  #after(entry: Entry, actions: readonly BfdSessionAction[]): readonly BfdAction[] {
    this.#heap.update(entry);
    const session = entry.session.config;
    return actions.map((action) => ({ ...action, session }));
  }

  #freeDiscriminator(): number {
    for (;;) {
      const chosen = Math.floor(this.#random() * 0xffff_ffff) + 1;
      if (!this.#byDiscriminator.has(chosen)) return chosen;
    }
  }
}
