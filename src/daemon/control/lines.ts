/** Lines and requests of the control protocol: bytes in pieces to checked requests. */
import { err, type Result } from '../../core/base/result.ts';
import type { ControlRequest } from '../../core/control/commands.ts';
import type { ControlError } from '../../core/control/messages.ts';
import { checkRequest } from '../../core/control/requests.ts';

const LINE_FEED = 0x0a;

/** Collects bytes and gives out whole lines; a line beyond the limit ends the collection. */
export class ControlLines {
  readonly #bytesMax: number;
  readonly #lines: string[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #overflowed = false;

  /** `bytesMax` is the longest line without its line feed. */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Whether a line was longer than allowed; nothing is taken in any more then. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** Takes in what was read. */
  push(chunk: Buffer): void {
    if (this.#overflowed) return;
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED)) {
      if (end > this.#bytesMax) break;
      const line = bytes.toString('utf8', 0, end);
      if (line.trim() !== '') this.#lines.push(line);
      bytes = bytes.subarray(end + 1);
    }
    this.#overflowed = bytes.length > this.#bytesMax;
    this.#rest = this.#overflowed ? Buffer.alloc(0) : bytes;
  }

  /** The next whole line. */
  shift(): string | undefined {
    return this.#lines.shift();
  }
}

/** A request from its line. */
export function parseRequest(line: string): Result<ControlRequest, ControlError> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return err({ code: 'bad-request', message: 'the request is not JSON' });
  }
  return checkRequest(value);
}
