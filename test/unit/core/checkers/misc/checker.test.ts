/** MISC_CHECK: what the end of a program says, as measured on keepalived 2.4.3, and its block. */
import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../../src/core/base/time.ts';
import { judgeOutcome } from '../../../../../src/core/checkers/misc/judge.ts';
import type { CheckConfig } from '../../../../../src/core/model/config.ts';
import type { ProgramOutcome } from '../../../../../src/core/model/program-outcome.ts';
import { parse } from '../../../../support/parse-text.ts';

function exited(status: number): ProgramOutcome {
  return { kind: 'exited', status };
}

describe('the end of a program', () => {
  it.each<[number, string, string, number | undefined]>([
    [0, 'ok', 'ok', undefined],
    [1, 'bad-exit', 'bad-exit', undefined],
    [2, 'bad-exit', 'ok', 0],
    [12, 'bad-exit', 'ok', 10],
    [255, 'bad-exit', 'ok', 253],
  ])('with status %i is %s, with misc_dynamic %s', (status, plain, dynamic, weight) => {
    expect(judgeOutcome(exited(status), false)).toEqual({
      outcome: plain,
      detail: `exit status ${status}`,
    });
    const finding = judgeOutcome(exited(status), true);
    expect(finding.outcome).toBe(dynamic);
    expect(finding.weight).toEqual(weight === undefined ? undefined : { kind: 'replace', weight });
  });

  it.each<[ProgramOutcome, string]>([
    [{ kind: 'killed', signal: 'SIGSEGV' }, 'bad-exit'],
    [{ kind: 'timed-out', limit: seconds(3) }, 'timeout'],
    [{ kind: 'not-started', reason: 'no such file' }, 'local-error'],
    [{ kind: 'refused', reason: 'too-many' }, 'local-error'],
    [{ kind: 'cancelled' }, 'local-error'],
    [{ kind: 'lost' }, 'local-error'],
  ])('%j is %s', (outcome, expected) => {
    for (const isDynamic of [false, true]) {
      expect(judgeOutcome(outcome, isDynamic).outcome).toBe(expected);
    }
  });
});

function checks(lines: string, globals = 'script_user root'): readonly CheckConfig[] {
  const text = `global_defs {\n${globals}\n}\nvirtual_server 10.0.0.1 80 {\ndelay_loop 7\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\nreal_server 10.0.1.1 80 {\nMISC_CHECK {\n${lines}\n}\n}\n}\n`;
  return parse(text).config?.virtualServers[0]?.realServers[0]?.checks ?? [];
}

describe('the block of MISC_CHECK', () => {
  it('has the delay_loop of the virtual server as its limit, and the script user', () => {
    expect(checks('misc_path "/bin/true -x \'a b\'"\ndelay_loop 2')).toMatchObject([
      {
        type: 'MISC_CHECK',
        command: { argv: ['/bin/true', '-x', 'a b'], user: 'root' },
        delayLoop: seconds(2),
        timeLimit: seconds(7),
        retry: 0,
        isDynamic: false,
      },
    ]);
  });

  it('has limit, weight and user of its own', () => {
    expect(
      checks('misc_path /bin/true\nmisc_timeout 4\nmisc_dynamic\nuser nobody nogroup'),
    ).toMatchObject([
      {
        command: { argv: ['/bin/true'], user: 'nobody', group: 'nogroup' },
        timeLimit: seconds(4),
        isDynamic: true,
      },
    ]);
  });

  it('without a command is left out', () => {
    expect(checks('misc_timeout 4')).toEqual([]);
  });
});
