/**
 * The native connect prober with a callback for each connection instead of one for all. A callback is
 * called once, and never after `cancel`.
 */
import { ConnectProber, type ProbeRequest, type ProbeResult } from 'dgram-extensions';
import { ShortLived } from './short-lived.ts';

/** Longest reply that is read natively; longer ones go on as a stream. */
export const NATIVE_REPLY_BYTES_MAX = 65_536;

/** How a connection ended; valid during the call only. */
export type ConnectionEnd = ProbeResult;

/** Called with how a connection ended. */
export type ConnectionHandler = (end: ConnectionEnd) => void;

/** Many connections at once. */
export class Connector {
  readonly #handlers = new ShortLived<ConnectionHandler>();
  readonly #prober: ConnectProber;
  #nextId = 1;

  /** `slots`: most connections at once, 1..65536. Throws what ConnectProber throws. */
  constructor(slots: number) {
    this.#prober = new ConnectProber({
      slots,
      replyBytesMax: NATIVE_REPLY_BYTES_MAX,
      onResult: (end) => {
        const handler = this.#handlers.get(end.id);
        this.#handlers.delete(end.id);
        handler?.(end);
      },
    });
  }

  /** Starts a connection: its positive id, or the negative errno of one that could not be tried. */
  connect(request: Omit<ProbeRequest, 'id'>, handler: ConnectionHandler): number {
    const id = this.#nextId;
    this.#nextId += 1;
    const errno = this.#prober.probe({ ...request, id });
    if (errno < 0) return errno;
    this.#handlers.set(id, handler);
    return id;
  }

  /** Gives up the connection of that id, if it is still there. */
  cancel(id: number): void {
    if (this.#handlers.delete(id)) this.#prober.cancel(id);
  }

  /** Gives up everything. */
  close(): void {
    this.#handlers.clear();
    this.#prober.close();
  }
}
