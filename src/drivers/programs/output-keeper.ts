/** What a program writes, up to a limit. */
import type { Readable } from 'node:stream';

/** Bytes beyond the limit that are read and thrown away; then the pipe is closed, and a program that goes on gets SIGPIPE. */
const SURPLUS_BYTES_MAX = 1_048_576;

/** Keeps the beginning of what comes from some streams, in the order in which it comes. */
export class OutputKeeper {
  readonly #streams: readonly Readable[];
  readonly #max: number;
  #text = '';
  #surplus = 0;
  #isCut = false;

  /** @param max characters that are kept */
  constructor(streams: readonly Readable[], max: number) {
    this.#streams = streams;
    this.#max = max;
    for (const stream of streams) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => this.#take(text));
      // A pipe that breaks has no more to say.
      stream.on('error', () => undefined);
    }
  }

  /** Resolves with all that was written, once the streams have ended or after so many milliseconds, and closes them. */
  async end(milliseconds: number): Promise<string> {
    const open = this.#streams.filter((stream) => !stream.readableEnded && !stream.destroyed);
    if (open.length > 0) {
      await new Promise<void>((resolve) => {
        const limit = setTimeout(resolve, milliseconds);
        let left = open.length;
        for (const stream of open) {
          stream.once('close', () => {
            left -= 1;
            if (left > 0) return;
            clearTimeout(limit);
            resolve();
          });
        }
      });
    }
    this.#close();
    return this.#isCut ? `${this.#text}...` : this.#text;
  }

  #take(text: string): void {
    const room = this.#max - this.#text.length;
    this.#text += text.slice(0, Math.max(0, room));
    if (text.length <= room) return;
    this.#isCut = true;
    this.#surplus += text.length;
    if (this.#surplus > SURPLUS_BYTES_MAX) this.#close();
  }

  #close(): void {
    for (const stream of this.#streams) stream.destroy();
  }
}
