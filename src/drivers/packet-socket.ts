/** Sends whole Ethernet frames through one AF_PACKET socket; it receives nothing. */
import { AF, SOCK, Socket, sockaddrLl } from 'dgram-extensions';

/** A socket for frames that announce addresses (gratuitous ARP, unsolicited NA). */
export class PacketSocket {
  // Protocol 0: the kernel queues no incoming frame for it.
  readonly #socket = new Socket({ family: AF.PACKET, type: SOCK.RAW, protocol: 0 });

  /** Sends a frame out of an interface; bytes sent, or a negative errno (ENETDOWN is normal life). */
  send(ifindex: number, frame: Uint8Array): number {
    const protocol = ((frame[12] ?? 0) << 8) | (frame[13] ?? 0);
    return this.#socket.send(frame, sockaddrLl({ ifindex, protocol }));
  }

  /** Closes the socket; harmless when repeated. */
  close(): void {
    this.#socket.close();
  }
}
