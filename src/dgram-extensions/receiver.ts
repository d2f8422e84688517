/**
 * The receiving half of a socket: the memory C fills with a batch of messages, and the loop that hands
 * them to a handler one by one.
 */

import { META_FIELDS, type MessageInfo, SLOT_HEADER_BYTES, SlotInfo } from './message-info.ts';
import { native } from './native.ts';
import { checked, OsError } from './os-error.ts';

/** Gets each message; `data` is a view that is valid during the call. */
export type MessageHandler = (data: Uint8Array, info: MessageInfo) => void;
/** Gets errors of reception, such as ENOBUFS (messages were lost) and ENETDOWN; reception goes on. */
export type ReceiveErrorHandler = (error: OsError) => void;

/** How much a socket reads at once. */
export interface ReceiveLimits {
  readonly slots: number;
  readonly sizeBytes: number;
  readonly controlBytes: number;
}

/** Starts reception on a descriptor; it goes on until the descriptor is closed. Throws OsError. */
export function startReceiving(
  fd: number,
  limits: ReceiveLimits,
  isClosed: () => boolean,
  handler: MessageHandler,
  onError: ReceiveErrorHandler | undefined,
): void {
  const binding = native();
  const sizeBytes = roundUp(limits.sizeBytes);
  const controlBytes = roundUp(limits.controlBytes);
  const strideBytes = SLOT_HEADER_BYTES + controlBytes + sizeBytes;
  const arena = new Uint8Array(limits.slots * strideBytes);
  const meta = new Float64Array(limits.slots * META_FIELDS);
  const info = new SlotInfo(arena, meta, strideBytes);

  const onBatch = (count: number): void => {
    if (count < 0) {
      onError?.(new OsError('recvmmsg', count));
      return;
    }
    for (let slot = 0; slot < count && !isClosed(); slot++) {
      info.moveTo(slot);
      const start = slot * strideBytes + SLOT_HEADER_BYTES + controlBytes;
      const data = arena.subarray(start, start + Math.min(info.length, sizeBytes));
      try {
        handler(data, info);
      } catch (error) {
        // The messages behind it are already read: they must not be lost with it.
        binding.raise(error);
      }
    }
  };
  const result = binding.receiveStart(
    fd,
    sizeBytes,
    controlBytes,
    arena,
    new Uint8Array(meta.buffer),
    onBatch,
  );
  checked('receive', result);
}

/** To a multiple of eight: C keeps control data and timestamps aligned. */
function roundUp(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
