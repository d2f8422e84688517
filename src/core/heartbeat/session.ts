/**
 * One heartbeat session: what this host says of its virtual routers to one peer, and what it believes of what the peer
 * says. It reads no clock and owns no socket.
 *
 * A datagram is believed when it bears the right digest, answers a challenge that was sent lately, and has not been
 * there before: a counter above the last of its boot, and no boot that another has followed. So nothing that was
 * recorded is believed, nor what was held back for longer than the silence that ends the session, whatever was
 * restarted meanwhile. A peer that has just started cannot know the challenge yet. It is told at once, by a datagram
 * that is never longer than its own, and only after its digest was right: nobody without the key gets an answer.
 */

import { fromHex } from '../base/bytes.ts';
import {
  after,
  type Duration,
  earliest,
  elapsed,
  type Instant,
  microseconds,
  milliseconds,
  seconds,
} from '../base/time.ts';
import { PacketBudget } from '../base/timing/packet-budget.ts';
import {
  type HeartbeatConfig,
  type PeerFact,
  ROUTER_STATES,
  type SaidRouter,
} from '../model/takeover.ts';
import {
  counterOf,
  decodeHeartbeat,
  encodeHeartbeat,
  HEARTBEAT_ENTRIES_MAX,
  type HeartbeatDatagram,
  type HeartbeatEntry,
  isHeartbeat,
  isHeartbeatOf,
  isOfBoot,
  NO_ANSWER,
} from '../wire/heartbeat.ts';
import type { KeyedDigest } from '../wire/keyed-digests.ts';

/** Why a datagram counted for nothing: a closed list. */
export type HeartbeatDrop =
  /** No heartbeat of this version. */
  | 'malformed'
  /** Somebody without the key. */
  | 'forged'
  /** It was there before, or is one of ours. */
  | 'replayed'
  /** It answers no challenge of the last moments: recorded, delayed, or the first ones of a peer that has started. */
  | 'unanswered'
  /** More than a peer sends. */
  | 'too-fast';

/** Whether a peer is heard; `left`: it said that it goes. */
export type PeerState = 'heard' | 'silent' | 'left';

/** What a session orders or tells. */
export type HeartbeatSessionAction =
  | { readonly type: 'send'; readonly packet: Uint8Array }
  /** What is known of the peer, each time it was heard, and when it is not any more. */
  | { readonly type: 'peer'; readonly fact: PeerFact }
  | { readonly type: 'changed'; readonly from: PeerState; readonly to: PeerState }
  /** Datagrams that are no accident were dropped; at most one of a kind in a while. */
  | { readonly type: 'dropped'; readonly reason: HeartbeatDrop; readonly number: number };

/** A session as operators see it. */
export interface HeartbeatSessionView {
  readonly state: PeerState;
  readonly since: Instant;
  /** Absent: never. */
  readonly heardAt?: Instant;
  /** Silence of the peer that ends its say. */
  readonly silence: Duration;
  readonly routers: readonly SaidRouter[];
  readonly sent: number;
  readonly received: number;
  readonly dropped: Readonly<Record<HeartbeatDrop, number>>;
}

/** What a session needs from outside. */
export interface HeartbeatSessionOptions {
  readonly config: HeartbeatConfig;
  readonly key: Uint8Array;
  readonly now: Instant;
  readonly hmacSha256: KeyedDigest;
  /** 16 hexadecimal digits, never the same twice. */
  readonly newId: () => string;
}

/** Changes are said and challenges answered at once, but no more often than this. */
const CHANGE_GAP = milliseconds(10);

/** Boots of the peer that others have followed; more are older than any challenge. */
const RETIRED_MAX = 8;

/** Parts of one round that the wire can number. */
const PARTS_MAX = 255;

const AGE_MS_MAX = 0xffff_ffff;

/** Reports of dropped datagrams of one kind. */
const DROPS_GAP = seconds(60);

/** Drops that somebody has to do something about; a lost or late packet is none. */
const TOLD_DROPS: readonly HeartbeatDrop[] = ['malformed', 'forged', 'too-fast'];

/** What is believed of the peer. */
interface Peer {
  readonly boot: string;
  readonly bootBytes: Uint8Array;
  counter: number;
  /** The last one it sent, which we answer. */
  challenge: string;
  interval: Duration;
  heardAt: Instant;
}

/** What one part of a round said; void after `until`. */
interface Part {
  readonly routers: readonly SaidRouter[];
  until: Instant;
}

/** A session with one peer. */
export class HeartbeatSession {
  readonly #hmacSha256: KeyedDigest;
  readonly #newId: () => string;
  readonly #boot: string;
  readonly #known: PacketBudget;
  readonly #strangers: PacketBudget;
  readonly #retired: string[] = [];
  readonly #parts = new Map<number, Part>();
  readonly #dropped: Record<HeartbeatDrop, number> = {
    malformed: 0,
    forged: 0,
    replayed: 0,
    unanswered: 0,
    'too-fast': 0,
  };
  readonly #told = new Map<HeartbeatDrop, { at: Instant; number: number }>();
  #config: HeartbeatConfig;
  #key: Uint8Array;
  /** What was asked of the peer, the newest last. */
  #challenges: { readonly id: string; readonly at: Instant }[] = [];
  #counter = 0;
  #peer: Peer | undefined;
  #state: PeerState = 'silent';
  #since: Instant;
  /** When the peer counts as silent; undefined while it does. */
  #silentAt: Instant | undefined;
  /** This process came too late to judge a silence, and listens once more. */
  #isDoubted = false;
  #own: readonly SaidRouter[] = [];
  /** The challenge of a datagram that was not believed, and when it may be answered. */
  #owed: { readonly challenge: string; readonly due: Instant } | undefined;
  #lastReply: Instant | undefined;
  #lastSent: Instant | undefined;
  #sendDue: Instant;
  #sent = 0;
  #received = 0;
  #out: HeartbeatSessionAction[] = [];

  constructor(options: HeartbeatSessionOptions) {
    this.#config = options.config;
    this.#key = options.key;
    this.#hmacSha256 = options.hmacSha256;
    this.#newId = options.newId;
    this.#boot = options.newId();
    this.#since = options.now;
    this.#sendDue = options.now;
    this.#known = new PacketBudget(options.now);
    this.#strangers = new PacketBudget(options.now);
  }

  /** The configuration in force. */
  get config(): HeartbeatConfig {
    return this.#config;
  }

  /** Earliest time at which `handleDeadline` has something to do. */
  get deadline(): Instant | undefined {
    return earliest(earliest(this.#sendDue, this.#owed?.due), this.#firstVoid());
  }

  /** What is known of the peer. */
  get fact(): PeerFact {
    const { name: heartbeat, neighbour: address } = this.#config;
    return {
      heartbeat,
      address,
      isAlive: this.#state === 'heard',
      routers: [...this.#parts.values()].flatMap(({ routers }) => routers),
    };
  }

  /** Takes over other intervals or another key; the addresses are as before. */
  reconfigure(config: HeartbeatConfig, key: Uint8Array): void {
    this.#config = config;
    this.#key = key;
    if (this.#lastSent !== undefined) this.#sendDue = after(this.#lastSent, config.interval);
  }

  /** What this host has to say from now on; a change is said at once. */
  say(now: Instant, routers: readonly SaidRouter[]): void {
    const isChange = summary(this.#own) !== summary(routers);
    this.#own = routers;
    if (!isChange) return;
    const soonest = this.#lastSent === undefined ? now : after(this.#lastSent, CHANGE_GAP);
    this.#sendDue = Math.min(this.#sendDue, Math.max(now, soonest)) as Instant;
  }

  /** A datagram of the peer's address, with the time of its reception. */
  receive(now: Instant, bytes: Uint8Array, receivedAt: Instant): readonly HeartbeatSessionAction[] {
    const at = Math.min(now, receivedAt) as Instant;
    // What costs nothing to tell comes first: of a flood nothing is decoded, and no digest is made.
    const refusal = this.#refusalAtSight(bytes, at);
    if (refusal === undefined) this.#hear(now, bytes, at);
    else this.#drop(refusal, now);
    return this.#taken();
  }

  /** Sends what is due, and notices that the peer has been silent for too long. */
  handleDeadline(now: Instant): readonly HeartbeatSessionAction[] {
    this.#expire(now);
    this.#reply(now);
    if (this.#sendDue <= now) this.#sendRound(now);
    return this.#taken();
  }

  /** Ends the session: the peer need not wait for our silence. */
  end(now: Instant): readonly HeartbeatSessionAction[] {
    this.#send(now, { part: 0, parts: 1, entries: [], isLeaving: true });
    this.#state = 'silent';
    this.#parts.clear();
    this.#out.push({ type: 'peer', fact: this.fact });
    return this.#taken();
  }

  /** The session for operators. */
  view(): HeartbeatSessionView {
    return {
      state: this.#state,
      since: this.#since,
      ...(this.#peer && { heardAt: this.#peer.heardAt }),
      silence: this.#silence,
      routers: this.fact.routers,
      sent: this.#sent,
      received: this.#received,
      dropped: { ...this.#dropped },
    };
  }

  // ---- what is heard

  #refusalAtSight(bytes: Uint8Array, at: Instant): HeartbeatDrop | undefined {
    if (!isHeartbeat(bytes)) return 'malformed';
    const peer = this.#peer;
    const isKnown = peer !== undefined && isOfBoot(bytes, peer.bootBytes);
    if (isKnown && counterOf(bytes) <= peer.counter) return 'replayed';
    return this.#mayBeHeard(isKnown, at) ? undefined : 'too-fast';
  }

  #hear(now: Instant, bytes: Uint8Array, at: Instant): void {
    const decoded = decodeHeartbeat(bytes);
    if (!decoded.ok) {
      this.#drop('malformed', now);
      return;
    }
    const said = decoded.value;
    const refusal = this.#refusal(said, bytes, at);
    if (refusal === undefined) {
      this.#believe(now, said, at);
      return;
    }
    this.#drop(refusal, now);
    if (refusal !== 'unanswered') return;
    const due = this.#lastReply === undefined ? now : after(this.#lastReply, CHANGE_GAP);
    this.#owed = { challenge: said.challenge, due };
    this.#reply(now);
  }

  /** Nothing else is kept of a datagram that was not believed; of many in a row the newest challenge is answered. */
  #reply(now: Instant): void {
    const owed = this.#owed;
    if (owed === undefined || owed.due > now) return;
    this.#owed = undefined;
    this.#lastReply = now;
    this.#send(now, { part: 0, parts: 0, entries: [], answer: owed.challenge });
  }

  #refusal(said: HeartbeatDatagram, bytes: Uint8Array, at: Instant): HeartbeatDrop | undefined {
    if (said.boot === this.#boot || this.#retired.includes(said.boot)) return 'replayed';
    if (!isHeartbeatOf(bytes, this.#key, this.#hmacSha256)) return 'forged';
    return this.#isAnswer(said.answer, at) ? undefined : 'unanswered';
  }

  #mayBeHeard(isKnown: boolean, at: Instant): boolean {
    const own = this.#config.interval;
    if (!isKnown) return this.#strangers.take(at, own);
    const interval = Math.min(own, this.#peer?.interval ?? own);
    const parts = Math.max(1, this.#parts.size);
    return this.#known.take(at, microseconds(interval / parts), 2 * parts);
  }

  /** Whether a challenge was sent, and not longer ago than a silence. */
  #isAnswer(answer: string, at: Instant): boolean {
    const asked = this.#challenges.find(({ id }) => id === answer);
    return asked !== undefined && elapsed(asked.at, at) <= this.#silence;
  }

  #believe(now: Instant, said: HeartbeatDatagram, at: Instant): void {
    const { boot, counter, challenge, interval } = said;
    const before = this.#peer;
    if (before !== undefined && before.boot !== boot) {
      this.#retired.push(before.boot);
      if (this.#retired.length > RETIRED_MAX) this.#retired.shift();
      this.#parts.clear();
    }
    const isFirst = before?.boot !== boot;
    const bootBytes = fromHex(boot) ?? new Uint8Array(8);
    this.#peer = { boot, bootBytes, counter, challenge, interval, heardAt: at };
    this.#received += 1;
    this.#isDoubted = false;
    if (said.isLeaving) {
      this.#fallSilent(now, 'left');
      return;
    }
    this.#silentAt = after(at, this.#silence);
    if (said.parts > 0) this.#takePart(said, at);
    this.#become(now, 'heard');
    // It cannot have our answer yet, so it believes nothing of what we said before.
    if (isFirst) this.#sendDue = now;
    if (said.parts > 0) this.#out.push({ type: 'peer', fact: this.fact });
  }

  #takePart({ part, parts, entries }: HeartbeatDatagram, at: Instant): void {
    for (const number of this.#parts.keys()) if (number >= parts) this.#parts.delete(number);
    const routers = entries.map((entry) => routerOf(entry, at));
    this.#parts.set(part, { routers, until: after(at, this.#silence) });
  }

  /** Ours or the peer's interval, the longer one, as often as the multiplier says. */
  get #silence(): Duration {
    const { interval, multiplier } = this.#config;
    return microseconds(Math.max(interval, this.#peer?.interval ?? 0) * multiplier);
  }

  #firstVoid(): Instant | undefined {
    let first = this.#silentAt;
    for (const { until } of this.#parts.values()) first = earliest(first, until);
    return first;
  }

  #expire(now: Instant): void {
    const due = this.#firstVoid();
    if (due === undefined || due > now) return;
    if (!this.#isDoubted && elapsed(due, now) > this.#config.interval) {
      this.#doubt(now);
      return;
    }
    if (this.#silentAt !== undefined && this.#silentAt <= now) {
      this.#fallSilent(now, 'silent');
      return;
    }
    for (const [number, { until }] of this.#parts) if (until <= now) this.#parts.delete(number);
    this.#out.push({ type: 'peer', fact: this.fact });
  }

  /**
   * This process did not run when the time was up. What the peer sent meanwhile answers old challenges, so the silence
   * is not proven: a round goes out now, and its answer is waited for, once.
   */
  #doubt(now: Instant): void {
    this.#isDoubted = true;
    const until = after(
      now,
      microseconds(2 * Math.max(this.#config.interval, this.#peer?.interval ?? 0)),
    );
    this.#silentAt = until;
    for (const part of this.#parts.values()) part.until = until;
    this.#sendDue = now;
  }

  #fallSilent(now: Instant, to: PeerState): void {
    this.#silentAt = undefined;
    this.#parts.clear();
    this.#become(now, to);
    this.#out.push({ type: 'peer', fact: this.fact });
  }

  #become(now: Instant, to: PeerState): void {
    const from = this.#state;
    if (from === to) return;
    this.#state = to;
    this.#since = now;
    this.#out.push({ type: 'changed', from, to });
  }

  #drop(reason: HeartbeatDrop, now: Instant): void {
    this.#dropped[reason] += 1;
    if (!TOLD_DROPS.includes(reason)) return;
    const told = this.#told.get(reason);
    if (told !== undefined && elapsed(told.at, now) < DROPS_GAP) return;
    const total = this.#dropped[reason];
    this.#told.set(reason, { at: now, number: total });
    this.#out.push({ type: 'dropped', reason, number: total - (told?.number ?? 0) });
  }

  // ---- what is said

  #sendRound(now: Instant): void {
    const parts = Math.min(
      PARTS_MAX,
      Math.max(1, Math.ceil(this.#own.length / HEARTBEAT_ENTRIES_MAX)),
    );
    for (let part = 0; part < parts; part++) {
      const from = part * HEARTBEAT_ENTRIES_MAX;
      const routers = this.#own.slice(from, from + HEARTBEAT_ENTRIES_MAX);
      this.#send(now, { part, parts, entries: routers.map((router) => entryOf(router, now)) });
    }
    this.#lastSent = now;
    this.#sendDue = after(now, this.#config.interval);
  }

  #send(
    now: Instant,
    what: Pick<HeartbeatDatagram, 'part' | 'parts' | 'entries'> &
      Partial<Pick<HeartbeatDatagram, 'answer' | 'isLeaving'>>,
  ): void {
    this.#counter += 1;
    this.#sent += 1;
    const datagram: HeartbeatDatagram = {
      isLeaving: false,
      boot: this.#boot,
      counter: this.#counter,
      challenge: this.#challenge(now),
      answer: this.#peer?.challenge ?? NO_ANSWER,
      interval: this.#config.interval,
      ...what,
    };
    this.#out.push({
      type: 'send',
      packet: encodeHeartbeat(datagram, this.#key, this.#hmacSha256),
    });
  }

  /** A new one for each round, so that an answer tells how old it can be at most. */
  #challenge(now: Instant): string {
    const newest = this.#challenges.at(-1);
    if (newest !== undefined && elapsed(newest.at, now) < this.#config.interval / 2) {
      return newest.id;
    }
    const id = this.#newId();
    // Two for each interval of the longest silence: what is older proves nothing.
    const kept = 2 * this.#config.multiplier + 2;
    this.#challenges = [...this.#challenges, { id, at: now }].slice(-kept);
    return id;
  }

  #taken(): readonly HeartbeatSessionAction[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}

/** What the peer has to hear of at once. */
function summary(routers: readonly SaidRouter[]): string {
  return routers
    .map(({ family, vrid, state, isSound, hasWitnesses, source, virtual }) =>
      [family, vrid, state, isSound, hasWitnesses, source, virtual].join(' '),
    )
    .join();
}

function entryOf(router: SaidRouter, now: Instant): HeartbeatEntry {
  const { state, since, ...rest } = router;
  const ageMs = Math.min(AGE_MS_MAX, Math.floor(elapsed(since, now) / 1_000));
  return { ...rest, state: ROUTER_STATES.indexOf(state), ageMs };
}

function routerOf({ state, ageMs, ...rest }: HeartbeatEntry, at: Instant): SaidRouter {
  const since = (at - ageMs * 1_000) as Instant;
  return { ...rest, state: ROUTER_STATES[state] ?? 'INIT', since };
}
