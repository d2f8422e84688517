/** DNS_CHECK: a name server answers a question without an error. What the answer says does not matter. */
import { exactSpanText } from '../../base/span-text.ts';
import type { DnsCheckConfig, DnsRecordType } from '../../model/config.ts';
import type { BlockReader, Checker } from '../types.ts';
import { DNS_HEADER_BYTES, dnsQuery, dnsReply, nameProblem, recordType } from './message.ts';

/** The row of DNS_CHECK. Defaults as in keepalived. */
export const DNS_CHECK: Checker<DnsCheckConfig> = {
  title: 'Up while a name server answers',
  defaults: { retry: 3 },
  build: (block, common, server) => {
    const target = server.target();
    const name = nameOf(block);
    if (target === undefined || name === undefined) return undefined;
    return { type: 'DNS_CHECK', ...common, target, recordType: typeOf(block), name };
  },
  settings: {
    recordType: { kind: 'work', keyword: 'type' },
    name: { kind: 'work', keyword: 'name' },
  },
  rhythmSettings: [],
  timeoutReason: 'timeout',
  endpoints: ({ target }) => [target],
  usesPorts: true,
  attemptTime: ({ target }) => target.connectTimeout,
  turns: () => [],
  hurries: () => false,
  steps: ({ target, recordType: type, name }) => [
    {
      transport: 'datagram',
      protocol: 'udp',
      target,
      looksAt: DNS_HEADER_BYTES,
      ask: ({ random16 }) => {
        const id = random16();
        const within = exactSpanText(target.connectTimeout);
        return {
          request: dnsQuery(id, name, type),
          take: (bytes) => {
            const reply = dnsReply(id, bytes);
            if (reply === undefined) return undefined;
            if (reply.code === 0) return { outcome: 'ok', detail: 'answered' };
            const detail = `response code ${reply.code} (${reply.codeName}), expected 0`;
            return { outcome: 'bad-status', detail };
          },
          silence: { outcome: 'timeout', detail: `no answer to the query within ${within}` },
        };
      },
    },
  ],
};

function typeOf(block: BlockReader): DnsRecordType {
  return recordType(block.text('type') ?? '') ?? 'SOA';
}

/** Undefined for a name that no query can hold, which is reported. */
function nameOf(block: BlockReader): string | undefined {
  const written = block.text('name') ?? '';
  if (/^[^.]\./.test(written)) {
    block.report(
      'keepalived-rejects',
      'name',
      'keepalived does not accept a name whose first label is a single character, and asks for the root instead',
    );
  }
  const name = written.replace(/\.$/, '');
  const problem = nameProblem(name);
  if (problem === undefined) return name === '' ? '.' : name;
  block.report(
    'invalid-value',
    'name',
    `a name ${problem} fits into no query; the check is left out`,
    {
      expected: 'a name as in RFC 1035 section 2.3.4',
      exit: 0,
    },
  );
  return undefined;
}
