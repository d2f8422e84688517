/**
 * Does a response satisfy a url of the configuration? Status first, then the MD5 digest of the body, then
 * the regular expression; the first failing step is reported. The digest is over the body as sent, as
 * keepalived's genhash computes it; for a body in chunks, where that depends on how the server cuts it,
 * the digest of the content is accepted as well.
 */
import { Buffer } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import type { HttpUrlConfig } from '../../core/config/model.ts';
import type { ProbeOutcome } from '../../core/health/types.ts';
import type { ResponseHead, ResponseListener } from './http-response.ts';

/** Most bytes of body that enter a digest; a check that needs more is a download. */
export const BODY_BYTES_MAX: number = 16 * 1024 * 1024;

/** Most bytes of body that are kept for a regular expression. */
export const TEXT_BYTES_MAX: number = 1024 * 1024;

/** What was found, without the time it took. */
export interface Finding {
  readonly outcome: ProbeOutcome;
  readonly detail: string;
}

/** Judges one response; the body is fed to it by the reader. */
export class UrlJudge implements ResponseListener {
  readonly #url: HttpUrlConfig;
  #rawDigest: Hash | undefined;
  #contentDigest: Hash | undefined;
  #text: Uint8Array[] = [];
  #textBytes = 0;
  #bodyBytes = 0;
  #isChunked = false;
  #isWithoutMd5 = false;
  #status = 0;
  #badStatus: Finding | undefined;

  constructor(url: HttpUrlConfig) {
    this.#url = url;
  }

  /** False when the status alone decides. */
  get needsBody(): boolean {
    return this.#url.digest !== undefined || this.#url.regex !== undefined;
  }

  /** The failure that shows before the response is complete; undefined while it is worth reading on. */
  get earlyFailure(): Finding | undefined {
    if (this.#badStatus !== undefined) return this.#badStatus;
    const isTooLong = this.#url.digest !== undefined && this.#bodyBytes > BODY_BYTES_MAX;
    if (!isTooLong && this.#textBytes <= TEXT_BYTES_MAX) return undefined;
    const limit = isTooLong ? BODY_BYTES_MAX : TEXT_BYTES_MAX;
    return { outcome: 'too-large', detail: `${this.#url.path}: body longer than ${limit} bytes` };
  }

  head(head: ResponseHead): void {
    this.#status = head.status;
    this.#isChunked = head.isChunked;
    if (!acceptsStatus(this.#url, head.status)) {
      const detail = `${this.#url.path}: status ${head.status}, expected ${statusText(this.#url)}`;
      this.#badStatus = { outcome: 'bad-status', detail };
    } else if (this.#url.digest !== undefined) {
      this.#rawDigest = md5();
      this.#contentDigest = head.isChunked ? md5() : undefined;
      this.#isWithoutMd5 = this.#rawDigest === undefined;
    }
  }

  raw(bytes: Uint8Array): void {
    this.#bodyBytes += bytes.length;
    this.#rawDigest?.update(bytes);
    if (!this.#isChunked) this.#keepText(bytes);
  }

  unframed(bytes: Uint8Array): void {
    this.#contentDigest?.update(bytes);
    this.#keepText(bytes);
  }

  /** The finding for a complete response that has shown no early failure; to be asked once. */
  verdict(): Finding {
    const digestFailure = this.#judgeDigest();
    if (digestFailure !== undefined) return digestFailure;
    const textFailure = this.#judgeText();
    if (textFailure !== undefined) return textFailure;
    return { outcome: 'ok', detail: `${this.#url.path}: status ${this.#status}` };
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
    const expression = compile(regex);
    if (expression === undefined) {
      return { outcome: 'bad-content', detail: `${path}: the regular expression is not valid` };
    }
    const matches = expression.test(new TextDecoder().decode(Buffer.concat(this.#text)));
    if (matches !== regex.negate) return undefined;
    const detail = matches ? 'body matches regex_no_match' : 'body does not match the regex';
    return { outcome: 'bad-content', detail: `${path}: ${detail}` };
  }

  #keepText(bytes: Uint8Array): void {
    if (this.#url.regex === undefined) return;
    this.#textBytes += bytes.length;
    // A copy: the bytes may lie in a buffer that is used again.
    if (this.#textBytes <= TEXT_BYTES_MAX) this.#text.push(Buffer.from(bytes));
  }
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

type Regex = NonNullable<HttpUrlConfig['regex']>;

const expressions = new WeakMap<Regex, RegExp | 'invalid'>();

function compile(regex: Regex): RegExp | undefined {
  let expression = expressions.get(regex);
  if (expression === undefined) {
    try {
      expression = new RegExp(regex.pattern, regex.flags.replace(/[gy]/g, ''));
    } catch {
      expression = 'invalid';
    }
    expressions.set(regex, expression);
  }
  return expression === 'invalid' ? undefined : expression;
}
