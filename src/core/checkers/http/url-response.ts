/**
 * One response to one url of a check: what was read of it, and whether it will do. Where the status alone
 * decides, it does so when the head is there, however the body goes on.
 */
import type { HttpUrlConfig } from '../../model/config.ts';
import type { Finding } from '../outcome.ts';
import type { AnswerJudge, ProbeTools } from '../types.ts';
import { ResponseReader } from './response.ts';
import { UrlJudge } from './url-judge.ts';

/** A response that is being received. */
export class UrlResponse implements AnswerJudge {
  readonly #path: string;
  readonly #judge: UrlJudge;
  readonly #reader: ResponseReader;

  constructor(url: HttpUrlConfig, tools: ProbeTools) {
    this.#path = url.path;
    this.#judge = new UrlJudge(url, tools);
    this.#reader = new ResponseReader(this.#judge, tools.memory);
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

  /** See `AnswerJudge`. */
  close(): void {
    this.#reader.close();
    this.#judge.close();
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
