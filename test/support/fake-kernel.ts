/**
 * A kernel in memory behind netlink ports, speaking real frames: families that answer requests, dumps in
 * parts that come as they are read, acknowledgements only where asked for, and the faults of the
 * real thing on demand. Requests are carried out within `send`, as the real kernel does.
 */
import type { ReceiveBuffer } from '../../src/core/model/global-options.ts';
import { type Attributes, readAttributes } from '../../src/core/netlink/attributes.ts';
import type { NetlinkPort, NetlinkPortHandlers } from '../../src/drivers/netlink-socket.ts';

export const NLM_F_MULTI = 2;
export const NLM_F_ACK = 4;
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_DUMP = 0x300;
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const HEADER = 16;
const ENOBUFS = 105;
const EOPNOTSUPP = 95;
const EBUSY = 16;

/** A request as a family sees it. */
export interface FakeRequest {
  readonly type: number;
  readonly flags: number;
  readonly isDump: boolean;
  readonly payload: Uint8Array;
}

/** A family's answer; data messages have type `type`. */
export interface FakeAnswer {
  /** Positive errno; 0 or absent is success. */
  readonly errno?: number;
  /** Text of the extended acknowledgement. */
  readonly text?: string;
  readonly type?: number;
  readonly data?: readonly Uint8Array[];
}

/** One family, or rtnetlink; undefined for a type of message that is not its own. */
export type FakeFamily = (request: FakeRequest) => FakeAnswer | undefined;

/** What goes wrong. Numbers count down. */
export interface FakeFaults {
  /** Acknowledgements that are not sent (the kernel does so after EINTR). */
  loseAcks: number;
  /** Dumps during which the list changes: NLM_F_DUMP_INTR. */
  interruptDumps: number;
  /** Receive queue of a port, in datagrams; further ones are lost and ENOBUFS is reported once. */
  queueMax: number;
  /** Errno with which the next sends fail, and how many of them. */
  refuseSends: { count: number; errno: number };
  /** Dumps whose first part is cut off. */
  truncateDumps: number;
}

/** Data messages in one part of a dump. */
const DUMP_PART_MESSAGES = 3;

/** A kernel with some families. */
export class FakeKernel {
  readonly faults: FakeFaults = {
    loseAcks: 0,
    interruptDumps: 0,
    queueMax: Number.POSITIVE_INFINITY,
    refuseSends: { count: 0, errno: 0 },
    truncateDumps: 0,
  };
  /** Messages in each send, and whether each asked for an acknowledgement. */
  readonly sends: { readonly messages: number; readonly acks: number; readonly bytes: number }[] =
    [];
  readonly #families: FakeFamily[];
  readonly #ports: FakePort[] = [];

  constructor(...families: readonly FakeFamily[]) {
    this.#families = [...families];
  }

  /** Opens a port that hears the notifications of these groups. */
  readonly openPort = (groups: readonly number[] = []): NetlinkPort => {
    const port = new FakePort(this, groups);
    this.#ports.push(port);
    return port;
  };

  /** The receive buffers that each port asked for, in the order of opening. */
  get buffers(): readonly (readonly (ReceiveBuffer | undefined)[])[] {
    return this.#ports.map(({ buffers }) => buffers);
  }

  /** Ports that are not closed. */
  get openPorts(): number {
    return this.#ports.filter((port) => !port.isClosed).length;
  }

  /** Puts another family in front of those that are there: a module is loaded. */
  load(family: FakeFamily): void {
    this.#families.unshift(family);
  }

  /** Takes a family away. */
  unload(family: FakeFamily): void {
    this.#families.splice(this.#families.indexOf(family), 1);
  }

  /** Tells the ports of a group. The sequence is that of whoever caused it, or 0. */
  notify(group: number, type: number, payload: Uint8Array, seq: number = 0): void {
    for (const port of this.#ports) {
      if (port.groups.includes(group)) port.enqueue([message(type, 0, seq, payload)]);
    }
  }

  /** Asks the families. */
  answer(request: FakeRequest): FakeAnswer {
    for (const family of this.#families) {
      const answer = family(request);
      if (answer !== undefined) return answer;
    }
    return { errno: EOPNOTSUPP };
  }
}

interface Dump {
  readonly seq: number;
  readonly type: number;
  readonly rest: Uint8Array[];
  readonly interrupted: boolean;
}

class FakePort implements NetlinkPort {
  readonly groups: readonly number[];
  readonly #kernel: FakeKernel;
  #handlers: NetlinkPortHandlers | undefined;
  #queue: { readonly datagram: Uint8Array; readonly isWhole: boolean }[] = [];
  #dump: Dump | undefined;
  #overrun = false;
  #isScheduled = false;
  isClosed = false;
  /** Sizes that were asked for, in order. */
  readonly buffers: (ReceiveBuffer | undefined)[] = [];

  constructor(kernel: FakeKernel, groups: readonly number[]) {
    this.#kernel = kernel;
    this.groups = groups;
  }

  setReceiveBuffer(size: ReceiveBuffer | undefined): void {
    this.buffers.push(size);
  }

  listen(handlers: NetlinkPortHandlers): void {
    this.#handlers = handlers;
  }

  send(frames: Uint8Array): number {
    const { refuseSends } = this.#kernel.faults;
    if (refuseSends.count > 0) {
      refuseSends.count--;
      return -refuseSends.errno;
    }
    let messages = 0;
    let acks = 0;
    for (let offset = 0; offset + HEADER <= frames.length; ) {
      const view = new DataView(frames.buffer, frames.byteOffset + offset);
      const length = view.getUint32(0, true);
      if (length < HEADER || offset + length > frames.length) break;
      messages++;
      if ((view.getUint16(6, true) & NLM_F_ACK) !== 0) acks++;
      this.#handle(frames.slice(offset, offset + length), view);
      offset += (length + 3) & ~3;
    }
    this.#kernel.sends.push({ messages, acks, bytes: frames.length });
    return frames.length;
  }

  drain(): number {
    let count = 0;
    while (!this.isClosed) {
      if (this.#overrun) {
        this.#overrun = false;
        this.#handlers?.onError(ENOBUFS);
      }
      const next = this.#queue.shift();
      if (next === undefined) break;
      this.#continueDump();
      count++;
      this.#handlers?.onDatagram(next.datagram, next.isWhole);
    }
    return count;
  }

  close(): void {
    this.isClosed = true;
  }

  /** Queues a datagram of these messages, to be read now or when the event loop looks. */
  enqueue(messages: readonly Uint8Array[], isWhole: boolean = true): void {
    if (this.#queue.length >= this.#kernel.faults.queueMax) this.#overrun = true;
    else this.#queue.push({ datagram: join(messages), isWhole });
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.drain();
    });
  }

  #handle(request: Uint8Array, view: DataView): void {
    const type = view.getUint16(4, true);
    const flags = view.getUint16(6, true);
    const seq = view.getUint32(8, true);
    const isDump = (flags & NLM_F_DUMP) === NLM_F_DUMP;
    const payload = request.subarray(HEADER);
    const isBusy = isDump && this.#dump !== undefined;
    const answer = isBusy
      ? { errno: EBUSY }
      : this.#kernel.answer({ type, flags, isDump, payload });
    const { errno = 0, data = [] } = answer;
    if (errno !== 0) {
      this.#error(seq, answer, request);
      return;
    }
    const { faults } = this.#kernel;
    if (isDump) {
      const interrupted = faults.interruptDumps > 0;
      if (interrupted) faults.interruptDumps--;
      this.#dump = { seq, type: answer.type ?? type, rest: [...data], interrupted };
      const isWhole = faults.truncateDumps === 0;
      if (!isWhole) faults.truncateDumps--;
      this.#continueDump(isWhole);
      return;
    }
    for (const one of data) this.enqueue([message(answer.type ?? type, 0, seq, one)]);
    if ((flags & NLM_F_ACK) === 0) return;
    if (faults.loseAcks > 0) faults.loseAcks--;
    else this.#error(seq, answer, request);
  }

  /** The next part is made when the one before it is read. */
  #continueDump(isWhole: boolean = true): void {
    const dump = this.#dump;
    if (dump === undefined) return;
    const flags = NLM_F_MULTI | (dump.interrupted ? NLM_F_DUMP_INTR : 0);
    const part = dump.rest.splice(0, DUMP_PART_MESSAGES);
    if (part.length > 0) {
      const messages = part.map((data) => message(dump.type, flags, dump.seq, data));
      this.enqueue(isWhole ? messages : messages.slice(0, 1), isWhole);
      return;
    }
    this.#dump = undefined;
    this.enqueue([message(NLMSG_DONE, flags, dump.seq, new Uint8Array(4))]);
  }

  /** NLMSG_ERROR with only the header of the request (NETLINK_CAP_ACK) and an explanation. */
  #error(seq: number, { errno = 0, text }: FakeAnswer, request: Uint8Array): void {
    const number = new Uint8Array(4);
    new DataView(number.buffer).setInt32(0, -errno, true);
    const parts = [number, request.slice(0, HEADER)];
    if (text !== undefined) {
      const bytes = new TextEncoder().encode(`${text}\0`);
      const attribute = new Uint8Array(4 + ((bytes.length + 3) & ~3));
      new DataView(attribute.buffer).setUint16(0, 4 + bytes.length, true);
      new DataView(attribute.buffer).setUint16(2, 1, true);
      attribute.set(bytes, 4);
      parts.push(attribute);
    }
    const flags = NLM_F_CAPPED | (text === undefined ? 0 : NLM_F_ACK_TLVS);
    this.enqueue([message(NLMSG_ERROR, flags, seq, join(parts))]);
  }
}

/** The attributes behind a fixed header; the test is wrong when they are none. */
export function attributesAt(payload: Uint8Array, offset: number): Attributes {
  const read = readAttributes(payload.subarray(offset));
  if (!read.ok) throw new Error(`${read.error.kind} at ${read.error.offset}`);
  return read.value;
}

/** One netlink message, padded. */
function message(type: number, flags: number, seq: number, payload: Uint8Array): Uint8Array {
  const length = HEADER + payload.length;
  const bytes = new Uint8Array((length + 3) & ~3);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  view.setUint32(8, seq, true);
  view.setUint32(12, 4711, true);
  bytes.set(payload, HEADER);
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
