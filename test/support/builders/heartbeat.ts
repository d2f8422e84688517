/** Heartbeats, witnesses and what they say, with values that a test changes. */
import { createHmac } from 'node:crypto';
import { type Instant, instant, milliseconds, seconds } from '../../../src/core/base/time.ts';
import type { TakeoverView } from '../../../src/core/heartbeat/view.ts';
import type {
  HeartbeatConfig,
  PeerFact,
  SaidRouter,
  WitnessConfig,
  WitnessFact,
} from '../../../src/core/model/takeover.ts';
import type { KeyedDigest } from '../../../src/core/wire/keyed-digests.ts';
import { HEARTBEAT_KEY } from '../../vectors/heartbeat.ts';
import { ip } from './addresses.ts';

/** The digest that core lacks. */
export const hmacSha256: KeyedDigest = (key, data) =>
  createHmac('sha256', key).update(data).digest();

/** A session with 10.2.0.2 each 200 ms, silent after a second. */
export function heartbeat(changes: Partial<HeartbeatConfig> = {}): HeartbeatConfig {
  return {
    name: 'LB2',
    neighbour: ip('10.2.0.2'),
    port: 5798,
    interval: milliseconds(200),
    multiplier: 5,
    key: { secret: HEARTBEAT_KEY },
    ...changes,
  };
}

/** The virtual router of `instance()` in the words of its MASTER, 192.0.2.2. */
export function said(changes: Partial<SaidRouter> = {}): SaidRouter {
  return {
    family: 'ipv4',
    vrid: 51,
    state: 'MASTER',
    priority: 200,
    since: instant(0),
    isSound: true,
    hasWitnesses: true,
    source: ip('192.0.2.2'),
    virtual: ip('192.0.2.100'),
    ...changes,
  };
}

/** What is known of a peer that is heard. */
export function peerFact(routers: readonly SaidRouter[], isAlive = true): PeerFact {
  return { heartbeat: 'LB2', address: ip('10.2.0.2'), isAlive, routers: isAlive ? routers : [] };
}

/** Two hosts of three, each second, half a second for an answer. */
export function witness(changes: Partial<WitnessConfig> = {}): WitnessConfig {
  return {
    name: 'WAN',
    addresses: ['192.0.2.251', '192.0.2.252', '192.0.2.253'].map(ip),
    atLeast: 2,
    interval: milliseconds(1000),
    timeout: milliseconds(500),
    ...changes,
  };
}

/** What is known of them. */
export function witnessFact(answering: number, awaited = 0): WitnessFact {
  return { witness: 'WAN', answering, awaited, total: 3, atLeast: 2 };
}

/** Both as a director has them at `now`: the peer is heard and MASTER, one host of three answers. */
export function takeoverView(now: Instant): TakeoverView {
  const ago = (s: number): Instant => instant(now - s * 1_000_000);
  return {
    heartbeats: [
      {
        name: 'LB2',
        state: 'heard',
        since: ago(3_600),
        heardAt: ago(0.2),
        silence: seconds(1),
        routers: [said({ since: ago(90) })],
        sent: 20,
        received: 10,
        dropped: { malformed: 0, forged: 3, replayed: 0, unanswered: 1, 'too-fast': 0 },
      },
    ],
    witnesses: [
      {
        ...witnessFact(1),
        since: ago(60),
        addresses: witness().addresses.map((address, index) => ({
          address,
          answers: index === 0,
          ...(index < 2 && { answeredAt: ago(index + 1) }),
        })),
      },
    ],
  };
}
