/**
 * Many TCP connect probes at once, optionally with a request and its reply, at a small part of the cost of
 * net.Socket: one epoll descriptor, one timer and one callback for all.
 */

import { zeroTerminated } from './bytes.ts';
import { native } from './native.ts';
import { checked } from './os-error.ts';

const REPLY_BYTES_MAX_DEFAULT = 65536;

const FLAG_RESET = 1;
const FLAG_KEEP = 2;
const FLAG_READ_ALL = 4;
const FLAG_READ_FIRST = 8;

/** What a probe was doing when it ended. */
export type ProbePhase = 'connect' | 'send' | 'receive';

const PHASES: readonly ProbePhase[] = ['connect', 'send', 'receive'];

/** One probe. */
export interface ProbeRequest {
  /** Comes back in the result. */
  readonly id: number;
  /** Where to connect: a sockaddr with a port. */
  readonly destination: Uint8Array;
  /** Local sockaddr; with port 0 the kernel chooses one for this destination (IP_BIND_ADDRESS_NO_PORT). */
  readonly source?: Uint8Array;
  /** Firewall mark (SO_MARK); 0 leaves it alone. */
  readonly mark?: number;
  /** Interface to go through (SO_BINDTODEVICE). */
  readonly device?: string;
  /** TOS or traffic class byte of the probe's packets. */
  readonly tos?: number;
  /** Limit for the whole probe, from probe() to the result; results are at most some 20 ms late. */
  readonly timeoutUs: number;
  /** Sent once connected; at most 65536 bytes. */
  readonly request?: Uint8Array;
  /**
   * When the reply is complete: at the peer's end of stream, or with the first bytes. Without a request
   * this reads what the peer says first. When absent: 'eof' with a request, no reading without.
   */
  readonly until?: 'eof' | 'firstBytes';
  /** Close with RST, leaving nothing in TIME_WAIT. Only where the peer does not mind. */
  readonly resetOnClose?: boolean;
  /** Hand over the connected descriptor of a successful probe instead of closing it. */
  readonly keep?: boolean;
}

/** How a probe ended. Reused between calls: read it inside the handler only. */
export interface ProbeResult {
  readonly id: number;
  /** 0, or a negative errno: ECONNREFUSED, EHOSTUNREACH, ETIMEDOUT when out of time, ... */
  readonly errno: number;
  /** What was received, also of a probe that failed while receiving. A view valid during the call. */
  readonly reply: Uint8Array;
  /** Whether the reply is longer than `replyBytesMax`; the rest was not read. */
  readonly truncated: boolean;
  /** The connected, non-blocking descriptor, yours to close, when `keep` was asked and errno is 0; or -1. */
  readonly fd: number;
  /** From probe() to the end, in microseconds. */
  readonly elapsedUs: number;
  readonly phase: ProbePhase;
}

/** Settings of a prober. */
export interface ConnectProberOptions {
  /** Probes under way at once, 1 to 65536. */
  readonly slots: number;
  /** Longest reply kept; 65536 when absent. Memory is taken as replies come. */
  readonly replyBytesMax?: number;
  /** Called once for each started and not cancelled probe; an exception becomes an uncaughtException. */
  readonly onResult: (result: ProbeResult) => void;
}

/** Runs probes until closed. Keeps the process alive until then, unless unref() is called. */
export class ConnectProber {
  #fd: number;
  #active = 0;

  /** Throws OsError (EINVAL for an impossible number of slots) and NativeModuleError. */
  constructor(options: ConnectProberOptions) {
    const arena = new Uint8Array(options.replyBytesMax ?? REPLY_BYTES_MAX_DEFAULT);
    const result = new MutableResult();
    const onResult: typeof options.onResult = options.onResult;
    this.#fd = checked(
      'epoll_create1',
      native().proberOpen(
        options.slots,
        arena,
        (id, errno, replyLength, truncated, fd, elapsedUs, phase) => {
          this.#active--;
          result.id = id;
          result.errno = errno;
          result.reply = arena.subarray(0, replyLength);
          result.truncated = truncated !== 0;
          result.fd = fd;
          result.elapsedUs = elapsedUs;
          result.phase = PHASES[phase] ?? 'connect';
          onResult(result);
        },
      ),
    );
  }

  /** Probes under way. */
  get active(): number {
    return this.#active;
  }

  /** Whether close() was called. */
  get closed(): boolean {
    return this.#fd < 0;
  }

  /**
   * Starts a probe. Returns 0, or the negative errno of one that could not start and gives no result:
   * ENOBUFS when all slots are taken, ENETUNREACH, EADDRNOTAVAIL, EMFILE, EBADF once closed, ...
   */
  probe(request: ProbeRequest): number {
    const result = native().probe(
      this.#fd,
      request.id,
      request.destination,
      request.timeoutUs,
      flagsOf(request),
      request.source,
      request.device === undefined ? undefined : zeroTerminated(request.device),
      request.mark ?? 0,
      request.tos ?? -1,
      request.request,
    );
    if (result === 0) this.#active++;
    return result;
  }

  /** Ends the probes of that id without a result. False when there are none. */
  cancel(id: number): boolean {
    const cancelled = native().probeCancel(this.#fd, id);
    if (cancelled <= 0) return false;
    this.#active -= cancelled;
    return true;
  }

  /** Lets the prober keep the process alive, as it does from the start. */
  ref(): void {
    if (!this.closed) native().reference(this.#fd, true);
  }

  /** Lets the process end although probes may be under way. */
  unref(): void {
    if (!this.closed) native().reference(this.#fd, false);
  }

  /** Ends all probes without results. Twice is harmless. */
  close(): void {
    if (this.closed) return;
    const fd = this.#fd;
    this.#fd = -1;
    this.#active = 0;
    native().close(fd);
  }
}

class MutableResult implements ProbeResult {
  id = 0;
  errno = 0;
  reply: Uint8Array = new Uint8Array(0);
  truncated = false;
  fd = -1;
  elapsedUs = 0;
  phase: ProbePhase = 'connect';
}

function flagsOf(request: ProbeRequest): number {
  const until = request.until ?? (request.request === undefined ? undefined : 'eof');
  return (
    (request.resetOnClose === true ? FLAG_RESET : 0) |
    (request.keep === true ? FLAG_KEEP : 0) |
    (until === 'eof' ? FLAG_READ_ALL : 0) |
    (until === 'firstBytes' ? FLAG_READ_FIRST : 0)
  );
}
