/**
 * Sends single advertisements: on the socket of their interface, and farewells that the IP layer refuses as a
 * frame. Says once what cannot be sent, until it can again.
 */

import { ipBytes, isMulticast, type MacAddress, macBytes } from '../../core/base/address.ts';
import type { Trouble } from '../../core/facts/troubles.ts';
import type { InterfaceFact } from '../../core/vrrp/events-and-actions.ts';
import { sendErrorClass, sendHint } from '../../core/vrrp/send-errors.ts';
import { encodeAdvertisementFrame } from '../../core/wire/advertisement-frame.ts';
import { RESIGN_PRIORITY } from '../../core/wire/protocol.ts';
import { errnoName } from '../../drivers/kernel-error.ts';
import type { AdvertisementAction } from './advertisement-sender.ts';

/** What sends, and who is told. */
export interface VrrpSendingOptions {
  /** Sends on the socket of an interface; bytes sent or a negative errno. */
  readonly send: (action: AdvertisementAction) => number;
  /** Sends a whole frame; bytes sent or a negative errno. */
  readonly sendFrame: (ifindex: number, frame: Uint8Array) => number;
  /** The interface as last seen, under whatever name; undefined when it is gone. */
  readonly linkOf: (ifindex: number) => InterfaceFact | undefined;
  readonly onTrouble: (trouble: Trouble) => void;
}

/** The sending side of all instances. */
export class VrrpSending {
  readonly #options: VrrpSendingOptions;
  /** Errno of the last advertisement by instance and destination, where it could not be sent. */
  readonly #unsent = new Map<string, string>();

  constructor(options: VrrpSendingOptions) {
    this.#options = options;
  }

  /** Sends one message: undefined when it left, else the errno. */
  send(action: AdvertisementAction): string | undefined {
    const sent = this.#options.send(action);
    const key = `${action.instance} ${action.destination}`;
    if (sent >= 0) {
      if (this.#unsent.size > 0) this.#unsent.delete(key);
      return undefined;
    }
    if (this.#sendAsFrame(action)) return undefined;
    const errno = errnoName(sent);
    this.#report(action, key, errno);
    return errno;
  }

  /** Forgets the instances that are in no configuration any more. */
  keep(isConfigured: (instance: string) => boolean): void {
    for (const key of this.#unsent.keys()) {
      if (!isConfigured(key.slice(0, key.lastIndexOf(' ')))) this.#unsent.delete(key);
    }
  }

  /** Only farewells: a Master that cannot send as others do must not look like one that can. */
  #sendAsFrame(action: AdvertisementAction): boolean {
    const { priority, ifindex, source, destination } = action;
    if (priority !== RESIGN_PRIORITY || !isMulticast(destination)) return false;
    const link = this.#options.linkOf(ifindex);
    const mac: MacAddress | undefined = link?.mac;
    if (mac === undefined || link?.up !== true) return false;
    const { protocol, ipId, message } = action;
    const frame = encodeAdvertisementFrame({
      mac: macBytes(mac),
      source: ipBytes(source),
      destination: ipBytes(destination),
      protocol,
      ipId,
      message,
    });
    return this.#options.sendFrame(ifindex, frame) >= 0;
  }

  /** The change of a link that goes away is said by rtnetlink, and better. */
  #report(action: AdvertisementAction, key: string, errno: string): void {
    if (sendErrorClass(errno) === 'link' || this.#unsent.get(key) === errno) return;
    if (this.#options.linkOf(action.ifindex)?.up !== true) return;
    this.#unsent.set(key, errno);
    const isFarewell = action.priority === RESIGN_PRIORITY;
    const operation = isFarewell ? 'send-farewell' : 'send-advertisement';
    const about = `${action.instance} to ${action.destination}`;
    this.#options.onTrouble({ operation, about, errno, detail: sendHint(errno) });
  }
}
