/** Unified differences: right in form, and enough to make the second text from the first. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../../src/cli/text-diff.ts';

describe('unifiedDiff', () => {
  it('is empty for equal texts', () => {
    expect(unifiedDiff('a', 'x\n', 'x\n')).toEqual([]);
  });

  it('shows a change with three lines around it', () => {
    const before = '1\n2\n3\n4\n5\n6\n7\n8\n9\n';
    expect(unifiedDiff('a', before, before.replace('5', 'five'))).toEqual([
      '--- a',
      '+++ a (formatted)',
      '@@ -2,7 +2,7 @@',
      ' 2',
      ' 3',
      ' 4',
      '-5',
      '+five',
      ' 6',
      ' 7',
      ' 8',
    ]);
  });

  it('shows changes far apart as two', () => {
    const before = Array.from({ length: 30 }, (_, i) => `${i}\n`).join('');
    const after = before.replace('3\n', '').replace('20\n', '20\nmore\n');
    const hunks = unifiedDiff('a', before, after).filter((line) => line.startsWith('@@'));
    expect(hunks).toEqual(['@@ -1,7 +1,6 @@', '@@ -19,6 +18,7 @@']);
  });

  it('shows lines added to nothing', () => {
    expect(unifiedDiff('a', '', 'x\n').slice(2)).toEqual(['@@ -0,0 +1,1 @@', '+x']);
  });

  it('shows texts that have little in common as one change', () => {
    const before = Array.from({ length: 150_000 }, (_, i) => `${i}\n`).join('');
    const diff = unifiedDiff('a', before, before.replaceAll('\n', ' \n'));
    expect(diff).toHaveLength(3 + 300_000);
  });

  it('makes the second text from the first', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 30 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(patched(before, unifiedDiff('a', before, after))).toBe(after);
      }),
    );
  });
});

/** Applies a difference as patch(1) does. */
function patched(before: string, diff: readonly string[]): string {
  const lines = before.split('\n').slice(0, -1);
  const out: string[] = [];
  let at = 0;
  for (const line of diff.slice(2)) {
    const hunk = /^@@ -(\d+),(\d+) /.exec(line);
    if (hunk !== null) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      while (at < start) out.push(lines[at++] ?? '');
    } else if (line.startsWith('+')) out.push(line.slice(1));
    else {
      expect(lines[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) out.push(line.slice(1));
      at++;
    }
  }
  out.push(...lines.slice(at));
  return out.map((one) => `${one}\n`).join('');
}
