/**
 * Does a response satisfy a url of the configuration? Status first, then the MD5 digest of the body, then
 * the regular expression; the first failing step is reported.
 */
import type { HttpUrlConfig } from '../../model/config.ts';
import { ByteStore } from '../byte-store.ts';
import type { Finding } from '../outcome.ts';
import type { ProbeTools, SearchPattern } from '../types.ts';
import { BODY_BYTES_MAX, BodyDigests, NO_MD5 } from './body-digests.ts';
import { LOST_DETAIL, type ResponseHead, type ResponseListener } from './response.ts';
import { statusCodesText } from './url-text.ts';

/** Judges one response; the body is fed to it by the reader. */
export class UrlJudge implements ResponseListener {
  readonly #url: HttpUrlConfig;
  readonly #tools: ProbeTools;
  #digests: BodyDigests | undefined;
  readonly #text: ByteStore | undefined;
  readonly #textMax: number;
  #isChunked = false;
  #status = 0;
  #headFailure: Finding | undefined;

  constructor(url: HttpUrlConfig, tools: ProbeTools) {
    this.#url = url;
    this.#tools = tools;
    if (url.regex === undefined) {
      this.#textMax = 0;
      return;
    }
    const regex = tools.pattern(url.regex);
    this.#textMax = regex.ok ? regex.value.textMax : 0;
    this.#text = new ByteStore(this.#textMax, tools.memory);
  }

  /** False when the status alone decides. */
  get needsBody(): boolean {
    return this.#url.digest !== undefined || this.#url.regex !== undefined;
  }

  /** The failure that shows before the response is complete; undefined while it is worth reading on. */
  get earlyFailure(): Finding | undefined {
    if (this.#headFailure !== undefined) return this.#headFailure;
    const { path } = this.#url;
    if (this.#text?.state === 'lost') return this.#lost;
    if (this.#text?.state === 'full') {
      return tooLarge(path, this.#textMax, ', the most that this regular expression may search');
    }
    return this.#digests?.isTooLong === true ? tooLarge(path, BODY_BYTES_MAX, '') : undefined;
  }

  head(head: ResponseHead): void {
    this.#status = head.status;
    this.#isChunked = head.isChunked;
    if (!acceptsStatus(this.#url, head.status)) {
      const detail = `${this.#url.path}: status ${head.status}, expected ${statusText(this.#url)}`;
      this.#headFailure = { outcome: 'bad-status', detail };
      return;
    }
    this.#headFailure = this.#unusableRegex();
    if (this.#url.digest !== undefined) {
      this.#digests = new BodyDigests(this.#tools, head.isChunked);
    }
  }

  raw(bytes: Uint8Array): void {
    this.#digests?.raw(bytes);
    if (!this.#isChunked) this.#text?.add(bytes);
  }

  unframed(bytes: Uint8Array): void {
    this.#digests?.unframed(bytes);
    this.#text?.add(bytes);
  }

  /** The finding for a complete response that has shown no early failure; to be asked once. */
  verdict(): Finding {
    const digestFailure = this.#judgeDigest();
    if (digestFailure !== undefined) return digestFailure;
    const good: Finding = { outcome: 'ok', detail: `${this.#url.path}: status ${this.#status}` };
    const { regex } = this.#url;
    const pattern = regex === undefined ? undefined : this.#tools.pattern(regex);
    if (pattern?.ok !== true) return this.#unusableRegex() ?? good;
    const steps = (this.#text?.bytes.length ?? 0) * pattern.value.size;
    return { ...good, search: { steps, run: () => this.#judgeText(pattern.value) ?? good } };
  }

  /** Gives back what is held of the body. */
  close(): void {
    this.#text?.clear();
  }

  get #lost(): Finding {
    return { outcome: 'local-error', detail: `${this.#url.path}: ${LOST_DETAIL}` };
  }

  #unusableRegex(): Finding | undefined {
    const { regex, path } = this.#url;
    const usable = regex === undefined ? undefined : this.#tools.pattern(regex);
    if (usable === undefined || usable.ok) return undefined;
    const detail = `${path}: the regular expression cannot be used: ${usable.error}`;
    return { outcome: 'bad-content', detail };
  }

  #judgeDigest(): Finding | undefined {
    const { digest, path } = this.#url;
    if (digest === undefined) return undefined;
    const found = this.#digests?.hex();
    if (found === undefined) return { outcome: 'local-error', detail: NO_MD5 };
    const expected = digest.toLowerCase();
    if (found.sent === expected || found.content === expected) return undefined;
    const detail = `${path}: digest ${found.sent}, expected ${expected}`;
    return { outcome: 'bad-digest', detail };
  }

  #judgeText(pattern: SearchPattern): Finding | undefined {
    const { regex, path } = this.#url;
    // It may have had to give way while it waited for its turn.
    if (this.#text?.state === 'lost') return this.#lost;
    const bytes = this.#text?.bytes ?? NOTHING;
    const { minOffset = 0, maxOffset } = regex ?? {};
    // Offsets count bytes, the engine counts characters.
    const place = (offset: number): number => this.#tools.text(bytes.subarray(0, offset)).length;
    const matches = pattern.test(
      this.#tools.text(bytes),
      minOffset === 0 ? undefined : place(minOffset),
      maxOffset === undefined ? undefined : place(maxOffset),
    );
    if (matches !== regex?.negate) return undefined;
    const detail = matches ? 'body matches regex_no_match' : 'body does not match the regex';
    return { outcome: 'bad-content', detail: `${path}: ${detail}` };
  }
}

const NOTHING = new Uint8Array(0);

function tooLarge(path: string, bytes: number, why: string): Finding {
  return { outcome: 'too-large', detail: `${path}: body longer than ${bytes} bytes${why}` };
}

function acceptsStatus(url: HttpUrlConfig, status: number): boolean {
  if (url.statusCodes.length === 0) return status >= 200 && status <= 299;
  return url.statusCodes.some(({ from, to }) => status >= from && status <= to);
}

function statusText(url: HttpUrlConfig): string {
  if (url.statusCodes.length === 0) return '200-299';
  return statusCodesText(url.statusCodes);
}
