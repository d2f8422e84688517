/**
 * What a child process has to say to a supervisor that may not read: a bounded queue in which the newest state wins. Without it a
 * supervisor that is frozen (a stopped process, a debugger) would fill the memory of the process that must never stop.
 */

/** Messages handed to the channel and not yet taken by the kernel. More of them only wait in our memory. */
const IN_FLIGHT_MAX = 16;
/** Messages that wait. Beyond that the oldest that may be lost goes. */
const WAITING_MAX = 256;

/** Two messages that became one, which leaves so many reports out. */
export interface Merged<Message> {
  readonly message: Message;
  readonly dropped: number;
}

/** How messages that wait become fewer. */
export interface WaitingRules<Message> {
  /** One message that says what both say, as far as it is still worth saying; undefined when both must stand. */
  readonly merge: (older: Message, newer: Message) => Merged<Message> | undefined;
  /** True when the message only reports something: nothing waits for it. */
  readonly mayBeLost: (message: Message) => boolean;
  /** Says that so many reports were left out. */
  readonly dropped: (count: number) => Message;
}

/** Where messages go. */
export interface OutboxOptions<Message> extends WaitingRules<Message> {
  /** Hands a message to the channel; `done` is called when the kernel has taken it, or never will. */
  readonly write: (message: Message, done: () => void) => void;
}

/** The queue. */
export class Outbox<Message extends { readonly type: string }> {
  readonly #options: OutboxOptions<Message>;
  #waiting: Message[] = [];
  #inFlight = 0;
  #dropped = 0;
  /** Set once the last message has been written: called when the kernel has taken all of them. */
  #ended: (() => void) | undefined;

  constructor(options: OutboxOptions<Message>) {
    this.#options = options;
  }

  /** Sends a message now, or when the supervisor reads again. */
  send(message: Message): void {
    if (this.#ended !== undefined) return;
    if (this.#inFlight < IN_FLIGHT_MAX) this.#write(message);
    else this.#keep(message);
  }

  /** Writes all that waits and then `last`, whatever is in flight; `done` is called when the kernel has taken everything. Nothing is sent afterwards. */
  end(last: Message, done: () => void): void {
    this.#ended = done;
    this.#writeDropped();
    for (const message of this.#waiting.splice(0)) this.#write(message);
    this.#write(last);
  }

  #keep(message: Message): void {
    const index = this.#waiting.findLastIndex(({ type }) => type === message.type);
    const older = this.#waiting[index];
    const merged = older === undefined ? undefined : this.#options.merge(older, message);
    if (merged !== undefined) {
      this.#waiting[index] = merged.message;
      this.#dropped += merged.dropped;
      return;
    }
    this.#waiting.push(message);
    if (this.#waiting.length <= WAITING_MAX) return;
    const oldest = this.#waiting.findIndex(this.#options.mayBeLost);
    if (oldest < 0) return;
    this.#waiting.splice(oldest, 1);
    this.#dropped++;
  }

  #write(message: Message): void {
    this.#inFlight++;
    this.#options.write(message, () => {
      this.#inFlight--;
      if (this.#ended === undefined) this.#drain();
      else if (this.#inFlight === 0) this.#ended();
    });
  }

  #drain(): void {
    while (this.#inFlight < IN_FLIGHT_MAX) {
      if (this.#writeDropped()) continue;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#write(next);
    }
  }

  /** True when something was left out, which has been said now. */
  #writeDropped(): boolean {
    if (this.#dropped === 0) return false;
    const count = this.#dropped;
    this.#dropped = 0;
    this.#write(this.#options.dropped(count));
    return true;
  }
}
