/**
 * One conversation with a mail server (RFC 5321 section 4): greeting, HELO, QUIT. As in keepalived each answer has
 * to be of one line, with a blank behind its code; what comes behind that line before the next command is passed
 * over; the answer to QUIT may be any line.
 */
import { latin1Text, utf8Bytes } from '../../base/bytes.ts';
import type { Finding } from '../outcome.ts';
import type { AnswerJudge } from '../types.ts';

/** Longest line with its end (RFC 5321 section 4.5.3.1.5). */
export const LINE_BYTES_MAX = 512;

const LF = 0x0a;

interface Stage {
  /** As in "no greeting within 2 s". */
  readonly awaited: string;
  /** The code that counts as good; undefined when any line will do. */
  readonly code?: string;
  /** What is said when it has come. */
  readonly next?: string;
}

/** The client's part of a conversation. */
export class SmtpDialogue implements AnswerJudge {
  readonly needsBody: boolean = true;
  readonly #say: (bytes: Uint8Array) => void;
  readonly #stages: readonly Stage[];
  readonly #line = new Uint8Array(LINE_BYTES_MAX);
  #length = 0;
  #stage = 0;

  /** `say` sends bytes to the server. */
  constructor(heloName: string, say: (bytes: Uint8Array) => void) {
    this.#say = say;
    this.#stages = [
      { awaited: 'greeting', code: '220', next: `HELO ${heloName}\r\n` },
      { awaited: 'answer to HELO', code: '250', next: 'QUIT\r\n' },
      { awaited: 'answer to QUIT' },
    ];
  }

  /** What it waits for. */
  get awaited(): string {
    return this.#stages[this.#stage]?.awaited ?? 'answer';
  }

  push(bytes: Uint8Array): Finding | undefined {
    const end = bytes.indexOf(LF);
    const part = end < 0 ? bytes : bytes.subarray(0, end);
    if (this.#length + part.length >= LINE_BYTES_MAX) {
      const detail = `${this.awaited}: a line of more than ${LINE_BYTES_MAX} bytes`;
      return { outcome: 'too-large', detail };
    }
    this.#line.set(part, this.#length);
    this.#length += part.length;
    if (end < 0) return undefined;
    const line = latin1Text(this.#line.subarray(0, this.#length));
    this.#length = 0;
    return this.#take(line);
  }

  end(): Finding {
    return { outcome: 'closed', detail: `closed before the ${this.awaited}` };
  }

  /** Holds nothing of the memory that all share. */
  close(): void {}

  #take(line: string): Finding | undefined {
    const { awaited, code, next } = this.#stages[this.#stage] ?? { awaited: '' };
    const wrong = code === undefined ? undefined : judgeLine(line, awaited, code);
    if (wrong !== undefined) return wrong;
    if (next === undefined) return { outcome: 'ok', detail: 'greeting and HELO answered' };
    this.#stage += 1;
    this.#say(utf8Bytes(next));
    return undefined;
  }
}

/** The finding for a line that is not the expected one. */
function judgeLine(line: string, awaited: string, expected: string): Finding | undefined {
  const [, code, behind] = /^(\d{3})(.?)/s.exec(line) ?? [];
  if (code === undefined) return { outcome: 'bad-response', detail: `${awaited}: no reply code` };
  if (code !== expected) {
    return { outcome: 'bad-status', detail: `${awaited}: code ${code}, expected ${expected}` };
  }
  if (behind === '' || behind === ' ') return undefined;
  const why = behind === '-' ? 'of several lines' : 'without a blank behind its code';
  return { outcome: 'bad-response', detail: `${awaited}: a reply ${why}` };
}
