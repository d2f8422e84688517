/**
 * The IPC channel of a child process, typed. Messages to a parent that is gone are dropped: the child
 * is about to end and has been told so. Those to a parent that does not read wait in an outbox.
 */
import { Outbox, type WaitingRules } from './outbox.ts';

/** The child's end of the channel. */
export interface ParentChannel<Out> {
  /** Sends a message to the supervisor; dropped when it is gone. */
  send(message: Out): void;
}

/** What the child does with the channel's events. */
export interface ParentHandlers<In> {
  readonly onMessage: (message: In) => void;
  /** The supervisor is gone: put things away and end. Called once. */
  readonly onGone: () => void;
}

/** Connects the child to its supervisor. Throws when the process was not started with a channel. */
export function connectToParent<In, Out extends { readonly type: string }>(
  handlers: ParentHandlers<In>,
  rules: WaitingRules<Out>,
): ParentChannel<Out> {
  if (process.send === undefined) {
    throw new Error('this role is started by `tandem run`, not by hand');
  }
  process.on('message', (message) => handlers.onMessage(message as In));
  // A supervisor that was killed while we were loading is gone already, and no event will tell.
  if (process.connected) process.once('disconnect', handlers.onGone);
  else setImmediate(handlers.onGone);
  return new Outbox<Out>({
    write(message, done) {
      if (!process.connected) return;
      // The callback swallows EPIPE of a parent that died between the check and the write.
      process.send?.(message, undefined, undefined, done);
    },
    ...rules,
  });
}
