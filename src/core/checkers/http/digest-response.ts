/** One response for its digest, whatever its status is: what `tandem genhash` asks for. It is read and hashed as a check does it. */
import { ByteStore } from '../byte-store.ts';
import type { Finding } from '../outcome.ts';
import type { AnswerJudge, ProbeTools } from '../types.ts';
import { BODY_BYTES_MAX, BodyDigests, type DigestsOfBody, NO_MD5 } from './body-digests.ts';
import {
  HEAD_BYTES_MAX,
  INTERIM_MAX,
  LOST_DETAIL,
  type ResponseHead,
  type ResponseListener,
  ResponseReader,
} from './response.ts';

/** A response that was received as a whole. */
export interface HashedResponse {
  readonly status: number;
  readonly digests: DigestsOfBody;
  /** As received, when that was asked for. */
  readonly seen?: { readonly head: Uint8Array; readonly body: Uint8Array };
}

const SEEN_BYTES_MAX = BODY_BYTES_MAX + HEAD_BYTES_MAX * (INTERIM_MAX + 1);

/** Receives it. */
export class DigestResponse implements AnswerJudge, ResponseListener {
  readonly needsBody = true;
  readonly #tools: ProbeTools;
  readonly #reader: ResponseReader;
  readonly #seen: ByteStore | undefined;
  #digests: BodyDigests | undefined;
  #bodyBytes = 0;
  #result: HashedResponse | undefined;

  /** `keeps`: the bytes are kept for `seen`. */
  constructor(tools: ProbeTools, { keeps }: { readonly keeps: boolean }) {
    this.#tools = tools;
    this.#reader = new ResponseReader(this, tools.memory);
    if (keeps) this.#seen = new ByteStore(SEEN_BYTES_MAX, tools.memory);
  }

  /** What came, after a finding that is `ok`; it holds until `close`, but for `seen`, which are copies. */
  get result(): HashedResponse | undefined {
    return this.#result;
  }

  head(head: ResponseHead): void {
    this.#digests = new BodyDigests(this.#tools, head.isChunked);
  }

  raw(bytes: Uint8Array): void {
    this.#bodyBytes += bytes.length;
    this.#digests?.raw(bytes);
  }

  unframed(bytes: Uint8Array): void {
    this.#digests?.unframed(bytes);
  }

  push(bytes: Uint8Array): Finding | undefined {
    this.#seen?.add(bytes);
    this.#reader.push(bytes);
    return this.#finding();
  }

  end(): Finding {
    this.#reader.end();
    return this.#finding() ?? { outcome: 'bad-response', detail: 'no answer' };
  }

  close(): void {
    this.#reader.close();
    this.#seen?.clear();
  }

  #finding(): Finding | undefined {
    const { state, problem } = this.#reader;
    if (this.#digests?.isTooLong === true) {
      return { outcome: 'too-large', detail: `body longer than ${BODY_BYTES_MAX} bytes` };
    }
    if (problem !== undefined) return problem;
    return state === 'complete' ? this.#complete() : undefined;
  }

  #complete(): Finding {
    const digests = this.#digests?.hex();
    if (digests === undefined) return { outcome: 'local-error', detail: NO_MD5 };
    const status = this.#reader.head?.status ?? 0;
    const all = this.#seen?.bytes;
    if (this.#seen?.state === 'lost') return { outcome: 'local-error', detail: LOST_DETAIL };
    const start = this.#reader.headBytes;
    this.#result = {
      status,
      digests,
      ...(all !== undefined && {
        seen: { head: all.slice(0, start), body: all.slice(start, start + this.#bodyBytes) },
      }),
    };
    return { outcome: 'ok', detail: `status ${status}` };
  }
}
