/** Which processes count, and which number a file holds: the tables measured on keepalived 2.4.3. */
import { expect, test } from 'vitest';
import { fileValue } from '../../../../src/core/tracking/file-value.ts';
import { matches, type ProcessPattern } from '../../../../src/core/tracking/process-match.ts';

const RUNNING = ['r1slp 1000', 'r1slp 1000 1', 'r1slp 1000 15', 'r1slp 1001', '/dir/r1slp 1000'];

const pattern = (changes: Partial<ProcessPattern>): ProcessPattern => ({
  program: 'r1slp',
  parameters: [],
  match: 'any',
  wholeCommand: false,
  ...changes,
});

test.each<[string, Partial<ProcessPattern>, string]>([
  ['process r1slp', {}, 'yyyyy'],
  ['process r1slp 1000', { parameters: ['1000'], match: 'exact' }, 'y----'],
  ['process r1slp 10, initial', { parameters: ['10'], match: 'initial' }, 'yyyy-'],
  ['process r1slp 1000 1, initial', { parameters: ['1000', '1'], match: 'initial' }, '-yy--'],
  ['process r1slp 1000, partial', { parameters: ['1000'], match: 'partial' }, 'yyy--'],
  ['process r1slp, param_match', { match: 'exact' }, '-----'],
  ['process /dir/r1slp, full_command', { program: '/dir/r1slp', wholeCommand: true }, '----y'],
])('%s', (_, changes, expected) => {
  const found = RUNNING.map((line) =>
    matches(pattern(changes), { comm: 'r1slp', argv: line.split(' ') }) ? 'y' : '-',
  );
  expect(found.join('')).toBe(expected);
});

test('the name of a process is cut at 15 characters, by the kernel', () => {
  const program = 'a-very-long-name-of-a-program';
  expect(matches(pattern({ program }), { comm: 'a-very-long-nam', argv: [] })).toBe(true);
});

test.each<[string, number | undefined]>([
  ['5', 5],
  ['  0x10 junk', 16],
  ['010', 8],
  ['-127\n', -127],
  ['+3', 3],
  ['08', 0],
  ['abc', 0],
  ['', 0],
  ['-0', 0],
  ['2147483647', 2_147_483_647],
  ['2147483648', undefined],
  ['99999999999', undefined],
])('a file with %j holds %s', (text, value) => {
  expect(fileValue(text)).toBe(value);
});
