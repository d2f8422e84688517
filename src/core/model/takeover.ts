/**
 * What has a say in a takeover beside advertisements: the heartbeat of a peer over a second path, and addresses that
 * witness that this host has a network. Keywords of Tandem; both are off without them.
 */

import type { IpAddress, IpFamily } from '../base/address.ts';
import type { Duration, Instant } from '../base/time.ts';

/** Everything that is defined to have a say; each name once in its list. */
export interface TakeoverConfig {
  readonly heartbeats: readonly HeartbeatConfig[];
  readonly witnesses: readonly WitnessConfig[];
}

/** `heartbeat NAME`: a session with one peer, named after it. */
export interface HeartbeatConfig {
  readonly name: string;
  readonly neighbour: IpAddress;
  /** Absent: the kernel's choice. */
  readonly source?: IpAddress;
  /** UDP port on both sides. */
  readonly port: number;
  /** Between two datagrams. */
  readonly interval: Duration;
  /** Intervals of silence after which the peer counts as gone. */
  readonly multiplier: number;
  readonly key: HeartbeatKey;
}

/** The key that both sides have; a secret. */
export interface HeartbeatKey {
  /** The text itself or `hex:DIGITS`; of a key in a file its content, empty where no file is read. */
  readonly secret: string;
  /** Where it was read from; absent: it stands in the configuration. */
  readonly file?: string;
}

/** `witness NAME`: hosts that answer echo requests while this host has a network. */
export interface WitnessConfig {
  readonly name: string;
  readonly addresses: readonly IpAddress[];
  /** How many of them must answer. */
  readonly atLeast: number;
  /** Between two echo requests to one address. */
  readonly interval: Duration;
  /** An answer that takes longer counts as none; not above the interval. */
  readonly timeout: Duration;
}

/** `takeover_heartbeat` of an instance. */
export interface TakeoverHeartbeatConfig {
  /** Name of the heartbeat, which exists. */
  readonly name: string;
  /** What a peer that lives and is MASTER does to a takeover: prevents it, or makes it a conflict. */
  readonly mode: 'veto' | 'allow';
}

/** State of a virtual router, in the order of the numbers on the wire. */
export const ROUTER_STATES = ['INIT', 'BACKUP', 'MASTER', 'FAULT'] as const;

/** State of a virtual router by its name. */
export type RouterState = (typeof ROUTER_STATES)[number];

/** What a heartbeat says of one virtual router of its sender. */
export interface SaidRouter {
  readonly family: IpFamily;
  readonly vrid: number;
  readonly state: RouterState;
  /** Effective priority, 1..255. */
  readonly priority: number;
  /** Since when it is in this state, by the clock of whoever has this. */
  readonly since: Instant;
  /** Its interface can be used, and its advertisements leave. */
  readonly isSound: boolean;
  /** Enough of its witnesses answer, or it asks none. */
  readonly hasWitnesses: boolean;
  /** Source of its advertisements; absent while there is none. */
  readonly source?: IpAddress;
  /** Its first virtual address; absent where it has none. */
  readonly virtual?: IpAddress;
}

/** What is known of a peer by its heartbeat. */
export interface PeerFact {
  /** Name of the heartbeat. */
  readonly heartbeat: string;
  readonly address: IpAddress;
  /** It was heard lately. While it is not, `routers` is empty. */
  readonly isAlive: boolean;
  readonly routers: readonly SaidRouter[];
}

/** What is known of the addresses of a witness. */
export interface WitnessFact {
  readonly witness: string;
  readonly answering: number;
  /** Of these nothing is known yet. */
  readonly awaited: number;
  readonly total: number;
  readonly atLeast: number;
}

/** Whether a host with these answers may become MASTER; `awaited`: its first answers decide. */
export function witnessVerdict({
  answering,
  awaited,
  atLeast,
}: WitnessFact): 'enough' | 'awaited' | 'too-few' {
  if (answering >= atLeast) return 'enough';
  return answering + awaited >= atLeast ? 'awaited' : 'too-few';
}
