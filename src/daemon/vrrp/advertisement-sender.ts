/**
 * Sends the advertisements that the router orders, and gathers what became of each: one result for all
 * destinations, to be told before anything else happens.
 */

import type { VrrpAction } from '../../core/vrrp/events-and-actions.ts';
import type { SendResult } from '../../core/vrrp/send-watch.ts';

/** An order to send one message to one destination. */
export type AdvertisementAction = Extract<VrrpAction, { readonly type: 'sendAdvertisement' }>;

/** Sends one message: undefined when it left, else the errno as in `EPERM`. */
export type SendOne = (action: AdvertisementAction) => string | undefined;

/** The advertisements of one batch of actions. */
export class AdvertisementSender {
  readonly #sendOne: SendOne;
  #results: { readonly ipId: number; readonly result: SendResult }[] = [];

  constructor(sendOne: SendOne) {
    this.#sendOne = sendOne;
  }

  /** Sends. Messages of one instance with one identification are one advertisement. */
  send(action: AdvertisementAction): void {
    const { instance, priority, ipId, destination } = action;
    const errno = this.#sendOne(action);
    const last = this.#results.at(-1);
    const isSame = last?.ipId === ipId && last.result.instance === instance;
    const before = isSame ? last.result : { left: 0, refused: [] };
    if (isSame) this.#results.pop();
    const left = before.left + (errno === undefined ? 1 : 0);
    const refused =
      errno === undefined ? before.refused : [...before.refused, { destination, errno }];
    this.#results.push({
      ipId,
      result: { type: 'advertisementSent', instance, priority, left, refused },
    });
  }

  /** Takes the results since the last call. */
  results(): readonly SendResult[] {
    const results = this.#results;
    this.#results = [];
    return results.map(({ result }) => result);
  }
}
