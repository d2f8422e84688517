/** The heartbeat sessions on their sockets: one for each, opened again while it cannot be. */
import type { OsError } from 'dgram-extensions';
import { instant } from '../../core/base/time.ts';
import {
  type HeartbeatAction,
  type HeartbeatEvent,
  type HeartbeatView,
  isSamePath,
} from '../../core/heartbeat/sessions.ts';
import type { HeartbeatConfig } from '../../core/model/takeover.ts';
import { HEARTBEAT_LENGTH_MAX } from '../../core/wire/heartbeat.ts';
import { errnoName } from '../../drivers/kernel-error.ts';
import type { MachineLoop } from '../frame/loop.ts';
import { drainAll, type PeerPort, type TakeoverSayOptions } from './takeover-ports.ts';
import { ToldOnce } from './told-once.ts';

/** The peer's host lives, and nobody listens there: the silence is told, not this. */
const REFUSED = 'ECONNREFUSED';

interface Open {
  readonly session: HeartbeatConfig;
  readonly port: PeerPort;
}

/** All heartbeat sessions of this director. */
export class HeartbeatWork {
  readonly #options: TakeoverSayOptions;
  readonly #loop: MachineLoop<HeartbeatEvent, HeartbeatAction>;
  readonly #open = new Map<string, Open>();
  readonly #told: ToldOnce;

  constructor(options: TakeoverSayOptions) {
    this.#options = options;
    this.#told = new ToldOnce(options.onTrouble);
    this.#loop = options.drive({
      machine: options.parts.heartbeats,
      drain: () => {
        drainAll(this.#open);
        this.changed();
      },
      execute: (actions) => this.#execute(actions),
    });
  }

  /** Puts these sessions into force; those that go on keep their state. */
  configure(sessions: readonly HeartbeatConfig[]): void {
    this.changed();
    // Sessions that end take leave of their peers on their old sockets.
    this.#loop.feed({ type: 'configured', sessions });
    for (const [name, { session, port }] of this.#open) {
      if (sessions.some((one) => one.name === name && isSamePath(one, session))) continue;
      port.close();
      this.#open.delete(name);
    }
    for (const session of sessions) this.#portOf(session);
  }

  /** What this host has to say may be another thing now. */
  changed(): void {
    this.#loop.feed({ type: 'own', routers: this.#options.own() });
  }

  /** The sessions for operators. */
  view(): readonly HeartbeatView[] {
    return this.#options.parts.heartbeats.view();
  }

  /** Tells the peers that this director goes, and closes everything. */
  close(): void {
    this.#loop.feed({ type: 'stop' });
    this.#loop.close();
    for (const { port } of this.#open.values()) port.close();
    this.#open.clear();
  }

  #execute(actions: readonly HeartbeatAction[]): void {
    for (const action of actions) {
      const { name: heartbeat, neighbour: peer } = action.session;
      switch (action.type) {
        case 'send':
          this.#send(action.session, action.packet);
          break;
        case 'peer':
          this.#options.onNews({ peers: [action.fact], witnesses: [] });
          break;
        case 'changed': {
          const { from, to } = action;
          this.#options.report({ type: 'heartbeatChanged', heartbeat, peer, from, to });
          break;
        }
        case 'dropped': {
          const { reason, number } = action;
          this.#options.report({ type: 'heartbeatDropped', heartbeat, peer, reason, number });
          break;
        }
      }
    }
  }

  #send(session: HeartbeatConfig, packet: Uint8Array): void {
    const port = this.#portOf(session);
    if (port === undefined) return;
    let sent = port.send(packet);
    // It tells of an earlier datagram, and this one has not left.
    if (sent < 0 && errnoName(sent) === REFUSED) sent = port.send(packet);
    const { name, neighbour } = session;
    const errno = sent < 0 ? errnoName(sent) : '';
    if (sent >= 0) this.#told.over(name);
    if (sent >= 0 || errno === REFUSED) return;
    this.#told.tell(name, { operation: 'send-heartbeat', about: `${name} to ${neighbour}`, errno });
  }

  #portOf(session: HeartbeatConfig): PeerPort | undefined {
    const { name, neighbour: peer, source, port } = session;
    const known = this.#open.get(name);
    if (known !== undefined) return known.port;
    const trouble = { operation: 'hear-heartbeat', about: `${name} of ${peer}` } as const;
    try {
      const opened = this.#options.parts.open({
        peer,
        ...(source === undefined ? {} : { source }),
        port,
        // One byte more: what is longer is no heartbeat.
        sizeBytes: HEARTBEAT_LENGTH_MAX + 1,
        onMessage: (message, receivedUs) => this.#hear(name, message, receivedUs),
        onError: ({ code: errno, message: detail }) => {
          if (errno !== REFUSED) this.#told.tell(name, { ...trouble, errno, detail });
        },
      });
      this.#open.set(name, { session, port: opened });
      return opened;
    } catch (error) {
      const { code: errno, message: detail } = error as OsError;
      this.#told.tell(name, { ...trouble, errno, detail });
      return undefined;
    }
  }

  #hear(session: string, message: Uint8Array, receivedUs: number): void {
    const isTimed = Number.isFinite(receivedUs) && receivedUs > 0;
    const receivedAt = instant(isTimed ? receivedUs : this.#options.now());
    this.#loop.feed({ type: 'packet', session, message, receivedAt });
  }
}
