/** What heartbeats and witnesses use of the operating system. `daemon/compose/vrrp.ts` opens the real ones. */

import type { Trouble } from '../../core/facts/troubles.ts';
import type { HeartbeatReport, HeartbeatSessions } from '../../core/heartbeat/sessions.ts';
import type { Witnesses, WitnessReport } from '../../core/heartbeat/witnesses.ts';
import type { SaidRouter } from '../../core/model/takeover.ts';
import type { TakeoverNews } from '../../core/vrrp/takeover-facts.ts';
import type { ConnectedSocket, ConnectedSocketOptions } from '../../drivers/connected-socket.ts';
import type { MachineLoop, MachineLoopOptions } from '../frame/loop.ts';

/** A socket with one peer. */
export type PeerPort = Pick<ConnectedSocket, 'send' | 'drain' | 'close'>;

/** Sockets that are open, by what they are for. */
export type OpenPorts = ReadonlyMap<string, { readonly port: PeerPort }>;

/** Delivers what is queued on all of them. */
export function drainAll(open: OpenPorts): void {
  for (const { port } of open.values()) port.drain();
}

/** Opens one. Throws OsError. */
export type OpenPeerPort = (options: ConnectedSocketOptions) => PeerPort;

/** What they work with. */
export interface TakeoverParts {
  readonly heartbeats: Pick<HeartbeatSessions, 'deadline' | 'handle' | 'view'>;
  readonly witnesses: Pick<Witnesses, 'deadline' | 'handle' | 'view'>;
  readonly open: OpenPeerPort;
  /** Uniform in 0..65535: tells our echo requests from those of others. */
  readonly random16: () => number;
}

/** What they need of the process around them. */
export interface TakeoverSayOptions {
  readonly parts: TakeoverParts;
  /** Microseconds of the monotonic clock, now. */
  readonly now: () => number;
  readonly drive: <Event, Action>(
    options: Omit<MachineLoopOptions<Event, Action>, 'clock'>,
  ) => MachineLoop<Event, Action>;
  readonly report: (report: HeartbeatReport | WitnessReport) => void;
  /** What the instances go by. */
  readonly onNews: (news: TakeoverNews) => void;
  readonly onTrouble: (trouble: Trouble) => void;
  /** What this host has to say of its virtual routers, now. */
  readonly own: () => readonly SaidRouter[];
}
