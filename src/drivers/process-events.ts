/**
 * Processes of the host that execute a program, change their name or end, as the kernel tells it (linux/cn_proc.h). It takes CAP_NET_ADMIN in the first
 * user namespace, and is heard in the first network namespace only.
 */
import { AF, NETLINK, SOCK, SOL, Socket, sockaddrNl } from 'dgram-extensions';
import type { ReceiveBuffer } from '../core/model/global-options.ts';
import { hostU32 } from '../core/netlink/attributes.ts';
import { setReceiveBuffer } from './receive-buffer.ts';

/** linux/netlink.h, linux/connector.h and linux/cn_proc.h. */
const NETLINK_CONNECTOR = 11;
const CN_IDX_PROC = 1;
const CN_VAL_PROC = 1;
const PROC_CN_MCAST_LISTEN = 1;
const NLMSG_DONE = 3;
const WHAT = { exec: 0x2, comm: 0x200, exit: 0x8000_0000 } as const;

/** Behind the headers of netlink (16 bytes) and connector (20): what, processor, time, and then thread and process. */
const WHAT_AT = 36;
const THREAD_AT = 52;
const PROCESS_AT = 56;
const EVENT_BYTES_LEAST = 60;
const MESSAGE_BYTES = 128;
/** Lost events cost nothing but time: processes are looked for besides. */
const USUAL: ReceiveBuffer = { bytes: 256 * 1024, isForced: false };

const IS_LITTLE = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Events of the host. */
export class ProcessEvents {
  readonly #socket: Socket;

  /**
   * Opens and listens. Throws OsError: EPERM without the right, EPROTONOSUPPORT in another network namespace.
   *
   * @param onChange told the process id of each event
   */
  constructor(onChange: (pid: number) => void) {
    const socket = new Socket({
      family: AF.NETLINK,
      type: SOCK.DGRAM,
      protocol: NETLINK_CONNECTOR,
      sizeBytes: MESSAGE_BYTES,
      controlBytes: 0,
    });
    this.#socket = socket;
    try {
      this.setReceiveBuffer();
      socket.attachFilter(eventFilter());
      socket.bind(sockaddrNl());
      socket.setOption(SOL.NETLINK, NETLINK.ADD_MEMBERSHIP, CN_IDX_PROC);
      socket.onMessage(
        (datagram) => {
          const pid = changedProcess(datagram);
          if (pid !== undefined) onChange(pid);
        },
        // What did not fit the buffer.
        () => undefined,
      );
      socket.send(listenMessage(), sockaddrNl());
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Gives the receive buffer another size, absent the usual one. */
  setReceiveBuffer(size: ReceiveBuffer = USUAL): void {
    setReceiveBuffer(this.#socket, size);
  }

  /** Hears no more. */
  close(): void {
    this.#socket.close();
  }
}

/** The process that a message of the kernel is about; undefined for one that is too short to tell. */
export function changedProcess(datagram: Uint8Array): number | undefined {
  return datagram.length < EVENT_BYTES_LEAST ? undefined : hostU32(datagram, PROCESS_AT);
}

/** The wish to be told, which the kernel keeps until the socket is closed. */
function listenMessage(): Uint8Array {
  const message = new Uint8Array(40);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length, IS_LITTLE);
  view.setUint16(4, NLMSG_DONE, IS_LITTLE);
  view.setUint32(16, CN_IDX_PROC, IS_LITTLE);
  view.setUint32(20, CN_VAL_PROC, IS_LITTLE);
  view.setUint16(32, 4, IS_LITTLE);
  view.setUint32(36, PROC_CN_MCAST_LISTEN, IS_LITTLE);
  return message;
}

/** BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ with a constant and with X, BPF_MISC|BPF_TAX, BPF_RET (linux/filter.h). */
const BPF = { load: 0x20, equals: 0x15, equalsX: 0x1d, toX: 0x07, end: 0x06 } as const;

/** Passes the three kinds of events of whole processes: forks and threads of a busy host wake nobody. */
function eventFilter(): Uint8Array {
  const steps: readonly (readonly [code: number, yes: number, no: number, value: number])[] = [
    [BPF.load, 0, 0, WHAT_AT],
    [BPF.equals, 2, 0, asLoaded(WHAT.exec)],
    [BPF.equals, 1, 0, asLoaded(WHAT.comm)],
    [BPF.equals, 0, 4, asLoaded(WHAT.exit)],
    [BPF.load, 0, 0, THREAD_AT],
    [BPF.toX, 0, 0, 0],
    [BPF.load, 0, 0, PROCESS_AT],
    [BPF.equalsX, 1, 0, 0],
    [BPF.end, 0, 0, 0],
    [BPF.end, 0, 0, 0xffff_ffff],
  ];
  const program = new Uint8Array(steps.length * 8);
  const view = new DataView(program.buffer);
  for (const [index, [code, yes, no, value]] of steps.entries()) {
    view.setUint16(index * 8, code, IS_LITTLE);
    view.setUint8(index * 8 + 2, yes);
    view.setUint8(index * 8 + 3, no);
    view.setUint32(index * 8 + 4, value, IS_LITTLE);
  }
  return program;
}

/** BPF loads words in network order; those of this protocol are in the order of the host. */
function asLoaded(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, IS_LITTLE);
  return view.getUint32(0, false);
}
