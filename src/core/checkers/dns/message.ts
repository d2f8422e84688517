/**
 * The two messages of DNS_CHECK (RFC 1035 section 4): a query with one question, and of the response no more than
 * the header. Names of a response are never followed, so that none can lead astray.
 */
import { readU16, utf8Bytes, writeU16 } from '../../base/bytes.ts';
import type { DnsRecordType } from '../../model/config.ts';

/** Bytes of the header, all that is read of a response. */
export const DNS_HEADER_BYTES = 12;

/** Numbers of the types (IANA, DNS resource record types). */
const TYPES: Readonly<Record<DnsRecordType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  RRSIG: 46,
  DNSKEY: 48,
};

/** Response codes that name servers give (IANA, DNS RCODEs). */
const CODES: readonly string[] = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

const LABEL_BYTES_MAX = 63;
const NAME_BYTES_MAX = 255;
const CLASS_IN = 1;
const FLAG_RECURSION_DESIRED = 0x0100;
const FLAG_RESPONSE = 0x8000;

/** The type that a word means, in any case; undefined for another word. */
export function recordType(word: string): DnsRecordType | undefined {
  const upper = word.toUpperCase();
  return isRecordType(upper) ? upper : undefined;
}

function isRecordType(word: string): word is DnsRecordType {
  return Object.hasOwn(TYPES, word);
}

/** What is wrong with a name, as the end of a sentence; undefined when a query can hold it. */
export function nameProblem(name: string): string | undefined {
  const labels = labelsOf(name);
  if (labels.some(({ length }) => length > LABEL_BYTES_MAX)) {
    return `with a label of more than ${LABEL_BYTES_MAX} bytes`;
  }
  const length = labels.reduce((sum, label) => sum + 1 + label.length, 1);
  return length > NAME_BYTES_MAX ? `of more than ${NAME_BYTES_MAX} bytes` : undefined;
}

/** The query for a name that `nameProblem` has nothing against, class IN, recursion desired. */
export function dnsQuery(id: number, name: string, type: DnsRecordType): Uint8Array {
  const labels = labelsOf(name);
  const nameLength = labels.reduce((sum, label) => sum + 1 + label.length, 1);
  const message = new Uint8Array(DNS_HEADER_BYTES + nameLength + 4);
  writeU16(message, 0, id);
  writeU16(message, 2, FLAG_RECURSION_DESIRED);
  writeU16(message, 4, 1);
  let at = DNS_HEADER_BYTES;
  for (const label of labels) {
    message[at] = label.length;
    message.set(label, at + 1);
    at += 1 + label.length;
  }
  writeU16(message, at + 1, TYPES[type]);
  writeU16(message, at + 3, CLASS_IN);
  return message;
}

/** The response code; undefined for a message that is not the response to the query with that id. */
export function dnsReply(
  id: number,
  message: Uint8Array,
): { readonly code: number; readonly codeName: string } | undefined {
  if (message.length < DNS_HEADER_BYTES || readU16(message, 0) !== id) return undefined;
  const flags = readU16(message, 2);
  if ((flags & FLAG_RESPONSE) === 0) return undefined;
  const code = flags & 0x000f;
  return { code, codeName: CODES[code] ?? 'unassigned' };
}

function labelsOf(name: string): Uint8Array[] {
  return name
    .split('.')
    .filter((label) => label !== '')
    .map(utf8Bytes);
}
