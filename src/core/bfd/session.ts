/**
 * One BFD session in asynchronous mode without authentication and echo (RFC 5880 sections 6.1 to 6.8): when it sends, when its
 * neighbour has been silent too long, and what a packet of the neighbour changes. It reads no clock and owns no socket.
 */
import type { RandomSource } from '../base/seeded-random.ts';
import { after, type Duration, earliest, type Instant, microseconds } from '../base/time.ts';
import { PacketBudget } from '../base/timing/packet-budget.ts';
import type { BfdConfig } from '../model/tracking.ts';
import { type BfdDiagnostic, type BfdPacket, type BfdState, encodeBfd } from '../wire/bfd.ts';
import { type BfdContinuation, type BfdNeighbour, SLOW, UNKNOWN_NEIGHBOUR } from './neighbour.ts';

/** What a session orders or tells. */
export type BfdSessionAction =
  | { readonly type: 'send'; readonly packet: Uint8Array }
  | {
      readonly type: 'changed';
      readonly from: BfdState;
      readonly to: BfdState;
      /** Why it left the state before. */
      readonly diagnostic: BfdDiagnostic;
      /** What the neighbour said last. */
      readonly neighbour: { readonly state: BfdState; readonly diagnostic: BfdDiagnostic };
      /** What those that track it go by. */
      readonly isUp: boolean;
    }
  /** It did not come back behind a restart of this process, and counts as down from now on. */
  | { readonly type: 'notBack'; readonly state: BfdState };

/** A session as operators see it. Intervals are those in use. */
export interface BfdSessionView {
  readonly state: BfdState;
  /** What those that track it go by: it is Up, or counts as up for a moment behind a restart. */
  readonly isUp: boolean;
  /** Until when it counts as up at the longest, while this process has not heard so from the neighbour itself. */
  readonly believedUntil?: Instant;
  readonly since: Instant;
  readonly diagnostic: BfdDiagnostic;
  readonly discriminator: number;
  readonly neighbour: BfdNeighbour;
  readonly transmitInterval: Duration;
  /** Zero while nothing was heard. */
  readonly detectionTime: Duration;
  /** Times it came up, and times it left Up. */
  readonly ups: number;
  readonly downs: number;
  readonly sent: number;
  readonly received: number;
  /** Valid packets beyond what the neighbour may send. */
  readonly tooFast: number;
}

/** Section 6.8.7: intervals are shortened by up to a quarter, so that sessions do not beat together. */
const JITTER = 0.25;
/** With a multiplier of 1 they are shortened by a tenth at least, because one late packet ends the session. */
const JITTER_LEAST_SINGLE = 0.1;

/** Why a neighbour is down that has noticed our restart, and nothing else. */
const NOTICED_RESTART: ReadonlySet<BfdDiagnostic> = new Set([
  'detection-time-expired',
  'neighbour-signalled-down',
]);

/** What a session needs from outside. */
export interface BfdSessionOptions {
  readonly config: BfdConfig;
  /** Not 0, and of this session alone. */
  readonly discriminator: number;
  readonly random: RandomSource;
  readonly now: Instant;
  /** What a predecessor of this process left. */
  readonly continues?: BfdContinuation | undefined;
}

/** A session with one neighbour. */
export class BfdSession {
  readonly #discriminator: number;
  readonly #random: RandomSource;
  readonly #budget: PacketBudget;
  #config: BfdConfig;
  #state: BfdState = 'Down';
  #since: Instant;
  #diagnostic: BfdDiagnostic = 'none';
  #neighbour = UNKNOWN_NEIGHBOUR;
  #polling = false;
  /** A longer transmit interval that may not count before the neighbour has answered the poll (section 6.8.3). */
  #transmitBefore: Duration | undefined;
  /** A longer receive interval that still counts until then. */
  #receiveBefore: Duration | undefined;
  #lastSent: Instant | undefined;
  /** Part of the interval until the next packet. */
  #share = 1;
  #detectDue: Instant | undefined;
  /** It counts as up until then: a predecessor of this process had it up. */
  #believedUntil: Instant | undefined;
  #counters = { ups: 0, downs: 0, sent: 0, received: 0 };
  #out: BfdSessionAction[] = [];

  constructor(options: BfdSessionOptions) {
    this.#config = options.config;
    this.#discriminator = options.discriminator;
    this.#random = options.random;
    this.#since = options.now;
    this.#budget = new PacketBudget(options.now);
    if (options.continues !== undefined) this.#goOn(options.now, options.continues);
  }

  /** The configuration in force. */
  get config(): BfdConfig {
    return this.#config;
  }

  /** The discriminator that packets of the neighbour name. */
  get discriminator(): number {
    return this.#discriminator;
  }

  /** Earliest time at which `handleDeadline` has something to do. */
  get deadline(): Instant | undefined {
    return earliest(earliest(this.#detectDue, this.#sendDue), this.#believedUntil);
  }

  /** A packet that passed `decodeBfd` and is meant for this session, with the time of its reception (section 6.8.6, second half). */
  receive(now: Instant, packet: BfdPacket, receivedAt: Instant): readonly BfdSessionAction[] {
    if (!this.#budget.take(receivedAt, this.#receiveInterval)) return this.#taken();
    if (this.#state === 'AdminDown') return this.#taken();
    this.#counters.received += 1;
    this.#neighbour = {
      state: packet.state,
      diagnostic: packet.diagnostic,
      discriminator: packet.myDiscriminator,
      requiredMinRx: packet.requiredMinRx,
      desiredMinTx: packet.desiredMinTx,
      multiplier: packet.multiplier,
      demand: packet.demand,
    };
    if (packet.final && this.#polling) this.#endPoll();
    const next = stateAfter(this.#state, packet.state);
    this.#heard(next);
    const isChange = next !== this.#state;
    if (isChange) this.#enter(now, next, next === 'Down' ? 'neighbour-signalled-down' : 'none');
    if (packet.poll) this.#send(now, true);
    else if (isChange) this.#send(now);
    this.#detectDue = after(receivedAt, this.#detectionTime);
    return this.#taken();
  }

  /** Sends what is due, and notices that the neighbour has been silent for the detection time. */
  handleDeadline(now: Instant): readonly BfdSessionAction[] {
    if (this.#detectDue !== undefined && this.#detectDue <= now) this.#expire(now);
    if (this.#believedUntil !== undefined && this.#believedUntil <= now) this.#disbelieve();
    const due = this.#sendDue;
    if (due !== undefined && due <= now) this.#send(now);
    return this.#taken();
  }

  /** Takes over new settings; name, addresses and kind of session are as before. A session that is up stays up. */
  reconfigure(now: Instant, config: BfdConfig): readonly BfdSessionAction[] {
    const before = this.#config;
    this.#config = config;
    const isChange =
      before.minTransmit !== config.minTransmit ||
      before.minReceive !== config.minReceive ||
      before.multiplier !== config.multiplier;
    if (this.#state !== 'Up' || !isChange) return this.#taken();
    if (config.minTransmit > before.minTransmit) this.#transmitBefore = before.minTransmit;
    if (config.minReceive < before.minReceive) this.#receiveBefore = before.minReceive;
    this.#polling = true;
    this.#send(now);
    return this.#taken();
  }

  /**
   * Ends the session. A neighbour that knows it is told Down, not AdminDown: implementations keep what they track as it was on AdminDown
   * (measured on keepalived 2.4.3), and this director will not forward any more.
   */
  end(now: Instant): readonly BfdSessionAction[] {
    if (this.#neighbour.discriminator !== 0 && this.#state !== 'AdminDown') {
      this.#state = 'Down';
      this.#diagnostic = 'administratively-down';
      this.#polling = false;
      this.#send(now);
    }
    this.#state = 'AdminDown';
    this.#detectDue = undefined;
    this.#believedUntil = undefined;
    return this.#taken();
  }

  /** The session for operators. */
  view(): BfdSessionView {
    return {
      state: this.#state,
      isUp: this.#isUp,
      ...(this.#believedUntil !== undefined && { believedUntil: this.#believedUntil }),
      since: this.#since,
      diagnostic: this.#diagnostic,
      discriminator: this.#discriminator,
      neighbour: this.#neighbour,
      transmitInterval: this.#transmitInterval,
      detectionTime: this.#detectionTime,
      ...this.#counters,
      tooFast: this.#budget.refused,
    };
  }

  get #isUp(): boolean {
    return this.#state === 'Up' || this.#believedUntil !== undefined;
  }

  /** As the predecessor left it. A neighbour that has noticed the gap, and forgot us, has one slow packet to say so. */
  #goOn(now: Instant, { up, since, until }: BfdContinuation): void {
    if (until <= now) return;
    this.#believedUntil = until;
    if (up === undefined) return;
    this.#state = 'Up';
    this.#since = since;
    this.#neighbour = up.neighbour;
    this.#polling = true;
    this.#detectDue = earliest(after(now, microseconds(this.#detectionTime + SLOW)), until);
  }

  /** A packet leads to this state. Belief ends with certainty, and with a failure that is no consequence of the restart. */
  #heard(next: BfdState): void {
    const { state, diagnostic } = this.#neighbour;
    const isFailure = next === 'Down' && state !== 'Up';
    const isOurs = state !== 'AdminDown' && NOTICED_RESTART.has(diagnostic);
    if (next !== 'Up' && (!isFailure || isOurs)) return;
    if (next === this.#state) this.#disbelieve();
    else this.#believedUntil = undefined;
  }

  #disbelieve(): void {
    const wasBelieved = this.#believedUntil !== undefined;
    this.#believedUntil = undefined;
    if (wasBelieved && this.#state !== 'Up')
      this.#out.push({ type: 'notBack', state: this.#state });
  }

  /** The neighbour was silent: Up and Init end; in any state its discriminator is forgotten (section 6.8.1). */
  #expire(now: Instant): void {
    this.#detectDue = undefined;
    const { state, diagnostic } = this.#neighbour;
    this.#neighbour = { ...UNKNOWN_NEIGHBOUR, state, diagnostic };
    if (this.#state === 'Down') return;
    // Silence is no consequence of a restart.
    if (this.#state === 'Up') this.#believedUntil = undefined;
    this.#enter(now, 'Down', 'detection-time-expired');
    this.#send(now);
  }

  #enter(now: Instant, to: BfdState, diagnostic: BfdDiagnostic): void {
    const from = this.#state;
    this.#state = to;
    this.#since = now;
    if (to === 'Up') this.#counters.ups += 1;
    if (from === 'Up') this.#counters.downs += 1;
    // The reason of the last failure is said until the session is up again (section 6.8.1).
    if (to !== 'Init') this.#diagnostic = diagnostic;
    // What was agreed is void; going Up says the shorter interval, which the neighbour has to confirm (section 6.8.3).
    this.#endPoll();
    this.#polling = to === 'Up';
    const { state, diagnostic: reason } = this.#neighbour;
    const neighbour = { state, diagnostic: reason };
    const isUp = this.#isUp;
    this.#out.push({ type: 'changed', from, to, diagnostic: this.#diagnostic, neighbour, isUp });
  }

  #endPoll(): void {
    this.#polling = false;
    this.#transmitBefore = undefined;
    this.#receiveBefore = undefined;
  }

  /** Orders a packet with the present content. A final answers a poll at once and moves no timer (section 6.8.7). */
  #send(now: Instant, final = false): void {
    if (!final) {
      if (!this.#mayTransmit) return;
      this.#lastSent = now;
      const least = this.#config.multiplier === 1 ? JITTER_LEAST_SINGLE : 0;
      this.#share = 1 - least - this.#random() * (JITTER - least);
    }
    this.#counters.sent += 1;
    const packet = encodeBfd({
      diagnostic: this.#diagnostic,
      state: this.#state,
      poll: this.#polling && !final,
      final,
      demand: false,
      multiplier: this.#config.multiplier,
      myDiscriminator: this.#discriminator,
      yourDiscriminator: this.#neighbour.discriminator,
      desiredMinTx: this.#desiredMinTx,
      requiredMinRx: this.#config.minReceive,
    });
    this.#out.push({ type: 'send', packet });
  }

  /** Section 6.8.7: who keeps silent. */
  get #mayTransmit(): boolean {
    const { discriminator, requiredMinRx, demand, state } = this.#neighbour;
    if (this.#state === 'AdminDown' || requiredMinRx === 0) return false;
    if (this.#config.passive && discriminator === 0) return false;
    return !(demand && this.#state === 'Up' && state === 'Up' && !this.#polling);
  }

  get #sendDue(): Instant | undefined {
    if (!this.#mayTransmit) return undefined;
    if (this.#lastSent === undefined) return this.#since;
    return after(this.#lastSent, microseconds(this.#transmitInterval * this.#share));
  }

  /** At least a second while the session is not up (section 6.8.3). */
  get #desiredMinTx(): Duration {
    const { minTransmit, idleTransmit } = this.#config;
    return this.#state === 'Up' ? minTransmit : longer(minTransmit, idleTransmit);
  }

  get #transmitInterval(): Duration {
    return longer(this.#transmitBefore ?? this.#desiredMinTx, this.#neighbour.requiredMinRx);
  }

  get #receiveInterval(): Duration {
    return this.#receiveBefore ?? this.#config.minReceive;
  }

  /** Section 6.8.4, asynchronous mode. */
  get #detectionTime(): Duration {
    const { multiplier, desiredMinTx } = this.#neighbour;
    return microseconds(multiplier * longer(this.#receiveInterval, desiredMinTx));
  }

  #taken(): readonly BfdSessionAction[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}

function longer(a: Duration, b: Duration): Duration {
  return a > b ? a : b;
}

/** The table of section 6.2: the state after hearing the neighbour's. */
function stateAfter(own: BfdState, heard: BfdState): BfdState {
  if (heard === 'AdminDown') return 'Down';
  if (own === 'Down') return heard === 'Down' ? 'Init' : heard === 'Init' ? 'Up' : 'Down';
  if (own === 'Init') return heard === 'Down' ? 'Init' : 'Up';
  return heard === 'Down' ? 'Down' : 'Up';
}
