/**
 * Does a response satisfy a url of the configuration? Status first, then the MD5 digest of the body, then
 * the regular expression; the first failing step is reported. The digest is over the body as sent, as
 * keepalived's genhash computes it; for a body in chunks, where that depends on how the server cuts it,
 * the digest of the content is accepted as well.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Result } from '../../core/base/result.ts';
import type { ProbeOutcome } from '../../core/health/types.ts';
import type { HttpUrlConfig } from '../../core/model/config.ts';
import { compileRegex, type Regex } from '../regex.ts';
import { ByteStore } from './byte-store.ts';
import type { ResponseHead, ResponseListener } from './http-response.ts';

/** Most bytes of body that enter a digest; a check that needs more is a download. */
export const BODY_BYTES_MAX: number = 16 * 1024 * 1024;

/** What was found, without the time it took. */
export interface Finding {
  readonly outcome: ProbeOutcome;
  readonly detail: string;
  /**
   * Present when all else is well and the text remains to be searched, which takes time: gives the
   * finding that counts. To be called once.
   */
  readonly search?: () => Finding;
}

/** Judges one response; the body is fed to it by the reader. */
export class UrlJudge implements ResponseListener {
  readonly #url: HttpUrlConfig;
  #rawDigest: Hash | undefined;
  #contentDigest: Hash | undefined;
  readonly #text: ByteStore | undefined;
  readonly #textMax: number;
  #bodyBytes = 0;
  #isChunked = false;
  #isWithoutMd5 = false;
  #status = 0;
  #headFailure: Finding | undefined;

  constructor(url: HttpUrlConfig) {
    this.#url = url;
    if (url.regex === undefined) {
      this.#textMax = 0;
      return;
    }
    const regex = compiled(url.regex);
    this.#textMax = regex.ok ? regex.value.textMax : 0;
    this.#text = new ByteStore(this.#textMax);
  }

  /** False when the status alone decides. */
  get needsBody(): boolean {
    return this.#url.digest !== undefined || this.#url.regex !== undefined;
  }

  /** The failure that shows before the response is complete; undefined while it is worth reading on. */
  get earlyFailure(): Finding | undefined {
    if (this.#headFailure !== undefined) return this.#headFailure;
    const { digest, path } = this.#url;
    if (this.#text?.isFull === true) {
      return tooLarge(path, this.#textMax, ', the most that this regular expression may search');
    }
    const isTooLong = digest !== undefined && this.#bodyBytes > BODY_BYTES_MAX;
    return isTooLong ? tooLarge(path, BODY_BYTES_MAX, '') : undefined;
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
      this.#rawDigest = md5();
      this.#contentDigest = head.isChunked ? md5() : undefined;
      this.#isWithoutMd5 = this.#rawDigest === undefined;
    }
  }

  raw(bytes: Uint8Array): void {
    this.#bodyBytes += bytes.length;
    this.#rawDigest?.update(bytes);
    if (!this.#isChunked) this.#text?.add(bytes);
  }

  unframed(bytes: Uint8Array): void {
    this.#contentDigest?.update(bytes);
    this.#text?.add(bytes);
  }

  /** The finding for a complete response that has shown no early failure; to be asked once. */
  verdict(): Finding {
    const digestFailure = this.#judgeDigest();
    if (digestFailure !== undefined) return digestFailure;
    const good: Finding = { outcome: 'ok', detail: `${this.#url.path}: status ${this.#status}` };
    if (this.#url.regex === undefined) return good;
    return { ...good, search: () => this.#judgeText() ?? good };
  }

  #unusableRegex(): Finding | undefined {
    const { regex, path } = this.#url;
    const usable = regex === undefined ? undefined : compiled(regex);
    if (usable === undefined || usable.ok) return undefined;
    const detail = `${path}: the regular expression cannot be used: ${usable.error}`;
    return { outcome: 'bad-content', detail };
  }

  #judgeDigest(): Finding | undefined {
    const { digest, path } = this.#url;
    if (digest === undefined) return undefined;
    if (this.#isWithoutMd5) {
      return { outcome: 'local-error', detail: 'MD5 is not available on this host' };
    }
    const expected = digest.toLowerCase();
    const raw = this.#rawDigest?.digest('hex') ?? '';
    if (raw === expected || this.#contentDigest?.digest('hex') === expected) return undefined;
    return { outcome: 'bad-digest', detail: `${path}: digest ${raw}, expected ${expected}` };
  }

  #judgeText(): Finding | undefined {
    const { regex, path } = this.#url;
    if (regex === undefined) return undefined;
    const usable = compiled(regex);
    if (!usable.ok) return this.#unusableRegex();
    const matches = usable.value.test(this.#text?.text() ?? '');
    if (matches !== regex.negate) return undefined;
    const detail = matches ? 'body matches regex_no_match' : 'body does not match the regex';
    return { outcome: 'bad-content', detail: `${path}: ${detail}` };
  }
}

function tooLarge(path: string, bytes: number, why: string): Finding {
  return { outcome: 'too-large', detail: `${path}: body longer than ${bytes} bytes${why}` };
}

function acceptsStatus(url: HttpUrlConfig, status: number): boolean {
  if (url.statusCodes.length === 0) return status >= 200 && status <= 299;
  return url.statusCodes.some(({ from, to }) => status >= from && status <= to);
}

function statusText(url: HttpUrlConfig): string {
  if (url.statusCodes.length === 0) return '200-299';
  return url.statusCodes
    .map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`))
    .join(' ');
}

/** Undefined where the host's policy (FIPS) forbids MD5. */
function md5(): Hash | undefined {
  try {
    return createHash('md5');
  } catch {
    return undefined;
  }
}

type RegexConfig = NonNullable<HttpUrlConfig['regex']>;

const expressions = new WeakMap<RegexConfig, Result<Regex, string>>();

/** Compiled once for each url of the configuration. */
function compiled(regex: RegexConfig): Result<Regex, string> {
  let expression = expressions.get(regex);
  if (expression === undefined) {
    expression = compileRegex(regex.pattern, regex.flags);
    expressions.set(regex, expression);
  }
  return expression;
}
