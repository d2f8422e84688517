/** Messages to the function that takes them: a kind of message without one does not compile. */

/** What every message is. */
export interface Message {
  readonly type: string;
}

/** One function for each kind of message. */
export type MessageHandlers<Kinds extends Message> = {
  readonly [Type in Kinds['type']]: (message: Extract<Kinds, { readonly type: Type }>) => void;
};

/**
 * Hands a message from another process to the function for its kind. True when there is one: the other
 * process is of the same version, so that its messages of a known kind have the known shape.
 */
export function dispatch<Kinds extends Message>(
  message: unknown,
  handlers: MessageHandlers<Kinds>,
): boolean {
  const type = kindOf(message);
  if (type === undefined || !Object.hasOwn(handlers, type)) return false;
  handlers[type as Kinds['type']](message as Extract<Kinds, { readonly type: Kinds['type'] }>);
  return true;
}

/** The kind of a message; undefined when it is none. */
export function kindOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  return typeof message.type === 'string' ? message.type : undefined;
}
