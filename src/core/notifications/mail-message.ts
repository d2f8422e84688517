/** An alert mail as it goes over the wire: headers in keepalived's order, measured on keepalived 2.4.3 (RFC 5322). */

/** What a mail is made of. */
export interface MailParts {
  /** When it happened: `Sat, 28 Nov 2026 13:58:36 +0000`. */
  readonly date: string;
  readonly from: string;
  readonly subject: string;
  /** As configured. */
  readonly recipients: readonly string[];
  /** One line. */
  readonly body: string;
}

/** Headers and body, lines ended by CRLF, without the lone dot. */
export function mailMessage({ date, from, subject, recipients, body }: MailParts): string {
  return [
    `Date: ${date}`,
    `From: ${oneLine(from)}`,
    `Subject: ${headerText(subject)}`,
    'X-Mailer: Keepalived',
    `To: ${recipients.map(headerRecipient).join(',\r\n ')}`,
    '',
    `=> ${oneLine(body)} <=`,
    '',
    '',
  ].join('\r\n');
}

/** `admin@example.org` of `Admin Person <admin@example.org>`. */
export function bareAddress(recipient: string): string {
  const inside = /<([^<>]*)>\s*$/.exec(recipient)?.[1];
  return oneLine(inside ?? recipient).trim();
}

/** A name with special characters is quoted, one outside ASCII encoded (RFC 5322 section 3.2.4, RFC 2047). */
function headerRecipient(recipient: string): string {
  const [, name = '', address = ''] = /^\s*(.*?)\s*<([^<>]*)>\s*$/.exec(oneLine(recipient)) ?? [];
  if (address === '') return oneLine(recipient);
  const bare = name.replace(/^"(.*)"$/, '$1');
  if (bare === '') return `<${address}>`;
  const plain = /^[\w !#$%&'*+/=?^`{|}~-]*$/.test(bare);
  const shown = plain ? bare : headerText(bare, (text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
  return `${shown} <${address}>`;
}

/** Text outside ASCII as encoded words (RFC 2047), each short enough for a header. */
function headerText(text: string, ascii: (text: string) => string = (same) => same): string {
  const line = oneLine(text);
  if (/^[\x20-\x7e]*$/.test(line)) return ascii(line);
  const words: string[] = [];
  let bytes: number[] = [];
  for (const character of line) {
    const next = utf8(character);
    if (bytes.length + next.length > ENCODED_BYTES_MAX) {
      words.push(encodedWord(bytes));
      bytes = [];
    }
    bytes.push(...next);
  }
  return [...words, encodedWord(bytes)].join('\r\n ');
}

/** An encoded word has at most 75 characters: 20 bytes become 60, and 12 stand around them. */
const ENCODED_BYTES_MAX = 20;

function encodedWord(bytes: readonly number[]): string {
  const hex = bytes.map((byte) =>
    /[A-Za-z0-9]/.test(String.fromCharCode(byte)) && byte < 0x80
      ? String.fromCharCode(byte)
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return `=?UTF-8?Q?${hex.join('')}?=`;
}

function utf8(character: string): readonly number[] {
  const isHalf = /^[\uD800-\uDFFF]$/.test(character);
  const encoded = encodeURIComponent(isHalf ? '\uFFFD' : character);
  return [...encoded.matchAll(/%([0-9A-F]{2})|(.)/g)].map(([, hex, plain = '']) =>
    hex === undefined ? plain.charCodeAt(0) : Number.parseInt(hex, 16),
  );
}

/** A header ends where its line ends: nothing that a configuration says begins another. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\x00-\x1f\x7f]+/g, ' ');
}
