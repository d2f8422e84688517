/**
 * One request over TLS and its response. The connection is made natively, so that source, mark and
 * interface work as for plain TCP; Node's TLS takes the descriptor over. Certificates are not verified,
 * as in keepalived: a check asks whether the server works, over a network the director trusts.
 */
import { Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { exactSpanText } from '../../core/base/span-text.ts';
import type { Finding } from '../../core/checkers/outcome.ts';
import { connectionFailure } from './probe-outcome.ts';
import { endpointOf } from './probe-target.ts';
import { readResponse, timerMs } from './stream-reading.ts';
import { tlsContext } from './tls-context.ts';
import type { Exchange } from './transport.ts';

/** Makes one exchange over TLS. */
export function exchangeTls(exchange: Exchange): void {
  let isOver = false;
  exchange.job.stop = () => {
    isOver = true;
  };
  void tlsContext(exchange.step.tls?.client).then((context) => {
    if (isOver) return;
    exchange.job.stop = undefined;
    if (context.ok) connectWith(context.value, exchange);
    else exchange.onFinding({ outcome: 'local-error', detail: context.error });
  });
}

function connectWith(secureContext: SecureContext, exchange: Exchange): void {
  const { job, step, onFinding } = exchange;
  const timeout = step.target.connectTimeout;
  job.connect(endpointOf(step.target), { keep: true }, ({ errno, phase, elapsedUs, fd }) => {
    if (errno < 0) {
      onFinding(connectionFailure(errno, { phase, elapsedUs, timeout }));
      return;
    }
    const name = step.tls?.serverName;
    const socket = new Socket({ fd, readable: true, writable: true });
    socket.on('error', ignore);
    const stream = connect({
      socket,
      secureContext,
      rejectUnauthorized: false,
      ...(name === undefined ? {} : { servername: name }),
    });
    handshake(stream, exchange);
  });
}

function handshake(stream: TLSSocket, { job, step, newJudge, onFinding }: Exchange): void {
  const timeout = step.target.connectTimeout;
  let isOver = false;
  const giveUp = (): void => {
    isOver = true;
    clearTimeout(timer);
    stream.destroy();
  };
  const fail = (finding: Finding): void => {
    giveUp();
    onFinding(finding);
  };
  const late = `no TLS handshake within ${exactSpanText(timeout)}`;
  const timer = setTimeout(() => {
    // Timers run before sockets are read: after a stall of ours the handshake may be complete.
    setImmediate(() => {
      if (!isOver) fail({ outcome: 'timeout', detail: late });
    });
  }, timerMs(timeout));
  const onError = (error: Error): void => fail(handshakeFailure(error));
  job.stop = giveUp;
  stream.on('error', ignore);
  stream.once('error', onError);
  stream.once('secureConnect', () => {
    isOver = true;
    clearTimeout(timer);
    stream.off('error', onError);
    const leaves = step.tls?.closesWithAlert === true ? { leave: () => leave(stream) } : {};
    job.stop = readResponse(stream, { judge: newJudge(), timeout, onFinding, ...leaves });
    stream.write(step.request);
  });
}

/** For errors of a stream that has been given up: the finding is made, and unheard they would end the process. */
function ignore(): void {}

function handshakeFailure(error: Error): Finding {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  const detail =
    code === 'ECONNRESET' ? 'TLS handshake: closed by the server' : `TLS handshake: ${code}`;
  return { outcome: 'tls-failure', detail };
}

/** Longest time for the last alert to go out. */
const LEAVE_MS_MAX = 1_000;

/** Sends the alert of TLS that says that no more will come, and closes. */
function leave(stream: TLSSocket): void {
  const close = (): void => {
    clearTimeout(timer);
    stream.destroy();
  };
  const timer = setTimeout(close, LEAVE_MS_MAX);
  stream.end(close);
}
