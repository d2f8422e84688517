/** What the reason of a transition is about, in words for the log and for `status`. */
import { sendHint } from './send-errors.ts';
import type { TransitionCause } from './types.ts';

/** A cause as one line without a full stop, e.g. `10.1.0.2 is not an address of this host`. */
export function causeText(cause: TransitionCause): string {
  if (cause.kind === 'sending') {
    const { errno, destination } = cause;
    return `advertisements to ${destination} do not leave: ${errno}, ${sendHint(errno)}`;
  }
  const { address, problem, interface: device } = cause;
  switch (problem) {
    case 'missing':
      return `${address} is not an address of ${device ?? 'this host'}`;
    case 'tentative':
      return `${address} is tentative: its duplicate address detection has not ended`;
    case 'duplicate':
      return `${address} failed duplicate address detection: another host has it`;
  }
}
