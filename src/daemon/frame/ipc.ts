/**
 * The IPC channel of a child process, typed. Messages to a parent that is gone are dropped: the child
 * is about to end and has been told so. Those to a parent that does not read wait in an outbox.
 */
import { Outbox, type WaitingRules } from './outbox.ts';

/** How long the last messages may wait for a supervisor that does not read. */
const END_MS_MAX = 1_000;

/** The child's end of the channel. */
export interface ParentChannel<Out> {
  /** Sends a message to the supervisor; dropped when it is gone. */
  send(message: Out): void;
  /** Sends all that waits and then the last message, and closes the channel once the kernel has taken them: what waits is not lost with it. */
  end(message: Out): void;
}

/** What the child does with the channel's events. */
export interface ParentHandlers {
  readonly onMessage: (message: unknown) => void;
  /** The supervisor is gone: put things away and end. Called once. */
  readonly onGone: () => void;
}

/** Connects the child to its supervisor. Throws when the process was not started with a channel. */
export function connectToParent<Out extends { readonly type: string }>(
  handlers: ParentHandlers,
  rules: WaitingRules<Out>,
): ParentChannel<Out> {
  if (process.send === undefined) {
    throw new Error('this role is started by `tandem run`, not by hand');
  }
  process.on('message', (message) => handlers.onMessage(message));
  // A supervisor that was killed while we were loading is gone already, and no event will tell.
  if (process.connected) process.once('disconnect', handlers.onGone);
  else setImmediate(handlers.onGone);
  const outbox = new Outbox<Out>({
    write(message, done) {
      if (!process.connected) return;
      // The callback swallows EPIPE of a parent that died between the check and the write.
      process.send?.(message, undefined, undefined, done);
    },
    ...rules,
  });
  return {
    send: (message) => outbox.send(message),
    end(message) {
      const disconnect = () => {
        clearTimeout(giveUp);
        if (process.connected) process.disconnect();
      };
      const giveUp = setTimeout(disconnect, END_MS_MAX);
      if (process.connected) outbox.end(message, disconnect);
      else disconnect();
    },
  };
}
