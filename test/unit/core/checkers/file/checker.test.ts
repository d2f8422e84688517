/** FILE_CHECK: what a number says, as measured on keepalived 2.4.3, and its block. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../../src/core/checkers/outcome.ts';
import { checkerOf } from '../../../../../src/core/checkers/table.ts';
import { weightOf } from '../../../../../src/core/health/weight.ts';
import type { CheckConfig, Config } from '../../../../../src/core/model/config.ts';
import { trackingOf } from '../../../../../src/core/tracking/tracked.ts';
import { fileCheck } from '../../../../support/builders/check.ts';
import { parse } from '../../../../support/parse-text.ts';

function judge(check: CheckConfig, value: number): Finding | undefined {
  return checkerOf(check).tracks?.(check).judge({ kind: 'file', name: 'load', value });
}

/** The weight of a server of weight 10; undefined when it is down. */
function weight(check: CheckConfig, value: number): number | undefined {
  const finding = judge(check, value);
  return finding?.outcome === 'ok' ? weightOf(10, [{ share: finding.weight }]) : undefined;
}

const A = fileCheck({ weight: 2 });
const B = fileCheck({ weight: -3 });
const C = fileCheck({ weight: 4, isReversed: true });

describe('the number in the file', () => {
  it.each<[number, number | undefined, number | undefined, number | undefined]>([
    [3, 16, 1, 0],
    [5, 20, 0, 0],
    [-5, 0, 25, 30],
    [-6, 0, 28, 34],
    [0, 10, 10, 10],
    [16, 42, 0, 0],
    [1_000_000_000, 2_000_000_010, undefined, undefined],
    [2_147_483_647, 2_147_483_647, undefined, undefined],
    [-2_147_483_648, undefined, 2_147_483_647, 2_147_483_647],
  ])('%i gives weights %s, %s, %s', (value, a, b, c) => {
    expect([A, B, C].map((check) => weight(check, value))).toEqual([a, b, c]);
  });

  it.each([
    [false, 0, 'ok'],
    [false, 1, 'bad-content'],
    [false, -1, 'bad-content'],
    [true, 0, 'bad-content'],
    [true, 1, 'ok'],
  ])('of weight 0, reverse %s: %i is %s', (isReversed, value, outcome) => {
    expect(judge(fileCheck({ weight: 0, isReversed }), value)).toEqual({
      outcome,
      detail: `the file says ${value}`,
    });
  });
});

function read(lines: string): Config | undefined {
  const file = 'track_file load {\nfile /var/lib/x/load\nweight 3 reverse\n}\n';
  const service = `virtual_server 10.0.0.1 80 {\nalpha\nretry 3\nprotocol TCP\nlvs_sched rr\nlvs_method NAT\nreal_server 10.0.1.1 80 {\nFILE_CHECK {\n${lines}\n}\n}\n}\n`;
  return parse(file + service).config;
}

function checks(lines: string): readonly CheckConfig[] {
  return read(lines)?.virtualServers[0]?.realServers[0]?.checks ?? [];
}

describe('the block of FILE_CHECK', () => {
  it('takes weight and direction of the file, and none of the words of other checkers', () => {
    expect(checks('track_file load')).toMatchObject([
      {
        type: 'FILE_CHECK',
        file: 'load',
        weight: 3,
        isReversed: true,
        retry: 0,
        alpha: false,
      },
    ]);
  });

  it('has a weight of its own', () => {
    expect(checks('track_file load\nweight -7')).toMatchObject([{ weight: -7, isReversed: false }]);
    expect(checks('track_file load\nweight 0 reverse')).toMatchObject([
      { weight: 0, isReversed: true },
    ]);
  });

  it('is left out when nothing is defined above it', () => {
    expect(checks('track_file other')).toEqual([]);
    expect(checks('')).toEqual([]);
  });

  it('has its file watched, and no other', () => {
    const config = read('track_file load');
    expect(config && trackingOf(config).files.map(({ name }) => name)).toEqual(['load']);
    const without = read('');
    expect(without && trackingOf(without).files).toEqual([]);
  });
});
