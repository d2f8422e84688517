/**
 * Questions to a child process that are answered: each has a number, its reply carries the same, and one that is not
 * answered in time ends all the same. Orders that expect no answer need none of this.
 */

import type { Numbered } from '../frame/child-commands.ts';

/** A child answers within a turn of its loop; one that needs longer than this is stuck, milliseconds. */
export const ANSWER_MS_MAX = 2_000;
/** Questions that may be open at the same time: as many as the control socket has connections. */
const OPEN_MAX = 32;

/** The open questions to one child. */
export class ChildRequests<Request, Reply> {
  readonly #send: (message: Numbered<Request>) => void;
  readonly #open = new Map<number, (reply: Reply | undefined) => void>();
  #nextId = 1;

  /** @param send sends to the child; what is sent to one that is down is lost, and not answered */
  constructor(send: (message: Numbered<Request>) => void) {
    this.#send = send;
  }

  /** Resolves with the reply; undefined when there is none in time, or too many questions are open. */
  ask(request: Request): Promise<Reply | undefined> {
    if (this.#open.size >= OPEN_MAX) return Promise.resolve(undefined);
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answer(id, undefined), ANSWER_MS_MAX);
      this.#open.set(id, (reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
      this.#send({ type: 'request', id, request });
    });
  }

  /** Takes a reply in; one that comes too late is dropped. */
  answer(id: number, reply: Reply | undefined): void {
    const finish = this.#open.get(id);
    this.#open.delete(id);
    finish?.(reply);
  }

  /** The child is gone: nothing that is open will be answered. */
  abandon(): void {
    for (const id of [...this.#open.keys()]) this.answer(id, undefined);
  }
}
