/** What `tandem genhash` prints: the answer in the form of keepalived's genhash, and a block for the configuration. */
import { latin1Text } from '../core/base/bytes.ts';
import type { HashedResponse } from '../core/checkers/http/digest-response.ts';
import { writeWord } from '../core/language/print-words.ts';
import type { GenhashRequest } from './genhash-request.ts';

const ROW_BYTES = 16;

/** The pages of a dump, one after another: a body may be long. */
export function* dumpOf(response: HashedResponse): Generator<string> {
  const { digests, seen } = response;
  if (seen === undefined) return;
  yield `${title('HTTP Header Buffer', 4)}\n`;
  yield* rows(seen.head);
  yield `${title('HTTP Header Ascii Buffer', 1)}\n`;
  yield `${printable(latin1Text(seen.head).replaceAll('\r\n', '\n'), true)}\n`;
  yield `${title('HTML Buffer', 8)}\n`;
  yield* rows(seen.body);
  yield `\n${title('HTML hash resulting', 4)}\n`;
  yield* rows(bytesOf(digests.sent));
  yield `${title('HTML hash final resulting', 1)}\n`;
}

/** The page as a `url` block, with what the check needs besides the digest. */
export function blockOf(request: GenhashRequest, { status, digests }: HashedResponse): string {
  const { path, virtualHost } = request;
  const isGood = status >= 200 && status <= 299;
  return [
    'url {',
    `    path ${writeWord(path, false, false)}`,
    `    digest ${digests.sent}`,
    ...(isGood ? [] : [`    status_code ${status}`]),
    ...(virtualHost === undefined
      ? []
      : [`    virtualhost ${writeWord(virtualHost, false, false)}`]),
    '}',
    '',
  ].join('\n');
}

function title(text: string, blanks: number): string {
  const edge = '-'.repeat(23);
  return `${edge}[${' '.repeat(blanks)}${text}${' '.repeat(blanks)}]${edge}`;
}

/** `0000  48 54 ... - ...   HTTP.`, some kilobytes at a time. */
function* rows(bytes: Uint8Array): Generator<string> {
  const page: string[] = [];
  for (let at = 0; at < bytes.length; at += ROW_BYTES) {
    page.push(row(at, bytes.subarray(at, at + ROW_BYTES)));
    if (page.length === 1_000) yield page.splice(0).join('');
  }
  yield page.join('');
}

function row(at: number, bytes: Uint8Array): string {
  const cells = Array.from({ length: ROW_BYTES }, (_, index) => {
    const byte = bytes[index];
    return byte === undefined ? '  ' : byte.toString(16).padStart(2, '0');
  });
  const text = printable(latin1Text(bytes), false).padEnd(ROW_BYTES);
  const halves = [cells.slice(0, 8).join(' '), cells.slice(8).join(' ')];
  return `${String(at).padStart(4, '0')}  ${halves.join(' - ')}   ${text}\n`;
}

/** What a server sends can do nothing to a terminal. */
function printable(text: string, keepsLines: boolean): string {
  return text.replace(/[^ -~]/g, (character) =>
    keepsLines && character === '\n' ? character : '.',
  );
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from((hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)));
}
