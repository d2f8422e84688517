/**
 * Requests to the kernel over netlink: batches with one acknowledgement at their end, single requests,
 * dumps, and notifications. Every answer is matched by its sequence number; a lost answer is an error
 * after a time limit, never a promise that stays open. It works on a port, so that tests can put a
 * kernel of their own behind it. A socket that joined multicast groups is for listening only.
 */

import { errnoName } from 'dgram-extensions';
import { err, ok, type Result } from '../core/base/result.ts';
import type { ReceiveBuffer } from '../core/model/global-options.ts';
import { KernelError } from './kernel-error.ts';
import { netlinkConstants } from './netlink-codec.ts';
import {
  decodeDatagram,
  encodeBatch,
  frameLength,
  type NetlinkCommand,
  type NetlinkReply,
} from './netlink-frames.ts';

const { Flags, FlagsGet } = netlinkConstants;

/** A netlink socket as far as this file needs one. */
export interface NetlinkPort {
  /** Sends to the kernel without blocking; bytes sent or a negative errno. */
  send(frames: Uint8Array): number;
  /** Names the receivers; a datagram is a view that is valid during the call only. Called once. */
  listen(handlers: NetlinkPortHandlers): void;
  /** Delivers what is queued now; the number of datagrams. */
  drain(): number;
  /** Gives the receive buffer another size, undefined the usual one; what is queued stays. */
  setReceiveBuffer(size: ReceiveBuffer | undefined): void;
  /** Closes; harmless when repeated. */
  close(): void;
}

/** Receivers of what a port hears. */
export interface NetlinkPortHandlers {
  /** `isWhole` is false when the datagram did not fit the receive buffer. */
  readonly onDatagram: (datagram: Uint8Array, isWhole: boolean) => void;
  /** `errno` is positive; ENOBUFS: messages were lost. */
  readonly onError: (errno: number) => void;
}

/** How a socket behaves. */
export interface NetlinkSocketOptions {
  /** Milliseconds to wait for an answer. The kernel answers within the call that sends, with rare exceptions. */
  readonly timeoutMs?: number;
  /** A message that answers no request; `payload` is valid during the call only. */
  readonly onNotification?: (type: number, payload: Uint8Array) => void;
  /** Messages were lost: what is known from notifications is out of date. */
  readonly onOverrun?: () => void;
}

/** The outcome of a dump or a request: payloads of the data messages. */
export type NetlinkData = Result<readonly Uint8Array[], KernelError>;

const TIMEOUT_MS = 2_000;
/** Messages in one send: larger batches are hardly faster, and each holds the event loop. */
const BATCH_COMMANDS_MAX = 256;
/** Bytes in one send; the kernel's default limit is SO_SNDBUF - 32, about 212,000. */
const BATCH_BYTES_MAX = 128 * 1024;
/** A dump that is interrupted this often is given up. */
const DUMP_ATTEMPTS_MAX = 6;

/** Requests that wait for one answer: a batch, a request or a dump. */
interface Exchange {
  readonly firstSeq: number;
  /** Its answer ends the exchange. */
  readonly lastSeq: number;
  readonly commands: readonly NetlinkCommand[];
  readonly isDump: boolean;
  readonly data: Uint8Array[];
  readonly errors: (KernelError | undefined)[];
  /** The table changed, or a message was lost, while it was dumped. */
  interrupted: boolean;
  timer: NodeJS.Timeout | undefined;
  readonly finish: () => void;
}

/** A netlink socket for requests, or for notifications. */
export class NetlinkSocket {
  readonly #port: NetlinkPort;
  readonly #options: NetlinkSocketOptions;
  #exchanges: Exchange[] = [];
  #nextSeq = 1;
  /** One dump at a time per socket: the kernel answers a second one with EBUSY. */
  #dumps: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(port: NetlinkPort, options: NetlinkSocketOptions = {}) {
    this.#port = port;
    this.#options = options;
    port.listen({
      onDatagram: (datagram, isWhole) => this.#receive(datagram, isWhole),
      onError: (errno) => this.#fault(errno),
    });
  }

  /** Gives the receive buffer another size, undefined the usual one. */
  setReceiveBuffer(size: ReceiveBuffer | undefined): void {
    this.#port.setReceiveBuffer(size);
  }

  /**
   * Carries out commands in order; each is its own transaction, and an error stops none of the others.
   * The first batch is in the kernel when this returns. The result has one entry for each command:
   * undefined, or why the kernel refused. After a timeout or an overrun the outcome of a whole batch
   * is unknown and all of it is reported so.
   */
  async execute(
    commands: readonly NetlinkCommand[],
  ): Promise<readonly (KernelError | undefined)[]> {
    const results: (KernelError | undefined)[] = [];
    let start = 0;
    while (start < commands.length) {
      const batch = commands.slice(start, batchEnd(commands, start));
      if (start > 0) await nextTurn();
      results.push(...(await this.#exchange(batch, false)).errors);
      start += batch.length;
    }
    return results;
  }

  /** One request that is answered by data and an acknowledgement. */
  async request(command: NetlinkCommand): Promise<NetlinkData> {
    const { errors, data } = await this.#exchange([command], false);
    return errors[0] === undefined ? ok(data) : err(errors[0]);
  }

  /** Reads a whole list; begun anew when it changed meanwhile or messages were lost. */
  dump(command: NetlinkCommand): Promise<NetlinkData> {
    const result = this.#dumps.then(() => this.#dumpWhole(command));
    this.#dumps = result;
    return result;
  }

  /** Delivers queued notifications now; the number of datagrams. */
  drain(): number {
    return this.#port.drain();
  }

  /** Ends what is open with ECANCELED and closes; harmless when repeated. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#port.close();
    this.#failAll('ECANCELED');
  }

  async #dumpWhole(command: NetlinkCommand): Promise<NetlinkData> {
    for (let attempt = 1; attempt <= DUMP_ATTEMPTS_MAX; attempt++) {
      const { errors, data, interrupted } = await this.#exchange([command], true);
      const [error] = errors;
      if (error === undefined && !interrupted) return ok(data);
      if (error !== undefined && error.errnoName !== 'ENOBUFS') return err(error);
      await nextTurn();
    }
    const explanation = `the list changed during each of ${DUMP_ATTEMPTS_MAX} attempts`;
    return err(new KernelError(command.operation, 'EINTR', explanation));
  }

  /** Sends one batch and waits for the answer to its last message. Never rejects. */
  #exchange(commands: readonly NetlinkCommand[], isDump: boolean): Promise<Exchange> {
    return new Promise((resolve) => {
      const firstSeq = this.#takeSeqs(commands.length);
      const exchange: Exchange = {
        firstSeq,
        lastSeq: firstSeq + commands.length - 1,
        commands,
        isDump,
        data: [],
        errors: commands.map(() => undefined),
        interrupted: false,
        timer: undefined,
        finish: () => resolve(exchange),
      };
      this.#exchanges.push(exchange);
      if (this.#isClosed) return this.#fail(exchange, 'ECANCELED');
      const last = commands.length - 1;
      const frames = encodeBatch(commands, firstSeq, (command, index) => {
        const answer = isDump ? FlagsGet.DUMP : index === last ? Flags.ACK : 0;
        return (command.flags ?? 0) | answer;
      });
      const sent = this.#port.send(frames);
      if (sent < 0) return this.#fail(exchange, errnoName(sent));
      this.#await(exchange);
    });
  }

  /** The answers are queued already; only what the kernel withholds is waited for. */
  #await(exchange: Exchange): void {
    this.#drainAll(exchange);
    if (!this.#exchanges.includes(exchange)) return;
    exchange.timer = setTimeout(() => {
      // After a stall the timer may come before the answer that is queued.
      this.#drainAll(exchange);
      this.#fail(exchange, 'ETIMEDOUT');
    }, this.#options.timeoutMs ?? TIMEOUT_MS);
  }

  #drainAll(exchange: Exchange): void {
    while (this.#exchanges.includes(exchange) && this.#port.drain() > 0);
  }

  #receive(datagram: Uint8Array, isWhole: boolean): void {
    const isSound = decodeDatagram(datagram, (reply) => {
      const exchange = this.#exchanges.find(
        ({ firstSeq, lastSeq }) => firstSeq <= reply.seq && reply.seq <= lastSeq,
      );
      if (exchange !== undefined) this.#answer(exchange, reply);
      else if (reply.kind === 'data') this.#options.onNotification?.(reply.type, reply.payload);
    });
    if (!isSound || !isWhole) this.#overrun();
  }

  #answer(exchange: Exchange, reply: NetlinkReply): void {
    if (reply.interrupted) exchange.interrupted = true;
    if (reply.kind === 'data') {
      exchange.data.push(Uint8Array.from(reply.payload));
      return;
    }
    if (reply.errno !== 0) {
      const index = reply.seq - exchange.firstSeq;
      const operation = exchange.commands[index]?.operation ?? '';
      const name = errnoName(reply.errno);
      exchange.errors[index] = new KernelError(operation, name, reply.explanation);
    }
    if (reply.seq === exchange.lastSeq) this.#end(exchange);
  }

  #fault(errno: number): void {
    const name = errnoName(errno);
    if (name === 'ENOBUFS') this.#overrun();
    else this.#failAll(name);
  }

  /** Answers were lost: nobody can tell which, so every open request fails, and listeners are told. */
  #overrun(): void {
    this.#failAll('ENOBUFS');
    this.#options.onOverrun?.();
  }

  #failAll(name: string): void {
    for (const exchange of [...this.#exchanges]) this.#fail(exchange, name);
  }

  #fail(exchange: Exchange, name: string): void {
    if (!this.#exchanges.includes(exchange)) return;
    for (const [index, command] of exchange.commands.entries()) {
      exchange.errors[index] ??= new KernelError(command.operation, name);
    }
    this.#end(exchange);
  }

  #end(exchange: Exchange): void {
    clearTimeout(exchange.timer);
    this.#exchanges = this.#exchanges.filter((open) => open !== exchange);
    exchange.finish();
  }

  #takeSeqs(count: number): number {
    if (this.#nextSeq + count > 0x7fff_ffff) this.#nextSeq = 1;
    const first = this.#nextSeq;
    this.#nextSeq += count;
    return first;
  }
}

/** Index behind the last command of the batch that begins at `start`. */
function batchEnd(commands: readonly NetlinkCommand[], start: number): number {
  let bytes = 0;
  let end = start;
  for (const command of commands.slice(start, start + BATCH_COMMANDS_MAX)) {
    bytes += frameLength(command);
    if (bytes > BATCH_BYTES_MAX && end > start) break;
    end++;
  }
  return end;
}

/** Lets the event loop look at sockets and timers between two pieces of long work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
