/**
 * Errnos as outcomes: in one place, so that every line for operators reads alike, and errnos map to outcomes the same
 * way for every transport.
 */
import { errnoName, type ProbePhase } from 'dgram-extensions';
import { exactSpanText } from '../../core/base/span-text.ts';
import { type Duration, microseconds, ZERO_DURATION } from '../../core/base/time.ts';
import type { Finding, ProbeOutcome, ProbeResult } from '../../core/checkers/outcome.ts';

/** What a connection was doing, and how much time it had. */
export interface FailureContext {
  readonly phase: ProbePhase;
  readonly timeout: Duration;
  readonly elapsedUs: number;
}

/** The result of a connection that ended with a (negative) errno. */
export function connectionFailure(errno: number, context: FailureContext): ProbeResult {
  const name = errnoName(errno);
  const outcome = OUTCOMES.get(name) ?? 'unreachable';
  const detail =
    outcome === 'timeout'
      ? `${TIMED_OUT[context.phase]} ${exactSpanText(context.timeout)}`
      : `${DOING[context.phase]}: ${TEXTS.get(name) ?? name}`;
  return { outcome, detail, elapsed: microseconds(context.elapsedUs) };
}

/**
 * The result of a connection that could not even be tried, from a negative errno. No route is the
 * target's state; the rest is this host's (no socket left, source address or interface not here).
 */
export function launchFailure(errno: number): ProbeResult {
  const name = errnoName(errno);
  const outcome = LAUNCH_OUTCOMES.get(name) ?? 'local-error';
  return { outcome, detail: `connect: ${TEXTS.get(name) ?? name}`, elapsed: ZERO_DURATION };
}

/** The finding for a (negative) errno of a connected datagram socket: an ICMP error, or a state of this host. */
export function datagramFailure(errno: number): Finding {
  const name = errnoName(errno);
  const outcome = DATAGRAM_OUTCOMES.get(name) ?? LAUNCH_OUTCOMES.get(name) ?? 'local-error';
  return { outcome, detail: DATAGRAM_TEXTS.get(name) ?? `send: ${TEXTS.get(name) ?? name}` };
}

/** ICMP errors as the kernel turns them into errnos (Linux, icmp_err_convert). */
const DATAGRAM_OUTCOMES: ReadonlyMap<string, ProbeOutcome> = new Map([
  ['EPROTO', 'unreachable'],
  ['ENOPROTOOPT', 'unreachable'],
  ['EOPNOTSUPP', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENONET', 'unreachable'],
]);

const DATAGRAM_TEXTS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'ICMP: port unreachable'],
  ['EHOSTUNREACH', 'host unreachable'],
  ['ENETUNREACH', 'network unreachable'],
]);

const OUTCOMES: ReadonlyMap<string, ProbeOutcome> = new Map([
  ['ETIMEDOUT', 'timeout'],
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['EPIPE', 'reset'],
  ['ENOMEM', 'local-error'],
  ['ENOBUFS', 'local-error'],
]);

const LAUNCH_OUTCOMES: ReadonlyMap<string, ProbeOutcome> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ENETUNREACH', 'unreachable'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
]);

const TEXTS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset by the server'],
  ['EPIPE', 'connection closed by the server'],
  ['EHOSTUNREACH', 'no route to host'],
  ['ENETUNREACH', 'network is unreachable'],
  ['ENETDOWN', 'network is down'],
  ['EADDRNOTAVAIL', 'cannot bind: the address is not on this host, or its ports are in use'],
  ['EADDRINUSE', 'cannot bind: the port is in use'],
  ['ENODEV', 'cannot bind: no such interface'],
  ['EMFILE', 'no file descriptors left in this process'],
  ['ENFILE', 'no file descriptors left on this host'],
  ['ENOBUFS', 'too many probes at once'],
  ['EPERM', 'not permitted on this host (EPERM)'],
  ['EACCES', 'not permitted on this host (EACCES)'],
]);

const TIMED_OUT = {
  connect: 'no connection within',
  send: 'could not send within',
  receive: 'no complete answer within',
} satisfies Record<ProbePhase, string>;

const DOING = {
  connect: 'connect',
  send: 'send',
  receive: 'receive',
} satisfies Record<ProbePhase, string>;
