/** The state of one check. */
import { describe, expect, it } from 'vitest';
import { instant, seconds } from '../../../../src/core/base/time.ts';
import { Check, RealServer, VirtualServer } from '../../../../src/core/health/server-tree.ts';
import type { CheckConfig } from '../../../../src/core/model/config.ts';
import { httpCheck, tcpCheck } from '../../../support/builders/check.ts';
import { realServer, result, rs, virtualServer } from './support.ts';

function check(config: CheckConfig): Check {
  const server = realServer(1, [config]);
  const vs = new VirtualServer(virtualServer([server]));
  const start = { up: true, firstFailureCounts: false };
  return new Check(1, new RealServer(rs(1), vs, server, instant(0)), config, start, instant(0));
}

describe('Check', () => {
  it('orders its own configuration, or that of one url after another', () => {
    const plain = tcpCheck();
    expect(check(plain).attempt).toBe(plain);
    const list = check(httpCheck(['/a', '/b']));
    const paths: string[] = [];
    for (let at = 0; at < 3; at++) {
      if ('urls' in list.attempt) paths.push(list.attempt.urls.map(({ path }) => path).join());
      list.judge(instant(at), result('ok'));
    }
    expect(paths).toEqual(['/a', '/b', '/a']);
  });

  it('counts runs, failures, and failures in a row', () => {
    const one = check(tcpCheck());
    for (const outcome of ['refused', 'ok', 'refused', 'timeout'] as const) {
      one.judge(instant(1), result(outcome));
    }
    expect(one.view()).toMatchObject({ runs: 4, failures: 3, failuresInRow: 2, up: true });
  });

  it('dates a change of its verdict, not each result', () => {
    const one = check(tcpCheck({ retry: 0 }));
    one.judge(instant(1), result('ok'));
    one.judge(instant(2), result('refused'));
    one.judge(instant(3), result('refused'));
    expect(one.view()).toMatchObject({ changedAt: 2, lastEndedAt: 3 });
  });

  it('tells an impossible probe as news when it is the first or the reason is another', () => {
    const one = check(tcpCheck());
    const note = (detail: string): boolean =>
      one.noteImpossible(instant(1), { ...result('local-error'), detail });
    expect([note('a'), note('a'), note('b'), note('b')]).toEqual([true, false, true, false]);
    one.judge(instant(2), result('ok'));
    expect(note('b')).toBe(true);
  });

  it('limits forgiven failures to a new retry, and paces itself by what it is doing', () => {
    const one = check(tcpCheck({ retry: 5 }));
    expect(one.pause).toBe(seconds(4));
    one.judge(instant(1), result('ok'));
    for (let i = 0; i < 4; i++) one.judge(instant(2), result('refused'));
    expect(one.pause).toBe(seconds(1));
    one.reconfigure(tcpCheck({ retry: 2 }));
    expect(one.tries).toBe(2);
    expect(one.judge(instant(3), result('refused')).verdict).toBe('down');
  });
});
