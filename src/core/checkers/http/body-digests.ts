/**
 * The MD5 of a body, as `digest` of a page means it: over the body as it was sent, and for a body in chunks, where that depends on how the server
 * cuts it, over the content as well.
 */
import type { Digest, ProbeTools } from '../types.ts';

/** Most bytes of body that enter a digest; a check that needs more is a download. */
export const BODY_BYTES_MAX: number = 16 * 1024 * 1024;

/** Digests in lower-case hexadecimal. */
export interface DigestsOfBody {
  /** Of the body as sent: what keepalived compares. */
  readonly sent: string;
  /** Of the content of a body in chunks: `digest` may be this one as well. */
  readonly content?: string;
}

/** The digests of one body that is being received. */
export class BodyDigests {
  readonly #sent: Digest | undefined;
  readonly #content: Digest | undefined;
  #bytes = 0;

  /** `isChunked`: the body comes in chunks. */
  constructor({ md5 }: Pick<ProbeTools, 'md5'>, isChunked: boolean) {
    this.#sent = md5();
    this.#content = isChunked ? md5() : undefined;
  }

  /** True when the body is longer than what enters a digest. */
  get isTooLong(): boolean {
    return this.#bytes > BODY_BYTES_MAX;
  }

  /** Takes bytes as they were sent. */
  raw(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    this.#sent?.update(bytes);
  }

  /** Takes bytes without framing, of a body in chunks. */
  unframed(bytes: Uint8Array): void {
    this.#content?.update(bytes);
  }

  /** The digests, to be asked once; undefined where the host has no MD5. */
  hex(): DigestsOfBody | undefined {
    if (this.#sent === undefined) return undefined;
    const content = this.#content?.hex();
    return { sent: this.#sent.hex(), ...(content !== undefined && { content }) };
  }
}

/** What is said where MD5 is forbidden (FIPS). */
export const NO_MD5 = 'MD5 is not available on this host';
