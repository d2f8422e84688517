/**
 * One request over plain TCP and its response. The native prober does all of it as long as it can: it
 * reads to the end of the connection and calls back once. What it cannot do goes on as a stream, from
 * the same descriptor: a body longer than its buffer that has to be read. A server that leaves the
 * connection open, or sends for longer than the prober waits, is remembered and from then on asked
 * piece by piece.
 */
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import type { Finding } from '../../core/checkers/outcome.ts';
import type { AnswerJudge, ExchangeStep } from '../../core/checkers/types.ts';
import type { ConnectionEnd } from './connector.ts';
import { connectionFailure } from './probe-outcome.ts';
import { endpointOf } from './probe-target.ts';
import { readResponse } from './stream-reading.ts';
import type { Exchange } from './transport.ts';

/** Steps whose answer is read piece by piece, because their server was seen to leave the connection open. */
const inPieces = new WeakSet<ExchangeStep>();

/** Makes one exchange over plain TCP. */
export function exchangePlain(exchange: Exchange): void {
  new PlainExchange(exchange).start();
}

class PlainExchange {
  readonly #exchange: Exchange;
  #judge: AnswerJudge;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.#judge = exchange.newJudge();
  }

  start(): void {
    const { job, step } = this.#exchange;
    const { request, target } = step;
    const endpoint = endpointOf(target);
    if (inPieces.has(step)) {
      const order = { request, until: 'firstBytes', keep: true } as const;
      job.connect(endpoint, order, (end) => this.#takePiece(end));
    } else {
      const order = { request, until: 'eof', keep: this.#judge.needsBody } as const;
      job.connect(endpoint, order, (end) => this.#takeWhole(end));
    }
  }

  #takeWhole(end: ConnectionEnd): void {
    const finding = end.reply.length === 0 ? undefined : this.#judge.push(end.reply);
    const isLate = end.errno === -constants.errno.ETIMEDOUT && end.phase === 'receive';
    if (isLate && end.reply.length > 0) {
      inPieces.add(this.#exchange.step);
      if (finding === undefined) {
        this.#judge = this.#exchange.newJudge();
        this.start();
        return;
      }
    }
    if (finding !== undefined) this.#finish(end, finding);
    else if (end.errno < 0) this.#finish(end, this.#failure(end));
    else if (!end.truncated) this.#finish(end, this.#judge.end());
    else if (end.fd >= 0) this.#stream(end.fd);
    else this.#finish(end, this.#judge.end());
  }

  #takePiece(end: ConnectionEnd): void {
    const finding = end.reply.length === 0 ? undefined : this.#judge.push(end.reply);
    if (finding !== undefined) this.#finish(end, finding);
    else if (end.errno < 0) this.#finish(end, this.#failure(end));
    else this.#stream(end.fd);
  }

  #failure({ errno, phase, elapsedUs }: ConnectionEnd): Finding {
    const timeout = this.#exchange.step.target.connectTimeout;
    return connectionFailure(errno, { phase, elapsedUs, timeout });
  }

  #finish(end: ConnectionEnd, finding: Finding): void {
    if (end.fd >= 0) closeSync(end.fd);
    this.#exchange.onFinding(finding);
  }

  #stream(fd: number): void {
    const socket = new Socket({ fd, readable: true, writable: true });
    const { job, step, onFinding } = this.#exchange;
    job.stop = readResponse(socket, {
      judge: this.#judge,
      timeout: step.target.connectTimeout,
      onFinding,
    });
  }
}
