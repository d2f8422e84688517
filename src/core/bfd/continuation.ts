/**
 * What a session was when the process that had it was lost, so that its successor goes on with it: the neighbour need not notice, and what tracks the
 * session is not told "down" for a restart. The belief has an end: only a packet of the neighbour renews it.
 */
import { after, type Duration, type Instant, microseconds } from '../base/time.ts';
import type { BfdConfig } from '../model/tracking.ts';
import { type BfdContinuation, type BfdPeer, SLOW } from './neighbour.ts';
import type { BfdSessionView } from './session.ts';

/** Packets of both sides until a session is up: Down, Init, Up (RFC 5880 section 6.2). */
const HANDSHAKE_PACKETS = 3;

/**
 * How a successor goes on with a session; undefined when it was not up. `lostAt`: since when the process that had it did nothing. A belief that was
 * itself handed over ends when it ended.
 */
export function continuationOf(
  view: BfdSessionView & { readonly name: string },
  config: BfdConfig,
  lostAt: Instant,
): BfdContinuation | undefined {
  const { name, since, state, believedUntil, discriminator, neighbour } = view;
  if (!view.isUp) return undefined;
  return {
    name,
    peer: peerOf(config),
    since,
    ...(state === 'Up' ? { up: { discriminator, neighbour } } : {}),
    until: believedUntil ?? after(lostAt, patience(view, config)),
  };
}

function peerOf({ neighbour, source, multihop }: BfdConfig): BfdPeer {
  return { neighbour, source, multihop };
}

/**
 * Both detection times and a handshake: a neighbour that has noticed the gap may drop what it does not know yet for its own detection time (as
 * keepalived 2.4.3 does), and then comes up again at the slow rate.
 */
function patience(view: BfdSessionView, { idleTransmit, multiplier }: BfdConfig): Duration {
  const { detectionTime, transmitInterval } = view;
  const slow = Math.max(SLOW, idleTransmit);
  const handshake = HANDSHAKE_PACKETS * slow;
  return microseconds(detectionTime + multiplier * transmitInterval + handshake);
}
