/**
 * Sends datagrams to a Unix socket (unix(7)), which Node cannot: the service manager's notification socket
 * and the system log are such sockets. Sending only, never waiting.
 */
import { Socket } from 'dgram-extensions';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
/** sizeof(sun_path) in struct sockaddr_un, with its final zero. */
const PATH_BYTES_MAX = 108;

/** A socket that sends to one path. */
export class UnixDatagram {
  readonly #socket: Socket;
  readonly #address: Uint8Array;

  /** `path` is a file, or `@name` in the abstract namespace. Throws RangeError, OsError. */
  constructor(path: string) {
    this.#address = unixAddress(path);
    this.#socket = new Socket({ family: AF_UNIX, type: SOCK_DGRAM, protocol: 0 });
  }

  /** Sends a text; returns the bytes sent or a negative errno (EAGAIN: the receiver's queue is full). */
  send(text: string): number {
    return this.#socket.send(Buffer.from(text, 'utf8'), this.#address);
  }

  /** Closes the socket; twice is harmless. */
  close(): void {
    this.#socket.close();
  }
}

/**
 * struct sockaddr_un of a path: family in host byte order, then the path. An abstract name begins with a
 * zero byte, is not terminated, and its length is that of the address.
 */
export function unixAddress(path: string): Uint8Array {
  const isAbstract = path.startsWith('@');
  const name = Buffer.from(isAbstract ? `\0${path.slice(1)}` : `${path}\0`, 'utf8');
  if (name.length > PATH_BYTES_MAX || path.length < 2) {
    throw new RangeError(`not a socket path: ${path}`);
  }
  const address = new Uint8Array(2 + name.length);
  new Uint16Array(address.buffer, 0, 1)[0] = AF_UNIX;
  address.set(name, 2);
  return address;
}
