/**
 * Reads an HTTP/1 response as it comes: status, headers, and where the body ends (RFC 9112 section 6.3).
 * Made for checks: it is generous about the form (any protocol word, bare line feeds, a status without
 * a reason) and keeps nothing but what the listener keeps.
 */
import { Buffer } from 'node:buffer';
import { ChunkReader } from './http-chunks.ts';

/** Longest status line and headers together. keepalived takes 4 kB; large cookies need more. */
export const HEAD_BYTES_MAX: number = 32_768;

/** Most interim responses (RFC 9110 section 15.2) before the one that counts. */
export const INTERIM_MAX = 16;

/** What a check wants to know of the head. */
export interface ResponseHead {
  readonly status: number;
  /** Value of Content-Length, unless the body comes in chunks. */
  readonly contentLength: number | undefined;
  readonly isChunked: boolean;
}

/** Why no response could be made of the bytes. */
export interface ResponseProblem {
  readonly outcome: 'bad-response' | 'closed' | 'too-large';
  readonly detail: string;
}

/** Who gets the parts of a response. */
export interface ResponseListener {
  /** The head, before anything of the body. */
  head(head: ResponseHead): void;
  /** Bytes of the body as they were sent, framing of chunks included. */
  raw(bytes: Uint8Array): void;
  /** Bytes of the body without framing; only called for a body in chunks. */
  unframed(bytes: Uint8Array): void;
}

/** Where a response is in its course. */
export type ResponseState = 'head' | 'body' | 'complete' | 'broken';

/** Reads one response. Total: any bytes in any pieces lead to `complete` or `broken` at the end. */
export class ResponseReader {
  readonly #listener: ResponseListener;
  #state: ResponseState = 'head';
  #head: ResponseHead | undefined;
  #problem: ResponseProblem | undefined;
  #start: Buffer = Buffer.alloc(0);
  #received = 0;
  #interim = 0;
  #chunks: ChunkReader | undefined;

  constructor(listener: ResponseListener) {
    this.#listener = listener;
  }

  /** How far it has come. */
  get state(): ResponseState {
    return this.#state;
  }

  /** The head, once it is complete. */
  get head(): ResponseHead | undefined {
    return this.#head;
  }

  /** What is wrong, once it is `broken`. */
  get problem(): ResponseProblem | undefined {
    return this.#problem;
  }

  /** Takes the next bytes. What follows a complete response is passed over. */
  push(bytes: Uint8Array): ResponseState {
    if (this.#state === 'head') this.#readHead(bytes);
    else if (this.#state === 'body') this.#readBody(bytes);
    return this.#state;
  }

  /** The connection has ended: the response is complete, or it was cut short. */
  end(): ResponseState {
    if (this.#state === 'head') {
      const seen = this.#start.length;
      this.#break('closed', seen === 0 ? 'closed without an answer' : 'closed within the headers');
    } else if (this.#state === 'body') {
      const length = this.#head?.contentLength;
      if (this.#chunks !== undefined) this.#break('closed', 'closed before the last chunk');
      else if (length === undefined) this.#state = 'complete';
      else this.#break('closed', `closed after ${this.#received} of ${length} bytes`);
    }
    return this.#state;
  }

  #readHead(bytes: Uint8Array): void {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#start = this.#start.length === 0 ? piece : Buffer.concat([this.#start, piece]);
    const length = headLength(this.#start);
    if (length === undefined || length > HEAD_BYTES_MAX) {
      if (this.#start.length > HEAD_BYTES_MAX) {
        this.#break('too-large', `headers longer than ${HEAD_BYTES_MAX} bytes`);
        // The piece may be a view into a buffer of the caller: it is kept as a copy only.
      } else if (this.#start === piece) this.#start = Buffer.from(piece);
      return;
    }
    const head = parseHead(this.#start.toString('latin1', 0, length));
    if (head === undefined) {
      this.#break('bad-response', 'the answer is not HTTP');
      return;
    }
    const rest = this.#start.subarray(length);
    this.#start = Buffer.alloc(0);
    if (isInterim(head.status)) {
      if (this.#interim++ >= INTERIM_MAX) {
        this.#break('bad-response', `more than ${INTERIM_MAX} interim responses`);
      } else if (rest.length > 0) this.#readHead(Buffer.from(rest));
      return;
    }
    this.#head = head;
    this.#listener.head(head);
    this.#state = hasBody(head) ? 'body' : 'complete';
    if (head.isChunked) this.#chunks = new ChunkReader((data) => this.#listener.unframed(data));
    if (rest.length > 0) this.#readBody(rest);
  }

  #readBody(bytes: Uint8Array): void {
    if (this.#state !== 'body') return;
    const length = this.#head?.contentLength;
    const wanted = length === undefined ? bytes.length : length - this.#received;
    const part = bytes.length > wanted ? bytes.subarray(0, wanted) : bytes;
    this.#received += part.length;
    if (this.#chunks === undefined) {
      this.#listener.raw(part);
      if (this.#received === length) this.#state = 'complete';
      return;
    }
    const used = this.#chunks.push(part);
    this.#listener.raw(part.subarray(0, used));
    if (this.#chunks.state === 'complete') this.#state = 'complete';
    else if (this.#chunks.state === 'broken') this.#break('bad-response', 'malformed chunks');
  }

  #break(outcome: ResponseProblem['outcome'], detail: string): void {
    this.#state = 'broken';
    this.#problem = { outcome, detail };
    this.#start = Buffer.alloc(0);
  }
}

/** Length of the head with the empty line that ends it; undefined while it has not come. */
function headLength(bytes: Buffer): number | undefined {
  const strict = bytes.indexOf('\r\n\r\n', 0, 'latin1');
  const before = strict < 0 ? bytes : bytes.subarray(0, strict);
  const bare = before.indexOf('\n\n', 0, 'latin1');
  if (bare >= 0) return bare + 2;
  return strict < 0 ? undefined : strict + 4;
}

const STATUS = /^\S+ +([1-5]\d\d)(?=[ \r\n])/;
const CONTENT_LENGTH = /^content-length:[ \t]*(\d{1,15})[ \t]*\r?$/im;
const CHUNKED = /^transfer-encoding:.*\bchunked[ \t]*\r?$/im;

function parseHead(text: string): ResponseHead | undefined {
  const status = STATUS.exec(text)?.[1];
  if (status === undefined) return undefined;
  const isChunked = CHUNKED.test(text);
  const length = isChunked ? undefined : CONTENT_LENGTH.exec(text)?.[1];
  return {
    status: Number(status),
    contentLength: length === undefined ? undefined : Number(length),
    isChunked,
  };
}

/** 100, 102, 103 and the like announce another response; 101 is a last word of its own. */
function isInterim(status: number): boolean {
  return status >= 100 && status <= 199 && status !== 101;
}

/** Neither 204 nor 304 has a body, whatever the headers say (RFC 9112 section 6.3). */
function hasBody(head: ResponseHead): boolean {
  return head.status !== 204 && head.status !== 304 && head.contentLength !== 0;
}
