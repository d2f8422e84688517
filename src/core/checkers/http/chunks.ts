/** The framing of a body in chunks (RFC 9112 section 7.1), read as it comes in whatever pieces. */

/** Longest line of the framing: size, extensions, or a trailer. */
export const CHUNK_LINE_BYTES_MAX = 8_192;

/**
 * What the framing may take besides as many bytes as the content has: sizes, extensions and trailers are read
 * byte by byte, and a server that sends little else is not to keep us busy.
 */
export const CHUNK_FRAMING_BYTES_MAX = 65_536;

type Step = 'size' | 'data' | 'dataEnd' | 'trailer';

/** Finds the end of a body in chunks and hands out what is inside. */
export class ChunkReader {
  readonly #onData: (bytes: Uint8Array) => void;
  #step: Step = 'size';
  #state: 'open' | 'complete' | 'broken' = 'open';
  #line = '';
  #left = 0;
  /** Bytes of framing so far, less those of the content. */
  #excess = 0;

  /** `onData` gets the content, without framing. */
  constructor(onData: (bytes: Uint8Array) => void) {
    this.#onData = onData;
  }

  /** Whether the last chunk and its trailers have come, or the framing made no sense. */
  get state(): 'open' | 'complete' | 'broken' {
    return this.#state;
  }

  /** Takes bytes and says how many of them belong to the body. */
  push(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.#state === 'open') {
      at = this.#step === 'data' ? this.#readData(bytes, at) : this.#readLine(bytes, at);
    }
    return at;
  }

  #readData(bytes: Uint8Array, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#onData(bytes.subarray(at, end));
    this.#left -= end - at;
    this.#excess -= end - at;
    if (this.#left === 0) this.#step = 'dataEnd';
    return end;
  }

  #readLine(bytes: Uint8Array, at: number): number {
    const newline = bytes.indexOf(0x0a, at);
    const end = newline < 0 ? bytes.length : newline;
    this.#excess += end - at + (newline < 0 ? 0 : 1);
    const isTooLong = this.#line.length + end - at > CHUNK_LINE_BYTES_MAX;
    if (isTooLong || this.#excess > CHUNK_FRAMING_BYTES_MAX) {
      this.#state = 'broken';
      return end;
    }
    for (let i = at; i < end; i++) this.#line += String.fromCharCode(bytes[i] ?? 0);
    if (newline < 0) return end;
    const line = this.#line.replace(/\r$/, '');
    this.#line = '';
    this.#takeLine(line);
    return newline + 1;
  }

  #takeLine(line: string): void {
    if (this.#step === 'trailer') {
      if (line === '') this.#state = 'complete';
      return;
    }
    if (this.#step === 'dataEnd') {
      if (line === '') this.#step = 'size';
      else this.#state = 'broken';
      return;
    }
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;|$)/.exec(line)?.[1];
    if (size === undefined) {
      this.#state = 'broken';
      return;
    }
    this.#left = Number.parseInt(size, 16);
    this.#step = this.#left === 0 ? 'trailer' : 'data';
  }
}
