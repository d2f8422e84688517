/**
 * Clumsy configurations of our own, one kind of mistake each: missing braces, wrong units, words of other
 * products, blocks in the wrong place. `verdicts.json` holds what `keepalived -t` 2.2.7 said of each (where
 * 2.4.3 differs, what that says): exit status and the lines it complained about.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/core/language/parse-config.ts';

interface Verdict {
  readonly file: string;
  readonly exit: number;
  readonly lines: readonly number[];
  /** Our exit status where it differs on purpose. */
  readonly ours?: number;
}

const DIRECTORY = join(import.meta.dirname, 'clumsy');
const VERDICTS: readonly Verdict[] = JSON.parse(
  readFileSync(join(DIRECTORY, 'verdicts.json'), 'utf8'),
);

describe('clumsy configurations', () => {
  it.each(VERDICTS)('$file: exit status and lines of keepalived', ({ file, exit, lines, ours }) => {
    const result = parseConfig({
      file,
      text: readFileSync(join(DIRECTORY, file), 'utf8'),
      loader: { read: () => ({ ok: false, reason: 'missing' }), glob: () => [] },
      configId: 'host',
      host: {
        interfaces: new Set(['lo', 'eth0']),
        program: (path) => (path === '/usr/bin/true' || path === 'ip' ? 'usable' : 'missing'),
        userExists: (name) => name === 'root',
        groupExists: (name) => name === 'root',
      },
    });
    const covered = new Set<number>();
    for (const { code, span, endLine, related } of result.diagnostics) {
      if (code === 'not-supported-yet' || span === undefined) continue;
      // keepalived names the use of a definition, we name the line in it and the use.
      for (const { note, span: use } of related)
        if (note.endsWith('is used here')) covered.add(use.line);
      for (let line = span.line; line <= (endLine ?? span.line); line++) covered.add(line);
    }
    expect(result.verdict.exitStatus).toBe(ours ?? exit);
    expect(lines.filter((line) => !covered.has(line))).toEqual([]);
  });
});
