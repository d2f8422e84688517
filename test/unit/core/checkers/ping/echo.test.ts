/** Echo requests and replies as bytes; the beginnings of the requests as measured on keepalived 2.4.3. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../../../src/core/base/bytes.ts';
import { internetChecksum } from '../../../../../src/core/base/checksum.ts';
import { echoRequest, isEchoReply } from '../../../../../src/core/checkers/ping/echo.ts';
import { pingCheck } from '../../../../support/builders/check.ts';
import { attemptOf, taken } from '../attempt.ts';

describe('an echo request', () => {
  it('of IPv4 has keepalived’s bytes', () => {
    const request = echoRequest('ipv4', { id: 1, sequence: 1 });
    expect(request.length).toBe(136);
    expect(toHex(request).slice(0, 56)).toBe(
      '08006b1500010001' + '6b656570616c6976656420636865636b202d206b',
    );
    expect(internetChecksum(request)).toBe(0);
  });

  it('of IPv6 leaves the checksum to the kernel', () => {
    const request = echoRequest('ipv6', { id: 2, sequence: 1 });
    expect(request.length).toBe(136);
    expect(toHex(request).slice(0, 16)).toBe('8000000000020001');
  });
});

describe('an echo reply', () => {
  const identity = { id: 7, sequence: 1 };

  it.each<[string, string, boolean]>([
    ['to the request', '0000ffff00070001', true],
    ['with another id', '0000ffff00080001', false],
    ['with another number', '0000ffff00070002', false],
    ['that is a request', '0800ffff00070001', false],
    ['that is an error', '0301ffff00070001', false],
    ['cut short', '0000ffff0007', false],
  ])('%s', (_what, hex, isReply) => {
    expect(isEchoReply('ipv4', identity, Buffer.from(hex, 'hex'))).toBe(isReply);
    expect(taken(pingCheck(), hex, 7)?.outcome).toBe(isReply ? 'ok' : undefined);
  });

  it('of IPv6 has a type of its own', () => {
    expect(isEchoReply('ipv6', identity, Buffer.from('8100ffff00070001', 'hex'))).toBe(true);
    expect(isEchoReply('ipv6', identity, Buffer.from('0000ffff00070001', 'hex'))).toBe(false);
  });

  it('that does not come is a time-out', () => {
    expect(attemptOf(pingCheck()).silence).toEqual({
      outcome: 'timeout',
      detail: 'no echo reply within 2 s',
    });
  });
});
