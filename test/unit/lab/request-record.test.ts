/** What can be read from a series of requests. */
import { describe, expect, it } from 'vitest';
import { firstAnswer, longestGap, spreadOf } from '../../lab/kit/request-record.ts';

const answered = (startMs: number, endMs: number, server: string) => ({
  startMs,
  endMs,
  source: '',
  status: 200,
  server,
});
const failed = (startMs: number, endMs: number) => ({
  startMs,
  endMs,
  source: '',
  error: 'timeout',
});

const RECORDS = [
  answered(0, 10, 'web02'),
  answered(100, 110, 'web01'),
  failed(200, 700),
  failed(300, 800),
  answered(850, 860, 'web01'),
  answered(950, 955, 'web02'),
];

describe('spreadOf', () => {
  it('counts answers by server, in order of names', () => {
    expect([...spreadOf(RECORDS)]).toEqual([
      ['web01', 2],
      ['web02', 2],
    ]);
  });
});

describe('longestGap', () => {
  it('runs from the last answer before to the first answer after an outage', () => {
    expect(longestGap(RECORDS)).toEqual({ fromMs: 110, toMs: 860 });
  });

  it('looks only at the span asked for', () => {
    expect(longestGap(RECORDS, { sinceMs: 860 })).toEqual({ fromMs: 860, toMs: 955 });
    expect(longestGap(RECORDS, { untilMs: 10 })).toBeUndefined();
  });
});

describe('firstAnswer', () => {
  it('ignores a request sent before the instant, and other servers when one is named', () => {
    expect(firstAnswer(RECORDS, { sinceMs: 101 })?.endMs).toBe(860);
    expect(firstAnswer(RECORDS, { sinceMs: 101, server: 'web02' })?.endMs).toBe(955);
    expect(firstAnswer(RECORDS, { sinceMs: 1000 })).toBeUndefined();
  });
});
