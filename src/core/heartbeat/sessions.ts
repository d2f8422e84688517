/** All heartbeat sessions of a director: what a reload keeps of them, and when the earliest wants to be woken. */
import type { IpAddress } from '../base/address.ts';
import type { Machine } from '../base/machine.ts';
import type { Instant } from '../base/time.ts';
import { DeadlineHeap } from '../base/timing/deadline-heap.ts';
import type { HeartbeatConfig, SaidRouter } from '../model/takeover.ts';
import {
  type HeartbeatDrop,
  HeartbeatSession,
  type HeartbeatSessionAction,
  type HeartbeatSessionOptions,
  type HeartbeatSessionView,
  type PeerState,
} from './session.ts';

/** What the machine is told. */
export type HeartbeatEvent =
  | { readonly type: 'configured'; readonly sessions: readonly HeartbeatConfig[] }
  /** What this host has to say of its virtual routers from now on. */
  | { readonly type: 'own'; readonly routers: readonly SaidRouter[] }
  /** A datagram that came from the peer's address and port. */
  | {
      readonly type: 'packet';
      readonly session: string;
      readonly message: Uint8Array;
      readonly receivedAt: Instant;
    }
  | { readonly type: 'deadline' }
  | { readonly type: 'stop' };

/** What the machine orders or tells, with the session it is about. */
export type HeartbeatAction = HeartbeatSessionAction & { readonly session: HeartbeatConfig };

/** What a process reports of its sessions. */
export type HeartbeatReport =
  | {
      readonly type: 'heartbeatChanged';
      readonly heartbeat: string;
      readonly peer: IpAddress;
      readonly from: PeerState;
      readonly to: PeerState;
    }
  | {
      readonly type: 'heartbeatDropped';
      readonly heartbeat: string;
      readonly peer: IpAddress;
      readonly reason: HeartbeatDrop;
      /** Since the last such report. */
      readonly number: number;
    };

/** A session as operators see it, with its name. */
export interface HeartbeatView extends HeartbeatSessionView {
  readonly name: string;
}

/** What the sessions need from outside. */
export interface HeartbeatParts extends Pick<HeartbeatSessionOptions, 'hmacSha256' | 'newId'> {
  /** The bytes of a key. */
  readonly keyOf: (config: HeartbeatConfig) => Uint8Array;
}

interface Entry {
  readonly session: HeartbeatSession;
  get deadline(): Instant | undefined;
}

/** The machine of all sessions. */
export class HeartbeatSessions
  implements Machine<HeartbeatEvent, HeartbeatAction, readonly HeartbeatView[]>
{
  readonly #parts: HeartbeatParts;
  readonly #entries = new Map<string, Entry>();
  readonly #heap = new DeadlineHeap<Entry>();
  #own: readonly SaidRouter[] = [];

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  get deadline(): Instant | undefined {
    return this.#heap.deadline;
  }

  handle(now: Instant, event: HeartbeatEvent): readonly HeartbeatAction[] {
    switch (event.type) {
      case 'configured':
        return this.#configure(now, event.sessions);
      case 'own':
        this.#own = event.routers;
        return [...this.#entries.values()].flatMap((entry) => {
          entry.session.say(now, event.routers);
          return this.#after(entry, []);
        });
      case 'packet': {
        const entry = this.#entries.get(event.session);
        const { message, receivedAt } = event;
        return entry === undefined
          ? []
          : this.#after(entry, entry.session.receive(now, message, receivedAt));
      }
      case 'deadline':
        return this.#due(now);
      case 'stop':
        return [...this.#entries.keys()].flatMap((name) => this.#end(now, name));
    }
  }

  view(): readonly HeartbeatView[] {
    return [...this.#entries].map(([name, { session }]) => ({ name, ...session.view() }));
  }

  /** A session goes on when its name, addresses and port are as before. */
  #configure(now: Instant, configs: readonly HeartbeatConfig[]): readonly HeartbeatAction[] {
    const actions: HeartbeatAction[] = [];
    const kept = new Map(configs.map((config) => [config.name, config]));
    for (const [name, { session }] of this.#entries) {
      const next = kept.get(name);
      if (next === undefined || !isSamePath(session.config, next)) {
        actions.push(...this.#end(now, name));
      }
    }
    for (const config of configs) {
      const entry = this.#entries.get(config.name);
      if (entry === undefined) this.#begin(now, config);
      else {
        entry.session.reconfigure(config, this.#parts.keyOf(config));
        this.#heap.update(entry);
      }
    }
    return actions;
  }

  #begin(now: Instant, config: HeartbeatConfig): void {
    const { keyOf, ...parts } = this.#parts;
    const session = new HeartbeatSession({ config, key: keyOf(config), now, ...parts });
    session.say(now, this.#own);
    const entry: Entry = {
      session,
      get deadline() {
        return session.deadline;
      },
    };
    this.#entries.set(config.name, entry);
    this.#heap.update(entry);
  }

  #end(now: Instant, name: string): readonly HeartbeatAction[] {
    const entry = this.#entries.get(name);
    if (entry === undefined) return [];
    const actions = this.#after(entry, entry.session.end(now));
    this.#entries.delete(name);
    this.#heap.remove(entry);
    return actions;
  }

  #due(now: Instant): readonly HeartbeatAction[] {
    const actions: HeartbeatAction[] = [];
    for (;;) {
      const entry = this.#heap.first;
      const due = this.#heap.deadline;
      if (entry === undefined || due === undefined || due > now) return actions;
      actions.push(...this.#after(entry, entry.session.handleDeadline(now)));
    }
  }

  #after(entry: Entry, actions: readonly HeartbeatSessionAction[]): readonly HeartbeatAction[] {
    this.#heap.update(entry);
    const session = entry.session.config;
    return actions.map((action) => ({ ...action, session }));
  }
}

/** Whether two sessions are one for the sockets and the peer. */
export function isSamePath(a: HeartbeatConfig, b: HeartbeatConfig): boolean {
  return a.neighbour === b.neighbour && a.source === b.source && a.port === b.port;
}
