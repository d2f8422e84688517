/**
 * Answers on their way to clients. A client that does not read holds its connection and the whole answer
 * in memory: each answer has a limit of time, and of large ones only so many different versions are kept;
 * the clients that still hold the oldest are cut then.
 */
import type { ServerResponse } from 'node:http';

/** An answer must have left within this time, milliseconds: longer than any scraper waits. */
export const OUTPUT_MS_MAX = 15_000;

/** Different bodies on their way at a time. */
export const BODIES_MAX = 3;

/** The answers that are being sent. */
export class HttpOutput {
  /** Responses by the body they send, the oldest body first. */
  readonly #sending = new Map<Buffer, Set<ServerResponse>>();
  readonly #limitMs: number;

  /** @param limitMs how long an answer may take to leave */
  constructor(limitMs: number = OUTPUT_MS_MAX) {
    this.#limitMs = limitMs;
  }

  /** Sends the body as the end of a response whose head is written. */
  send(response: ServerResponse, body: Buffer): void {
    const holders = this.#sending.get(body) ?? new Set();
    if (holders.size === 0) {
      this.#cutOldest();
      this.#sending.set(body, holders);
    }
    holders.add(response);
    const timer = setTimeout(() => response.socket?.destroy(), this.#limitMs);
    response.once('close', () => {
      clearTimeout(timer);
      holders.delete(response);
      if (holders.size === 0 && this.#sending.get(body) === holders) this.#sending.delete(body);
    });
    response.end(body);
  }

  #cutOldest(): void {
    if (this.#sending.size < BODIES_MAX) return;
    const [oldest] = this.#sending;
    if (oldest === undefined) return;
    const [body, holders] = oldest;
    this.#sending.delete(body);
    for (const response of holders) response.socket?.destroy();
  }
}
