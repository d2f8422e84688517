/**
 * Reads an HTTP/1 response as it comes: status, headers, and where the body ends (RFC 9112 section 6.3).
 * Made for checks: it is generous about the form (any protocol word, bare line feeds, a status without
 * a reason) and keeps nothing but what the listener keeps.
 */
import { latin1Text } from '../../base/bytes.ts';
import { type ByteBudget, SHARED_BYTES_MAX } from '../byte-budget.ts';
import { ByteStore } from '../byte-store.ts';
import { ChunkReader } from './chunks.ts';

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
  readonly outcome: 'bad-response' | 'closed' | 'too-large' | 'local-error';
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
  /** The beginning of a head that has not come as a whole. */
  readonly #start: ByteStore;
  #received = 0;
  #headBytes = 0;
  #interim = 0;
  #chunks: ChunkReader | undefined;

  /** `memory` is what the beginning of a head that comes in pieces takes of. */
  constructor(listener: ResponseListener, memory: ByteBudget) {
    this.#listener = listener;
    this.#start = new ByteStore(HEAD_BYTES_MAX, memory);
  }

  /** How far it has come. */
  get state(): ResponseState {
    return this.#state;
  }

  /** The head, once it is complete. */
  get head(): ResponseHead | undefined {
    return this.#head;
  }

  /** Bytes before the body: those of interim responses are among them. */
  get headBytes(): number {
    return this.#headBytes;
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
      const seen = this.#start.bytes.length;
      this.#break('closed', seen === 0 ? 'closed without an answer' : 'closed within the headers');
    } else if (this.#state === 'body') {
      const length = this.#head?.contentLength;
      if (this.#chunks !== undefined) this.#break('closed', 'closed before the last chunk');
      else if (length === undefined) this.#state = 'complete';
      else this.#break('closed', `closed after ${this.#received} of ${length} bytes`);
    }
    return this.#state;
  }

  /** Gives back what is held of a head. */
  close(): void {
    this.#start.clear();
  }

  #readHead(piece: Uint8Array): void {
    const before = this.#start.bytes.length;
    // The piece may be a view into a buffer of the caller: it is kept as a copy, and only when it has to be.
    if (before > 0) this.#start.add(piece.subarray(0, HEAD_BYTES_MAX - before));
    const bytes = before > 0 ? this.#start.bytes : piece;
    const length = headLength(bytes, before);
    if (this.#start.state === 'lost') {
      this.#break('local-error', LOST_DETAIL);
      return;
    }
    if (length === undefined || length > HEAD_BYTES_MAX) {
      if (before + piece.length > HEAD_BYTES_MAX) {
        this.#break('too-large', `headers longer than ${HEAD_BYTES_MAX} bytes`);
      } else if (before === 0) this.#start.add(piece);
      return;
    }
    const head = parseHead(latin1Text(bytes.subarray(0, length)));
    this.#start.clear();
    if (head === undefined) {
      this.#break('bad-response', 'the answer is not HTTP');
      return;
    }
    this.#headBytes += length;
    const rest = piece.subarray(length - before);
    if (isInterim(head.status)) {
      if (this.#interim++ >= INTERIM_MAX) {
        this.#break('bad-response', `more than ${INTERIM_MAX} interim responses`);
      } else if (rest.length > 0) this.#readHead(rest);
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
    this.#start.clear();
  }
}

/** What is said of an answer whose bytes had to give way to those of others. */
export const LOST_DETAIL: string = `not judged, because the answers to all checks together reached the limit of ${SHARED_BYTES_MAX / 1024 / 1024} MB`;

/**
 * Length of the head with the empty line that ends it; undefined while it has not come. In the first `known` bytes
 * it is known not to end.
 */
function headLength(bytes: Uint8Array, known: number): number | undefined {
  let at = bytes.indexOf(LF, Math.max(0, known - 3));
  while (at >= 0) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at - 1] === CR && bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
    at = bytes.indexOf(LF, at + 1);
  }
  return undefined;
}

const CR = 0x0d;
const LF = 0x0a;
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
