/**
 * Reads a response from a stream of Node (a socket or TLS), within limits of time: each pause may last
 * as long as a connection may take, the whole at most ten times that, so that a server that sends a byte
 * now and then does not hold a check for ever.
 */
import type { Socket } from 'node:net';
import { type Duration, microseconds } from '../../core/base/time.ts';
import { spanText } from './probe-outcome.ts';
import type { Finding } from './url-judge.ts';
import type { UrlResponse } from './url-response.ts';

/** The whole exchange may take this many connection timeouts. */
export const EXCHANGE_TIMEOUTS_MAX = 10;

/** Longest delay that the event loop's timers take. */
const TIMER_MS_MAX = 2_147_483_647;

/** A span for a timer of the event loop, rounded up. */
export function timerMs(span: Duration): number {
  return Math.min(TIMER_MS_MAX, Math.max(1, Math.ceil(span / 1_000)));
}

/** What is read and how long that may take. */
export interface StreamReading {
  readonly response: UrlResponse;
  readonly timeout: Duration;
  /** Called once, with the stream destroyed. */
  readonly onFinding: (finding: Finding) => void;
}

/** Starts reading. The result gives up: it destroys the stream, and `onFinding` is not called. */
export function readResponse(stream: Socket, reading: StreamReading): () => void {
  const { response, timeout, onFinding } = reading;
  const whole = microseconds(timeout * EXCHANGE_TIMEOUTS_MAX);
  let isOver = false;
  const close = (): void => {
    isOver = true;
    clearTimeout(timer);
    stream.destroy();
  };
  const finish = (find: () => Finding | undefined): void => {
    if (isOver) return;
    const finding = find();
    if (finding === undefined) return;
    close();
    onFinding(finding);
  };
  const late = (span: Duration): Finding => ({
    outcome: 'timeout',
    detail: `no complete answer within ${spanText(span)}`,
  });
  const timer = setTimeout(() => finish(() => late(whole)), timerMs(whole));
  stream.setTimeout(timerMs(timeout), () => finish(() => late(timeout)));
  stream.on('data', (bytes: Uint8Array) => finish(() => response.push(bytes)));
  stream.on('end', () => finish(() => response.end()));
  stream.on('error', (error) => finish(() => streamFailure(error)));
  stream.on('close', () => finish(() => response.end()));
  return close;
}

/** The finding for an error of a stream that had been connected. */
function streamFailure(error: Error): Finding {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return { outcome: 'reset', detail: 'receive: connection reset by the server' };
  }
  if (code === 'ETIMEDOUT') return { outcome: 'timeout', detail: 'receive: connection timed out' };
  if (code.startsWith('ERR_SSL')) return { outcome: 'tls-failure', detail: `receive: ${code}` };
  return { outcome: 'unreachable', detail: `receive: ${code}` };
}
