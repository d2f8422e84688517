/** Sizes of receive buffers, and other settings of a socket that are worth having and can be missed (socket(7)). */
import { OsError, SO, SOL, type Socket } from 'dgram-extensions';
import type { ReceiveBuffer } from '../core/model/global-options.ts';

/** Gives a socket the size; forced: beyond the limit of the system (`net.core.rmem_max`), for those who may. */
export function setReceiveBuffer(socket: Socket, { bytes, isForced }: ReceiveBuffer): void {
  trySetOption(socket, SOL.SOCKET, SO.RCVBUF, bytes);
  if (isForced) trySetOption(socket, SOL.SOCKET, SO.RCVBUFFORCE, bytes);
}

/** An older kernel, or a caller without rights, has to do without what makes things better. */
export function trySetOption(socket: Socket, level: number, name: number, value: number): void {
  try {
    socket.setOption(level, name, value);
  } catch (error) {
    if (!(error instanceof OsError)) throw error;
  }
}
