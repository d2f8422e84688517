/** The table of checkers: what each row says of a check. */
import { describe, expect, it } from 'vitest';
import {
  CHECK_TYPES,
  checkerOf,
  checkerOfLabel,
  isCheckType,
} from '../../../../src/core/checkers/table.ts';
import { CHECKERS } from '../../../../src/core/language/keywords/checkers.ts';
import type { CheckConfig } from '../../../../src/core/model/config.ts';
import {
  bfdCheck,
  dnsCheck,
  fileCheck,
  httpCheck,
  miscCheck,
  pingCheck,
  smtpCheck,
  tcpCheck,
  udpCheck,
} from '../../../support/builders/check.ts';

/** A check of each type. */
const CHECKS: readonly CheckConfig[] = [
  tcpCheck(),
  httpCheck(['/a', '/b']),
  { ...httpCheck(['/a']), type: 'SSL_GET' },
  smtpCheck(),
  udpCheck(),
  dnsCheck(),
  pingCheck(),
  miscCheck(),
  fileCheck(),
  bfdCheck(),
];

describe('the table of checkers', () => {
  it('has a row for exactly the keywords that are in effect', () => {
    const inEffect = CHECKERS.filter(({ effect }) => effect === 'supported');
    expect(inEffect.map(({ name }) => name).sort()).toEqual([...CHECK_TYPES].sort());
    expect(isCheckType('constructor')).toBe(false);
  });

  it.each(CHECKS.map((check) => [check.type, check] as const))(
    '%s answers for its checks',
    (type, check) => {
      const checker = checkerOf(check);
      const hasTarget = 'target' in check;
      expect(checkerOfLabel(`${type}#2`)).toBe(checker);
      expect(checker.endpoints(check)).toEqual(hasTarget ? [check.target] : []);
      if (hasTarget) expect(checker.attemptTime(check)).toBe(check.target.connectTimeout);
      // It asks, or it goes by something that is tracked.
      expect(checker.steps(check).length > 0).toBe(checker.tracks === undefined);
      expect(checker.turns(check).every((turn) => checker.steps(turn).length === 1)).toBe(true);
    },
  );

  it('says how a page is asked for: over TLS with the name, where there is one', () => {
    const named = { ...httpCheck(['/']), sni: true };
    const tlsOf = (type: 'HTTP_GET' | 'SSL_GET', virtualHost: string): unknown => {
      const check = { ...named, type, urls: [{ path: '/', statusCodes: [], virtualHost }] };
      return checkerOf(check).steps(check)[0];
    };
    expect(tlsOf('HTTP_GET', 'www.example.com')).not.toHaveProperty('tls');
    expect(tlsOf('SSL_GET', 'www.example.com')).toHaveProperty('tls', {
      serverName: 'www.example.com',
      closesWithAlert: false,
    });
    expect(tlsOf('SSL_GET', '192.0.2.1')).toHaveProperty('tls', { closesWithAlert: false });
  });
});
