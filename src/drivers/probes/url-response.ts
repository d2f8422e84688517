/**
 * One response to one url of a check: what was read of it, and whether it will do. Where the status alone
 * decides, it does so when the head is there, however the body goes on.
 */
import type { HttpUrlConfig } from '../../core/model/config.ts';
import { ResponseReader } from './http-response.ts';
import { type Finding, UrlJudge } from './url-judge.ts';

/** A response that is being received. */
export class UrlResponse {
  readonly #path: string;
  readonly #judge: UrlJudge;
  readonly #reader: ResponseReader;

  constructor(url: HttpUrlConfig) {
    this.#path = url.path;
    this.#judge = new UrlJudge(url);
    this.#reader = new ResponseReader(this.#judge);
  }

  /** False when the status alone decides. */
  get needsBody(): boolean {
    return this.#judge.needsBody;
  }

  /** Takes bytes; gives the finding as soon as there is one. */
  push(bytes: Uint8Array): Finding | undefined {
    this.#reader.push(bytes);
    return this.#finding();
  }

  /** The connection has ended. */
  end(): Finding {
    this.#reader.end();
    return this.#finding() ?? { outcome: 'bad-response', detail: `${this.#path}: no answer` };
  }

  #finding(): Finding | undefined {
    const { state, problem } = this.#reader;
    const early = this.#judge.earlyFailure;
    if (early !== undefined) return early;
    // What comes behind the head of a url that asks for a status only is nobody's business.
    const isEnough = state === 'complete' || (this.#reader.head !== undefined && !this.needsBody);
    if (isEnough) return this.#judge.verdict();
    if (problem !== undefined) {
      return { outcome: problem.outcome, detail: `${this.#path}: ${problem.detail}` };
    }
    return undefined;
  }
}
