/** What a process has taken in, and that it takes nothing in twice, or unsigned, where `auth_hmac` guards it. */

import type { Instant } from '../../src/core/base/time.ts';
import { splitHmacTrailer } from '../../src/core/wire/vrrp-hmac.ts';
import { toText } from '../support/vrrp-bench.ts';
import type { VrrpProcess } from './process.ts';
import type { WirePacket } from './segment.ts';
import { Violation } from './violation.ts';

/** The memory of one process. */
export class TakenIn {
  #messages = new WeakSet<Uint8Array>();

  /** Instances have begun anew, or a clock was set: what was heard before may be heard again. */
  forget(): void {
    this.#messages = new WeakSet();
  }

  /** Lets the process handle a packet; true when it took it in. Throws Violation when it did so before, or must not. */
  handle(process: VrrpProcess, packet: WirePacket, at: Instant, handle: () => void): boolean {
    const before = received(process);
    handle();
    if (received(process) === before) return false;
    const { message, family, from } = packet;
    const isSigned = splitHmacTrailer(message, family).trailer !== undefined;
    if (!isSigned && process.config?.instances[0]?.hmac?.mode === 'enforce') {
      throw new Violation(`${toText(at)} an ADVERTISEMENT of ${from} was taken in unsigned`);
    }
    if (isSigned && this.#messages.has(message)) {
      throw new Violation(`${toText(at)} an ADVERTISEMENT of ${from} was taken in twice`);
    }
    this.#messages.add(message);
    return true;
  }
}

function received({ router }: VrrpProcess): number {
  return router
    .view()
    .instances.reduce((sum, { counters }) => sum + counters.advertisementsReceived, 0);
}
