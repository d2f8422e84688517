/**
 * BFD in the vrrp process: the sessions of `core/bfd` on UDP sockets. Sockets are opened when a configuration needs them; what cannot be opened
 * or sent is told once, and tried again with each packet that is due.
 */
import type { OsError } from 'dgram-extensions';
import { type IpFamily, ipFamily } from '../../core/base/address.ts';
import { instant } from '../../core/base/time.ts';
import type { BfdContinuation } from '../../core/bfd/neighbour.ts';
import {
  type BfdAction,
  type BfdEvent,
  type BfdReport,
  type BfdView,
  bfdTtl,
} from '../../core/bfd/sessions.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { TrackerFact } from '../../core/model/tracker-fact.ts';
import type { BfdConfig } from '../../core/model/tracking.ts';
import { BFD_MULTIHOP_PORT, BFD_PORT } from '../../core/wire/bfd.ts';
import type { ReceivedBfd } from '../../drivers/bfd-socket.ts';
import { errnoName } from '../../drivers/kernel-error.ts';
import type { MachineLoop, MachineLoopOptions } from '../frame/loop.ts';
import type { BfdListenPort, BfdParts, BfdSendPort } from './bfd-ports.ts';
import { ToldOnce } from './told-once.ts';

interface Wanted {
  readonly family: IpFamily;
  readonly multihop: boolean;
}

type BfdChange = Extract<BfdAction, { type: 'changed' | 'notBack' }>;

/** What the work needs of the process around it. */
export interface BfdWorkOptions {
  readonly parts: BfdParts;
  /** Microseconds of the monotonic clock, now. */
  readonly now: () => number;
  readonly drive: (
    options: Omit<MachineLoopOptions<BfdEvent, BfdAction>, 'clock'>,
  ) => MachineLoop<BfdEvent, BfdAction>;
  readonly report: (report: BfdReport) => void;
  /** What instances that track sessions go by. */
  readonly onFacts: (facts: readonly TrackerFact[]) => void;
  readonly onTrouble: (trouble: Trouble) => void;
}

/** All BFD sessions of this director. */
export class BfdWork {
  readonly #options: BfdWorkOptions;
  readonly #loop: MachineLoop<BfdEvent, BfdAction>;
  readonly #listeners = new Map<string, BfdListenPort>();
  readonly #senders = new Map<string, BfdSendPort>();
  /** The ports to hear, by their names in `#listeners`. */
  #wanted: ReadonlyMap<string, Wanted> = new Map();
  /** By session or port. */
  readonly #told: ToldOnce;

  constructor(options: BfdWorkOptions) {
    this.#options = options;
    this.#told = new ToldOnce(options.onTrouble);
    this.#loop = options.drive({
      machine: options.parts.machine,
      drain: () => this.drain(),
      execute: (actions) => this.#execute(actions),
    });
  }

  /** Puts these sessions into force; those that go on keep their state. `continues`: what a predecessor of this process left. */
  configure(sessions: readonly BfdConfig[], continues: readonly BfdContinuation[] = []): void {
    this.#listen(sessions);
    this.#loop.feed({ type: 'configured', sessions, continues });
    // Ports and TTLs may be others: sockets are opened again when they are needed.
    this.#closeSenders();
    this.#options.onFacts(
      this.view().sessions.map(({ name, isUp }) => ({ kind: 'bfd', name, isUp })),
    );
  }

  /** The sessions for operators. */
  view(): BfdView {
    return this.#options.parts.machine.view();
  }

  /** Delivers what is queued. */
  drain(): void {
    for (const listener of this.#listeners.values()) listener.drain();
  }

  /** Tells the neighbours that this director goes, and closes everything. */
  close(): void {
    this.#loop.feed({ type: 'stop' });
    this.#loop.close();
    this.#closeSenders();
    for (const listener of this.#listeners.values()) listener.close();
    this.#listeners.clear();
  }

  #closeSenders(): void {
    for (const sender of this.#senders.values()) sender.close();
    this.#senders.clear();
  }

  #listen(sessions: readonly BfdConfig[]): void {
    const wanted = new Map<string, Wanted>();
    for (const { neighbour, multihop } of sessions) {
      const family = ipFamily(neighbour);
      wanted.set(`${family} ${portOf(multihop)}`, { family, multihop });
    }
    for (const [key, listener] of this.#listeners) {
      if (wanted.has(key)) continue;
      listener.close();
      this.#listeners.delete(key);
    }
    this.#wanted = wanted;
    this.#openListeners();
  }

  #openListeners(): void {
    if (this.#listeners.size === this.#wanted.size) return;
    for (const [key, { family, multihop }] of this.#wanted) {
      if (!this.#listeners.has(key)) this.#openListener(key, family, multihop);
    }
  }

  #openListener(key: string, family: IpFamily, multihop: boolean): void {
    const port = portOf(multihop);
    const trouble = { operation: 'hear-bfd', about: `port ${port} (${family})` } as const;
    try {
      const listener = this.#options.parts.listen({
        family,
        port,
        onPacket: (packet) => this.#onPacket(packet, multihop),
        onError: (error) =>
          this.#told.tell(key, { ...trouble, errno: error.code, detail: error.message }),
      });
      this.#listeners.set(key, listener);
      this.#told.over(key);
    } catch (error) {
      const { code: errno, message: detail } = error as OsError;
      this.#told.tell(key, { ...trouble, errno, detail });
    }
  }

  #onPacket({ receivedUs, ...packet }: ReceivedBfd, multihop: boolean): void {
    const isTimed = Number.isFinite(receivedUs) && receivedUs > 0;
    const receivedAt = instant(isTimed ? receivedUs : this.#options.now());
    this.#loop.feed({ type: 'packet', ...packet, multihop, receivedAt });
  }

  #execute(actions: readonly BfdAction[]): void {
    this.#openListeners();
    for (const action of actions) {
      if (action.type === 'send') this.#send(action.session, action.packet);
      else this.#tellChange(action);
    }
  }

  #tellChange(change: BfdChange): void {
    const { name, neighbour } = change.session;
    const about = { session: name, neighbour };
    if (change.type === 'notBack') {
      this.#options.report({ type: 'bfdNotBack', ...about, state: change.state });
      this.#options.onFacts([{ kind: 'bfd', name, isUp: false }]);
      return;
    }
    const { from, to, diagnostic, isUp, neighbour: said } = change;
    const { state: neighbourState, diagnostic: neighbourDiagnostic } = said;
    const why = { diagnostic, neighbourState, neighbourDiagnostic };
    this.#options.report({ type: 'bfdChanged', ...about, from, to, ...why, isUp });
    this.#options.onFacts([{ kind: 'bfd', name, isUp }]);
  }

  #send(session: BfdConfig, packet: Uint8Array): void {
    const { name, neighbour } = session;
    const trouble = { operation: 'send-bfd', about: `${name} to ${neighbour}` } as const;
    let sender: BfdSendPort;
    try {
      sender = this.#senders.get(name) ?? this.#openSender(session);
    } catch (error) {
      const { code: errno, message: detail } = error as OsError;
      this.#told.tell(name, { ...trouble, errno, detail });
      return;
    }
    const sent = sender.send(packet);
    if (sent >= 0) {
      this.#told.over(name);
      return;
    }
    this.#told.tell(name, { ...trouble, errno: errnoName(sent) });
  }

  #openSender(session: BfdConfig): BfdSendPort {
    const { name, neighbour, source, multihop } = session;
    const sender = this.#options.parts.openSender({
      neighbour,
      ...(source === undefined ? {} : { source }),
      port: portOf(multihop),
      ttl: bfdTtl(session),
    });
    this.#senders.set(name, sender);
    return sender;
  }
}

function portOf(multihop: boolean): number {
  return multihop ? BFD_MULTIHOP_PORT : BFD_PORT;
}
