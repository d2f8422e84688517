/** Which check of a reload continues which old one. */
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../src/core/base/time.ts';
import { isSameProbe, matchChecks } from '../../../../src/core/health/check-matching.ts';
import type { CheckConfig } from '../../../../src/core/model/config.ts';
import { ip } from '../../../support/builders/addresses.ts';
import { httpCheck, tcpCheck } from '../../../support/builders/check.ts';

describe('isSameProbe', () => {
  it.each<[string, CheckConfig]>([
    ['period', tcpCheck({ delayLoop: seconds(9) })],
    ['retry', tcpCheck({ retry: 9, delayBeforeRetry: seconds(9) })],
    [
      'warm-up, alpha and logging',
      tcpCheck({ warmup: seconds(9), alpha: true, logAllFailures: true }),
    ],
    ['label', tcpCheck({ label: 'TCP_CHECK#2' })],
  ])('holds when only the %s differs', (_what, other) => {
    expect(isSameProbe(tcpCheck(), other)).toBe(true);
  });

  const target = { address: ip('10.0.1.1'), port: 80, connectTimeout: seconds(2) };
  it.each<[string, CheckConfig]>([
    ['type', httpCheck(['/'])],
    ['port', tcpCheck({ target: { ...target, port: 81 } })],
    ['timeout', tcpCheck({ target: { ...target, connectTimeout: seconds(3) } })],
    ['mark', tcpCheck({ target: { ...target, fwmark: 1 } })],
  ])('fails when the %s differs', (_what, other) => {
    expect(isSameProbe(tcpCheck(), other)).toBe(false);
  });

  it('looks into urls', () => {
    expect(isSameProbe(httpCheck(['/a']), httpCheck(['/a'], { fastRecovery: true }))).toBe(true);
    expect(isSameProbe(httpCheck(['/a']), httpCheck(['/b']))).toBe(false);
    expect(isSameProbe(httpCheck(['/a']), httpCheck(['/a', '/a']))).toBe(false);
  });
});

describe('matchChecks', () => {
  it('follows content, not position, and gives each old check out once', () => {
    const old = ['/a', '/b', '/c'].map((path) => ({ path, config: httpCheck([path]) }));
    const next = ['/c', '/a', '/a', '/d'].map((path) => httpCheck([path]));
    expect(matchChecks(old, next).map((match) => match?.path)).toEqual([
      '/c',
      '/a',
      undefined,
      undefined,
    ]);
  });

  it('keeps equal checks in their order', () => {
    const old = [1, 2].map((n) => ({ n, config: tcpCheck() }));
    expect(matchChecks(old, [tcpCheck(), tcpCheck()]).map((match) => match?.n)).toEqual([1, 2]);
  });
});
