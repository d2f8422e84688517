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
import type { HttpCheckConfig, HttpUrlConfig } from '../../core/model/config.ts';
import type { ConnectionEnd } from './connector.ts';
import { httpRequest } from './http-request.ts';
import type { ProbeJob } from './probe-job.ts';
import { connectionFailure } from './probe-outcome.ts';
import { endpointOf } from './probe-target.ts';
import { readResponse } from './stream-reading.ts';
import type { Finding } from './url-judge.ts';
import { UrlResponse } from './url-response.ts';

/** What stays the same from probe to probe of one url. */
interface PreparedUrl {
  readonly request: Uint8Array;
  /** Read piece by piece, because the server was seen to leave the connection open. */
  inPieces: boolean;
}

const prepared = new WeakMap<HttpCheckConfig, Map<HttpUrlConfig, PreparedUrl>>();

/** The request for a url, and how to read its response; kept as long as the check's configuration. */
export function prepareUrl(check: HttpCheckConfig, url: HttpUrlConfig): PreparedUrl {
  let urls = prepared.get(check);
  if (urls === undefined) {
    urls = new Map();
    prepared.set(check, urls);
  }
  let known = urls.get(url);
  if (known === undefined) {
    known = { request: httpRequest(check, url), inPieces: false };
    urls.set(url, known);
  }
  return known;
}

/** Asks for one url of a check and hands on what was found. */
export function exchangePlain(
  job: ProbeJob,
  check: HttpCheckConfig,
  url: HttpUrlConfig,
  onFinding: (finding: Finding) => void,
): void {
  new PlainExchange(job, check, url, onFinding).start();
}

class PlainExchange {
  readonly #job: ProbeJob;
  readonly #check: HttpCheckConfig;
  readonly #url: HttpUrlConfig;
  readonly #prepared: PreparedUrl;
  readonly #onFinding: (finding: Finding) => void;
  #response: UrlResponse;

  constructor(
    job: ProbeJob,
    check: HttpCheckConfig,
    url: HttpUrlConfig,
    onFinding: (finding: Finding) => void,
  ) {
    this.#job = job;
    this.#check = check;
    this.#url = url;
    this.#prepared = prepareUrl(check, url);
    this.#onFinding = onFinding;
    this.#response = new UrlResponse(url);
  }

  start(): void {
    const endpoint = endpointOf(this.#check.target);
    const { request, inPieces } = this.#prepared;
    if (inPieces) {
      const order = { request, until: 'firstBytes', keep: true } as const;
      this.#job.connect(endpoint, order, (end) => this.#takePiece(end));
    } else {
      const order = { request, until: 'eof', keep: this.#response.needsBody } as const;
      this.#job.connect(endpoint, order, (end) => this.#takeWhole(end));
    }
  }

  #takeWhole(end: ConnectionEnd): void {
    const finding = end.reply.length === 0 ? undefined : this.#response.push(end.reply);
    const isLate = end.errno === -constants.errno.ETIMEDOUT && end.phase === 'receive';
    if (isLate && end.reply.length > 0) {
      this.#prepared.inPieces = true;
      if (finding === undefined) {
        this.#response = new UrlResponse(this.#url);
        this.start();
        return;
      }
    }
    if (finding !== undefined) this.#finish(end, finding);
    else if (end.errno < 0) this.#finish(end, this.#failure(end));
    else if (!end.truncated) this.#finish(end, this.#response.end());
    else if (end.fd >= 0) this.#stream(end.fd);
    else this.#finish(end, this.#response.end());
  }

  #takePiece(end: ConnectionEnd): void {
    const finding = end.reply.length === 0 ? undefined : this.#response.push(end.reply);
    if (finding !== undefined) this.#finish(end, finding);
    else if (end.errno < 0) this.#finish(end, this.#failure(end));
    else this.#stream(end.fd);
  }

  #failure({ errno, phase, elapsedUs }: ConnectionEnd): Finding {
    const timeout = this.#check.target.connectTimeout;
    return connectionFailure(errno, { phase, elapsedUs, timeout });
  }

  #finish(end: ConnectionEnd, finding: Finding): void {
    if (end.fd >= 0) closeSync(end.fd);
    this.#onFinding(finding);
  }

  #stream(fd: number): void {
    const socket = new Socket({ fd, readable: true, writable: true });
    this.#job.stop = readResponse(socket, {
      response: this.#response,
      timeout: this.#check.target.connectTimeout,
      onFinding: this.#onFinding,
    });
  }
}
