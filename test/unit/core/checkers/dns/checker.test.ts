/** DNS_CHECK: its bytes and its verdicts, as measured on keepalived 2.4.3. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../../../src/core/base/bytes.ts';
import type { ParseResult } from '../../../../../src/core/language/parse-config.ts';
import type { DnsCheckConfig, DnsRecordType } from '../../../../../src/core/model/config.ts';
import { dnsCheck } from '../../../../support/builders/check.ts';
import { parse } from '../../../../support/parse-text.ts';
import { attemptOf, taken } from '../attempt.ts';

function read(lines: string): ParseResult {
  return parse(
    `virtual_server 10.0.0.1 53 {\nprotocol UDP\nlvs_sched rr\nlvs_method NAT\nreal_server 10.0.1.1 53 {\ndelay_loop 7\nDNS_CHECK {\n${lines}\n}\n}\n}\n`,
  );
}

function written(lines: string): DnsCheckConfig | undefined {
  const [check] = read(lines).config?.virtualServers[0]?.realServers[0]?.checks ?? [];
  return check?.type === 'DNS_CHECK' ? check : undefined;
}

describe('what DNS_CHECK sends', () => {
  it.each<[number, string, string]>([
    [0x5779, '', '5779010000010000000000000000060001'],
    [
      0x0e4e,
      'name www.example.com\ntype A',
      '0e4e01000001000000000000' + '03777777076578616d706c6503636f6d00' + '00010001',
    ],
    [
      0x4b0b,
      'name www.example.com.\ntype ns',
      '4b0b01000001000000000000' + '03777777076578616d706c6503636f6d00' + '00020001',
    ],
    [1, 'name .', '0001010000010000000000000000060001'],
  ])('id %i, %s', (id, lines, bytes) => {
    const check = written(lines);
    expect(check && toHex(attemptOf(check, id).request)).toBe(bytes);
  });

  it.each<[DnsRecordType, number]>([
    ['A', 1],
    ['NS', 2],
    ['CNAME', 5],
    ['SOA', 6],
    ['MX', 15],
    ['TXT', 16],
    ['AAAA', 28],
    ['RRSIG', 46],
    ['DNSKEY', 48],
  ])('asks for %s by its number', (recordType, number) => {
    expect(attemptOf(dnsCheck({ recordType })).request[14]).toBe(number);
  });
});

describe('the block of DNS_CHECK', () => {
  it('pauses before a retry for as long as between checks, and retries three times', () => {
    expect(written('')).toMatchObject({ retry: 3, delayBeforeRetry: 7_000_000 });
    expect(written('delay_loop 2')).toMatchObject({ delayBeforeRetry: 2_000_000 });
    expect(written('delay_before_retry 1')).toMatchObject({ delayBeforeRetry: 1_000_000 });
  });

  it('is left out when its name fits into no query', () => {
    const long = read(`name ${'a'.repeat(64)}.example.com`);
    expect(long.config?.virtualServers[0]?.realServers[0]?.checks).toEqual([]);
    expect(long.diagnostics.map(({ message }) => message).join()).toContain('more than 63 bytes');
    expect(written(`name ${Array.from({ length: 51 }, () => 'abcd').join('.')}`)).toBeUndefined();
  });

  it('asks for a name whose first label is one letter, and says that keepalived does not', () => {
    expect(written('name a.example.com')).toMatchObject({ name: 'a.example.com' });
  });
});

describe('what DNS_CHECK makes of a response', () => {
  it.each<[string, string, string | undefined]>([
    ['answered, with the question', '123481800001000000000000' + '0000060001', 'ok'],
    ['the header alone', '123481800000000000000000', 'ok'],
    ['truncated', '123483800001000000000000', 'ok'],
    ['another opcode', '1234a1800001000000000000', 'ok'],
    ['SERVFAIL', '123481820001000000000000', 'bad-status'],
    ['NXDOMAIN', '123481830001000000000000', 'bad-status'],
    ['REFUSED', '123481850001000000000000', 'bad-status'],
    ['a query', '123401000001000000000000', undefined],
    ['another id', '123581800001000000000000', undefined],
    ['4 bytes', '12348180', undefined],
    ['nothing', '', undefined],
    // A name that points at itself, where the question is expected.
    ['a pointer that loops', '123481800001000000000000' + 'c00c00060001', 'ok'],
  ])('%s', (_what, bytes, outcome) => {
    expect(taken(dnsCheck(), bytes, 0x1234)?.outcome).toBe(outcome);
  });

  it('names the code', () => {
    expect(taken(dnsCheck(), '123481820001000000000000', 0x1234)?.detail).toBe(
      'response code 2 (SERVFAIL), expected 0',
    );
  });

  it('calls silence a time-out', () => {
    expect(attemptOf(dnsCheck()).silence).toEqual({
      outcome: 'timeout',
      detail: 'no answer to the query within 2 s',
    });
  });
});
