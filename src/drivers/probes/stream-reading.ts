/**
 * Reads a response from a stream of Node (a socket or TLS), within limits of time: each pause may last
 * as long as a connection may take, the whole at most ten times that, so that a server that sends a byte
 * now and then does not hold a check for ever. What comes is looked at in small shares, and a server that
 * sends faster is made to wait: its flood is not to be taken for the silence of others.
 */
import type { Socket } from 'node:net';
import { exactSpanText } from '../../core/base/span-text.ts';
import { type Duration, microseconds } from '../../core/base/time.ts';
import type { Finding } from '../../core/checkers/outcome.ts';
import type { AnswerJudge } from '../../core/checkers/types.ts';
import { TurnQueue } from './turn-queue.ts';

/** The whole exchange may take this many connection timeouts. */
export const EXCHANGE_TIMEOUTS_MAX = 10;

/** Longest delay that the event loop's timers take. */
const TIMER_MS_MAX = 2_147_483_647;

/** Received bytes of one stream that may wait to be looked at; beyond that its server has to wait. */
const WAITING_BYTES_MAX = 65_536;

/** Time in one turn of the loop for what the streams have received. */
const READING_MS_MAX = 10;

const readings = new TurnQueue(READING_MS_MAX);

/** A span for a timer of the event loop, rounded up. */
export function timerMs(span: Duration): number {
  return Math.min(TIMER_MS_MAX, Math.max(1, Math.ceil(span / 1_000)));
}

/** What is read and how long that may take. */
export interface StreamReading {
  readonly judge: AnswerJudge;
  readonly timeout: Duration;
  /** Called once, with the stream given up. */
  readonly onFinding: (finding: Finding) => void;
  /** Gives the stream up at the end; it is destroyed when this is absent. */
  readonly leave?: () => void;
}

/** Starts reading. The result gives up: it destroys the stream, and `onFinding` is not called. */
export function readResponse(stream: Socket, reading: StreamReading): () => void {
  const { judge, timeout, onFinding, leave } = reading;
  const whole = microseconds(timeout * EXCHANGE_TIMEOUTS_MAX);
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    clearTimeout(timer);
    waiting.length = 0;
  };
  const close = (): void => {
    stop();
    stream.destroy();
  };
  const look = (): Finding | undefined => {
    let finding: Finding | undefined;
    for (const bytes of waiting) finding ??= judge.push(bytes);
    waiting.length = 0;
    waitingBytes = 0;
    return finding;
  };
  // What was received before an event counts before it.
  const finish = (find: () => Finding | undefined): void => {
    if (isOver) return;
    const finding = look() ?? find();
    if (finding === undefined) return;
    stop();
    if (leave === undefined) stream.destroy();
    else leave();
    onFinding(finding);
  };
  const goOn = (): void => {
    finish(() => undefined);
    if (!isOver) stream.resume();
  };
  const late = (span: Duration): void => {
    // Timers run before sockets are read: after a stall of ours the answer may be there.
    setImmediate(() =>
      finish(() => ({
        outcome: 'timeout',
        detail: `no ${judge.awaited ?? 'complete answer'} within ${exactSpanText(span)}`,
      })),
    );
  };
  const timer = setTimeout(() => late(whole), timerMs(whole));
  stream.setTimeout(timerMs(timeout), () => late(timeout));
  stream.on('data', (bytes: Uint8Array) => {
    if (isOver) return;
    if (waiting.length === 0) readings.add(goOn);
    waiting.push(bytes);
    waitingBytes += bytes.length;
    if (waitingBytes >= WAITING_BYTES_MAX) stream.pause();
  });
  stream.on('end', () => finish(() => judge.end()));
  stream.on('error', (error) => finish(() => streamFailure(error)));
  stream.on('close', () => finish(() => judge.end()));
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
