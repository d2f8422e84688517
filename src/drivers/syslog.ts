/**
 * The system log over its local socket, in the traditional form `<PRI>tag[pid]: text` (RFC 3164 section
 * 4.1 without time and host, as syslog(3) sends it). Lines are dropped while nobody listens.
 */
import { UnixDatagram } from './unix-datagram.ts';

/** Numbers of the facilities (RFC 5424 section 6.2.1) that a daemon may be told to use. */
export const SYSLOG_FACILITY: Readonly<Record<string, number>> = {
  user: 1,
  daemon: 3,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
};

const PATH = '/dev/log';
const PRIORITY_INFO = 6;
const PRIORITY_BITS = 3;

/** Takes lines that may begin with `<priority>` and hands them to the system log. */
export class Syslog {
  readonly #socket: UnixDatagram;
  readonly #facility: number;
  readonly #tag: string;

  /** `tag` names the program. Throws OsError when no socket can be made. */
  constructor(options: {
    readonly tag: string;
    readonly facility: number;
    readonly path?: string;
  }) {
    this.#socket = new UnixDatagram(options.path ?? PATH);
    this.#facility = options.facility;
    this.#tag = options.tag;
  }

  /** Sends one line. */
  write(line: string): void {
    const [, digit, text = ''] = /^(?:<([0-7])>)?(.*)/s.exec(line) ?? [];
    const severity = digit === undefined ? PRIORITY_INFO : Number(digit);
    const priority = (this.#facility << PRIORITY_BITS) | severity;
    this.#socket.send(`<${priority}>${this.#tag}[${process.pid}]: ${text.trimEnd()}`);
  }
}
